"""What the shop is and sells."""

from __future__ import annotations

from typing import Any, Final

from ..errors import INPUT, refusal
from .operation import Json, Operation, Outcome, given_by, member, same_named


def _search(arguments: Json) -> Json:
    """Return what to search for.

    Raises:
        GraphQLError: Neither words nor a filter were given.
    """
    given = given_by(arguments)
    wanted = given.pop("filter", None)
    if wanted is None and "search" not in given:
        message = "'search' or 'filter' input argument is required."
        raise refusal(message, INPUT)
    for name, order in given.pop("sort", {}).items():
        if name != "relevance":  # all words have to fit: all products fit as well
            given |= {"sort": name, "order": order}
            break
    for name, several in (("sku", "skus"), ("url_key", "url_keys")):
        values = _equal((wanted or {}).get(name))
        if values is not None:
            given[several] = values
    return given


def _equal(condition: Any) -> list[str] | None:
    """Return the values that a condition allows; None if it allows all."""
    if not condition:
        return None
    if "eq" not in condition:
        return list(condition["in"])
    return [value for value in [condition["eq"]] if value in condition.get("in", [value])]


def _country(arguments: Json) -> Json:
    """Return which country is asked for; none is another question than all."""
    return {"country": arguments.get("id") or ""}


def _one_country(outcome: Outcome) -> Json:
    country: Json = outcome.output["countries"][0]
    return country


def _anything(_: Json) -> Json:
    """Return nothing: there is one store, whichever is asked for."""
    return {}


def _the_store_alone(outcome: Outcome) -> list[Json]:
    return [outcome.output]


def _no_agreements(_: Outcome) -> list[Json]:
    """Return the terms that a checkout asks for: no shop has any here."""
    return []


def _no_captcha(_: Outcome) -> None:
    """Return how people are told from machines: not by this shop."""


QUERIES: Final = {
    **same_named("storeConfig", "isEmailAvailable"),
    "availableStores": Operation("storeConfig", _the_store_alone, _anything),
    "currency": Operation("storeConfig"),
    "checkoutAgreements": Operation("storeConfig", _no_agreements),
    "recaptchaV3Config": Operation("storeConfig", _no_captcha),
    "countries": Operation("countries", member("countries")),
    "country": Operation("countries", _one_country, _country, places={"country": "id"}),
    "products": Operation(
        "products", given=_search, places={"skus": "filter.sku", "url_keys": "filter.url_key"}
    ),
}
