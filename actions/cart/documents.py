"""The document that every action shows of a cart; `cart.json` describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cartflow import Context

from .address_documents import billing_document, shipping_documents
from .choices import Choices
from .limits import INSUFFICIENT_STOCK, NOT_SALABLE, PRODUCT_NOT_FOUND, broken_rule, explain
from .lines import Line, lines_of
from .model import Cart, uid_of
from .money import MoneyOf
from .payment_methods import OFFLINE, available_methods
from .pricing import Basket, Discount, LineTotals, Totals, basket_of, price
from .quantities import to_json

_UNAVAILABLE: Final = frozenset((PRODUCT_NOT_FOUND, NOT_SALABLE, INSUFFICIENT_STOCK))
"""The problems of lines that are not a matter of their quantity alone."""

_DiscountDocuments = Sequence[tuple[Discount, dict[str, Any]]]


def totals_of(
    ctx: Context, cart: Cart, lines: Sequence[Line], choices: Choices | None = None
) -> Totals:
    """Return what a cart with *lines* costs, perhaps with other choices than its own."""
    return price(basket_of(ctx, cart, lines, choices))


def grand_total_minor(ctx: Context, cart: Cart, lines: Sequence[Line]) -> int:
    """Return what is to be paid for a cart with *lines*, in minor units."""
    return totals_of(ctx, cart, lines).grand_total_minor


def read_cart(ctx: Context, cart: Cart) -> dict[str, Any]:
    """Return the document of *cart* as it is now."""
    return cart_document(ctx, cart, lines_of(ctx.db, cart.id))


def cart_document(
    ctx: Context, cart: Cart, lines: Sequence[Line], choices: Choices | None = None
) -> dict[str, Any]:
    """Return what `cart.json` describes, perhaps with other choices than the cart's own."""
    basket = basket_of(ctx, cart, lines, choices)
    totals = price(basket)
    money = MoneyOf(cart.currency)
    discounts = [(one, discount_document(one, money)) for one in totals.discounts]
    return {
        "id": cart.masked_id,
        "status": cart.status,
        "email": cart.email,
        "is_virtual": totals.is_virtual,
        "total_quantity": to_json(sum(line.quantity_e4 for line in lines)),
        "items": _line_documents(lines, totals, discounts, money),
        "prices": _prices(totals, [document for _, document in discounts], money),
        **_coupons(basket.choices),
        **_credits(cart, basket, totals, money),
        **_payment(ctx, basket, totals),
        "shipping_addresses": shipping_documents(basket, totals, money),
        "billing_address": billing_document(basket),
        **_gift_options(basket, money),
    }


class _LinePrices(dict[LineTotals, dict[str, Any]]):
    """The amounts of a line to their document, without discounts; equal lines share one."""

    def __init__(self, money: MoneyOf, *, include_tax: bool) -> None:
        super().__init__()
        self._money = money
        self._include_tax = include_tax

    def __missing__(self, amounts: LineTotals) -> dict[str, Any]:
        money = self._money
        price = money[amounts.price_excluding_tax_minor]
        including_tax = money[amounts.price_including_tax_minor]
        document = {
            "price": price,
            "price_including_tax": including_tax,
            "row_total": money[amounts.row_excluding_tax_minor],
            "row_total_including_tax": money[amounts.row_including_tax_minor],
            "original_item_price": including_tax if self._include_tax else price,
            "original_row_total": money[amounts.row_minor],
            "total_item_discount": money[amounts.discount_minor],
            "discounts": None,
        }
        self[amounts] = document
        return document


def _line_documents(
    lines: Sequence[Line], totals: Totals, discounts: _DiscountDocuments, money: MoneyOf
) -> list[dict[str, Any]]:
    prices = _LinePrices(money, include_tax=totals.prices_include_tax)
    documents = [
        _line_document(line, prices[amounts])
        for line, amounts in zip(lines, totals.lines, strict=True)
    ]
    for discount, shown in discounts:
        for document, part in zip(documents, discount.parts, strict=False):  # shipping has none
            if part:
                _add_discount(document, {**shown, "amount": money[part]})
    return documents


def _line_document(line: Line, prices: dict[str, Any]) -> dict[str, Any]:
    number, quantity_e4 = line.id or 0, line.quantity_e4
    code = broken_rule(line, quantity_e4)
    return {
        "id": str(number),
        "uid": uid_of(number),
        "product": {
            "uid": uid_of(line.product_id),
            "sku": line.sku,
            "name": line.name,
            "type": line.type,
        },
        "quantity": to_json(quantity_e4),
        "is_available": code not in _UNAVAILABLE,
        "prices": prices,
        "errors": [explain(line, code).to_json()] if code else [],
    }


def _add_discount(document: dict[str, Any], discount: dict[str, Any]) -> None:
    """Add a discount to a line's document; the prices that it shares with others stay."""
    found = document["prices"]["discounts"] or []
    document["prices"] = {**document["prices"], "discounts": [*found, discount]}


def _prices(totals: Totals, discounts: list[dict[str, Any]], money: MoneyOf) -> dict[str, Any]:
    wrapping, tax = totals.gift_wrapping_minor, totals.gift_wrapping_tax_minor
    excluding = wrapping - tax if totals.prices_include_tax else wrapping
    return {
        "subtotal_excluding_tax": money[totals.subtotal_excluding_tax_minor],
        "subtotal_including_tax": money[totals.subtotal_including_tax_minor],
        "subtotal_with_discount_excluding_tax": money[
            totals.subtotal_with_discount_excluding_tax_minor
        ],
        "grand_total": money[totals.grand_total_minor],
        "grand_total_excluding_tax": money[totals.grand_total_excluding_tax_minor],
        "applied_taxes": [
            {"amount": money[tax.amount_minor], "label": tax.label} for tax in totals.taxes
        ],
        "discounts": discounts or None,
        "gift_options": {
            "gift_wrapping_for_order": money[excluding],
            "gift_wrapping_for_order_incl_tax": money[excluding + tax],
        },
    }


def discount_document(discount: Discount, money: MoneyOf) -> dict[str, Any]:
    """Return what one promotion takes off."""
    return {
        "amount": money[discount.amount_minor],
        "label": discount.label,
        "applied_to": discount.applied_to,
        "coupon": {"code": discount.coupon} if discount.coupon is not None else None,
    }


def _coupons(choices: Choices) -> dict[str, Any]:
    coupons = [{"code": code} for code in choices.coupons]
    return {
        "applied_coupon": coupons[0] if coupons else None,
        "applied_coupons": coupons or None,
    }


def _credits(cart: Cart, basket: Basket, totals: Totals, money: MoneyOf) -> dict[str, Any]:
    cards = [
        {
            "code": card.code,
            "applied_balance": money[applied.amount_minor],
            "current_balance": money[card.balance_minor],
            "expiration_date": card.expires_on and card.expires_on.isoformat(),
        }
        for card, applied in zip(basket.gift_cards, totals.gift_cards, strict=True)
    ]
    credits_ = {"applied_gift_cards": cards, "applied_reward_points": _points(totals, money)}
    if cart.customer_id is None:
        return {**credits_, "applied_store_credit": None}
    store_credit = {
        "enabled": True,  # the platform's word for: the shop has store credit
        "applied_balance": money[totals.store_credit_minor],
        "current_balance": money[basket.store_credit_minor],
    }
    return {**credits_, "applied_store_credit": store_credit}


def _points(totals: Totals, money: MoneyOf) -> dict[str, Any] | None:
    if not totals.reward_points:
        return None
    return {"money": money[totals.reward_points_minor], "points": totals.reward_points}


def _payment(ctx: Context, basket: Basket, totals: Totals) -> dict[str, Any]:
    methods = available_methods(ctx, basket.shop, totals.grand_total_minor)
    chosen = basket.choices.payment_method or {}
    selected = methods.get(chosen.get("code", ""))
    return {
        "available_payment_methods": [
            {"code": method.code, "title": method.title, "is_deferred": method.provider == OFFLINE}
            for method in methods.values()
        ],
        "selected_payment_method": {
            "code": selected.code,
            "title": selected.title,
            "purchase_order_number": chosen.get("purchase_order_number"),
        }
        if selected
        else None,
    }


def _gift_options(basket: Basket, money: MoneyOf) -> dict[str, Any]:
    chosen = basket.choices.gift_options
    offered = [
        _wrapping_document(one, money) for one in basket.shop.sections.get("gift_wrappings", ())
    ]
    wanted = chosen.get("gift_wrapping_id")
    return {
        "gift_message": chosen.get("gift_message"),
        "gift_wrapping": next((one for one in offered if one["id"] == wanted), None),
        "available_gift_wrappings": offered,
        "gift_receipt_included": chosen.get("gift_receipt_included", False),
        "printed_card_included": chosen.get("printed_card_included", False),
    }


def _wrapping_document(wrapping: Mapping[str, Any], money: MoneyOf) -> dict[str, Any]:
    return {
        "id": wrapping["id"],
        "design": wrapping["design"],
        "price": money[wrapping["price_minor"]],
        "image": wrapping.get("image"),
    }
