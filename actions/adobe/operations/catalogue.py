"""What the shop is and sells."""

from __future__ import annotations

from typing import Any, Final

from ..errors import INPUT, refusal
from .operation import Json, Operation, given_by, same_named


def _search(arguments: Json) -> Json:
    """Return what to search for.

    Raises:
        GraphQLError: Neither words nor a filter were given.
    """
    given = given_by(arguments)
    wanted = given.pop("filter", None)
    if wanted is None and "search" not in given:
        message = "'search' or 'filter' input argument is required."
        raise refusal(message, INPUT)
    for name, order in given.pop("sort", {}).items():
        if name != "relevance":  # all words have to fit: all products fit as well
            given |= {"sort": name, "order": order}
            break
    for name, member in (("sku", "skus"), ("url_key", "url_keys")):
        values = _equal((wanted or {}).get(name))
        if values is not None:
            given[member] = values
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
    "products": Operation(
        "products", given=_search, places={"skus": "filter.sku", "url_keys": "filter.url_key"}
    ),
}
