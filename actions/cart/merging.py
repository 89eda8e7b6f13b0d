"""Merging two carts: which lines stay, which move, and what had to be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from .limits import broken_rule, most
from .lines import Line
from .quantities import to_json

STRATEGIES: Final[Mapping[str, Callable[[int, int], int]]] = {
    "sum": lambda guest, customer: guest + customer,
    "guest": lambda guest, customer: guest,
    "customer": lambda guest, customer: customer,
}
"""What is wanted of a product that both carts hold, by the name of the strategy."""


class Merge(NamedTuple):
    """What a merge writes, and what it has to report.

    Attributes:
        quantities: (line id, quantity) of the customer's lines that change.
        moved: (product id, quantity) of the lines to append, in the order of the guest's.
        adjustments: The lines that are not as wanted, as `mergeCarts` returns them.
    """

    quantities: list[tuple[int, int]]
    moved: list[tuple[int, int]]
    adjustments: list[dict[str, Any]]

    def lines(self, own: list[Line], guests: list[Line], added: Mapping[int, int]) -> list[Line]:
        """Return the customer's lines as they are once this is written.

        Args:
            own: The customer's lines before.
            guests: The guest's lines.
            added: Product id to the id of its new line.
        """
        changed, moved = dict(self.quantities), dict(self.moved)
        kept = [line.having(changed[line.id]) if line.id in changed else line for line in own]
        new = [
            line.having(moved[line.product_id], added[line.product_id])
            for line in guests
            if line.product_id in added
        ]
        return kept + sorted(new)


def merge(guest_lines: Iterable[Line], customer_lines: Iterable[Line], strategy: str) -> Merge:
    """Return how the guest's lines join the customer's.

    Limits and stock are asked about the *result*. What cannot be kept whole is kept as far as it
    can be sold, but a line that the customer had is never made smaller or dropped for that.
    """
    wanted_of = STRATEGIES[strategy]
    held = {line.product_id: line for line in customer_lines}
    result = Merge([], [], [])
    for line in guest_lines:
        own = held.get(line.product_id)
        if own is None:
            wanted = line.quantity_e4
            reason = broken_rule(line, wanted)
            kept = most(line, wanted) if reason else wanted
            if kept:
                result.moved.append((line.product_id, kept))
        else:
            wanted = wanted_of(line.quantity_e4, own.quantity_e4)
            reason = broken_rule(own, wanted)
            kept = _possible(own, wanted) if reason else wanted
            if own.id is not None and kept != own.quantity_e4:
                result.quantities.append((own.id, kept))
        if kept != wanted:
            adjustment = {"sku": line.sku, "requested": to_json(wanted), "kept": to_json(kept)}
            result.adjustments.append({**adjustment, "reason": reason})
    return result


def _possible(own: Line, wanted_e4: int) -> int:
    kept = most(own, wanted_e4)
    return own.quantity_e4 if not kept or kept < own.quantity_e4 <= wanted_e4 else kept
