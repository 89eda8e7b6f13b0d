"""What the types of GraphQL are made of: resolvers over the documents that actions answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from . import addresses, carts, lines, money, orders, people, products, stores
from .addresses import kind_of_address, kind_of_attribute
from .lines import kind_of_line
from .members import Fields, Json
from .products import kind_of_medium, kind_of_product


def _kind_of_error(error: Json, _: Any, __: Any) -> str:
    is_stock = error["code"] == "INSUFFICIENT_STOCK"
    return "InsufficientStockError" if is_stock else "CartUserInputError"


def _always(kind: str) -> Callable[..., str]:
    """Return what finds the type of objects of an interface that nothing here has."""

    def resolve(_: Json, __: Any, ___: Any) -> str:
        return kind

    return resolve


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
    "AttributeSelectedOptionInterface": _always("AttributeSelectedOption"),
    "AttributeValueInterface": kind_of_attribute,
    "CartAddressInterface": kind_of_address,
    "CartItemInterface": kind_of_line,
    "CategoryInterface": _always("CategoryTree"),
    "CustomizableOptionInterface": _always("CustomizableFieldOption"),
    "CustomizableProductInterface": kind_of_product,
    "Error": _kind_of_error,
    "MediaGalleryInterface": kind_of_medium,
    "ProductInterface": kind_of_product,
    "SwatchDataInterface": _always("TextSwatchData"),
}
"""By interface: which type an object has."""
