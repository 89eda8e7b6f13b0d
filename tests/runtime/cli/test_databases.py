from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Cli

NOBODY = 65534


@pytest.fixture
def read_only_folder(run_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with a database that nobody may write, not even root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_cli("store", "load", "--sample", "--database", f"sqlite:///{folder}/shop.db")
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        monkeypatch.chdir(folder)
        user = os.geteuid()
        if user == 0:  # permissions mean nothing to root
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def test_upgrade_creates_the_tables(run_cli: Cli, folder: Path) -> None:
    result = run_cli("db", "upgrade")

    assert result.exit_code == 0
    assert "runtime: now at revision 0001_runtime\n" in result.stdout
    assert (folder / "cartflow.db").exists()


def test_upgrade_says_when_there_is_nothing_to_do(run_cli: Cli) -> None:
    run_cli("db", "upgrade")

    result = run_cli("db", "upgrade")

    assert result.stdout.endswith("/cartflow.db is up to date\n")


def test_status_creates_nothing(run_cli: Cli, folder: Path) -> None:
    result = run_cli("db", "status")

    assert result.exit_code == 0
    assert "not up to date; run 'cartflow db upgrade'" in result.stdout
    assert list(folder.iterdir()) == []


def test_status_after_upgrade(run_cli: Cli) -> None:
    run_cli("db", "upgrade")

    result = run_cli("db", "status")

    assert ["runtime", "0001_runtime", "0001_runtime"] in [
        line.split() for line in result.stdout.splitlines()
    ]
    assert result.stdout.endswith("up to date\n")


def test_purge_deletes_what_has_expired(run_cli: Cli, folder: Path) -> None:
    for key in ("a" * 22, "b" * 22):
        run_cli("invoke", "createGuestCart", "--key", key)
    with sqlite3.connect(folder / "cartflow.db") as connection:
        connection.execute("UPDATE journal SET expires_at = 1 WHERE key LIKE 'a%'")
    connection.close()

    result = run_cli("db", "purge")

    assert result.stdout == "1 outcome deleted\n"
    assert run_cli("db", "purge").stdout == "0 outcomes deleted\n"


def test_postgresql_is_upgraded_by_command(run_cli: Cli, empty_postgres_url: str) -> None:
    before = run_cli("invoke", "createGuestCart", "--database", empty_postgres_url)
    upgraded = run_cli("db", "upgrade", "--database", empty_postgres_url)
    after = run_cli("invoke", "createGuestCart", "--database", empty_postgres_url)

    assert before.exit_code == 2
    assert "run 'cartflow db upgrade'" in before.stderr
    assert (upgraded.exit_code, after.exit_code) == (0, 0)


@pytest.mark.parametrize("command", ["invoke createGuestCart", "keys list", "db upgrade"])
def test_a_missing_folder_is_wrong_use(run_cli: Cli, command: str) -> None:
    result = run_cli(*command.split(), "--database", "sqlite:////nowhere/at/all.db")

    assert result.exit_code == 2
    assert "the folder '/nowhere/at' of the database does not exist; create it" in result.stderr


@pytest.mark.parametrize(
    "command", ["invoke createGuestCart", "keys create --name a --scope actions:invoke"]
)
def test_a_read_only_file_is_wrong_use(run_cli: Cli, read_only_folder: Path, command: str) -> None:
    result = run_cli(*command.split(), "--database", f"sqlite:///{read_only_folder}/shop.db")

    assert result.exit_code == 2
    assert "is read-only; make its file and folder writable" in result.stderr


@pytest.mark.parametrize("command", ["invoke createGuestCart", "db status", "db upgrade"])
def test_a_newer_database_is_refused(run_cli: Cli, folder: Path, command: str) -> None:
    run_cli("db", "upgrade")
    with sqlite3.connect(folder / "cartflow.db") as connection:
        connection.execute("UPDATE alembic_version_cart SET version_num = '9999_future'")
    connection.close()

    result = run_cli(*command.split())

    assert result.exit_code == 2
    assert "is at revision '9999_future' of 'cart'" in result.stderr
    assert "update the program" in result.stderr


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/db", "expected sqlite:///FILE or postgresql+psycopg://"),
        ("sqlite://", "names no file; expected sqlite:///FILE"),
        ("postgresql://u:hidden@127.0.0.1:1/db", "check CARTFLOW_DATABASE_URL or --database"),
    ],
    ids=["kind", "no-file", "no-server"],
)
def test_a_database_that_cannot_be_used(run_cli: Cli, url: str, message: str) -> None:
    result = run_cli("keys", "list", "--database", url)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "hidden" not in result.stderr


def test_a_folder_that_may_not_be_read_is_no_defect(
    run_cli: Cli, read_only_folder: Path, tmp_path: Path
) -> None:
    config = tmp_path / "cartflow.toml"  # pytest's folders are for their owner alone

    result = run_cli("actions", CARTFLOW_CONFIG=str(config))

    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_what_is_no_database_is_refused(run_cli: Cli, folder: Path) -> None:
    (folder / "cartflow.db").write_text("hello " * 100)

    result = run_cli("invoke", "createGuestCart")

    assert result.exit_code == 2
    assert "cannot be opened: file is not a database" in result.stderr


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CARTFLOW_DATABASE_ULR", "x", "did you mean 'CARTFLOW_DATABASE_URL'?"),
        ("CARTFLOW_LOCK_TIMEOUT_S", "soon", "expected a number, got 'soon'"),
        ("CARTFLOW_LOG_LEVEL", "LOUD", "expected one of DEBUG, INFO, WARNING, ERROR"),
        ("CARTFLOW_CART_CHECKOUT_POLICY", "keep", "expected one of cancel, recalculate"),
        ("CARTFLOW_CONFIG", "no.toml", "no.toml: cannot be read"),
    ],
)
def test_a_malformed_setting_is_wrong_use(
    run_cli: Cli, variable: str, value: str, message: str
) -> None:
    result = run_cli("actions", **{variable: value})

    assert result.exit_code == 2
    assert message in result.stderr
