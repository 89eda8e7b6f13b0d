from __future__ import annotations

from typing import Any

import pytest

from cartflow import action, hookimpl

from .conftest import Cli


@action("whoami", input={}, output={"kind": {}, "id": {}}, effect="none")
def whoami(ctx: Any) -> Any:
    """Return who calls."""
    return {"kind": ctx.principal.kind, "id": ctx.principal.id}


class People:
    """A plugin that knows robots by name."""

    @staticmethod
    @hookimpl
    def cartflow_actions() -> Any:
        return [whoami]

    @staticmethod
    @hookimpl
    def cartflow_provide() -> Any:
        return {"principals": {"robot": lambda connection, name: {"marvin": 42}.get(name)}}


@pytest.mark.parametrize(
    ("option", "kind", "found"),
    [
        ((), "guest", ""),
        (("--as", "guest"), "guest", ""),
        (("--as", "admin"), "admin", ""),
        (("--as", "robot:marvin"), "robot", "42"),
    ],
    ids=["default", "guest", "admin", "provided"],
)
def test_as_says_who_calls(run_cli: Cli, option: tuple[str, ...], kind: str, found: str) -> None:
    result = run_cli("invoke", "whoami", *option, plugins=[People()])

    assert result.stdout == f'{{\n  "kind": "{kind}",\n  "id": "{found}"\n}}\n'


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ("robot:wall-e", "--as 'robot:wall-e': there is no robot 'wall-e' in this database"),
        ("robott:marvin", "or customer:NAME or robot:NAME; did you mean 'robot'?"),
        ("robot", "--as 'robot' names nobody"),
        ("admin:root", "--as 'admin:root' names nobody"),
        ("system", "--as 'system' names nobody"),
    ],
)
def test_nobody_is_refused(run_cli: Cli, who: str, message: str) -> None:
    result = run_cli("invoke", "whoami", "--as", who, plugins=[People()])

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_customer_is_found_by_e_mail(shop: Cli) -> None:
    result = shop("invoke", "customerCart", "--as", "customer:roni_cost@example.com")

    assert result.exit_code == 0
    assert '"email": "roni_cost@example.com"' in result.stdout
