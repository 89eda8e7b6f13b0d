"""Customers: their accounts and their tokens."""

from __future__ import annotations

from typing import Final

from .operation import Json, Operation, given_by, member, same_named


def _person(arguments: Json) -> Json:
    """Return the members of an account: without the newsletter, which no shop has here."""
    given = given_by(arguments)
    given.pop("is_subscribed", None)
    born = given.pop("dob", None)
    return given if born is None else {"date_of_birth": born, **given}


QUERIES: Final = {"customer": Operation("customer", member("customer"))}

MUTATIONS: Final = {
    **same_named("generateCustomerToken", "revokeCustomerToken"),
    "createCustomerV2": Operation("createCustomerV2", given=_person),
    "createCustomer": Operation("createCustomer", given=_person),
}
