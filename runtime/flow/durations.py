"""Durations: `250ms`, `30s`, `5m`, `2h`, `7d`, or ISO 8601 such as `PT5M`."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SHORT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_ISO = re.compile(
    rf"P(?:{_NUMBER}W|(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_ISO_SECONDS = (604_800.0, 86_400.0, 3600.0, 60.0, 1.0)
_MAX_S = 10 * 366 * 86_400.0
EXPECTED = "expected a duration such as 250ms, 30s, 5m, 2h, 7d or PT5M, ten years at most"


def seconds_of(text: object) -> float | None:
    """Return a duration in seconds; None if *text* is not one, or of more than ten years."""
    found = _read(text) if isinstance(text, str) else None
    return found if found is None or found <= _MAX_S else None


def _read(text: str) -> float | None:
    short = _SHORT.fullmatch(text)
    if short:
        return float(short[1]) * _UNITS[short[2]]
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()) and not text.endswith("T"):
        parts = zip(iso.groups(), _ISO_SECONDS, strict=True)
        return sum(float(number) * unit for number, unit in parts if number)
    return None
