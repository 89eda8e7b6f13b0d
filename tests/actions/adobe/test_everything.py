"""Every field of every type can be asked for, of what actions really answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    execute_sync,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
)

from cartflow import GUEST, Principal
from cartflow.actions.adobe.objects import FIELDS
from cartflow.actions.adobe.plans import execute_planned
from cartflow.actions.adobe.schema import schema

from ..conftest import Shop
from ..vouchers import coupon, gift_card, store_credit
from .probe import call_of, probing


def selection(kind: GraphQLNamedType, around: tuple[str, ...] = ()) -> str:
    """Return all fields of a type, but for those of types that it stands in already.

    Of an interface these are the fields of the types that there are objects of.
    """
    if is_leaf_type(kind):
        return ""
    around = (*around, kind.name)
    if isinstance(kind, GraphQLInterfaceType):
        types = [one for one in schema().get_implementations(kind).objects if one.name in FIELDS]
        parts = [f"... on {one.name} {selection(one, around)}" for one in types]
        return f"{{ __typename {' '.join(parts)} }}"
    assert isinstance(kind, GraphQLObjectType)
    found = [
        # the same field may be of another type in another fragment
        f"{kind.name}_{name}: {name} {selection(get_named_type(field.type), around)}"
        for name, field in kind.fields.items()
        if is_simple(field) and get_named_type(field.type).name not in around
    ]
    return f"{{ __typename {' '.join(found)} }}"


def is_simple(field: GraphQLField) -> bool:
    return not any(is_required_argument(argument) for argument in field.args.values())


def empty_cart(shop: Shop) -> Any:
    return shop.invoke("cart", cart_id=shop.cart())["cart"]


def full_cart(shop: Shop, by: Principal | None = None) -> Any:
    by = by or shop.customer()
    image = {"url": "https://shop.example/a.jpg", "label": "A"}
    things = (shop.product(weight=1.5, image=image), 2), (shop.product(type="virtual"), 1)
    cart_id = shop.cart(*things, by=by)
    store_credit(shop, by, 200)

    def change(name: str, **given: Any) -> None:
        shop.invoke(name, by=by, cart_id=cart_id, **given)

    change("applyCouponToCart", coupon_code=coupon(shop))
    change("applyGiftCardToCart", gift_card_code=gift_card(shop, 100))
    change("applyStoreCreditToCart")
    message = {"from": "A", "to": "B", "message": "C"}
    change("setGiftOptionsOnCart", gift_message=message, gift_wrapping_id="foil")
    shop.ready(cart_id, by)
    cart = shop.invoke("cart", by=by, cart_id=cart_id)["cart"]
    cart["gift_wrapping"] |= {"image": "https://shop.example/f.jpg"}
    return cart


def broken_cart(shop: Shop) -> Any:
    sku, gone = shop.product(), shop.product()
    cart_id = shop.cart((sku, 5), (gone, 1))
    shop.product(sku=sku, stock=1)
    shop.product(sku=gone, enabled=False)
    return shop.invoke("cart", cart_id=cart_id)["cart"]


def placed(shop: Shop) -> Any:
    customer = shop.customer()
    return shop.invoke("placeOrder", by=customer, cart_id=full_cart(shop, customer)["id"])


def customer(shop: Shop) -> Any:
    customer = shop.customer()
    shop.address_of(customer)
    return shop.invoke("customer", by=customer)["customer"]


def products(shop: Shop) -> Any:
    found = shop.product(weight=0.5), shop.product(type="virtual"), shop.product(stock=0)
    return shop.invoke("products", skus=list(found))


def store(shop: Shop) -> Any:
    return shop.invoke("storeConfig")


def payment(shop: Shop) -> Any:
    return shop.pay(shop.cart((shop.product(), 1)))


def card(shop: Shop) -> Any:
    return shop.invoke("giftCardAccount", gift_card_code=gift_card(shop, 100))


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("Cart", empty_cart),
        ("Cart", full_cart),
        ("Cart", broken_cart),
        ("PlaceOrderOutput", placed),
        ("Customer", customer),
        ("Products", products),
        ("StoreConfig", store),
        ("CreatePaymentOrderOutput", payment),
        ("GiftCardAccount", card),
    ],
    ids=lambda it: it if isinstance(it, str) else it.__name__,
)
def test_every_field_can_be_asked_for(
    sqlite_shop: Shop, kind: str, make: Callable[[Shop], Any]
) -> None:
    document, probe = make(sqlite_shop), probing(kind)
    text = parse(f"{{ it {selection(schema().type_map[kind])} }}")

    def invoke(name: str, given: Any, key: str | None = None) -> Any:
        return sqlite_shop.invoke(name, by=GUEST, key=key, **given)

    planned = execute_planned(
        probe, text, None, root_value={"it": document}, context_value=call_of(invoke)
    )

    assert planned.errors is None
    assert planned.data is not None
    assert planned.data["it"]["__typename"] == kind
    assert planned.data == execute_sync(probe, text, {"it": document}, call_of(invoke)).data
