"""The root fields: which action each invokes, with what, and what it makes of the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

from graphql import GraphQLFieldResolver, GraphQLResolveInfo

from cartflow import ActionError

from .call import Call
from .wording import words_of

_Json = dict[str, Any]


def given_by(arguments: _Json) -> _Json:
    """Return the input of an action: the arguments, or the members of the one called `input`.

    Members that are null were not given, and elements of lists that are null are none: clients send
    both where they have nothing to say.
    """
    members = {**arguments, **(arguments.get("input") or {})}
    members.pop("input", None)
    return {name: _without_nulls(value) for name, value in members.items() if value is not None}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value if inner is not None]
    return value


def as_it_is(output: Any) -> Any:
    """Return the output: its members are those of the type."""
    return output


class Operation(NamedTuple):
    """A root field.

    Attributes:
        action: The action that it invokes.
        answer: Makes the field's value of the action's output.
        given: Makes the action's input of the field's arguments.
        failure: Makes the field's value of an error that this operation answers as data; None for
            one that goes to the top level, as all do where there is no such function.
    """

    action: str
    answer: Callable[[Any], Any] = as_it_is
    given: Callable[[_Json], _Json] = given_by
    failure: Callable[[ActionError], Any] | None = None


def resolver_of(operation: Operation) -> GraphQLFieldResolver:
    """Return the resolver of a root field."""

    def resolve(_: Any, info: GraphQLResolveInfo[Call], **arguments: Any) -> Any:
        call = info.context
        given = operation.given(arguments)
        try:
            output = call.invoke(operation.action, given, str(info.path.key))
        except ActionError as error:
            value = operation.failure(error) if operation.failure else None
            if value is not None:
                return value
            raise words_of(error, operation.action, call.wording) from error
        call.adjustments.extend(output.get("adjustments", ()))
        return operation.answer(output)

    return resolve


def _not_inactive(error: ActionError) -> _Json | None:
    if error.code in ("CART_NOT_FOUND", "CART_NOT_ACTIVE"):
        return {"success": False, "error": error.message}
    return None


_ITEM_ERRORS: Final = {
    "PRODUCT_NOT_FOUND": "PRODUCT_NOT_FOUND",
    "NOT_SALABLE": "NOT_SALABLE",
    "INSUFFICIENT_STOCK": "INSUFFICIENT_STOCK",
}


def _not_added(error: ActionError) -> _Json | None:
    if error.status >= 500 or error.code == "INVALID_INPUT":
        return None
    code = _ITEM_ERRORS.get(error.code, "UNDEFINED")
    return {"cart": None, "user_errors": [{"code": code, "message": error.message}]}


_CART: Final = itemgetter("cart")

OPERATIONS: Final[Mapping[str, Mapping[str, Operation]]] = {
    "Query": {
        "cart": Operation("cart", _CART),
        "customerCart": Operation("customerCart", _CART),
    },
    "Mutation": {
        "mergeCarts": Operation("mergeCarts", _CART),
        "setCartAsInactive": Operation(
            "setCartAsInactive", lambda output: {**output, "error": None}, failure=_not_inactive
        ),
        "addProductsToNewCart": Operation("addProductsToNewCart", failure=_not_added),
        "createEmptyCart": Operation("createEmptyCart", itemgetter("cart_id")),
        "addProductsToCart": Operation("addProductsToCart"),
        "generateCustomerToken": Operation("generateCustomerToken"),
    },
}
"""Each root field, by the type that has it."""
