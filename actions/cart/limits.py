"""What may be bought of a product: the rules, their codes and their words."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from .lines import Line
from .quantities import to_json

PRODUCT_NOT_FOUND: Final = "PRODUCT_NOT_FOUND"
NOT_SALABLE: Final = "NOT_SALABLE"
INSUFFICIENT_STOCK: Final = "INSUFFICIENT_STOCK"
INVALID_QUANTITY: Final = "INVALID_QUANTITY"
QUANTITY_BELOW_MINIMUM: Final = "QUANTITY_BELOW_MINIMUM"
QUANTITY_ABOVE_MAXIMUM: Final = "QUANTITY_ABOVE_MAXIMUM"
QUANTITY_NOT_INCREMENT: Final = "QUANTITY_NOT_INCREMENT"

MESSAGES: Final = {
    PRODUCT_NOT_FOUND: 'Could not find a product with SKU "{sku}"',
    NOT_SALABLE: "Product that you are trying to add is not available.",
    INSUFFICIENT_STOCK: "The requested qty is not available",
    INVALID_QUANTITY: "The product quantity should be greater than 0",
    QUANTITY_BELOW_MINIMUM: "The fewest you may purchase is {minimum}",
    QUANTITY_ABOVE_MAXIMUM: "The most you may purchase is {maximum}",
    QUANTITY_NOT_INCREMENT: (
        "You can buy this product only in quantities of {increment} at a time."
    ),
}
"""Each code with the words that shoppers read; `addProductsToNewCart` declares the same."""

TOO_MANY_DECIMALS: Final = "The product quantity may have at most 4 decimals"


class Refusal(NamedTuple):
    """Why a quantity of a product cannot be had."""

    code: str
    message: str
    data: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return what cart lines and item errors show."""
        return {"code": self.code, "message": self.message}


def broken_rule(line: Line, quantity_e4: int, held_e4: int = 0) -> str | None:
    """Return the code of the first rule that *quantity_e4* of the product breaks, if any.

    *held_e4* is what the cart holds already; up to that, neither stock nor maximum is asked, so
    that a line above them can be made smaller.
    """
    if quantity_e4 > held_e4:
        if not line.enabled:
            return PRODUCT_NOT_FOUND
        if quantity_e4 > line.stock_e4 <= 0 and not line.back_orders:
            return NOT_SALABLE
        if quantity_e4 > line.maximum_e4:
            return QUANTITY_ABOVE_MAXIMUM
        if quantity_e4 > line.stock_e4 and not line.back_orders:
            return INSUFFICIENT_STOCK
    if quantity_e4 < line.minimum_e4:
        return QUANTITY_BELOW_MINIMUM
    if quantity_e4 % line.increment_e4:
        return QUANTITY_NOT_INCREMENT
    return None


def refusal(line: Line, quantity_e4: int, held_e4: int = 0) -> Refusal | None:
    """Return why *quantity_e4* of the product cannot be had; None if it can. See `broken_rule`."""
    code = broken_rule(line, quantity_e4, held_e4)
    return explain(line, code) if code else None


def explain(line: Line, code: str) -> Refusal:
    """Return the refusal with the words of *code*, which `broken_rule` returned for the product."""
    limits = {
        "minimum": to_json(line.minimum_e4),
        "maximum": to_json(line.maximum_e4),
        "increment": to_json(line.increment_e4),
    }
    return refusal_of(code, sku=line.sku, **limits)


def refusal_of(code: str, **data: Any) -> Refusal:
    """Return the refusal with the words of *code*."""
    return Refusal(code, MESSAGES[code].format_map(data), data)


def quantity_refusal(sku: str, quantity_e4: int | None) -> Refusal | None:
    """Return why a quantity, as `from_json` returned it, is none at all; None if it is one."""
    if quantity_e4 is None:
        return Refusal(INVALID_QUANTITY, TOO_MANY_DECIMALS, {"sku": sku})
    return refusal_of(INVALID_QUANTITY, sku=sku) if quantity_e4 <= 0 else None


def most(line: Line, quantity_e4: int) -> int:
    """Return the most of the product that can be had, at most *quantity_e4*; 0 if nothing can."""
    if not line.enabled:
        return 0
    best = min(quantity_e4, line.maximum_e4)
    if not line.back_orders:
        best = min(best, line.stock_e4)
    best -= best % line.increment_e4
    return best if best >= line.minimum_e4 and best > 0 else 0
