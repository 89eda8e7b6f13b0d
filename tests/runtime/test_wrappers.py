from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cartflow import (
    SYSTEM,
    ActionError,
    Application,
    Context,
    Failure,
    Proceed,
    Setting,
    Wrapper,
    action,
    hookimpl,
)

from ..conftest import MakeApplication
from .bring import CONDITION, ERRORS, Bring, write
from .conftest import OpenNotebook


@action("write", input={"text": {"type": "string"}}, output={"type": "object"}, errors=ERRORS)
def write_note(ctx: Context) -> Any:
    write(ctx, ctx.input["text"])
    if ctx.input["text"] == "fail":
        raise_("WENT_WRONG")
    if ctx.input["text"] == "fail and keep":
        return Failure(ActionError("WENT_WRONG"))
    return {"by": ctx.principal.kind}


@action("other", input={}, output={"type": "object"}, access=["system"])
def other(ctx: Context) -> Any:
    write(ctx, f"other as {ctx.principal.kind}")
    return {}


def raise_(code: str) -> Any:
    raise ActionError(code)


def leave_a_note(ctx: Context, proceed: Proceed) -> Any:
    write(ctx, "wrapper")
    return proceed()


def test_a_wrapper_writes_in_the_same_transaction(notebook: OpenNotebook) -> None:
    lab = notebook(write_note, wrappers=[Wrapper(leave_a_note)])
    lab.invoke("write", {"text": "a"})

    assert lab.notes() == ["a", "wrapper"]


@pytest.mark.parametrize("key", [None, "k" * 22], ids=["no key", "key"])
def test_a_raised_condition_takes_the_wrappers_changes_back(
    notebook: OpenNotebook, key: str | None
) -> None:
    lab = notebook(write_note, wrappers=[Wrapper(leave_a_note)])
    lab.error("write", {"text": "fail"}, key=key)

    assert lab.notes() == []


@pytest.mark.parametrize("key", [None, "k" * 22], ids=["no key", "key"])
def test_a_returned_failure_keeps_the_wrappers_changes(
    notebook: OpenNotebook, key: str | None
) -> None:
    lab = notebook(write_note, wrappers=[Wrapper(leave_a_note)])
    lab.error("write", {"text": "fail and keep"}, key=key)

    assert lab.notes() == ["fail and keep", "wrapper"]


def test_a_wrapper_sees_what_the_handler_returned(sqlite_notebook: OpenNotebook) -> None:
    def replace(ctx: Context, proceed: Proceed) -> Any:
        return {"instead of": proceed()}

    lab = sqlite_notebook(write_note, wrappers=[Wrapper(replace)])

    assert lab.invoke("write", {"text": "a"}) == {"instead of": {"by": "guest"}}


def test_a_wrapper_sees_a_failure_as_such(sqlite_notebook: OpenNotebook) -> None:
    seen = []

    def look(ctx: Context, proceed: Proceed) -> Any:
        seen.append(proceed())
        return seen[0]

    lab = sqlite_notebook(write_note, wrappers=[Wrapper(look)])
    lab.error("write", {"text": "fail and keep"})

    assert isinstance(seen[0], Failure)


def test_the_input_is_read_only_for_a_wrapper(sqlite_notebook: OpenNotebook) -> None:
    def change(ctx: Context, proceed: Proceed) -> Any:
        ctx.input["text"] = "changed"  # type: ignore[index]
        return proceed()

    lab = sqlite_notebook(write_note, wrappers=[Wrapper(change)])

    assert (lab.error("write", {"text": "a"}).code, lab.notes()) == ("INTERNAL", [])


def test_a_wrapper_is_only_around_what_it_applies_to(sqlite_notebook: OpenNotebook) -> None:
    wrapper = Wrapper(leave_a_note, applies_to=lambda contract: "x-noted" in contract.extensions)

    members: dict[str, Any] = {"x-noted": True}

    @action("noted", input={}, output={}, **members)
    def noted(ctx: Context) -> Any:
        return {}

    lab = sqlite_notebook(write_note, noted, wrappers=[wrapper])
    lab.invoke("write", {"text": "a"})
    lab.invoke("noted")

    assert lab.notes() == ["a", "wrapper"]


def test_the_conditions_of_a_wrapper_are_in_the_contracts(sqlite_notebook: OpenNotebook) -> None:
    def refuse(ctx: Context, proceed: Proceed) -> Any:
        raise_("NOT_TODAY")

    wrapper = Wrapper(
        refuse, lambda contract: contract.name == "write", {"NOT_TODAY": {**CONDITION}}
    )
    lab = sqlite_notebook(write_note, other, wrappers=[wrapper])

    declared = {name: set(lab.app.registry[name].contract.errors) for name in ("write", "other")}
    assert declared == {"write": {*ERRORS, "NOT_TODAY"}, "other": set()}
    assert lab.error("write", {"text": "a"}).code == "NOT_TODAY"


def test_a_condition_that_a_wrapper_does_not_declare_is_undeclared(
    sqlite_notebook: OpenNotebook,
) -> None:
    wrapper = Wrapper(lambda ctx, proceed: raise_("NOT_TODAY"))

    assert sqlite_notebook(other, wrappers=[wrapper]).error("other", principal=SYSTEM).code == (
        "UNDECLARED_ERROR"
    )


def test_a_condition_of_the_contract_stays_as_the_contract_has_it(
    sqlite_notebook: OpenNotebook,
) -> None:
    wrapper = Wrapper(leave_a_note, conditions={"WENT_WRONG": {**CONDITION, "status": 418}})
    lab = sqlite_notebook(write_note, wrappers=[wrapper])

    assert lab.error("write", {"text": "fail"}).status == 409


@pytest.mark.parametrize(("as_system", "code"), [(True, None), (False, "NOT_AUTHENTICATED")])
def test_a_wrapper_invokes_as_the_caller_unless_it_asks_for_system(
    notebook: OpenNotebook, as_system: bool, code: str | None
) -> None:
    def invoke_other(ctx: Context, proceed: Proceed) -> Any:
        ctx.invoke("other")
        return proceed()

    wrapper = Wrapper(invoke_other, lambda contract: contract.name == "write", as_system=as_system)
    lab = notebook(write_note, other, wrappers=[wrapper])

    if code is None:
        assert lab.invoke("write", {"text": "a"}) == {"by": "guest"}
        assert lab.notes() == ["a", "other as system"]
    else:
        assert lab.error("write", {"text": "a"}).code == code


class Named:
    """A plugin with a wrapper that notes the order in which it is called."""

    def __init__(self, name: str, seen: list[str]) -> None:
        self._name = name
        self._seen = seen

    def wrap(self, ctx: Context, proceed: Proceed) -> Any:
        self._seen.append(self._name)
        return proceed()

    @hookimpl
    def cartflow_wrappers(self) -> list[Wrapper]:
        return [Wrapper(self.wrap, lambda contract: contract.name == "write")]


class NamedFirst(Named):
    @hookimpl(tryfirst=True)
    def cartflow_wrappers(self) -> list[Wrapper]:
        return super().cartflow_wrappers()


class NamedLast(Named):
    @hookimpl(trylast=True)
    def cartflow_wrappers(self) -> list[Wrapper]:
        return super().cartflow_wrappers()


def test_the_order_of_wrappers_is_pluggys(make_app: MakeApplication, sqlite_url: str) -> None:
    seen: list[str] = []

    @action("write", input={}, output={})
    def nothing(ctx: Context) -> Any:
        seen.append("handler")
        return {}

    plugins = [
        ("first", NamedFirst("tryfirst", seen)),
        ("one", Named("registered first", seen)),
        ("two", Named("registered last", seen)),
        ("last", NamedLast("trylast", seen)),
        ("lab", Bring(actions=[nothing])),
    ]
    make_app(sqlite_url, plugins).invoke("write")

    assert seen == ["tryfirst", "registered last", "registered first", "trylast", "handler"]


def test_a_wrapper_has_the_settings_of_its_own_plugin(
    make_app: MakeApplication, sqlite_url: str
) -> None:
    seen: list[Mapping[str, Any]] = []

    def look(ctx: Context, proceed: Proceed) -> Any:
        seen.append(ctx.settings)
        return proceed()

    @action("write", input={}, output={"type": "object"})
    def own_settings(ctx: Context) -> Any:
        return dict(ctx.settings)

    plugins = [
        ("lab", Bring(actions=[own_settings], settings=[Setting("ink", "blue", "")])),
        ("around", Bring(wrappers=[Wrapper(look)], settings=[Setting("paper", 3, "")])),
    ]
    app: Application = make_app(sqlite_url, plugins)

    assert (app.invoke("write"), dict(seen[0])) == ({"ink": "blue"}, {"paper": 3})
