from __future__ import annotations

from typing import Any

import pytest

from cartflow import ADMIN, Application

from .conftest import Shop, sample_store

SHOP = {"name": "Luma", "currency": "USD"}


def product(**members: Any) -> dict[str, Any]:
    return {"sku": "WS12", "name": "Radiant Tee", "price_minor": 2200, **members}


def problems(app: Application, **sections: Any) -> list[tuple[str, str]]:
    """Load a store file that is wrong; return pointer and rule of each problem."""
    error = Shop(app, {}).refused("loadStore", by=ADMIN, store={"shop": SHOP, **sections})
    assert error.code == "INVALID_STORE"
    assert error.data["count"] == len(error.data["problems"])
    return [(problem["pointer"], problem["rule"]) for problem in error.data["problems"]]


def content(app: Application) -> list[list[Any]]:
    tables = ("shop", "product", "customer", "payment_method")
    return [Shop(app, {}).sql(f"SELECT * FROM cart_{table} ORDER BY 1") for table in tables]


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


@pytest.mark.parametrize("section", ["products", "payment_methods", "customers"])
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
