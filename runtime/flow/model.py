"""A flow as the interpreter, the checker and the pictures see it: plain records, no behaviour.

`document` makes these from a file. Every record knows its place in the file (`at`), so whatever
is said about it later can name line and column. Expressions are compiled here, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .document import Path as Path
from .expressions import Value


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: known, or an expression that gives one when the step runs."""

    seconds: float | None
    """0 or more; None: what *value* gives."""
    value: Value | None = None
    at: Path = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """`retry`: which errors are tried again, how often, and how long apart."""

    on: tuple[str, ...] | None
    """Codes, `("*",)`, or None: the conditions that their contract marks retryable."""
    max_attempts: int = 3
    delay: Duration = Duration(1.0)
    backoff: float = 2.0
    max_delay: Duration = Duration(30.0)
    jitter: bool = True
    at: Path = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of `catch`."""

    on: tuple[str, ...]
    condition: Value | None
    steps: tuple[Step, ...]
    result: Value | None
    at: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step has; its kind is its class."""

    id: str | None = None
    title: str | None = None
    condition: Value | None = None
    timeout: Duration | None = None
    """Of one attempt."""
    retry: Retry | None = None
    catch: tuple[Clause, ...] = ()
    finally_: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    at: Path = ()
    is_plain: bool = field(init=False, default=False)
    """No `if`, `timeout`, `retry`, `catch`, `finally` or `undo`: the interpreter's short way."""

    def __post_init__(self) -> None:
        guards = (self.condition, self.timeout, self.retry, self.catch, self.finally_, self.undo)
        object.__setattr__(self, "is_plain", not any(guards))

    @property
    def kind(self) -> str:
        """The word of the flow language for this kind of step."""
        return KINDS[type(self)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStep(Step):
    """`action`: invokes an action or another flow."""

    action: str
    input: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStep(Step):
    """`steps`: a block."""

    steps: tuple[Step, ...]
    result: Value | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a `switch`; its `else` is a case without condition."""

    condition: Value | None
    steps: tuple[Step, ...]
    result: Value | None
    at: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchStep(Step):
    """`switch`: the first case whose condition holds."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForStep(Step):
    """`for`: one turn for each item, one after the other or *parallel* at a time."""

    variable: str
    items: Value
    index: str | None = None
    parallel: int | None = None
    steps: tuple[Step, ...]
    result: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatStep(Step):
    """`repeat`: turns until a condition holds that is asked after each."""

    until: Value
    every: Duration | None = None
    max_turns: int = 100
    steps: tuple[Step, ...]
    result: Value | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of a `parallel` or `race`."""

    name: str
    steps: tuple[Step, ...]
    at: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelStep(Step):
    """`parallel`: all branches at once."""

    branches: tuple[Branch, ...]
    result: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceStep(Step):
    """`race`: all branches at once, until the first succeeds."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class EventPattern:
    """Which event a `wait` is for."""

    type: str
    condition: Value | None = None
    """Sees `event` besides the names of its place."""
    timeout: Duration | None = None
    at: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStep(Step):
    """`wait`: for a length of time, until a time, or for an event; one of the three is there."""

    duration: Duration | None = None
    until: Value | None = None
    """Gives a time, RFC 3339."""
    event: EventPattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitStep(Step):
    """`emit`: the event, a CloudEvent, goes to whoever waits for it."""

    type: str
    subject: Value | None = None
    data: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueStep(Step):
    """`value`: the evaluated value."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FailStep(Step):
    """`fail`: raises. Either `again` (an expression that gives an error) or a code."""

    again: Value | None = None
    code: str = ""
    status: int | None = None
    """As written in the step, else as declared in the flow's `errors`."""
    error_title: str | None = None
    message: Value | None = None
    data: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStep(Step):
    """`return`: the flow succeeds with this output."""

    outputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakStep(Step):
    """`break`: leaves the innermost loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueStep(Step):
    """`continue`: goes on with the next turn of the innermost loop."""


KINDS: Mapping[type[Step], str] = {
    ActionStep: "action",
    BlockStep: "block",
    SwitchStep: "switch",
    ForStep: "for",
    RepeatStep: "repeat",
    ParallelStep: "parallel",
    RaceStep: "race",
    WaitStep: "wait",
    EmitStep: "emit",
    ValueStep: "value",
    FailStep: "fail",
    ReturnStep: "return",
    BreakStep: "break",
    ContinueStep: "continue",
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts runs of a deployed flow: a schedule, or an event."""

    schedule: str | None = None
    """A CRON expression of five fields."""
    timezone: str = "UTC"
    event: str | None = None
    condition: Value | None = None
    inputs: Mapping[str, Value] = field(default_factory=dict)
    at: Path = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow file, read."""

    name: str
    title: str
    description: str
    category: str
    version: str | None
    access: tuple[str, ...] | None
    inputs: Mapping[str, Any]
    """The JSON Schema of the flow's input: an object schema, closed, with `required`."""
    optional: frozenset[str]
    """Inputs that are null where they are absent."""
    body: BlockStep
    """`steps`, `catch`, `finally` and `timeout` of the flow, as one block without `result`."""
    outputs: Mapping[str, Value] | None
    errors: Mapping[str, tuple[int, str]]
    """code → (status, title), as declared by the flow itself."""
    digest: str
    """SHA-256 of the file's bytes, hexadecimal."""
    source: str
    step_ids: frozenset[str]
    """Every `id` in the file."""
    triggers: tuple[Trigger, ...] = ()
