"""The actions as the platform has them: standard ones, and flows, each with its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ...contract import Contract
from ...flow.called import CalledAction
from ...outcome import unknown_action
from ...principal import Principal
from ...registry import RegisteredAction, Registry


class Entry:
    """One action.

    Args:
        name: What the platform calls it.
        action: The action of the registry.

    Attributes:
        is_flow: Whether it is a flow; else it is a standard action.
        place: Where it is, below the address of a version.
    """

    def __init__(self, name: str, action: RegisteredAction) -> None:
        self.name = name
        self.action = action
        self.is_flow = action.contract.effect == "steps"
        self.place = f"/actions/{'custom/flow' if self.is_flow else 'standard'}/{name}"

    @property
    def contract(self) -> Contract:
        """The contract of the action."""
        return self.action.contract

    @property
    def type(self) -> str:
        """The type of the action, as the platform's lists name it."""
        return "FLOW" if self.is_flow else self.name.upper()

    @cached_property
    def called(self) -> CalledAction:
        """What says which inputs may be absent but not null: null means absent then."""
        return CalledAction(self.contract)

    def is_for(self, principal: Principal) -> bool:
        """Return whether *principal* may call it, as far as the contract says."""
        access = self.contract.access
        is_open = access is None or principal.kind in access
        return is_open and principal.may_invoke(self.contract.name)

    def listed(self, root: str) -> dict[str, Any]:
        """Return the entry of a list; *root* is the address of the version."""
        return {
            "label": self.contract.title,
            "name": self.name,
            "type": self.type,
            "url": root + self.place,
        }


class Catalogue:
    """All actions, by the names that the platform gives them.

    Names of flows have underscores there: `buy-now` is listed as `buy_now`, and found as both.
    """

    def __init__(self, registry: Registry) -> None:
        self._standard: dict[str, Entry] = {}
        self._flows: dict[str, Entry] = {}
        self._aliases: dict[str, str] = {}
        names = frozenset(registry)
        for name, action in sorted(registry.items()):
            shown = name.replace("-", "_")
            if action.contract.effect != "steps":
                self._standard[name] = Entry(name, action)
            elif shown == name or shown in names or shown in self._flows:
                self._flows[name] = Entry(name, action)
            else:
                self._flows[shown] = Entry(shown, action)
                self._aliases[name] = shown

    def entries(self, *, flows: bool) -> Iterator[Entry]:
        """Yield the flows, or else the standard actions, by name."""
        yield from (self._flows if flows else self._standard).values()

    def find(self, name: str, *, is_flow: bool) -> Entry:
        """Return the flow or standard action called *name*.

        Raises:
            ActionError: `UNKNOWN_ACTION`, with the nearest name there is.
        """
        known: Mapping[str, Entry] = self._flows if is_flow else self._standard
        found = known.get(name) or known.get(self._aliases.get(name, ""))
        return found or unknown_action(name, known)
