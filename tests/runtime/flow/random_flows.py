"""Random flows: every kind, every guard, nested, with names that are in sight.

All lengths of time are microseconds drawn from a wide range, so that no two things
happen at the same moment but those of which one follows from the other. For the same reason a
branch begins with something that takes time, and so does what follows an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hypothesis import strategies as st

from .random_words import ACTIONS, Spot, Words, is_event, length

CODES = ("A", "B", "SHORTLY", "INTERNAL")
EVENTS = ("ping", "pong")

Flow = dict[str, Any]
Steps = list[dict[str, Any]]


def flows() -> st.SearchStrategy[Flow]:
    """Return the same for Hypothesis, which makes a flow that fails a test smaller."""
    return st.randoms(use_true_random=False).map(random_flow)


def random_flow(random: Random) -> Flow:
    """Return a flow that the parser takes."""
    return body_of(Spot(depth=3, random=random, words=Words()))


def body_of(spot: Spot) -> Flow:
    """Return what a flow does."""
    flow: Flow = {"steps": _steps(spot)}
    if spot.maybe(30):
        flow["catch"] = _clauses(spot, flow, result={"x": 1})
    if spot.maybe(30):
        flow["finally"] = _steps(_outside(spot))
    if spot.maybe(25):
        flow["timeout"] = spot.length()
    flow["outputs"] = {"x": spot.value()}
    return flow


def random_scripts(random: Random) -> dict[str, Any]:
    """Return what the actions answer, call by call: each fails now and then, each takes time."""
    return {name: {"sequence": [_answer(random) for _ in range(12)]} for name in ACTIONS}


def scripts() -> st.SearchStrategy[dict[str, Any]]:
    """Return the same for Hypothesis."""
    return st.randoms(use_true_random=False).map(random_scripts)


def _answer(random: Random) -> Mapping[str, Any]:
    answer: dict[str, Any] = {"takes": length(random), "output": {"n": random.randrange(1000)}}
    if random.randrange(100) < 35:
        code = random.choice(CODES)
        answer["error"] = {"code": code, "retryable": code == "SHORTLY"}
    return answer


def _steps(spot: Spot) -> Steps:
    steps: Steps = []
    for _ in range(spot.random.randint(1, 3)):
        step = _step(spot)
        steps.append(step)
        if spot.maybe(70):
            step["id"] = f"s{next(spot.ids)}"
            spot.seen += [] if _LEAVING & step.keys() else spot.words.results(step)
        if "action" in step or ("steps" in step and "for" not in step and "repeat" not in step):
            _add_undo(spot, step)
        if is_event(step):
            steps.append({"wait": spot.length()})
    return steps


def _add_undo(spot: Spot, step: dict[str, Any]) -> None:
    if not spot.maybe(50):
        return
    inside = _outside(spot, in_handler=True)
    inside.seen.append("error.code")
    if spot.maybe(40):
        step["undo"] = _action(inside)
    elif spot.depth > 0 and spot.maybe(25):
        step["undo"] = _steps(inside)
    else:
        step["undo"] = [_action(inside) for _ in range(spot.random.randint(1, 2))]


def _step(spot: Spot) -> dict[str, Any]:
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
        step["if"] = spot.words.condition(spot)
    if kind not in _LEAVING:
        _add_guards(spot, step, is_block=kind in _BLOCKS)
    return step


def _add_guards(spot: Spot, step: dict[str, Any], *, is_block: bool) -> None:
    if spot.maybe(20):
        on = spot.words.retried(spot, step)
        retry = {"max_attempts": spot.one_of(1, 2, 3), "delay": spot.length()}
        step["retry"] = retry if on is None else {**retry, "on": on}
    if spot.maybe(25) and "emit" not in step:
        step["timeout"] = spot.length()
    if spot.depth > 0 and spot.maybe(30):
        step["catch"] = _clauses(spot, step)
    if is_block and spot.maybe(30):
        step["finally"] = _steps(_outside(spot))


def _clauses(spot: Spot, part: Mapping[str, Any], result: Any = None) -> list[dict[str, Any]]:
    clauses = []
    for _ in range(spot.random.randint(1, 2)):
        inside = spot.below(in_handler=True)
        inside.seen.append("error.code")
        clause: dict[str, Any] = {"on": spot.words.caught(spot, part)}
        if spot.maybe(20):
            clause["if"] = spot.words.condition(spot)
        clause["steps"] = _steps(inside) if inside.depth >= 0 else [_action(inside)]
        clause["result"] = result or inside.value()
        clauses.append(clause)
    return clauses


def _outside(spot: Spot, *, in_handler: bool | None = None) -> Spot:
    """Return a place that nobody may leave: in an `undo` or a `finally`."""
    handler = spot.in_handler if in_handler is None else in_handler
    return spot.below(may_leave=False, in_loop=False, in_handler=handler)


def _apart(spot: Spot) -> Spot:
    """Return a place in a branch."""
    return spot.below(in_loop=False, may_return=False)


def _action(spot: Spot) -> dict[str, Any]:
    return spot.words.action(spot)


def _value(spot: Spot) -> dict[str, Any]:
    return {"value": {"v": spot.value()}}


def _wait(spot: Spot) -> dict[str, Any]:
    event: dict[str, Any] = {"event": spot.one_of(*EVENTS), "timeout": spot.length()}
    if spot.maybe(30):
        event["if"] = f"event.data == {spot.random.randrange(2)}"
    return {"wait": event}


def _pause(spot: Spot) -> dict[str, Any]:
    if spot.maybe(20):
        second, part = spot.random.randrange(20), spot.random.randrange(1_000_000)
        return {"wait": {"until": f"2026-03-01T12:00:{second:02}.{part:06}Z"}}
    return {"wait": spot.length()}


def _emit(spot: Spot) -> dict[str, Any]:
    return {"emit": {"type": spot.one_of(*EVENTS), "data": spot.random.randrange(2)}}


def _block(spot: Spot) -> dict[str, Any]:
    inside = spot.below()
    block = {"steps": _steps(inside), "result": inside.value()}
    spot.seen[:] = inside.seen
    return block


def _switch(spot: Spot) -> dict[str, Any]:
    cases = []
    for _ in range(spot.random.randint(1, 2)):
        inside = spot.below()
        case = {"if": spot.words.condition(spot), "steps": _steps(inside)}
        cases.append({**case, "result": inside.value()})
    switch: dict[str, Any] = {"switch": cases}
    if spot.maybe(50):
        switch["else"] = {"steps": _steps(spot.below())}
    return switch


def _for(spot: Spot, **changes: Any) -> dict[str, Any]:
    variable = f"n{next(spot.ids)}"
    inside = spot.below(**{"in_loop": spot.may_leave, **changes})
    items, names = spot.words.items(spot, variable)
    inside.seen += names
    loop = {"for": variable, "in": items, "steps": _steps(inside), "result": inside.value()}
    spot.hide(inside)
    return loop


def _for_parallel(spot: Spot) -> dict[str, Any]:
    first = _action(spot)
    loop = _for(spot, in_loop=False, may_return=False)
    loop["steps"].insert(0, first)
    return {**loop, "parallel": spot.random.randint(1, 3)}


def _repeat(spot: Spot) -> dict[str, Any]:
    inside = spot.below(in_loop=spot.may_leave)
    steps = _steps(inside)
    step_id = f"s{next(spot.ids)}"
    ending, until = spot.words.ending(spot, step_id)
    steps.append({**ending, "id": step_id})
    repeat: dict[str, Any] = {"max": spot.random.randint(1, 4), "until": until}
    if spot.maybe(50):
        repeat["every"] = spot.length()
    loop = {"repeat": repeat, "steps": steps, "result": inside.value()}
    spot.hide(inside)
    return loop


def _branches(spot: Spot) -> dict[str, Steps]:
    branches: dict[str, Steps] = {}
    others: list[Spot] = []
    for name in ("a", "b", "c")[: spot.random.randint(1, 3)]:
        inside = _apart(spot)
        for other in others:
            inside.hide(other)
        first = {"wait": spot.length()} if spot.maybe(30) else _action(inside)
        branches[name] = [first, *_steps(inside)]
        others.append(inside)
    return branches


def _parallel(spot: Spot) -> dict[str, Any]:
    return {"parallel": _branches(spot), "result": spot.value()}


def _fail(spot: Spot) -> dict[str, Any]:
    if spot.in_handler and spot.maybe(50):
        return {"fail": "${{ error }}"}
    return {"fail": spot.words.failure(spot)}


_LEAVING = {"fail", "return", "break", "continue"}
_BLOCKS = ("block", "switch", "for", "for_parallel", "repeat", "parallel", "race")
_KINDS: dict[str, Callable[[Spot], dict[str, Any]]] = {
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
