"""Which steps, branches and clauses of a flow no test has reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..document import Document, Path
from ..model import ActionStep, Clause, Flow, ParallelStep, RaceStep, Step, SwitchStep
from ..walk import all_steps
from .probes import has_else
from .sighting import Sighting

Point = tuple[str, Path]
"""Something that a test can reach: what it is (`step`, `skipped`, `case`, `no case`, `branch`,
`catch`), and the place in the file."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no test has reached.

    Attributes:
        line: Where it stands in the flow's file.
        what: A few words.
    """

    line: int
    column: int
    what: str


class Coverage:
    """What the tests of one flow have reached.

    Args:
        flow: The flow.
        document: Its file.
    """

    def __init__(self, flow: Flow, document: Document) -> None:
        self._flow = flow
        self._document = document
        self._points = dict(_points_of(flow))
        self._reached: set[Point] = set()

    @property
    def source(self) -> str:
        """The flow's file."""
        return self._document.source

    @property
    def percent(self) -> float:
        """How much was reached, 0 to 100."""
        if not self._points:
            return 100.0
        return 100.0 * len(self._reached) / len(self._points)

    def add(self, sighting: Sighting, held: set[tuple[Path, bool]]) -> None:
        """Take note of what a run has reached.

        Args:
            sighting: The run.
            held: What its probes noted.
        """
        for record in sighting.records:
            kind = "skipped" if record.status == "skipped" else "step"
            self._reached.add((kind, record.step.at))
        for at, is_true in held:
            if is_true:
                self._reached.update((("case", at), ("catch", at)))
            else:
                self._reached.add(("no case", at))
        for point in list(self._points):
            if point[0] == "branch" and self._has_begun(point[1]):
                self._reached.add(point)
        self._reached &= self._points.keys()

    def _has_begun(self, branch: Path) -> bool:
        first = (*branch, 0)
        return ("step", first) in self._reached or ("skipped", first) in self._reached

    def gaps(self) -> list[Gap]:
        """Return what was not reached, in the order of the file, without what is inside of it."""
        missed = [point for point in self._points if point not in self._reached]
        closed = {at for kind, at in missed if kind in ("step", "case", "branch", "catch")}
        told = [
            Gap(span.line, span.column, self._points[kind, at])
            for kind, at in missed
            if not any(at[:length] in closed for length in range(1, len(at)))
            and not (kind in ("skipped", "no case") and _owner(kind, at) in closed)
            for span in [self._document.span(at)]
        ]
        return sorted(told, key=lambda gap: (gap.line, gap.column))


def _owner(kind: str, at: Path) -> Path:
    """Return the place of the step that a point is about."""
    return at if kind == "skipped" else at[:-2]


def _points_of(flow: Flow) -> Iterator[tuple[Point, str]]:
    """Yield everything that a test can reach, with what to say if none does."""
    for step in all_steps(flow.body):
        name = _name(step)
        if step is not flow.body:
            yield ("step", step.at), f"{name} never ran"
        if step.condition is not None:
            yield ("skipped", step.at), f"{name} was never skipped: its 'if' always held"
        if isinstance(step, SwitchStep):
            yield from _cases_of(step, name)
        if isinstance(step, ParallelStep | RaceStep):
            for branch in step.branches:
                if branch.steps:
                    yield ("branch", branch.at), f"branch {branch.name!r} of {name} never began"
        for clause in step.catch:
            owner = "the flow" if step is flow.body else name
            yield ("catch", clause.at), f"catch {_codes(clause)} of {owner} was never taken"


def _cases_of(step: SwitchStep, name: str) -> Iterator[tuple[Point, str]]:
    for number, case in enumerate(step.cases, 1):
        which = f"case {number}" if case.condition is not None else "else"
        yield ("case", case.at), f"{which} of {name} was never taken"
    if not has_else(step):
        yield ("no case", step.cases[-1].at), f"one of the cases of {name} always held"


def _codes(clause: Clause) -> str:
    return ", ".join(clause.on)


def _name(step: Step) -> str:
    """Return what people call a step."""
    if step.title or step.id:
        return f"{step.kind} {step.title or step.id!r}"
    called = f" {step.action!r}" if isinstance(step, ActionStep) else ""
    return f"{step.kind}{called}"
