"""A call that was made, and what a rule about calls is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cartflow import Principal

from ..repertoire import Entry
from .books import Books


@dataclass(frozen=True)
class Call:
    """A call that was made, with the books before and after it.

    Attributes:
        outcome: `ok`, or the code of the condition.
        output: None after a condition.
        opening: The books at the beginning, brought up to date when a store file was loaded.
    """

    entry: Entry
    caller: Principal
    given: Mapping[str, Any]
    outcome: str
    output: Any
    before: Books
    after: Books
    opening: Books

    def named(self) -> set[str]:
        """Return the carts that the input names, by themselves or by a session of theirs."""
        texts = {value for value in self.given.values() if isinstance(value, str)}
        of_sessions = {
            cart
            for cart, sessions in self.before.open_sessions().items()
            if any(session["public_id"] in texts for session in sessions)
        }
        return (texts & set(self.before.carts)) | of_sessions

    def own(self) -> set[str]:
        """Return the carts of the customer who calls."""
        if self.caller.kind != "customer":
            return set()
        carts = self.before.carts.items()
        return {key for key, cart in carts if str(cart["customer_id"]) == self.caller.id}

    def changed(self, cart: str) -> bool:
        """Return whether a cart, or a line of it, is not as it was."""
        return (
            self.after.carts.get(cart) != self.before.carts[cart]
            or self.after.lines.get(cart) != self.before.lines[cart]
        )


Rule = Callable[[Call], Iterator[str]]
