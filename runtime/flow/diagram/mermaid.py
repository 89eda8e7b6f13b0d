"""A flow as the text of a Mermaid flowchart, for pages that draw such texts themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..called import Contracts
from ..model import (
    BlockStep,
    BreakStep,
    ContinueStep,
    FailStep,
    Flow,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    SwitchStep,
)
from .fonts import clean
from .journey import Journey
from .scene import Role
from .wording import condition_text, humanised, note_of, time_text, title_of

_CLASSES: Final = (
    "classDef error fill:#fdebee,stroke:#c62a47,color:#1c2434",
    "classDef undo fill:#fdf1dc,stroke:#cf9236,color:#1c2434,stroke-dasharray:5 4",
    "classDef finally fill:#f0eafc,stroke:#6b46c9,color:#1c2434",
    "classDef return fill:#e2f5ec,stroke:#13794d,color:#1c2434",
    "classDef lit stroke-width:3px",
    "classDef dim opacity:0.4",
)

_LONGEST: Final = 120
"""Characters of a label."""

_ENDS: Final = (FailStep, ReturnStep, BreakStep, ContinueStep)

Exit = tuple[str, str]
"""A node that the flow leaves, and what is said on the line from there."""


class MermaidWriter:
    """Writes one flow.

    Args:
        contracts: Looks up what an action is called.
        journey: The way of a run; None if none is shown.
    """

    def __init__(self, contracts: Contracts, journey: Journey | None = None) -> None:
        self._contracts = contracts
        self._journey = journey
        self._lines: list[str] = []
        self._count = 0
        self._depth = 1

    def write(self, flow: Flow) -> str:
        """Return the text; the same flow gives the same text."""
        self._lines = ["flowchart TD"]
        start = self._node('(["{}"])', flow.title or humanised(flow.name))
        open_ends = self._steps(flow.body.steps, [(start, "")], "main")
        open_ends = self._handlers(flow.body, start, open_ends, "main")
        if open_ends:
            self._link(open_ends, self._node('(["{}"])', "Done"))
        return "\n".join((*self._lines, *(f"  {line}" for line in _CLASSES), ""))

    # ---- steps

    def _steps(self, steps: Sequence[Step], before: list[Exit], role: Role) -> list[Exit]:
        for step in steps:
            before = self._step(step, before, role)
        return before

    def _step(self, step: Step, before: list[Exit], role: Role) -> list[Exit]:
        passing: list[Exit] = []
        if step.condition is not None:
            asked = self._node('{{{{"{}"}}}}', f"{condition_text(step.condition)}?", role)
            self._link(before, asked)
            before, passing = [(asked, "yes")], [(asked, "no")]
        first = f"n{self._count}"
        ends = self._work(step, before, role)
        return self._handlers(step, first, ends, role) + passing

    def _work(self, step: Step, before: list[Exit], role: Role) -> list[Exit]:
        if isinstance(step, BlockStep | ForStep | RepeatStep):
            return self._frame(step, before, role)
        title = self._title(step)
        if isinstance(step, SwitchStep):
            top = self._node('{{"{}"}}', title, role, step)
            self._link(before, top)
            return self._cases(step, top, role)
        if isinstance(step, ParallelStep | RaceStep):
            top = self._node('[["{}"]]', title, role, step)
            self._link(before, top)
            ends: list[Exit] = []
            for branch in step.branches:
                ends += self._steps(branch.steps, [(top, humanised(branch.name))], role)
            return ends
        shape = '(["{}"])' if isinstance(step, _ENDS) else '["{}"]'
        made = self._node(shape, title, role, step)
        self._link(before, made)
        return [] if isinstance(step, _ENDS) else [(made, "")]

    def _cases(self, step: SwitchStep, top: str, role: Role) -> list[Exit]:
        ends: list[Exit] = []
        for case in step.cases:
            text = "otherwise" if case.condition is None else condition_text(case.condition)
            ends += self._steps(case.steps, [(top, text)], role)
        if all(case.condition is not None for case in step.cases):
            ends.append((top, "otherwise"))
        return ends

    def _frame(
        self, step: BlockStep | ForStep | RepeatStep, before: list[Exit], role: Role
    ) -> list[Exit]:
        top = self._node('["{}"]', self._title(step), role, step)
        self._link(before, top)
        self._say(f'subgraph g{self._count} [" "]')
        self._depth += 1
        ends = self._steps(step.steps, [(top, "")], role)
        if isinstance(step, RepeatStep):
            asked = self._node('{{{{"{}"}}}}', f"{condition_text(step.until)}?", role)
            self._link(ends, asked)
            self._say(f"{asked} -->|no| {top}")
            ends = [(asked, "yes")]
        self._depth -= 1
        self._say("end")
        if isinstance(step, ForStep) and step.parallel is None and step.steps:
            for end, _ in ends:
                self._say(f"{end} -->|next| {top}")
        return ends

    # ---- handlers

    def _handlers(self, step: Step, node: str, ends: list[Exit], role: Role) -> list[Exit]:
        for inner in step.undo:
            undo = f"n{self._count}"
            self._step(inner, [], "undo")
            self._say(f"{node} -.->|undo| {undo}")
        for clause in step.catch:
            text = "any error" if clause.on == ("*",) else ", ".join(clause.on)
            if clause.condition is not None:
                text += f" if {condition_text(clause.condition)}"
            ends = ends + self._steps(clause.steps, [(node, text)], "error")
        if step.finally_:
            last = self._steps(step.finally_, ends or [(node, "")], "finally")
            ends = last if ends else []
        return ends

    # ---- text

    def _title(self, step: Step) -> str:
        parts = [title_of(step, self._contracts)]
        if isinstance(step, ForStep | RepeatStep):
            parts.append(note_of(step, self._contracts))
        visit = self._journey.visit(step) if self._journey else None
        if visit is not None and visit.count:
            parts.append(f"({time_text(visit)})")
        return " ".join(parts)

    def _node(self, shape: str, text: str, role: Role = "main", step: Step | None = None) -> str:
        name = f"n{self._count}"
        self._count += 1
        self._say(f"{name}{shape.format(escaped(text))}")
        for style in self._styles(role, step):
            self._say(f"class {name} {style}")
        return name

    def _styles(self, role: Role, step: Step | None) -> Iterator[str]:
        if isinstance(step, FailStep) or role == "error":
            yield "error"
        elif isinstance(step, ReturnStep):
            yield "return"
        elif role != "main":
            yield role
        if step is not None and self._journey is not None:
            yield "lit" if self._journey.ran(step) else "dim"

    def _link(self, before: Sequence[Exit], node: str) -> None:
        for start, text in before:
            label = f'|"{escaped(text)}"|' if text else ""
            self._say(f"{start} -->{label} {node}")

    def _say(self, line: str) -> None:
        self._lines.append("  " * min(self._depth, 20) + line)


def escaped(text: str) -> str:
    """Return *text* as it may stand between quotes; Mermaid writes characters as `#65;`."""
    shown = clean(text[: _LONGEST + 1])
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}…"
    return "".join(_escape(character) for character in shown) or " "


def _escape(character: str) -> str:
    is_safe = character.isalnum() or character in " ,?!'()=:/-_" or ord(character) > 0x7F
    return character if is_safe else f"#{ord(character)};"
