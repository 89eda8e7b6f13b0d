"""The flows that ship, each in process, by the command line and over HTTP: the same outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from click.testing import CliRunner

from cartflow import GUEST, ActionError, Application, Principal, create_app
from cartflow.runtime.cli.root import cli

from ..conftest import MakeApplication

RONI = "roni_cost@example.com"
DUFFLE = [{"sku": "24-WB07", "quantity": 1}]
TEE = [{"sku": "WS12", "quantity": 1}]
LESSON = [{"sku": "240-LV07", "quantity": 1}]
ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": ["Rue de Rivoli 99"],
    "city": "Paris",
    "postcode": "75001",
    "country_code": "FR",
    "telephone": "+33 1 23 45 67 89",
}
GUEST_ORDER = {"email": "guest@example.com", "shipping_address": ADDRESS}

Answer = dict[str, Any]
Runner = Callable[[str, Mapping[str, Any], str | None], Answer]


class Shop:
    """A store with the sample data, asked directly where only the flow is to be tested."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def principal(self, who: str | None) -> Principal:
        if who is None:
            return GUEST
        with self.app.database.transaction(read_only=True) as db:
            statement = f"SELECT id FROM cart_customer WHERE email = '{who}'"
            return Principal("customer", str(db.exec_driver_sql(statement).scalar_one()))

    def cart(self, who: str | None, items: list[dict[str, Any]]) -> str:
        principal = self.principal(who)
        cart_id = str(self.app.invoke("createEmptyCart", principal=principal)["cart_id"])
        given = {"cartId": cart_id, "cartItems": items}
        self.app.invoke("addProductsToCart", given, principal=principal)
        return cart_id

    def statuses(self) -> list[str]:
        with self.app.database.transaction(read_only=True) as db:
            rows = db.exec_driver_sql("SELECT status FROM cart_cart ORDER BY id")
            return [row[0] for row in rows]


@pytest.fixture
def shop(sample_sqlite_url: str, make_app: MakeApplication) -> Shop:
    return Shop(make_app(sample_sqlite_url, CARTFLOW_CART_SANDBOX_PAYMENTS="true"))


@pytest.fixture(params=["process", "command line", "HTTP"])
def run(request: pytest.FixtureRequest, shop: Shop, sample_sqlite_url: str) -> Runner:
    ways: Mapping[str, Runner] = {
        "process": lambda flow, given, who: _in_process(shop, flow, given, who),
        "command line": lambda flow, given, who: _by_command(sample_sqlite_url, flow, given, who),
        "HTTP": lambda flow, given, who: _over_http(shop, flow, given, who),
    }
    return ways[request.param]


def _in_process(shop: Shop, flow: str, given: Mapping[str, Any], who: str | None) -> Answer:
    try:
        output: Answer = shop.app.invoke(flow, given, principal=shop.principal(who))
    except ActionError as error:
        return {"code": error.code, "status": error.status}
    return output


def _by_command(url: str, flow: str, given: Mapping[str, Any], who: str | None) -> Answer:
    arguments = ["run", flow, "--input-file", "-"]
    arguments += ["--as", f"customer:{who}"] if who else ["--as", "guest"]
    environment = {"CARTFLOW_DATABASE_URL": url, "CARTFLOW_CART_SANDBOX_PAYMENTS": "true"}

    result = CliRunner().invoke(cli, arguments, input=json.dumps(given), env=environment)

    if result.exit_code == 0:
        found: Answer = json.loads(result.stdout)
        return found
    assert result.exit_code == 1, result.output
    code, status = result.stderr.split("error: ")[1].split(":")[0].split()
    return {"code": code, "status": int(status)}


def _over_http(shop: Shop, flow: str, given: Mapping[str, Any], who: str | None) -> Answer:
    client = create_app(shop.app).test_client()
    headers = {}
    if who is not None:
        pair = {"email": who, "password": "roni_cost3@example.com"}
        token = client.post("/actions/generateCustomerToken", json=pair).get_json()["token"]
        headers["Authorization"] = f"Bearer {token}"
    response = client.post(f"/actions/{flow}", json=given, headers=headers)
    answer: Answer = response.get_json(force=True)
    if response.status_code == 200:
        return answer
    return {"code": answer["code"], "status": response.status_code}


def test_login_and_merge_cart_adds_what_the_guest_had(shop: Shop, run: Runner) -> None:
    shop.cart(RONI, DUFFLE)
    guest_cart = shop.cart(None, [*TEE, *DUFFLE])

    answer = run("login-and-merge-cart", {"guest_cart_id": guest_cart}, RONI)

    lines = [(line["product"]["sku"], line["quantity"]) for line in answer["cart"]["items"]]
    assert lines == [("24-WB07", 2), ("WS12", 1)]
    assert answer["adjustments"] == []


def test_login_and_merge_cart_is_refused_to_guests(shop: Shop, run: Runner) -> None:
    guest_cart = shop.cart(None, TEE)

    answer = run("login-and-merge-cart", {"guest_cart_id": guest_cart}, None)

    assert answer == {"code": "CUSTOMER_REQUIRED", "status": 403}


def test_buy_now_orders(shop: Shop, run: Runner) -> None:
    answer = run("buy-now", {"items": DUFFLE, **GUEST_ORDER}, None)

    assert answer["order_number"] == "000000001"
    assert shop.statuses() == ["closed"]


def test_buy_now_ships_nothing_of_a_virtual_product(shop: Shop, run: Runner) -> None:
    answer = run("buy-now", {"items": LESSON, "billing_address": ADDRESS}, RONI)

    assert (answer["order_number"], answer["amount_minor"]) == ("000000001", 1400)


def test_buy_now_ships_to_an_address_of_the_address_book(shop: Shop) -> None:
    with shop.app.database.transaction(read_only=True) as db:
        number = db.exec_driver_sql("SELECT min(id) FROM cart_customer_address").scalar_one()

    answer = _in_process(shop, "buy-now", {"items": DUFFLE, "customer_address_id": number}, RONI)

    assert answer["order_number"] == "000000001"


@pytest.mark.parametrize(
    ("missing", "code"),
    [("email", "EMAIL_REQUIRED"), ("shipping_address", "ADDRESS_REQUIRED")],
)
def test_buy_now_pays_nothing_before_all_is_known(shop: Shop, missing: str, code: str) -> None:
    known = {name: value for name, value in GUEST_ORDER.items() if name != missing}

    answer = _in_process(shop, "buy-now", {"items": DUFFLE, **known}, None)

    assert answer == {"code": code, "status": 400}
    assert shop.statuses() == ["inactive"]


def test_buy_now_gives_the_cart_up_when_the_payment_is_declined(shop: Shop, run: Runner) -> None:
    card = {"payment_method": "sandbox", "payment_source": "tok_declined"}
    given = {"items": DUFFLE, **GUEST_ORDER, **card}

    answer = run("buy-now", given, None)

    assert answer == {"code": "PAYMENT_DECLINED", "status": 402}
    assert shop.statuses() == ["inactive"]


def test_buy_now_asks_again_when_the_answer_to_the_payment_is_lost(shop: Shop, run: Runner) -> None:
    card = {"payment_method": "sandbox", "payment_source": "tok_timeout"}
    given = {"items": DUFFLE, **GUEST_ORDER, **card}

    answer = run("buy-now", given, None)

    assert (answer.get("order_number"), shop.statuses()) == ("000000001", ["closed"])


def test_buy_now_of_an_unknown_product_leaves_nothing(shop: Shop, run: Runner) -> None:
    answer = run("buy-now", {"items": [{"sku": "24-MB0ee4", "quantity": 1}]}, None)

    assert answer == {"code": "PRODUCT_NOT_FOUND", "status": 404}
    assert shop.statuses() == []


def test_restart_checkout_cancels_adds_and_starts_again(shop: Shop, run: Runner) -> None:
    cart_id = shop.cart(RONI, DUFFLE)
    session = shop.app.invoke(
        "checkoutSessionAction", {"cartId": cart_id}, principal=shop.principal(RONI)
    )

    answer = run("restart-checkout", {"cart_id": cart_id, "items": TEE}, RONI)

    assert (answer["outcome"], answer["user_errors"]) == ("restarted", [])
    assert answer["session"]["id"] != session["id"]
    assert shop.statuses() == ["checkout"]


def test_restart_checkout_of_a_closed_cart_says_so(shop: Shop, run: Runner) -> None:
    cart_id, roni = shop.cart(RONI, LESSON), shop.principal(RONI)
    bill = {"cart_id": cart_id, "billing_address": {"address": ADDRESS}}
    shop.app.invoke("setBillingAddressOnCart", bill, principal=roni)
    method = {"cart_id": cart_id, "payment_method": {"code": "checkmo"}}
    shop.app.invoke("setPaymentMethodAndPlaceOrder", method, principal=roni)

    answer = run("restart-checkout", {"cart_id": cart_id, "items": TEE}, RONI)

    assert answer["outcome"] == "closed"
    assert shop.statuses() == ["closed"]
