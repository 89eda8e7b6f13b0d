"""The price of a basket, stage after stage, in whole numbers.

    subtotal -> promotions -> shipping -> tax -> points, gift cards, store credit -> grand total

Nothing here reads a database or the clock: the same basket has the same price.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from operator import attrgetter, sub

from ..quantities import row_total_minor
from .basket import Basket, Sale
from .credits import pay
from .promotions import discount_items, discount_shipping
from .shipping import chosen_of, quotes_of
from .taxes import Levies
from .totals import LineTotals, Totals


def price(basket: Basket) -> Totals:
    """Return what a basket costs."""
    rows = [row_total_minor(line.price_minor, line.quantity_e4) for line in basket.lines]
    sale = Sale(basket, rows, left=rows, discounts=[])
    levies = Levies(basket)
    discount_items(sale)
    quotes = quotes_of(sale, levies.on_shipping)
    chosen = chosen_of(basket, quotes)
    discount_shipping(sale, chosen.amount_minor if chosen else 0)
    lines = _tax_lines(sale, levies)
    shipping = levies.on_shipping.collect(levies.on_shipping.split(sale.shipping_left))
    wrapping = levies.on_wrapping.collect(levies.on_wrapping.split(wrapping_minor(basket)))
    sold_minor, sold_tax_minor = sale.subtotal_left, _sum(lines, "tax_minor")
    if basket.prices_include_tax:
        sold_minor -= sold_tax_minor
    total_minor = sold_minor + sold_tax_minor + shipping.gross + wrapping.gross
    return Totals(
        lines=lines,
        is_virtual=basket.is_virtual,
        prices_include_tax=basket.prices_include_tax,
        discounts=sale.discounts,
        taxes=levies.taxes(),
        quotes=quotes,
        shipping=chosen,
        shipping_tax_minor=shipping.tax,
        gift_wrapping_minor=wrapping_minor(basket),
        gift_wrapping_tax_minor=wrapping.tax,
        **pay(basket, total_minor)._asdict(),
        subtotal_minor=sum(rows),
        subtotal_excluding_tax_minor=_sum(lines, "row_excluding_tax_minor"),
        subtotal_including_tax_minor=_sum(lines, "row_including_tax_minor"),
        subtotal_with_discount_excluding_tax_minor=sold_minor,
        total_minor=total_minor,
    )


def wrapping_minor(basket: Basket) -> int:
    """Return the listed price of the gift wrapping that was chosen, as long as it is offered."""
    chosen = basket.choices.gift_options.get("gift_wrapping_id")
    if chosen is None or not basket.lines:
        return 0
    offered = basket.shop.sections.get("gift_wrappings", ())
    return sum(wrapping["price_minor"] for wrapping in offered if wrapping["id"] == chosen)


def _sum(lines: Iterable[LineTotals], name: str) -> int:
    return sum(map(attrgetter(name), lines))


def _tax_lines(sale: Sale, levies: Levies) -> list[LineTotals]:
    """Return the amounts of the lines; most carts are not taxed yet, which is soon done."""
    if levies.is_free:
        prices = [line.price_minor for line in sale.lines]
        taken = map(sub, sale.rows, sale.left)
        columns = zip(prices, prices, sale.rows, sale.rows, sale.rows, taken, repeat(0))
        return list(map(LineTotals._make, columns))
    lines = []
    for line, row, left in zip(sale.lines, sale.rows, sale.left, strict=True):
        levy = levies.of_class[line.tax_class]
        whole = levy.split(row)
        piece = whole if line.price_minor == row else levy.split(line.price_minor)
        due = levy.collect(whole if left == row else levy.split(left))
        amounts = (piece.net, piece.gross, row, whole.net, whole.gross, row - left, due.tax)
        lines.append(LineTotals._make(amounts))
    return lines
