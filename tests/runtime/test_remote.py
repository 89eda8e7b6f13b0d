from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartflow import ActionError, Application

from ..conftest import MakeApplication
from ..processes import Process, StartProcess
from . import terminal
from .terminal import CUSTOMER, Shop, Terminal, create_table, entries

KEY = "k1"
Open = Callable[..., Application]
Start = Callable[..., Process]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "terminal"
    folder.mkdir()
    return folder


@pytest.fixture
def side(folder: Path) -> Terminal:
    return Terminal(folder)


@pytest.fixture
def open_shop(make_app: MakeApplication, database_url: str, side: Terminal) -> Open:
    """Give a function that opens a shop on an empty database: `open_shop(at)`."""

    def open_one(at: Callable[[str], Any] = lambda place: None, **settings: str) -> Application:
        plugins = [("shop", Shop(side, at))]
        app = make_app(database_url, plugins, installed=False, **settings)
        create_table(app)
        return app

    return open_one


def pay(app: Application, card: str = "good", key: str | None = KEY) -> Any:
    return app.invoke("pay", {"amount": 5, "card": card}, principal=CUSTOMER, key=key)


def refusal(app: Application, card: str = "good", key: str | None = KEY) -> ActionError:
    with pytest.raises(ActionError) as caught:
        pay(app, card, key)
    return caught.value


def stumbling(place: str, error: BaseException) -> Callable[[str], None]:
    """Return a function that raises *error* when it is first called with *place*."""
    left = [error]

    def at(here: str) -> None:
        if here == place and left:
            raise left.pop()

    return at


def test_a_remote_call_is_prepared_made_and_settled(open_shop: Open, side: Terminal) -> None:
    app = open_shop()

    assert pay(app)["settled"] == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_the_same_key_pays_once(open_shop: Open, side: Terminal) -> None:
    app = open_shop()

    assert pay(app) == pay(app)
    assert (side.lines(), entries(app)) == (["call"], {"prepared": 1, "settled": 1})


def test_without_a_key_each_call_pays(open_shop: Open, side: Terminal) -> None:
    app = open_shop()
    pay(app, key=None)
    pay(app, key=None)

    assert side.charges() == 2


def test_no_transaction_is_open_during_the_call(open_shop: Open) -> None:
    def at(place: str) -> None:
        if place == "call":
            with app.database.transaction() as connection:
                connection.exec_driver_sql("INSERT INTO payment (what) VALUES ('meanwhile')")

    app = open_shop(at)
    pay(app)

    assert entries(app) == {"prepared": 1, "meanwhile": 1, "settled": 1}


@pytest.mark.parametrize(
    ("card", "kept"),
    [("blocked", {}), ("suspicious", {"prepared": 1}), ("empty", {"prepared": 1, "settled": 1})],
)
def test_a_condition_is_recorded_wherever_it_comes_from(
    open_shop: Open, card: str, kept: dict[str, int]
) -> None:
    app = open_shop()

    errors = [refusal(app, card) for _ in range(2)]

    assert [error.code for error in errors] == ["CARD_DECLINED"] * 2
    assert (errors[0].message, entries(app)) == (f"declined: {card}", kept)


def test_a_retryable_condition_releases_the_key(open_shop: Open, side: Terminal) -> None:
    app = open_shop()
    codes = [refusal(app, "offline").code for _ in range(2)]

    assert (codes, side.lines()) == (["OUT_OF_ORDER"] * 2, ["call", "call"])


def test_an_error_of_prepare_that_nobody_expected_leaves_nothing(
    open_shop: Open, side: Terminal
) -> None:
    app = open_shop(stumbling("prepare", ValueError("x")))

    assert (refusal(app).code, side.charges(), entries(app)) == ("INTERNAL", 0, {})
    assert pay(app)["settled"] == 1


@pytest.mark.parametrize("place", ["call", "charged", "settle"])
def test_a_repetition_goes_on_from_the_recorded_state(
    open_shop: Open, side: Terminal, place: str
) -> None:
    app = open_shop(stumbling(place, ValueError("x")))

    assert refusal(app).code == "INTERNAL"
    assert pay(app)["settled"] == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_a_call_without_an_answer_says_that_the_outcome_is_unknown(open_shop: Open) -> None:
    error = refusal(open_shop(stumbling("charged", TimeoutError("x"))))

    assert (error.code, error.retryable, "outcome is unknown" in error.message) == (
        "TIMEOUT",
        False,
        True,
    )


@pytest.mark.parametrize("place", ["call", "charged", "settle"])
def test_after_ctrl_c_the_next_repetition_goes_on(
    open_shop: Open, side: Terminal, place: str
) -> None:
    app = open_shop(stumbling(place, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        pay(app)

    assert pay(app)["settled"] == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_contention_while_settling_does_not_say_that_nothing_happened(
    make_app: MakeApplication, postgres_url: str, side: Terminal
) -> None:
    locked = threading.Event()
    release = threading.Event()

    def at(place: str) -> None:
        if place == "charged" and not locked.is_set():
            holder.start()
            locked.wait(10)

    def hold() -> None:
        with app.database.transaction() as connection:
            connection.exec_driver_sql("LOCK TABLE payment IN ACCESS EXCLUSIVE MODE")
            locked.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    plugin = Shop(side, at)
    app = make_app(postgres_url, [("shop", plugin)], CARTFLOW_LOCK_TIMEOUT_S="0.2")
    create_table(app)
    error = refusal(app)
    release.set()
    holder.join()

    assert (error.code, error.retryable) == ("TIMEOUT", False)
    assert (pay(app)["settled"], side.charges()) == (1, 1)


def test_a_repetition_waits_for_a_living_owner(open_shop: Open, side: Terminal) -> None:
    inside = threading.Event()

    def at(place: str) -> None:
        if place == "call":
            inside.set()
            time.sleep(0.3)

    app = open_shop(at)
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(pay(app)))
    first.start()
    inside.wait(10)
    answers.append(pay(app))
    first.join()

    assert (answers[0], side.lines()) == (answers[1], ["call"])


def test_a_repetition_that_waits_too_long_is_told(open_shop: Open) -> None:
    inside, done = threading.Event(), threading.Event()

    def at(place: str) -> None:
        if place == "call":
            inside.set()
            done.wait(10)

    app = open_shop(at, CARTFLOW_LOCK_TIMEOUT_S="0.3")
    first = threading.Thread(target=pay, args=(app,))
    first.start()
    inside.wait(10)
    error = refusal(app)
    done.set()
    first.join()

    assert (error.code, error.status, error.retryable) == ("IN_PROGRESS", 409, True)


def test_the_remote_side_gets_the_same_key_for_each_repetition(
    open_shop: Open, folder: Path
) -> None:
    app = open_shop(stumbling("charged", ValueError("x")))
    refusal(app)
    pay(app)
    pay(app, key="k2")

    assert len(list(folder.glob("charge-*"))) == 2


def test_one_that_was_thought_dead_does_not_settle_a_second_time(
    open_shop: Open, side: Terminal
) -> None:
    overtaken: list[bool] = []

    def at(place: str) -> None:
        if place == "charged" and not overtaken:
            overtaken.append(True)
            with app.database.transaction() as connection:
                connection.exec_driver_sql("UPDATE journal SET owner = NULL")
            pay(app)

    app = open_shop(at)

    assert pay(app)["settled"] == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_nothing_of_a_settled_call_is_left_in_the_journal_but_its_outcome(
    open_shop: Open,
) -> None:
    app = open_shop()
    pay(app)

    with app.database.transaction(read_only=True) as connection:
        row = connection.exec_driver_sql("SELECT status, owner, state FROM journal").one()
    assert tuple(row) == ("done", None, None)


@pytest.fixture
def start(start_process: StartProcess, database_url: str, folder: Path) -> Start:
    """Give a function that starts a process that pays, or recovers, and may die at a place."""

    def start(die_at: str = "", what: str = "invoke") -> Process:
        script = Path(terminal.__file__)
        return start_process(script, database_url, str(folder), die_at, what, KEY)

    return start


def answer(process: Process) -> str:
    """Wait for a process to end; return what it printed."""
    return process.communicate()[0].strip()


def recover(app: Application) -> int:
    """Go on with what the dead have left, once the database has noticed that they are dead."""
    deadline = time.monotonic() + 20
    while not (settled := app.invoker.recover()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return settled


PLACES = ["prepare", "call", "charged", "settle"]


@pytest.mark.parametrize("place", PLACES)
def test_after_a_kill_the_repetition_charges_and_settles_once(
    open_shop: Open, side: Terminal, start: Start, place: str
) -> None:
    app = open_shop()

    assert start(place).wait() == -signal.SIGKILL
    assert pay(app)["settled"] == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


@pytest.mark.parametrize("place", PLACES[1:])
def test_after_a_kill_recovery_charges_and_settles_once(
    open_shop: Open, side: Terminal, start: Start, place: str
) -> None:
    app = open_shop()
    assert start(place).wait() == -signal.SIGKILL

    assert recover(app) == 1
    assert app.invoker.recover() == 0
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})
    assert pay(app)["settled"] == 1
    assert side.charges() == 1


def test_after_a_kill_while_preparing_there_is_nothing_to_recover(
    open_shop: Open, side: Terminal, start: Start
) -> None:
    app = open_shop()
    assert start("prepare").wait() == -signal.SIGKILL

    assert (app.invoker.recover(), side.charges(), entries(app)) == (0, 0, {})


def test_recovery_leaves_the_calls_of_the_living_alone(
    open_shop: Open, side: Terminal, start: Start, folder: Path
) -> None:
    app = open_shop()
    process = start("wait in call")
    deadline = time.monotonic() + 20
    while not (folder / "waiting").exists() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert app.invoker.recover() == 0
    process.kill()
    assert recover(app) == 1
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_of_two_that_recover_one_settles(open_shop: Open, side: Terminal, start: Start) -> None:
    app = open_shop()
    start("call").wait()

    processes = [start(what="recover") for _ in range(2)]
    answers = sorted(map(answer, processes))

    assert answers == ["0", "1"]
    assert (side.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_four_processes_with_one_key_pay_once(
    open_shop: Open, side: Terminal, start: Start
) -> None:
    app = open_shop()
    processes = [start() for _ in range(4)]
    answers = list(map(answer, processes))

    assert len(set(answers)) == 1
    assert '"settled": 1' in answers[0]
    assert (side.lines(), entries(app)) == (["call"], {"prepared": 1, "settled": 1})


def test_recovery_settles_what_it_can_and_goes_on(
    make_app: MakeApplication, database_url: str, side: Terminal
) -> None:
    left = ["call", "call"]

    def at(place: str) -> None:
        if place in left:
            left.remove(place)
            raise ValueError(place)

    app = make_app(database_url, [("shop", Shop(side, at))])
    create_table(app)
    for key in ("k1", "k2"):
        refusal(app, key=key)
    left.append("call")

    assert app.invoker.recover() == 1
    assert app.invoker.recover() == 1
    assert entries(app) == {"prepared": 2, "settled": 2}


@pytest.mark.parametrize("effect", ["keyed", "at_least_once"])
def test_both_remote_effects_go_the_same_way(
    make_app: MakeApplication, database_url: str, side: Terminal, effect: str
) -> None:
    plugin = Shop(side)
    plugin.effect = effect
    app = make_app(database_url, [("shop", plugin)])
    create_table(app)

    assert (pay(app), side.lines()) == (pay(app), ["call"])
