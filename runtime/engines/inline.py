"""The inline engine: a run lives in the process of its caller, and only there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..action import Run
from ..errors import ActionError
from ..flow.called import CalledActions, Contracts
from ..flow.failures import with_members
from ..flow.interpreter import interpret
from ..flow.masking import Secrets, has_secrets, secrets_in
from ..flow.model import ActionStep, Flow
from ..flow.trace import Recorder, Trace, time_text
from ..flow.tracing import Tracer, Unwatched
from ..flow.walk import all_steps
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
        self._secret_names = _secret_names(flow)

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
        try:
            return Driver(run, self._workers()).run(commands)
        except ActionError as error:
            raise self._without_secrets(error, run) from error.__cause__

    def _without_secrets(self, error: ActionError, run: Run) -> ActionError:
        """Return an error without the secrets that the flow has handed to its actions."""
        secrets = Secrets()
        secrets.add(self._secrets(run))
        shown = {"message": error.message, "data": error.data}
        hidden = secrets.hide(shown)
        return error if hidden == shown else with_members(error, **hidden)

    def _secrets(self, run: Run) -> list[str]:
        return [run.secrets[name] for name in self._secret_names if name in run.secrets]

    def _tracer(self, run: Run) -> Tracer:
        if run.trace is None and run.observer is None:
            return Unwatched()
        trace = run.trace if isinstance(run.trace, Trace) else Trace(limit=0)
        trace.secrets.add(self._secrets(run))
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


def _secret_names(flow: Flow) -> tuple[str, ...]:
    """Return the names of the secrets that a flow hands to its actions."""
    calls = [step for step in all_steps(flow.body) if isinstance(step, ActionStep)]
    found = [expression for step in calls for _, expression in step.input.expressions]
    paths = [path for expression in found for path in expression.references]
    return tuple({str(path[1]) for path in paths if path[0] == "secrets" and len(path) > 1})
