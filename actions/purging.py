"""purgeCarts: deleting what nobody has changed for long."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cartflow import ActionError, Context

from .cart.expiry import PURGED, Place, delete_carts, find_expired, still_expired

_PLACE: Final = re.compile(r"([a-z_]+)/([-0-9T:.]+)/([0-9]{1,18})")
_BEGINNING: Final = datetime(1, 1, 2, tzinfo=UTC)


def purge_carts(ctx: Context) -> dict[str, Any]:
    """Delete a batch of carts, or count them only; tell where the next batch begins."""
    before = ctx.now - timedelta(seconds=ctx.input["older_s"])
    place, most = _place_of(ctx.input["after"]), ctx.input["limit"]
    dry_run = ctx.input["dry_run"]
    found = find_expired(ctx.db, before, place, most, lock=not dry_run)
    carts = [each.cart_id for each in found]
    if not dry_run:
        carts = still_expired(ctx.db, before, found)
        delete_carts(ctx.db, carts)
    return {"carts": len(carts), "next": _next(place, found, most)}


def _place_of(text: str) -> Place:
    """Return the place that `next` of the batch before stands for; empty, the beginning."""
    if not text:
        return Place(PURGED[0], _BEGINNING, 0)
    found = _PLACE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        changed_at = datetime.fromisoformat(found[2]).replace(tzinfo=UTC)
        return Place(PURGED[PURGED.index(found[1])], changed_at, int(found[3]))
    except ValueError:
        raise ActionError("PLACE_UNKNOWN", after=text) from None


def _next(place: Place, found: list[Place], most: int) -> str | None:
    if len(found) == most:
        last = found[-1]
    elif place.status != PURGED[-1]:
        last = Place(PURGED[PURGED.index(place.status) + 1], _BEGINNING, 0)
    else:
        return None
    changed_at = last.changed_at.replace(tzinfo=None).isoformat()
    return f"{last.status}/{changed_at}/{last.cart_id}"
