"""What the plugin brings; it knows nothing of cartflow but the hook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cartflow import hookimpl

SCALE = 10_000
"""Quantities come in 1/10000 pieces."""


class ThirdFree:
    """Of three pieces of a product, one is free."""

    def on_items(self, sale: Any) -> Iterator[dict[str, Any]]:
        """Yield what every third piece costs."""
        free = [line.quantity_e4 // (3 * SCALE) * line.price_minor for line in sale.lines]
        yield {"label": "Take 3, pay 2", "amounts": free}

    def on_shipping(self, sale: Any) -> Iterator[dict[str, Any]]:
        """Yield a third off shipping for those who come often."""
        if sale.basket.group == "islanders":
            yield {"label": "Islander", "amount_minor": sale.shipping_left // 3}


class Barge:
    """A barge takes so many pieces, for one price each time."""

    def cost(self, sale: Any, options: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the price of all trips; bicycles have to wait."""
        address = sale.basket.choices.shipping_address
        if address["country_code"] != options["country"]:
            return None
        if any("bicycle" in line.name.lower() for line in sale.lines):
            return {"error_message": "The barge takes no bicycles."}
        pieces = sum(line.quantity_e4 for line in sale.lines if line.type != "virtual")
        trips = -(-pieces // (options["pieces"] * SCALE))
        return {"amount_minor": trips * options["amount_minor"]}


class PortDues:
    """Two per cent of all that goes by ship."""

    def rates(self, basket: Any, tax_class: str, *, shipping: bool) -> Iterator[dict[str, Any]]:
        """Yield the rate, but for what is shipped to nowhere, and for shipping itself."""
        if basket.destination is not None and not shipping:
            yield {"label": "Port dues", "percent_e4": 20_000}


class Purser:
    """Whoever is on board pays the purser."""

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return that there is nothing to know."""
        return {}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take the money."""
        return {"status": "created", "id": f"purser-{request['idempotency_key'][:8]}"}


@hookimpl
def cartflow_provide() -> dict[str, dict[str, object]]:
    """Return a promotion, a way to ship, a tax and a payment provider."""
    return {
        "cart.promotions": {"third_free": ThirdFree()},
        "cart.shipping": {"barge": Barge()},
        "cart.taxes": {"port_dues": PortDues()},
        "cart.payment_providers": {"purser": Purser()},
    }
