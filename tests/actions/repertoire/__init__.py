"""Every action of the cart once, for the proofs that are about all of them.

The authorization matrix (`test_authorization.py`) and the random calls (`machines`) read `ENTRIES`:
a new action is entered there once, in the module of its family, and nowhere else.
"""

from __future__ import annotations

from .entries import ENTRIES
from .entry import CartFacts, Entry, Hand

__all__ = ["ENTRIES", "CartFacts", "Entry", "Hand"]
