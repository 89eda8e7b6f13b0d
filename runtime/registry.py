"""The actions of one application, frozen once all plugins have spoken."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .action import Action, Handler, Proceed, Remote, Steps, Wrapper
from .context import Context
from .contract import Contract, read_conditions
from .errors import PluginError


@dataclass(frozen=True, slots=True)
class BoundWrapper:
    """A wrapper with the settings of the plugin that brought it, and its function."""

    wrapper: Wrapper
    settings: Mapping[str, Any]
    wrap: Callable[[Context, Proceed], Any]


@dataclass(frozen=True, slots=True)
class RegisteredAction:
    """An action as `invoke` uses it.

    Attributes:
        contract: With the conditions that its wrappers add.
        handler: A function, a `Remote`, or a flow's `Steps`.
        plugin: The name of the plugin that brought it.
        settings: That plugin's settings.
        wrappers: Outermost first.
    """

    contract: Contract
    handler: Handler | Remote | Steps
    plugin: str
    settings: Mapping[str, Any]
    wrappers: tuple[BoundWrapper, ...] = ()


class Registry(Mapping[str, RegisteredAction]):
    """Name to action; flows are among them."""

    def __init__(self, actions: Mapping[str, RegisteredAction]) -> None:
        self._actions = dict(actions)

    def __getitem__(self, name: str) -> RegisteredAction:
        return self._actions[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an action; *default* if there is none. `Mapping`'s own way costs twice as much."""
        return self._actions.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def contract(self, name: str) -> Contract:
        """Return the contract of an action.

        Raises:
            KeyError: There is no such action.
        """
        return self._actions[name].contract


def resolve(target: Any) -> Any:
    """Return what an import string (`module:name`) names; anything else as it is.

    Raises:
        PluginError: The module or the name does not exist, or the import fails.
    """
    if not isinstance(target, str):
        return target
    try:
        return pkgutil.resolve_name(target)
    except (Exception, SystemExit) as error:  # whatever a stranger's module raises
        reason = f"{type(error).__name__}: {error}"
        message = f"{target!r} cannot be imported: {reason}; expected 'module:name'"
        raise PluginError(message) from error


def wrap(action: RegisteredAction, wrappers: Sequence[BoundWrapper]) -> RegisteredAction:
    """Return the action with those of *wrappers* around it that apply, their conditions declared.

    A condition that the contract declares itself stays as the contract has it.
    """
    if isinstance(action.handler, Steps):
        return action
    applying = tuple(w for w in wrappers if w.wrapper.applies_to(action.contract))
    added: dict[str, Any] = {}
    for bound in applying:
        added.update(bound.wrapper.conditions)
    errors = {**read_conditions(added), **action.contract.errors}
    contract = replace(action.contract, errors=errors) if added else action.contract
    return replace(action, contract=contract, wrappers=applying)


def not_loaded(*_: Any) -> Any:
    """Stand for code that was not imported: for an application whose contracts are looked at."""
    message = "the application was opened without code; open it with_code to run something"
    raise RuntimeError(message)


def register(
    action: Action,
    plugin: str,
    settings: Mapping[str, Any],
    schemas: Mapping[str, Any],
    *,
    with_code: bool = True,
) -> RegisteredAction:
    """Return the action with contract and handler checked and resolved.

    Args:
        action: As the plugin brought it.
        plugin: The plugin's name.
        settings: The plugin's settings.
        schemas: The shared schemas.
        with_code: Whether the handler is imported; else nobody can invoke the action.

    Raises:
        InvalidDocumentError: The contract is not valid.
        PluginError: The handler does not fit the contract's effect.
    """
    contract = action.read(schemas)
    if not with_code:
        return RegisteredAction(contract, not_loaded, plugin, settings)
    handler = resolve(action.handler)
    misfit = _misfit(contract, handler)
    if misfit:
        raise PluginError(misfit)
    return RegisteredAction(contract, handler, plugin, settings)


def _misfit(contract: Contract, handler: Any) -> str:
    """Return why a handler does not fit the contract's effect, or the empty string."""
    who = f"action {contract.name!r} has the effect {contract.effect!r}, which needs"
    is_remote = contract.effect in ("keyed", "at_least_once")
    if contract.effect == "steps":
        expected = "a flow file"
    elif is_remote:
        expected = "" if isinstance(handler, Remote) else "a Remote (prepare, call, settle)"
    else:
        expected = "" if callable(handler) else "a function"
    if expected:
        return f"{who} {expected}, got {type(handler).__name__}"
    if is_remote and not contract.journal:
        return f"{who} the journal; remove 'journal': false"
    return ""
