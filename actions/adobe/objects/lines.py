"""The lines of a cart, all of them or page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from graphql import GraphQLResolveInfo

from ..call import Call
from ..errors import INPUT, refusal
from .members import Fields, Json, constant, member, no_elements, nothing
from .products import NO_DISCOUNT, number_of, product_of_line

_KINDS: Final = {"simple": "SimpleCartItem", "virtual": "VirtualCartItem"}

_UNAVAILABLE: Final = ("PRODUCT_NOT_FOUND", "NOT_SALABLE", "INSUFFICIENT_STOCK")

_ERROR_TYPES: Final = {
    "INSUFFICIENT_STOCK": "ITEM_QTY",
    "QUANTITY_BELOW_MINIMUM": "ITEM_QTY",
    "QUANTITY_ABOVE_MAXIMUM": "ITEM_QTY",
    "QUANTITY_NOT_INCREMENT": "ITEM_INCREMENTS",
}
"""The platform's words for what is wrong with a line; `UNDEFINED` for all else."""


def lines_of(cart: Json, info: GraphQLResolveInfo[Call]) -> list[Json]:
    """Return a cart's lines, each of which knows where the catalogue is."""
    catalogue = info.context.catalogue_of(cart)
    return [{**line, "catalogue": catalogue} for line in cart["items"]]


def kind_of_line(line: Json, _: Any, __: Any) -> str:
    """Return the type of a line."""
    return _KINDS[line["product"]["type"]]


_Key = Callable[[Json], Any]


def _price(name: str) -> _Key:
    return lambda line: line["prices"][name]["amount_minor"]


def _tax(line: Json) -> int:
    row, row_with_tax = _price("row_total")(line), _price("row_total_including_tax")(line)
    return int(row_with_tax - row)


def _discounted(line: Json) -> int:
    return int(_price("row_total")(line) - _price("total_item_discount")(line))


SORT_KEYS: Final[dict[str, _Key]] = {
    "ITEM_ID": lambda line: int(line["id"]),
    "PRODUCT_ID": lambda line: number_of(line["product"]["uid"]),
    "SKU": lambda line: line["product"]["sku"],
    "NAME": lambda line: line["product"]["name"],
    "PRODUCT_TYPE": lambda line: line["product"]["type"],
    "QTY": lambda line: line["quantity"],
    "PRICE": _price("price"),
    "BASE_PRICE": _price("price"),
    "PRICE_INC_TAX": _price("price_including_tax"),
    "BASE_PRICE_INC_TAX": _price("price_including_tax"),
    "ROW_TOTAL": _price("row_total"),
    "BASE_ROW_TOTAL": _price("row_total"),
    "ROW_TOTAL_INC_TAX": _price("row_total_including_tax"),
    "BASE_ROW_TOTAL_INC_TAX": _price("row_total_including_tax"),
    "ROW_TOTAL_WITH_DISCOUNT": _discounted,
    "DISCOUNT_AMOUNT": _price("total_item_discount"),
    "BASE_DISCOUNT_AMOUNT": _price("total_item_discount"),
    "TAX_AMOUNT": _tax,
    "BASE_TAX_AMOUNT": _tax,
}
"""What a line can be sorted by. By anything else it stays where it was added."""


def _sorted(lines: list[Json], sort: Json | None) -> list[Json]:
    if sort is None:
        return lines
    is_downwards = sort["order"] == "DESC"
    if sort["field"] == "CREATED_AT":
        return lines[::-1] if is_downwards else lines
    key = SORT_KEYS.get(sort["field"])
    return lines if key is None else sorted(lines, key=key, reverse=is_downwards)


def page_of_lines(
    cart: Json,
    info: GraphQLResolveInfo[Call],
    pageSize: int | None = None,  # noqa: N803 - arguments have the names of the platform
    currentPage: int | None = None,  # noqa: N803
    sort: Json | None = None,
) -> Json:
    """Return one page of a cart's lines; one behind the last is empty.

    Raises:
        GraphQLError: Page or size is less than 1.
    """
    size, page = (20 if pageSize is None else pageSize), (1 if currentPage is None else currentPage)
    for name, value in (("pageSize", size), ("currentPage", page)):
        if value < 1:
            message = f"{name} value must be greater than 0."
            raise refusal(message, INPUT)
    lines = _sorted(lines_of(cart, info), sort)
    return {
        "items": lines[(page - 1) * size : page * size],
        "total_count": len(lines),
        "page_info": {
            "page_size": size,
            "current_page": page,
            "total_pages": -(-len(lines) // size),
        },
    }


def _errors(line: Json, _: Any) -> Sequence[Json] | None:
    return line["errors"] or None


def _not_available_message(line: Json, _: Any) -> str | None:
    messages = (one["message"] for one in line["errors"] if one["code"] in _UNAVAILABLE)
    return None if line["is_available"] else next(messages, None)


def _discount(line: Json, _: Any) -> Any:
    return line["prices"]["discounts"]


def _left(error: Json, _: Any) -> float | None:
    """Return how much of a product is left, where the shop tells."""
    left: float | None = error["catalogue"].get(error["sku"]).get("only_x_left_in_stock")
    return left


def _error_code(error: Json, _: Any) -> str:
    return _ERROR_TYPES.get(error["code"], "UNDEFINED")


_LINE: Final = {
    "not_available_message": _not_available_message,
    "product": product_of_line,
    "errors": _errors,
    "discount": _discount,
    "customizable_options": no_elements,
}

FIELDS: Final[Fields] = {
    "SimpleCartItem": {
        **_LINE,
        "gift_message": nothing,
        "available_gift_wrapping": no_elements,
        "gift_wrapping": nothing,
    },
    "VirtualCartItem": _LINE,
    "InsufficientStockError": {"quantity": _left},
    "CartItemError": {"code": _error_code, "message": member("message")},
    "CartItemPrices": {
        "catalog_discount": constant(NO_DISCOUNT),
        "row_catalog_discount": constant(NO_DISCOUNT),
        "fixed_product_taxes": no_elements,
    },
}
