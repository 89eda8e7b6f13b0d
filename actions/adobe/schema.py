"""The schema: `schemas/commerce.graphqls`, with a resolver wherever a document does not have it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphql import (
    GraphQLFieldResolver,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

from .objects import FIELDS, KINDS
from .operations import OPERATIONS, resolver_of


@cache
def schema() -> GraphQLSchema:
    """Return the executable schema."""
    text = files("cartflow.schemas").joinpath("commerce.graphqls").read_text("utf-8")
    built = build_schema(text, assume_valid_sdl=True, no_location=True)
    for type_name, operations in OPERATIONS.items():
        for name, operation in operations.items():
            _attach(built, type_name, name, resolver_of(operation))
    for type_name, resolvers in FIELDS.items():
        for name, resolver in resolvers.items():
            _attach(built, type_name, name, resolver)
    for type_name, kind_of in KINDS.items():
        interface = built.type_map[type_name]
        assert isinstance(interface, GraphQLInterfaceType)
        interface.resolve_type = kind_of
    return built


def _attach(
    built: GraphQLSchema, type_name: str, name: str, resolver: GraphQLFieldResolver
) -> None:
    owner = built.type_map[type_name]
    assert isinstance(owner, GraphQLObjectType)
    owner.fields[name].resolve = resolver
