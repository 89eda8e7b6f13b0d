"""One type of the surface at a time, over a document that need not come from an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    parse,
)

from cartflow import GUEST, Request
from cartflow.actions.adobe.call import Call
from cartflow.actions.adobe.plans import execute_planned
from cartflow.actions.adobe.schema import schema


def no_action(name: str, given: Any, key: str | None = None) -> Any:
    raise AssertionError((name, given, key))


def call_of(invoke: Callable[..., Any] = no_action) -> Call:
    """Return the context of resolvers; *invoke* answers where an action is needed."""
    request = Request("POST", "/graphql", {}, {}, {}, b"", GUEST, invoke)
    return Call(request, "documented")


def probing(kind: str) -> GraphQLSchema:
    """Return a schema with the one root field `it`, of a type of the surface."""
    built = schema()
    output = built.type_map[kind]
    assert isinstance(output, GraphQLObjectType | GraphQLInterfaceType)
    return GraphQLSchema(
        GraphQLObjectType("Probe", {"it": GraphQLField(output)}),
        types=[other for other in built.type_map.values() if isinstance(other, GraphQLObjectType)],
    )


def resolved(
    kind: str, document: Any, selection: str, invoke: Callable[..., Any] = no_action
) -> Any:
    """Return what a type makes of a document."""
    result = execute_planned(
        probing(kind),
        parse(f"{{ it {selection} }}"),
        None,
        root_value={"it": document},
        context_value=call_of(invoke),
    )
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data["it"]
