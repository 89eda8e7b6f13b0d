"""What is said of a step: its words and icon, and what a run did with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..called import Contracts
from ..model import (
    ActionStep,
    BlockStep,
    BreakStep,
    Case,
    Clause,
    ContinueStep,
    EmitStep,
    FailStep,
    ForStep,
    ParallelStep,
    Path,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    SwitchStep,
    ValueStep,
    WaitStep,
)
from .cards import Remark, Words
from .journey import Journey
from .scene import Role, State
from .wording import duration_text, note_of, time_text, title_of, tooltip_of

_ICONS: Final[Mapping[type[Step], str]] = {
    BlockStep: "block",
    SwitchStep: "case",
    ForStep: "for",
    RepeatStep: "repeat",
    ParallelStep: "parallel",
    RaceStep: "race",
    WaitStep: "wait",
    EmitStep: "emit",
    ValueStep: "value",
    FailStep: "fail",
    ReturnStep: "return",
    BreakStep: "break",
    ContinueStep: "continue",
}


class Teller:
    """Knows what the steps of a flow are called, and the way of a run through them.

    Args:
        contracts: Looks up what an action is called.
        journey: The way of a run; None if none is shown: then every state is empty.
    """

    def __init__(self, contracts: Contracts, journey: Journey | None = None) -> None:
        self._contracts = contracts
        self._journey = journey

    def words(self, step: Step) -> Words:
        """Return what the card of a step says."""
        contracts = self._contracts
        title, note = title_of(step, contracts), note_of(step, contracts)
        return Words(title, note, tooltip_of(step, contracts), self.remarks(step))

    def icon(self, step: Step, role: Role = "main") -> str:
        """Return the name of the icon of a step; what is undone has its own."""
        if not isinstance(step, ActionStep):
            return _ICONS[type(step)]
        if role == "undo":
            return "undo"
        contract = self._contracts(step.action)
        is_flow = contract is not None and contract.effect == "steps"
        return "flow" if is_flow else "action"

    def remarks(self, step: Step) -> list[Remark]:
        """Return the chips of a step."""
        remarks = []
        if step.retry is not None:
            remarks.append(Remark("retry", f"up to {step.retry.max_attempts} attempts"))
        if step.timeout is not None:
            remarks.append(Remark("wait", f"at most {duration_text(step.timeout)}"))
        visit = self._journey.visit(step) if self._journey else None
        if visit is None or not visit.count:
            return remarks
        remarks.append(Remark("clock", time_text(visit), "time"))
        if visit.has_failed:
            remarks.append(Remark("fail", visit.codes[-1], "failed"))
        elif not visit.succeeded:
            remarks.append(Remark("break", "cancelled" if visit.cancelled else "not finished"))
        if any(self._has_reached(undo.at) for undo in step.undo):
            remarks.append(Remark("undo", "undone", "undone"))
        return remarks

    # ---- what a run did

    def state(self, went: bool) -> State:
        """Return the state of what a run went through, or did not."""
        if self._journey is None:
            return ""
        return "lit" if went else "dim"

    def into(self, at: Path) -> State:
        """Return the state of the way into a step, case, branch or clause."""
        return self.state(self._has_reached(at))

    def into_any(self, steps: Sequence[Step]) -> State:
        """Return the state of the way into the first of these that the run came to."""
        return self.state(any(self._has_reached(step.at) for step in steps))

    def ran(self, step: Step) -> State:
        """Return the state of the way into a step whose `if` held."""
        return self.state(self._journey is not None and self._journey.ran(step))

    def skipped(self, step: Step) -> State:
        """Return the state of the way around a step whose `if` did not hold."""
        visit = self._journey.visit(step) if self._journey else None
        return self.state(visit is not None and visit.skipped > 0)

    def passed(self, step: Step) -> State:
        """Return the state of the way out of a step."""
        return self.state(self._journey is not None and self._journey.passed(step))

    def turned(self, step: ForStep | RepeatStep) -> State:
        """Return the state of the way from one turn of a loop to the next."""
        visits = [self._journey.visit(inner) for inner in step.steps] if self._journey else []
        return self.state(any(it is not None and it.count + it.skipped > 1 for it in visits))

    def caught(self, step: Step, clause: Clause) -> State:
        """Return the state of the way into a clause."""
        return self.state(self._journey is not None and self._journey.caught(step, clause))

    def otherwise(self, step: Step, cases: Sequence[Case]) -> State:
        """Return the state of the way through a switch of which no case was taken."""
        taken = any(self._has_reached(case.at) for case in cases)
        return self.state(not taken and self.passed(step) == "lit")

    def outcome(self, step: Step) -> State:
        """Return what became of a step itself, before it was caught."""
        visit = self._journey.visit(step) if self._journey else None
        if visit is not None and visit.has_failed:
            return "failed"
        return self.ran(step)

    def _has_reached(self, at: Path) -> bool:
        return self._journey is not None and self._journey.reached(at)
