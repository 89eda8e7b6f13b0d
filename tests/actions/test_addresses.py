from __future__ import annotations

import json
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, Principal
from cartflow.actions.cart.model import uid_of

from .conftest import ADDRESS, PASSWORD, Shop

DUFFLE, VIRTUAL = "24-WB07", "240-LV04"


def book(shop: Shop, customer: Principal) -> list[dict[str, Any]]:
    rows = shop.sql(
        "SELECT address FROM cart_customer_address WHERE customer_id = :id ORDER BY position",
        id=int(customer.id),
    )
    return [json.loads(row[0]) for row in rows]


def ship(shop: Shop, cart_id: str, by: Principal = GUEST, **wanted: Any) -> dict[str, Any]:
    action = "setShippingAddressesOnCart"
    shop.invoke(action, by=by, cart_id=cart_id, shipping_addresses=[wanted])
    return dict(shop.choices(cart_id)["shipping_address"])


def bill(shop: Shop, cart_id: str, by: Principal = GUEST, **wanted: Any) -> dict[str, Any]:
    shop.invoke("setBillingAddressOnCart", by=by, cart_id=cart_id, billing_address=wanted)
    return dict(shop.choices(cart_id)["billing_address"])


def without_number(address: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in address.items() if name != "number"}


def test_a_guest_gives_an_e_mail_address_and_another(shop: Shop) -> None:
    cart_id = shop.cart()

    first, second = (
        shop.invoke("setGuestEmailOnCart", cart_id=cart_id, email=email)
        for email in ("first@example.com", "second@example.com")
    )

    assert first["cart"]["email"] == "first@example.com"
    assert second == shop.invoke("cart", cart_id=cart_id)
    assert second["cart"]["email"] == "second@example.com"


@pytest.mark.parametrize(
    "email", ["guest", "a@b", "a b@example.com", "a@b@example.com", "\ud800@example.com", "@x.y"]
)
def test_what_is_no_e_mail_address(shop: Shop, email: str) -> None:
    error = shop.refused("setGuestEmailOnCart", cart_id=shop.cart(), email=email)

    assert (error.code, error.message) == ("EMAIL_INVALID", "Invalid email format")


def test_the_e_mail_is_checked_before_the_caller_and_both_before_the_cart(shop: Shop) -> None:
    customer, gone = shop.customer(), "gone"

    codes = [
        shop.refused("setGuestEmailOnCart", by=customer, cart_id=gone, email=email).code
        for email in ("", "guest", "guest@example.com")
    ]

    assert codes == ["EMAIL_REQUIRED", "EMAIL_INVALID", "GUEST_REQUIRED"]


def test_a_new_shipping_address(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    address = ship(shop, cart_id, address=ADDRESS, customer_notes=" Ring twice ")

    assert 0 < address["number"] < 2**53
    assert address["customer_notes"] == "Ring twice"
    assert address["region"] == {"code": "CA", "label": "California", "region_id": 12}
    assert address["street"] == ["3320 N Crescent Dr"]


def test_an_empty_cart_may_have_a_shipping_address(shop: Shop) -> None:
    assert ship(shop, shop.cart(), address=ADDRESS)["city"] == "Los Angeles"


def test_a_shipping_address_replaces_the_one_before_and_keeps_its_number(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    first = ship(shop, cart_id, address=ADDRESS, customer_notes="Ring twice")

    second = ship(shop, cart_id, address={**ADDRESS, "city": "Culver City"})

    del first["customer_notes"]
    assert second == {**first, "city": "Culver City"}


def test_a_cart_in_checkout_stays_in_it(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    ship(shop, cart_id, by=customer, address=ADDRESS)

    assert shop.status(cart_id) == "checkout"


def test_a_refused_address_changes_nothing(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    before = ship(shop, cart_id, address=ADDRESS)
    wanted = [{"address": {**ADDRESS, "region": "AE"}}]

    shop.refused("setShippingAddressesOnCart", cart_id=cart_id, shipping_addresses=wanted)

    assert shop.choices(cart_id)["shipping_address"] == before


def test_an_address_goes_into_the_address_book_once(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    saved = {**ADDRESS, "save_in_address_book": True}

    first = ship(shop, cart_id, by=customer, address=saved, customer_notes="Ring twice")
    second = bill(shop, cart_id, by=customer, address=saved)
    ship(shop, cart_id, by=customer, address={**saved, "city": "Culver City"})

    assert first["customer_address_id"] == second["customer_address_id"]
    assert [address["city"] for address in book(shop, customer)] == ["Los Angeles", "Culver City"]
    assert book(shop, customer)[0].keys().isdisjoint({"number", "customer_notes"})


def test_an_address_of_the_store_file_is_not_kept_twice(shop: Shop) -> None:
    customer = shop.customer()
    [[email]] = shop.sql("SELECT email FROM cart_customer WHERE id = :id", id=int(customer.id))
    region = {"code": "CA", "label": "California", "region_id": 12}
    address = {**ADDRESS, "street": ["3320 N Crescent Dr"], "region": region}
    person = {"email": email, "firstname": "A", "lastname": "B", "password": PASSWORD}
    shop.load(customers=[{**person, "addresses": [address]}])

    cart_id, saved = shop.cart(by=customer), {**ADDRESS, "save_in_address_book": True}
    ship(shop, cart_id, by=customer, address=saved)

    assert len(book(shop, customer)) == 1


@pytest.mark.parametrize("by", [GUEST, ADMIN], ids=["guest", "admin"])
def test_only_a_customer_has_an_address_book_to_save_in(shop: Shop, by: Principal) -> None:
    [[before]] = shop.sql("SELECT count(*) FROM cart_customer_address")

    ship(shop, shop.cart(), by=by, address={**ADDRESS, "save_in_address_book": True})

    assert shop.sql("SELECT count(*) FROM cart_customer_address") == [(before,)]


@pytest.mark.parametrize("kind", ["number", "uid"])
def test_an_address_of_the_address_book(shop: Shop, kind: str) -> None:
    customer = shop.customer()
    number, cart_id = shop.address_of(customer), shop.cart((DUFFLE, 1), by=customer)
    named: dict[str, Any] = {"customer_address_id": number}
    if kind == "uid":
        named = {"customer_address_uid": uid_of(number)}

    address = ship(shop, cart_id, by=customer, **named)

    assert address["customer_address_id"] == number
    assert address["city"] == "Los Angeles"


def test_whoever_serves_a_customer_may_use_the_customers_address_book(shop: Shop) -> None:
    customer = shop.customer()
    number, cart_id = shop.address_of(customer), shop.cart((DUFFLE, 1), by=customer)

    assert ship(shop, cart_id, by=ADMIN, customer_address_id=number)["city"] == "Los Angeles"


@pytest.mark.parametrize("uid", ["nonsense", "", uid_of(0), uid_of(2**63)])
def test_a_uid_of_no_address(shop: Shop, uid: str) -> None:
    customer = shop.customer()
    wanted = [{"customer_address_uid": uid}]
    given = {"cart_id": shop.cart(by=customer), "shipping_addresses": wanted}

    assert shop.refused("setShippingAddressesOnCart", by=customer, **given).status == 404


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"countries": ["DE"]}, "COUNTRY_NOT_AVAILABLE"),
        ({"company_required": True}, "ADDRESS_INCOMPLETE"),
    ],
)
def test_the_rules_hold_for_the_address_book_too(
    shop: Shop, rules: dict[str, Any], code: str
) -> None:
    customer = shop.customer()
    number = shop.address_of(customer)
    shop.set_rules(**rules)
    wanted = [{"customer_address_id": number}]
    given = {"cart_id": shop.cart(by=customer), "shipping_addresses": wanted}

    assert shop.refused("setShippingAddressesOnCart", by=customer, **given).code == code


def test_a_bill_goes_elsewhere(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shipped = ship(shop, cart_id, address=ADDRESS)

    billed = bill(shop, cart_id, address={**ADDRESS, "lastname": "Roe"})

    assert shop.choices(cart_id)["shipping_address"] == shipped
    assert without_number(billed) == {**without_number(shipped), "lastname": "Roe"}
    assert billed["number"] != shipped["number"]


def test_a_bill_goes_where_the_goods_go(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shipped = ship(shop, cart_id, address=ADDRESS, customer_notes="Ring twice")

    billed = bill(
        shop,
        cart_id,
        same_as_shipping=True,
        address={**ADDRESS, "city": "Nowhere"},
        use_for_shipping=True,
    )

    assert shop.choices(cart_id)["shipping_address"] == shipped
    del shipped["customer_notes"]
    assert without_number(billed) == without_number(shipped)


def test_a_bill_goes_to_the_same_entry_of_the_address_book(shop: Shop) -> None:
    customer = shop.customer()
    number, cart_id = shop.address_of(customer), shop.cart((DUFFLE, 1), by=customer)
    ship(shop, cart_id, by=customer, customer_address_id=number)

    assert bill(shop, cart_id, by=customer, same_as_shipping=True)["customer_address_id"] == number


def test_the_goods_go_where_the_bill_goes(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    billed = bill(shop, cart_id, address=ADDRESS, use_for_shipping=True)

    shipped = shop.choices(cart_id)["shipping_address"]
    assert without_number(shipped) == without_number(billed)
    assert shipped["number"] != billed["number"]


def test_a_virtual_cart_has_a_billing_address_only(shop: Shop) -> None:
    cart_id = shop.cart((VIRTUAL, 1))

    bill(shop, cart_id, address=ADDRESS)

    assert list(shop.choices(cart_id)) == ["billing_address"]


def test_a_customer_orders_where_guests_may_not(shop: Shop) -> None:
    shop.set_rules(guest_checkout=False)
    customer = shop.customer()

    assert ship(shop, shop.cart((DUFFLE, 1), by=customer), by=customer, address=ADDRESS)
