"""Expressions, evaluated against names that stay the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cartflow.runtime.flow.expressions import (
    ExpressionError,
    Value,
    compile_expression,
    compile_value,
)
from cartflow.runtime.flow.sandbox import BadExpressionError

DATA: dict[str, Any] = {
    "inputs": {
        "one": 1,
        "half": 0.5,
        "text": "héllo",
        "list": [3, 1, 2],
        "object": {"items": 5, "none": None, "x-y": 7},
        "true": True,
        "none": None,
        "lines": [
            {"sku": "b", "price": 2, "tags": ["x"]},
            {"sku": "A", "price": 1, "gift": True, "tags": ["y", "z"]},
        ],
        "big": "x" * 1000,
    },
    "steps": {"cart": {"id": "c1", "lines": [{"sku": "q"}]}, "skipped": None},
    # names that mean something in a template, or in the code that Jinja2 makes of one
    **{
        name: f"my {name}" for name in ("self", "result", "names", "loop", "context", "environment")
    },
}


class Bound:
    """The names of `DATA`."""

    def __init__(self, data: dict[str, Any] = DATA) -> None:
        self._data = data

    def get(self, name: str) -> Any:
        return self._data[name]

    def available(self) -> list[str]:
        return sorted(self._data)


NAMES = Bound()


def evaluate(text: str) -> Any:
    return compile_expression(text).evaluate(NAMES)


def reason(text: str) -> str:
    """Return why an expression fails when it is evaluated."""
    expression = compile_expression(text)
    with pytest.raises(ExpressionError) as caught:
        expression.evaluate(NAMES)
    return str(caught.value.data["reason"])


def refusal(text: str) -> str:
    """Return why a text is no expression."""
    with pytest.raises(BadExpressionError) as caught:
        compile_expression(text)
    return str(caught.value)


def check(text: str, expected: Any) -> None:
    found = evaluate(text)
    assert found == expected
    assert json.dumps(found) == json.dumps(expected)  # 1 is not true, and 3 not 3.0


def compiled(raw: Any) -> Value:
    problems: list[Any] = []
    value = compile_value(raw, lambda path, message: problems.append((path, message)))
    assert problems == []
    return value
