"""The payment methods that a cart may be paid by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cartflow import Context

from .providers import EXTENSION_POINT, PaymentProvider
from .shop import PaymentMethod, Shop

OFFLINE: Final = "offline"
"""The provider that charges nothing: what it accepts is paid later."""

FREE: Final = PaymentMethod("free", "No Payment Information Required", OFFLINE)
"""The method of a cart that costs nothing; every shop has it, and nothing else for such a cart."""


def available_methods(ctx: Context, shop: Shop, total_minor: int) -> Mapping[str, PaymentMethod]:
    """Return code to payment method for those by which *total_minor* can be paid."""
    if total_minor == 0:
        return {FREE.code: FREE}
    return {
        code: method
        for code, method in shop.payment_methods.items()
        if code != FREE.code and options_of(ctx, method) is not None
    }


def options_of(ctx: Context, method: PaymentMethod) -> Mapping[str, Any] | None:
    """Return what the provider of *method* is to know; None if it is missing or switched off."""
    provider: PaymentProvider | None = ctx.extensions(EXTENSION_POINT).get(method.provider)
    return provider.configure(ctx.settings) if provider else None
