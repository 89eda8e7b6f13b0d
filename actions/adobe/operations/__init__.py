"""The root fields: which action each invokes, with what, and what it makes of the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import accounts, carts, catalogue, checkout, lines, orders, savings
from .operation import Operation, resolver_of

__all__ = ["OPERATIONS", "Operation", "resolver_of"]

OPERATIONS: Final[Mapping[str, Mapping[str, Operation]]] = {
    "Query": {
        **carts.QUERIES,
        **accounts.QUERIES,
        **savings.QUERIES,
        **catalogue.QUERIES,
    },
    "Mutation": {
        **carts.MUTATIONS,
        **lines.MUTATIONS,
        **savings.MUTATIONS,
        **checkout.MUTATIONS,
        **orders.MUTATIONS,
        **accounts.MUTATIONS,
    },
}
"""Each root field, by the type that has it."""
