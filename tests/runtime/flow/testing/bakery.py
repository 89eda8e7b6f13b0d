"""A bakery for flow tests: a plugin with actions that count in a store of their own, and flows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cartflow import ActionError, Context, action, hookimpl
from cartflow.runtime.flow.testing.verdicts import Verdict
from cartflow.runtime.workbench import Suite, Workbench

ERRORS = {
    "OVEN_COLD": {
        "status": 503,
        "title": "Oven Cold",
        "message": "the oven has {degrees} degrees",
        "retryable": True,
    },
    "NO_FLOUR": {"status": 409, "title": "No Flour", "message": "there is no flour"},
}


@action(
    "bake",
    input={"kind": {"type": "string", "minLength": 1}, "pieces": {"type": "integer", "default": 1}},
    output={"batch": {"type": "integer"}, "bread": {"type": "object"}},
    errors=ERRORS,
    examples=[
        {"title": "no flour", "input": {"kind": "rye"}, "error": "NO_FLOUR"},
        {
            "title": "a loaf",
            "input": {"kind": "rye"},
            "output": {"batch": 7, "bread": {"kind": "rye", "crumbs": [1, 2]}},
        },
    ],
)
def bake(ctx: Context) -> Any:
    """Bake for real: the batch is counted in the database."""
    if ctx.input["kind"] == "dust":
        raise ActionError("NO_FLOUR")
    if ctx.input["kind"] == "stone":
        message = "a tooth broke"
        raise RuntimeError(message)
    db = ctx.db
    db.exec_driver_sql("CREATE TABLE IF NOT EXISTS bakery (kind TEXT)")
    db.exec_driver_sql(f"INSERT INTO bakery (kind) VALUES ('{ctx.input['kind']}')")
    batch = db.exec_driver_sql("SELECT COUNT(*) FROM bakery").scalar_one()
    return {"batch": batch, "bread": {"kind": ctx.input["kind"], "on": ctx.now.isoformat()}}


@action("discard", input={"batch": {"type": "integer"}}, output={"done": {"type": "boolean"}})
def discard(ctx: Context) -> Any:
    """Throw a batch away."""
    return {"done": True}


@action(
    "lock",
    input={},
    output={"by": {"type": "string"}},
    access=["customer", "admin"],
    effect="none",
    examples=[{"title": "at night", "input": {}, "output": {"by": "anna"}}],
)
def lock(ctx: Context) -> Any:
    """Lock up; guests may not."""
    return {"by": ctx.principal.id}


class Bakery:
    """The plugin; its flow `deliver` calls `bake`."""

    def __init__(self, folder: Path) -> None:
        self.flow = folder / "deliver.flow.yaml"
        self.flow.write_text(
            "flow: deliver\n"
            "inputs: { kind: string }\n"
            "steps:\n"
            "  - id: loaf\n"
            "    action: bake\n"
            '    with: { kind: "${{ inputs.kind }}" }\n'
            "outputs: { batch: '${{ steps.loaf.batch }}' }\n"
        )

    @hookimpl
    def cartflow_actions(self) -> Any:
        return [bake, discard, lock]

    @hookimpl
    def cartflow_flows(self) -> Any:
        return [self.flow]


class Kitchen:
    """Writes flows and their tests down, and runs them."""

    def __init__(self, folder: Path, bench: Workbench) -> None:
        self.folder = folder
        self.bench = bench

    def suite(self, tests: str, flow: str = "") -> Suite:
        """Return the tests of `snack.flowtest.yaml`, and of the flow beside it."""
        if flow:
            (self.folder / "snack.flow.yaml").write_text(flow)
        file = self.folder / "snack.flowtest.yaml"
        file.write_text(tests)
        return self.bench.load(file)

    def verdict(self, test: str, flow: str) -> Verdict:
        """Return what came of the one test whose keys *test* holds, with `title` given."""
        lines = [f"    {line}" for line in test.strip("\n").splitlines()]
        text = "\n".join(["flow: snack", "tests:", "  - title: it works", *lines]) + "\n"
        suite = self.suite(text, flow)
        return self.bench.run(suite, suite.tests[0])
