"""The examples and error tables that the project was created from, each through every way in.

One scenario a row; each runs as an action, as a flow file and over HTTP, on a store of its own,
and must come to the same outcome, in the documented numbers and words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from flask.testing import FlaskClient

from cartflow import GUEST, ActionError, Application, Principal, create_app

from ..conftest import MakeApplication

Outcome = dict[str, Any]
PASSWORDS = {
    "roni_cost@example.com": "roni_cost3@example.com",
    "john.doe@example.com": "john-doe-password",
}
RONI, JOHN = PASSWORDS
ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": ["Rue de Rivoli 99"],
    "city": "Paris",
    "postcode": "75001",
    "country_code": "FR",
    "telephone": "+33 1 23 45 67 89",
}


class Door(Protocol):
    """One way in: calls an action as a guest (None) or a customer (his e-mail)."""

    def __call__(self, name: str, given: Mapping[str, Any], who: str | None = None) -> Outcome: ...


def _customer(app: Application, who: str | None) -> Principal:
    if who is None:
        return GUEST
    with app.database.transaction(read_only=True) as db:
        row = db.exec_driver_sql(f"SELECT id FROM cart_customer WHERE email = '{who}'").one()
    return Principal("customer", str(row[0]))


def _outcome(call: Callable[[], Any]) -> Outcome:
    try:
        return {"output": call()}
    except ActionError as error:
        return {"code": error.code, "status": error.status, "message": error.message}


def as_action(app: Application) -> Door:
    def call(name: str, given: Mapping[str, Any], who: str | None = None) -> Outcome:
        principal = _customer(app, who)
        return _outcome(lambda: app.invoke(name, given, principal=principal))

    return call


def as_flow_file(app: Application) -> Door:
    def call(name: str, given: Mapping[str, Any], who: str | None = None) -> Outcome:
        flow = {
            "flow": "seed",
            "inputs": {key: {} for key in given},
            "steps": [
                {
                    "id": "it",
                    "action": name,
                    "with": {key: f"${{{{ inputs.{key} }}}}" for key in given},
                }
            ],
            "outputs": {"result": "${{ steps.it }}"},
        }
        action = app.library.compile(json.dumps(flow).encode(), "seed.flow.json")
        principal = _customer(app, who)
        outcome = _outcome(lambda: app.invoker.invoke_action(action, given, principal))
        return {"output": outcome["output"]["result"]} if "output" in outcome else outcome

    return call


def over_http(app: Application) -> Door:
    client = create_app(app).test_client()
    tokens: dict[str, str] = {}

    def call(name: str, given: Mapping[str, Any], who: str | None = None) -> Outcome:
        headers = {}
        if who is not None:
            if who not in tokens:
                tokens[who] = _sign_in(client, who)
            headers["Authorization"] = f"Bearer {tokens[who]}"
        response = client.post(f"/actions/{name}", json=given, headers=headers)
        if response.status_code == 200:
            return {"output": response.get_json()}
        problem = response.get_json()
        return {
            "code": problem["code"],
            "status": response.status_code,
            "message": problem["detail"],
        }

    return call


def _sign_in(client: FlaskClient, who: str) -> str:
    given = {"email": who, "password": PASSWORDS[who]}
    response = client.post("/actions/generateCustomerToken", json=given)
    assert response.status_code == 200, response.get_json()
    return str(response.get_json()["token"])


@dataclass
class Store:
    """A store with the sample data, and a way in."""

    app: Application
    door: Door

    def __call__(self, name: str, given: Mapping[str, Any], who: str | None = None) -> Outcome:
        return self.door(name, given, who)

    def cart(self, who: str | None = None, **quantities: int) -> str:
        """Return the id of a new cart, a customer's own if *who* is one, with products."""
        name = "createEmptyCart"
        cart_id = str(self.app.invoke(name, {}, principal=_customer(self.app, who))["cart_id"])
        items = [{"sku": SKUS[key], "quantity": value} for key, value in quantities.items()]
        if items:
            given = {"cartId": cart_id, "cartItems": items}
            output = self.app.invoke("addProductsToCart", given, principal=_customer(self.app, who))
            assert output["user_errors"] == []
        return cart_id

    def order(self, cart_id: str, who: str) -> None:
        """Make an order of a cart."""
        bill = {"address": ADDRESS, "use_for_shipping": True}
        method = {"carrier_code": "flatrate", "method_code": "flatrate"}
        self("setBillingAddressOnCart", {"cart_id": cart_id, "billing_address": bill}, who)
        self("setShippingMethodsOnCart", {"cart_id": cart_id, "shipping_methods": [method]}, who)
        given = {"cart_id": cart_id, "payment_method": {"code": "checkmo"}}
        assert "output" in self("setPaymentMethodAndPlaceOrder", given, who)

    def status(self, cart_id: str) -> str:
        with self.app.database.transaction(read_only=True) as db:
            return str(
                db.exec_driver_sql(
                    f"SELECT status FROM cart_cart WHERE masked_id = '{cart_id}'"
                ).scalar_one()
            )


SKUS = {"duffle": "24-WB07", "tee": "WS12"}


@pytest.fixture(params=[as_action, as_flow_file, over_http], ids=["action", "flow", "http"])
def store(
    request: pytest.FixtureRequest, sample_database_url: str, make_app: MakeApplication
) -> Store:
    app = make_app(sample_database_url)
    return Store(app, request.param(app))


def refused(code: str, status: int, message: str) -> Outcome:
    return {"code": code, "status": status, "message": message}


# ---- setCartAsInactive


def test_set_cart_as_inactive_succeeds(store: Store) -> None:
    cart_id = store.cart()

    outcome = store("setCartAsInactive", {"cartId": cart_id})

    assert outcome == {"output": {"success": True}}
    assert store.status(cart_id) == "inactive"


def test_set_cart_as_inactive_of_an_unknown_cart_has_the_documented_sentence(store: Store) -> None:
    outcome = store("setCartAsInactive", {"cartId": "gVFVNBSJPt7L6uCQis4Q1ryj6QtcwM2"})

    assert outcome == refused(
        "CART_NOT_FOUND",
        404,
        "Error when setting the cart gVFVNBSJPt7L6uCQis4Q1ryj6QtcwM2 as inactive"
        " - No such entity with cartId = null ",
    )


def test_a_cart_set_inactive_takes_no_further_operations(store: Store) -> None:
    cart_id = store.cart(duffle=1)
    store("setCartAsInactive", {"cartId": cart_id})

    outcome = store("cart", {"cart_id": cart_id})

    assert outcome == refused("CART_NOT_ACTIVE", 409, "The cart isn't active.")


# ---- cancelCartAsyncOperation


def test_cancelling_a_checkout_unlocks_the_cart_and_archives_the_session(store: Store) -> None:
    cart_id = store.cart(RONI, duffle=1)
    store("checkoutSessionAction", {"cartId": cart_id}, RONI)
    assert store.status(cart_id) == "checkout"

    outcome = store("cancelCartAsyncOperation", {"cartId": cart_id}, RONI)

    assert outcome == {"output": {"session_archived": True, "operation_canceled": False}}
    assert store.status(cart_id) == "active"


def test_cancelling_a_closed_cart_is_an_invalid_operation(store: Store) -> None:
    cart_id = store.cart(RONI, duffle=1)
    store.order(cart_id, RONI)

    outcome = store("cancelCartAsyncOperation", {"cartId": cart_id}, RONI)

    assert store.status(cart_id) == "closed"
    assert outcome == refused(
        "INVALID_OPERATION", 403, "A cart can't be canceled after it's closed."
    )


def test_a_cart_change_cancels_the_checkout_automatically(store: Store) -> None:
    cart_id = store.cart(RONI, duffle=1)
    store("checkoutSessionAction", {"cartId": cart_id}, RONI)
    items = [{"sku": "WS12", "quantity": 1}]

    outcome = store("addProductsToCart", {"cartId": cart_id, "cartItems": items}, RONI)

    assert outcome["output"]["cart"]["total_quantity"] == 2
    assert store.status(cart_id) == "active"


# ---- mergeCarts


def test_merging_adds_the_quantities_and_moves_the_rest(store: Store) -> None:
    destination = store.cart(RONI, duffle=1)
    source = store.cart(tee=1, duffle=1)
    before = store("cart", {"cart_id": destination}, RONI)["output"]["cart"]["items"]

    outcome = store(
        "mergeCarts", {"source_cart_id": source, "destination_cart_id": destination}, RONI
    )

    cart = outcome["output"]["cart"]
    lines = [
        (line["product"]["name"], line["product"]["sku"], line["quantity"])
        for line in cart["items"]
    ]
    assert cart["id"] == destination
    assert lines == [("Overnight Duffle", "24-WB07", 2), ("Radiant Tee", "WS12", 1)]
    assert cart["items"][0]["id"] == before[0]["id"]
    assert '"quantity":2,' in json.dumps(cart["items"][0], separators=(",", ":"))
    assert cart["total_quantity"] == 3


def test_merging_the_same_cart_again_finds_it_inactive(store: Store) -> None:
    destination = store.cart(RONI, duffle=1)
    given = {"source_cart_id": store.cart(tee=1), "destination_cart_id": destination}
    store("mergeCarts", given, RONI)

    outcome = store("mergeCarts", given, RONI)

    assert outcome == refused("CART_NOT_ACTIVE", 409, "Current user does not have an active cart.")
    cart = store("cart", {"cart_id": destination}, RONI)["output"]["cart"]
    assert cart["total_quantity"] == 2


def test_after_merging_the_guest_cannot_use_the_cart_any_further(store: Store) -> None:
    destination, source = store.cart(RONI), store.cart(tee=1)
    store("mergeCarts", {"source_cart_id": source, "destination_cart_id": destination}, RONI)
    items = [{"sku": "WS12", "quantity": 1}]

    outcome = store("addProductsToCart", {"cartId": source, "cartItems": items})

    assert (outcome["code"], store.status(source)) == ("CART_NOT_ACTIVE", "inactive")


def test_merging_into_an_empty_destination_id_is_refused(store: Store) -> None:
    given = {"source_cart_id": store.cart(tee=1), "destination_cart_id": ""}

    outcome = store("mergeCarts", given, RONI)

    assert outcome == refused(
        "DESTINATION_EMPTY", 400, 'Required parameter "destination_cart_id" is missing'
    )


def test_merging_an_empty_source_id_is_refused(store: Store) -> None:
    given = {"source_cart_id": "", "destination_cart_id": store.cart(RONI)}

    outcome = store("mergeCarts", given, RONI)

    assert outcome == refused(
        "SOURCE_REQUIRED", 400, 'Required parameter "source_cart_id" is missing'
    )


def test_merging_two_guest_carts_without_signing_in_is_not_authorized(store: Store) -> None:
    given = {"source_cart_id": store.cart(tee=1), "destination_cart_id": store.cart(duffle=1)}

    outcome = store("mergeCarts", given)

    assert outcome == refused("CUSTOMER_REQUIRED", 403, "The current customer isn't authorized.")


def test_merging_into_somebody_elses_cart_is_refused(store: Store) -> None:
    given = {"source_cart_id": store.cart(tee=1), "destination_cart_id": store.cart(JOHN)}

    outcome = store("mergeCarts", given, RONI)

    assert outcome == refused(
        "CART_NOT_OWNED", 403, "The current user cannot perform operations on cart"
    )


def test_a_token_that_is_not_in_the_table_is_not_authorized(any_app: Application) -> None:
    client = create_app(any_app).test_client()

    response = client.post(
        "/actions/mergeCarts",
        json={"source_cart_id": "x", "destination_cart_id": "y"},
        headers={"Authorization": "Bearer nobody"},
    )

    assert response.status_code == 401
    assert "The current customer isn't authorized." in response.get_json()["detail"]
