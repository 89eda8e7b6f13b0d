"""Settings: environment variables `CARTFLOW_*` over an optional `cartflow.toml`, all of them known.

The runtime's own settings stand at the top level (`database_url`, `CARTFLOW_DATABASE_URL`); each
plugin has a section of its own name (`[cart] checkout_policy`, `CARTFLOW_CART_CHECKOUT_POLICY`).
An unknown name is an error: a setting that is spelled wrong must not silently do nothing. Only what
looks like the setting of a plugin that is not there any more is a warning: it can do no harm.
`CARTFLOW_SECRET_*` are secrets of flows, not settings.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import InvalidDocumentError, Problem
from .violations import nearest

PREFIX = "CARTFLOW_"
SECRET_PREFIX = PREFIX + "SECRET_"
FILE_NAME = "cartflow.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: Lower case with underscores; the unit belongs to it (`timeout_s`).
        default: Its value when nobody sets it; the type of the default is the setting's type:
            `str`, `int`, `float` or `bool`.
        description: What it does, for the manual.
        choices: The only values allowed, if they are few.
        minimum: The least value of a number.
        secret: Never shown.
    """

    name: str
    default: str | int | float | bool
    description: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    secret: bool = False


CORE_SETTINGS = (
    Setting(
        "database_url",
        "sqlite:///cartflow.db",
        "The one database: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
        secret=True,
    ),
    Setting(
        "sqlite_synchronous",
        "FULL",
        "How hard SQLite waits for the disk; NORMAL may lose the last commits on a power cut",
        choices=("FULL", "NORMAL"),
    ),
    Setting(
        "lock_timeout_s", 10.0, "How long a call waits for a lock of the database", minimum=0.1
    ),
    Setting("journal_retention_h", 24.0, "How long an idempotency key is remembered", minimum=0.01),
    Setting(
        "secret_key",
        "",
        "Keys the digests of the journal; without it the database's own random key is used",
        secret=True,
    ),
    Setting(
        "log_level",
        "WARNING",
        "From which level on the log is written",
        choices=("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
    Setting("secrets_dir", "", "A folder with a file for each secret that flows may name"),
    Setting(
        "background_threads",
        4,
        "How many runs go on in the background of one process at once; 0: each in the thread of the"
        " call that begins it, after its commit",
        minimum=0,
    ),
    Setting(
        "public_url",
        "",
        "The address that clients know the server by, such as https://shop.example.com; empty: what"
        " each request says",
    ),
    Setting(
        "salesforce_partial_save",
        True,
        "Whether an action that clients of Salesforce call for several inputs keeps what succeeded"
        " if one fails; else all happen in one transaction, or none does",
    ),
    Setting(
        "salesforce_token_lifetime_s",
        7200.0,
        "How long a token is valid that clients of Salesforce get for an API key",
        minimum=1,
    ),
    Setting("trace_records", 10_000, "How many records the trace of a run keeps", minimum=0),
)


class Settings:
    """The values of all settings, by section; the runtime's own section is the empty string.

    Attributes:
        secrets: The values that must not be seen, those of plugins' settings included.
        variables: The environment variables of all settings.
        warnings: What was found and passed over.
    """

    def __init__(
        self,
        values: Mapping[str, Mapping[str, Any]],
        secrets: Collection[str] = (),
        variables: Collection[str] = (),
        warnings: Iterable[Problem] = (),
    ) -> None:
        self._values = values
        self.secrets = frozenset(filter(None, secrets))
        self.variables = frozenset(variables)
        self.warnings = tuple(map(str, warnings))

    def __getitem__(self, name: str) -> Any:
        """Return the runtime's setting *name*."""
        return self._values[""][name]

    def section(self, plugin: str) -> Mapping[str, Any]:
        """Return the settings of a plugin, empty if it has none."""
        return self._values.get(plugin, {})


def read_settings(
    known: Mapping[str, Iterable[Setting]],
    environment: Mapping[str, str],
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    ignored: Collection[str] = (),
) -> Settings:
    """Return the settings of environment and file.

    Args:
        known: Section to its settings; the runtime's own section is the empty string.
        environment: Names to texts, `os.environ` as a rule; only `CARTFLOW_*` is looked at.
        file: A `cartflow.toml`, or None.
        overrides: Values of the runtime's own settings that win over both, from the command line.
        ignored: Sections of plugins that could not be loaded: nobody knows their settings.

    Raises:
        InvalidDocumentError: Unknown names, with the nearest known one, and malformed values.
    """
    by_key = {
        (section, setting.name): setting for section, group in known.items() for setting in group
    }
    problems: list[Problem] = []
    found: dict[tuple[str, str], Any] = {}
    sources = [_from_file(file, by_key, problems, ignored) if file else {}]
    sources.append(_from_environment(environment, by_key, problems, ignored))
    for source in sources:
        for key, (place, raw) in source.items():
            problem, value = _convert(by_key[key], raw)
            if problem:
                problems.append(Problem(problem, place, rule="bad-setting"))
            found[key] = value
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise InvalidDocumentError(errors)
    found.update({("", name): value for name, value in (overrides or {}).items()})
    values: dict[str, dict[str, Any]] = {section: {} for section in ("", *known)}
    for (section, name), setting in by_key.items():
        values[section][name] = found.get((section, name), setting.default)
    secrets = [str(values[s][name]) for (s, name), setting in by_key.items() if setting.secret]
    variables = [variable_of(section, setting) for (section, _), setting in by_key.items()]
    warnings = [problem for problem in problems if problem.level == "warning"]
    return Settings(values, secrets, variables, warnings)


_Key = tuple[str, str]
_Found = dict[_Key, tuple[str, Any]]


def _from_environment(
    environment: Mapping[str, str],
    known: Mapping[_Key, Setting],
    problems: list[Problem],
    ignored: Collection[str],
) -> _Found:
    variables = {variable_of(key[0], setting): key for key, setting in known.items()}
    skipped = tuple(_variable(section, "") for section in ignored)
    found: _Found = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "CONFIG":
            continue
        if variable in variables:
            found[variables[variable]] = (variable, text)
        elif not variable.startswith((SECRET_PREFIX, *skipped)):
            problems.append(_unknown_variable(variable, variables))
    return found


def _unknown_variable(variable: str, known: Mapping[str, _Key]) -> Problem:
    """Return the problem of a variable that is misspelled, or left over from a plugin."""
    words = {name: section or key.partition("_")[0] for name, (section, key) in known.items()}
    similar = [name for name, word in words.items() if _begins_like(variable, _variable(word))]
    near = nearest(variable, similar)
    sections = tuple(_variable(section, "") for section, _ in known.values() if section)
    is_of_plugin = "_" in variable.removeprefix(PREFIX)
    if near or variable.startswith(sections) or not is_of_plugin:
        return Problem(f"unknown setting{near}", variable, rule="unknown-setting")
    return _left_over("setting", variable)


def _begins_like(variable: str, known: str) -> bool:
    """Return whether a variable begins with a word that is *known*, or nearly so."""
    head, word = variable[len(PREFIX) : len(known)], known[len(PREFIX) :]
    return difflib.SequenceMatcher(None, head, word).ratio() >= 0.6


def _left_over(what: str, place: str) -> Problem:
    message = f"unknown {what}, passed over; remove it if its plugin is gone"
    return Problem(message, place, rule="unknown-setting", level="warning")


def variable_of(section: str, setting: Setting) -> str:
    """Return the environment variable of a setting."""
    return _variable(*filter(None, (section, setting.name)))


def _variable(*words: str) -> str:
    return PREFIX + "_".join(words).upper().replace("-", "_")


def _from_file(
    file: Path,
    known: Mapping[_Key, Setting],
    problems: list[Problem],
    ignored: Collection[str],
) -> _Found:
    import tomllib  # takes a while, and mostly there is no file

    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(f"cannot be read: {error}", str(file), rule="bad-settings-file"))
        return {}
    sections = {section for section, _ in known if section}
    found: _Found = {}
    for name, value in document.items():
        members = value if isinstance(value, dict) else {name: value}
        section = name if isinstance(value, dict) else ""
        if section in ignored:
            continue
        if section and section not in sections:
            near, place = nearest(section, sections), f"{file}: {section}"
            misspelled = Problem(f"unknown section{near}", place, rule="unknown-setting")
            problems.append(misspelled if near else _left_over("section", place))
            continue
        for member, raw in members.items():
            place = f"{file}: {section}.{member}" if section else f"{file}: {member}"
            if (section, member) in known:
                found[section, member] = (place, raw)
            else:
                near = nearest(member, [n for s, n in known if s == section])
                problems.append(Problem(f"unknown setting{near}", place, rule="unknown-setting"))
    return found


_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True}
_BOOLEANS |= {"false": False, "no": False, "off": False, "0": False}


def _convert(setting: Setting, raw: Any) -> tuple[str, Any]:
    """Return a complaint, empty if there is none, and the value with the setting's type."""
    want = type(setting.default)
    shown = "a secret" if setting.secret else repr(raw)
    value: Any = raw
    if want is bool and isinstance(raw, str):
        value = _BOOLEANS.get(raw.lower())
    elif want in (int, float) and isinstance(raw, str | int | float):
        value = _number(want, raw)
    if type(value) is not want:
        return f"expected {_WORDS[want]}, got {shown}", None
    if setting.choices and value not in setting.choices:
        near = nearest(str(value), setting.choices)
        return f"expected one of {', '.join(setting.choices)}, got {shown}{near}", None
    least: Any = setting.minimum
    if least is not None and value < least:
        return f"expected at least {setting.minimum:g}, got {shown}", None
    return "", value


def _number(want: type[Any], raw: str | float) -> Any:
    """Return a number of type *want*, or None if *raw* is none: `1.5` is not a whole number."""
    if isinstance(raw, bool) or (want is int and isinstance(raw, float)):
        return None
    try:
        value = want(raw)
        return value if math.isfinite(value) else None
    except (ValueError, OverflowError):
        return None


_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
