"""Random documents that are valid for the schema, over all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from cartflow.actions.adobe.schema import schema

from ..repertoire.store import ADDRESS
from .pool import INTEGERS, NUMBERS, Pool

FIELDS: Final = 60
"""How many fields a document has, at most."""
ALIASES: Final = 25
DEPTH: Final = 8


_LAST: Final = "revokeCustomerToken"
"""After it a customer is a guest for the rest of the run."""

_SELDOM: Final = {
    *("customizable_options", "entered_options", "selected_options", "parent_sku", "gift_message"),
    *("customer_address_id", "customer_address_uid", "custom_attributes", "cart_item_uid"),
    *("pickup_location_code", "region_id", "gift_wrapping_id"),
}
"""What makes most carts and lines be refused."""


class Asked(NamedTuple):
    """A document with what belongs to it."""

    text: str
    variables: dict[str, Any]
    operation_name: str | None
    kind: str

    def body(self) -> dict[str, Any]:
        """Return what a request for it has as its body."""
        name = self.operation_name
        return {"query": self.text, "variables": self.variables, "operationName": name}


class Enum(str):
    """A value of an enumeration, which literals write without quotes."""

    __slots__ = ()


class Writer:
    """Writes one document.

    Args:
        pool: What arguments are taken from.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._random: Random = pool.random
        self._schema = schema()
        self._declared: dict[str, tuple[str, Any]] = {}
        self._fragments: list[str] = []
        self._fields = FIELDS
        self._aliases = ALIASES

    def document(self) -> Asked:
        """Return a document with one operation, perhaps among others."""
        kind = self._random.choice(("query", "mutation", "mutation"))
        owner = self._schema.query_type if kind == "query" else self._schema.mutation_type
        assert owner is not None
        names = [
            name for name in owner.fields if name != "revokeCustomerToken" or self._chance(0.2)
        ]
        picked = self._random.choices(names, k=self._random.choice((1, 1, 1, 2, 3)))
        selection = " ".join(self._root(owner, name, index) for index, name in enumerate(picked))
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self._declared.items())
        variables = {
            name: value for name, (_, value) in self._declared.items() if value is not Undefined
        }
        name = self._random.choice((None, "Mine", "mutation"))
        head = f"{kind} {name or ''}{f'({declared})' if declared else ''}"
        others = self._random.choice(("", "", "query Other { __typename }")) if name else ""
        text = " ".join((others, f"{head} {{ {selection} }}", *self._fragments)).strip()
        return Asked(text, variables, name if others or self._chance(0.5) else None, kind)

    def _root(self, owner: GraphQLObjectType, name: str, index: int) -> str:
        """Return a root field; the first of a name needs no alias."""
        return f"r{index}: {self._field(owner.fields[name], name, 1)}"

    def _field(self, field: GraphQLField, name: str, depth: int) -> str:
        self._fields -= 1
        given = [
            f"{argument}: {self._argument(argument, it)}"
            for argument, it in field.args.items()
            if _is_required(it) or self._chance(0.9 if argument == "input" else 0.4)
        ]
        arguments = f"({', '.join(given)})" if given else ""
        return f"{name}{arguments}{self._directive()}{self._selection(field.type, depth + 1)}"

    def _selection(self, kind: GraphQLOutputType, depth: int) -> str:
        """Return a selection, each name of an answer once; nothing for a scalar."""
        inner = get_named_type(kind)
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
            return ""
        parts = ["__typename"]
        taken: set[str] = set()
        parts += self._some_fields(inner, depth, taken)
        if isinstance(inner, GraphQLInterfaceType):
            for possible in self._schema.get_possible_types(inner):
                if self._chance(0.3):
                    fields = " ".join(self._some_fields(possible, depth, taken)) or "__typename"
                    parts.append(f"... on {possible.name}{self._directive()} {{ {fields} }}")
        if self._chance(0.15):
            parts[-1] = self._as_fragment(parts[-1], inner.name)
        return f" {{ {' '.join(parts)} }}"

    def _as_fragment(self, part: str, owner: str) -> str:
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {owner} {{ {part} }}")
        return f"...{name}{self._directive()}"

    def _some_fields(
        self, owner: GraphQLObjectType | GraphQLInterfaceType, depth: int, taken: set[str]
    ) -> list[str]:
        names = [
            name
            for name, field in owner.fields.items()
            if depth < DEPTH or is_leaf_type(get_named_type(field.type))
        ]
        wanted = self._random.sample(names, min(len(names), self._random.choice((1, 2, 3, 5, 8))))
        return list(self._written(owner, wanted, depth, taken))

    def _written(
        self,
        owner: GraphQLObjectType | GraphQLInterfaceType,
        names: Sequence[str],
        depth: int,
        taken: set[str],
    ) -> Iterator[str]:
        for name in names:
            if self._fields <= 0:
                return
            key, alias = name, ""
            if self._aliases and self._chance(0.1):
                self._aliases -= 1
                key = f"a{self._aliases}"
                alias = f"{key}: "
            if key not in taken:
                taken.add(key)
                yield alias + self._field(owner.fields[name], name, depth)

    def _directive(self) -> str:
        if not self._chance(0.05):
            return ""
        name, value = self._random.choice(("skip", "include")), self._chance(0.5)
        is_variable = self._chance(0.5)
        written = (
            self._variable("Boolean!", value)
            if is_variable
            else json.dumps(value, ensure_ascii=False)
        )
        return f" @{name}(if: {written})"

    def _argument(self, name: str, it: GraphQLArgument) -> str:
        """Return an argument's value: a variable, or what is written."""
        value = self._value(name, it.type)
        if self._chance(0.4):
            return _literal(value)
        return self._variable(str(it.type), _plain(value))

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._declared)}"
        self._declared[name] = (kind, value)
        return f"${name}"

    def _value(self, name: str, kind: GraphQLInputType) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._given(name, kind.of_type)
        return None if self._chance(0.03) else self._given(name, kind)

    def _given(self, name: str, kind: Any) -> Any:
        if isinstance(kind, GraphQLList):
            if self._chance(0.1):  # one element may stand for a list of one
                return self._given(name, get_named_type(kind))
            count = self._random.choice((0, 1, 1, 1, 1, 2, 3))
            return [self._value(name, kind.of_type) for _ in range(count)]
        if isinstance(kind, GraphQLInputObjectType):
            if kind.name == "CartAddressInput" and self._chance(0.6):
                return {member: it for member, it in ADDRESS.items() if member in kind.fields}
            return {
                member: self._value(member, it.type)
                for member, it in kind.fields.items()
                if _is_required(it) or self._chance(0.05 if member in _SELDOM else 0.4)
            }
        if isinstance(kind, GraphQLEnumType):
            return Enum(self._random.choice(list(kind.values)))
        return self._scalar(name, kind.name)

    def _scalar(self, name: str, kind: str) -> Any:
        known = self._pool.named(name)
        if kind == "Boolean":
            return self._chance(0.5)
        if kind in ("Int", "Float"):
            numbers = [it for it in known if isinstance(it, int | float)]
            if kind == "Int":
                numbers = [it for it in numbers if isinstance(it, int)]
            garbage = INTEGERS if kind == "Int" else NUMBERS
            return self._random.choice(numbers if numbers and self._chance(0.8) else garbage)
        return self._pool.text(name)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability


def _is_required(it: GraphQLArgument | GraphQLInputField) -> bool:
    return isinstance(it.type, GraphQLNonNull) and it.default_value is Undefined


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list) else value


def _literal(value: Any) -> str:
    """Return a value as a document has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name}: {_literal(it)}' for name, it in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return value if isinstance(value, Enum) else json.dumps(value)
