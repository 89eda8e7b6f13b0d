"""An action: a contract and the function that keeps it; and what can be put around one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol

from .cancellation import Attempt, Cancellation
from .clock import Clock
from .context import Context
from .contract import Contract, read_contract
from .errors import ActionError
from .events import Bus
from .jsontext import loads
from .principal import Principal

MAX_CONTRACT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Returned instead of an output: the error is answered, the changes are kept.

    A raised `ActionError` takes the changes back; a declined payment returns a `Failure`, so that
    the attempt stays on record.
    """

    error: ActionError


Handler = Callable[[Context], Any]
"""Does the work of an action: returns its output, or a `Failure`; raises `ActionError`."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The handler of an action with effect `keyed` or `at_least_once`: three functions.

    Attributes:
        prepare: In a transaction; returns the state to remember, as a JSON value.
        call: Without a connection: called as `call(state, extensions)`, it talks to the remote
            side and returns the answer as a JSON value, whatever the answer is. `extensions` is
            that of the context. It is repeated with the same state when its outcome was never
            recorded; an exception means that the outcome is unknown.
        settle: In a transaction of its own: makes state and answer the output, or a `Failure`.
    """

    prepare: Callable[[Context], Any]
    call: Callable[[Any, Callable[[str], Mapping[str, Any]]], Any]
    settle: Callable[[Context, Any, Any], Any]


class Observer(Protocol):
    """Is told of each step of a run as it happens; a terminal shows progress with it."""

    def __call__(self, record: Mapping[str, Any], /) -> None:
        """Take one record of the trace, when the step starts and again when it has ended."""


class RunTrace(Protocol):
    """Where an engine writes down what a run does; only engines look inside."""


class StepCall(Protocol):
    """What a step of a run invokes; the texts are made only when somebody asks for them."""

    action: str
    input: Mapping[str, Any]
    is_shielded: bool
    """Whether the step belongs to an `undo` or `finally`, which no cancellation interrupts."""

    @property
    def key(self) -> str:
        """The effect key: names this effect among all of the run."""

    @property
    def place(self) -> str:
        """What is the same for all attempts of one run of the flow to have this effect."""

    @property
    def step(self) -> str:
        """The path of the step, for errors, traces and logs."""


InvokeStep = Callable[[StepCall, Attempt], Any]
"""How a run invokes the action of a step: returns its output, or raises its `ActionError`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a flow: what its engine needs to know and to do."""

    id: str
    input: Mapping[str, Any]
    principal: Principal
    started_at: datetime
    invoke: InvokeStep
    clock: Clock
    observer: Observer | None = None
    cancelled: Cancellation | None = None
    path: str = ""
    """The path of the step that called this flow, when another flow did."""
    trace: RunTrace | None = None
    """Where to write down what the run does; a flow that a step calls writes into the same one."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """What `secrets` stands for in expressions."""
    bus: Bus = field(default_factory=Bus)
    """Its events, and those of the flows that it calls."""
    attempt: Attempt | None = None
    """What limits the step that called this flow, when another flow did."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The handler of a flow: an engine, ready to run it. Each step is a unit of its own."""

    run: Callable[[Run], Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A contract, as its author wrote it, and its handler.

    Attributes:
        document: The contract as a JSON value; it is checked when the registry is built.
        handler: A function, a `Remote`, or the import string (`module:name`) of one.
        source: Where the contract stands, for messages.
    """

    document: Any
    handler: Handler | Remote | str
    source: str

    @classmethod
    def from_file(cls, contract: Path | Traversable, handler: Handler | Remote | str) -> Action:
        """Return the action whose contract stands in a JSON file.

        Raises:
            InvalidDocumentError: The file is not JSON, or has a member twice.
        """
        document = loads(contract.read_bytes(), str(contract), max_bytes=MAX_CONTRACT_BYTES)
        return cls(document, handler, str(contract))

    def read(self, schemas: Mapping[str, Any]) -> Contract:
        """Return the contract, checked against everything that it must satisfy.

        Args:
            schemas: The shared schemas that a relative `$ref` may name.

        Raises:
            InvalidDocumentError: With everything that is wrong.
        """
        return read_contract(self.document, self.source, schemas)


def action(
    name: str,
    *,
    input: Mapping[str, Any],  # noqa: A002  the word of the contract
    output: Mapping[str, Any],
    title: str = "",
    **members: Any,
) -> Callable[[Handler | Remote], Action]:
    """Make an action of a function, or of a `Remote`, with its contract inline.

    Args:
        name: What callers call it.
        input: JSON Schema of the input, or its `properties` alone: then it is a closed object in
            which every member without a `default` is required.
        output: JSON Schema of the output, likewise.
        title: For people; left out, the name.
        members: The other members of the contract: `effect`, `errors`, `access`, `examples` …
            The function's docstring is the description.
    """

    def make(handler: Handler | Remote) -> Action:
        function = handler.prepare if isinstance(handler, Remote) else handler
        document = {
            "name": name,
            "title": title or name,
            "description": inspect.getdoc(function) or "",
            "input": _object_schema(input),
            "output": _object_schema(output),
            **members,
        }
        return Action(document, handler, f"{function.__module__}:{function.__qualname__}")

    return make


def _object_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    if not all(isinstance(member, Mapping | bool) for member in schema.values()):
        return dict(schema)
    return {
        "type": "object",
        "properties": dict(schema),
        "required": [
            name
            for name, member in schema.items()
            if isinstance(member, bool) or "default" not in member
        ],
        "additionalProperties": False,
    }


Proceed = Callable[[], Any]
"""Goes on with the next wrapper or the handler; returns its output or `Failure`."""


def _always(contract: Contract) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Wrapper:
    """Something to do around actions, inside their transaction.

    Attributes:
        wrap: Called as `wrap(ctx, proceed)`; returns what `proceed()` returns, or something else.
            A function, or the import string (`module:name`) of one.
        applies_to: Whether the action with this contract is wrapped.
        conditions: Error conditions that the wrapper adds to those contracts, as in a contract.
        as_system: Whether `ctx.invoke` calls as `system` instead of the caller.
    """

    wrap: Callable[[Context, Proceed], Any] | str
    applies_to: Callable[[Contract], bool] = _always
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    as_system: bool = False
