"""Which versions of the API there are, and what there is in each: the same in all."""

from __future__ import annotations

from typing import Final

from .identity import Identity
from .visit import Visit

_FIRST: Final = 50
_LAST: Final = 65
_SEASONS: Final = ("Winter", "Spring", "Summer")
_WINTER_24: Final = 59


def versions(visit: Visit) -> list[dict[str, str]]:
    """GET /services/data: some of the versions; every other one is answered as well."""
    return [
        {
            "label": _label(number),
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(_FIRST, _LAST + 1)
    ]


def _label(number: int) -> str:
    """Return the release that brought a version: three a year, `Winter '24` among them."""
    years, season = divmod(number - _WINTER_24, 3)
    return f"{_SEASONS[season]} '{24 + years}"


def resources(identity: Identity, visit: Visit) -> dict[str, str]:
    """GET /services/data/vNN.N: what there is."""
    return {
        "actions": f"{visit.version}/actions",
        "query": f"{visit.version}/query",
        "identity": visit.identity_of(identity),
    }
