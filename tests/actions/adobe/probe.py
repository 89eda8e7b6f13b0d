"""One type of the surface at a time, over a document that need not come from an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    execute_sync,
    parse,
)

from cartflow import GUEST, Request
from cartflow.actions.adobe.call import Call
from cartflow.actions.adobe.schema import schema


def no_action(name: str, given: Any, key: str | None = None) -> Any:
    raise AssertionError((name, given, key))


def resolved(
    kind: str, document: Any, selection: str, invoke: Callable[..., Any] = no_action
) -> Any:
    """Return what a type makes of a document; *invoke* answers where an action is needed."""
    built = schema()
    output = built.type_map[kind]
    assert isinstance(output, GraphQLObjectType | GraphQLInterfaceType)
    probe = GraphQLSchema(
        GraphQLObjectType("Probe", {"it": GraphQLField(output)}),
        types=[kind for kind in built.type_map.values() if isinstance(kind, GraphQLObjectType)],
    )
    request = Request("POST", "/graphql", {}, {}, {}, b"", GUEST, invoke)
    text, call = f"{{ it {selection} }}", Call(request, "documented")
    result = execute_sync(probe, parse(text), {"it": document}, context_value=call)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data["it"]
