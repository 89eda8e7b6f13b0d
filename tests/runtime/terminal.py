"""A payment terminal behind a file: the remote side of the tests, and processes that use it.

Run as a script it is a process of its own:

    python terminal.py URL FOLDER prepare|call|charged|settle|… invoke KEY
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cartflow import ActionError, Application, Context, Failure, Principal, Remote, action, hookimpl

CUSTOMER = Principal("customer", "7")
ERRORS = {
    "CARD_DECLINED": {"status": 402, "title": "Card Declined", "message": "declined: {reason}"},
    "OUT_OF_ORDER": {
        "status": 503,
        "title": "Out of Order",
        "message": "not now",
        "retryable": True,
    },
}


class Terminal:
    """Remembers charges by their key; a charge that it knows is not made again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def charge(self, key: str, amount: int) -> dict[str, Any]:
        file = self._folder / f"charge-{key}"
        self.log("call")
        try:
            with file.open("x") as made:
                json.dump({"amount": amount, "receipt": key[:8]}, made)
        except FileExistsError:
            pass
        answer: dict[str, Any] = json.loads(file.read_text())
        return answer

    def charges(self) -> int:
        return len(list(self._folder.glob("charge-*")))

    def log(self, line: str) -> None:
        with (self._folder / "log").open("a") as log:
            log.write(line + "\n")

    def lines(self) -> list[str]:
        file = self._folder / "log"
        return file.read_text().split() if file.exists() else []


class Shop:
    """A plugin with the action `pay`, in which a test can do something at each place.

    Args:
        terminal: The remote side.
        at: Is called with the place: `prepare`, `prepared`, `call`, `charged`, `settle`.
    """

    def __init__(self, terminal: Terminal, at: Callable[[str], Any] = lambda place: None) -> None:
        self._terminal = terminal
        self._at = at
        self.effect = "keyed"

    @hookimpl
    def cartflow_actions(self) -> list[Any]:
        pay = action(
            "pay",
            input={"amount": {"type": "integer"}, "card": {"type": "string", "default": "good"}},
            output={"receipt": {"type": "string"}, "settled": {"type": "integer"}},
            errors=ERRORS,
            effect=self.effect,
        )
        remote: Any = Remote(self.prepare, self.call, self.settle)
        return [pay(remote)]

    def prepare(self, ctx: Context) -> Any:
        add(ctx, "prepared")
        self._at("prepare")
        if ctx.input["card"] == "blocked":
            raise ActionError("CARD_DECLINED", reason="blocked")
        if ctx.input["card"] == "suspicious":
            return Failure(ActionError("CARD_DECLINED", reason="suspicious"))
        return {"key": ctx.idempotency_key, "amount": ctx.input["amount"]}

    def call(self, state: Any, extensions: Callable[[str], Mapping[str, Any]]) -> Any:
        self._at("call")
        answer = self._terminal.charge(state["key"], state["amount"])
        self._at("charged")
        return answer

    def settle(self, ctx: Context, state: Any, answer: Any) -> Any:
        add(ctx, "settled")
        self._at("settle")
        if ctx.input["card"] == "empty":
            return Failure(ActionError("CARD_DECLINED", reason="empty"))
        if ctx.input["card"] == "offline":
            raise ActionError("OUT_OF_ORDER")
        done = ctx.db.exec_driver_sql("SELECT count(*) FROM payment WHERE what = 'settled'")
        return {"receipt": answer["receipt"], "settled": done.scalar_one()}


def add(ctx: Context, what: str) -> None:
    ctx.db.exec_driver_sql(f"INSERT INTO payment (what) VALUES ('{what}')")


def create_table(app: Application) -> None:
    with app.database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE payment (what VARCHAR(20))")


def entries(app: Application) -> dict[str, int]:
    """Return how often each word stands in the table."""
    with app.database.transaction(read_only=True) as connection:
        rows = connection.exec_driver_sql("SELECT what, count(*) FROM payment GROUP BY what")
        return {row[0]: row[1] for row in rows}


def main(url: str, folder: str, die_at: str, what: str, key: str) -> None:
    """Pay, or recover what another process has left behind; die at a place if one is named."""

    def at(place: str) -> None:
        if place == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if die_at == f"wait in {place}":
            Path(folder, "waiting").touch()
            time.sleep(60)

    plugin = Shop(Terminal(Path(folder)), at)
    with Application.open(
        environment={"CARTFLOW_DATABASE_URL": url}, plugins=[("shop", plugin)]
    ) as app:
        if what == "recover":
            answer: Any = app.invoker.recover()
        else:
            answer = app.invoke("pay", {"amount": 5}, principal=CUSTOMER, key=key)
        print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
