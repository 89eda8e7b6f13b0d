"""From steps to boxes: every kind of step, and the handlers around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..expressions import Value
from ..model import (
    BlockStep,
    BreakStep,
    Case,
    Clause,
    ContinueStep,
    FailStep,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    SwitchStep,
)
from .asides import guarded, with_catch, with_undo
from .boxes import Box, single
from .cards import Words, card, diamond, head, pill, question
from .joints import Back, Column, Entry, chain, fork, frame
from .scene import Role, State
from .telling import Teller
from .wording import condition_text, humanised

_ROLES: Final[Mapping[type[Step], Role]] = {
    BlockStep: "block",
    SwitchStep: "branch",
    ForStep: "loop",
    RepeatStep: "loop",
    ParallelStep: "branch",
    RaceStep: "branch",
    FailStep: "error",
    ReturnStep: "return",
    BreakStep: "loop",
    ContinueStep: "loop",
}
"""The colour of a kind that has one of its own."""

_ENDS: Final = (FailStep, ReturnStep, BreakStep, ContinueStep)


class Layout:
    """Makes boxes of steps.

    Args:
        told: What is said of them.
    """

    def __init__(self, told: Teller) -> None:
        self._told = told

    def body(self, body: BlockStep) -> Box:
        """Return the steps of a flow, in a frame if it has handlers or a time limit of its own."""
        box = self.steps(body.steps, "main")
        if body.catch or body.timeout is not None:
            words = Words("The whole flow", remarks=self._told.remarks(body))
            before = self._told.into_any(body.steps[:1])
            box = frame(head(words, "block", "block", ""), box, "main", before=before)
        return self._with_finally(body, self._with_catch(body, box, "main"), "main")

    def steps(self, steps: Sequence[Step], role: Role, empty: State = "") -> Box:
        """Return steps one below the other.

        Args:
            steps: The steps.
            role: What they are about.
            empty: What a run did, if there are none.
        """
        entries = [Entry(self.step(step, role), self._told.into(step.at)) for step in steps]
        return chain(entries, role, empty)

    def step(self, step: Step, role: Role) -> Box:
        """Return a step with all its handlers."""
        box = self._work(step, role)
        if step.undo:
            state = self._told.into_any(step.undo)
            label = pill("undo", "undo", "undo", state, "what takes this step back")
            entry = Entry(self.steps(step.undo, "undo", state), state)
            box = with_undo(box, Column(label, entry), role)
        box = self._with_finally(step, self._with_catch(step, box, role), role)
        if step.condition is None:
            return box
        text, full = _condition(step.condition, "if")
        asked = question(f"{text}?", role, self._told.into(step.at), full)
        around = self._told.skipped(step)
        after = self._told.state("lit" in (around, box.after))
        return guarded(asked, box, role, self._told.ran(step), around, after)

    # ---- the work of a step

    def _work(self, step: Step, role: Role) -> Box:
        if isinstance(step, BlockStep):
            body = self.steps(step.steps, role, self._told.ran(step))
            return self._frame(step, body, role)
        if isinstance(step, ForStep | RepeatStep):
            return self._loop(step, role)
        if isinstance(step, SwitchStep):
            return self._switch(step, role)
        if isinstance(step, ParallelStep | RaceStep):
            return self._branches(step, role)
        if isinstance(step, _ENDS):
            return self._end(step)
        return self._card(step, role)

    def _card(self, step: Step, role: Role) -> Box:
        told = self._told
        colour, outcome = _own(step, role), told.outcome(step)
        made = single(card(told.words(step), told.icon(step, role), colour, outcome))
        made.after = told.passed(step)
        return made

    def _end(self, step: Step) -> Box:
        told = self._told
        colour = _ROLES[type(step)]
        node = card(told.words(step), told.icon(step), colour, told.ran(step), is_end=True)
        made = single(node)
        made.flows, made.after = False, told.state(False)
        return made

    def _frame(self, step: Step, body: Box, role: Role, back: Back | None = None) -> Box:
        told = self._told
        colour, outcome = _own(step, role), told.outcome(step)
        found = head(told.words(step), told.icon(step), colour, outcome)
        if isinstance(step, ForStep) and step.parallel is not None:
            found = found._replace(node=replace(found.node, is_many=True))
        before = told.into_any(getattr(step, "steps", ())[:1])
        made = frame(found, body, role, before=before, back=back)
        made.after = told.passed(step)
        return made

    def _loop(self, step: ForStep | RepeatStep, role: Role) -> Box:
        ran, back = self._told.ran(step), self._told.turned(step)
        body = self.steps(step.steps, role, ran)
        if isinstance(step, ForStep):
            return self._frame(step, body, role, None if step.parallel else Back(back))
        text, full = _condition(step.until, "until")
        asked = question(f"{text}?", _own(step, role), body.after, full)
        end = single(asked)
        end.after = self._told.passed(step)
        entries = [Entry(body), Entry(end, body.after)] if step.steps else [Entry(end)]
        return self._frame(step, chain(entries, role), role, Back(back, asked))

    def _switch(self, step: SwitchStep, role: Role) -> Box:
        colour, outcome, words = _own(step, role), self._told.outcome(step), self._told.words(step)
        if step.title or words.remarks:
            top = single(card(words, "case", colour, outcome))
        else:
            top = single(diamond(colour, outcome, words.tooltip))
        columns = [self._case(case, colour, role) for case in step.cases]
        if all(case.condition is not None for case in step.cases):
            state = self._told.otherwise(step, step.cases)
            label = pill("otherwise", "else", colour, state, "none of the cases")
            columns.append(Column(label, Entry(Box(after=state), state)))
        made = fork(top, columns, role, bars=False)
        made.after = self._told.passed(step)
        return made

    def _case(self, case: Case, colour: Role, role: Role) -> Column:
        state = self._told.into(case.at)
        text, full, icon = "otherwise", "none of the other cases", "else"
        if case.condition is not None:
            (text, full), icon = _condition(case.condition, "if"), "if"
        label = pill(text, icon, colour, state, full)
        return Column(label, Entry(self.steps(case.steps, role, state), state))

    def _branches(self, step: ParallelStep | RaceStep, role: Role) -> Box:
        colour = _own(step, role)
        top = self._card(step, role)
        top.after = self._told.ran(step)
        columns = []
        for branch in step.branches:
            state = self._told.into(branch.at)
            label = pill(humanised(branch.name), "branch", colour, state, f"branch {branch.name}")
            columns.append(Column(label, Entry(self.steps(branch.steps, role, state), state)))
        made = fork(top, columns, role, bars=True)
        made.after = self._told.passed(step)
        return made

    # ---- handlers

    def _with_catch(self, step: Step, box: Box, role: Role) -> Box:
        if not step.catch:
            return box
        states = [self._told.caught(step, clause) for clause in step.catch]
        columns = [self._clause(*pair) for pair in zip(step.catch, states, strict=True)]
        after = self._told.state("lit" in (box.after, *states))
        return with_catch(box, columns, role, after)

    def _clause(self, clause: Clause, state: State) -> Column:
        text = full = "any error" if clause.on == ("*",) else ", ".join(clause.on)
        if clause.condition is not None:
            short, long = _condition(clause.condition, "if")
            text, full = f"{text} if {short}", f"{full} {long}"
        label = pill(text, "catch", "error", state, f"catch {full}")
        return Column(label, Entry(self.steps(clause.steps, "error", state), state))

    def _with_finally(self, step: Step, box: Box, role: Role) -> Box:
        if not step.finally_:
            return box
        state = self._told.into_any(step.finally_)
        words = Words("Always, at the end", tooltip="finally: whatever happened before")
        steps = self.steps(step.finally_, "finally")
        ending = frame(head(words, "finally", "finally", state), steps, "finally", before=state)
        # it runs as well when the flow does not go on behind it
        made = chain([Entry(replace(box, flows=True)), Entry(ending, state)], role)
        made.flows, made.after = box.flows, box.after
        return made


def _own(step: Step, role: Role) -> Role:
    """Return the colour of a step: that of its kind, but in a handler that of the handler."""
    return _ROLES.get(type(step), "main") if role == "main" else role


def _condition(value: Value, word: str) -> tuple[str, str]:
    """Return a condition as it is shown, and in full."""
    return condition_text(value), f"{word} {condition_text(value, in_full=True)}"
