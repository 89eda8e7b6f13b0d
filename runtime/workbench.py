"""Where flow tests run: an application on a throw-away store, whose actions answer as told."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .action import Steps
from .application import Application
from .contract import Contract
from .engines.inline import InlineEngine
from .errors import ActionError, CartflowError, InvalidDocumentError
from .events import Bus
from .flow.document import Document, load_file
from .flow.inference import contract_of
from .flow.model import ActionStep, Flow
from .flow.testing.coverage import Coverage
from .flow.testing.files import flow_beside, name_of_flow
from .flow.testing.model import FlowTest, Subject
from .flow.testing.probes import probed
from .flow.testing.reading import flow_name_of, read_tests
from .flow.testing.sighting import Sighting
from .flow.testing.stage import GivenNames, Stage, principal_of, send
from .flow.testing.verdicts import Outcome, Verdict, judge
from .flow.testing.world import UnfitTestError, World
from .flow.trace import Trace
from .flow.walk import all_steps
from .registry import RegisteredAction
from .runs import RunOptions
from .violations import nearest


@dataclass(frozen=True, slots=True)
class Suite:
    """One file of tests, ready to run.

    Attributes:
        file: The file.
        document: What stands in it.
        subject: The flow that it is about.
        tests: Its tests.
        coverage: What the tests of this flow have reached so far.
    """

    file: Path
    document: Document
    subject: Subject
    tests: tuple[FlowTest, ...]
    coverage: Coverage


class Workbench:
    """Runs flow tests; close it at the end.

    Args:
        plugins: Plugins besides the installed ones, as (name, module or object).
    """

    def __init__(self, plugins: Iterable[tuple[str, Any]] = ()) -> None:
        self._plugins = tuple(plugins)
        self._folder = tempfile.TemporaryDirectory(prefix="cartflow-test-")
        self._bench: _Bench | None = None
        self._stores = 0
        self._coverages: dict[str, Coverage] = {}

    def load(self, file: Path) -> Suite:
        """Return the tests in a file.

        Raises:
            InvalidDocumentError: The tests, or the flow, are not valid.
        """
        document = load_file(file)
        name = flow_name_of(document)
        subject = self._mocked_bench().subject(document, file, name)
        tests = read_tests(document, subject).tests
        coverage = Coverage(subject.flow, subject.document)
        coverage = self._coverages.setdefault(coverage.source, coverage)
        return Suite(file, document, subject, tests, coverage)

    @property
    def coverages(self) -> list[Coverage]:
        """What the tests have reached so far of each flow, in the order of the flows' files."""
        return [self._coverages[source] for source in sorted(self._coverages)]

    def refused_plugins(self) -> list[str]:
        """Return the names of the plugins that do not work as they should."""
        return [report.name for report in self._mocked_bench().plugins if report.problem]

    def run(self, suite: Suite, test: FlowTest) -> Verdict:
        """Run one test and return what came of it."""
        began = time.perf_counter()
        with _log_lines() as log:
            if test.needs_store:
                with self._real_bench() as bench:
                    outcome = bench.play(suite, test)
            else:
                outcome = self._mocked_bench().play(suite, test)
        suite.coverage.add(outcome.sighting, outcome.held)
        return judge(suite.document, test, outcome, log, time.perf_counter() - began)

    def _mocked_bench(self) -> _Bench:
        """Return the application of all tests in which nothing works for real."""
        if self._bench is None:
            self._bench = self._open()
        return self._bench

    @contextmanager
    def _real_bench(self) -> Iterator[_Bench]:
        """Give an application with an empty store of its own."""
        bench = self._open()
        try:
            yield bench
        finally:
            bench.close()

    def _open(self) -> _Bench:
        self._stores += 1
        url = f"sqlite:///{self._folder.name}/{self._stores}.db"
        overrides = {
            "database_url": url,
            "sqlite_synchronous": "off",
            "background_threads": 0,  # a thread would not live in the same time
        }
        return _Bench.open(overrides=overrides, plugins=self._plugins, clock=World())

    def close(self) -> None:
        """Throw the stores away."""
        if self._bench is not None:
            self._bench.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Bench(Application):
    """An application that can put its actions on a stage."""

    def subject(self, tests: Document, file: Path, name: str) -> Subject:
        """Return the flow called *name*: the one in a file beside the tests, or a registered one.

        Raises:
            InvalidDocumentError: There is none, or it has errors.
        """
        source = self._source_of(tests, file, name)
        document = load_file(Path(source))
        flow, problems = self.library.read(document.text.encode(), source)
        errors = [problem for problem in problems if problem.level == "error"]
        if flow.name != name:
            message = f"the flow in {source!r} is called {flow.name!r}, not {name!r}; change one"
            errors.append(tests.problem(("flow",), "unknown-flow", message))
        if errors:
            raise InvalidDocumentError(errors)
        contract = contract_of(flow, self._contract)
        known = frozenset(self.registry)
        calls = frozenset(self._calls(flow))
        return Subject(flow, document, contract, self._contract, known, calls)

    def _contract(self, name: str) -> Contract | None:
        action: RegisteredAction | None = self.registry.get(name)
        return action.contract if action is not None else None

    def _source_of(self, tests: Document, file: Path, name: str) -> str:
        beside = flow_beside(file)
        if beside is not None:
            return str(beside)
        flow = self.library.flows.get(name)
        if flow is not None and Path(flow.source).is_file():
            return flow.source
        near = nearest(name, self.library.flows)
        message = (
            f"there is no flow {name!r}: neither in {name_of_flow(file)!r} beside this file, nor"
            f" among those of plugins{near}"
        )
        raise InvalidDocumentError([tests.problem(("flow",), "unknown-flow", message)])

    def _calls(self, flow: Flow) -> Iterator[str]:
        """Yield everything that a flow can call, and the flows that it calls, again and again."""
        seen: set[str] = set()
        pending = [flow]
        while pending:
            for step in all_steps(pending.pop().body):
                if isinstance(step, ActionStep) and step.action not in seen:
                    seen.add(step.action)
                    yield step.action
                    if step.action in self.library.flows:
                        pending.append(self.library.flows[step.action])

    def play(self, suite: Suite, test: FlowTest) -> Outcome:
        """Run the flow of a test."""
        world = self.clock
        assert isinstance(world, World)  # `Workbench` opens it with that
        watched = probed(suite.subject.flow)
        flows = {**self.library.flows, suite.subject.flow.name: watched.flow}
        stage = Stage(self._kernel, test, lambda name: self._engine(flows[name]))
        trace = Trace(limit=sys.maxsize)
        output, error, fault = None, None, ""
        names = GivenNames()
        world.begin()
        try:
            names = _prepare(test, stage)
            bus = Bus()
            for event in test.events:
                send(event, bus, world, names)
            flow = RegisteredAction(suite.subject.contract, self._engine(watched.flow), "", {})
            options = RunOptions(trace=trace, bus=bus, secrets=test.secrets)
            given = test.inputs.evaluate(names)
            output = stage.begin(flow, given, principal_of(test.caller, names), options)
        except ActionError as raised:
            error = raised
        except CartflowError as raised:
            fault = str(raised)
        finally:
            world.end()
        return Outcome(
            output=output,
            error=error,
            fault=stage.fault or fault,
            called=stage.called,
            names=names,
            sighting=Sighting(watched, trace.records),
            held=watched.held,
        )

    def _engine(self, flow: Flow) -> Steps:
        """Return what runs a flow in the world of the tests."""
        assert isinstance(self.clock, World)
        return Steps(InlineEngine(flow, self._contract, self.clock.workers).run)


@contextmanager
def _log_lines() -> Iterator[list[str]]:
    """Give a list of what is written to the log meanwhile: defects of actions say why there."""
    handler = _LogLines(logging.WARNING)
    logger = logging.getLogger("cartflow")
    logger.addHandler(handler)
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)


class _LogLines(logging.Handler):
    """Keeps what it is told."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line, and the traceback that belongs to it."""
        self.lines.append(self.format(record))


def _prepare(test: FlowTest, stage: Stage) -> GivenNames:
    """Invoke what `given` lists; return the names that stand for the outputs.

    Raises:
        UnfitTestError: One of them failed.
    """
    names = GivenNames()
    options = RunOptions(secrets=test.secrets)
    for entry in test.given:
        given = entry.input.evaluate(names)
        principal = principal_of(entry.caller, names)
        try:
            output = stage.invoke(entry.action, given, principal, options=options)
        except ActionError as error:
            message = f"'given' cannot be prepared: {entry.action!r} failed with {error}"
            raise UnfitTestError(message) from error
        if entry.id is not None:
            names.results[entry.id] = output
    return names
