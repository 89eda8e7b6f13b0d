"""Turns of a loop that run at once and change the same thing.

A contract may say which of its inputs name the thing that the action changes, one call at a time:
`"x-lanes": ["cart_id"]`. Turns that name the same thing wait for each other at best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..document import Path
from ..expressions import Expression
from ..model import ActionStep, ForStep, Step
from ..walk import all_steps, work_of
from .subject import Subject

LANES = "x-lanes"
"""The extension of contracts that lists the inputs."""


def check_lanes(subject: Subject) -> None:
    """Warn of parallel turns whose body changes a thing that is not the turn's own."""
    for step in subject.steps:
        if isinstance(step, ForStep) and (step.parallel or 1) > 1:
            for inner in _body(step):
                if isinstance(inner, ActionStep):
                    _check_call(subject, step, inner)


def _body(loop: ForStep) -> Iterator[Step]:
    for part in work_of(loop):
        for step in part.steps:
            yield from all_steps(step)


def _check_call(subject: Subject, loop: ForStep, step: ActionStep) -> None:
    contract = subject.find(step.action)
    if contract is None or contract.effect == "none":
        return
    for name in contract.extensions.get(LANES, ()):
        found = [expression for path, expression in step.input.expressions if path[:1] == (name,)]
        if name in step.input.raw and not _depends_on_turn(found, loop):
            at: Path = (*step.at, "with", name)
            message = (
                f"turns that run at once all change the same {name!r}; use {loop.variable!r} here,"
                " or remove 'parallel'"
            )
            subject.say(at, "shared-lane", message)


def _depends_on_turn(expressions: Iterable[Expression], loop: ForStep) -> bool:
    """Return whether any of these may give something else in each turn of a loop."""
    own = {loop.variable, loop.index}
    ids: set[str | int] = set()
    for step in _body(loop):
        ids.add(step.id or "")
        if isinstance(step, ForStep):
            own |= {step.variable, step.index}
    for expression in expressions:
        for root, *members in expression.references:
            if root in own or (root == "steps" and (not members or members[0] in ids)):
                return True
    return False
