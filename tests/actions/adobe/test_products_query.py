"""`products` as storefronts ask for it: words, filters, order, pages."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Door

PRODUCTS = """
query (
  $search: String, $filter: ProductAttributeFilterInput, $sort: ProductAttributeSortInput,
  $size: Int, $page: Int
) {
  products(
    search: $search, filter: $filter, sort: $sort, pageSize: $size, currentPage: $page
  ) { items { sku } total_count }
}
"""


def skus(door: Door, **asked: Any) -> list[str]:
    found = door.data(PRODUCTS, **asked)["products"]
    assert found["total_count"] == len(found["items"])
    return [product["sku"] for product in found["items"]]


def test_filters_have_to_hold_all_of_them(door: Door) -> None:
    one, two = door.shop.product(), door.shop.product()

    assert skus(door, filter={"sku": {"eq": one}}) == [one]
    assert set(skus(door, filter={"sku": {"in": [one, None, two]}})) == {one, two}
    assert skus(door, filter={"sku": {"eq": one, "in": [two]}}) == []
    assert skus(door, filter={"sku": {"in": []}}) == []
    assert skus(door, filter={"sku": {"eq": one}, "url_key": {"eq": "nothing"}}) == []
    assert skus(door, filter={"sku": {"eq": "WS12"}, "url_key": {"in": ["radiant-tee"]}}) == [
        "WS12"
    ]


def test_products_are_sorted_as_asked(door: Door) -> None:
    dear, cheap = door.shop.product(price_minor=900), door.shop.product(price_minor=100)
    both = {"sku": {"in": [dear, cheap]}}

    assert skus(door, filter=both, sort={"price": "ASC"}) == [cheap, dear]
    assert skus(door, filter=both, sort={"relevance": "DESC", "price": "DESC"}) == [dear, cheap]
    assert set(skus(door, filter=both, sort={})) == {cheap, dear}


def test_words_are_searched(sqlite_door: Door) -> None:
    assert skus(sqlite_door, search="radiant", filter={}) == ["WS12"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "'search' or 'filter' input argument is required."),
        ({"search": "a", "size": 0}, "pageSize value must be greater than 0."),
        ({"search": "a", "page": 0}, "currentPage value must be greater than 0."),
        (
            {"search": "radiant", "page": 9},
            "currentPage value 9 specified is greater than the 1 page(s) available.",
        ),
        ({"search": "x" * 129}, '"search": expected at most 128 character(s)'),
        (
            {"filter": {"sku": {"in": ["x" * 65]}}},
            '"filter.sku.0": expected at most 64 character(s)',
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    sqlite_door: Door, asked: dict[str, Any], message: str
) -> None:
    assert sqlite_door.errors(PRODUCTS, **asked) == [(message, "graphql-input")]
