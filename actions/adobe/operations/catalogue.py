"""What the shop is and sells."""

from __future__ import annotations

from typing import Any, Final

from ..errors import INPUT, refusal
from .operation import Json, Operation, given_by, same_named


def _search(arguments: Json) -> Json:
    """Return what to search for.

    Raises:
        GraphQLError: Neither words nor a filter were given, or what no shop can do here.
    """
    given = given_by(arguments)
    wanted = given.pop("filter", None)
    if wanted is None and "search" not in given:
        message = "'search' or 'filter' input argument is required."
        raise refusal(message, INPUT)
    for name in given.pop("sort", {}):
        if name in ("name", "price"):
            message = f'Products cannot be sorted by "{name}"; leave "sort" out.'
            raise refusal(message, INPUT)
    skus, keys = (_equal((wanted or {}).get(name)) for name in ("sku", "url_key"))
    if skus is not None:
        given["skus"] = skus
    if keys is not None:
        if len(keys) != 1:
            message = 'Products can be filtered by one "url_key" at a time.'
            raise refusal(message, INPUT)
        [given["url_key"]] = keys
    return given


def _equal(condition: Any) -> list[str] | None:
    """Return the values that a condition allows; None if it allows all."""
    if not condition:
        return None
    if "eq" not in condition:
        return list(condition["in"])
    return [value for value in [condition["eq"]] if value in condition.get("in", [value])]


QUERIES: Final = {
    **same_named("storeConfig"),
    "products": Operation("products", given=_search),
}
