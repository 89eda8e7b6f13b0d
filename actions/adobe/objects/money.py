"""Amounts: documents count minor units, GraphQL writes decimals."""

from __future__ import annotations

from typing import Any, Final

from .members import Fields, Json, listed

_NO_DECIMALS: Final = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_THREE_DECIMALS: Final = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")

_UNITS: Final = {
    **dict.fromkeys(_NO_DECIMALS, 1),
    **dict.fromkeys(_THREE_DECIMALS, 1000),
}
"""How many minor units make one, by ISO 4217, where it is not 100."""

_USUAL: Final = 100


def value_of(amount_minor: int, currency: str) -> float:
    """Return an amount in units of its currency: a whole number as an integer, so as `2`."""
    unit = _UNITS.get(currency, _USUAL)
    whole, rest = divmod(amount_minor, unit)
    return amount_minor / unit if rest else whole


def money(amount_minor: int, like: Json) -> Json:
    """Return the document of an amount in the currency of another."""
    return {"amount_minor": amount_minor, "currency": like["currency"]}


def _value(source: Json, _: Any) -> float:
    return value_of(source["amount_minor"], source["currency"])


FIELDS: Final[Fields] = {"Money": {"value": _value, "currency": listed("currency", "CurrencyEnum")}}
