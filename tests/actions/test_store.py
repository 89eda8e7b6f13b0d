from __future__ import annotations

import json
from typing import Any

import pytest

from cartflow import ADMIN, Application
from cartflow.actions.cart.shop import shop_of

from .conftest import Shop, sample_store

SHOP = {"name": "Luma", "currency": "USD"}
ADA = {"email": "ada@example.com", "firstname": "Ada", "lastname": "B", "password": "analytical"}
ADDRESS = {
    "firstname": "Ada",
    "lastname": "B",
    "street": ["1 Main Street"],
    "city": "Calder",
    "country_code": "us",
    "region": {"code": "MI"},
}
TABLES = (
    "shop",
    "shop_section",
    "product",
    "customer",
    "customer_address",
    "store_credit",
    "account",
    "account_member",
    "payment_method",
    "coupon",
    "gift_card",
)
"""All that a store file writes; see `content`."""


def product(**members: Any) -> dict[str, Any]:
    return {"sku": "WS12", "name": "Radiant Tee", "price_minor": 2200, **members}


def coupon(**members: Any) -> dict[str, Any]:
    return {"code": "TEN", "type": "percent", **members}


def problems(app: Application, **sections: Any) -> list[tuple[str, str]]:
    """Load a store file that is wrong; return pointer and rule of each problem."""
    error = Shop(app, {}).refused("loadStore", by=ADMIN, store={"shop": SHOP, **sections})
    assert error.code == "INVALID_STORE"
    assert error.data["count"] == len(error.data["problems"])
    return [(problem["pointer"], problem["rule"]) for problem in error.data["problems"]]


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
        shop.load(customers=[{**ADA, "addresses": book, "store_credit_minor": 700}])
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


def test_every_problem_is_listed_whatever_its_kind(app: Application) -> None:
    customer = {"email": "a@example.com", "firstname": "A", "lastname": "B", "password": "short"}

    found = problems(
        app,
        products=[
            product(colour="red"),
            product(price_minor="2200"),
            product(sku="a", minimum=5, maximum=4),
        ],
        customers=[customer, {**customer, "email": "A@example.com", "password": "long enough"}],
        payment_methods=[{"code": "checkmo"}],
    )

    assert found == [
        ("/customers/0/password", "minLength"),
        ("/customers/1/email", "duplicate"),
        ("/payment_methods/0", "required"),
        ("/products/0", "additionalProperties"),
        ("/products/1/price_minor", "type"),
        ("/products/1/sku", "duplicate"),
        ("/products/2/minimum", "limits"),
    ]


def test_a_password_is_never_shown(app: Application) -> None:
    customer = {"email": "a@example.com", "firstname": "A", "lastname": "B", "password": "s3cret"}

    error = Shop(app, {}).refused(
        "loadStore", by=ADMIN, store={"shop": SHOP, "customers": [customer]}
    )

    assert "s3cret" not in repr(error.to_json())


@pytest.mark.parametrize(
    ("members", "place", "rule"),
    [
        ({"stock": 0.00001}, "/stock", "decimals"),
        ({"increment": 1.00001}, "/increment", "decimals"),
        ({"currency": "EUR"}, "/currency", "currency"),
        ({"minimum": 20_000}, "/minimum", "limits"),
        ({"minimum": 3, "maximum": 5, "increment": 6}, "/increment", "limits"),
        ({"maximum": 5, "increment": 6}, "/increment", "limits"),
        ({"sku": " x"}, "/sku", "pattern"),
        ({"name": "a\x00b"}, "/name", "pattern"),
        ({"price_minor": 10.5}, "/price_minor", "type"),
    ],
)
def test_what_cannot_be_in_a_product(
    app: Application, members: dict[str, Any], place: str, rule: str
) -> None:
    assert problems(app, products=[product(**members)]) == [(f"/products/0{place}", rule)]


FLAT = {"carrier": "flat", "method": "flat", "carrier_title": "Flat", "method_title": "Flat"}


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (
            {"taxes": {"rates": [{"label": "VAT", "country": "DE", "rate": 0.00001}]}},
            ("/taxes/rates/0/rate", "decimals"),
        ),
        (
            {"taxes": {"rates": [{"label": "VAT", "country": "XX", "rate": 1}]}},
            ("/taxes/rates/0/country", "country"),
        ),
        (
            {"taxes": {"rates": [{"label": "Tax", "country": "US", "region": "Z", "rate": 1}]}},
            ("/taxes/rates/0/region", "region"),
        ),
        ({"shop": {**SHOP, "countries": ["US", "XX"]}}, ("/shop/countries/1", "country")),
        (
            {
                "shipping": [
                    {
                        **FLAT,
                        "kind": "table_rate",
                        "options": {
                            "rows": [
                                {"country": "XX", "minimum_subtotal_minor": 0, "amount_minor": 1}
                            ]
                        },
                    }
                ]
            },
            ("/shipping/0/options/rows/0/country", "country"),
        ),
        (
            {"customers": [{**ADA, "addresses": [{**ADDRESS, "country_code": "XX"}]}]},
            ("/customers/0/addresses/0/country_code", "country"),
        ),
        (
            {"customers": [{**ADA, "addresses": [{**ADDRESS, "region": {"code": "Z"}}]}]},
            ("/customers/0/addresses/0/region", "region"),
        ),
        ({"shipping": [{**FLAT, "kind": "flat_rate"}]}, ("/shipping/0", "required")),
        (
            {"shipping": [{**FLAT, "kind": "table_rate", "options": {"rows": []}}]},
            ("/shipping/0/options/rows", "minItems"),
        ),
        (
            {"shipping": [{**FLAT, "kind": "drone", "options": {"x": 1}}] * 2},
            ("/shipping/1/method", "duplicate"),
        ),
        (
            {"gift_wrappings": [{"id": "a", "design": "A", "price_minor": 1}] * 2},
            ("/gift_wrappings/1/id", "duplicate"),
        ),
        ({"coupons": [coupon()]}, ("/coupons/0", "required")),
        (
            {"coupons": [coupon(percent=1, amount_minor=1)]},
            ("/coupons/0/amount_minor", "falseSchema"),
        ),
        ({"coupons": [coupon(type="fixed")]}, ("/coupons/0", "required")),
        ({"coupons": [coupon(percent=0.00001)]}, ("/coupons/0/percent", "decimals")),
        (
            {"coupons": [coupon(percent=1), coupon(code="ten", percent=1)]},
            ("/coupons/1/code", "duplicate"),
        ),
        ({"coupons": [coupon(percent=1, skus=["nothing"])]}, ("/coupons/0/skus/0", "unknown")),
        (
            {"coupons": [coupon(percent=1, ends_on="2023-02-29")]},
            ("/coupons/0/ends_on", "date"),
        ),
        (
            {"coupons": [coupon(percent=1, starts_on="2024-03-01", ends_on="2024-02-29")]},
            ("/coupons/0/ends_on", "order"),
        ),
        (
            {"gift_cards": [{"code": "A", "balance_minor": 1, "expires_on": "2024-13-01"}]},
            ("/gift_cards/0/expires_on", "date"),
        ),
        (
            {"accounts": [{"id": "A", "name": "A", "members": ["nobody@example.com"]}]},
            ("/accounts/0/members/0", "unknown"),
        ),
        (
            {"customers": [{**ADA, "addresses": [{**ADDRESS, "street": ["1", "2", "3"]}]}]},
            ("/customers/0/addresses/0/street", "street-lines"),
        ),
        (
            {"customers": [{**ADA, "addresses": [{**ADDRESS, "default_billing": True}] * 2}]},
            ("/customers/0/addresses/1/default_billing", "duplicate"),
        ),
    ],
)
def test_what_cannot_be_in_the_other_sections(
    any_app: Application, sections: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert problems(any_app, **sections) == [expected]


@pytest.mark.parametrize("section", ["products", "payment_methods", "customers", "accounts"])
def test_a_section_that_is_no_list_is_one_problem(app: Application, section: str) -> None:
    assert problems(app, **{section: {}}) == [(f"/{section}", "type")]


@pytest.mark.parametrize(
    ("shop", "pointer"),
    [
        ({"name": "a\0b", "currency": "EUR"}, "/shop/name"),
        ({"name": "\ud800", "currency": "EUR"}, ""),
        ("a shop", "/shop"),
    ],
    ids=["NUL", "half a character", "no object"],
)
def test_what_cannot_be_a_shop(any_app: Application, shop: Any, pointer: str) -> None:
    store = {**sample_store(), "shop": shop}

    error = Shop(any_app, {}).refused("loadStore", by=ADMIN, store=store)

    assert [problem["pointer"] for problem in error.data["problems"]] == [pointer]
