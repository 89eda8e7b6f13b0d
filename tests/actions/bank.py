"""A payment provider for tests, and a process that pays with it and stops where it is told to.

As a script it reads `{"url", "folder", "cart", "stop"}` as JSON from standard input and pays once,
with the key `KEY`. It writes a file `stopped` when it stands still, waiting to be killed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event

from cartflow import GUEST, Application, hookimpl

KEY = "a key that nobody guesses"


class Bank:
    """The plugin and its provider: each charge is a line of a file, once for each key."""

    def __init__(self, folder: Path, stop: str = "") -> None:
        self._folder = folder
        self._stop = stop

    @hookimpl
    def cartflow_provide(self) -> Mapping[str, Mapping[str, Any]]:
        return {"cart.payment_providers": {"bank": self}}

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        self.stop_at("prepare")
        return {}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        key = request["idempotency_key"]
        if key not in self.charges():
            with (self._folder / "charges").open("a") as file:
                file.write(f"{key}\n")
        self.stop_at("call")
        return {"status": "created", "id": f"bank-{key}"}

    def charges(self) -> list[str]:
        file = self._folder / "charges"
        return file.read_text().split() if file.exists() else []

    def stop_at(self, place: str) -> None:
        if place == self._stop:
            (self._folder / "stopped").touch()
            time.sleep(60)


def main() -> None:
    task = json.load(sys.stdin)
    bank = Bank(Path(task["folder"]), task["stop"])
    environment = {"CARTFLOW_DATABASE_URL": task["url"]}
    with Application.open(environment=environment, plugins=[("bank", bank)]) as app:

        def settling(_db: Any, _cursor: Any, statement: str, *_about: Any) -> None:
            if "UPDATE cart_payment_order" in statement:
                bank.stop_at("settle")

        event.listen(app.database.engine, "after_cursor_execute", settling)
        given = {"cartId": task["cart"], "methodCode": "bank"}
        app.invoke("createPaymentOrder", given, principal=GUEST, key=KEY)


if __name__ == "__main__":
    main()
