"""Many processes on the same carts: as if all had happened one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from cartflow import ADMIN, Application, Principal

from ..conftest import MakeApplication
from ..processes import StartProcess
from .ledger import Ledger, create_tables, read_ledger

PROCESSES = 8
OPERATIONS = 200
CARTS = 5


@dataclass
class Model:
    """Carts as a person would keep them on paper: SKU to quantity, in the order of adding."""

    stock: dict[str, int]
    carts: dict[str, dict[str, int]] = field(default_factory=dict)
    lines: dict[str, dict[int, str]] = field(default_factory=dict)
    """Cart to the SKUs of its present lines: their numbers are the database's to choose."""

    def apply(self, entry: dict[str, Any]) -> str:
        """Do what a ledger entry says was done; return the cart that it changed."""
        given = entry["input"]
        changed: str = getattr(self, entry["action"])(given)
        items = entry["output"]["cart"]["items"]
        self.lines[changed] = {int(item["id"]): item["product"]["sku"] for item in items}
        return changed

    def addProductsToCart(self, given: dict[str, Any]) -> str:  # noqa: N802  the action's name
        cart = self.carts.setdefault(given["cartId"], {})
        for item in given["cartItems"]:
            total = cart.get(item["sku"], 0) + item["quantity"]
            if total <= self.stock[item["sku"]]:
                cart[item["sku"]] = total
        return str(given["cartId"])

    def updateCartItems(self, given: dict[str, Any]) -> str:  # noqa: N802  the action's name
        cart = self.carts.setdefault(given["cart_id"], {})
        for item in given["cart_items"]:
            sku = self.lines.get(given["cart_id"], {}).get(item["cart_item_id"])
            if sku is None:
                continue
            if item["quantity"] == 0:
                del cart[sku]
            elif item["quantity"] <= max(self.stock[sku], cart[sku]):
                cart[sku] = item["quantity"]
        return str(given["cart_id"])

    def removeItemFromCart(self, given: dict[str, Any]) -> str:  # noqa: N802  the action's name
        cart = self.carts[given["cart_id"]]
        del cart[self.lines[given["cart_id"]][given["cart_item_id"]]]
        return str(given["cart_id"])

    def mergeCarts(self, given: dict[str, Any]) -> str:  # noqa: N802  the action's name
        source = self.carts.pop(given["source_cart_id"], {})
        cart = self.carts.setdefault(given["destination_cart_id"], {})
        for sku, quantity in source.items():
            held = cart.get(sku, 0)
            wanted = quantity if given["strategy"] == "guest" else held + quantity
            kept = wanted if not held else max(min(wanted, self.stock[sku]), min(held, wanted))
            if held or sku not in cart:
                cart[sku] = kept
        return str(given["destination_cart_id"])


def test_concurrent_operations_are_as_if_done_one_after_the_other(
    database_url: str, make_app: MakeApplication, start_process: StartProcess
) -> None:
    app = make_app(database_url, plugins=[("ledger", Ledger())])
    create_tables(app)
    store = json.loads(files("cartflow.actions").joinpath("sample/store.json").read_text("utf-8"))
    app.invoke("loadStore", {"store": store}, principal=ADMIN)
    carts = [_cart_of_new_customer(app, number) for number in range(CARTS)]

    outcomes = list(_shop(start_process, database_url, carts))

    _check_outcomes(app, outcomes)
    model = Model({product["sku"]: product["stock"] for product in store["products"]})
    for entry in read_ledger(app):
        changed = model.apply(entry)
        expected = list(model.carts[changed].items())
        assert _contents(entry["output"]["cart"]) == expected, entry
    for cart_id, customer in carts:
        principal = Principal("customer", customer)
        cart = app.invoke("cart", {"cart_id": cart_id}, principal=principal)["cart"]
        assert _contents(cart) == list(model.carts.get(cart_id, {}).items())
        assert cart["prices"]["grand_total"]["amount_minor"] == _total(store, model, cart_id)


def _shop(
    start_process: StartProcess, url: str, carts: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Run the processes at the same time; yield action and outcome of all their operations."""
    script = Path(__file__).with_name("shopper.py")
    running = [start_process(script) for _ in range(PROCESSES)]
    for seed, process in enumerate(running):
        task = {"url": url, "carts": carts, "operations": OPERATIONS, "seed": seed}
        process.stdin.write(json.dumps(task))
        process.stdin.close()
    for process in running:
        assert process.wait(240) == 0, process.communicate()[1]
        yield from (tuple(outcome) for outcome in json.loads(process.communicate()[0]))


def _check_outcomes(app: Application, outcomes: list[tuple[str, str]]) -> None:
    """Every operation ended as its contract says: no BUSY, no INTERNAL, nothing undeclared."""
    assert len(outcomes) == PROCESSES * OPERATIONS
    surprises = {
        (name, code)
        for name, code in outcomes
        if code != "ok" and code not in app.registry[name].contract.errors
    }
    assert surprises == set()
    assert sum(code == "ok" for _name, code in outcomes) > len(outcomes) / 2


def _cart_of_new_customer(app: Application, number: int) -> tuple[str, str]:
    with app.database.transaction() as db:
        row = db.exec_driver_sql(
            "INSERT INTO cart_customer (email, firstname, lastname, customer_group, password_hash)"
            f" VALUES ('shopper{number}@example.com', 'A', 'B', 'General', '-') RETURNING id"
        ).one()
    customer = str(row[0])
    output = app.invoke("customerCart", principal=Principal("customer", customer))
    return output["cart"]["id"], customer


def _contents(cart: dict[str, Any]) -> list[tuple[str, float]]:
    return [(item["product"]["sku"], item["quantity"]) for item in cart["items"]]


def _total(store: dict[str, Any], model: Model, cart_id: str) -> int:
    prices = {product["sku"]: product["price_minor"] for product in store["products"]}
    return sum(prices[sku] * count for sku, count in model.carts.get(cart_id, {}).items())
