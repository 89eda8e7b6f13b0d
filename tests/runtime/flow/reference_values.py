"""Values and expressions for the reference interpreter: Jinja2 itself, without any sandbox.

What flow-language.md says differently from Jinja2 is said here once more, in few words; limits are
looked at when a result is there. Nothing here is meant for expressions of people one does not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jinja2
from jinja2 import filters as jinja_filters

from .reference_requests import FlowError

MAX_RESULT = 1_000_000
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class _Missing(jinja2.StrictUndefined):
    """What is missing in something missing is missing, too."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __getitem__(self, key: Any) -> Any:
        return self


class _Language(jinja2.Environment):
    """Jinja2 over JSON: `a.b` is `a["b"]`, the member of an object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, _Missing):
            return obj
        fits = isinstance(obj, Mapping) if isinstance(argument, str) else isinstance(obj, list)
        try:
            return obj[argument] if fits else _Missing()
        except LookupError:
            return _Missing()


def as_text(value: Any) -> str:
    """Return a value as it stands in a text."""
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _default(value: Any, instead: Any = "", boolean: bool = False) -> Any:
    is_missing = isinstance(value, _Missing) or value is None
    return instead if is_missing or (boolean and not value) else value


def _at_once(name: str) -> Any:
    """Return one of Jinja2's filters that gives a list instead of going through it later."""
    lazy = jinja_filters.FILTERS[name]

    @jinja2.pass_context
    def eager(*arguments: Any, **named: Any) -> list[Any]:
        return list(lazy(*arguments, **named))

    return eager


_ENVIRONMENT = _Language(undefined=_Missing)
_ENVIRONMENT.globals = {}
_ENVIRONMENT.filters |= {
    "default": _default,
    "split": lambda value, sep=None: value.split(sep),
    "join": lambda value, d="": d.join(as_text(item) for item in value),
    "merge": lambda value, other: {**value, **other},
    "keys": list,
    "values": lambda value: list(value.values()),
    "items": lambda value: [[key, part] for key, part in value.items()],
    "string": as_text,
    "tojson": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    "fromjson": json.loads,
    "abs": abs,
    "min": lambda value: min(value) if value else _Missing(),
    "max": lambda value: max(value) if value else _Missing(),
    "float": lambda value, default=0: _as_float(value, default),
    "int": lambda value, default=0: jinja_filters.do_int(value, default),
}
_ENVIRONMENT.filters |= {
    name: _at_once(name) for name in ("map", "select", "reject", "selectattr", "rejectattr")
}
_ENVIRONMENT.filters |= {
    "unique": lambda value, *rest: list(jinja_filters.do_unique(_ENVIRONMENT, value, *rest)),
    "reverse": lambda value: value[::-1],
}
_ENVIRONMENT.tests |= {
    "startswith": lambda value, start: value.startswith(start),
    "endswith": lambda value, end: value.endswith(end),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _as_float(value: Any, default: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return default


def evaluate(value: Any, names: Mapping[str, Any]) -> Any:
    """Return what a value of the flow file comes to."""
    if isinstance(value, dict):
        return {name: evaluate(member, names) for name, member in value.items()}
    if isinstance(value, list):
        return [evaluate(item, names) for item in value]
    if not isinstance(value, str):
        return value
    parts = list(_parts(value))
    if len(parts) == 1 and parts[0][0]:
        return expression(parts[0][1], names)
    return "".join(as_text(expression(t, names)) if is_code else t for is_code, t in parts)


def condition(value: Any, names: Mapping[str, Any]) -> Any:
    """Return what stands where only an expression makes sense: the delimiters may be left out."""
    if isinstance(value, str) and not value.startswith("${{"):
        return expression(value, names)
    return evaluate(value, names)


def _parts(text: str) -> list[tuple[bool, str]]:
    """Return the pieces of a text: whether one is an expression, and the piece."""
    start = re.search(r"(?<!\$)\$\{\{", text)
    if start is None:
        return [(False, text.replace("$${{", "${{"))] if text else []
    before = [(False, text[: start.start()].replace("$${{", "${{"))] if start.start() else []
    for end in re.finditer(r"(?=\}\})", text):
        inner = text[start.end() : end.start()]
        if end.start() >= start.end() and _is_expression(inner):
            return [*before, (True, inner), *_parts(text[end.start() + 2 :])]
    raise AssertionError(text)


def _is_expression(text: str) -> bool:
    try:
        _ENVIRONMENT.compile_expression(text)
    except jinja2.TemplateSyntaxError:
        return False
    return True


def expression(text: str, names: Mapping[str, Any]) -> Any:
    """Return what an expression comes to.

    Raises:
        FlowError: `EXPRESSION_FAILED`.
    """
    try:
        run = _ENVIRONMENT.compile_expression(text.strip(), undefined_to_none=False)
        found = _plain(run(**names))
        if len(as_text(found)) <= MAX_RESULT:
            return found
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError):
        pass
    raise FlowError("EXPRESSION_FAILED", 422)


def _plain(value: Any) -> Any:
    """Return a JSON value."""
    if isinstance(value, _Missing):
        raise jinja2.UndefinedError
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value) if isinstance(value, str) else [_plain(item) for item in value]


def seconds(duration: Any, names: Mapping[str, Any]) -> float:
    """Return a duration in seconds."""
    text = evaluate(duration, names)
    short = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text if isinstance(text, str) else "")
    if short:
        return float(short[1]) * _UNITS[short[2]]
    long = _ISO.fullmatch(text) if isinstance(text, str) else None
    if long is None:
        raise FlowError("EXPRESSION_FAILED", 422)
    return sum(float(n or 0) * u for n, u in zip(long.groups(), (86400, 3600, 60, 1), strict=True))


def time_of(value: Any) -> datetime:
    """Return a time."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise FlowError("EXPRESSION_FAILED", 422) from None
    return found
