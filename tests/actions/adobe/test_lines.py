"""The lines of a cart, page by page and sorted."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow.actions.adobe.objects.lines import SORT_KEYS

from .conftest import Door

PAGE = """
query Page($id: String!, $size: Int, $page: Int, $sort: QuoteItemsSortInput) {
  cart(cart_id: $id) {
    itemsV2(pageSize: $size, currentPage: $page, sort: $sort) {
      items { product { sku } }
      total_count
      page_info { page_size current_page total_pages }
    }
  }
}
"""


@pytest.fixture(scope="module")
def cart_id(sqlite_door: Door) -> str:
    shop = sqlite_door.shop
    products = [
        {"sku": "page-b", "name": "C", "price_minor": 300, "stock": 10},
        {"sku": "page-a", "name": "B", "price_minor": 200, "stock": 10},
        {"sku": "page-c", "name": "A", "price_minor": 100, "stock": 10, "type": "virtual"},
    ]
    shop.load(products=products)
    return shop.cart(("page-b", 1), ("page-a", 2), ("page-c", 9))


def page(door: Door, cart_id: str, **given: Any) -> tuple[str, dict[str, int]]:
    """Return the last letters of the SKUs of a page, and where it is."""
    found = door.data(PAGE, id=cart_id, **given)["cart"]["itemsV2"]
    assert found["total_count"] == 3
    return "".join(item["product"]["sku"][-1] for item in found["items"]), found["page_info"]


def test_without_arguments_a_page_has_twenty_lines(sqlite_door: Door, cart_id: str) -> None:
    assert page(sqlite_door, cart_id) == (
        "bac",
        {"page_size": 20, "current_page": 1, "total_pages": 1},
    )


@pytest.mark.parametrize(("number", "skus"), [(1, "ba"), (2, "c"), (3, "")])
def test_pages_follow_each_other(sqlite_door: Door, cart_id: str, number: int, skus: str) -> None:
    assert page(sqlite_door, cart_id, size=2, page=number) == (
        skus,
        {"page_size": 2, "current_page": number, "total_pages": 2},
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 0}, "pageSize value must be greater than 0."),
        ({"size": -1, "page": 0}, "pageSize value must be greater than 0."),
        ({"page": 0}, "currentPage value must be greater than 0."),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    sqlite_door: Door, cart_id: str, given: dict[str, Any], message: str
) -> None:
    answer = sqlite_door.ask(PAGE, id=cart_id, **given)

    assert answer["data"] == {"cart": {"itemsV2": None}}
    [error] = answer["errors"]
    assert (error["message"], error["path"]) == (message, ["cart", "itemsV2"])
    assert error["extensions"] == {"category": "graphql-input"}


@pytest.mark.parametrize(
    ("field", "order", "skus"),
    [
        ("SKU", "ASC", "abc"),
        ("SKU", "DESC", "cba"),
        ("NAME", "ASC", "cab"),
        ("PRICE", "ASC", "cab"),
        ("QTY", "DESC", "cab"),
        ("ROW_TOTAL", "ASC", "bac"),
        ("PRODUCT_TYPE", "DESC", "cba"),
        ("ITEM_ID", "DESC", "cab"),
        ("CREATED_AT", "ASC", "bac"),
        ("CREATED_AT", "DESC", "cab"),
        ("DISCOUNT_AMOUNT", "DESC", "bac"),
        ("ROW_WEIGHT", "ASC", "bac"),
        ("ROW_WEIGHT", "DESC", "bac"),
    ],
)
def test_lines_are_sorted_by_what_they_have(
    sqlite_door: Door, cart_id: str, field: str, order: str, skus: str
) -> None:
    found, _ = page(sqlite_door, cart_id, sort={"field": field, "order": order})

    assert found == skus


@pytest.mark.parametrize("field", SORT_KEYS)
def test_every_line_has_what_it_is_sorted_by(sqlite_door: Door, cart_id: str, field: str) -> None:
    found, _ = page(sqlite_door, cart_id, sort={"field": field, "order": "ASC"})

    assert sorted(found) == ["a", "b", "c"]
