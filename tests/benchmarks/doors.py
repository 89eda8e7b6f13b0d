"""The doors that speak as others do, beside the same actions by `POST /actions/NAME`.

All is asked of one server, alternately, and of GraphQL what storefronts ask for, in queries that
were sent before. A page that shows pictures and what is in stock needs the catalogue, too: there
one GraphQL query stands beside two requests, of the cart and of its products.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from cartflow import Principal
from cartflow.runtime.tokens import Tokens

from .cart import counted
from .http import serving
from .measure import Figure, Times, Work, alternately
from .stores import Cart, Store

_TARGET: Final = 2.0
_LINES: Final = {1: 100, 10: 60, 100: 30}
"""How many lines carts have, and how often each is measured."""

_INPUTS: Final = {1: 200, 200: 20}
"""For how many inputs an action is called at once, and how often."""

_CART: Final = """
fragment Shown on Cart {
  id email total_quantity
  items {
    uid quantity
    errors { code message }
    product { uid sku name __typename %s }
    prices {
      price { value currency }
      row_total { value currency }
      row_total_including_tax { value currency }
      total_item_discount { value currency }
      discounts { label amount { value currency } }
    }
  }
  applied_coupons { code }
  available_payment_methods { code title }
  selected_payment_method { code title }
  shipping_addresses {
    firstname lastname street city postcode country { code label }
    available_shipping_methods { carrier_code method_code amount { value currency } }
    selected_shipping_method { carrier_code method_code amount { value currency } }
  }
  prices {
    subtotal_excluding_tax { value currency }
    applied_taxes { label amount { value currency } }
    discounts { label amount { value currency } }
    grand_total { value currency }
  }
}
"""
_READ: Final = "query Cart($id: String!) { cart(cart_id: $id) { ...Shown } }"
READ: Final = _READ + _CART % ""
PAGE: Final = _READ + _CART % "url_key stock_status thumbnail { url label }"
ADD: Final = (
    "mutation Add($id: String!, $items: [CartItemInput!]!) {"
    " addProductsToCart(cartId: $id, cartItems: $items)"
    " { cart { ...Shown } user_errors { code message } } }"
) + _CART % ""


class Client:
    """A connection to a server, as somebody or as nobody."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: bytes) -> bytes:
        """Return what a request is answered with.

        Raises:
            RuntimeError: The status is not 200, or the answer has errors.
        """
        self._connection.request("POST", path, body, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200 or answer.startswith(b'{"errors"'):
            message = (
                f"{path}: expected 200 without errors, got {response.status}: {answer[:300]!r}"
            )
            raise RuntimeError(message)
        return answer

    def work(self, path: str, body: Mapping[str, Any]) -> Work:
        """Return the work of sending a body, which is made into text now."""
        return partial(self.post, path, json.dumps(body).encode())

    def close(self) -> None:
        self._connection.close()


def figures(store: Store) -> Iterator[Figure]:
    """Yield the figures of both doors; the store is used up to a few hundred carts."""
    with serving(_url(store)) as port:
        guest, known = Client(port), Client(port, _token(store))
        for lines, times in _LINES.items():
            where = f"{counted(lines, 'line')}, {store.kind}"
            [cart] = store.carts(1, lines, owned=False)
            read, page = reading(store, guest, cart, lines, times)
            yield Figure(f"GraphQL cart : POST /actions/cart, {where}", read, _TARGET)
            name = f"GraphQL cart with pictures : both actions by POST, {where}"
            yield Figure(name, page, _TARGET)
            added = adding(store, guest, lines, times)
            yield Figure(f"GraphQL addProductsToCart : by POST, {where}", added, _TARGET)
        for inputs, times in _INPUTS.items():
            name = f"Salesforce : POST /actions/echo, {counted(inputs, 'input')}, {store.kind}"
            yield Figure(name, calling(known, inputs, times), _TARGET)
        guest.close()
        known.close()


def reading(
    store: Store, client: Client, cart: Cart, lines: int, times: int
) -> tuple[float, float]:
    """Return the ratios for a cart that is looked at again and again, without and with pictures."""
    variables = {"id": cart.masked_id}
    read = client.work("/graphql", {"query": READ, "variables": variables})
    page = client.work("/graphql", {"query": PAGE, "variables": variables})
    action = client.work("/actions/cart", {"cart_id": cart.masked_id})
    given = {"skus": store.skus(lines), "pageSize": lines}
    products = client.work("/actions/products", given)

    def both() -> None:
        action()
        products()

    return alternately(read, action, times=times), alternately(page, both, times=times)


def adding(store: Store, client: Client, lines: int, times: int) -> float:
    """Return the ratio for empty carts, to which all products come in one call."""
    items = [{"sku": sku, "quantity": 1} for sku in store.skus(lines)]
    carts = [cart.masked_id for cart in store.carts(2 * times + 2, 0, owned=False)]
    taken = Times([], [])
    for number, (cart, other) in enumerate(zip(carts[::2], carts[1::2], strict=True)):
        page = client.work("/graphql", {"query": ADD, "variables": {"id": cart, "items": items}})
        action = client.work("/actions/addProductsToCart", {"cartId": other, "cartItems": items})
        taken.take(page, action)
        if number == 0:  # it filled the caches
            taken = Times([], [])
    return taken.ratio


def calling(client: Client, inputs: int, times: int) -> float:
    """Return the ratio for one request with many inputs to as many requests."""
    given = {"text": "hello"}
    together = client.work(
        "/services/data/v60.0/actions/standard/echo", {"inputs": [given] * inputs}
    )
    single = client.work("/actions/echo", given)

    def one_by_one() -> None:
        for _ in range(inputs):
            single()

    return alternately(together, one_by_one, times=times)


def _url(store: Store) -> str:
    return store.app.database.url.render_as_string(hide_password=False)


def _token(store: Store) -> str:
    """Return a token of an integration that may call everything."""
    clock = store.app.clock
    principal = Principal("integration", "bench", frozenset({"actions:invoke"}))
    with store.app.database.transaction() as connection:
        return Tokens(connection, clock.now(), clock.random_text).issue(principal)
