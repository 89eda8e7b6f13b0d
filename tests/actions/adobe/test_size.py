"""A cart of 500 lines is answered with as many statements as one of a single line."""

from __future__ import annotations

import pytest

from ..tally import tallied
from .conftest import Door

MANY = 500
PAGE = """
query Page($id: String!) {
  cart(cart_id: $id) {
    items {
      uid quantity errors { code message } prices { row_total { value } discounts { label } }
      product {
        sku name url_key stock_status only_x_left_in_stock thumbnail { url }
        price_range { minimum_price { final_price { value } } }
        ... on SimpleProduct { weight }
      }
    }
    itemsV2(pageSize: 100) { items { product { small_image { url } } } total_count }
    shipping_addresses { items_weight cart_items_v2 { product { url_key } } }
    prices { grand_total { value } }
  }
}
"""


@pytest.fixture
def skus(door: Door) -> list[str]:
    found = [f"page-of-{number}" for number in range(MANY)]
    thing = {"name": "Thing", "price_minor": 1000, "stock": 1_000_000, "weight": 0.5}
    products = [{"sku": sku, "url_key": f"{sku}-page", **thing} for sku in found]
    door.shop.load(products=products)
    return found


def test_statements_do_not_depend_on_the_lines(door: Door, skus: list[str]) -> None:
    tallies = []
    for number in (1, MANY):
        cart_id = door.shop.cart(*[(sku, 1) for sku in skus[:number]])
        door.shop.ship_to(cart_id)
        door.data(PAGE, id=cart_id)  # what is read once for all carts
        with tallied(door) as tally:
            cart = door.data(PAGE, id=cart_id)["cart"]
        tallies.append(tally)

    few, many = tallies
    assert few.count == many.count < 15, (few.statements, many.statements)
    assert [line["product"]["url_key"] for line in cart["items"]] == [f"{sku}-page" for sku in skus]
    assert cart["itemsV2"]["total_count"] == MANY
    assert cart["shipping_addresses"][0]["items_weight"] == MANY / 2
