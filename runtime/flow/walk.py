"""From step to step: what stands inside of what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .model import BlockStep, ForStep, ParallelStep, Path, RaceStep, RepeatStep, Step, SwitchStep


class Part(NamedTuple):
    """A list of steps inside of a step.

    Attributes:
        role: `steps` of a block, `turn` of a loop, `case` of a switch, `branch` of a parallel or
            race, or `catch`, `finally`, `undo`.
        at: The path of what has the list: of the step itself, or of its case, branch or clause.
        steps: The list.
    """

    role: str
    at: Path
    steps: tuple[Step, ...]


def work_of(step: Step) -> Iterator[Part]:
    """Yield the lists of steps that make up a step's own work, in the order of the file."""
    if isinstance(step, BlockStep):
        yield Part("steps", step.at, step.steps)
    elif isinstance(step, ForStep | RepeatStep):
        yield Part("turn", step.at, step.steps)
    elif isinstance(step, SwitchStep):
        for case in step.cases:
            yield Part("case", case.at, case.steps)
    elif isinstance(step, ParallelStep | RaceStep):
        for branch in step.branches:
            yield Part("branch", branch.at, branch.steps)


def parts_of(step: Step) -> Iterator[Part]:
    """Yield the lists of steps of a step's work, then those of its handlers."""
    yield from work_of(step)
    for clause in step.catch:
        yield Part("catch", clause.at, clause.steps)
    if step.finally_:
        yield Part("finally", step.at, step.finally_)
    if step.undo:
        yield Part("undo", step.at, step.undo)


def children(step: Step) -> Iterator[Step]:
    """Yield the steps that stand directly inside of a step, its handlers included."""
    for part in parts_of(step):
        yield from part.steps


def all_steps(step: Step) -> Iterator[Step]:
    """Yield a step and every step inside it, its handlers included, in the order of the file."""
    pending = [step]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(list(children(current))))
