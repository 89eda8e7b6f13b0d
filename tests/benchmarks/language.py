"""Reading, checking and evaluating, beside what the bare libraries and bare Python take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from cartflow import Application
from cartflow.runtime.flow.expressions import compile_expression
from cartflow.runtime.flow.scope import Scope

from .measure import Figure, ratio

_STEPS = 200


def checking(app: Application) -> Iterator[Figure]:
    text = _flow_of_calls().encode()

    def ours() -> None:
        compile_expression.cache_clear()  # as in a process that has just begun
        _flow, problems = app.library.read(text, "bench.flow.yaml")
        if problems:
            message = f"expected a flow without problems, got {problems[0]}"
            raise RuntimeError(message)

    def baseline() -> None:
        yaml.load(text, yaml.CSafeLoader)

    figure = ratio(ours, baseline, times=1, rounds=15)
    yield Figure(f"checking {_STEPS} steps : yaml.load (C) of the file", figure, 12.0)


def _flow_of_calls() -> str:
    """Return a flow of calls, each of which uses what came of the one before."""
    lines = ["flow: bench-check", "inputs:", "  text: string", "steps:"]
    value = "inputs.text"
    for number in range(_STEPS):
        lines += [
            f"  - id: s{number}",
            "    action: echo",
            f'    with: {{ text: "${{{{ {value} }}}}" }}',
        ]
        value = f"steps.s{number}.text"
    return "\n".join([*lines, "outputs:", f"  text: ${{{{ {value} }}}}", ""])


def paths() -> Iterator[Figure]:
    expression = compile_expression("inputs.cart.lines[0].product.sku")
    for size, what in ((1, "little data"), (1_000_000, "1 MB of data")):
        data = _data(size)
        scope = Scope.outermost(data, frozenset())

        def ours(scope: Scope = scope) -> None:
            for _ in range(1000):
                expression.evaluate(scope)

        def baseline(names: dict[str, Any] = data) -> None:
            for _ in range(1000):
                names["inputs"]["cart"]["lines"][0]["product"]["sku"]

        yield Figure(
            f"a path : the same look-ups, {what}", ratio(ours, baseline, times=1, rounds=301), 3.0
        )


def _data(size: int) -> dict[str, Any]:
    line = {"product": {"sku": "A", "name": "x" * 80}, "quantity": 1}
    lines = [line] * max(1, size // 120)
    return {"inputs": {"cart": {"lines": lines}, **{f"n{at}": at for at in range(size // 1000)}}}
