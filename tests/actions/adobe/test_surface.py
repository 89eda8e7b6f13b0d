"""The GraphQL surface: it is a schema, it travels with the package, and it explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    validate_schema,
)
from graphql.type import introspection_types

# The code says it all: a description of each would repeat it.
LISTS_OF_CODES = ("CurrencyEnum", "CountryCodeEnum", "SortQuoteItemsEnum")


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    text = files("cartflow.schemas").joinpath("commerce.graphqls").read_text("utf-8")
    return build_schema(text)


def own(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    """Yield the types that the file declares."""
    for name, kind in schema.type_map.items():
        if name not in introspection_types and kind.ast_node is not None:
            yield kind


def test_it_is_a_valid_schema(schema: GraphQLSchema) -> None:
    assert validate_schema(schema) == []


def test_every_type_is_described(schema: GraphQLSchema) -> None:
    assert [kind.name for kind in own(schema) if not kind.description] == []


def test_every_field_is_described(schema: GraphQLSchema) -> None:
    silent = [
        f"{kind.name}.{name}"
        for kind in own(schema)
        for name, field in getattr(kind, "fields", {}).items()
        if not field.description
    ]

    assert silent == []


def test_every_value_is_described(schema: GraphQLSchema) -> None:
    silent = [
        f"{kind.name}.{name}"
        for kind in own(schema)
        if isinstance(kind, GraphQLEnumType) and kind.name not in LISTS_OF_CODES
        for name, value in kind.values.items()
        if not value.description
    ]

    assert silent == []


def test_a_field_of_an_interface_is_deprecated_wherever_it_stands(schema: GraphQLSchema) -> None:
    differing = [
        f"{kind.name}.{name}"
        for kind in own(schema)
        if isinstance(kind, GraphQLObjectType)
        for interface in kind.interfaces
        for name, field in interface.fields.items()
        if kind.fields[name].deprecation_reason != field.deprecation_reason
    ]

    assert differing == []


def test_every_interface_has_somebody_behind_it(schema: GraphQLSchema) -> None:
    idle = [
        kind.name
        for kind in own(schema)
        if isinstance(kind, GraphQLInterfaceType) and not schema.get_possible_types(kind)
    ]

    assert idle == []
