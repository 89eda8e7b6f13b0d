"""Names that nobody uses."""

from __future__ import annotations

from .subject import Subject


def check_unused(subject: Subject) -> None:
    """Warn of ids and inputs that no expression uses; to be asked when all names were looked at."""
    roots = {reference[0] for reference in subject.used if len(reference) == 1}
    if "inputs" not in roots:
        for name in subject.flow.inputs["properties"]:
            if ("inputs", name) not in subject.used:
                message = f"the input {name!r} is never used; use it, or remove it"
                subject.say(("inputs", name), "unused-input", message, key=True)
    if "steps" not in roots:
        for step in subject.steps:
            if step.id is not None and ("steps", step.id) not in subject.used:
                message = f"no expression uses the step {step.id!r}; remove the id, or use it"
                subject.say((*step.at, "id"), "unused-id", message)
