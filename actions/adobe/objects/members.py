"""Resolvers of fields that are the same for every object of a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLResolveInfo

Json = dict[str, Any]
"""A JSON object, as actions answer with."""

Resolver = Callable[..., Any]
"""What makes a field of an object, an info and the field's arguments.

Of the info it may use schema and context. It only reads, and may be called more than once.
"""

Fields = Mapping[str, Mapping[str, Resolver]]
"""Resolvers by type and field. What is not named is the member of the same name."""


def nothing(_: Any, __: Any) -> None:
    """Resolve a field that no object has a value for."""


def no_elements(_: Any, __: Any) -> list[Any]:
    """Resolve a list that no object has elements for."""
    return []


def no_matches(_: Any, __: Any, **___: Any) -> list[Any]:
    """Resolve a list that no object has elements for, whichever are asked for."""
    return []


def member(name: str) -> Resolver:
    """Return the resolver of a field whose member has another name, or may be missing."""

    def resolve(source: Json, _: Any) -> Any:
        return source.get(name)

    return resolve


def listed(name: str, kind: str) -> Resolver:
    """Return the resolver of a code; null for one that the platform's list *kind* does not have."""

    def resolve(source: Json, info: GraphQLResolveInfo[Any]) -> str | None:
        code: str = source[name]
        return code if code in cast(GraphQLEnumType, info.schema.type_map[kind]).values else None

    return resolve


def constant(value: Any) -> Resolver:
    """Return the resolver of a field that has the same value everywhere."""

    def resolve(_: Any, __: Any) -> Any:
        return value

    return resolve


def moment(name: str) -> Resolver:
    """Return the resolver of a time: the platform writes `2026-01-31 23:59:00`, in UTC."""

    def resolve(source: Json, _: Any) -> str | None:
        text: str | None = source.get(name)
        return text and text[:19].replace("T", " ")

    return resolve
