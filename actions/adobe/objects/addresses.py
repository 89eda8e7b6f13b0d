"""The addresses of a cart, and how it can be shipped there."""

from __future__ import annotations

from typing import Any, Final

from graphql import GraphQLResolveInfo

from ..call import Call
from .lines import lines_of
from .members import Fields, Json, Resolver, no_elements, nothing
from .products import number_of


def shipping_addresses(cart: Json, _: Any) -> list[Json]:
    """Return where a cart is shipped to; the addresses know what is."""
    return [{**address, "cart": cart} for address in cart["shipping_addresses"]]


def kind_of_address(address: Json, _: Any, __: Any) -> str:
    """Return the type of an address."""
    return "ShippingCartAddress" if "cart" in address else "BillingCartAddress"


def kind_of_attribute(_: Json, __: Any, ___: Any) -> str:
    """Return the type of an attribute of the shop's own, of which there are none."""
    return "AttributeValue"


def _id(address: Json, _: Any) -> int | None:
    uid = address["customer_address_uid"]
    return None if uid is None else number_of(uid)


def _required(name: str) -> Resolver:
    """Return the resolver of a text that may be missing but is not null for the platform."""

    def resolve(address: Json, _: Any) -> str:
        return address[name] or ""

    return resolve


def _shipped(address: Json, info: GraphQLResolveInfo[Call]) -> list[Json]:
    lines = lines_of(address["cart"], info)
    return [line for line in lines if line["product"]["type"] != "virtual"]


def _quantities(address: Json, info: GraphQLResolveInfo[Call]) -> list[Json]:
    return [
        {"cart_item_id": int(line["id"]), "quantity": line["quantity"]}
        for line in _shipped(address, info)
    ]


def _weight(address: Json, info: GraphQLResolveInfo[Call]) -> float:
    catalogue, total = info.context.catalogue_of(address["cart"]), 0.0
    for line in _shipped(address, info):
        weight = catalogue.get(line["product"]["sku"]).get("weight") or 0
        total += weight * line["quantity"]
    return total


_NO_REGION: Final[Json] = {"code": None, "label": None, "region_id": None}


def _region(address: Json, _: Any) -> Json:
    """Return the region; without one an object with nothing in it, since clients look into it."""
    return address["region"] or _NO_REGION


_ADDRESS: Final = {
    "id": _id,
    "firstname": _required("firstname"),
    "lastname": _required("lastname"),
    "city": _required("city"),
    "region": _region,
    "custom_attributes": no_elements,
}

FIELDS: Final[Fields] = {
    "ShippingCartAddress": {
        **_ADDRESS,
        "pickup_location_code": nothing,
        "items_weight": _weight,
        "cart_items": _quantities,
        "cart_items_v2": _shipped,
    },
    "BillingCartAddress": {**_ADDRESS, "customer_notes": nothing},
    "AvailableShippingMethod": {"base_amount": nothing},
    "SelectedShippingMethod": {"base_amount": nothing},
}
