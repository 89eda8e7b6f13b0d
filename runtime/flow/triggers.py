"""`triggers` of a flow: what starts its runs once it is deployed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .document import Path
from .model import Trigger
from .reading import Reader

_MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())  # noqa: SIM905
_DAYS: Final = tuple("sun mon tue wed thu fri sat".split())  # noqa: SIM905
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_ITEM: Final = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([0-9]{1,4}))?")


class TriggerReader(Reader):
    """Reads triggers."""

    def trigger(self, path: Path, raw: Any) -> Trigger:
        """Return the trigger at *path*."""
        members = self.object(path, raw) or {}
        if "event" in members:
            self.check_keys(path, members, ("event", "if", "inputs"))
        else:
            self.check_keys(path, members, ("schedule", "timezone", "inputs"))
            if "schedule" not in members and isinstance(raw, dict):
                message = "expected 'schedule' (a CRON expression) or 'event' (a type)"
                self.say(path, "missing-key", message)
        inputs = self.object((*path, "inputs"), members.get("inputs")) or {}
        return Trigger(
            schedule=self._schedule((*path, "schedule"), members.get("schedule")),
            timezone=self._timezone((*path, "timezone"), members.get("timezone")),
            event=self._event((*path, "event"), members),
            condition=self.condition((*path, "if"), members),
            inputs=self.values((*path, "inputs"), inputs),
            at=path,
        )

    def _event(self, path: Path, members: Mapping[str, Any]) -> str | None:
        if "event" not in members:
            return None
        return self.name(path, members["event"], "the type of an event")

    def _schedule(self, path: Path, raw: Any) -> str | None:
        text = self.text(path, raw)
        if text is None:
            return None
        fields = text.split()
        if len(fields) != len(_FIELDS):
            message = f"expected five fields such as '30 4 * * mon-fri', got {len(fields)}"
            self.say(path, "bad-schedule", message)
            return text
        for field, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
            if not all(_is_valid(item, least, most, names) for item in field.split(",")):
                also = f" or {names[0]} to {names[-1]}" if names else ""
                message = (
                    f"the {name} {field!r} is none: expected '*' or {least} to {most}{also},"
                    " lists with ',', ranges with '-', steps with '/'"
                )
                self.say(path, "bad-schedule", message)
        return text

    def _timezone(self, path: Path, raw: Any) -> str:
        name = self.text(path, raw)
        if name is None:
            return "UTC"
        from zoneinfo import ZoneInfo  # hardly any flow names a zone

        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            message = f"there is no time zone {name!r}; expected one such as Europe/Berlin or UTC"
            self.say(path, "bad-timezone", message)
        return name


def _is_valid(item: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    """Return whether *item* is `*`, a number or a range, perhaps with a step."""
    found = _ITEM.fullmatch(item)
    if found is None or (found[3] is not None and int(found[3]) == 0):
        return False
    numbers = [_number(text, least, names) for text in found.groups()[:2] if text is not None]
    known = [number for number in numbers if number is not None and least <= number <= most]
    return len(known) == len(numbers) and known == sorted(known)


def _number(text: str, least: int, names: tuple[str, ...]) -> int | None:
    if text.isascii() and text.isdecimal():
        return int(text)
    return names.index(text.lower()) + least if text.lower() in names else None
