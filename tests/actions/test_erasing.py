from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from cartflow import ADMIN, GUEST, ActionError, Application, Principal
from cartflow.actions.cart.tables import metadata
from cartflow.actions.cli import customers
from cartflow.runtime.cli.session import Session

from .conftest import Shop

KEY = "a key with enough random bits 7f"
EMAIL = "Zoë.Quackenbush@example.org"
TRACES = ("zoë", "quackenbush", "zo\\u00eb", "waddle", "mallard", "555-0177", "thornbill", "wisp")
"""What is the person's own: parts of e-mail address, names, addresses, messages."""

PERSON = {"firstname": "Zoë", "lastname": "Quackenbush"}
ADDRESS = {
    **PERSON,
    "company": "Mallard Ltd",
    "street": ["12 Waddle Lane"],
    "city": "Thornbill",
    "region": {"code": "MI", "label": "Michigan", "region_id": 33},
    "postcode": "49628",
    "country_code": "US",
    "telephone": "555-0177",
}


@pytest.fixture
def store(any_app: Application) -> Shop:
    shop = Shop(any_app, {})
    shop.load(
        products=[{"sku": "thing", "name": "Thing", "price_minor": 1000, "stock": 1000}],
        payment_methods=[{"code": "checkmo", "title": "Check"}],
        gift_wrappings=[{"id": "foil", "design": "Foil", "price_minor": 100}],
        customers=[
            {
                **PERSON,
                "email": EMAIL,
                "password": "paddle paddle",
                "addresses": [ADDRESS],
                "store_credit_minor": 700,
                "reward_points": 25,
            },
            {"email": "other@example.org", "firstname": "O", "lastname": "O", "password": "x" * 9},
        ],
        accounts=[{"id": "POND", "name": "Pond", "members": [EMAIL, "other@example.org"]}],
    )
    return shop


def customer(shop: Shop, email: str = EMAIL) -> Principal:
    found = "SELECT id FROM cart_customer WHERE email = :email"
    [[number]] = shop.sql(found, email=email.casefold())
    return Principal("customer", str(number))


def dump(app: Application) -> str:
    """Return all that is in the database, as text."""
    with app.database.transaction() as db:
        names = [f'"{name}"' for name in inspect(db).get_table_names()]
        found = [str(list(db.execute(text(f"SELECT * FROM {name}")))) for name in names]
    return "\n".join(found).lower()


def traces(app: Application) -> list[str]:
    found = dump(app)
    return [trace for trace in TRACES if trace in found]


def chosen_cart(shop: Shop, by: Principal = GUEST, email: str | None = None) -> str:
    """Return a cart for which a person has chosen all that there is to choose."""
    cart_id = shop.cart(("thing", 2), by=by)
    if email:
        shop.invoke("setGuestEmailOnCart", by=by, key=KEY + cart_id, cart_id=cart_id, email=email)
    given = {name: ADDRESS[name] for name in ADDRESS if name != "region"} | {"region": "MI"}
    shop.ship_to(cart_id, by, **given)
    shop.bill_to(cart_id, by, **given)
    message = {"to": "Wisp", "from": "Zoë", "message": "from Mallard"}
    shop.invoke("setGiftOptionsOnCart", by=by, cart_id=cart_id, gift_message=message)
    shop.deliver(cart_id, by)
    shop.pay_by(cart_id, by)
    return cart_id


def order(shop: Shop, by: Principal = GUEST, email: str | None = None) -> str:
    """Return a cart of which an order was made."""
    cart_id = chosen_cart(shop, by, email)
    shop.invoke("placeOrder", by=by, key=f"order {KEY}", cart_id=cart_id)
    return cart_id


def erase(shop: Shop, email: str = EMAIL) -> Any:
    return shop.invoke("eraseCustomer", by=ADMIN, email=email)


def test_what_a_person_called_a_cart_is_gone_from_the_books(store: Shop) -> None:
    order(store, customer(store))
    store.sql("UPDATE cart_cart SET name = 'for Wisp'")

    erase(store)

    assert [name for [name] in store.sql("SELECT name FROM cart_cart")] == [None]


def test_nothing_is_left_of_a_customer(store: Shop) -> None:
    person = customer(store)
    store.invoke("generateCustomerToken", email=EMAIL, password="paddle paddle")
    order(store, person)
    chosen_cart(store, person)
    store.invoke("createEmptyCart", by=person, key=KEY)
    assert set(traces(store.app)) >= {"quackenbush", "waddle", "thornbill", "wisp"}

    counts = erase(store, EMAIL.upper())

    assert traces(store.app) == []
    assert counts == {
        "customers": 1,
        "addresses": 1,
        "carts_deleted": 1,
        "carts_kept": 1,
        "orders_kept": 1,
        "outcomes": 2,
        "tokens": 1,
        "running": 0,
    }
    assert store.sql("SELECT count(*) FROM oauth_token") == [(0,)]


def test_the_books_keep_what_they_need(store: Shop) -> None:
    order(store, customer(store))
    columns = "number, grand_total_minor, currency, email, document"
    [[*before, _, _]] = store.sql(f"SELECT {columns} FROM cart_order")
    lines = store.sql("SELECT * FROM cart_order_item")

    erase(store)

    [[*after, email, document]] = store.sql(f"SELECT {columns} FROM cart_order")
    assert (after, email) == (before, None)
    assert store.sql("SELECT * FROM cart_order_item") == lines
    kept = json.loads(document)
    assert kept["shipping_address"]["country_code"] == "US"
    assert set(kept["billing_address"]) == {"country_code", "region"}
    assert kept["totals"]["grand_total_minor"] == before[1]


def test_nothing_is_left_of_a_guest(store: Shop) -> None:
    guest = "Wisp.Mallard@example.net"
    erase(store)  # a customer of the same name
    order(store, email=guest)
    chosen_cart(store, email=guest.upper())
    assert set(traces(store.app)) >= {"quackenbush", "waddle", "thornbill", "wisp"}

    counts = erase(store, guest.lower())

    assert traces(store.app) == []
    assert (counts["customers"], counts["carts_deleted"], counts["orders_kept"]) == (0, 1, 1)
    assert counts["outcomes"] == 3


def test_a_paid_cart_stays_and_is_nobody_s(store: Shop) -> None:
    person = customer(store)
    cart_id = store.cart(("thing", 1), by=person)
    store.pay(cart_id, by=person)

    erase(store)

    assert store.status(cart_id) == "inactive"
    assert store.refused("cart", cart_id=cart_id).code == "CART_NOT_ACTIVE"
    assert store.sql("SELECT amount_minor FROM cart_payment_order") == [(1000,)]


def test_what_is_of_others_stays(store: Shop) -> None:
    other = customer(store, "other@example.org")
    cart_id = store.cart(("thing", 1), by=other)
    store.invoke("createEmptyCart", by=other, key=KEY)

    erase(store)

    assert store.invoke("cart", by=other, cart_id=cart_id)["cart"]["id"] == cart_id
    assert store.sql("SELECT count(*) FROM journal WHERE status = 'done'") == [(1,)]
    assert store.sql("SELECT count(*) FROM cart_account_member") == [(1,)]


def test_who_was_erased_cannot_sign_in_and_may_come_back(store: Shop) -> None:
    erase(store)

    with pytest.raises(ActionError) as caught:
        store.invoke("generateCustomerToken", email=EMAIL, password="paddle paddle")
    store.load(customers=[{**PERSON, "email": EMAIL, "password": "paddle paddle"}])

    assert caught.value.code == "SIGN_IN_INCORRECT"
    assert store.invoke("generateCustomerToken", email=EMAIL, password="paddle paddle")["token"]


def test_erasing_again_finds_nothing(store: Shop) -> None:
    erase(store)

    assert set(erase(store).values()) == {0}


def test_a_call_that_is_still_under_way_is_told(store: Shop) -> None:
    store.sql(
        "INSERT INTO journal (scope, key, action, digest, status, state, created_at, expires_at)"
        " VALUES (:scope, 'k', 'createPaymentOrder', 'd', 'running', '{}', 0, 9e9)",
        scope=f"call:{customer(store).scope}",
    )

    assert erase(store)["running"] == 1
    assert store.sql("SELECT count(*) FROM journal") == [(1,)]


def test_every_table_that_names_customers_is_dealt_with() -> None:
    """Whoever adds such a table has to think of erasing; then add it here and to a test above."""
    naming = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "cart_customer"
    }

    assert naming == {
        "cart_account_member",
        "cart_cart",
        "cart_coupon_use",
        "cart_credit_use",
        "cart_customer_address",
        "cart_reward_points",
        "cart_store_credit",
    }


def test_the_command_asks_and_reports(store: Shop) -> None:
    session = Session(database=store.app.settings["database_url"])

    refused = CliRunner().invoke(customers, ["erase", EMAIL], obj=session, input="n\n")
    done = CliRunner().invoke(customers, ["erase", EMAIL, "--yes"], obj=session)

    assert (refused.exit_code, refused.stderr) == (1, "nothing was erased\n")
    assert done.output.startswith("customers: 1\naddresses: 1\n")
    assert traces(store.app) == []


def test_nothing_is_left_of_who_has_created_an_account(store: Shop) -> None:
    email, details = "Mallard@Example.org", {"prefix": "Wisp", "taxvat": "Waddle"}
    given: dict[str, Any] = {**PERSON, **details, "password": "Paddle paddle 1"}
    store.invoke("createCustomerV2", key=KEY, email=email, **given)
    erase(store)
    assert set(traces(store.app)) >= {"quackenbush", "mallard", "waddle", "wisp"}

    erase(store, email)

    assert traces(store.app) == []
