"""Reading parts of a document, and saying what is wrong with them and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..errors import BUILTIN_CONDITIONS, Problem
from ..violations import nearest, type_of
from .document import Document, Path
from .expressions import OPENING, Report, Value, compile_condition, compile_value

ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
"""The name of an action or flow."""

_NULLABLE: Final = frozenset(("value", "result", "message", "data", "subject"))
"""Keys whose value may be null: it is a value like any other there."""


class Reader:
    """Takes values out of a document.

    What is wrong is noted and reading goes on, so that an author hears of everything at once.

    Attributes:
        problems: All that was wrong so far.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def say(self, path: Path, rule: str, message: str, *, key: bool = False) -> None:
        """Take note of a problem with a value, or with the name of a member."""
        self.problems.append(self.document.problem(path, rule, message, key=key))

    def wrong(self, path: Path, expected: str, value: Any) -> None:
        """Take note of a value of the wrong type; of a key without a value `check_keys` told."""
        if value is None and isinstance(path[-1], str) and path[-1] not in _NULLABLE:
            return
        self.say(path, "wrong-type", f"expected {expected}, got {type_of(value)}")

    def check_keys(self, path: Path, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        """Refuse keys that there are not, and those without a value."""
        allowed = list(dict.fromkeys(known))
        for key, value in raw.items():
            if key in allowed:
                if value is None and key not in _NULLABLE:
                    message = f"the key {key!r} has no value; give it one, or leave it out"
                    self.say((*path, key), "wrong-type", message, key=True)
                continue
            near = nearest(key, allowed)
            message = f"unknown key {key!r}{near}; expected one of {', '.join(allowed)}"
            self.say((*path, key), "unknown-key", message, key=True)

    def check_names(self, path: Path, raw: Iterable[str]) -> None:
        """Refuse names of inputs or outputs that an expression cannot spell."""
        for name in raw:
            if not ID.fullmatch(name):
                message = "expected a name: letters, digits and '_', not a digit first, 80 at most"
                self.say((*path, name), "bad-name", message, key=True)

    def object(self, path: Path, raw: Any) -> dict[str, Any] | None:
        """Return an object; None if there is none."""
        if isinstance(raw, dict):
            return raw
        if raw is not None:
            self.wrong(path, "an object", raw)
        return None

    def list(self, path: Path, raw: Any) -> list[Any]:
        """Return a list; empty if it is something else."""
        if isinstance(raw, list):
            return raw
        self.wrong(path, "a list", raw)
        return []

    def text(self, path: Path, raw: Any) -> str | None:
        """Return a text without expressions; None if there is none."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            self.wrong(path, "a text", raw)
            return None
        return raw

    def title(self, path: Path, raw: Any) -> str | None:
        """Return a title; None if there is none. It is never evaluated."""
        found = self.text(path, raw)
        if found is not None and OPENING in found:
            message = f"titles are never evaluated; remove {OPENING!r}"
            self.say(path, "bad-expression", message)
        return found

    def name(self, path: Path, raw: Any, what: str) -> str:
        """Return a text that is never evaluated, such as the type of an event; `""` for none."""
        found = self.text(path, raw)
        if found is not None and (OPENING in found or not found.strip()):
            self.say(path, "bad-name", f"expected {what}, without an expression")
        return found or ""

    def status(self, path: Path, raw: Any) -> int | None:
        """Return the status of an error, 400 to 599; None if there is none."""
        if raw is None:
            return None
        if type(raw) is not int or not 400 <= raw <= 599:
            self.say(path, "bad-status", "expected a status from 400 to 599")
            return None
        return raw

    def value(self, path: Path, raw: Any) -> Value:
        """Return a compiled value."""
        return compile_value(raw, self._report(path))

    def values(self, path: Path, raw: Mapping[str, Any]) -> dict[str, Value]:
        """Return name to compiled value."""
        return {name: self.value((*path, name), value) for name, value in raw.items()}

    def optional(self, path: Path, raw: Mapping[str, Any]) -> Value | None:
        """Return the compiled value of the member at *path*; None if it is absent."""
        return self.value(path, raw[str(path[-1])]) if path[-1] in raw else None

    def condition(self, path: Path, raw: Mapping[str, Any]) -> Value | None:
        """Return the compiled expression of the member at *path*; None if it is absent."""
        found = raw.get(str(path[-1]))
        if found is None:
            return None
        if isinstance(found, str | bool):
            return compile_condition(found, self._report(path))
        self.wrong(path, "an expression", found)
        return None

    def whole_expression(self, path: Path, raw: str) -> Value:
        """Return the compiled expression that a text is, with or without its delimiters."""
        return compile_condition(raw, self._report(path))

    def items(self, path: Path, raw: Any) -> Value:
        """Return the compiled list, or expression that gives one, at *path*."""
        if isinstance(raw, str):
            return compile_condition(raw, self._report(path))
        return self.value(path, self.list(path, raw))

    def check_code(self, path: Path, code: str) -> None:
        """Refuse the code of an error of a flow's own that is none, or the runtime's."""
        if not CODE.fullmatch(code):
            message = "expected a code such as OUT_OF_STOCK: capitals, digits and '_'"
            self.say(path, "bad-code", message)
        elif code in BUILTIN_CONDITIONS:
            message = f"the code {code!r} belongs to the runtime; choose another"
            self.say(path, "reserved-code", message)

    def codes(self, path: Path, raw: Any) -> tuple[str, ...]:
        """Return the codes under `on`: one, a list, or `*`."""
        if raw == "*":
            return ("*",)
        found = [raw] if isinstance(raw, str) else self.list(path, raw)
        if raw == []:
            self.say(path, "bad-code", "expected at least one code, or '*' for all errors")
        for index, code in enumerate(found):
            place = path if isinstance(raw, str) else (*path, index)
            if code == "CANCELLED":
                message = "CANCELLED is never caught or tried again; 'finally' and 'undo' still run"
                self.say(place, "impossible-catch", message)
            elif not isinstance(code, str) or not CODE.fullmatch(code):
                message = "expected the code of an error such as OUT_OF_STOCK, or '*' alone for all"
                self.say(place, "bad-code", message)
        return tuple(map(str, found))

    def _report(self, path: Path) -> Report:
        def report(inner: Path, message: str) -> None:
            is_name = bool(inner) and OPENING in str(inner[-1])
            self.say((*path, *inner), "bad-expression", message, key=is_name)

        return report
