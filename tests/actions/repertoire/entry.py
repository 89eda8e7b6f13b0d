"""What an entry of the repertoire says about an action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from . import store
from .rows import CONDITIONS, Rows


@dataclass(frozen=True)
class CartFacts:
    """A cart as far as a caller needs to know it.

    Attributes:
        id: The public id.
        lines: The numbers of its lines.
        spare: The public id of another cart: a guest's, unless a machine wants to see what happens.
        user: The number of its customer; of nobody for a guest's.
        session: The public id of its checkout session, empty without one.
        state: The step that the session is at, or that it has announced.
    """

    id: str
    lines: Sequence[int] = ()
    spare: str = ""
    user: str = "0"
    session: str = ""
    state: str = "Start"


class Hand:
    """Chooses the inputs of a call.

    Args:
        choose: Returns one of several possibilities. The matrix takes the first, which has to
            work; the machines take any.
    """

    def __init__(self, choose: Callable[[Sequence[Any]], Any]) -> None:
        self.of = choose

    def maybe(self, **members: Any) -> dict[str, Any]:
        """Return some of the members, those that are there first of all."""
        return {name: value for name, value in members.items() if self.of((True, False))}

    def item(self) -> dict[str, Any]:
        return {"sku": self.of(store.SKUS), "quantity": self.of((1, 2, 7))}

    def items(self) -> list[dict[str, Any]]:
        """Return one product or two."""
        return [self.item() for _ in range(self.of((1, 2)))]

    def line(self, cart: CartFacts) -> int:
        """Return the number of a line of the cart; one that does not exist if it has none."""
        return int(self.of((*cart.lines, 999_999_999)))

    def address(self) -> dict[str, Any]:
        """Return an address as the actions for shipping and for billing take it."""
        return dict(
            self.of(
                (
                    {"address": store.ADDRESS},
                    {"address": store.ELSEWHERE},
                    {"customer_address_id": 1},
                    {"address": {**store.ADDRESS, "save_in_address_book": True}},
                )
            )
        )


Lines = Literal["stay", "grow", "set", "shrink", "go", "merge"]
"""What a call may do to the lines of the carts that it names.

`stay`: nothing. `grow`: none gets less. `set`: those that the input names are set. `shrink`: one is
taken out. `go`: all are. `merge`: those of the source join the destination's.
"""

Template = Literal["basket", "shipped", "gifted", "ready", "paid", "checkout", "checked"]
"""The kind of cart that an action needs to succeed: see `templates.py`."""


@dataclass(frozen=True)
class Entry:
    """An action, with what the proofs about all actions need to know of it.

    Attributes:
        action: Its name.
        rows: Who may call it for which cart, or with which outcome not.
        given: Makes the input; the cart is the one that the row is about.
        cart: What kind of cart the matrix calls it for.
        lines: What it may do to lines.
        about: Tells entries of the same action apart.
        words: What single words in *rows* stand for, where it is not the usual condition.
    """

    action: str
    rows: Rows
    given: Callable[[Hand, CartFacts], dict[str, Any]]
    cart: Template = "basket"
    lines: Lines = "stay"
    about: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what the entry is called in tests."""
        return f"{self.action}-{self.about}" if self.about else self.action

    def expected(self, caller: str, cart: str) -> str:
        """Return `ok`, or the code of the condition that the call ends with."""
        word = self.rows[caller][cart]
        return self.words.get(word, CONDITIONS.get(word, word))
