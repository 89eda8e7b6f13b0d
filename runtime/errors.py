"""Every exception of cartflow, and the error codes that belong to the runtime.

The tree::

    CartflowError
    ├── ActionError            an error condition: what an action, a flow or the runtime answers
    ├── InvalidDocumentError   a contract, flow, store or settings file is wrong: all its problems
    ├── DatabaseError          the database is missing, read-only, newer than the program, …
    ├── PluginError            a plugin cannot be used
    └── UsageError             a caller of the Python interface asked for something impossible
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple


class CartflowError(Exception):
    """The root of all exceptions that cartflow raises on purpose."""


class BuiltinCondition(NamedTuple):
    """An error condition of the runtime itself; its code is reserved."""

    status: int
    title: str
    retryable: bool = False


BUILTIN_CONDITIONS: Final[Mapping[str, BuiltinCondition]] = {
    "INVALID_INPUT": BuiltinCondition(400, "Invalid Input"),
    "NOT_AUTHENTICATED": BuiltinCondition(401, "Not Authenticated"),
    "NOT_AUTHORIZED": BuiltinCondition(403, "Not Authorized"),
    "UNKNOWN_ACTION": BuiltinCondition(404, "Unknown Action"),
    "IN_PROGRESS": BuiltinCondition(409, "Still in Progress", retryable=True),
    "IDEMPOTENCY_KEY_REUSED": BuiltinCondition(422, "Idempotency Key Reused"),
    "EXPRESSION_FAILED": BuiltinCondition(422, "Expression Failed"),
    "LIMIT_EXCEEDED": BuiltinCondition(422, "Limit Exceeded"),
    "CANCELLED": BuiltinCondition(499, "Cancelled"),
    "INVALID_OUTPUT": BuiltinCondition(500, "Invalid Output"),
    "UNDECLARED_ERROR": BuiltinCondition(500, "Undeclared Error"),
    "INTERNAL": BuiltinCondition(500, "Internal Error"),
    "BUSY": BuiltinCondition(503, "Busy", retryable=True),
    "TIMEOUT": BuiltinCondition(504, "Timeout"),
}
"""The codes that no contract may declare, with what callers see of them."""

OUTCOME_UNKNOWN: Final = frozenset(
    {"TIMEOUT", "INTERNAL", "UNDECLARED_ERROR", "INVALID_OUTPUT", "IN_PROGRESS"}
)
"""After these nobody knows whether a remote effect happened."""


class ActionError(CartflowError):
    """An error condition.

    A handler raises it with a code that its contract declares; `invoke` fills in the rest from the
    contract before any caller sees it. An undeclared code never gets out.

    Args:
        code: The condition's code, such as `CART_NOT_FOUND`.
        message: Replaces the contract's message. Left out, that message is used, with each
            `{name}` in it taken from *data*.
        data: What the condition is about, as JSON values.
    """

    status: int
    title: str
    retryable: bool
    invocation_id: str | None
    step: str | None
    action: str | None

    def __init__(self, code: str, message: str | None = None, /, **data: Any) -> None:
        super().__init__(code, message)
        builtin = BUILTIN_CONDITIONS.get(code)
        self.code = code
        self.message = message or ""
        self.data: dict[str, Any] = data
        self.status = builtin.status if builtin else 500
        self.title = builtin.title if builtin else code
        self.retryable = builtin.retryable if builtin else False
        self.invocation_id = None
        self.step = None
        self.action = None

    def __str__(self) -> str:
        return f"{self.code} {self.status}: {self.message or self.title}"

    def to_json(self) -> dict[str, Any]:
        """Return the members that every caller may see, as a JSON object."""
        return {
            "code": self.code,
            "status": self.status,
            "title": self.title,
            "message": self.message,
            "data": self.data,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ActionError:
        """Return the error that `to_json` wrote down."""
        error = cls(document["code"], document["message"], **document["data"])
        error.status, error.title = document["status"], document["title"]
        error.retryable = document.get("retryable", error.retryable)
        error.step, error.action = document.get("step"), document.get("action")
        return error


class Fix(NamedTuple):
    """A safe correction: other words for characters *start* to *end* of a document's text."""

    start: int
    end: int
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document, and where.

    Attributes:
        message: A sentence: what was expected, what was got, what to do.
        source: The file's name as the user gave it, or what stands for it.
        pointer: JSON pointer to the value (RFC 6901); empty for the whole document.
        line: Counted from 1; 0 where the format has no lines worth naming.
        column: Counted from 1, in characters; 0 likewise.
        rule: A short id of the rule, such as `duplicate-key`.
        level: `error` or `warning`.
        fix: What mends it, if that is beyond doubt.
    """

    message: str
    source: str = ""
    pointer: str = ""
    line: int = 0
    column: int = 0
    rule: str = ""
    level: str = "error"
    fix: Fix | None = None

    def with_fix(self, fix: Fix) -> Problem:
        """Return the same problem with what mends it."""
        return replace(self, fix=fix)

    def __str__(self) -> str:
        if self.line:
            return (
                f"{self.source}:{self.line}:{self.column}: {self.level} {self.rule} {self.message}"
            )
        place = f"{self.source}#{self.pointer}" if self.pointer else self.source
        return f"{place}: {self.message}" if place else self.message


class InvalidDocumentError(CartflowError):
    """A document cannot be used.

    Attributes:
        problems: All that is wrong with it, in the order of the document; never empty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class DatabaseError(CartflowError):
    """The database cannot be used as it is; the message says what to do."""


class PluginError(CartflowError):
    """A plugin cannot be used; the message names it."""


class UsageError(CartflowError):
    """A caller of the Python or command-line interface asked for something impossible."""
