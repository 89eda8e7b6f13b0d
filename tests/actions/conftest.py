"""The sample store on real databases, and a hand to fill it with what a test is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from cartflow import ADMIN, GUEST, ActionError, Application, Principal
from cartflow.actions.cart.passwords import hash_password

from ..conftest import QUICK

PASSWORD = "correct horse battery"
ADDRESS = {
    "firstname": "John",
    "lastname": "Doe",
    "street": ["3320 N Crescent Dr", None],
    "city": "Los Angeles",
    "region": "CA",
    "postcode": "90210",
    "country_code": "US",
    "telephone": "123-456-0000",
}
_numbers = count(1)


@cache
def _password_hash() -> str:
    """Return what is kept of `PASSWORD`; it takes long, so that once has to be enough."""
    return hash_password(PASSWORD)


class Shop:
    """The sample store of one database, shared by many tests: each brings carts of its own."""

    def __init__(self, app: Application, environment: dict[str, str]) -> None:
        self.app = app
        self.environment = environment
        self._has_rules = False

    def invoke(
        self, name: str, *, by: Principal = GUEST, key: str | None = None, **given: Any
    ) -> Any:
        return self.app.invoke(name, given, principal=by, key=key)

    def refused(self, name: str, *, by: Principal = GUEST, **given: Any) -> ActionError:
        with pytest.raises(ActionError) as caught:
            self.invoke(name, by=by, **given)
        return caught.value

    def load(self, **sections: Any) -> Any:
        document = {"shop": {"name": "Luma", "currency": "USD"}, **sections}
        return self.invoke("loadStore", by=ADMIN, store=document)

    def email(self) -> str:
        """Register a customer; return the e-mail address. The password is `PASSWORD`."""
        email = f"customer{next(_numbers)}@example.com"
        self.sql(
            "INSERT INTO cart_customer (email, firstname, lastname, customer_group, password_hash)"
            " VALUES (:email, 'A', 'B', 'general', :hash)",
            email=email,
            hash=_password_hash(),
        )
        return email

    def customer(self) -> Principal:
        email = self.email()
        [[number]] = self.sql("SELECT id FROM cart_customer WHERE email = :email", email=email)
        return Principal("customer", str(number))

    def product(self, **members: Any) -> str:
        """Add a product of 10.00 with 100 in stock, unless *members* say otherwise."""
        sku = members.pop("sku", None) or f"test-{next(_numbers)}"
        product = {"sku": sku, "name": "Thing", "price_minor": 1000, "stock": 100, **members}
        self.load(products=[product])
        return sku

    def cart(self, *items: tuple[str, float], by: Principal = GUEST, status: str = "active") -> str:
        """Create a cart: a guest's, or one of the customer *by*; return its id."""
        if by is GUEST:
            cart_id = self.invoke("createEmptyCart")["cart_id"]
        else:
            cart_id = self.invoke("customerCart", by=by)["cart"]["id"]
        if items:
            self.add(cart_id, *items, by=by)
        if status != "active":
            self.set_status(cart_id, status)
        return str(cart_id)

    def add(self, cart_id: str, *items: tuple[str, float], by: Principal = GUEST) -> Any:
        wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in items]
        return self.invoke("addProductsToCart", by=by, cartId=cart_id, cartItems=wanted)

    def pay(self, cart_id: str, by: Principal = GUEST, **given: Any) -> Any:
        given = {"cartId": cart_id, "methodCode": "checkmo", **given}
        return self.invoke("createPaymentOrder", by=by, **given)

    def ship_to(self, cart_id: str, by: Principal = GUEST, **members: Any) -> Any:
        """Choose `ADDRESS`, changed by *members*, as the shipping address."""
        wanted = [{"address": {**ADDRESS, **members}}]
        action = "setShippingAddressesOnCart"
        return self.invoke(action, by=by, cart_id=cart_id, shipping_addresses=wanted)

    def bill_to(self, cart_id: str, by: Principal = GUEST, **members: Any) -> Any:
        """Choose `ADDRESS`, changed by *members*, as the billing address."""
        wanted = {"address": {**ADDRESS, **members}}
        return self.invoke(
            "setBillingAddressOnCart", by=by, cart_id=cart_id, billing_address=wanted
        )

    def ready(
        self, cart_id: str, by: Principal = GUEST, *, method: str = "checkmo", without: str = ""
    ) -> str:
        """Choose all that an order needs, except for what *without* names; return the cart's id."""
        cart = self.invoke("cart", by=by, cart_id=cart_id)["cart"]
        if cart["email"] is None and without != "email":
            self.invoke("setGuestEmailOnCart", by=by, cart_id=cart_id, email="guest@example.com")
        if not cart["is_virtual"] and without != "shipping_address":
            self.ship_to(cart_id, by)
            if without != "shipping_method":
                self.deliver(cart_id, by)
        if without != "billing_address":
            self.bill_to(cart_id, by)
        if without not in ("payment_method", "shipping_address"):
            self.pay_by(cart_id, by, method=method)
        return cart_id

    def deliver(self, cart_id: str, by: Principal = GUEST, method: str = "flatrate") -> Any:
        """Choose the shipping method, of the carrier with the same code."""
        methods = [{"carrier_code": method, "method_code": method}]
        action = "setShippingMethodsOnCart"
        return self.invoke(action, by=by, cart_id=cart_id, shipping_methods=methods)

    def pay_by(self, cart_id: str, by: Principal = GUEST, method: str = "checkmo") -> Any:
        """Choose the payment method; `free` for a cart that costs nothing."""
        cart = self.invoke("cart", by=by, cart_id=cart_id)["cart"]
        if cart["prices"]["grand_total"]["amount_minor"] == 0:
            method = "free"
        action = "setPaymentMethodOnCart"
        return self.invoke(action, by=by, cart_id=cart_id, payment_method={"code": method})

    def address_of(self, customer: Principal) -> int:
        """Put `ADDRESS` into a customer's address book; return its number."""
        self.ship_to(self.cart(by=customer), by=customer, save_in_address_book=True)
        [[number]] = self.sql(
            "SELECT max(id) FROM cart_customer_address WHERE customer_id = :id", id=int(customer.id)
        )
        return int(number)

    def choices(self, cart_id: str) -> dict[str, Any]:
        """Return what was chosen for a cart, as its row has it."""
        [[text]] = self.sql("SELECT choices FROM cart_cart WHERE masked_id = :id", id=cart_id)
        return dict(json.loads(text or "{}"))

    def set_rules(self, **rules: Any) -> None:
        """Give the shop rules until the end of the test."""
        self._has_rules = bool(rules)
        self.sql("UPDATE cart_shop SET rules = :rules", rules=json.dumps(rules))
        self.change_revision()

    def lose_plugin_of(self, code: str) -> None:
        """Let the plugin that a payment method needs be gone since the store file was loaded."""
        self.sql("UPDATE cart_payment_method SET provider = 'gone' WHERE code = :code", code=code)
        self.change_revision()

    def change_revision(self) -> None:
        """Let the shop be read anew: something was changed past all actions."""
        self.sql("UPDATE cart_shop SET revision = :revision", revision=f"test-{next(_numbers)}")

    def forget_rules(self) -> None:
        if self._has_rules:
            self.set_rules()

    def set_status(self, cart_id: str, status: str) -> None:
        """Put a cart into a state, also into those that no action leads to yet."""
        self.sql(
            "UPDATE cart_cart SET status = :status WHERE masked_id = :id", status=status, id=cart_id
        )

    def status(self, cart_id: str) -> str:
        [[status]] = self.sql("SELECT status FROM cart_cart WHERE masked_id = :id", id=cart_id)
        return str(status)

    def start_operation(self, cart_id: str, status: str = "Running") -> None:
        """Let a background operation be under way for a cart."""
        self.sql(
            "INSERT INTO cart_background_operation (cart_id, name, status, submitted_at)"
            " SELECT id, 'CheckInventory', :status, :now FROM cart_cart WHERE masked_id = :id",
            status=status,
            id=cart_id,
            now=datetime.now(UTC).isoformat(" "),
        )

    def operations(self, cart_id: str) -> list[str]:
        rows = self.sql(
            "SELECT o.status FROM cart_background_operation o JOIN cart_cart c ON c.id = o.cart_id"
            " WHERE c.masked_id = :id ORDER BY o.id",
            id=cart_id,
        )
        return [row[0] for row in rows]

    def sql(self, statement: str, **parameters: Any) -> list[Any]:
        """Execute a statement past all actions; return its rows, if it has any."""
        with self.app.database.transaction() as connection:
            done = connection.execute(text(statement), parameters)
            return list(done) if done.returns_rows else []


def quantities(cart: dict[str, Any]) -> list[tuple[str, float]]:
    """Return SKU and quantity of each line of a cart document."""
    return [(line["product"]["sku"], line["quantity"]) for line in cart["items"]]


def sample_store() -> dict[str, Any]:
    """Return the sample store file."""
    text = files("cartflow.actions").joinpath("sample", "store.json").read_text("utf-8")
    return dict(json.loads(text))


def opened(url: str, folder: Path, plugins: Sequence[tuple[str, object]] = ()) -> Iterator[Shop]:
    """Yield an empty shop of a database's own, perhaps with other plugins beside the cart."""
    environment = {
        "CARTFLOW_DATABASE_URL": url,
        **QUICK,
        "CARTFLOW_CART_SANDBOX_PAYMENTS": "true",
        "CARTFLOW_CART_SANDBOX_DIR": str(folder / "sandbox"),
        "CARTFLOW_CART_SIGN_IN_FAILURES": "3",
        "CARTFLOW_BACKGROUND_THREADS": "0",  # what runs in the background is done at once
    }
    with Application.open(environment=environment, plugins=plugins) as app:
        app.schema.upgrade()
        yield Shop(app, environment)


def _sample(url: str, folder: Path) -> Iterator[Shop]:
    for shop in opened(url, folder):
        shop.invoke("loadStore", by=ADMIN, store=sample_store())
        yield shop


@pytest.fixture(scope="session")
def sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    yield from _sample(f"sqlite:///{folder}/shop.db", folder)


@pytest.fixture(scope="session")
def postgres_shop(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    url = postgres_server.replace("/postgres?", "/shop?", 1)
    yield from _sample(url, tmp_path_factory.mktemp("shop"))


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Give the sample store, once on each kind of database."""
    found: Shop = request.getfixturevalue(f"{request.param}_shop")
    yield found
    found.forget_rules()
