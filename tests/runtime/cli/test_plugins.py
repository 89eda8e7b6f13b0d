from __future__ import annotations

from pathlib import Path
from typing import Any

from cartflow import Response, Route, hookimpl

from .conftest import Cli, Misbehaving


class Clashing(Misbehaving):
    """A plugin that brings a name that is taken."""


class Complaining:
    """A plugin whose check at start has something to say."""

    @staticmethod
    @hookimpl
    def cartflow_checks() -> Any:
        return [lambda app: "the moon is not full"]


class Partly(Misbehaving):
    """A plugin of which an action works, and neither its flow nor its route."""

    @staticmethod
    @hookimpl
    def cartflow_flows() -> Any:
        return [Path("gone.flow.yaml")]

    @staticmethod
    @hookimpl
    def cartflow_routes() -> Any:
        return [Route("GET", "/actions/mine", lambda request: Response())]


def test_plugins_are_listed_with_their_distribution(run_cli: Cli) -> None:
    result = run_cli("plugins", "--strict")

    row = next(line.split() for line in result.stdout.splitlines() if line.startswith("cart "))
    assert result.exit_code == 0
    assert row[1] == "cartflow"
    assert row[3] == "works"


def test_a_plugin_that_was_left_out_is_reported(run_cli: Cli) -> None:
    result = run_cli("plugins", plugins=[Misbehaving(), Clashing()])

    assert result.exit_code == 0
    assert "plugin1" in result.stdout
    assert "left out" in result.stdout
    assert "the action 'echo' is brought by the plugin 'plugin0' already" in result.stderr


def test_strict_fails_for_a_plugin_that_was_left_out(run_cli: Cli) -> None:
    result = run_cli("plugins", "--strict", plugins=[Misbehaving(), Clashing()])

    assert result.exit_code == 1


def test_strict_fails_for_a_check_at_start(run_cli: Cli) -> None:
    result = run_cli("plugins", "--strict", plugins=[Complaining()])

    assert result.exit_code == 1
    assert "error: the moon is not full\n" in result.stderr


def test_strict_says_what_of_a_plugin_is_left_out_while_the_rest_works(run_cli: Cli) -> None:
    result = run_cli("plugins", "--strict", plugins=[Partly()])

    row = next(line.split() for line in result.stdout.splitlines() if line.startswith("plugin0 "))
    begin, end = "error: plugin 'plugin0' (no distribution): ", "; the rest of the plugin works"
    said = [line for line in result.stderr.splitlines() if line.startswith(begin)]
    assert (result.exit_code, row[2:]) == (1, ["works", "in", "part", "2"])
    assert said[0].startswith(f"{begin}the route 'GET /actions/mine' is left out: it begins")
    assert said[1].startswith(f"{begin}the flow in 'gone.flow.yaml' is left out: ")
    assert [line.endswith(end) for line in said] == [True, True]


def test_other_commands_warn_and_go_on(run_cli: Cli) -> None:
    result = run_cli("invoke", "echo", "-i", "text=x", plugins=[Misbehaving(), Clashing()])

    assert result.exit_code == 0
    assert "warning: the plugin 'plugin1' does not work as it should" in result.stderr


def test_what_is_left_over_from_a_plugin_is_told_and_stops_nothing(run_cli: Cli) -> None:
    result = run_cli("actions", CARTFLOW_GIFTS_LIMIT="5")

    said = "CARTFLOW_GIFTS_LIMIT: unknown setting, passed over; remove it if its plugin is gone"
    assert (result.exit_code, result.stderr) == (0, f"warning: {said}\n")
    assert f"error: {said}\n" in run_cli("plugins", "--strict", CARTFLOW_GIFTS_LIMIT="5").stderr


def test_strict_fails_for_a_folder_of_secrets_that_is_not_there(run_cli: Cli) -> None:
    result = run_cli("plugins", "--strict", CARTFLOW_SECRETS_DIR="nowhere")

    assert result.exit_code == 1
    assert "error: the folder 'nowhere' of the setting 'secrets_dir' is not there" in result.stderr
