from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue

import pytest

from .conftest import BUY, COMMAND, Cli, environment

TIMEOUT_S = 30

PAY = (
    '{ action: createPaymentOrder, with: { cartId: "${{ steps.new.cart.id }}", '
    "methodCode: sandbox, paymentSource: tok_unavailable }, "
    "retry: { on: PAYMENT_UNAVAILABLE, max_attempts: ATTEMPTS, delay: DELAY, jitter: false } }"
)
GIVE_UP = '{ action: setCartAsInactive, with: { cartId: "${{ steps.new.cart.id }}" } }'


def flow(*undo: str) -> str:
    """Return a flow that waits for a provider that never answers, once it has made a cart."""
    pay = PAY.replace("ATTEMPTS", "9").replace("DELAY", "60s")
    return (
        "flow: slow\nsteps:\n  - id: new\n    action: addProductsToNewCart\n"
        "    with: { cartItems: [{ sku: 24-MB04, quantity: 1 }] }\n"
        f"    undo: [{', '.join(undo)}]\n  - {pay}\n"
    )


class Process:
    """The command line in a process of its own, whose stderr can be waited for."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            env=environment({"CARTFLOW_CART_SANDBOX_PAYMENTS": "true"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str | None] = Queue()  # None: there will be no more
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.seen = ""

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str) -> None:
        """Wait until it has said *text*."""
        while text not in self.seen:
            line = self._lines.get(timeout=TIMEOUT_S)
            assert line is not None, f"it ended without {text!r}: {self.seen}"
            self.seen += line

    def has_open(self, name: str) -> bool:
        """Return whether a file whose path ends with *name* is open."""
        for link in Path(f"/proc/{self._process.pid}/fd").iterdir():
            with suppress(OSError):  # closed by now
                if os.readlink(link).endswith(name):
                    return True
        return False

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for the end and return the exit status."""
        status = self._process.wait(TIMEOUT_S)
        while (line := self._lines.get(timeout=TIMEOUT_S)) is not None:
            self.seen += line
        return status

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@contextmanager
def running(*arguments: str) -> Iterator[Process]:
    process = Process(*arguments)
    try:
        yield process
    finally:
        process.close()


@pytest.fixture
def cart_states(folder: Path) -> Callable[[], list[str]]:
    """Give a function that returns the states of all carts."""

    def states() -> list[str]:
        with sqlite3.connect(folder / "cartflow.db") as connection:
            rows = connection.execute("SELECT status FROM cart_cart").fetchall()
        connection.close()
        return [row[0] for row in rows]

    return states


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_is_undone(
    shop: Cli, folder: Path, cart_states: Callable[[], list[str]], number: signal.Signals
) -> None:
    (folder / "slow.flow.yaml").write_text(flow(GIVE_UP))

    with running("run", "slow.flow.yaml") as process:
        process.wait_for("PAYMENT_UNAVAILABLE 503")
        process.send(number)
        status = process.end()

    assert status == 1
    assert "cancelling the run; what it has done is being undone\n" in process.seen
    assert "  ✓ undo: setCartAsInactive" in process.seen
    assert "\nerror: CANCELLED 499: the run was cancelled\n" in process.seen
    assert "Traceback" not in process.seen
    assert cart_states() == ["inactive"]


def test_a_second_interruption_does_not_stop_the_undo(
    shop: Cli, folder: Path, cart_states: Callable[[], list[str]]
) -> None:
    slow_undo = PAY.replace("ATTEMPTS", "2").replace("DELAY", "1s")
    caught = slow_undo.removesuffix("}") + ', catch: [{ on: "*" }] }'
    (folder / "slow.flow.yaml").write_text(flow(caught, GIVE_UP))

    with running("run", "slow.flow.yaml") as process:
        process.wait_for("PAYMENT_UNAVAILABLE 503")
        process.send(signal.SIGINT)
        process.wait_for("undo: createPaymentOrder: PAYMENT_UNAVAILABLE 503")
        process.send(signal.SIGINT)
        status = process.end()

    assert status == 1
    assert "the run is being undone already; please wait until that is done\n" in process.seen
    assert "✓ undo: setCartAsInactive" in process.seen
    assert cart_states() == ["inactive"]


def test_a_flow_that_is_invoked_is_undone_as_well(
    shop: Cli, folder: Path, cart_states: Callable[[], list[str]]
) -> None:
    given = (
        *BUY,
        *("-i", "payment_method=sandbox", "-i", "payment_source=tok_unavailable"),
    )

    with running("invoke", "buy-now", *given) as process:
        _wait_until(lambda: cart_states() == ["active"])
        process.send(signal.SIGINT)
        status = process.end()

    assert status == 1
    assert cart_states() == ["inactive"]


def _wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(TIMEOUT_S * 100):
        if holds():
            return
        pause.wait(0.01)
    raise TimeoutError


def test_an_interruption_outside_of_a_run_is_one_line(folder: Path) -> None:
    with running("invoke", "cart", "--input-file", "/dev/ptmx") as process:  # never says a word
        _wait_until(lambda: process.has_open("ptmx"))
        process.send(signal.SIGINT)
        status = process.end()

    assert status == 130
    assert process.seen.strip() == "error: interrupted"
