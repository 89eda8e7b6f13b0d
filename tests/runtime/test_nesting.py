from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cartflow import ActionError, Context, Failure, Principal, Remote, Wrapper, action

from .bring import ERRORS, count, write
from .conftest import OpenNotebook

ANY: dict[str, Any] = {"type": "object"}


@action("inner", input={"how": {"default": "well"}}, output=ANY, errors=ERRORS)
def inner(ctx: Context) -> Any:
    write(ctx, "inner")
    ctx.after_commit(lambda: CALLED.append("inner"))
    if ctx.input["how"] == "raise":
        raise ActionError("WENT_WRONG", what="inner")
    if ctx.input["how"] == "fail":
        return Failure(ActionError("WENT_WRONG"))
    if ctx.input["how"] == "crash":
        raise ValueError("inner")
    if ctx.input["how"] == "undeclared":
        raise ActionError("SECRET")
    if ctx.input["how"] == "statement":
        write(ctx, "inner")
    return {"notes": count(ctx)}


CALLED: list[str] = []


@pytest.fixture(autouse=True)
def nothing_called() -> None:
    CALLED.clear()


def outer(body: Callable[[Context], Any], **members: Any) -> Any:
    """Return an action that writes a note and then does *body*."""

    def handler(ctx: Context) -> Any:
        write(ctx, "outer")
        return body(ctx)

    return action("outer", input={}, output=ANY, **members)(handler)


def test_an_invoked_action_sees_what_is_not_committed_yet(notebook: OpenNotebook) -> None:
    lab = notebook(inner, outer(lambda ctx: ctx.invoke("inner")))

    assert (lab.invoke("outer"), lab.notes()) == ({"notes": 2}, ["inner", "outer"])


@pytest.mark.parametrize("how", ["raise", "crash", "undeclared", "statement"])
def test_what_an_invoked_action_changed_is_taken_back_when_it_raises(
    notebook: OpenNotebook, how: str
) -> None:
    def body(ctx: Context) -> Any:
        with pytest.raises(Exception):  # noqa: B017, PT011  whatever it is
            ctx.invoke("inner", {"how": how})
        return {"notes": count(ctx)}

    lab = notebook(inner, outer(body))

    assert (lab.invoke("outer"), lab.notes()) == ({"notes": 1}, ["outer"])


def test_a_failure_of_an_invoked_action_keeps_its_changes(notebook: OpenNotebook) -> None:
    def body(ctx: Context) -> Any:
        with pytest.raises(ActionError, match="WENT_WRONG 409"):
            ctx.invoke("inner", {"how": "fail"})
        return {}

    lab = notebook(inner, outer(body))
    lab.invoke("outer")

    assert lab.notes() == ["inner", "outer"]


def test_the_callbacks_of_what_was_taken_back_are_not_called(notebook: OpenNotebook) -> None:
    def body(ctx: Context) -> Any:
        ctx.after_commit(lambda: CALLED.append("outer"))
        with pytest.raises(ActionError):
            ctx.invoke("inner", {"how": "raise"})
        return {}

    notebook(inner, outer(body)).invoke("outer")

    assert CALLED == ["outer"]


def test_what_leaves_the_outer_action_must_be_declared_there(notebook: OpenNotebook) -> None:
    lab = notebook(inner, outer(lambda ctx: ctx.invoke("inner", {"how": "raise"})))

    assert (lab.error("outer").code, lab.notes()) == ("UNDECLARED_ERROR", [])


def test_a_declared_condition_leaves_both_with_the_inner_message(notebook: OpenNotebook) -> None:
    lab = notebook(inner, outer(lambda ctx: ctx.invoke("inner", {"how": "raise"}), errors=ERRORS))

    error = lab.error("outer")

    assert (error.code, error.message, lab.notes()) == (
        "WENT_WRONG",
        "it went wrong with inner",
        [],
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda ctx: ctx.invoke("inner", {"how": "crash"}), "INTERNAL"),
        (lambda ctx: ctx.invoke("inner", {"what": 1}), "UNDECLARED_ERROR"),
        (lambda ctx: ctx.invoke("nothing"), "UNDECLARED_ERROR"),
        (lambda ctx: ctx.invoke("admins"), "NOT_AUTHENTICATED"),
        (lambda ctx: ctx.invoke("outer"), "LIMIT_EXCEEDED"),
        (lambda ctx: ctx.invoke("pay"), "INTERNAL"),
    ],
    ids=["crash", "bad input", "unknown", "access", "depth", "remote effect"],
)
def test_what_cannot_be_invoked_ends_the_outer_action(
    sqlite_notebook: OpenNotebook, body: Callable[[Context], Any], code: str
) -> None:
    @action("admins", input={}, output={}, access=["admin"])
    def admins(ctx: Context) -> Any: ...

    def nothing(*args: Any) -> Any: ...

    pay = action("pay", input={}, output={}, effect="keyed")
    remote: Any = Remote(nothing, nothing, nothing)

    def deep(ctx: Context) -> Any:
        return body(ctx)

    lab = sqlite_notebook(inner, admins, pay(remote), action("outer", input={}, output=ANY)(deep))

    assert lab.error("outer").code == code


def test_an_action_without_effect_cannot_invoke_one_with_effects(
    sqlite_notebook: OpenNotebook,
) -> None:
    reader = action("reader", input={}, output=ANY, effect="none")

    lab = sqlite_notebook(inner, reader(lambda ctx: ctx.invoke("inner")))

    assert (lab.error("reader").code, lab.notes()) == ("INTERNAL", [])


def test_an_invoked_action_is_called_by_the_same_principal(sqlite_notebook: OpenNotebook) -> None:
    @action("who", input={}, output=ANY, effect="none")
    def who(ctx: Context) -> Any:
        return {"id": ctx.principal.id}

    lab = sqlite_notebook(who, outer(lambda ctx: ctx.invoke("who")))

    assert lab.invoke("outer", principal=Principal("customer", "7")) == {"id": "7"}


def test_an_api_key_needs_the_scope_of_what_is_invoked_inside(
    sqlite_notebook: OpenNotebook,
) -> None:
    lab = sqlite_notebook(inner, outer(lambda ctx: ctx.invoke("inner")))
    key = Principal("integration", "k", frozenset({"actions:invoke:outer"}))

    assert lab.error("outer", principal=key).code == "NOT_AUTHORIZED"


def test_an_invoked_action_has_its_own_wrappers(notebook: OpenNotebook) -> None:
    def around(ctx: Context, proceed: Any) -> Any:
        write(ctx, f"around {ctx.contract.name}")
        return proceed()

    lab = notebook(inner, outer(lambda ctx: ctx.invoke("inner")), wrappers=[Wrapper(around)])
    lab.invoke("outer")

    assert lab.notes() == ["around inner", "around outer", "inner", "outer"]


def test_an_output_that_the_inner_contract_does_not_promise_is_taken_back(
    notebook: OpenNotebook,
) -> None:
    @action("liar", input={}, output={"type": "string"})
    def liar(ctx: Context) -> Any:
        write(ctx, "liar")
        return 7

    def body(ctx: Context) -> Any:
        with pytest.raises(ActionError, match="INVALID_OUTPUT"):
            ctx.invoke("liar")
        return {}

    lab = notebook(liar, outer(body))
    lab.invoke("outer")

    assert lab.notes() == ["outer"]


def test_an_inner_action_that_opened_the_transaction_leaves_nothing_behind(
    notebook: OpenNotebook,
) -> None:
    def body(ctx: Context) -> Any:
        with pytest.raises(ActionError):
            ctx.invoke("inner", {"how": "raise"})
        return ctx.invoke("inner")

    lab = notebook(inner, action("outer", input={}, output=ANY)(body))

    assert (lab.invoke("outer"), lab.notes()) == ({"notes": 1}, ["inner"])


def test_many_invocations_inside_one_do_not_pile_up(notebook: OpenNotebook) -> None:
    @action("read", input={}, output=ANY, effect="none")
    def read(ctx: Context) -> Any:
        return {"notes": count(ctx)}

    lab = notebook(read, outer(lambda ctx: [ctx.invoke("read") for _ in range(300)][-1]))

    assert lab.invoke("outer") == {"notes": 1}
