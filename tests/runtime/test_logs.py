from __future__ import annotations

import io
import logging
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from cartflow.runtime.logs import log_to
from cartflow.runtime.secrets import Secrets
from cartflow.runtime.settings import CORE_SETTINGS, Settings, read_settings

log = logging.getLogger("cartflow")

Logging = Callable[..., io.StringIO]


def settings(**environment: str) -> Settings:
    named = {f"CARTFLOW_{name.upper()}": value for name, value in environment.items()}
    return read_settings({"": CORE_SETTINGS}, named)


@pytest.fixture
def logging_to() -> Iterator[Logging]:
    """Give a function that makes the log write to the stream it returns."""
    handlers = []
    level = log.level

    def start(
        given: Collection[str] = (), with_tracebacks: bool = False, **environment: str
    ) -> io.StringIO:
        stream = io.StringIO()
        handler = log_to(stream, settings(**environment), given, with_tracebacks=with_tracebacks)
        handlers.append(handler)
        return stream

    yield start
    for handler in handlers:
        log.removeHandler(handler)
    log.setLevel(level)


def fail() -> None:
    """Log an exception with a cause."""
    try:
        try:
            int("twelve")
        except ValueError as error:
            message = "no\nnumber"
            raise RuntimeError(message) from error
    except RuntimeError:
        log.exception("invocation %s failed", 42)


def test_a_record_is_one_line(logging_to: Logging) -> None:
    stream = logging_to()

    log.warning("two\nlines")

    time, rest = stream.getvalue().split(" ", 1)
    assert rest == "WARNING cartflow two\\nlines\n"
    assert time.endswith("Z")


def test_an_exception_is_told_with_its_cause_and_places(logging_to: Logging) -> None:
    stream = logging_to()

    fail()

    assert stream.getvalue().count("\n") == 1
    assert "invocation 42 failed: RuntimeError: no\\nnumber [test_logs.py:" in stream.getvalue()
    assert "; because of ValueError: invalid literal" in stream.getvalue()


def test_tracebacks_are_there_for_those_who_ask(logging_to: Logging) -> None:
    stream = logging_to(with_tracebacks=True)

    fail()

    assert "\nTraceback (most recent call last):\n" in stream.getvalue()


def test_the_level_is_that_of_the_settings(logging_to: Logging) -> None:
    stream = logging_to(log_level="ERROR")

    log.warning("quiet")
    log.error("loud")

    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


@pytest.mark.parametrize(
    "message",
    [
        "the key is s3cret-key",
        "cannot connect to postgresql://u:p%40ss@host/db",
        "the password is p@ss",
        "Authorization: Bearer abcdefghijklmnop",
    ],
)
def test_secrets_are_masked(logging_to: Logging, message: str) -> None:
    stream = logging_to(secret_key="s3cret-key", database_url="postgresql://u:p%40ss@host/db")

    log.error("%s", message)

    text = stream.getvalue()
    assert "***" in text
    assert all(secret not in text for secret in ("s3cret", "p%40ss", "p@ss", "abcdefgh"))


def test_secrets_in_exceptions_are_masked(logging_to: Logging, tmp_path: Path) -> None:
    stream = logging_to(secret_key=str(tmp_path), with_tracebacks=True)

    try:
        (tmp_path / "missing").read_text()
    except OSError:
        log.exception("failed")

    assert str(tmp_path) not in stream.getvalue()


def test_a_secret_of_flows_is_masked_from_when_it_is_handed_out(logging_to: Logging) -> None:
    secrets = Secrets({"CARTFLOW_SECRET_PIN": "one\ntwo"})
    stream = logging_to(given=secrets.given)

    value = secrets["pin"]
    log.warning("the pin is %s", value)

    assert stream.getvalue().endswith("the pin is ***\n")


def test_the_file_of_a_database_is_named(logging_to: Logging) -> None:
    stream = logging_to(database_url="sqlite:////srv/shop.db")

    log.warning("the database sqlite:////srv/shop.db cannot be used")

    assert "the database sqlite:////srv/shop.db cannot" in stream.getvalue()
