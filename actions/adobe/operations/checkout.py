"""The steps of a checkout, and what it would cost."""

from __future__ import annotations

from typing import Any, Final

from .operation import Json, Operation, given_by, member, same_named


def _addresses_of(arguments: Json) -> Json:
    """Return the input without lists of a shop's own attributes that say nothing."""
    given = given_by(arguments)
    wanted = [given.get("billing_address"), *given.get("shipping_addresses", ())]
    for choice in wanted:
        address: Any = (choice or {}).get("address")
        if address and not address.get("custom_attributes"):
            address.pop("custom_attributes", None)
    return given


MUTATIONS: Final = {
    **same_named(
        *("setGuestEmailOnCart", "setShippingMethodsOnCart", "setPaymentMethodOnCart"),
        *("createPaymentOrder", "estimateTotals"),
    ),
    "setShippingAddressesOnCart": Operation("setShippingAddressesOnCart", given=_addresses_of),
    "setBillingAddressOnCart": Operation("setBillingAddressOnCart", given=_addresses_of),
    "estimateShippingMethods": Operation("estimateShippingMethods", member("shipping_methods")),
}
