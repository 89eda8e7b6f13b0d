"""Operations made from the schema: arguments for a root field, what to ask of its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from cartflow.actions.adobe.schema import schema

from ..conftest import ADDRESS, PASSWORD

_CART: Final = re.compile(r"(?i)(.*_)?cart_?u?id|uid")
"""What holds a cart is called so; `uid` only where it stands alone."""

VALUES: Final[Mapping[str, Any]] = {
    "address": ...,
    "billing_address": ...,
    "cartItems": ...,
    "cart_item_id": 1,
    "cart_items": ...,
    "carrier_code": "flatrate",
    "code": "checkmo",
    "coupon_code": "WELCOME10",
    "coupon_codes": ["WELCOME10"],
    "data": ...,
    "email": "somebody@example.com",
    "gift_card_code": "LUMA-100",
    "input": ...,
    "location": "CART",
    "methodCode": "checkmo",
    "method_code": "flatrate",
    "password": PASSWORD,
    "paymentSource": "tok_ok",
    "payment_method": ...,
    "quantity": 1,
    "shipping_addresses": ...,
    "shipping_method": ...,
    "shipping_methods": ...,
    "sku": "24-WB07",
    **ADDRESS,
}
"""What members and arguments are given, by name; `...` is made of its own members.

Whoever is not named here is left out, unless he is required: then enter him.
"""


class Root(NamedTuple):
    """A field of `Query` or `Mutation`.

    Attributes:
        kind: `query` or `mutation`.
    """

    kind: str
    name: str
    field: GraphQLField

    def carts(self) -> list[str]:
        """Return the names of what holds a cart: of arguments, or of members of `input`."""
        members = {name: it.type for name, it in self.field.args.items()}
        inner = get_named_type(members["input"]) if "input" in members else None
        if isinstance(inner, GraphQLInputObjectType):
            members |= {name: it.type for name, it in inner.fields.items()}
        return [name for name in members if _CART.fullmatch(name)]

    def arguments(self, **carts: str) -> dict[str, Any]:
        """Return what the action needs to look for these carts, and all else it needs."""
        values = {**VALUES, **carts}
        return {
            name: _value(it.type, name, values)
            for name, it in self.field.args.items()
            if name in values or _is_required(it)
        }

    def document(self) -> str:
        """Return an operation that asks for this field, with a variable for each argument."""
        declared = ", ".join(f"${name}: {it.type}" for name, it in self.field.args.items())
        passed = ", ".join(f"{name}: ${name}" for name in self.field.args)
        selection = _selection(self.field.type)
        if not declared:
            return f"{self.kind} {{ {self.name}{selection} }}"
        return f"{self.kind}({declared}) {{ {self.name}({passed}){selection} }}"


def roots() -> dict[str, Root]:
    """Return all root fields that there are."""
    built = schema()
    assert built.query_type is not None
    assert built.mutation_type is not None
    kinds = {"query": built.query_type, "mutation": built.mutation_type}
    return {
        name: Root(kind, name, field)
        for kind, owner in kinds.items()
        for name, field in owner.fields.items()
    }


def _is_required(it: GraphQLArgument | GraphQLInputField) -> bool:
    return is_non_null_type(it.type) and it.default_value is Undefined


def _value(kind: GraphQLInputType, name: str, values: Mapping[str, Any]) -> Any:
    value = values[name]  # who is missing here is to be entered in VALUES
    inner = get_named_type(kind)
    if not isinstance(inner, GraphQLInputObjectType):
        assert value is not ..., f"no value for {name!r}"
        return value
    made = {
        member: _value(it.type, member, values)
        for member, it in inner.fields.items()
        if member in values or _is_required(it)
    }
    return [made] if is_list_type(get_nullable_type(kind)) else made


def _selection(kind: GraphQLOutputType) -> str:
    """Return a selection of what says that something went wrong."""
    inner = get_named_type(kind)
    if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    asked = ["__typename"]
    for name, field in inner.fields.items():
        if name in ("errors", "user_errors"):
            asked.append(f"{name} {{ message }}")
        elif name == "error" and is_leaf_type(get_named_type(field.type)):
            asked.append(name)
    return f" {{ {' '.join(asked)} }}"
