"""The rules that a flow file can break: one class each, explained to authors by its docstring.

The pages in `docs/rules` are made of the docstrings. Each has an example that breaks the rule and
the mended one, in this order; the tests run both. The actions in them are those of a small hotel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import calls, errors, files, forms, names, order, types, values
from .rule import Rule as Rule

SECTIONS: Final = {
    "The file": files,
    "Keys and their values": forms,
    "Values that are none": values,
    "Names": names,
    "Types": types,
    "Calls of actions": calls,
    "Errors": errors,
    "The way through the steps": order,
}
"""Title of each family of rules to the module that has it."""

RULES: Final[Mapping[str, type[Rule]]] = {
    found.id(): found
    for module in SECTIONS.values()
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Rule) and found is not Rule
}
"""Every rule by its id."""

LEVELS: Final[Mapping[str, str]] = {name: rule.level for name, rule in RULES.items()}
"""The id of every rule to its level, `error` or `warning`."""
