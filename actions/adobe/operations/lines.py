"""Lines of carts: adding, changing and removing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..catalogue import Catalogue
from ..wording import words_of_item
from .operation import Failure, Json, Operation, Outcome, given_by, same_named

_PUBLISHED: Final = (
    *("PRODUCT_NOT_FOUND", "NOT_SALABLE", "INSUFFICIENT_STOCK"),
    *("COULD_NOT_FIND_CART_ITEM", "REQUIRED_PARAMETER_MISSING"),
)
"""Codes that the platform has, too; any other is `UNDEFINED` there."""

_OPTIONS: Final = ("selected_options", "entered_options", "customizable_options")


def _item(item: Json) -> Json:
    """Return an item as actions take it.

    Products have no options here. That there are none of them may be said; what is chosen goes on
    to the action, which refuses it: nobody's engraving is dropped silently. A SKU names a variant
    by itself, without its parent.
    """
    return {
        name: _item(value) if isinstance(value, dict) else value
        for name, value in item.items()
        if name != "parent_sku" and not (name in _OPTIONS and not value)
    }


def _items_of(arguments: Json) -> Json:
    given = given_by(arguments)
    for name in ("cartItems", "cart_items"):
        if name in given:
            given[name] = [_item(item) for item in given[name]]
    return given


def _errors(found: list[Mapping[str, Any]], wording: str) -> list[Json]:
    return [
        {
            "code": error["code"] if error["code"] in _PUBLISHED else "UNDEFINED",
            "message": words_of_item(error["code"], error["message"], wording),
        }
        for error in found
    ]


def _added(outcome: Outcome) -> Json:
    """Return the cart and what could not be added; of a stock that is short, what is left."""
    output, given, call = outcome
    found = output["user_errors"]
    products = [{"product": given["cartItems"][error["position"]]} for error in found]
    catalogue = Catalogue(call.read, {"items": products})
    errors = [
        {**error, "sku": product["product"]["sku"], "catalogue": catalogue}
        for error, product in zip(_errors(found, call.wording), products, strict=True)
    ]
    return {**output, "user_errors": errors}


def _updated(outcome: Outcome) -> Json:
    errors = _errors(outcome.output["errors"], outcome.call.wording)
    return {**outcome.output, "errors": errors}


def _all_added(outcome: Outcome) -> Json:
    return {**outcome.output, "user_errors": None}


def _none_added(failure: Failure) -> Json | None:
    """Return all that is wrong with the products; nothing if it is something else."""
    found = failure.error.data.get("user_errors")
    return found and {"cart": None, "user_errors": _errors(found, failure.wording)}


MUTATIONS: Final = {
    "addProductsToCart": Operation("addProductsToCart", _added, _items_of),
    "addProductsToNewCart": Operation("addProductsToNewCart", _all_added, _items_of, _none_added),
    "addSimpleProductsToCart": Operation("addSimpleProductsToCart", given=_items_of),
    "addVirtualProductsToCart": Operation("addVirtualProductsToCart", given=_items_of),
    "updateCartItems": Operation("updateCartItems", _updated, _items_of),
    **same_named("removeItemFromCart"),
}
