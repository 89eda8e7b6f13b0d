"""Products in carts: what only the catalogue knows is asked for once, when it is needed."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError

from cartflow import ActionError

from .probe import resolved

PRICE = {"amount_minor": 1050, "currency": "USD"}
PAGE = """
  uid sku url_key url_suffix canonical_url stock_status only_x_left_in_stock quantity
  min_sale_qty max_sale_qty special_price
  image { url label position disabled } small_image { url } thumbnail { url }
  price_range {
    minimum_price {
      regular_price { value } final_price { value } discount { amount_off percent_off }
      fixed_product_taxes { label }
    }
    maximum_price { final_price { value } }
  }
  ... on SimpleProduct { weight }
"""


def cart(*skus: str, kind: str = "simple") -> dict[str, Any]:
    """Return as much of a cart's document as its products need."""
    lines = [
        {
            "id": str(number),
            "product": {"uid": "MQ==", "sku": sku, "name": f"Thing {sku}", "type": kind},
            "prices": {"original_item_price": PRICE},
            "quantity": number,
        }
        for number, sku in enumerate(skus, 1)
    ]
    return {"items": lines, "shipping_addresses": [{"uid": "MQ=="}]}


class Catalogue:
    """Answers as the action `products` does; *missing* are not sold any more."""

    def __init__(self, *missing: str, **members: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        self._missing = missing
        self._members = members

    def __call__(self, name: str, given: dict[str, Any], key: str | None = None) -> Any:
        assert (name, key) == ("products", None)
        self.asked.append(given)
        known = {
            "stock_status": "IN_STOCK",
            "only_x_left_in_stock": None,
            "min_sale_qty": 1,
            "max_sale_qty": 10000,
            "weight": None,
            "image": None,
            "url_key": None,
            **self._members,
        }
        skus = [sku for sku in given["skus"] if sku not in self._missing]
        return {"items": [{"sku": sku, **known} for sku in skus]}


def test_what_the_catalogue_knows_of_a_product() -> None:
    image = {"url": "https://shop.example/a.jpg", "label": "From the left"}
    catalogue = Catalogue(
        url_key="a-thing", weight=1.5, image=image, only_x_left_in_stock=3, max_sale_qty=5
    )

    found = resolved("Cart", cart("a"), f"{{ items {{ product {{ {PAGE} }} }} }}", catalogue)

    [line] = found["items"]
    price = {"final_price": {"value": 10.5}}
    assert line["product"] == {
        "uid": "MQ==",
        "sku": "a",
        "url_key": "a-thing",
        "url_suffix": None,
        "canonical_url": None,
        "stock_status": "IN_STOCK",
        "only_x_left_in_stock": 3,
        "quantity": 3,
        "min_sale_qty": 1,
        "max_sale_qty": 5,
        "special_price": None,
        "image": {**image, "position": None, "disabled": False},
        "small_image": {"url": image["url"]},
        "thumbnail": {"url": image["url"]},
        "price_range": {
            "minimum_price": {
                **price,
                "regular_price": {"value": 10.5},
                "discount": {"amount_off": 0, "percent_off": 0},
                "fixed_product_taxes": [],
            },
            "maximum_price": price,
        },
        "weight": 1.5,
    }


def test_a_product_without_picture_has_one_without_address() -> None:
    selection = "{ items { product { thumbnail { url label } } } }"

    found = resolved("Cart", cart("a"), selection, Catalogue())

    assert found["items"][0]["product"]["thumbnail"] == {"url": None, "label": "Thing a"}


def test_a_product_that_is_not_sold_any_more_is_out_of_stock() -> None:
    selection = "{ items { product { sku url_key stock_status thumbnail { url } } } }"

    found = resolved("Cart", cart("a", "b"), selection, Catalogue("a", url_key="b-thing"))

    gone, sold = (line["product"] for line in found["items"])
    assert gone == {
        "sku": "a",
        "url_key": None,
        "stock_status": "OUT_OF_STOCK",
        "thumbnail": {"url": None},
    }
    assert (sold["url_key"], sold["stock_status"]) == ("b-thing", "IN_STOCK")


def test_the_catalogue_is_asked_once_whatever_asks() -> None:
    catalogue = Catalogue(weight=2)
    selection = """{
      items { product { url_key stock_status } }
      itemsV2 { items { product { thumbnail { url } } } }
      shipping_addresses { items_weight cart_items_v2 { product { url_key } } }
    }"""

    found = resolved("Cart", cart("b", "a", "b"), selection, catalogue)

    assert catalogue.asked == [{"skus": ["a", "b"], "pageSize": 2}]
    assert found["shipping_addresses"][0]["items_weight"] == 2 * (1 + 2 + 3)


def test_what_a_cart_knows_itself_asks_nobody() -> None:
    catalogue = Catalogue()
    selection = """{
      items { product { id uid sku name type_id price_range { minimum_price { __typename } } } }
    }"""

    resolved("Cart", cart("a"), selection, catalogue)

    assert catalogue.asked == []


def test_more_skus_than_the_action_takes_are_asked_for_in_parts() -> None:
    catalogue = Catalogue()
    skus = [f"{number:05}" for number in range(10_001)]

    resolved("Cart", cart(*skus), "{ items { product { url_key } } }", catalogue)

    assert [len(given["skus"]) for given in catalogue.asked] == [10_000, 1]
    assert [given["pageSize"] for given in catalogue.asked] == [10_000, 1]


def test_virtual_products_weigh_nothing_and_are_not_shipped() -> None:
    selection = "{ shipping_addresses { items_weight cart_items { quantity } } }"

    found = resolved("Cart", cart("a", kind="virtual"), selection, Catalogue())

    assert found["shipping_addresses"] == [{"items_weight": 0, "cart_items": []}]


def test_a_catalogue_that_fails_is_not_asked_again() -> None:
    calls: list[str] = []

    def fails(name: str, given: Any, key: str | None = None) -> Any:
        calls.append(name)
        raise ActionError("BUSY", "come back later")

    with pytest.raises(AssertionError) as caught:
        resolved("Cart", cart("a", "b"), "{ items { product { url_key } } }", fails)

    errors: list[GraphQLError] = caught.value.args[0]
    assert [str(error.message) for error in errors] == ["come back later"] * 2
    assert calls == ["products"]
