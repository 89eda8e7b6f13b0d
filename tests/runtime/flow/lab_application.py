"""Scripted actions with contracts, in a real application: for what only `invoke` knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cartflow import GUEST, Action, ActionError, Application, Context, Principal, action
from cartflow.runtime.flow.trace import Trace
from cartflow.runtime.runs import RunOptions

from ..bring import Bring

CUSTOMER = Principal("customer", "42")


class ApplicationLab:
    """An application with the actions and flows of one case.

    Args:
        case: See `test_conformance`.
        folder: For the files of the flows.
    """

    def __init__(self, case: Mapping[str, Any], folder: Path) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.trace = Trace()
        self._count: dict[str, int] = {}
        self._principal = GUEST if case.get("as") == "guest" else CUSTOMER
        files = []
        for name, flow in {"case": case["flow"], **case.get("flows", {})}.items():
            files.append(folder / f"{name}.flow.yaml")
            files[-1].write_text(json.dumps({"flow": name, **flow}))
        scripts = case.get("actions", {})
        actions = [self._action(name, script) for name, script in scripts.items()]
        self._app = Application.open(
            environment={"CARTFLOW_DATABASE_URL": f"sqlite:///{folder}/case.db"},
            plugins=[("case", Bring(actions=actions, flows=files))],
        )

    def run(self, given: Mapping[str, Any]) -> Any:
        """Return the output of the flow, or raise the `ActionError` that leaves it."""
        with self._app as app:
            for complaint in app.complaints():
                raise AssertionError(complaint)
            options = RunOptions(trace=self.trace)
            return app.invoke("case", given, principal=self._principal, options=options)

    def _action(self, name: str, script: Mapping[str, Any]) -> Action:
        def handler(ctx: Context) -> Any:
            """Answer as the script says."""
            self.calls.append((name, dict(ctx.input)))
            number = self._count[name] = self._count.get(name, -1) + 1
            answers = script.get("sequence", [script])
            answer = answers[min(number, len(answers) - 1)]
            if "crash" in answer:
                raise RuntimeError(answer["crash"])
            if "error" in answer:
                raise ActionError(answer["error"])
            return dict(ctx.input) if answer.get("echo") else answer.get("output", {})

        contract: dict[str, Any] = {
            "input": script.get("input", {"type": "object"}),
            "output": script.get("output_schema", {"type": "object"}),
            "errors": {
                code: {"status": 409, "title": code, "message": code, "retryable": retryable}
                for code, retryable in script.get("errors", {}).items()
            },
            **({"access": script["access"]} if "access" in script else {}),
        }
        return action(name, **contract)(handler)
