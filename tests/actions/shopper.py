"""One process of the concurrency test: random operations on carts that others use as well.

Reads its task as JSON from standard input, and prints a JSON list of what each operation came to.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from ledger import Ledger  # type: ignore[import-not-found,unused-ignore]  # beside this file

from cartflow import GUEST, ActionError, Application, Principal

SKUS = ("24-WB07", "WS12", "24-MB04", "24-MB01", "24-WB05", "24-WB06")


class Shopper:
    """Does random things to the carts of its task."""

    def __init__(self, app: Application, task: dict[str, Any]) -> None:
        self._app = app
        self._random = random.Random(task["seed"])
        self._carts: list[tuple[str, Principal]] = [
            (cart_id, Principal("customer", customer)) for cart_id, customer in task["carts"]
        ]

    def operate(self) -> list[str]:
        """Do one operation; return the action's name and `ok` or the code of its error."""
        cart_id, principal = self._random.choice(self._carts)
        name, given = self._random.choice(
            (self.add, self.add, self.update, self.remove, self.merge, self.start, self.cancel)
        )(cart_id, principal)
        return self._invoke(name, given, principal)[0]

    def _invoke(
        self, name: str, given: dict[str, Any], principal: Principal
    ) -> tuple[list[str], Any]:
        try:
            return [name, "ok"], self._app.invoke(name, given, principal=principal)
        except ActionError as error:
            return [name, error.code], None

    def _items(self) -> list[dict[str, Any]]:
        skus = self._random.sample(SKUS, self._random.randint(1, 3))
        return [{"sku": sku, "quantity": self._random.choice((1, 2, 3))} for sku in skus]

    def add(self, cart_id: str, _principal: Principal) -> tuple[str, dict[str, Any]]:
        return "addProductsToCart", {"cartId": cart_id, "cartItems": self._items()}

    def update(self, cart_id: str, principal: Principal) -> tuple[str, dict[str, Any]]:
        item = {"cart_item_id": self._line(cart_id, principal)}
        item["quantity"] = self._random.choice((0, 1, 5))
        return "updateCartItems", {"cart_id": cart_id, "cart_items": [item]}

    def remove(self, cart_id: str, principal: Principal) -> tuple[str, dict[str, Any]]:
        line = self._line(cart_id, principal)
        return "removeItemFromCart", {"cart_id": cart_id, "cart_item_id": line}

    def merge(self, cart_id: str, _principal: Principal) -> tuple[str, dict[str, Any]]:
        source = self._app.invoke("createGuestCart", principal=GUEST)["cart"]["id"]
        self._invoke("addProductsToCart", {"cartId": source, "cartItems": self._items()}, GUEST)
        given = {"source_cart_id": source, "destination_cart_id": cart_id}
        return "mergeCarts", given | {"strategy": self._random.choice(("sum", "guest"))}

    def start(self, cart_id: str, _principal: Principal) -> tuple[str, dict[str, Any]]:
        return "checkoutSessionAction", {"cartId": cart_id}

    def cancel(self, cart_id: str, _principal: Principal) -> tuple[str, dict[str, Any]]:
        return "cancelCartAsyncOperation", {"cartId": cart_id}

    def _line(self, cart_id: str, principal: Principal) -> int:
        cart = self._app.invoke("cart", {"cart_id": cart_id}, principal=principal)["cart"]
        lines = [int(item["id"]) for item in cart["items"]]
        return self._random.choice(lines) if lines else 1


def main() -> None:
    task = json.load(sys.stdin)
    environment = {"CARTFLOW_DATABASE_URL": task["url"]}
    with Application.open(environment=environment, plugins=[("ledger", Ledger())]) as app:
        shopper = Shopper(app, task)
        outcomes = [shopper.operate() for _ in range(task["operations"])]
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
