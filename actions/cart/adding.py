"""Putting products into a cart and changing quantities: what becomes of the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from .limits import (
    PRODUCT_NOT_FOUND,
    Refusal,
    quantity_refusal,
    refusal,
    refusal_of,
)
from .lines import Line, append_lines, delete_lines, lines_of, products_of, set_quantities
from .quantities import from_json


@dataclass(slots=True)
class Changes:
    """What is to be written, and what was refused.

    Attributes:
        held: Product id to the line that the cart has of it, or will have.
        quantities: Line id to its new quantity.
        added: Product id to the quantity of its new line, in order.
        removed: The ids of lines that go.
        refused: Position in the input to the reason.
    """

    held: dict[int, Line]
    quantities: dict[int, int] = field(default_factory=dict)
    added: dict[int, int] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Changes:
        """Return no changes yet, of a cart with *lines*."""
        return cls({line.product_id: line for line in lines})

    @property
    def lines(self) -> list[Line]:
        """The lines of the cart, in their order; as they are once the changes are written."""
        return sorted(self.held.values())

    def hold(self, line: Line, quantity_e4: int) -> Line:
        """Return the line as it will be: with *quantity_e4* of its product."""
        if line.id is None:
            self.added[line.product_id] = quantity_e4
        else:
            self.quantities[line.id] = quantity_e4
        changed = self.held[line.product_id] = line.having(quantity_e4)
        return changed

    def drop(self, line: Line) -> None:
        """Let a line that the cart has go."""
        if line.id is not None:
            self.quantities.pop(line.id, None)
            self.removed.append(line.id)
            del self.held[line.product_id]

    def write(self, db: Connection, now: datetime, cart_id: int) -> None:
        """Write the changes, in four statements at most."""
        delete_lines(db, now, cart_id, self.removed)
        set_quantities(db, now, self.quantities.items())
        for product_id, line_id in append_lines(db, now, cart_id, self.added.items()).items():
            self.held[product_id] = self.held[product_id].having(self.added[product_id], line_id)

    def refusals(self) -> list[dict[str, Any]]:
        """Return what was refused as `item-errors.json` describes it."""
        return [
            {**refusal.to_json(), "position": position}
            for position, refusal in self.refused.items()
        ]


def add_products(db: Connection, cart_id: int, items: Sequence[Mapping[str, Any]]) -> Changes:
    """Return what adding *items* to a cart changes; each is judged by itself, in order."""
    changes = Changes.of(lines_of(db, cart_id))
    lines = {line.sku: line for line in changes.held.values()}
    others = products_of(db, (item["sku"] for item in items if item["sku"] not in lines))
    lines |= {line.sku: line for line in others}
    for position, item in enumerate(items):
        line = lines.get(item["sku"])
        added_e4 = from_json(item["quantity"])
        if line is None:
            changes.refused[position] = refusal_of(PRODUCT_NOT_FOUND, sku=item["sku"])
            continue
        total_e4 = line.quantity_e4 + (added_e4 or 0)
        reason = quantity_refusal(line.sku, added_e4) or refusal(line, total_e4)
        if reason:
            changes.refused[position] = reason
        else:
            lines[line.sku] = changes.hold(line, total_e4)
    return changes


def update_lines(lines: Iterable[Line], items: Sequence[tuple[str, Mapping[str, Any]]]) -> Changes:
    """Return what setting quantities changes; each item is judged by itself, in order.

    Args:
        lines: Those of the cart.
        items: The number of a line as the caller wrote it, and an item of `updateCartItems`.
    """
    changes = Changes.of(lines)
    by_number = {str(line.id): line for line in changes.held.values()}
    for position, (number, item) in enumerate(items):
        line = by_number.get(number)
        quantity = item.get("quantity")
        if line is None or quantity is None:
            changes.refused[position] = _unusable(number, line)
        elif quantity <= 0:
            changes.drop(by_number.pop(number))
        else:
            quantity_e4 = from_json(quantity)
            reason = quantity_refusal(line.sku, quantity_e4)
            reason = reason or refusal(line, quantity_e4 or 0, line.quantity_e4)
            if reason:
                message = f"Could not update the product with SKU {line.sku}: {reason.message}"
                changes.refused[position] = reason._replace(message=message)
            else:
                by_number[number] = changes.hold(line, quantity_e4 or 0)
    return changes


def _unusable(number: str, line: Line | None) -> Refusal:
    if line is None:
        message = f"Could not find cart item with id: {number}."
        return Refusal("COULD_NOT_FIND_CART_ITEM", message, {})
    message = 'Required parameter "quantity" for "cart_items" is missing.'
    return Refusal("REQUIRED_PARAMETER_MISSING", message, {})
