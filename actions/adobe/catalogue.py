"""What the catalogue says of the products of a cart: asked for once, when it is needed first.

The documents of carts have of a product what a cart needs. Its page, its picture or its stock come
from the action `products`, in one invocation for all lines of a cart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLError

from cartflow import DatabaseError

Json = dict[str, Any]

_AT_ONCE: Final = 10_000
"""How many SKUs the action takes."""


class Catalogue:
    """The products of the document of a cart."""

    def __init__(self, invoke: Callable[[str, Json], Json], cart: Json) -> None:
        self._invoke = invoke
        self._cart = cart
        self._found: dict[str, Json] | None = None
        self._error: GraphQLError | DatabaseError | None = None

    def get(self, sku: str) -> Json:
        """Return what `products` says of a SKU; nothing if the shop does not sell it any more.

        Raises:
            GraphQLError, DatabaseError: What the one invocation ended with, for each product.
        """
        if self._found is None:
            if self._error is not None:
                raise self._error
            try:
                self._found = {product["sku"]: product for product in self._all()}
            except (GraphQLError, DatabaseError) as error:
                self._error = error
                raise
        return self._found.get(sku, {})

    def _all(self) -> list[Json]:
        wanted = sorted({line["product"]["sku"] for line in self._cart["items"]})
        found: list[Json] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found += self._invoke("products", {"skus": some, "pageSize": len(some)})["items"]
        return found
