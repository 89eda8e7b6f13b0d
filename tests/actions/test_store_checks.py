"""What is wrong with store files."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import ADMIN, Application

from .conftest import Shop, sample_store
from .store_records import ADA, ADDRESS, SHOP, coupon, problems, product


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


def test_an_unknown_member_comes_with_the_nearest_known_one(app: Application) -> None:
    store = {"shop": {**SHOP, "max_coupon": 2}, "prodcts": [], "products": [product(stok=1)]}

    error = Shop(app, {}).refused("loadStore", by=ADMIN, store=store)

    assert [problem["message"] for problem in error.data["problems"]] == [
        "unknown member 'prodcts'; did you mean 'products'?",
        "unknown member 'stok'; did you mean 'stock'?",
        "unknown member 'max_coupon'; did you mean 'max_coupons'?",
    ]


def test_a_name_that_no_plugin_brings_comes_with_the_nearest_known_one(app: Application) -> None:
    way = {"carrier": "c", "method": "m", "carrier_title": "C", "method_title": "M"}
    check = {"code": "checkmo", "title": "Check"}
    store = {
        "shop": SHOP,
        "shipping": [{**way, "kind": "flatrate"}],
        "payment_methods": [
            {**check, "provider": "ofline"},
            {**check, "code": "card", "provider": "acme"},
            {**check, "code": "later"},
        ],
    }

    error = Shop(app, {}).refused("loadStore", by=ADMIN, store=store)

    assert [(it["pointer"], it["message"]) for it in error.data["problems"]] == [
        (
            "/payment_methods/0/provider",
            "no plugin brings the provider 'ofline'; did you mean 'offline'?",
        ),
        (
            "/payment_methods/1/provider",
            "no plugin brings the provider 'acme'; there are 'offline', 'sandbox'",
        ),
        ("/shipping/0/kind", "no plugin brings the kind 'flatrate'; did you mean 'flat_rate'?"),
    ]


def test_a_shop_tells_of_low_stock_in_quantities(app: Application) -> None:
    found = problems(app, shop={**SHOP, "low_stock": 0.00001})

    assert found == [("/shop/low_stock", "decimals")]


@pytest.mark.parametrize(
    ("pages", "place", "rule"),
    [
        ({"locale": "english"}, "/locale", "pattern"),
        ({"url": "https://shop.example"}, "/url", "pattern"),
        ({"media_url": "javascript:alert(1)/"}, "/media_url", "pattern"),
        ({"weight_unit": "st"}, "/weight_unit", "enum"),
    ],
)
def test_what_pages_cannot_be_like(
    app: Application, pages: dict[str, str], place: str, rule: str
) -> None:
    found = problems(app, shop={**SHOP, "pages": pages})

    assert found == [(f"/shop/pages{place}", rule)]


def test_an_e_mail_address_is_short_enough_in_small_letters_too(app: Application) -> None:
    longer = "ß" * 130 + "@example.com"

    assert problems(app, customers=[{**ADA, "email": longer}]) == [
        ("/customers/0/email", "maxLength")
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
        ({"weight": 0.00001}, "/weight", "decimals"),
        ({"url_key": "a/b"}, "/url_key", "pattern"),
        ({"image": {"label": "A"}}, "/image", "required"),
        ({"image": {"url": "/a b.jpg"}}, "/image/url", "pattern"),
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
            {"shipping": [{**FLAT, "kind": "free"}] * 2},
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
    shop: Shop, sections: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert problems(shop.app, **sections) == [expected]


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
def test_what_cannot_be_a_shop(app: Application, shop: Any, pointer: str) -> None:
    store = {**sample_store(), "shop": shop}

    error = Shop(app, {}).refused("loadStore", by=ADMIN, store=store)

    assert [problem["pointer"] for problem in error.data["problems"]] == [pointer]
