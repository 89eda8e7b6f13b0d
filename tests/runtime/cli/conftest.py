"""The command line as its users have it: in this process, or in one of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cartflow import ActionError, action, hookimpl
from cartflow.runtime.cli.root import cli
from cartflow.runtime.cli.session import Session

Cli = Callable[..., Result]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

ITEMS = 'items=[{"sku": "240-LV07", "quantity": 1}]'
_BILL = (
    '{"firstname": "John", "lastname": "Doe", "street": ["1 Main Street"], "city": "Austin",'
    ' "region": "TX", "postcode": "78701", "country_code": "US", "telephone": "123-456-0000"}'
)
GUEST = ("-i", "email=guest@example.com", "-i", f"billing_address={_BILL}")
BUY = ("-i", ITEMS, *GUEST)
"""The inputs with which the flow `buy-now` orders something that is neither shipped nor taxed."""

COMMAND = [sys.executable, "-m", "cartflow.runtime.cli"]


@action("echo", input={"text": {"type": "string"}}, output={"text": {}}, effect="none")
def echo(ctx: Any) -> Any:
    """Say it again."""
    return {"text": ctx.input["text"]}


@action(
    "misbehave",
    input={"how": {"type": "string"}},
    output={"count": {"type": "integer"}},
    effect="none",
    errors={"REFUSED": {"status": 409, "title": "Refused", "message": "no, not {what}"}},
)
def misbehave(ctx: Any) -> Any:
    """Fail in the way that is asked for."""
    how = ctx.input["how"]
    if how == "declared":
        raise ActionError("REFUSED", what="this")
    if how == "undeclared":
        raise ActionError("SURPRISE")
    if how == "crash":
        message = "the sky fell"
        raise RuntimeError(message)
    return {"count": "many"}


class Misbehaving:
    """A plugin whose actions fail in every way there is."""

    @staticmethod
    @hookimpl
    def cartflow_actions() -> Any:
        return [echo, misbehave]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the working directory, an empty one; the database will be there."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CARTFLOW_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def run_cli(folder: Path) -> Cli:
    """Give a function that runs the command line in this process."""

    def run(*arguments: str, plugins: Any = (), text: str | None = None, **env: str) -> Result:
        named = tuple((f"plugin{number}", plugin) for number, plugin in enumerate(plugins))
        return CliRunner().invoke(cli, arguments, obj=Session(named), input=text, env=env)

    return run


@pytest.fixture
def shop(run_cli: Cli, folder: Path, sqlite_sample: Path) -> Cli:
    """Give the same on a database with the sample store."""
    shutil.copyfile(sqlite_sample, folder / "cartflow.db")
    return run_cli


@pytest.fixture
def run_process(folder: Path) -> Run:
    """Give a function that runs the command line in a process of its own."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def environment(added: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of this process without settings of cartflow, and *added*."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARTFLOW_")}
    return {**kept, **added}
