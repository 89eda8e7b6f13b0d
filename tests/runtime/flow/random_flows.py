"""Random flows, for Hypothesis: every kind, every guard, nested, with names that are in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import strategies as st

CODES = ("A", "B", "SHORTLY", "INTERNAL")
ANSWERS = ("ok",) * 6 + CODES
ACTIONS = ("one", "two", "three")


@dataclass
class _Spot:
    """Where the generator is: what it may write there."""

    depth: int
    draw: Any
    ids: Any = field(default_factory=count)
    seen: list[str] = field(default_factory=list)
    """Values that are in sight."""
    in_loop: bool = False
    in_handler: bool = False
    may_leave: bool = True

    def below(self, **changes: Any) -> _Spot:
        return replace(self, depth=self.depth - 1, seen=list(self.seen), **changes)

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def maybe(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) < percent)

    def value(self) -> Any:
        if self.seen and self.maybe(60):
            return "${{ " + self.one_of(*self.seen) + " }}"
        return self.one_of(0, "text", None)


@st.composite
def flows(draw: Any) -> dict[str, Any]:
    spot = _Spot(depth=3, draw=draw)
    flow: dict[str, Any] = {"steps": _steps(spot)}
    if spot.maybe(30):
        flow["catch"] = _clauses(spot, result={"caught": 1})
    if spot.maybe(30):
        flow["finally"] = _steps(_outside(spot))
    flow["outputs"] = {"x": spot.value()}
    return flow


def answers() -> st.SearchStrategy[list[str]]:
    """What the actions of a run answer, one after the other; sometimes it is cancelled, too."""
    return st.lists(st.sampled_from((*ANSWERS, *ANSWERS, "cancel")), max_size=40)


def _steps(spot: _Spot) -> list[dict[str, Any]]:
    steps = []
    for _ in range(spot.draw(st.integers(1, 3))):
        step = _step(spot)
        steps.append(step)
        if spot.maybe(70):
            step["id"] = f"s{next(spot.ids)}"
            spot.seen.append(f"steps.{step['id']}")
        if "action" in step or ("steps" in step and "for" not in step):
            _add_undo(spot, step)
    return steps


def _add_undo(spot: _Spot, step: dict[str, Any]) -> None:
    if not spot.maybe(50):
        return
    inside = _outside(spot, in_handler=True)
    inside.seen.append("error.code")
    undo = [_action(inside) for _ in range(spot.draw(st.integers(1, 2)))]
    step["undo"] = undo if spot.maybe(60) else undo[0]


def _step(spot: _Spot) -> dict[str, Any]:
    kinds = ["action", "action", "value"]
    if spot.depth > 0:
        kinds += ["block", "block", "switch", "for"]
    if spot.maybe(15):
        kinds = ["fail"]
        if spot.may_leave:
            kinds += ["return", *(["break", "continue"] if spot.in_loop else [])]
    kind = spot.one_of(*kinds)
    step = _KINDS[kind](spot)
    if spot.maybe(15):
        step["if"] = spot.one_of(True, False)
    if kind not in ("fail", "return", "break", "continue"):
        _add_guards(spot, step, is_block=kind in ("block", "switch", "for"))
    return step


def _add_guards(spot: _Spot, step: dict[str, Any], *, is_block: bool) -> None:
    if spot.maybe(25):
        on = spot.one_of(None, "*", "A", "INTERNAL")
        retry = {"max_attempts": spot.one_of(1, 2, 3), "delay": "0s"}
        step["retry"] = retry if on is None else {**retry, "on": on}
    if spot.depth > 0 and spot.maybe(30):
        step["catch"] = _clauses(spot)
    if is_block and spot.maybe(30):
        step["finally"] = _steps(_outside(spot))


def _clauses(spot: _Spot, result: Any = None) -> list[dict[str, Any]]:
    clauses = []
    for on in spot.draw(st.lists(st.sampled_from(("A", "B", "*")), min_size=1, max_size=2)):
        inside = spot.below(in_handler=True)
        inside.seen.append("error.code")
        clause: dict[str, Any] = {"on": on}
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


def _action(spot: _Spot) -> dict[str, Any]:
    return {"action": spot.one_of(*ACTIONS), "with": {"x": spot.value()}}


def _value(spot: _Spot) -> dict[str, Any]:
    return {"value": {"v": spot.value()}}


def _block(spot: _Spot) -> dict[str, Any]:
    inside = spot.below()
    block = {"steps": _steps(inside), "result": inside.value()}
    spot.seen[:] = inside.seen
    return block


def _switch(spot: _Spot) -> dict[str, Any]:
    cases = []
    for _ in range(spot.draw(st.integers(1, 2))):
        inside = spot.below()
        case = {"if": spot.one_of(True, False), "steps": _steps(inside)}
        cases.append({**case, "result": inside.value()})
    switch: dict[str, Any] = {"switch": cases}
    if spot.maybe(50):
        switch["else"] = {"steps": _steps(spot.below())}
    return switch


def _for(spot: _Spot) -> dict[str, Any]:
    variable = f"n{next(spot.ids)}"
    inside = spot.below(in_loop=spot.may_leave)
    inside.seen.append(variable)
    items = spot.draw(st.lists(st.integers(1, 3), max_size=3))
    steps = _steps(inside)
    return {"for": variable, "in": items, "steps": steps, "result": inside.value()}


def _fail(spot: _Spot) -> dict[str, Any]:
    if spot.in_handler and spot.maybe(50):
        return {"fail": "${{ error }}"}
    return {"fail": {"code": spot.one_of("A", "B"), "status": 409}}


_KINDS: dict[str, Callable[[_Spot], dict[str, Any]]] = {
    "action": _action,
    "value": _value,
    "block": _block,
    "switch": _switch,
    "for": _for,
    "fail": _fail,
    "return": lambda spot: {"return": {"x": spot.value()}},
    "break": lambda spot: {"break": True},
    "continue": lambda spot: {"continue": True},
}
