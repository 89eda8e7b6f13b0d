"""What random flows say, and what is in sight where they say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

ACTIONS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


class Words:
    """What a random flow says inside of its steps; here, as little as possible."""

    def value(self, spot: Spot) -> Any:
        """Return something that may stand wherever a value may."""
        if spot.seen and spot.maybe(60):
            return "${{ " + spot.one_of(*spot.seen) + " }}"
        return spot.one_of(0, "text", None)

    def condition(self, spot: Spot) -> Any:
        return spot.one_of(True, False)

    def action(self, spot: Spot) -> dict[str, Any]:
        return {"action": spot.one_of(*ACTIONS), "with": {"x": spot.value()}}

    def items(self, spot: Spot, variable: str) -> tuple[Any, list[str]]:
        """Return the items of a loop, and the values that its variable gives."""
        return [spot.random.randint(1, 3) for _ in range(spot.random.randrange(4))], [variable]

    def ending(self, spot: Spot, step_id: str) -> tuple[dict[str, Any], str]:
        """Return a step, and a condition that its result may fulfil."""
        return {"action": spot.one_of(*ACTIONS)}, f"steps.{step_id}.n | default(0) > 500"

    def failure(self, spot: Spot) -> Any:
        return {"code": spot.one_of("A", "B"), "status": 409}

    def caught(self, spot: Spot, part: Mapping[str, Any]) -> Any:
        """Return what a clause of `catch` is for."""
        return spot.one_of("A", "B", "TIMEOUT", "*")

    def retried(self, spot: Spot, part: Mapping[str, Any]) -> Any:
        """Return which errors are tried again; None: those marked so."""
        return spot.one_of(None, "*", "A", "INTERNAL", ["TIMEOUT", "B"])

    def results(self, step: Mapping[str, Any]) -> list[str]:
        """Return expressions that use the result of a step."""
        if is_event(step):
            return [f"steps.{step['id']}.data | default(none)"]
        return [f"steps.{step['id']}"]


def is_event(step: Mapping[str, Any]) -> bool:
    """Return whether a step comes to an event."""
    return "emit" in step or "event" in step.get("wait", ())


@dataclass
class Spot:
    """Where the generator is: what it may write there."""

    depth: int
    random: Random
    words: Words
    ids: Any = field(default_factory=count)
    seen: list[str] = field(default_factory=list)
    """Values that are in sight."""
    hidden: list[str] = field(default_factory=list)
    """Values that are certainly not."""
    in_loop: bool = False
    in_handler: bool = False
    may_leave: bool = True
    may_return: bool = True

    def below(self, **changes: Any) -> Spot:
        inside = replace(self, depth=self.depth - 1, **changes)
        inside.seen, inside.hidden = list(self.seen), list(self.hidden)
        return inside

    def hide(self, inside: Spot) -> None:
        """Let nobody here see what can only be seen inside of a loop or a branch."""
        self.hidden += [value for value in inside.seen if value not in self.seen]

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def maybe(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def value(self) -> Any:
        return self.words.value(self)

    def length(self) -> str:
        return length(self.random)


def length(random: Random) -> str:
    """Return a length of time up to ten seconds, shorter ones more often."""
    whole, part = random.randrange(1, random.choice((300, 3_000, 10_000))), random.randrange(1000)
    return f"{whole}.{part:03}ms"
