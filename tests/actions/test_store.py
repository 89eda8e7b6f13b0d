from __future__ import annotations

import json
from typing import Any

from cartflow import ADMIN, Application
from cartflow.actions.cart.shop import shop_of

from .conftest import Shop, sample_store
from .store_records import ADA, ADDRESS, SHOP, coupon, problems, product

TABLES = (
    "shop",
    "shop_section",
    "product",
    "customer",
    "customer_address",
    "store_credit",
    "reward_points",
    "account",
    "account_member",
    "payment_method",
    "coupon",
    "gift_card",
)
"""All that a store file writes; see `content`."""


def content(app: Application) -> list[list[Any]]:
    return [Shop(app, {}).sql(f"SELECT * FROM cart_{table} ORDER BY 1, 2") for table in TABLES]


def test_the_sample_store_has_the_well_known_products(any_app: Application) -> None:
    counts = any_app.invoke("loadStore", {"store": sample_store()}, principal=ADMIN)

    assert counts["products"] >= 40
    names = dict(map(tuple, Shop(any_app, {}).sql("SELECT sku, name FROM cart_product")))
    assert names["24-WB07"] == "Overnight Duffle"
    assert names["WS12"] == "Radiant Tee"
    assert names["24-MB04"] == "Strive Shoulder Pack"


def test_loading_again_changes_nothing(any_app: Application) -> None:
    any_app.invoke("loadStore", {"store": sample_store()}, principal=ADMIN)
    before = content(any_app)
    assert all(before)

    any_app.invoke("loadStore", {"store": sample_store()}, principal=ADMIN)

    assert content(any_app) == before


def test_what_only_the_catalogue_shows_is_brought_to_what_the_file_says(
    any_app: Application,
) -> None:
    shop = Shop(any_app, {})
    shop.load(products=[product(url_key="tee", image={"url": "/tee.jpg"}, weight=0.5)])
    shop.load(products=[product(name="Größe", url_key="size")])

    [found] = shop.invoke("products", search="GRÖSSE ws12")["items"]

    assert (found["url_key"], found["image"], found["weight"]) == ("size", None, None)


def test_what_is_there_is_brought_to_what_the_file_says(any_app: Application) -> None:
    shop = Shop(any_app, {})
    shop.load(products=[product(), product(sku="other")])

    shop.load(products=[product(price_minor=1900, stock=7)])

    rows = shop.sql("SELECT sku, price_minor, stock_e4 FROM cart_product ORDER BY sku")
    assert sorted(map(tuple, rows)) == [("WS12", 1900, 70_000), ("other", 2200, 0)]


def test_a_changed_password_takes_effect(any_app: Application) -> None:
    shop = Shop(any_app, {})
    person = {"email": "A@example.com", "firstname": "A", "lastname": "B"}
    for password in ("first password", "second password"):
        shop.load(customers=[{**person, "password": password}])

    assert shop.sql("SELECT email FROM cart_customer") == [("a@example.com",)]
    assert shop.invoke("generateCustomerToken", email="a@example.com", password="second password")


def test_rules_and_sections_are_there_for_the_prices(any_app: Application) -> None:
    shop = Shop(any_app, {})
    taxes = {"prices_include_tax": True, "rates": [{"label": "VAT", "country": "DE", "rate": 19}]}
    rules = {"guest_checkout": False, "countries": ["DE"]}
    wrapping = {"id": "foil", "design": "Foil", "price_minor": 100}

    shop.load(shop={**SHOP, **rules, "web_store_id": "0ZE1"}, taxes=taxes, shipping=[])
    shop.load(shop={**SHOP, **rules, "web_store_id": "0ZE1"}, gift_wrappings=[wrapping])

    [[revision]] = shop.sql("SELECT revision FROM cart_shop")
    with any_app.database.transaction() as db:
        found = shop_of(db, revision)
    assert (found.web_store_id, found.rules) == ("0ZE1", rules)
    assert found.sections == {"taxes": taxes, "shipping": [], "gift_wrappings": [wrapping]}


def test_an_address_book_is_brought_to_what_the_file_says(any_app: Application) -> None:
    shop = Shop(any_app, {})
    home = {**ADDRESS, "default_shipping": True}
    for book in ([ADDRESS, ADDRESS, ADDRESS], [home, {**ADDRESS, "city": "Paris"}]):
        shop.load(
            customers=[{**ADA, "addresses": book, "store_credit_minor": 700, "reward_points": 25}]
        )
        ids = shop.sql("SELECT id FROM cart_customer_address ORDER BY position")
    shop.load(customers=[ADA])

    rows = shop.sql(
        "SELECT id, address, is_default_shipping FROM cart_customer_address ORDER BY position"
    )
    addresses = [json.loads(row.address) for row in rows]
    assert [(row.id,) for row in rows] == ids
    assert [address["city"] for address in addresses] == ["Calder", "Paris"]
    assert addresses[0]["country_code"] == "US"
    assert addresses[0]["region"] == {"code": "MI", "label": "Michigan", "region_id": 33}
    assert addresses[0]["fax"] is None
    assert [bool(row.is_default_shipping) for row in rows] == [True, False]
    assert shop.sql("SELECT balance_minor FROM cart_store_credit") == [(700,)]
    assert shop.sql("SELECT points FROM cart_reward_points") == [(25,)]


def test_the_members_of_an_account_are_those_of_the_file(any_app: Application) -> None:
    shop = Shop(any_app, {})
    bob = {**ADA, "email": "bob@example.com"}
    account = {"id": "ACME", "name": "Acme"}
    shop.load(customers=[ADA, bob], accounts=[{**account, "members": ["ADA@example.com"]}])

    shop.load(accounts=[{**account, "members": ["bob@example.com"], "store_member": False}])

    members = shop.sql(
        "SELECT email, is_store_member FROM cart_account_member m"
        " JOIN cart_customer c ON c.id = customer_id JOIN cart_account a ON a.id = account_id"
    )
    assert [tuple(row) for row in members] == [("bob@example.com", False)]


def test_how_often_a_coupon_was_used_stays(any_app: Application) -> None:
    shop = Shop(any_app, {})
    shop.load(coupons=[coupon(percent=5)])
    shop.sql("UPDATE cart_coupon SET uses = 3")

    shop.load(coupons=[coupon(code="ten", percent=10, ends_on="2030-01-31")])

    [[code, rule, uses]] = shop.sql("SELECT code, rule, uses FROM cart_coupon")
    assert (code, uses) == ("ten", 3)
    assert json.loads(rule) == {
        "code": "ten",
        "type": "percent",
        "percent": 10,
        "ends_on": "2030-01-31",
    }


def test_one_bad_record_refuses_the_whole_file(any_app: Application) -> None:
    found = problems(any_app, products=[product(), product(sku="other", stock=-1)])

    assert found == [("/products/1/stock", "minimum")]
    assert Shop(any_app, {}).sql("SELECT count(*) FROM cart_product") == [(0,)]
