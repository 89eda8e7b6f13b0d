"""What steps of all kinds have: ids, names, retries, and where they may leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from .document import Document, Path
from .durations import EXPECTED as EXPECTED_DURATION
from .durations import seconds_of
from .expressions import OPENING
from .model import Duration, Retry
from .reading import ID, Reader
from .references import WORDS

_MAX_BACKOFF: Final = 100
RESERVED_NAMES: Final = WORDS | {"inputs", "steps", "error", "run", "secrets", "event"}


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a step."""

    variables: tuple[str, ...] = ()
    is_in_loop: bool = False
    may_leave: bool = True
    """False inside of `undo` and `finally`: no `return`, `break` or `continue` there."""
    may_return: bool = True
    """False inside of branches as well, which run beside others."""

    def branch(self) -> Place:
        """Return the place inside of a branch, which nobody leaves."""
        return replace(self, is_in_loop=False, may_return=False)

    def turn(self, *variables: str, parallel: bool = False) -> Place:
        """Return the place inside of a loop's turn."""
        inside = replace(self, variables=(*self.variables, *variables))
        return inside.branch() if parallel else replace(inside, is_in_loop=self.may_leave)

    def handler(self) -> Place:
        """Return the place inside of an `undo` or `finally`."""
        return replace(self, may_leave=False)


class PartReader(Reader):
    """Reads what steps of all kinds have.

    Attributes:
        ids: Every step id so far, with the place of its step.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.ids: dict[str, Path] = {}

    def id(self, path: Path, raw: Any) -> str | None:
        """Return the id of the step at *path*; None if it has none."""
        name = self.text((*path, "id"), raw)
        if name is None:
            return None
        if not ID.fullmatch(name):
            message = "expected an id: letters, digits and '_', not a digit first, 80 at most"
            self.say((*path, "id"), "bad-name", message)
        elif name in self.ids:
            line = self.document.span((*self.ids[name], "id")).line
            message = f"the id {name!r} is taken by the step in line {line}; choose another"
            self.say((*path, "id"), "duplicate-id", message)
        self.ids.setdefault(name, path)
        return name

    def variable(self, path: Path, raw: Any, place: Place) -> str:
        """Return the name that a loop gives to its items or their numbers."""
        name = self.text(path, raw)
        if name is None:
            return ""
        if not ID.fullmatch(name):
            self.say(path, "bad-name", "expected a name: letters, digits and '_'")
        elif name in RESERVED_NAMES or name in place.variables:
            owner = "the language" if name in RESERVED_NAMES else "a loop around this one"
            self.say(path, "name-taken", f"the name {name!r} belongs to {owner}; choose another")
        return name

    def retry(self, path: Path, raw: Any) -> Retry | None:
        """Return what `retry` says; None if there is none."""
        if raw is None:
            return None
        members = self.object(path, raw) or {}
        known = ("on", "max_attempts", "delay", "backoff", "max_delay", "jitter")
        self.check_keys(path, members, known)
        members = {key: value for key, value in members.items() if value is not None}
        attempts, backoff = members.get("max_attempts", 3), members.get("backoff", 2)
        if type(attempts) is not int or attempts < 1:
            self.say((*path, "max_attempts"), "wrong-type", "expected a whole number, at least 1")
            attempts = 1
        if type(backoff) not in (int, float) or not 1 <= backoff <= _MAX_BACKOFF:
            message = f"expected a number from 1 to {_MAX_BACKOFF}"
            self.say((*path, "backoff"), "wrong-type", message)
            backoff = 1
        jitter = members.get("jitter", True)
        if not isinstance(jitter, bool):
            self.wrong((*path, "jitter"), "true or false", jitter)
        return Retry(
            on=self.codes((*path, "on"), members["on"]) if "on" in members else None,
            max_attempts=attempts,
            delay=self.duration((*path, "delay"), members.get("delay", "1s")),
            backoff=float(backoff),
            max_delay=self.duration((*path, "max_delay"), members.get("max_delay", "30s")),
            jitter=jitter is True,
            at=path,
        )

    def duration(self, path: Path, raw: Any) -> Duration:
        """Return a length of time, written down or as an expression that gives one."""
        if isinstance(raw, str) and OPENING in raw:
            return Duration(None, self.whole_expression(path, raw), path)
        seconds = seconds_of(raw)
        if seconds is None:
            self.say(path, "bad-duration", EXPECTED_DURATION)
        return Duration(seconds or 0.0, at=path)

    def timeout(self, path: Path, raw: Any) -> Duration | None:
        """Return what `timeout` says; None if there is none."""
        return None if raw is None else self.duration(path, raw)

    def check_leaving(self, path: Path, place: Place) -> None:
        """Refuse a `return`, `break` or `continue` where none may stand."""
        if not place.may_leave:
            message = f"{path[-1]!r} cannot stand in 'undo' or 'finally'; use 'if' instead"
            self.say(path, "cannot-leave", message, key=True)
        elif path[-1] == "return" and not place.may_return:
            message = "'return' cannot stand in a branch, which others run beside; return behind it"
            self.say(path, "cannot-leave", message, key=True)

    def check_turn(self, path: Path, raw: Any, place: Place) -> None:
        """Refuse a `break` or `continue` that is in no loop."""
        if raw is not True:
            self.wrong(path, "true", raw)
        self.check_leaving(path, place)
        if place.may_leave and not place.is_in_loop:
            message = f"{path[-1]!r} stands outside of a sequential loop of its own branch"
            self.say(path, "outside-loop", message, key=True)
