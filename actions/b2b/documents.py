"""What the actions of this family show of a cart: the platform's names, our money and ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow import Context

from ..cart.access import Customer, own_cart
from ..cart.accounts import Account
from ..cart.documents import read_cart
from ..cart.model import Cart
from ..cart.names import name_of
from ..cart.pricing import SHIPPING, Discount
from ..choosing import shop_by

_STATUSES = {
    "active": "Active",
    "checkout": "Checkout",
    "processing": "Processing",
    "pending_closed": "PendingClosed",
    "closed": "Closed",
    "inactive": "Closed",
    "pending_delete": "PendingDelete",
}
"""The platform's words for the states of a cart; it has none for one that was given up."""


def cart_summary(
    ctx: Context, cart: Cart, account: Account | None, document: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the summary of a cart whose document is *document*."""
    prices = document["prices"]
    return {
        "cartId": cart.masked_id,
        "name": name_of(ctx.db, cart.id) or cart.masked_id,
        "webStoreId": shop_by(ctx, cart).web_store_id,
        "ownerId": None if cart.customer_id is None else str(cart.customer_id),
        "accountId": account.public_id if account else None,
        "status": _STATUSES[cart.status],
        "type": "Cart",
        "isSecondary": _is_secondary(ctx, cart),
        "currencyIsoCode": cart.currency,
        "uniqueProductCount": len(document["items"]),
        "totalProductCount": document["total_quantity"],
        "totalProductAmount": prices["subtotal_excluding_tax"],
        "grandTotalAmount": prices["grand_total"],
    }


def _is_secondary(ctx: Context, cart: Cart) -> bool:
    """Return whether the cart's customer has an earlier one, which stays his own."""
    if cart.customer_id is None:
        return False
    own = own_cart(ctx.db, Customer(cart.customer_id, ""))
    return own is not None and own.id != cart.id


def cart_items(ctx: Context, cart: Cart, account: Account | None) -> dict[str, Any]:
    """Return the lines of a cart behind one another, and its summary."""
    document = read_cart(ctx, cart)
    results = [
        {
            "cartItem": cart_item(cart, line),
            "status": "Failure" if line["errors"] else "Success",
            "messages": [error["message"] for error in line["errors"]],
        }
        for line in document["items"]
    ]
    return {
        "cartItems": results,
        "cartSummary": cart_summary(ctx, cart, account, document),
        "hasErrors": any(result["messages"] for result in results),
    }


def cart_item(cart: Cart, line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of a cart's document as the platform shows it."""
    product, prices = line["product"], line["prices"]
    return {
        "cartItemId": line["id"],
        "cartId": cart.masked_id,
        "productId": product["sku"],
        "name": product["name"],
        "quantity": line["quantity"],
        "type": "Product",
        "salesPrice": prices["price"],
        "totalPrice": prices["row_total"],
    }


def promotion(cart: Cart, discount: Discount) -> dict[str, Any]:
    """Return what a discount takes off a cart."""
    return {
        "promotionId": discount.coupon or discount.label,
        "displayName": discount.label,
        "couponCode": discount.coupon,
        "targetType": "Shipping" if discount.applied_to == SHIPPING else "Item",
        "adjustmentAmount": {"amount_minor": discount.amount_minor, "currency": cart.currency},
    }
