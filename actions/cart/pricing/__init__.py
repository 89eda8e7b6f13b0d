"""What a cart costs: `price(basket_of(ctx, cart, lines))`."""

from .basket import Basket, Hooks, Sale
from .pipeline import price
from .reading import basket_of
from .totals import ITEM, SHIPPING, Discount, LineTotals, Quote, Tax, Totals

__all__ = [
    "ITEM",
    "SHIPPING",
    "Basket",
    "Discount",
    "Hooks",
    "LineTotals",
    "Quote",
    "Sale",
    "Tax",
    "Totals",
    "basket_of",
    "price",
]
