"""Orders and payments."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from .members import Fields, Json, Resolver, member, moment
from .money import value_of


def _order(placed: Json, _: Any) -> Json | None:
    return placed if "order_number" in placed else None


def _errors(placed: Json, _: Any) -> list[Json]:
    errors: list[Json] = placed.get("errors", [])
    return errors


def _encoded(prefix: str) -> Resolver:
    """Return the resolver of a text that names an order: the base64 of its number with a prefix."""

    def resolve(order: Json, _: Any) -> str:
        return b64encode(f"{prefix}{order['number']}".encode()).decode("ascii")

    return resolve


def _amount(payment: Json, _: Any) -> float:
    return value_of(payment["amount_minor"], payment["currency_code"])


FIELDS: Final[Fields] = {
    "PlaceOrderOutput": {"order": _order, "orderV2": member("order"), "errors": _errors},
    "Order": {"order_id": member("order_number")},
    # the token is opaque to clients; nothing takes it yet, so that it need not be a secret
    "CustomerOrder": {
        "id": _encoded(""),
        "token": _encoded("order:"),
        "order_date": moment("order_date"),
    },
    "CreatePaymentOrderOutput": {"amount": _amount},
}
