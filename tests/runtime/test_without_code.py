"""An application whose contracts are looked at: what only running needs is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cartflow import Action, ActionError, Application, Wrapper, action

from .bring import CONDITION, ERRORS, Bring

NOWHERE = "there.is.no.such.module:handler"
CONTRACT: dict[str, Any] = {
    "name": "far",
    "title": "Far",
    "input": {"type": "object"},
    "output": {"type": "object"},
}


@action("near", input={}, output={"type": "object"})
def near(ctx: Any) -> Any:
    return {}


def open_without_code(**parts: Any) -> Application:
    return Application.open(environment={}, plugins=[("lab", Bring(**parts))], with_code=False)


def contracts_of(app: Application) -> dict[str, Any]:
    return {name: action.contract.to_json() for name, action in app.registry.items()}


def test_all_contracts_are_the_same_without_code() -> None:
    with Application.open(environment={}) as whole, open_without_code() as looked_at:
        assert contracts_of(looked_at) == contracts_of(whole)


def test_handlers_wrappers_and_what_is_provided_are_not_imported() -> None:
    wrapper = Wrapper(NOWHERE, conditions=ERRORS)
    with open_without_code(
        actions=[Action(CONTRACT, NOWHERE, "far.json")],
        wrappers=[wrapper],
        routes=[NOWHERE],
        checks=[NOWHERE],
        provide={"point": {"it": NOWHERE}},
    ) as app:
        assert set(ERRORS) <= set(app.registry["far"].contract.errors)
        assert [report.problem for report in app.plugins if report.name == "lab"] == [""]


def test_flows_of_plugins_are_there_unchecked(tmp_path: Path) -> None:
    file = tmp_path / "far.flow.yaml"
    file.write_text("flow: far\nsteps:\n  - action: nowhere\n")

    with open_without_code(flows=[file]) as app:
        assert "far" in app.registry
    with Application.open(environment={}, plugins=[("lab", Bring(flows=[file]))]) as app:
        assert "far" not in app.registry


def test_nothing_can_be_invoked() -> None:
    with open_without_code(actions=[near]) as app:
        app.schema.upgrade()
        with pytest.raises(ActionError) as caught:
            app.invoke("near")

    assert caught.value.code == "INTERNAL"


def test_a_flow_is_checked_without_the_database_library() -> None:
    code = (
        "import sys\n"
        "from cartflow import Application\n"
        "with Application.open(environment={}, with_code=False) as app:\n"
        "    app.library.read(b'flow: a\\nsteps: [{value: 1}]', 'a.flow.yaml')\n"
        "print([name for name in ('sqlalchemy', 'jsonschema', 'flask') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_the_function_of_a_wrapper_may_be_an_import_string() -> None:
    wrapper = Wrapper(f"{__name__}:far_away", conditions={"GONE": CONDITION})
    plugin = ("lab", Bring(actions=[near], wrappers=[wrapper]))

    with Application.open(environment={}, plugins=[plugin]) as app:
        (bound,) = app.registry["near"].wrappers

    assert bound.wrap is far_away


def far_away(ctx: Any, proceed: Any) -> Any:
    return proceed()


def test_a_wrapper_whose_function_is_not_there_is_reported() -> None:
    plugin = ("lab", Bring(actions=[near], wrappers=[Wrapper(NOWHERE)]))

    with Application.open(environment={}, plugins=[plugin]) as app:
        (report,) = [report for report in app.plugins if report.name == "lab"]

    assert "cannot be imported" in str(report.problem)
