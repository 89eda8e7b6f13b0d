from __future__ import annotations

import os
from pathlib import Path

import pytest

from cartflow.runtime.secrets import MAX_BYTES, Secrets

PUT = "put a file {name!r} into the folder of the setting 'secrets_dir'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_secret_stands_in_the_environment_in_capitals() -> None:
    secrets = Secrets({"CARTFLOW_SECRET_BANK_KEY": "sesame", "CARTFLOW_BANK_KEY": "no"})

    assert dict(secrets) == {"bank_key": "sesame"}
    assert secrets["Bank_Key"] == "sesame"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_stands_in_a_file_without_the_end_of_its_line(folder: Path, end: str) -> None:
    (folder / "bank").write_bytes(f"open\n sesame{end}".encode())

    assert dict(Secrets({}, folder)) == {"bank": "open\n sesame"}


def test_the_environment_wins_over_the_file_unless_it_is_empty(folder: Path) -> None:
    (folder / "one").write_text("file")
    (folder / "two").write_text("file")
    environment = {"CARTFLOW_SECRET_ONE": "environment", "CARTFLOW_SECRET_TWO": ""}

    assert dict(Secrets(environment, folder)) == {"one": "environment", "two": "file"}


def test_a_file_that_is_replaced_is_read_again(folder: Path) -> None:
    secrets = Secrets({}, folder)
    (folder / "v1").mkdir()
    (folder / "v1/bank").write_text("old")
    (folder / "v2").mkdir()
    (folder / "v2/bank").write_text("new")
    (folder / "..data").symlink_to("v1")
    (folder / "bank").symlink_to("..data/bank")  # as Kubernetes mounts them
    before = secrets["bank"]

    (folder / "..next").symlink_to("v2")
    (folder / "..next").rename(folder / "..data")

    assert (before, secrets["bank"], list(secrets)) == ("old", "new", ["bank"])


def test_a_secret_that_is_not_there_says_what_to_do(folder: Path) -> None:
    secrets = Secrets({}, folder)

    with pytest.raises(KeyError, match="bank"):
        secrets["bank"]

    put = PUT.format(name="bank")
    assert secrets.missing("bank") == (
        f"no secret 'bank' is configured; set CARTFLOW_SECRET_BANK or {put}"
    )


def test_a_setting_is_no_secret_of_flows() -> None:
    secrets = Secrets({"CARTFLOW_SECRET_KEY": "x"}, settings={"CARTFLOW_SECRET_KEY"})

    assert list(secrets) == []
    assert "CARTFLOW_SECRET_KEY is a setting; put a file 'key'" in secrets.missing("key")


@pytest.mark.parametrize("name", ["", ".", "..", "../etc/passwd", "/etc/passwd", "a/b", "1a", "ä"])
def test_what_is_no_name_is_not_looked_for(folder: Path, name: str) -> None:
    secrets = Secrets({f"CARTFLOW_SECRET_{name.upper()}": "x"}, folder)

    assert name not in secrets
    assert secrets.missing(name).startswith(f"a secret cannot be called {name!r}; expected")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hunter2" * MAX_BYTES, f"it has more than {MAX_BYTES} bytes"),
        (b"hunter2\xff", "it is not text in UTF-8"),
        (b"\n", "it is empty"),
    ],
    ids=["large", "binary", "empty"],
)
def test_a_secret_that_cannot_be_used_is_not_shown(folder: Path, content: bytes, said: str) -> None:
    (folder / "bank").write_bytes(content)
    secrets = Secrets({}, folder)

    assert secrets.missing("bank") == f"the secret 'bank' cannot be used: {said}"
    assert dict(secrets) == {}


def test_bytes_of_the_environment_that_are_no_text_cannot_be_used() -> None:
    secrets = Secrets({"CARTFLOW_SECRET_BANK": os.fsdecode(b"\xff")})

    assert secrets.missing("bank") == "the secret 'bank' cannot be used: it is not text in UTF-8"


def test_nobody_waits_for_a_pipe_or_reads_a_folder(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()

    assert dict(Secrets({}, folder)) == {}


def test_values_are_not_shown() -> None:
    secrets = Secrets({"CARTFLOW_SECRET_B": "hunter2", "CARTFLOW_SECRET_A": "hunter3"})

    assert (repr(secrets), repr(Secrets({}))) == ("<Secrets: 'a', 'b'>", "<Secrets: none>")
    assert len(secrets) == 2


def test_a_folder_that_is_not_there_is_complained_about(folder: Path) -> None:
    secrets = Secrets({}, folder / "none")

    assert "none' of the setting 'secrets_dir' is not there" in str(secrets.complaint())
    assert dict(secrets) == {}
    assert Secrets({}, folder).complaint() is None
