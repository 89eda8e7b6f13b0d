"""A file of flow tests, read: plain records, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...contract import Contract
from ...principal import GUEST, Principal
from ..document import Document, Path
from ..expressions import Value
from ..model import Flow


@dataclass(frozen=True, slots=True)
class Subject:
    """The flow that a file of tests is about, and what can be known without running it.

    Attributes:
        flow: The flow.
        document: Its file.
        contract: As inferred.
        contracts: Looks up the contract of an action by name; None for an unknown one.
        known: The names of all actions and flows there are.
        calls: The actions and flows that it can call, those of the flows that it calls included.
    """

    flow: Flow
    document: Document
    contract: Contract
    contracts: Callable[[str], Contract | None]
    known: frozenset[str]
    calls: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mock answers to one call: an output, or an error."""

    output: Any = None
    """Complete, and checked against the contract."""
    error: Mapping[str, Any] | None = None
    """`code`, and perhaps `message` and `data`."""
    takes_s: float = 0.0
    """How long the action seems to work; no time passes for real."""


@dataclass(frozen=True, slots=True)
class Mock:
    """An action that answers as told."""

    action: str
    answers: tuple[Answer, ...]
    is_series: bool
    """Whether there is an answer for each call, instead of one for all."""
    at: Path


@dataclass(frozen=True, slots=True)
class Caller:
    """`as`: who calls."""

    principal: Principal = GUEST
    id: Value | None = None
    """Gives the principal's id, where the file says one."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """One entry of `given`: an action that is invoked for real, before the flow."""

    action: str
    input: Value
    caller: Caller
    id: str | None
    at: Path


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event that comes from outside of the run."""

    type: str
    subject: Value | None = None
    data: Value | None = None
    after_s: float = 0.0
    """When, from the start of the run; 0: it is there before the run begins."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """`expect`: what must have come of it; what is None is not looked at."""

    outputs: Value | None = None
    error: Mapping[str, Any] | None = None
    called: tuple[str, ...] | None = None
    steps: Mapping[str, Value] | None = None
    undone: tuple[str, ...] | None = None
    at: Path = ()


@dataclass(frozen=True, slots=True)
class FlowTest:
    """One test."""

    title: str
    inputs: Value
    caller: Caller
    mocks: Mapping[str, Mock]
    real: frozenset[str]
    given: tuple[Preparation, ...]
    events: tuple[Incoming, ...]
    secrets: Mapping[str, str]
    expect: Expectation
    at: Path

    @property
    def needs_store(self) -> bool:
        """Whether actions work for real in it."""
        return bool(self.real or self.given)


@dataclass(frozen=True, slots=True)
class FlowTests:
    """A file of tests."""

    document: Document
    tests: tuple[FlowTest, ...] = field(default=())
