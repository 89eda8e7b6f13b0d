"""The checker's promise, put to the test with random flows over typed contracts.

A flow that passes the checker never fails at run time with an unknown name, an unknown action, a
missing input, or a condition that its inferred contract does not name; a condition that is marked
retryable comes only when nothing has happened; and what the flow gives is what its contract says.
Besides, no mistake that was made on purpose gets past the checker.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from cartflow.runtime.action import StepCall
from cartflow.runtime.cancellation import Attempt
from cartflow.runtime.contract import Contract
from cartflow.runtime.errors import BUILTIN_CONDITIONS, ActionError, InvalidDocumentError
from cartflow.runtime.flow.checker import check
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import contract_of
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

from .lab import Lab
from .library import LIBRARY, answer_for
from .typed_flows import typed_flow

RUNS = 3
"""How often a flow that has passed is run, each time with other answers."""


CALLED = 40
"""Flows that others call."""

Passed = tuple[Flow, Contract, bool]
"""A flow, its contract, and whether all of it can be reached."""


@dataclass
class Verdict:
    """What came of one generated flow."""

    flow: Mapping[str, Any]
    has_passed: bool
    mistakes: list[str]
    breaches: list[str] = field(default_factory=list)


class Shop(Lab):
    """A world in which actions answer whatever their contracts allow."""

    random: Random
    known: Mapping[str, Contract]
    breaches: list[str]
    effects: int
    """How many calls have changed something."""

    @classmethod
    def open(cls, random: Random, known: Mapping[str, Contract]) -> Shop:
        shop = cls()
        shop.random, shop.known, shop.breaches, shop.effects = random, known, [], 0
        shop._contracts = dict(known)
        return shop

    def invoke(self, call: StepCall, attempt: Attempt) -> Any:
        contract = self.known.get(call.action)
        if contract is None:
            self.breaches.append(f"unknown action {call.action!r}")
            error = ActionError("UNKNOWN_ACTION")
            raise error
        self._check_input(contract, call)
        self._time.take(self.random.random())
        chance = self.random.random()
        if chance < 0.05:
            raise ActionError(self.random.choice(("BUSY", "INTERNAL", "TIMEOUT")))
        if chance < 0.3 and contract.errors:
            code = self.random.choice(list(contract.errors))
            error = ActionError(code)
            error.status, error.retryable = 409, contract.errors[code].retryable
            raise error
        self.effects += contract.has_effect
        return answer_for(contract.output, self.random)

    def _check_input(self, contract: Contract, call: StepCall) -> None:
        wrong = list(contract.input_validator.iter_errors(dict(call.input)))
        names = contract.input.get("properties", {}).keys()
        missing = set(contract.input.get("required", ())) - call.input.keys()
        self.breaches += [f"{call.action} is not given {name!r}" for name in sorted(missing)]
        self.breaches += [f"{call.action} has no {name!r}" for name in call.input.keys() - names]
        if wrong:
            error = ActionError("INVALID_INPUT", str(wrong[0]))
            raise error


@cache
def _called(number: int) -> Mapping[str, Contract]:
    """Return the actions there are: those of the library, and perhaps a flow."""
    flow, _ = typed_flow(Random(number), "called", {}, 0)
    passed = _pass(flow, LIBRARY)
    return LIBRARY if passed is None else {**LIBRARY, "called": passed[1]}


def put_to_the_test(seed: int) -> Verdict:
    """Make a flow, check it, and run it if it has passed."""
    random = Random(seed)
    known = _called(random.randrange(CALLED))
    mistakes = random.choice((0, 0, 1, 3))
    more = {name: found.errors for name, found in known.items() if name not in LIBRARY}
    document, made = typed_flow(random, "generated", more, mistakes)
    passed = _pass(document, known)
    verdict = Verdict(document, passed is not None, made)
    if passed is not None:
        flow, contract, is_reachable = passed
        if is_reachable:  # of what never runs the checker need not know everything
            verdict.breaches += [f"the checker took no offence at {mistake!r}" for mistake in made]
        for _ in range(RUNS):
            verdict.breaches += _breaches(flow, contract, known, random)
    return verdict


def _pass(document: Mapping[str, Any], known: Mapping[str, Contract]) -> Passed | None:
    """Return a flow and its contract; None if the checker refuses it."""
    read = load(json.dumps(document).encode(), "generated.flow.yaml")
    try:
        flow = parse_flow(read, {})
    except InvalidDocumentError:
        return None
    contract = contract_of(flow, known.get)
    problems = check(flow, read, {**known, flow.name: contract})
    if any(it.level == "error" for it in problems):
        return None
    return flow, contract, all(it.rule != "unreachable-step" for it in problems)


def _breaches(
    flow: Flow, contract: Contract, known: Mapping[str, Contract], random: Random
) -> Iterator[str]:
    """Run a flow that has passed; yield what it does against the promise."""
    shop = Shop.open(random, known)
    given = answer_for(contract.input, random)
    report = shop.run(flow, given)
    yield from shop.breaches
    yield from filter(None, map(_unknown_name, report.steps))
    error = report.error
    if error is None and not contract.output_validator.is_valid(report.output):
        yield f"its contract does not allow {report.output!r}"
    if error is not None and error.code not in contract.errors.keys() | BUILTIN_CONDITIONS.keys():
        yield f"its contract does not name {error.code!r}"
    named = None if error is None else contract.errors.get(error.code)
    if named is not None and named.retryable and shop.effects:
        yield f"{named.code!r} promises that nothing happened, after {shop.effects} effects"


def _unknown_name(step: Mapping[str, Any]) -> str | None:
    """Return what a step failed with, if that was a name that the checker could have known."""
    error = step.get("error") or {}
    message = str(error.get("message"))
    if error.get("code") != "EXPRESSION_FAILED":
        return None
    return message if "there is no name" in message or "never" in message else None
