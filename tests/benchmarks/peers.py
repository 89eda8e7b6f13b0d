"""The same row of steps in other engines: each takes a text and puts it into a variable."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from pypyr import pipelinerunner
from SpiffWorkflow.operators import Assign
from SpiffWorkflow.specs import Simple, WorkflowSpec
from SpiffWorkflow.workflow import Workflow

from .measure import Work

_DEEP = 100_000
"""SpiffWorkflow looks ahead by recursion: a thousand steps are too many for Python's own limit."""


def pypyr(times: int) -> Work:
    """Return a run of *times* steps of `pypyr.steps.set`."""
    folder = Path(tempfile.mkdtemp(prefix="cartflow-bench-"))
    step = {"name": "pypyr.steps.set", "in": {"set": {"result": "{text}"}}}
    file = folder / f"steps{times}.yaml"
    file.write_text(json.dumps({"steps": [step] * times}))
    name = str(file.with_suffix(""))
    return lambda: pipelinerunner.run(name, dict_in={"text": "hello"})


def spiff(times: int) -> Work:
    """Return a run of *times* tasks of the kind that costs SpiffWorkflow least."""
    spec = WorkflowSpec("bench", addstart=True)
    last = spec.start
    for number in range(times):
        assign = Assign("result", right_attribute="text")
        task = Simple(spec, f"s{number}", post_assign=[assign])
        last.connect(task)
        last = task

    def run() -> None:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(_DEEP)
        try:
            workflow = Workflow(spec)
            workflow.task_tree.set_data(text="hello")
            workflow.run_all()
        finally:
            sys.setrecursionlimit(usual)
        if workflow.last_task.data["result"] != "hello":
            message = "the peer did not do its work"
            raise RuntimeError(message)

    return run
