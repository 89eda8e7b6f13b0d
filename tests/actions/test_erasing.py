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
        customers=[
            {
                **PERSON,
                "email": EMAIL,
                "password": "paddle paddle",
                "addresses": [ADDRESS],
                "store_credit_minor": 700,
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


def address_in_cart(shop: Shop, cart_id: str) -> None:
    """Choose what a shopper chooses; past the actions, which need not know all of it."""
    chosen = {
        "shipping_address": {**ADDRESS, "number": 1},
        "billing_address": {**ADDRESS, "number": 2},
        "gift_options": {"gift_message": {"to": "Wisp", "from": "Zoë", "message": "quack"}},
    }
    statement = "UPDATE cart_cart SET choices = :choices WHERE masked_id = :id"
    shop.sql(statement, choices=json.dumps(chosen), id=cart_id)


def closed_cart(shop: Shop, by: Principal, number: str) -> str:
    """Make an order of a cart, with all that an order's document holds of a person."""
    cart_id = shop.cart(("thing", 2), by=by)
    shop.pay(cart_id, by=by)
    address_in_cart(shop, cart_id)
    document = {
        "shipping_address": {**ADDRESS, "number": 1},
        "billing_address": {**ADDRESS, "number": 2},
        "gift_options": {"gift_message": {"to": "Wisp"}, "printed_card_included": True},
        "totals": {"grand_total_minor": 2000},
    }
    shop.sql(
        "INSERT INTO cart_order (number, cart_id, payment_order_id, grand_total_minor, currency,"
        " created_at, email, document)"
        " SELECT :number, c.id, p.id, p.amount_minor, p.currency, c.created_at, :email, :document"
        " FROM cart_cart c JOIN cart_payment_order p ON p.cart_id = c.id WHERE masked_id = :id",
        number=number,
        email=EMAIL,
        document=json.dumps(document),
        id=cart_id,
    )
    shop.set_status(cart_id, "closed")
    return cart_id


def erase(shop: Shop, email: str = EMAIL) -> Any:
    return shop.invoke("eraseCustomer", by=ADMIN, email=email)


def test_nothing_is_left_of_a_customer(store: Shop) -> None:
    person = customer(store)
    store.invoke("generateCustomerToken", email=EMAIL, password="paddle paddle")
    closed_cart(store, person, "000000001")
    current = store.cart(("thing", 1), by=person)
    address_in_cart(store, current)
    store.invoke("cart", by=person, cart_id=current)
    store.invoke("createEmptyCart", by=person, key=KEY)
    assert "quackenbush" in traces(store.app)

    counts = erase(store, EMAIL.upper())

    assert traces(store.app) == []
    assert counts == {
        "customers": 1,
        "addresses": 1,
        "carts_deleted": 1,
        "carts_kept": 1,
        "orders_kept": 1,
        "outcomes": 2,  # of the payment and of the call with a key
        "tokens": 1,
        "running": 0,
    }
    assert store.sql("SELECT count(*) FROM oauth_token") == [(0,)]


def test_the_books_keep_what_they_need(store: Shop) -> None:
    closed_cart(store, customer(store), "000000001")

    erase(store)

    [[number, total, currency, email, document]] = store.sql(
        "SELECT number, grand_total_minor, currency, email, document FROM cart_order"
    )
    assert (number, total, currency, email) == ("000000001", 2000, "USD", None)
    kept = json.loads(document)
    assert kept["shipping_address"]["country_code"] == "US"
    assert kept["gift_options"] == {"printed_card_included": True}
    assert kept["totals"] == {"grand_total_minor": 2000}
    assert store.sql("SELECT quantity_e4 FROM cart_item") == [(20_000,)]


def test_nothing_is_left_of_a_guest(store: Shop) -> None:
    guest = "wisp.mallard@example.net"
    ordered, current = closed_cart(store, GUEST, "000000002"), store.cart(("thing", 1))
    for cart_id in (ordered, current):
        statement = "UPDATE cart_cart SET email = :email WHERE masked_id = :id"
        store.sql(statement, email=guest.title(), id=cart_id)
        address_in_cart(store, cart_id)
    store.sql("UPDATE cart_order SET email = :email", email=guest)
    store.sql(
        "INSERT INTO journal (scope, key, action, digest, status, outcome, created_at, expires_at)"
        " VALUES ('call:guest', 'k', 'cart', 'd', 'done', :outcome, 0, 9e9)",
        outcome=json.dumps({"output": {"cart": {"id": current, "firstname": "Zoë"}}}),
    )
    erase(store)  # another one, of the same name

    counts = erase(store, guest)

    assert traces(store.app) == []
    assert (counts["customers"], counts["carts_deleted"], counts["orders_kept"]) == (0, 1, 1)
    assert counts["outcomes"] == 1


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
        "cart_store_credit",
    }


def test_the_command_asks_and_reports(store: Shop) -> None:
    session = Session(database=store.app.settings["database_url"])

    refused = CliRunner().invoke(customers, ["erase", EMAIL], obj=session, input="n\n")
    done = CliRunner().invoke(customers, ["erase", EMAIL, "--yes"], obj=session)

    assert refused.exit_code == 1
    assert done.output.startswith("customers: 1\naddresses: 1\n")
    assert traces(store.app) == []
