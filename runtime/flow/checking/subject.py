"""What all passes of the checker work on: one flow, what is known around it, what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ...contract import Condition, Contract
from ...errors import BUILTIN_CONDITIONS, Fix, Problem
from ..document import Document, Path
from ..expressions import Reference
from ..inference import conditions_within
from ..model import Flow, Step
from ..rules import LEVELS
from ..walk import all_steps

CATCHABLE = tuple(code for code in BUILTIN_CONDITIONS if code != "CANCELLED")
"""The runtime's own codes that a flow may name."""

_MOST_SLIPS = 2
"""How many characters may differ from a name that is put in the place of another without asking."""


class Subject:
    """One flow that is checked.

    Args:
        flow: What `parse_flow` made of the document.
        document: For lines and columns.
        contracts: Those of all actions and flows, by name.
        flows: The other flows that are known, by name.

    Attributes:
        problems: All that was found so far.
        used: The first two parts of every reference that a pass came across.
    """

    def __init__(
        self,
        flow: Flow,
        document: Document,
        contracts: Mapping[str, Contract],
        flows: Mapping[str, Flow],
    ) -> None:
        self.flow = flow
        self.contracts = contracts
        self.flows = {**flows, flow.name: flow}
        self.problems: list[Problem] = []
        self.used: set[Reference] = set()
        self._document = document

    def find(self, name: str) -> Contract | None:
        """Return the contract of an action, None if there is no such action."""
        return self.contracts.get(name)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the flow, in the order of the file, without the flow's body itself."""
        return tuple(all_steps(self.flow.body))[1:]

    @cached_property
    def any_error(self) -> Mapping[str, Condition]:
        """What `error` may be in an `undo`."""
        return conditions_within(self.flow.body, self.find)

    def is_written(self, path: Path) -> bool:
        """Return whether there is a value at *path* in the file."""
        return path in self._document.values

    def say(
        self,
        path: Path,
        rule: str,
        message: str,
        *,
        key: bool = False,
        fix: tuple[str, str] | None = None,
    ) -> None:
        """Take note of a problem.

        Args:
            path: Where the value stands that is wrong.
            rule: The id of the rule that it breaks.
            message: What is wrong, and what to do.
            key: Whether the name of the member at *path* is meant instead of its value.
            fix: A word that stands there once, and the only one that can have been meant.
        """
        found = self._document.problem(path, rule, message, key=key, level=LEVELS[rule])
        if fix is not None:
            found = self._with_fix(found, path, key, fix)
        self.problems.append(found)

    def _with_fix(self, found: Problem, path: Path, key: bool, fix: tuple[str, str]) -> Problem:
        """Return the problem with the edit that mends it, if its place in the text is certain."""
        wrong, right = fix
        span = self._document.span(path, key=key)
        text = self._document.text[span.start : span.end]
        places = list(re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", text))
        if len(places) != 1:
            return found
        start, end = (span.start + offset for offset in places[0].span())
        return found.with_fix(Fix(start, end, wrong, right))


def fix_of(
    name: str, known: Iterable[str], taken: Iterable[str] = (), before: str = ""
) -> tuple[str, str] | None:
    """Return what `Subject.say` needs to mend a misspelt name; None if that is not certain.

    Args:
        name: As it is written.
        known: The names there are.
        taken: Those that stand beside it already.
        before: What stands before the name.
    """
    allowed = min(_MOST_SLIPS, len(name) // 3)
    found = [other for other in known if _slips(name, other) <= allowed]
    if len(found) != 1 or found[0] in taken:
        return None
    return before + name, before + found[0]


def _slips(one: str, other: str) -> int:
    """Return how many characters were added, left out or mistaken between two names, about.

    Names whose lengths differ by too much are not compared: they count as wholly different.
    """
    if abs(len(one) - len(other)) > _MOST_SLIPS:
        return max(len(one), len(other))
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, another in enumerate(other):
            mistaken = above[column] + (letter != another)
            line.append(min(mistaken, above[column + 1] + 1, line[column] + 1))
        above = line
    return above[-1]


def codes_of(raised: Mapping[str, Condition]) -> Iterator[str]:
    """Yield the codes that a clause may name: those that are raised, and the runtime's own."""
    yield from raised
    yield from CATCHABLE
