"""Carts as clients of Salesforce work on them, through the door that is made for them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cartflow import GUEST, Principal, create_app

from .conftest import PASSWORD, Shop

DATA = "/services/data/v60.0"


class Client:
    """A signed-in customer's client."""

    def __init__(self, shop: Shop) -> None:
        self._http: FlaskClient = create_app(shop.app).test_client()
        self.email = shop.email()
        self.headers: dict[str, str] = {}

    def sign_in(self, password: str = PASSWORD) -> TestResponse:
        form = {"grant_type": "password", "username": self.email, "password": password}
        response = self._http.post("/services/oauth2/token", data=form)
        if response.status_code == 200:
            self.headers["Authorization"] = f"Bearer {response.get_json()['access_token']}"
        return response

    def call(self, name: str, *inputs: Any, kind: str = "standard") -> tuple[int, Any]:
        """Return the status of a call, and its results."""
        response = self._http.post(
            f"{DATA}/actions/{kind}/{name}", json={"inputs": inputs}, headers=self.headers
        )
        return response.status_code, response.get_json()

    def cart(self) -> str:
        """Return the id of the customer's own cart."""
        _, [result] = self.call("customerCart", {})
        return str(result["outputValues"]["cart"]["id"])


@pytest.fixture
def client(shop: Shop) -> Client:
    found = Client(shop)
    assert found.sign_in().status_code == 200
    return found


def test_a_checkout_is_cancelled(shop: Shop, client: Client) -> None:
    cart_id = client.cart()
    status, _ = client.call("checkoutSessionAction", {"cartId": cart_id})
    in_checkout = shop.status(cart_id)

    cancelled, [result] = client.call("cancelCartAsyncOperation", {"cartId": cart_id})

    assert (status, in_checkout, cancelled) == (200, "checkout", 200)
    assert (result["isSuccess"], result["outputValues"]["session_archived"]) == (True, True)
    assert shop.status(cart_id) == "active"


def test_a_closed_cart_cannot_be_cancelled(shop: Shop, client: Client) -> None:
    cart_id = client.cart()
    shop.set_status(cart_id, "closed")

    status, [result] = client.call("cancelCartAsyncOperation", {"cartId": cart_id})

    message = "A cart can't be canceled after it's closed."
    assert (status, result["errorCode"], result["message"]) == (403, "INVALID_OPERATION", message)
    assert result["errors"] == [
        {"statusCode": "INVALID_OPERATION", "message": message, "fields": []}
    ]


def test_carts_are_merged_and_given_up(shop: Shop, client: Client) -> None:
    source, own = shop.cart((shop.product(), 2), by=GUEST), client.cart()

    merged, [result] = client.call(
        "mergeCarts", {"source_cart_id": source, "destination_cart_id": own}
    )
    inactive, _ = client.call("setCartAsInactive", {"cartId": own})

    assert (merged, result["outputValues"]["cart"]["total_quantity"]) == (200, 2)
    assert (inactive, shop.status(own)) == (200, "inactive")


def test_codes_are_those_that_the_platform_publishes(shop: Shop, client: Client) -> None:
    given = {"webStoreId": "nowhere", "cartInput": {}}

    status, [result] = client.call("createCart", given)

    assert (status, result["errorCode"]) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_a_cart_of_somebody_else_stays_untouched(shop: Shop, client: Client) -> None:
    other = shop.cart(by=shop.customer())

    status, [result] = client.call("setCartAsInactive", {"cartId": other})

    assert (status, result["isSuccess"], shop.status(other)) == (404, False, "active")


def test_of_several_carts_each_has_a_result(shop: Shop, client: Client) -> None:
    own, other = client.cart(), shop.cart(by=shop.customer())

    status, results = client.call(
        "cancelCartAsyncOperation", {"cartId": own}, {"cartId": other}, {"cartId": "nothing"}
    )

    assert status == 400
    codes = [result["errors"] and result["errors"][0]["statusCode"] for result in results]
    assert codes == [None, "CART_NOT_OWNED", "CART_NOT_FOUND"]


def test_flows_tell_what_really_went_wrong(client: Client) -> None:
    given = {"items": [{"sku": "nothing", "quantity": 1}]}

    status, [result] = client.call("buy_now", given, kind="custom/flow")

    assert (status, result["errorCode"]) == (404, "PRODUCT_NOT_FOUND")
    assert result["outputValues"] == {"Flow__InterviewStatus": "Error"}


def test_wrong_passwords_lock_the_account(shop: Shop) -> None:
    client = Client(shop)

    answers = [client.sign_in(password) for password in ("a", "b", "c", PASSWORD)]

    assert [(it.status_code, it.get_json()["error"]) for it in answers] == [
        (400, "invalid_grant")
    ] * 4


def test_passwords_that_are_tried_in_company_count_too(shop: Shop) -> None:
    email = shop.email()
    wrong = [{"email": email, "password": text} for text in ("a", "b")]

    for _ in range(3):
        shop.app.invoke_together("generateCustomerToken", wrong)

    right = shop.refused("generateCustomerToken", by=GUEST, email=email, password=PASSWORD)
    assert right.code == "SIGN_IN_INCORRECT"


def test_the_token_is_the_customer_s(shop: Shop, client: Client) -> None:
    [[number]] = shop.sql("SELECT id FROM cart_customer WHERE email = :email", email=client.email)

    assert shop.cart(by=Principal("customer", str(number))) == client.cart()
