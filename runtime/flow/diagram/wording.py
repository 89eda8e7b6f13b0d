"""What steps, conditions and times are called in a picture: words for people, not ids."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ..called import Contracts
from ..expressions import Value
from ..model import (
    ActionStep,
    Duration,
    EmitStep,
    FailStep,
    Flow,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    WaitStep,
)
from .journey import Visit

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
_QUOTED: Final = re.compile(r"""("[^"]*"|'[^']*')""")
_ROOTS: Final = re.compile(r"\b(?:steps|inputs)\.(?=\w)")

_KINDS: Final[Mapping[str, str]] = {
    "block": "Together",
    "switch": "Which case?",
    "parallel": "All at once",
    "race": "The first to succeed",
    "value": "Work out",
    "break": "Leave the loop",
    "continue": "Next turn",
    "return": "Return",
}


def humanised(name: str) -> str:
    """Return an identifier as words: `addToCart`, `ADD_TO_CART` and `add-to-cart` alike."""
    words = [word if _is_acronym(word, name) else word.lower() for word in _WORDS.findall(name)]
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def _is_acronym(word: str, name: str) -> bool:
    return word.isupper() and (len(word) == 1 or not name.isupper()) and len(word) < 5


def title_of(step: Step, contracts: Contracts) -> str:
    """Return what a step is called: its title, or else words for what it does."""
    if step.title:
        return step.title
    if isinstance(step, ActionStep):
        contract = contracts(step.action)
        return contract.title if contract is not None else humanised(step.action)
    if isinstance(step, FailStep):
        return _failure_title(step)
    if isinstance(step, WaitStep):
        return _wait_title(step)
    if isinstance(step, EmitStep):
        return f"Announce {step.type}"
    if isinstance(step, ForStep):
        return f"For each {humanised(step.variable).lower()}"
    if isinstance(step, RepeatStep):
        return f"Until {condition_text(step.until)}"
    if step.kind == "value" and step.id is not None:
        return f"Work out {humanised(step.id).lower()}"
    return _KINDS[step.kind]


def _failure_title(step: FailStep) -> str:
    if step.again is not None:
        return "Fail with the same error"
    message = step.message.constant if step.message is not None else None
    return step.error_title or message or humanised(step.code)


def _wait_title(step: WaitStep) -> str:
    if step.event is not None:
        return f"Wait for {step.event.type}"
    if step.until is not None:
        return f"Wait until {condition_text(step.until)}"
    return f"Wait {duration_text(step.duration)}" if step.duration else "Wait"


def note_of(step: Step, contracts: Contracts) -> str:
    """Return the small print under a step's title; empty if there is none to say."""
    if isinstance(step, ActionStep):
        contract = contracts(step.action)
        is_flow = contract is not None and contract.effect == "steps"
        return f"flow {step.action}" if is_flow else step.action
    if isinstance(step, FailStep):
        return " ".join(filter(None, (step.code, str(step.status or ""))))
    if isinstance(step, ReturnStep):
        return ", ".join(_output_text(name, value) for name, value in step.outputs.items())
    if isinstance(step, WaitStep) and step.event is not None:
        return _event_note(step)
    if isinstance(step, EmitStep):
        return step.type if step.title else ""
    if isinstance(step, ForStep):
        together = f", {step.parallel} at a time" if step.parallel else ""
        return f"in {condition_text(step.items)}{together}"
    if isinstance(step, RepeatStep):
        every = f", every {duration_text(step.every)}" if step.every else ""
        return f"at most {step.max_turns} turns{every}"
    if isinstance(step, ParallelStep | RaceStep):
        return _branches_note(step)
    return ""


def _output_text(name: str, value: Value) -> str:
    is_short = isinstance(value.constant, str | int | float)
    return f"{name}: {value.constant}" if is_short else name


def _event_note(step: WaitStep) -> str:
    assert step.event is not None  # asked before
    event = step.event.type if step.title else ""
    limit = f"at most {duration_text(step.event.timeout)}" if step.event.timeout else ""
    return ", ".join(filter(None, (event, limit)))


def _branches_note(step: ParallelStep | RaceStep) -> str:
    if not isinstance(step, RaceStep):
        return f"{len(step.branches)} branches at once"
    others = "others are" if len(step.branches) > 2 else "other is"
    return f"first of {len(step.branches)} to succeed; the {others} undone"


def tooltip_of(step: Step, contracts: Contracts) -> str:
    """Return all that there is to say about a step, in a few lines."""
    name = f"{step.kind} {step.id}" if step.id else step.kind
    lines = [title_of(step, contracts), name, note_of(step, contracts)]
    if step.condition is not None:
        lines.append(f"if {condition_text(step.condition, in_full=True)}")
    if isinstance(step, RepeatStep):
        lines.append(f"until {condition_text(step.until, in_full=True)}")
    if step.retry is not None:
        codes = ", ".join(step.retry.on or ("what may be tried again",))
        lines.append(f"at most {step.retry.max_attempts} attempts, on {codes}")
    if step.timeout is not None:
        lines.append(f"at most {duration_text(step.timeout)} each attempt")
    return "\n".join(dict.fromkeys(filter(None, lines)))


def condition_text(value: Value, *, in_full: bool = False) -> str:
    """Return an expression without delimiters; in short, without `steps` and `inputs` as well."""
    texts = [expression.text for _, expression in value.expressions]
    text = " ".join((texts[0] if texts else json.dumps(value.raw, ensure_ascii=False)).split())
    return text if in_full else _without_roots(text)


def _without_roots(text: str) -> str:
    parts = _QUOTED.split(text)
    parts[::2] = [_ROOTS.sub("", part) for part in parts[::2]]
    return "".join(parts)


def duration_text(duration: Duration) -> str:
    """Return a length of time of a flow file."""
    if duration.seconds is not None:
        return seconds_text(duration.seconds)
    return condition_text(duration.value) if duration.value is not None else ""


def time_text(visit: Visit) -> str:
    """Return how long a step took in a run, and how often it was done."""
    times = f" \u00d7{visit.count}" if visit.count > 1 else ""
    length = seconds_text(visit.seconds) if visit.seconds >= 0.0005 else "<1 ms"
    return f"{length}{times}"


_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"))


def seconds_text(seconds: float) -> str:
    """Return a length of time in the one or two units that matter."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.3g} s"
    rest = round(seconds)
    parts: list[str] = []
    for length, unit in (*_UNITS, (1, "s")):
        count, rest = divmod(rest, length)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, parts[:2]))


def inputs_of(flow: Flow) -> list[tuple[str, str]]:
    """Return what each input is called, and what else there is to know about it."""
    found = []
    for name, schema in flow.inputs["properties"].items():
        described = schema if isinstance(schema, Mapping) else {}
        found.append((str(described.get("title") or humanised(name)), _input_note(flow, name)))
    return found


def _input_note(flow: Flow, name: str) -> str:
    schema: Any = flow.inputs["properties"][name]
    described = schema if isinstance(schema, Mapping) else {}
    if "default" in described:
        default = described["default"]
        text = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
        return f"default {text}"
    words = ["optional"] if name in flow.optional else []
    return ", ".join([*words, *(["secret"] if described.get("writeOnly") else [])])


def starts_of(flow: Flow) -> list[str]:
    """Return what starts runs of a flow by itself."""
    return [
        f"at {trigger.schedule} {trigger.timezone}"
        if trigger.schedule is not None
        else f"on {trigger.event}"
        for trigger in flow.triggers
    ]
