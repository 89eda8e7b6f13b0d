"""Orders for tests: placing them, and what the database knows of them."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST, Principal

from .conftest import Shop


def place(shop: Shop, cart_id: str, by: Principal = GUEST) -> Any:
    return shop.invoke("placeOrder", by=by, cart_id=cart_id)


def total(shop: Shop, cart_id: str, by: Principal = GUEST) -> int:
    cart = shop.invoke("cart", by=by, cart_id=cart_id)["cart"]
    return int(cart["prices"]["grand_total"]["amount_minor"])


def stock(shop: Shop, sku: str) -> int:
    [[found]] = shop.sql("SELECT stock_e4 FROM cart_product WHERE sku = :sku", sku=sku)
    return int(found)


def order_of(shop: Shop, number: str) -> Any:
    [row] = shop.sql(
        "SELECT o.email, o.document, o.grand_total_minor, p.method_code, p.amount_minor"
        " FROM cart_order o JOIN cart_payment_order p ON p.id = o.payment_order_id"
        " WHERE o.number = :number",
        number=number,
    )
    return row


def orders_of(shop: Shop, cart_id: str) -> int:
    [[count]] = shop.sql(
        "SELECT count(*) FROM cart_order o JOIN cart_cart c ON c.id = o.cart_id"
        " WHERE c.masked_id = :id",
        id=cart_id,
    )
    return int(count)
