"""The inline engine: a run lives in the process of its caller, and only there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..action import Run
from ..flow.called import CalledActions, Contracts
from ..flow.interpreter import interpret
from ..flow.masking import has_secrets, secrets_in
from ..flow.model import Flow
from ..flow.trace import Recorder, Trace, time_text
from ..flow.tracing import Tracer, Unwatched
from .driver import Driver
from .workers import Threads, Workers


class InlineEngine:
    """Runs one flow; `Steps(InlineEngine(flow, contracts).run)` is the handler of its action.

    Args:
        flow: A flow that has been checked.
        contracts: Looks up the contracts of the actions that it calls; None for an unknown name.
        workers: Makes the workers of a run, for what goes on beside the flow.
    """

    def __init__(
        self, flow: Flow, contracts: Contracts, workers: Callable[[], Workers] = Threads
    ) -> None:
        self._flow = flow
        self._workers = workers
        self._actions = CalledActions(contracts)
        self._absent = _absent(flow)
        self._has_secrets = has_secrets(flow.inputs)

    def run(self, run: Run) -> Any:
        """Run the flow to its end and return its output, an object.

        Raises:
            ActionError: The error that left the flow; its `step` names the path of the step that
                raised it, its `action` the action, if it was one.
        """
        names = {
            "inputs": {**self._absent, **run.input},
            "run": _describe(run, self._flow),
            "secrets": run.secrets,
        }
        tracer = self._tracer(run)
        commands = interpret(self._flow, names, self._actions, tracer, run.path)
        return Driver(run, self._workers()).run(commands)

    def _tracer(self, run: Run) -> Tracer:
        if run.trace is None and run.observer is None:
            return Unwatched()
        trace = run.trace if isinstance(run.trace, Trace) else Trace(limit=0)
        trace.secrets.add(run.secrets.values())
        if self._has_secrets:
            trace.secrets.add(secrets_in(run.input, self._flow.inputs))
        return Recorder(trace, run.clock, run.observer)


def _absent(flow: Flow) -> dict[str, Any]:
    """Return what inputs stand for that are absent: their default, or null."""
    members: Mapping[str, Any] = flow.inputs.get("properties", {})
    defaults = {
        name: schema["default"]
        for name, schema in members.items()
        if isinstance(schema, Mapping) and "default" in schema
    }
    return {**dict.fromkeys(flow.optional), **defaults}


def _describe(run: Run, flow: Flow) -> dict[str, Any]:
    """Return what `run` stands for in expressions."""
    return {
        "id": run.id,
        "flow": flow.name,
        "started_at": time_text(run.started_at),
        "principal": {"kind": run.principal.kind, "id": run.principal.id},
    }
