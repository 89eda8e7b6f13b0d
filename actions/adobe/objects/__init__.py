"""What the types of GraphQL are made of: resolvers over the documents that actions answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from . import addresses, carts, lines, money, orders, people, products, stores
from .addresses import kind_of_address, kind_of_attribute
from .lines import kind_of_line
from .members import Fields, Json
from .products import kind_of_product


def _kind_of_error(error: Json, _: Any, __: Any) -> str:
    is_stock = error["code"] == "INSUFFICIENT_STOCK"
    return "InsufficientStockError" if is_stock else "CartUserInputError"


FIELDS: Final[Fields] = {
    **money.FIELDS,
    **lines.FIELDS,
    **products.FIELDS,
    **addresses.FIELDS,
    **carts.FIELDS,
    **orders.FIELDS,
    **people.FIELDS,
    **stores.FIELDS,
}
"""By type and field; where there is none, the member of the same name is meant."""

KINDS: Final[Mapping[str, Callable[..., str]]] = {
    "AttributeValueInterface": kind_of_attribute,
    "CartAddressInterface": kind_of_address,
    "CartItemInterface": kind_of_line,
    "Error": _kind_of_error,
    "ProductInterface": kind_of_product,
}
"""By interface: which type an object has."""
