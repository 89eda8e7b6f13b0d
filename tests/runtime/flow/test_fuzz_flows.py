"""Flows that somebody got wrong, in every way: they are refused with places, or they are flows."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

EVERYTHING: dict[str, Any] = {
    "flow": "all-kinds",
    "title": "All kinds",
    "category": "x",
    "version": "1",
    "access": ["customer"],
    "inputs": {
        "text": "string",
        "lines": {"type": "array", "items": {"type": "object"}, "default": []},
        "secret": {"type": "string", "writeOnly": True, "optional": True},
    },
    "errors": {"GONE": {"status": 410, "title": "Gone"}},
    "timeout": "1h",
    "triggers": [
        {"schedule": "0 3 * * *", "timezone": "Europe/Vienna", "inputs": {"text": "a"}},
        {"event": "cart.gone", "if": "event.data.id", "inputs": {"text": "${{ event.id }}"}},
    ],
    "steps": [
        {
            "id": "call",
            "title": "Call",
            "if": "inputs.text",
            "action": "echo",
            "with": {"text": "${{ inputs.text }} and ${{ run.id | upper }}"},
            "timeout": "2s",
            "retry": {"on": "*", "max_attempts": 3, "delay": "1s", "backoff": 2, "jitter": True},
            "catch": [{"on": ["GONE"], "if": "error.status == 410", "result": {"a": [1]}}],
            "undo": {"action": "echo", "with": {"text": "${{ steps.call.text }}"}},
        },
        {
            "id": "block",
            "steps": [{"id": "inner", "value": [1, 2.5, None, True]}],
            "result": "${{ steps.inner }}",
            "finally": [{"action": "echo", "with": {}}],
        },
        {
            "switch": [{"if": "true", "steps": [{"value": 1}], "result": 2}],
            "else": {"steps": [{"fail": {"code": "GONE", "data": {"a": 1}}}]},
        },
        {
            "for": "line",
            "in": "inputs.lines",
            "at": "number",
            "result": "${{ line }}",
            "steps": [
                {"if": "number > 2", "break": True},
                {"if": "number > 1", "continue": True},
            ],
        },
        {"for": "line", "in": "inputs.lines", "parallel": 4, "steps": [{"value": "${{ line }}"}]},
        {"repeat": {"until": "true", "every": "5s", "max": 3}, "steps": [{"value": 1}]},
        {"parallel": {"a": [{"value": 1}], "b": [{"value": 2}]}, "result": 3},
        {"race": {"a": [{"wait": "5s"}], "b": [{"wait": {"until": "2026-01-01T00:00:00Z"}}]}},
        {"wait": {"event": "cart.gone", "if": "event.id == 'x'", "timeout": "1h"}},
        {"emit": {"type": "cart.seen", "subject": "${{ inputs.text }}", "data": {"a": 1}}},
        {
            "steps": [{"value": 1}],
            "catch": [{"on": "*", "steps": [{"fail": "${{ error }}"}]}],
        },
        {"if": "inputs.text == 'b'", "return": {"text": "c"}},
    ],
    "outputs": {"text": "${{ steps.call.text | default('none') }}"},
    "catch": [{"on": "GONE", "result": {"text": "gone"}}],
    "finally": [{"action": "echo", "with": {"secret": "${{ secrets.key }}"}}],
}

WORDS = st.sampled_from(
    [
        *("flow", "steps", "id", "if", "action", "with", "undo", "catch", "finally", "retry", "on"),
        *("switch", "else", "for", "in", "at", "parallel", "race", "repeat", "until", "every"),
        *("max", "result", "value", "wait", "event", "emit", "type", "fail", "return", "break"),
        *("continue", "timeout", "inputs", "outputs", "errors", "triggers", "$ref", "default"),
        *("1s", "PT5M", "-1s", "P1Y", "1e9d", "*", "GONE", "${{", "${{ }}", "${{ a }}", "$${{ a"),
        *("${{ steps.call }}", "inputs.text", "a b", "#", "#/a", "string", "x" * 200, "\x00", "é"),
        *("0 0 31 2 *", "99 * * * *", "Mars/Olympus", "2026-13-01", "__class__", "{{ a }}"),
    ]
)
NUMBERS = st.sampled_from([0, 1, -1, 3.5, 1e308, -1e-320, 64, 65, 10**18, 10**300, 2**63, 2**64])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [path]
    members = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(found for key, part in members for found in paths_in(part, (*path, key)))]


PATHS = paths_in(EVERYTHING)[1:]


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A flow with a few changes: a value replaced, removed, renamed, moved or made twice."""
    flow: dict[str, Any] = json.loads(json.dumps(EVERYTHING))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        owner: Any = flow
        with contextlib.suppress(LookupError, TypeError):
            for part in path[:-1]:
                owner = owner[part]
            change(draw, owner, path[-1])
    return flow


def change(draw: st.DrawFn, owner: Any, key: Any) -> None:
    what = draw(st.sampled_from(["replace", "remove", "rename", "move", "wrap"]))
    if what == "replace":
        owner[key] = draw(JSON)
    elif what == "remove":
        del owner[key]
    elif what == "wrap":
        owner[key] = draw(st.sampled_from([[owner[key]], {"steps": owner[key]}, {"a": owner[key]}]))
    elif isinstance(owner, dict):
        owner[draw(WORDS)] = owner.pop(key) if what == "rename" else owner[key]
    elif isinstance(owner, list):
        owner.insert(draw(st.integers(0, 3)), owner[key])


def read(document: Any) -> Flow | None:
    """Return the flow, or None if it is refused: with places and sentences."""
    problems: list[Problem] = []
    try:
        return parse_flow(load(json.dumps(document).encode(), "a.flow.json"), {})
    except InvalidDocumentError as error:
        problems = list(error.problems)
    assert problems
    for problem in problems:
        assert min(problem.line, problem.column) >= 1
        assert problem.rule
        assert problem.message
    return None


def test_the_flow_that_is_spoilt_is_right() -> None:
    assert read(EVERYTHING) is not None


@given(spoilt())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_spoilt_flow_is_refused_or_read(document: dict[str, Any]) -> None:
    read(document)


@given(JSON)
def test_any_value_is_refused_or_read(document: Any) -> None:
    read(document)


@given(JSON)
def test_any_value_may_stand_for_a_step(step: Any) -> None:
    read({"flow": "a", "steps": [step]})


@given(st.dictionaries(WORDS, JSON, min_size=1, max_size=5))
def test_any_members_may_stand_in_a_step(step: dict[str, Any]) -> None:
    read({"flow": "a", "steps": [{"value": 1, **step}]})
