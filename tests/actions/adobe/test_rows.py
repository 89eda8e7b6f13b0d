"""Every condition that an operation can end with, through GraphQL, in each wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from cartflow import GUEST, SYSTEM, ActionError
from cartflow.actions.adobe.operations import OPERATIONS

from ..test_conditions import CASES
from .asking import Root, roots
from .conftest import Door
from .rows import CATEGORIES, CLEARING, ERROR_CODES, OURS, PLACING, SERVERS

ROOTS = roots()

INVALID = {
    (action, code)
    for action in ("estimateTotals", "estimateShippingMethods")
    for code in ("COUNTRY_REQUIRED", "COUNTRY_NOT_AVAILABLE")
}
"""What no document can say: the schema lists the countries, and wants one."""

STOCK = ("The requested qty is not available", "Not enough items for sale")
"""What is said of it before 2.4.8, and since."""

NEEDED = {"createPaymentOrder": {"location": "CART", "paymentSource": "tok_ok"}}
"""By operation: what the schema wants and the action does not."""

ROWS = [
    (action, code)
    for action, cases in CASES.items()
    if action in ROOTS and action not in ("products", "storeConfig", "countries")
    for code in cases
    if (action, code) not in INVALID
]
IN_EACH = ("mergeCarts", "setCartAsInactive", "addProductsToCart", "placeOrder")
"""Operations whose rows are told in each wording; of others those that can differ are enough."""

STATUSES = {"graphql-authentication": 401, "graphql-authorization": 403}


def template_of(door: Door, action: str, code: str) -> str:
    """Return the words of a condition, as its contract has them."""
    condition = door.shop.app.registry[action].contract.errors[code]
    return condition.message or condition.title


def words_of(wording: str, action: str, template: str, error: ActionError) -> str:
    """Return what a client has to be told."""
    if wording == "documented":
        return error.message
    if (action, template) in SERVERS:
        return SERVERS[action, template].format_map(error.data)
    if wording == "2.4.8" and error.code == "INSUFFICIENT_STOCK":
        return error.message.replace(*STOCK)
    return error.message


def data_of(action: str, template: str, error: ActionError, words: str) -> Mapping[str, Any] | None:
    """Return what an operation answers instead of an error at the top, where it does that."""
    if action == "setCartAsInactive":
        return {"error": words}
    if action == "clearCart" and template in CLEARING:
        return {"errors": [{"type": CLEARING[template], "message": words}]}
    if action == "addProductsToNewCart" and error.code != "CART_ITEMS_REQUIRED":
        return {"user_errors": [{"message": words}]}
    is_step = action == "setPaymentMethodAndPlaceOrder" and error.code.startswith("CART_NOT_")
    if action.endswith("laceOrder") and template in PLACING and not is_step:
        return {"errors": [{"code": PLACING[template], "message": words}]}
    return None


@pytest.mark.parametrize(("action", "code"), ROWS, ids=map("-".join, ROWS))
def test_a_condition_is_told_in_the_words_of_the_setting(
    server_doors: dict[str, Door], action: str, code: str
) -> None:
    shop, root = server_doors["documented"].shop, ROOTS[action]
    principal, given = CASES[action][code](shop)
    if principal is SYSTEM:  # which no door lets in; carts are judged before who has them
        conditions = shop.app.registry[action].contract.errors
        principal = shop.customer() if "CUSTOMER_REQUIRED" in conditions else GUEST
    error = shop.refused(action, by=principal, **given)
    template = template_of(server_doors["documented"], action, code)

    answers = {
        wording: door.send(document_of(root), by=principal, **variables_of(root, given))
        for wording, door in server_doors.items()
        if action in IN_EACH or wording != "2.4.7"
    }

    shop.forget_rules()
    assert error.code == code
    for wording, answer in answers.items():
        words = words_of(wording, action, template, error)
        data = data_of(action, template, error, words)
        body = answer.get_json()
        if data is not None:
            assert (answer.status_code, list(body)) == (200, ["data"]), body
            assert {name: body["data"][action][name] for name in data} == data
            continue
        [found] = body["errors"]
        assert (found["message"], found["path"]) == (words, [action])
        is_nullable = not str(root.field.type).endswith("!")
        assert body["data"] == ({action: None} if is_nullable else None)
        category = CATEGORIES[template] if template in CATEGORIES else OURS[code]
        assert found.get("extensions") == extensions_of(category, wording, template)
        status = STATUSES.get(category or "", 200) if wording == "2.4.8" else 200
        assert answer.status_code == status


def extensions_of(category: str | None, wording: str, template: str) -> dict[str, str] | None:
    """Return what stands beside the words of an error."""
    if category is None:
        return None
    has_code = wording == "2.4.8" and template in ERROR_CODES
    return {"category": category} | ({"error_code": ERROR_CODES[template]} if has_code else {})


def document_of(root: Root) -> str:
    """Return a document that asks for what is wrong, and for its code where it has one."""
    code = {"clearCart": "type", "updateCartItems": "", "addProductsToCart": ""}
    members = f"{code.get(root.name, 'code')} message"
    return re.sub(r"(?<! user_)errors { message }", f"errors {{ {members} }}", root.document())


def variables_of(root: Root, given: dict[str, Any]) -> dict[str, Any]:
    """Return an action's input as variables of the operation."""
    given = {**NEEDED.get(root.name, {}), **given}
    return {"input": given} if "input" in root.field.args else given


def test_every_operation_has_rows() -> None:
    silent = {
        name
        for operations in OPERATIONS.values()
        for name in operations
        if name not in {action for action, _ in ROWS}
    }

    of_the_store = {"availableStores", "currency", "checkoutAgreements", "recaptchaV3Config"}
    assert silent == {"products", "storeConfig", "countries", "country"} | of_the_store
