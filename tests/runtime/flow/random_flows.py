"""Random flows: every kind, every guard, nested, with names that are in sight.

All lengths of time are microseconds drawn from a wide range, so that no two things
happen at the same moment but those of which one follows from the other. For the same reason a
branch begins with something that takes time, and so does what follows an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

from hypothesis import strategies as st

CODES = ("A", "B", "SHORTLY", "INTERNAL")
ACTIONS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
EVENTS = ("ping", "pong")

Flow = dict[str, Any]
Steps = list[dict[str, Any]]


@dataclass
class _Spot:
    """Where the generator is: what it may write there."""

    depth: int
    random: Random
    ids: Any = field(default_factory=count)
    seen: list[str] = field(default_factory=list)
    """Values that are in sight."""
    in_loop: bool = False
    in_handler: bool = False
    may_leave: bool = True
    may_return: bool = True

    def below(self, **changes: Any) -> _Spot:
        return replace(self, depth=self.depth - 1, seen=list(self.seen), **changes)

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def maybe(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def value(self) -> Any:
        if self.seen and self.maybe(60):
            return "${{ " + self.one_of(*self.seen) + " }}"
        return self.one_of(0, "text", None)

    def length(self) -> str:
        return length(self.random)


def length(random: Random) -> str:
    """Return a length of time up to ten seconds, shorter ones more often."""
    whole, part = random.randrange(1, random.choice((300, 3_000, 10_000))), random.randrange(1000)
    return f"{whole}.{part:03}ms"


def flows() -> st.SearchStrategy[Flow]:
    """Return the same for Hypothesis, which makes a flow that fails a test smaller."""
    return st.randoms(use_true_random=False).map(random_flow)


def random_flow(random: Random) -> Flow:
    """Return a flow that the parser takes."""
    spot = _Spot(depth=3, random=random)
    flow: Flow = {"steps": _steps(spot)}
    if spot.maybe(30):
        flow["catch"] = _clauses(spot, result={"caught": 1})
    if spot.maybe(30):
        flow["finally"] = _steps(_outside(spot))
    if spot.maybe(25):
        flow["timeout"] = spot.length()
    flow["outputs"] = {"x": spot.value()}
    return flow


def random_scripts(random: Random) -> dict[str, Any]:
    """Return what the actions answer, call by call: each fails now and then, each takes time."""
    return {name: {"sequence": [_answer(random) for _ in range(12)]} for name in ACTIONS}


def _answer(random: Random) -> Mapping[str, Any]:
    answer: dict[str, Any] = {"takes": length(random), "output": {"n": random.randrange(1000)}}
    if random.randrange(100) < 35:
        code = random.choice(CODES)
        answer["error"] = {"code": code, "retryable": code == "SHORTLY"}
    return answer


def _steps(spot: _Spot) -> Steps:
    steps: Steps = []
    for _ in range(spot.random.randint(1, 3)):
        step = _step(spot)
        steps.append(step)
        if spot.maybe(70):
            step["id"] = f"s{next(spot.ids)}"
            spot.seen.append(_result_of(step))
        if "action" in step or ("steps" in step and "for" not in step and "repeat" not in step):
            _add_undo(spot, step)
        if "emit" in step or "event" in step.get("wait", ()):
            steps.append({"wait": spot.length()})
    return steps


def _result_of(step: Mapping[str, Any]) -> str:
    """Return an expression that uses the result of a step."""
    if "emit" in step or "event" in step.get("wait", ()):
        return f"steps.{step['id']}.data | default(none)"
    return f"steps.{step['id']}"


def _add_undo(spot: _Spot, step: dict[str, Any]) -> None:
    if not spot.maybe(50):
        return
    inside = _outside(spot, in_handler=True)
    inside.seen.append("error.code")
    undo = [_action(inside) for _ in range(spot.random.randint(1, 2))]
    if spot.maybe(25) and spot.depth > 0:
        undo = _steps(inside)
    step["undo"] = undo if spot.maybe(60) else undo[0]


def _step(spot: _Spot) -> dict[str, Any]:
    kinds = ["action", "action", "action", "value", "wait", "pause", "emit"]
    if spot.depth > 0:
        kinds += ["block", "block", "switch", "for", "for_parallel", "repeat"]
        kinds += ["parallel", "parallel", "race", "race"]
    if spot.maybe(12):
        kinds = ["fail"]
        if spot.may_leave and spot.may_return:
            kinds.append("return")
        if spot.may_leave and spot.in_loop:
            kinds += ["break", "continue"]
    kind = spot.one_of(*kinds)
    step = _KINDS[kind](spot)
    if spot.maybe(12):
        step["if"] = spot.one_of(True, False)
    if kind not in ("fail", "return", "break", "continue"):
        _add_guards(spot, step, is_block=kind in _BLOCKS)
    return step


def _add_guards(spot: _Spot, step: dict[str, Any], *, is_block: bool) -> None:
    if spot.maybe(20):
        on = spot.one_of(None, "*", "A", "INTERNAL", ["TIMEOUT", "B"])
        retry = {"max_attempts": spot.one_of(1, 2, 3), "delay": spot.length()}
        step["retry"] = retry if on is None else {**retry, "on": on}
    if spot.maybe(25):
        step["timeout"] = spot.length()
    if spot.depth > 0 and spot.maybe(30):
        step["catch"] = _clauses(spot)
    if is_block and spot.maybe(30):
        step["finally"] = _steps(_outside(spot))


def _clauses(spot: _Spot, result: Any = None) -> list[dict[str, Any]]:
    clauses = []
    for _ in range(spot.random.randint(1, 2)):
        inside = spot.below(in_handler=True)
        inside.seen.append("error.code")
        clause: dict[str, Any] = {"on": spot.one_of("A", "B", "TIMEOUT", "*")}
        if spot.maybe(20):
            clause["if"] = spot.one_of(True, False)
        clause["steps"] = _steps(inside) if inside.depth >= 0 else [_action(inside)]
        clause["result"] = result or inside.value()
        clauses.append(clause)
    return clauses


def _outside(spot: _Spot, *, in_handler: bool | None = None) -> _Spot:
    """Return a place that nobody may leave: in an `undo` or a `finally`."""
    handler = spot.in_handler if in_handler is None else in_handler
    return spot.below(may_leave=False, in_loop=False, in_handler=handler)


def _apart(spot: _Spot) -> _Spot:
    """Return a place in a branch."""
    return spot.below(in_loop=False, may_return=False)


def _action(spot: _Spot) -> dict[str, Any]:
    return {"action": spot.one_of(*ACTIONS), "with": {"x": spot.value()}}


def _value(spot: _Spot) -> dict[str, Any]:
    return {"value": {"v": spot.value()}}


def _wait(spot: _Spot) -> dict[str, Any]:
    event: dict[str, Any] = {"event": spot.one_of(*EVENTS), "timeout": spot.length()}
    if spot.maybe(30):
        event["if"] = f"event.data == {spot.random.randrange(2)}"
    return {"wait": event}


def _pause(spot: _Spot) -> dict[str, Any]:
    if spot.maybe(20):
        second, part = spot.random.randrange(20), spot.random.randrange(1_000_000)
        return {"wait": {"until": f"2026-03-01T12:00:{second:02}.{part:06}Z"}}
    return {"wait": spot.length()}


def _emit(spot: _Spot) -> dict[str, Any]:
    return {"emit": {"type": spot.one_of(*EVENTS), "data": spot.random.randrange(2)}}


def _block(spot: _Spot) -> dict[str, Any]:
    inside = spot.below()
    block = {"steps": _steps(inside), "result": inside.value()}
    spot.seen[:] = inside.seen
    return block


def _switch(spot: _Spot) -> dict[str, Any]:
    cases = []
    for _ in range(spot.random.randint(1, 2)):
        inside = spot.below()
        case = {"if": spot.one_of(True, False), "steps": _steps(inside)}
        cases.append({**case, "result": inside.value()})
    switch: dict[str, Any] = {"switch": cases}
    if spot.maybe(50):
        switch["else"] = {"steps": _steps(spot.below())}
    return switch


def _for(spot: _Spot, **changes: Any) -> dict[str, Any]:
    variable = f"n{next(spot.ids)}"
    inside = spot.below(**{"in_loop": spot.may_leave, **changes})
    inside.seen.append(variable)
    items = [spot.random.randint(1, 3) for _ in range(spot.random.randrange(4))]
    steps = _steps(inside)
    return {"for": variable, "in": items, "steps": steps, "result": inside.value()}


def _for_parallel(spot: _Spot) -> dict[str, Any]:
    loop = _for(spot, in_loop=False, may_return=False)
    loop["steps"].insert(0, _action(spot))
    return {**loop, "parallel": spot.random.randint(1, 3)}


def _repeat(spot: _Spot) -> dict[str, Any]:
    inside = spot.below(in_loop=spot.may_leave)
    steps = _steps(inside)
    inside.seen.append("1")
    steps.append({"action": spot.one_of(*ACTIONS), "id": f"s{next(spot.ids)}"})
    repeat: dict[str, Any] = {"max": spot.random.randint(1, 4)}
    repeat["until"] = f"steps.{steps[-1]['id']}.n | default(0) > 500"
    if spot.maybe(50):
        repeat["every"] = spot.length()
    return {"repeat": repeat, "steps": steps, "result": inside.value()}


def _branches(spot: _Spot) -> dict[str, Steps]:
    return {
        name: [{"wait": spot.length()} if spot.maybe(30) else _action(spot), *_steps(_apart(spot))]
        for name in ("a", "b", "c")[: spot.random.randint(1, 3)]
    }


def _parallel(spot: _Spot) -> dict[str, Any]:
    return {"parallel": _branches(spot), "result": spot.value()}


def _fail(spot: _Spot) -> dict[str, Any]:
    if spot.in_handler and spot.maybe(50):
        return {"fail": "${{ error }}"}
    return {"fail": {"code": spot.one_of("A", "B"), "status": 409}}


_BLOCKS = ("block", "switch", "for", "for_parallel", "repeat", "parallel", "race")
_KINDS: dict[str, Callable[[_Spot], dict[str, Any]]] = {
    "action": _action,
    "value": _value,
    "wait": _wait,
    "pause": _pause,
    "emit": _emit,
    "block": _block,
    "switch": _switch,
    "for": _for,
    "for_parallel": _for_parallel,
    "repeat": _repeat,
    "parallel": _parallel,
    "race": lambda spot: {"race": _branches(spot)},
    "fail": _fail,
    "return": lambda spot: {"return": {"x": spot.value()}},
    "break": lambda spot: {"break": True},
    "continue": lambda spot: {"continue": True},
}
