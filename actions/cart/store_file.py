"""Store files: a shop, its catalogue, customers and prices, checked as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from sqlalchemy import Connection

from cartflow import InvalidDocumentError, Problem

from .store_checks import CHECKS
from .store_writing import unknown_emails, unknown_skus, write_store

SOURCE = "store"
"""What stands for the file in problems; who has read the file knows its name."""

_KEYS = {
    "shipping": ("carrier", "method"),
    "gift_wrappings": ("id",),
    "payment_methods": ("code",),
    "products": ("sku",),
    "customers": ("email",),
    "accounts": ("id",),
    "coupons": ("code",),
    "gift_cards": ("code",),
}
"""Each section that is a list, with what tells its records apart."""

_FOLDED = frozenset(("customers", "coupons"))
"""The sections whose keys are the same in capitals."""


def load_store(db: Connection, document: Mapping[str, Any]) -> dict[str, int]:
    """Bring the database to what a store file says; return how many of each kind it has.

    What the file does not name stays as it is, so loading the same file again changes nothing.

    Raises:
        InvalidDocumentError: With everything that is wrong; nothing is written then.
    """
    problems = sorted(check_store(db, document), key=lambda problem: problem.pointer)
    if problems:
        raise InvalidDocumentError(problems)
    return write_store(db, document)


def check_store(db: Connection, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield everything that is wrong with a store file; values are never shown."""
    try:
        errors = list(_validator().iter_errors(document))
    except ValueError:  # half of a surrogate pair: a caller in Python can have one
        yield Problem("there is a text in it that cannot be written down", SOURCE, rule="bad-text")
        return
    broken = {""} if not isinstance(document, Mapping) else set()
    for error in errors:
        pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
        broken.add("/".join(pointer.split("/")[:3]))
        yield Problem(error.message, SOURCE, pointer, rule=error.kind.name)
    yield from _duplicates(document)
    yield from _strangers(db, document)
    if not broken.isdisjoint(("", "/shop")) or any(
        pointer.startswith("/shop/") for pointer in broken
    ):
        return
    for section, check in CHECKS.items():
        for pointer, record in _places(document, section):
            if broken.isdisjoint((f"/{section}", pointer)):
                for place, rule, message in check(record, document["shop"]):
                    yield Problem(message, SOURCE, pointer + place, rule=rule)


@cache
def _validator() -> jsonschema_rs.Validator:
    schema = json.loads(files("cartflow.schemas").joinpath("store.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, offline=True, mask="the value")


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _places(document: Mapping[str, Any], section: str) -> Iterator[tuple[str, Any]]:
    """Yield what is checked of a section, with its pointer: the section, or each record."""
    if section not in _KEYS:
        if section in document:
            yield f"/{section}", document[section]
        return
    for index, record in enumerate(_records(document, section)):
        yield f"/{section}/{index}", record


def _records(document: Mapping[str, Any], section: str) -> list[Any]:
    records = document.get(section)
    return records if isinstance(records, list) else []


def _texts(record: Any, name: str) -> list[tuple[int, str]]:
    """Return the texts in a list of a record, with their indexes."""
    values = record.get(name) if isinstance(record, dict) else None
    texts = enumerate(values if isinstance(values, list) else ())
    return [(index, value) for index, value in texts if isinstance(value, str)]


def _duplicates(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield each record whose key an earlier one of the same section has."""
    for section, names in _KEYS.items():
        first: dict[tuple[str, ...], int] = {}
        for index, record in enumerate(_records(document, section)):
            values = [record.get(name) if isinstance(record, dict) else None for name in names]
            texts = tuple(value for value in values if isinstance(value, str))
            key = tuple(text.casefold() for text in texts) if section in _FOLDED else texts
            if len(texts) == len(names) and (earlier := first.setdefault(key, index)) != index:
                said = "/".join(texts)
                message = f"the {names[-1]} {said!r} stands in {section}/{earlier} already"
                pointer = f"/{section}/{index}/{names[-1]}"
                yield Problem(message, SOURCE, pointer, rule="duplicate")


def _strangers(db: Connection, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the members of accounts and the products of coupons that nobody knows."""
    members = [
        (f"/accounts/{index}/members/{number}", email.casefold())
        for index, record in enumerate(_records(document, "accounts"))
        for number, email in _texts(record, "members")
    ]
    emails = {email.casefold() for email in _keys(document, "customers", "email")}
    unknown = unknown_emails(db, {email for _, email in members} - emails)
    for pointer, email in members:
        if email in unknown:
            message = "no customer has this e-mail address; name the customer under customers"
            yield Problem(message, SOURCE, pointer, rule="unknown")
    products = [
        (f"/coupons/{index}/skus/{number}", sku)
        for index, record in enumerate(_records(document, "coupons"))
        for number, sku in _texts(record, "skus")
    ]
    unknown = unknown_skus(db, {sku for _, sku in products} - _keys(document, "products", "sku"))
    for pointer, sku in products:
        if sku in unknown:
            message = f"there is no product {sku!r}; name it under products"
            yield Problem(message, SOURCE, pointer, rule="unknown")


def _keys(document: Mapping[str, Any], section: str, name: str) -> set[str]:
    return {
        record[name]
        for record in _records(document, section)
        if isinstance(record, dict) and isinstance(record.get(name), str)
    }
