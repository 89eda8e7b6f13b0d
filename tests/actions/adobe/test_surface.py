"""The GraphQL surface: it is a schema, it travels with the package, and it explains itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

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

from cartflow.actions.adobe.schema import schema as executable

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


def test_every_root_field_has_an_implementation() -> None:
    built = executable()

    missing = [
        f"{root.name}.{name}"
        for root in (built.query_type, built.mutation_type)
        if root is not None
        for name, field in root.fields.items()
        if field.resolve is None
    ]

    assert missing == []


DOCUMENTS = {
    "Cart": "cart.json",
    "SimpleCartItem": "cart.json#/$defs/line",
    "VirtualCartItem": "cart.json#/$defs/line",
    "CartItemPrices": "cart.json#/$defs/line/properties/prices",
    "CartItemError": "cart.json#/$defs/line/properties/errors/items",
    "CartPrices": "cart.json#/$defs/prices",
    "CartTaxItem": "cart.json#/$defs/prices/properties/applied_taxes/items",
    "Discount": "cart.json#/$defs/discount",
    "AppliedCoupon": "cart.json#/$defs/coupon",
    "AppliedGiftCard": "cart.json#/$defs/gift_card",
    "AppliedStoreCredit": "cart.json#/$defs/store_credit",
    "RewardPointsAmount": "cart.json#/$defs/reward_points",
    "AvailablePaymentMethod": "cart.json#/$defs/payment_method",
    "SelectedPaymentMethod": "cart.json#/$defs/selected_payment_method",
    "ShippingCartAddress": "cart.json#/$defs/shipping_address",
    "BillingCartAddress": "cart.json#/$defs/billing_address",
    "AvailableShippingMethod": "cart.json#/$defs/available_shipping_method",
    "SelectedShippingMethod": "cart.json#/$defs/shipping_method",
    "GiftMessage": "cart.json#/$defs/gift_message",
    "GiftWrapping": "cart.json#/$defs/gift_wrapping",
    "Money": "money.json",
    "Customer": "customer.json",
    "CustomerAddress": "customer.json#/$defs/address",
    "SimpleProduct": "actions/products.json#/output/properties/items/items",
    "VirtualProduct": "actions/products.json#/output/properties/items/items",
    "Products": "actions/products.json#/output",
    "SearchResultPageInfo": "actions/products.json#/output/properties/page_info",
    "StoreConfig": "actions/storeConfig.json#/output",
    "Currency": "actions/storeConfig.json#/output",
    "Country": "actions/countries.json#/output/properties/countries/items",
    "IsEmailAvailableOutput": "actions/isEmailAvailable.json#/output",
    "CustomerOrder": "actions/placeOrder.json#/output/properties/order",
    "OrderTotal": "actions/placeOrder.json#/output/properties/order/properties/total",
    "CreatePaymentOrderOutput": "actions/createPaymentOrder.json#/output",
}
"""Types, and the schemas of the documents that they are made of."""


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_has_a_resolver_or_is_a_member_of_its_document(kind: str) -> None:
    name, _, pointer = DOCUMENTS[kind].partition("#")
    found: Any = json.loads(files("cartflow.schemas").joinpath(name).read_text("utf-8"))
    for step in pointer.split("/")[1:]:
        found = found[step]
    declared = executable().type_map[kind]
    assert isinstance(declared, GraphQLObjectType)

    plain = {name for name, field in declared.fields.items() if field.resolve is None}

    assert plain - set(found["properties"]) == set()
