"""Random flows to be drawn: every kind inside of every other, with every handler and any title.

They need not make sense: names are not in sight, and what is written behind an end is not reached.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TITLES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120),
    st.text("Wmi@%… .-_<&>\"'", min_size=1, max_size=200),
    st.text("אבג دهو 日本 👩‍👩‍👧 🚚🏽 é", min_size=1, max_size=80),
    st.just("word " * 12),
)

_LEAVES: list[dict[str, Any]] = [
    {"action": "sendParcel"},
    {"value": {"a": 1}},
    {"wait": "5m"},
    {"wait": {"event": "parcel.sent", "timeout": "2h"}},
    {"emit": {"type": "parcel.sent"}},
    {"return": {"x": 1}},
    {"fail": {"code": "PARCEL_LOST", "status": 410, "message": "it is lost"}},
]
_ENDS = ("fail", "return", "break", "continue")


@st.composite
def drawn_flows(draw: Any) -> dict[str, Any]:
    flow: dict[str, Any] = {"title": draw(TITLES), "steps": _steps(draw, 3, in_loop=False)}
    _handle(draw, flow, 1, in_loop=False)
    return flow


def _steps(draw: Any, depth: int, *, in_loop: bool, least: int = 0) -> list[dict[str, Any]]:
    count = draw(st.integers(least, 3))
    return [_step(draw, depth, in_loop=in_loop) for _ in range(count)]


def _step(draw: Any, depth: int, *, in_loop: bool) -> dict[str, Any]:
    step = dict(_kind(draw, depth, in_loop=in_loop))
    if draw(st.booleans()):
        step["title"] = draw(TITLES)
    if draw(st.integers(0, 3)) == 0:
        step["if"] = draw(
            st.sampled_from(("inputs.x", " and ".join(["inputs.x == 'a rather long text'"] * 4)))
        )
    if not any(name in step for name in _ENDS):
        _handle(draw, step, depth, in_loop=in_loop)
    return step


def _kind(draw: Any, depth: int, *, in_loop: bool) -> dict[str, Any]:
    leaves = [*_LEAVES, *([{"break": True}, {"continue": True}] if in_loop else [])]
    nested = ("block", "switch", "for", "many", "repeat", "parallel", "race") if depth else ()
    kind = draw(st.sampled_from((*leaves, *nested, *nested)))
    if isinstance(kind, dict):
        return kind

    def steps(**loop: bool) -> list[dict[str, Any]]:
        return _steps(draw, depth - 1, in_loop=loop.get("in_loop", False))

    if kind == "block":
        return {"steps": steps(in_loop=in_loop)}
    if kind == "switch":
        cases = [{"if": "inputs.x", "steps": steps()} for _ in range(draw(st.integers(1, 3)))]
        return {"switch": cases, **({"else": {"steps": steps()}} if draw(st.booleans()) else {})}
    if kind == "for":
        return {"for": f"v{depth}", "in": "inputs.x", "steps": steps(in_loop=True)}
    if kind == "many":
        body = _without_return(steps())
        return {"for": f"v{depth}", "in": "inputs.x", "parallel": 3, "steps": body}
    if kind == "repeat":
        return {"repeat": {"until": "inputs.x", "every": "2s"}, "steps": steps(in_loop=True)}
    count = draw(st.integers(1, 4))
    return {kind: {f"branch_{number}": _without_return(steps()) for number in range(count)}}


def _handle(draw: Any, step: dict[str, Any], depth: int, *, in_loop: bool) -> None:
    """Add handlers to a step or flow, now and then."""
    is_flow = "title" in step and "steps" in step and depth == 1 and "if" not in step
    is_block = any(name in step for name in ("steps", "switch", "for", "parallel", "race"))
    below = max(0, depth - 1)
    if draw(st.integers(0, 3)) == 0:
        step["timeout"] = "30s"
    if draw(st.integers(0, 3)) == 0:
        codes = st.sampled_from(("*", "NOT_THERE", ["NOT_THERE", "A_CODE_THAT_IS_RATHER_LONG"]))
        count = draw(st.integers(1, 3))
        step["catch"] = [
            {"on": draw(codes), "steps": _without_return(_steps(draw, below, in_loop=False))}
            for _ in range(count)
        ]
    if is_block and draw(st.integers(0, 3)) == 0:
        step["finally"] = [{"action": "cleanUp"}]
    if ("action" in step or "steps" in step) and not is_flow and draw(st.integers(0, 2)) == 0:
        step["undo"] = [{"action": "takeBack"}] * draw(st.integers(1, 2))


def _without_return(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return steps of which none is refused inside of branches."""
    return [{"action": "sendParcel"} if '"return"' in _text(step) else step for step in steps]


def _text(value: Any) -> str:
    return str(value).replace("'", '"')
