"""The lists of what is published, beside this file: operations, types, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

NAMES: Final = ("seeds", "adobe", "salesforce")
FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Operation:
    """A published operation.

    Attributes:
        takes: Its inputs, as paths such as `cart_items[].quantity`.
        gives: Its outputs.
        errors: Title to code and status, such as `BAD_REQUEST 400`; None where none are published.
        messages: Published message to the code of our condition.
    """

    name: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    errors: Mapping[str, str | None] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Type:
    """A published type: where its members stand, and which it has.

    Attributes:
        at: A path that begins with `cart`, its document, or with the action that takes or gives it.
    """

    name: str
    at: str
    has: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """One list.

    Attributes:
        renamed: `Type.member` to what the member is called with us.
        left_out: Pattern of what there is not, to the reason.
        other_types: Types of which nothing is listed, to the reason.
    """

    title: str
    operations: tuple[Operation, ...]
    types: tuple[Type, ...]
    renamed: Mapping[str, str]
    left_out: Mapping[str, str]
    other_types: Mapping[str, str]

    def reason(self, name: str) -> str | None:
        """Return why there is no such operation, type, member or error; None if there is one."""
        whole = name.partition(".")[0].partition(":")[0]
        found = (self.left_out[it] for it in self.left_out if matches(name, it))
        return self.left_out.get(whole) or next(found, None)

    def ours(self, of: str, member: str) -> str:
        """Return what a member is called with us."""
        return self.renamed.get(f"{of}.{member}", member)

    def names(self) -> Iterator[str]:
        """Yield everything that the list has."""
        for operation in self.operations:
            yield operation.name
            for member in (*operation.takes, *operation.gives):
                yield f"{operation.name}.{member}"
            for title in operation.errors:
                yield f"{operation.name}: {title}"
        for of in self.types:
            yield of.name
            yield from (f"{of.name}.{member}" for member in of.has)


def matches(name: str, pattern: str) -> bool:
    """Return whether a pattern of `left_out` means *name*; brackets mean themselves."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


@cache
def published(name: str) -> Published:
    """Return a list by the name of its file."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    messages = found.get("messages", {})
    return Published(
        title=found["name"],
        operations=tuple(
            Operation(
                name,
                tuple(of.get("takes", "").split()),
                tuple(of.get("gives", "").split()),
                of.get("errors", {}),
                messages.get(name, {}),
            )
            for name, of in found["operations"].items()
        ),
        types=tuple(
            Type(name, of["at"], tuple(of["has"].split()))
            for name, of in found.get("types", {}).items()
        ),
        renamed=found.get("renamed", {}),
        left_out=found.get("left_out", {}),
        other_types=found.get("other_types", {}),
    )
