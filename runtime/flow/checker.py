"""What can be known of a flow before it runs, given the actions there are.

Names are followed through the flow: an expression may use a step that must have completed before
it, the variables of the loops around it, and `error` where an error is being handled. What a step
gives its action is held against that action's contract. Each pass looks for one kind of mistake;
`rules` says what they find, one class for each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..contract import Contract
from ..errors import Problem
from .checking.calls import check_calls
from .checking.codes import check_leaving_errors
from .checking.effects import check_effects
from .checking.endless import check_calls_of_itself
from .checking.lanes import check_lanes
from .checking.naming import check_names
from .checking.reach import check_reach
from .checking.subject import Subject
from .checking.typed import check_types
from .checking.unused import check_unused
from .document import Document
from .model import Flow

PASSES: Final[tuple[Callable[[Subject], None], ...]] = (
    check_names,
    check_types,
    check_calls,
    check_calls_of_itself,
    check_leaving_errors,
    check_reach,
    check_effects,
    check_lanes,
    check_unused,  # after the names
)


def check(
    flow: Flow,
    document: Document,
    contracts: Mapping[str, Contract],
    flows: Mapping[str, Flow] | None = None,
) -> list[Problem]:
    """Return the errors and warnings of a flow, in the order of the file.

    Args:
        flow: What `parse_flow` made of the document.
        document: For lines and columns.
        contracts: Those of all actions and flows by name, that of *flow* included.
        flows: The other flows by name, as far as they are known: to see who calls whom.
    """
    subject = Subject(flow, document, contracts, flows or {})
    for look in PASSES:
        look(subject)
    return sorted(subject.problems, key=lambda problem: (problem.line, problem.column))


_LOCAL: Final = frozenset(
    {"bad-expression", "bad-duration", "bad-time", "bad-status", "bad-code", "reserved-code"}
    | {"undeclared-error", "bad-schedule", "bad-timezone", "bad-default", "outside-loop"}
)
"""Rules about single values: whoever breaks one has not taken a name from the rest of the file."""

_TYPED: Final = frozenset(("type-mismatch", "unknown-member"))
"""Rules that follow from values, and so from one that could not be read."""

_CERTAIN: Final = frozenset(("unknown-action", "unknown-input", "bad-literal"))
"""Rules about single steps, which hold whatever is wrong elsewhere."""


def check_partly(
    flow: Flow,
    document: Document,
    contracts: Mapping[str, Contract],
    flows: Mapping[str, Flow],
    unread: list[Problem],
) -> list[Problem]:
    """Return everything that is wrong with a flow that could not be read whole.

    Args:
        flow: What could be read.
        document: For lines and columns.
        contracts: Those of all actions and flows by name.
        flows: The other flows by name.
        unread: What is wrong with the rest. An error that may only follow from that is left out.
    """
    errors = [it for it in check(flow, document, contracts, flows) if it.level == "error"]
    found = [problem for problem in errors if problem.rule not in _TYPED]
    if not {problem.rule for problem in unread} <= _LOCAL:
        found = [problem for problem in found if problem.rule in _CERTAIN]
    lines = {(problem.line, problem.column) for problem in unread}
    more = [problem for problem in found if (problem.line, problem.column) not in lines]
    return sorted([*unread, *more], key=lambda problem: (problem.line, problem.column))
