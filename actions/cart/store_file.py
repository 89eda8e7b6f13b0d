"""Store files: a shop, its catalogue, payment methods and customers, checked as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from sqlalchemy import Connection

from cartflow import InvalidDocumentError, Problem

from .quantities import from_json
from .store_rows import write_store

SOURCE = "store"
"""What stands for the file in problems; who has read the file knows its name."""

_QUANTITIES = ("stock", "minimum", "maximum", "increment")
_KEYS = (("products", "sku"), ("payment_methods", "code"), ("customers", "email"))


def load_store(db: Connection, document: Mapping[str, Any]) -> dict[str, int]:
    """Bring the database to what a store file says; return how many of each kind it has.

    What the file does not name stays as it is, so loading the same file again changes nothing.

    Raises:
        InvalidDocumentError: With everything that is wrong; nothing is written then.
    """
    problems = sorted(check_store(document), key=lambda problem: problem.pointer)
    if problems:
        raise InvalidDocumentError(problems)
    return write_store(db, document)


def check_store(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield everything that is wrong with a store file; values are never shown."""
    try:
        errors = list(_validator().iter_errors(document))
    except ValueError:  # half of a surrogate pair: a caller in Python can have one
        yield Problem("there is a text in it that cannot be written down", SOURCE, rule="bad-text")
        return
    broken = set()
    for error in errors:
        pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
        broken.add("/".join(pointer.split("/")[:3]))
        yield Problem(error.message, SOURCE, pointer, rule=error.kind.name)
    yield from _duplicates(document)
    for index, product in enumerate(_records(document, "products")):
        pointer = f"/products/{index}"
        if broken.isdisjoint(("", "/shop", "/products", pointer)):
            yield from _check_product(product, pointer, document)


@cache
def _validator() -> jsonschema_rs.Validator:
    schema = json.loads(files("cartflow.schemas").joinpath("store.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, offline=True, mask="the value")


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _records(document: Mapping[str, Any], section: str) -> list[Any]:
    records = document.get(section)
    return records if isinstance(records, list) else []


def _duplicates(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield each record whose key an earlier one of the same section has."""
    for section, key in _KEYS:
        first: dict[str, int] = {}
        for index, record in enumerate(_records(document, section)):
            value = record.get(key) if isinstance(record, dict) else None
            if isinstance(value, str):
                earlier = first.setdefault(value.casefold() if key == "email" else value, index)
                if earlier != index:
                    message = f"the {key} {value!r} stands in {section}/{earlier} already"
                    yield Problem(message, SOURCE, f"/{section}/{index}/{key}", rule="duplicate")


def _check_product(
    product: Mapping[str, Any], pointer: str, document: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what no schema can say about a product that satisfies it."""
    for name in _QUANTITIES:
        if name in product and from_json(product[name]) is None:
            message = "a quantity may have at most 4 decimals"
            yield Problem(message, SOURCE, f"{pointer}/{name}", rule="decimals")
    currency = document.get("shop", {}).get("currency")
    if product.get("currency", currency) != currency:
        message = f"the shop sells in {currency!r}; leave the currency out"
        yield Problem(message, SOURCE, f"{pointer}/currency", rule="currency")
    least, most = product.get("minimum", 0), product.get("maximum", 10_000)
    step = from_json(product.get("increment", 1)) or 1
    if least > most:
        message = f"the minimum {least} is more than the maximum {most}"
        yield Problem(message, SOURCE, f"{pointer}/minimum", rule="limits")
    elif (top := from_json(most) or 0) - top % step < max(from_json(least) or 0, step):
        message = "no multiple of the increment lies between minimum and maximum"
        yield Problem(message, SOURCE, f"{pointer}/increment", rule="limits")
