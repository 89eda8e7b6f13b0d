"""Random flows over contracts that say what they take and give; some with a mistake in them."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from .library import BOOK, LIBRARY, TEXT
from .random_flows import Flow, body_of
from .random_words import Spot, Words, is_event

INPUTS: Mapping[str, Any] = {
    "card": TEXT,
    "amount": {"type": "integer", "default": 3},
    "note": {"type": "string", "optional": True},
    "books": {"type": "array", "items": BOOK},
}
_KIND_OF_INPUT = {"card": "text", "amount": "whole", "note": "maybe text", "books": "books"}
_MEMBERS: Mapping[str, Mapping[str, str]] = {
    "search": {"total": "whole", "books": "books", "hint": "maybe text"},
    "reader": {"name": "text", "note": "maybe text", "home.town": "text"},
    "lend": {"due": "text", "left": "whole"},
    "pay": {"paid": "truth"},
}
_GIVEN: Mapping[str, Mapping[str, str]] = {
    "search": {"text": "text", "limit": "whole"},
    "reader": {"card": "text"},
    "lend": {"isbn": "text", "reader": "text", "days": "whole", "note": "maybe text"},
    "give_back": {"isbn": "text"},
    "pay": {"amount": "whole", "books": "books"},
    "tell": {"text": "text", "tags": "texts"},
}
_LITERALS: Mapping[str, Any] = {
    "text": "a",
    "maybe text": None,
    "whole": 1,
    "truth": True,
    "texts": ["a"],
    "books": [{"isbn": "i", "copies": 1}],
}


class TypedWords(Words):
    """Words that fit together, but for the mistakes.

    Args:
        random: Where everything comes from.
        mistakes: How many of a hundred places get one.
        flows: The conditions of further flows, which take no input, by name.
    """

    def __init__(self, random: Random, mistakes: float, flows: Mapping[str, Any]) -> None:
        self.made: list[str] = []
        """The mistakes that the checker has to find."""
        self._random = random
        self._mistakes = mistakes
        self._flows = flows
        self._kinds = {f"inputs.{name}": kind for name, kind in _KIND_OF_INPUT.items()}
        self._kinds["error.code"] = "text"

    def _errs(self) -> bool:
        return self._random.random() * 100 < self._mistakes

    def _make(self, mistake: str) -> str:
        self.made.append(mistake)
        return mistake

    def value(self, spot: Spot) -> Any:
        if spot.seen and spot.maybe(70):
            return "${{ " + self._expression(spot, spot.one_of(*spot.seen)) + " }}"
        return spot.one_of(0, "text", None)

    def _expression(self, spot: Spot, right: str) -> str:
        """Return an expression, or sometimes one that names what is not there."""
        if not self._errs():
            return right
        wrong = ["steps.never", "inputs.never", "nobody", f"{right.split(' ')[0]}.never.again"]
        wrong += [it for it in spot.hidden if " " not in it and it.startswith(("steps.", "n"))]
        actions = [it for it in spot.seen if self._kinds.get(it) == "action"]
        wrong += [f"{it}.never" for it in actions]
        found = spot.one_of(*wrong)
        return found if found.endswith("again") else self._make(found)

    def _of_kind(self, spot: Spot, kind: str) -> Any:
        """Return a value of a kind, or one that may be."""
        wanted = {kind, "text"} if kind == "maybe text" else {kind}
        found = [it for it in spot.seen if self._kinds.get(it) in wanted]
        if self._errs():
            found = spot.seen  # perhaps of another type: some of that is only known at run time
        if not found or spot.maybe(15):
            return _LITERALS[kind]
        text = self._expression(spot, spot.one_of(*found))
        if kind in ("text", "whole") and spot.maybe(60) and text not in self.made:
            text = f"{text} | default({_LITERALS[kind]!r})"
        return "${{ " + text + " }}"

    def condition(self, spot: Spot) -> Any:
        wholes = [it for it in spot.seen if self._kinds.get(it) == "whole"]
        if wholes and spot.maybe(60):
            return f"({self._expression(spot, spot.one_of(*wholes))}) > {spot.one_of(1, 4, 7)}"
        return spot.one_of(True, False)

    def action(self, spot: Spot) -> dict[str, Any]:
        if self._errs():
            return {"action": self._make("no-such-action")}
        name = spot.one_of(*LIBRARY, *self._flows)
        if name in self._flows:
            return {"action": name}
        given = {}
        required = LIBRARY[name].input["required"]
        for member, kind in _GIVEN[name].items():
            if member in required and self._errs():
                self._make(f"{name} without {member}")
            elif member in required or spot.maybe(50):
                given[member] = self._of_kind(spot, kind)
        if self._errs():
            given[self._make("unheard_of")] = 1
        return {"action": name, "with": given} if given or spot.maybe(50) else {"action": name}

    def items(self, spot: Spot, variable: str) -> tuple[Any, list[str]]:
        lists = [it for it in spot.seen if self._kinds.get(it) == "books"]
        if not lists or spot.maybe(30):
            self._kinds[variable] = "whole"
            return [1, 5], [variable]
        self._kinds |= {f"{variable}.isbn": "text", f"{variable}.copies": "whole"}
        text = self._expression(spot, spot.one_of(*lists))
        return "${{ " + text + " }}", [f"{variable}.isbn", f"{variable}.copies"]

    def ending(self, spot: Spot, step_id: str) -> tuple[dict[str, Any], str]:
        action = {"action": "search", "with": {"text": "a"}}
        return action, f"steps.{step_id}.total > {spot.one_of(3, 6)}"

    def failure(self, spot: Spot) -> Any:
        return {"code": spot.one_of("A", "B")}

    def caught(self, spot: Spot, part: Mapping[str, Any]) -> Any:
        if self._errs():
            return self._make("NOBODY_RAISES_THIS")
        codes = self._codes(part)
        if spot.maybe(40):
            return spot.one_of("TIMEOUT", "BUSY", *codes)
        return [*codes, "A"] if {"A", "B"} <= {*codes} else "*"

    def retried(self, spot: Spot, part: Mapping[str, Any]) -> Any:
        codes = self._codes(part)
        return spot.one_of(None, "*", "BUSY", ["TIMEOUT", *codes])

    def _codes(self, part: Any) -> list[str]:
        """Return the codes that something in a part of a flow raises."""
        if isinstance(part, list):
            return sorted({code for item in part for code in self._codes(item)})
        if not isinstance(part, dict):
            return []
        name, fail = part.get("action", ""), part.get("fail")
        found = [*LIBRARY[name].errors] if name in LIBRARY else [*self._flows.get(name, ())]
        if isinstance(fail, dict) and "code" in fail:
            found.append(fail["code"])
        return sorted({*found, *(code for it in part.values() for code in self._codes(it))})

    def results(self, step: Mapping[str, Any]) -> list[str]:
        if is_event(step):
            return [f"steps.{step['id']}.data | default(none)"]
        root = f"steps.{step['id']}"
        members = _MEMBERS.get(step.get("action", ""), {})
        found = {f"{root}.{name}": kind for name, kind in members.items()}
        if "action" in step:
            found[root] = "action" if step["action"] in _MEMBERS else "anything"
        self._kinds |= found
        if "books" in members:
            more = {f"{root}.books | length": "whole"}
            more[f"{root}.books | map(attribute='isbn')"] = "texts"
            self._kinds |= more
            found |= more
        return list(found) or [root]


def typed_flow(
    random: Random, name: str, flows: Mapping[str, Any], mistakes: float
) -> tuple[Flow, list[str]]:
    """Return a flow, and the mistakes in it that the checker has to find."""
    words = TypedWords(random, mistakes, flows)
    seen = [f"inputs.{it}" for it in INPUTS] if flows else []
    body = body_of(Spot(depth=2 if flows else 1, random=random, words=words, seen=seen))
    flow = {"flow": name, "inputs": dict(INPUTS) if flows else {}, **body}
    return {**flow, "errors": {code: {"status": 409} for code in "AB"}}, words.made
