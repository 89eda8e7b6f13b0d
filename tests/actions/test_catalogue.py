from __future__ import annotations

from typing import Any

import pytest

from cartflow import Application

from .conftest import Shop
from .tally import tallied

GRACE = "https://shop.example/grace.jpg"


LOOKS = {"locale": "de_DE", "weight_unit": "kgs", "product_url_suffix": ".html"}
"""What the pages of a shop are like."""


def find(shop: Shop, **given: Any) -> Any:
    return shop.invoke("products", **given)


def skus(found: Any) -> list[str]:
    return [item["sku"] for item in found["items"]]


def only(shop: Shop, **members: Any) -> Any:
    """Return what is shown of a new product with these members."""
    [item] = find(shop, skus=[shop.product(**members)])["items"]
    return item


def test_a_product_is_shown_with_all_that_is_known_of_it(shop: Shop) -> None:
    sku = shop.product(
        name="Compiler",
        type="virtual",
        url_key="grace-compiler",
        image={"url": GRACE, "label": "Grace"},
        weight=0.25,
        minimum=3,
        maximum=90,
        increment=2,
        price_minor=1999,
    )
    shop.set_rules(pages=LOOKS)

    found = find(shop, skus=[sku])

    [[number]] = shop.sql("SELECT id FROM cart_product WHERE sku = :sku", sku=sku)
    [item] = found["items"]
    assert item.pop("uid")
    assert item == {
        "id": number,
        "sku": sku,
        "name": "Compiler",
        "type": "virtual",
        "url_key": "grace-compiler",
        "url_suffix": ".html",
        "stock_status": "IN_STOCK",
        "only_x_left_in_stock": None,
        "min_sale_qty": 4,
        "max_sale_qty": 90,
        "price": {"amount_minor": 1999, "currency": "USD"},
        "weight": 0.25,
        "image": {"url": GRACE, "label": "Grace"},
    }
    assert found["total_count"] == 1
    assert found["page_info"] == {"page_size": 20, "current_page": 1, "total_pages": 1}


def test_a_product_has_the_uid_that_carts_show(shop: Shop) -> None:
    sku = shop.product()
    cart = shop.invoke("cart", cart_id=shop.cart((sku, 1)))["cart"]

    [item] = find(shop, skus=[sku])["items"]

    assert item["uid"] == cart["items"][0]["product"]["uid"]


def test_what_a_product_does_not_have_is_null(shop: Shop) -> None:
    item = only(shop)

    assert (item["url_key"], item["image"], item["weight"]) == (None, None, None)
    assert (item["min_sale_qty"], item["max_sale_qty"]) == (1, 10_000)


def test_an_image_without_a_label_shows_the_product(shop: Shop) -> None:
    item = only(shop, name="Compiler", image={"url": GRACE})

    assert item["image"] == {"url": GRACE, "label": "Compiler"}


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"stock": 0}, "OUT_OF_STOCK"),
        ({"stock": 0, "back_orders": True}, "IN_STOCK"),
        ({"stock": 0.5}, "IN_STOCK"),
    ],
)
def test_what_carts_refuse_as_not_available_is_out_of_stock(
    shop: Shop, members: dict[str, Any], status: str
) -> None:
    sku = shop.product(**members)
    [item] = find(shop, skus=[sku])["items"]

    refused = shop.add(shop.cart(), (sku, 1))["user_errors"]

    assert item["stock_status"] == status
    assert any(it["code"] == "NOT_SALABLE" for it in refused) == (status == "OUT_OF_STOCK")


@pytest.mark.parametrize(("stock", "left"), [(6, None), (5, 5), (0.5, 0.5), (0, None)])
def test_how_few_are_left_is_told_where_the_shop_wants_it(
    shop: Shop, stock: float, left: float | None
) -> None:
    sku = shop.product(stock=stock)
    shop.set_rules(low_stock=5)

    [item] = find(shop, skus=[sku])["items"]

    assert item["only_x_left_in_stock"] == left


def test_disabled_and_unknown_products_are_not_found(shop: Shop) -> None:
    gone = shop.product(enabled=False)

    assert find(shop, skus=[gone, "none", "\x00", "\ud800"]) == {
        "items": [],
        "total_count": 0,
        "page_info": {"page_size": 20, "current_page": 1, "total_pages": 0},
    }


@pytest.mark.parametrize(
    "words", ["kräuter", "KRÄUTER tee", "tee KRÄU", "strASSE", "gross-9", "50%_off/"]
)
def test_words_are_found_in_names_and_skus_whatever_their_case(shop: Shop, words: str) -> None:
    shop.product(sku="Gross-9", name="Kräutertee Straße 50%_off/")
    shop.product(sku="Klein-9", name="Kamille 50 xoff")

    assert skus(find(shop, search=words)) == ["Gross-9"]


@pytest.mark.parametrize("search", ["kamille tee", "%", "\ud800", "a\x00b"])
def test_all_words_have_to_be_there_as_they_are(shop: Shop, search: str) -> None:
    shop.product(sku="Klein-9", name="Kamille 50 xoff")

    assert find(shop, search=search, skus=["Klein-9"])["items"] == []


def test_products_are_found_by_their_url_keys(shop: Shop) -> None:
    found = [shop.product(url_key=key) for key in ("größe-42", "größe-43")]

    assert skus(find(shop, url_keys=["größe-43", "größe-42", "größe"])) == found
    assert skus(find(shop, url_keys=["GRÖSSE-42", "\x00"])) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "zeta Ähre beta Alpha"),
        ({"sort": "position", "order": "DESC"}, "Alpha beta Ähre zeta"),
        ({"sort": "name"}, "Alpha beta zeta Ähre"),
        ({"sort": "name", "order": "DESC"}, "Ähre zeta beta Alpha"),
        ({"sort": "price"}, "beta Ähre Alpha zeta"),
        ({"sort": "price", "order": "DESC"}, "zeta Ähre Alpha beta"),
    ],
)
def test_both_databases_sort_alike(shop: Shop, given: dict[str, str], expected: str) -> None:
    prices = {"zeta": 300, "Ähre": 200, "beta": 100, "Alpha": 200}
    made = [shop.product(name=name, price_minor=price) for name, price in prices.items()]

    found = find(shop, skus=made, **given)

    assert " ".join(item["name"] for item in found["items"]) == expected


def test_filters_narrow_each_other_down(shop: Shop) -> None:
    skus_of_three = [shop.product(name=name) for name in ("Ada Byron", "Ada Love", "Bob")]

    assert skus(find(shop, search="ada", skus=skus_of_three)) == skus_of_three[:2]
    assert skus(find(shop, search="ada", skus=[])) == []


@pytest.mark.parametrize(
    ("page", "expected"), [(1, [0, 1]), (2, [2, 3]), (3, [4])], ids=["first", "second", "last"]
)
def test_products_come_page_by_page(shop: Shop, page: int, expected: list[int]) -> None:
    all_skus = [shop.product() for _ in range(5)]

    found = find(shop, skus=all_skus[::-1], pageSize=2, currentPage=page)

    assert skus(found) == [all_skus[index] for index in expected]
    assert found["total_count"] == 5
    assert found["page_info"] == {"page_size": 2, "current_page": page, "total_pages": 3}


def test_the_last_page_may_be_full(shop: Shop) -> None:
    found = find(shop, skus=[shop.product() for _ in range(4)], pageSize=2, currentPage=2)

    assert (found["total_count"], found["page_info"]["total_pages"]) == (4, 2)


def test_a_page_behind_the_last_is_refused_unless_nothing_is_found(shop: Shop) -> None:
    error = shop.refused("products", skus=[shop.product()], currentPage=3)

    assert error.message == "currentPage value 3 specified is greater than the 1 page(s) available."
    assert find(shop, skus=["none"], currentPage=3)["items"] == []


def test_thousands_of_products_take_as_many_statements_as_one(shop: Shop) -> None:
    many = [f"many-{number}" for number in range(2000)]
    shop.load(products=[{"sku": sku, "name": "Thing", "price_minor": 1} for sku in many])
    find(shop)  # the shop's rules are read once

    with tallied(shop) as one:
        find(shop, skus=many[:1], pageSize=10_000)
    with tallied(shop) as all_of_them:
        found = find(shop, skus=many, pageSize=10_000)

    assert skus(found) == many
    assert all_of_them.statements == one.statements
    assert all_of_them.count == one.count <= 3  # SQLite is told when a transaction only reads


def test_carts_do_not_read_what_only_the_catalogue_shows(shop: Shop) -> None:
    cart_id = shop.cart((shop.product(), 1))

    with tallied(shop) as tally:
        shop.invoke("cart", cart_id=cart_id)

    assert [it for it in tally.statements if "search_text" in it or "url_key" in it] == []


def test_the_shop_tells_its_rules(shop: Shop) -> None:
    pages = {"url": "https://shop.example/", "media_url": "https://media.example/", **LOOKS}
    shop.set_rules(
        guest_checkout=False, countries=["DE"], low_stock=2.5, max_coupons=3, pages=pages
    )

    found = shop.invoke("storeConfig")

    assert found == {
        "store_code": "default",
        "web_store_id": "shop",
        "store_name": "Luma",
        "base_currency_code": "USD",
        "default_display_currency_code": "USD",
        "is_guest_checkout_enabled": False,
        "registration": True,
        "allowed_countries": ["DE"],
        "street_lines": 2,
        "company_required": False,
        "telephone_required": True,
        "max_coupons": 3,
        "prices_include_tax": False,
        "low_stock": 2.5,
        "reward_points": None,
        "base_url": "https://shop.example/",
        "base_media_url": "https://media.example/",
        **LOOKS,
        "minimum_password_length": 8,
        "required_character_classes_number": 3,
        "customer_access_token_lifetime_s": 3600,
    }


def test_the_shop_is_found_by_its_web_store_id_too(shop: Shop) -> None:
    assert shop.invoke("storeConfig", store="shop") == shop.invoke("storeConfig", store="default")


def test_before_a_store_is_loaded_there_is_nothing(any_app: Application) -> None:
    shop = Shop(any_app, {})

    assert find(shop)["items"] == []
    assert shop.invoke("storeConfig")["allowed_countries"] is None
