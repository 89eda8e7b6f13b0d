from __future__ import annotations

import pytest

from cartflow import ActionError, CartflowError, InvalidDocumentError, Problem
from cartflow.runtime import errors


@pytest.mark.parametrize(
    "kind",
    [
        errors.ActionError,
        errors.InvalidDocumentError,
        errors.DatabaseError,
        errors.PluginError,
        errors.UsageError,
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_exception_of_cartflow_has_one_root(kind: type[Exception]) -> None:
    assert issubclass(kind, CartflowError)


@pytest.mark.parametrize(
    ("code", "status", "retryable"),
    [
        ("INVALID_INPUT", 400, False),
        ("NOT_AUTHENTICATED", 401, False),
        ("NOT_AUTHORIZED", 403, False),
        ("UNKNOWN_ACTION", 404, False),
        ("IN_PROGRESS", 409, True),
        ("IDEMPOTENCY_KEY_REUSED", 422, False),
        ("INTERNAL", 500, False),
        ("UNDECLARED_ERROR", 500, False),
        ("INVALID_OUTPUT", 500, False),
        ("BUSY", 503, True),
        ("TIMEOUT", 504, False),
    ],
)
def test_a_code_of_the_runtime_has_its_status(code: str, status: int, retryable: bool) -> None:
    error = ActionError(code)

    assert (error.status, error.retryable) == (status, retryable)


def test_the_data_of_an_error_may_have_any_names() -> None:
    error = ActionError("X", self=1, code=2, message=3)

    assert error.data == {"self": 1, "code": 2, "message": 3}


def test_an_error_shows_code_status_and_message() -> None:
    assert str(ActionError("BUSY", "try again")) == "BUSY 503: try again"


def test_an_error_survives_being_written_down() -> None:
    error = ActionError("CARD_DECLINED", "no", reason="stolen")
    error.status, error.title = 402, "Card Declined"

    again = ActionError.from_json(error.to_json())

    assert again.to_json() == error.to_json()


def test_a_problem_names_file_line_and_rule() -> None:
    problem = Problem("a key twice", "a.yaml", line=3, column=5, rule="duplicate-key")

    assert str(problem) == "a.yaml:3:5: error duplicate-key a key twice"


def test_a_problem_without_a_line_names_the_pointer() -> None:
    assert str(Problem("expected a string", "a.json", "/name")) == "a.json#/name: expected a string"


def test_an_invalid_document_lists_all_problems() -> None:
    error = InvalidDocumentError([Problem("one", "a"), Problem("two", "a")])

    assert str(error) == "a: one\na: two"
