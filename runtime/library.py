"""The flows of one application: read, checked against the actions there are, made actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from .action import Steps
from .contract import Contract
from .errors import InvalidDocumentError, PluginError, Problem
from .flow import checker, document, inference
from .flow.model import Flow
from .flow.parse import parse_flow, read_flow
from .plugins import PluginReport
from .registry import RegisteredAction


@dataclass(frozen=True, slots=True)
class _Source:
    report: PluginReport
    document: document.Document
    flow: Flow


class _Engine:
    """The inline engine of a flow, made when the flow is run first: who only looks needs none."""

    def __init__(self, flow: Flow, contracts: Callable[[str], Contract | None]) -> None:
        self._flow = flow
        self._contracts = contracts

    def run(self, *given: Any, **options: Any) -> Any:
        """Run the flow, as `InlineEngine.run` does."""
        return self._made.run(*given, **options)

    @cached_property
    def _made(self) -> Any:
        return import_module("cartflow.runtime.engines.inline").InlineEngine(
            self._flow, self._contracts
        )


class FlowLibrary:
    """Makes actions of flow files.

    Args:
        actions: The plugins' actions.
        schemas: The shared schemas that a flow's inputs may name.

    Attributes:
        actions: The plugins' actions and, once `freeze` was called, their flows.
        flows: The plugins' flows by name.
    """

    def __init__(self, actions: Mapping[str, RegisteredAction], schemas: Mapping[str, Any]) -> None:
        self.actions = dict(actions)
        self.flows: dict[str, Flow] = {}
        self._schemas = schemas
        self._sources: dict[str, _Source] = {}

    def add(self, report: PluginReport, file: Path | Traversable) -> None:
        """Read a plugin's flow; a bad one is left out, and told of in the plugin's report."""
        try:
            found = document.load(file.read_bytes(), str(file))
            flow = parse_flow(found, self._schemas)
            self._refuse_taken(flow.name)
        except (InvalidDocumentError, PluginError, OSError) as error:
            said = str(error).replace("\n", "; ")
            report.faults.append(f"the flow in {str(file)!r} is left out: {said}")
            return
        self._sources[flow.name] = _Source(report, found, flow)

    def freeze(self, *, checked: bool = True) -> None:
        """Infer the contracts of all flows and register those that have no errors.

        A flow that is left out is not there for the others either, so they are asked again.

        Args:
            checked: Whether errors are looked for; else every flow that can be read is there.
        """
        contracts = self._infer()
        while checked and self._drop_bad(contracts):
            contracts = self._infer()
        for name, source in self._sources.items():
            self.flows[name] = source.flow
            self.actions[name] = self._register(source.flow, contracts[name], source.report.name)
            source.report.actions.append(name)

    def _drop_bad(self, contracts: Mapping[str, Contract]) -> bool:
        """Leave out the flows that have errors; return whether there were any."""
        bad = {}
        flows = {name: source.flow for name, source in self._sources.items()}
        for name, source in self._sources.items():
            problems = checker.check(source.flow, source.document, contracts, flows)
            errors = [problem for problem in problems if problem.level == "error"]
            if errors:
                bad[name] = str(errors[0])
        for name, message in bad.items():
            report = self._sources.pop(name).report
            report.faults.append(f"the flow {name!r} is left out: {message}")
        return bool(bad)

    def read(self, text: bytes, source: str) -> tuple[Flow, list[Problem]]:
        """Read a flow that need not be registered; return it with its errors and warnings.

        Raises:
            InvalidDocumentError: It cannot be read, with everything that is wrong nevertheless.
        """
        found = document.load(text, source)
        flow, unread = read_flow(found, self._schemas)
        if flow.name in self.actions and flow.name not in self.flows:
            message = f"{flow.name!r} is the name of an action already; rename the flow"
            raise InvalidDocumentError([found.problem(("flow",), "name-taken", message)])
        contracts = {name: action.contract for name, action in self.actions.items()}
        contracts[flow.name] = inference.contract_of(flow, contracts.get)
        if unread:
            problems = checker.check_partly(flow, found, contracts, self.flows, unread)
            raise InvalidDocumentError(problems)
        return flow, checker.check(flow, found, contracts, self.flows)

    def compile(self, text: bytes, source: str) -> RegisteredAction:
        """Return the action that a flow file makes; it is not registered.

        Raises:
            InvalidDocumentError: It has errors.
        """
        flow, problems = self.read(text, source)
        errors = [problem for problem in problems if problem.level == "error"]
        if errors:
            raise InvalidDocumentError(errors)
        return self._register(flow, inference.contract_of(flow, self._contract), "")

    def _register(self, flow: Flow, contract: Contract, plugin: str) -> RegisteredAction:
        engine = _Engine(flow, self._contract)
        return RegisteredAction(contract, Steps(engine.run), plugin, {})

    def _contract(self, name: str) -> Contract | None:
        action = self.actions.get(name)
        return action.contract if action is not None else None

    def _infer(self) -> dict[str, Contract]:
        """Return the contracts of all actions and flows."""
        contracts = {name: action.contract for name, action in self.actions.items()}
        flows = {name: source.flow for name, source in self._sources.items()}
        return {**contracts, **inference.infer(flows, contracts.get)}

    def _refuse_taken(self, name: str) -> None:
        taken = self.actions.get(name)
        owner = taken.plugin if taken else None
        if name in self._sources:
            owner = self._sources[name].report.name
        if owner is not None:
            message = f"the name {name!r} is taken by the plugin {owner!r} already; rename the flow"
            raise PluginError(message)
