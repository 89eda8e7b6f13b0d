"""The documented requests of mergeCarts and setCartAsInactive, as their pages print them.

Each gets the response that the page prints, member for member, with the ids of the carts at hand;
each row of the error tables comes in the words of each wording.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest

from cartflow import GUEST, Principal

from ..conftest import Shop
from .conftest import WORDINGS, Door

MERGE = """mutation {
  mergeCarts(source_cart_id: "SOURCE", destination_cart_id: "DESTINATION") {
    items {
      id
      product {
        name
        sku
      }
      quantity
    }
  }
}
"""
MERGED = """{
  "data": {
    "mergeCarts": {
      "items": [
        {
          "id": "14",
          "product": {
            "name": "Overnight Duffle",
            "sku": "24-WB07"
          },
          "quantity": 2
        },
        {
          "id": "17",
          "product": {
            "name": "Radiant Tee",
            "sku": "WS12"
          },
          "quantity": 1
        }
      ]
    }
  }
}"""
INACTIVE = """mutation {
    setCartAsInactive(
        cartId: "CART"
    ) {
           success
           error 
        }
    }
"""  # noqa: W291 - the page has it so
DONE = '{"data":{"setCartAsInactive":{"success":true,"error":null}}}'
FAILED = (
    '{"data":{"setCartAsInactive":{"success":false,"error":'
    '"Error when setting the cart CART as inactive - No such entity with cartId = null "}}}'
)
UNKNOWN = "gVFVNBSJPt7L6uCQis4Q1ryj6QtcwM2"


def compact(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))


def test_the_documented_merge_is_answered_as_documented(door: Door) -> None:
    roni = door.shop.customer()
    destination = door.shop.cart(("24-WB07", 1), by=roni)
    source = door.shop.cart(("WS12", 1), ("24-WB07", 1))
    [before] = door.shop.invoke("cart", by=roni, cart_id=destination)["cart"]["items"]

    request = MERGE.replace("SOURCE", source).replace("DESTINATION", destination)
    text = door.send(request, by=roni).get_data(as_text=True)

    ids = re.findall(r'"id": ?"(\d+)"', text)
    assert ids[0] == before["id"]
    expected = MERGED.replace('"14"', f'"{ids[0]}"').replace('"17"', f'"{ids[1]}"')
    assert text.rstrip("\n") == compact(expected)
    assert door.shop.status(source) == "inactive"


def test_the_documented_deactivation_is_answered_as_documented(door: Door) -> None:
    cart_id = door.shop.cart()

    done = door.send(INACTIVE.replace("CART", cart_id)).get_data(as_text=True)
    failed = door.send(INACTIVE.replace("CART", UNKNOWN)).get_data(as_text=True)

    assert done.rstrip("\n") == DONE
    assert failed.rstrip("\n") == FAILED.replace("CART", UNKNOWN)
    assert door.shop.status(cart_id) == "inactive"


class Merge(NamedTuple):
    """A merge that is refused; *headers* instead of the caller's token, if there are any."""

    source: str
    destination: str
    by: Principal = GUEST
    headers: Mapping[str, str] | None = None


def empty_source(shop: Shop) -> Merge:
    roni = shop.customer()
    return Merge("", shop.cart(by=roni), roni)


def empty_destination(shop: Shop) -> Merge:
    return Merge(shop.cart(), "", shop.customer())


def two_guest_carts(shop: Shop) -> Merge:
    return Merge(shop.cart(), shop.cart())


def dead_token(shop: Shop) -> Merge:
    roni = shop.customer()
    return Merge(shop.cart(), shop.cart(by=roni), headers={"Authorization": "Bearer nobody"})


def unknown_source(shop: Shop) -> Merge:
    roni = shop.customer()
    return Merge("x", shop.cart(by=roni), roni)


def unknown_destination(shop: Shop) -> Merge:
    return Merge(shop.cart(), "x", shop.customer())


def merged_before(shop: Shop) -> Merge:
    roni = shop.customer()
    source, destination = shop.cart(("WS12", 1)), shop.cart(by=roni)
    given = {"source_cart_id": source, "destination_cart_id": destination}
    shop.invoke("mergeCarts", by=roni, **given)
    return Merge(source, destination, roni)


def inactive_destination(shop: Shop) -> Merge:
    roni = shop.customer()
    return Merge(shop.cart(), shop.cart(by=roni, status="inactive"), roni)


def own_source(shop: Shop) -> Merge:
    roni = shop.customer()
    cart_id = shop.cart(by=roni)
    return Merge(cart_id, cart_id, roni)


def foreign_destination(shop: Shop) -> Merge:
    return Merge(shop.cart(), shop.cart(by=shop.customer()), shop.customer())


def guest_destination(shop: Shop) -> Merge:
    return Merge(shop.cart(), shop.cart(), shop.customer())


NOT_ACTIVE = ("Current user does not have an active cart.", "The cart isn't active.")
NOT_OWNED = (
    "The current user cannot perform operations on cart",
    'The current user cannot perform operations on cart "{id}"',
)

Words = tuple[str, str]
"""Those of the page, and those of servers since 2.4.2; `{id}` is the cart that is refused."""

ROWS: list[tuple[Callable[[Shop], Merge], Words, str, str]] = [
    (empty_source, ('Required parameter "source_cart_id" is missing',) * 2, "input", ""),
    (
        empty_destination,
        (
            'Required parameter "destination_cart_id" is missing',
            'The parameter "destination_cart_id" cannot be empty',
        ),
        "input",
        "",
    ),
    (two_guest_carts, ("The current customer isn't authorized.",) * 2, "authorization", ""),
    (dead_token, ("The current customer isn't authorized.",) * 2, "authorization", ""),
    (unknown_source, ('Could not find a cart with ID "x"',) * 2, "no-such-entity", "FOUND"),
    (unknown_destination, ('Could not find a cart with ID "x"',) * 2, "no-such-entity", "FOUND"),
    (merged_before, NOT_ACTIVE, "no-such-entity", "ACTIVE"),
    (inactive_destination, NOT_ACTIVE, "no-such-entity", "ACTIVE"),
    (own_source, NOT_OWNED, "authorization", ""),
    (foreign_destination, NOT_OWNED, "authorization", ""),
    (guest_destination, NOT_OWNED, "authorization", ""),
]


@pytest.mark.parametrize(("case", "words", "category", "missing"), ROWS)
@pytest.mark.parametrize("wording", WORDINGS)
def test_each_row_of_the_error_table_is_told_in_the_words_of_the_setting(
    server_doors: dict[str, Door],
    wording: str,
    case: Callable[[Shop], Merge],
    words: Words,
    category: str,
    missing: str,
) -> None:
    door = server_doors[wording]
    merge = case(door.shop)
    text = MERGE.replace("SOURCE", merge.source).replace("DESTINATION", merge.destination)
    headers = merge.headers or door.headers(merge.by)

    response = door.client.post("/graphql", json={"query": text}, headers=headers)

    body, is_new = response.get_json(), wording == "2.4.8"
    if is_new and case is dead_token:
        extensions = {"category": "graphql-authentication"}
        error = {"message": "User token has been revoked", "extensions": extensions}
        assert (response.status_code, body) == (401, {"errors": [error]})
        return
    [error] = body["errors"]
    refused = merge.source if case is own_source else merge.destination
    said = words[wording != "documented"].replace("{id}", refused)
    code = {"error_code": f"CART_NOT_{missing}"} if is_new and missing else {}
    assert error == {
        "message": said,
        "locations": [{"line": 2, "column": 3}],
        "path": ["mergeCarts"],
        "extensions": {"category": f"graphql-{category}", **code},
    }
    assert body["data"] is None
    assert response.status_code == (403 if is_new and category == "authorization" else 200)


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_merge_without_its_source_is_no_valid_document(
    server_doors: dict[str, Door], wording: str
) -> None:
    response = server_doors[wording].send("mutation { mergeCarts { id } }")

    [error] = response.get_json()["errors"]
    assert "of type 'String!' is required, but it was not provided" in error["message"]
    assert error["extensions"] == {"category": "graphql-input"}
    assert response.status_code == (400 if wording == "2.4.8" else 200)


@pytest.mark.parametrize("cart_id", [UNKNOWN, ""])
@pytest.mark.parametrize("wording", WORDINGS)
def test_a_cart_that_cannot_be_set_inactive_is_data(
    server_doors: dict[str, Door], wording: str, cart_id: str
) -> None:
    response = server_doors[wording].send(INACTIVE.replace("CART", cart_id))

    text = response.get_data(as_text=True).rstrip("\n")
    assert (response.status_code, text) == (200, FAILED.replace("CART", cart_id))


def test_a_foreign_cart_is_unknown_to_whoever_wants_it_inactive(door: Door) -> None:
    roni = door.shop.customer()
    cart_id = door.shop.cart(by=roni)

    for who in (GUEST, door.shop.customer()):
        found = door.data(INACTIVE.replace("CART", cart_id), by=who)["setCartAsInactive"]
        assert found["success"] is False
        assert found["error"].endswith("No such entity with cartId = null ")

    assert door.shop.status(cart_id) == "active"
