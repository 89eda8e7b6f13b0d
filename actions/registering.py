"""createCustomerV2 and createCustomer: new accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from cartflow import ActionError, Context

from .cart.emails import is_email
from .cart.passwords import CLASSES, MAX_LENGTH, MIN_LENGTH, UNKNOWN, classes_of, hash_password
from .cart.people import (
    DETAILS,
    NewPerson,
    accounts_per_hour,
    add_person,
    are_too_many,
    find_person,
)
from .cart.shop import current_shop
from .cart.sign_in import find_customer_id

_LABELS: Final = {
    "firstname": "First Name",
    "lastname": "Last Name",
    "prefix": "Name Prefix",
    "middlename": "Middle Name",
    "suffix": "Name Suffix",
    "taxvat": "Tax/VAT Number",
}
"""The texts of an account, with the platform's words for them."""

_REQUIRED: Final = ("firstname", "lastname")
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_GENDERS: Final = (1, 2, 3)
_FREE: Final = ("admin", "integration", "system")
"""Who may create as many accounts as they like."""


def create(ctx: Context) -> dict[str, Any]:
    """Create an account; its password is hashed before anything is locked."""
    email, password = ctx.input.get("email", "").strip(), ctx.input.get("password")
    person = NewPerson(_email(email), **_names(ctx.input), details=_details(ctx))
    if password is not None:
        _check_password(password, email)
    with ctx.snapshot() as db:
        if ctx.principal.kind not in _FREE:
            _check_open(ctx, db)
        if find_customer_id(db, email) is not None:
            raise ActionError("EMAIL_TAKEN")
    hashed = UNKNOWN if password is None else hash_password(password)
    number = add_person(ctx.db, ctx.now, person, hashed)
    if number is None:  # somebody was faster
        raise ActionError("EMAIL_TAKEN")
    return {"customer": find_person(ctx.db, number)}


def _check_open(ctx: Context, db: Connection) -> None:
    """Refuse what somebody could fill the database with.

    Raises:
        ActionError: `REGISTRATION_CLOSED` or `TOO_MANY_REGISTRATIONS`.
    """
    most = accounts_per_hour(current_shop(db).rules)
    if not most:
        raise ActionError("REGISTRATION_CLOSED")
    if are_too_many(db, ctx.now, most):
        raise ActionError("TOO_MANY_REGISTRATIONS")


def _email(text: str) -> str:
    """Return an e-mail address as it is kept.

    Raises:
        ActionError: `EMAIL_REQUIRED` or `EMAIL_INVALID`.
    """
    if not text:
        raise ActionError("EMAIL_REQUIRED")
    if not (is_email(text) and is_email(text.casefold())):
        raise ActionError("EMAIL_INVALID", email=text)
    return text.casefold()


def _names(given: Mapping[str, Any]) -> dict[str, str]:
    names = {name: _text(given, name) for name in _REQUIRED}
    for name, text in names.items():
        if not text:
            raise ActionError("NAME_REQUIRED", field=_LABELS[name])
    return names


def _text(given: Mapping[str, Any], name: str) -> str:
    """Return a text without blanks around it.

    Raises:
        ActionError: `NAME_INVALID` if there is something in it that cannot be shown.
    """
    text: str = given.get(name, "").strip()
    if _UNSHOWABLE.search(text):
        raise ActionError("NAME_INVALID", field=_LABELS[name])
    return text


def _details(ctx: Context) -> dict[str, Any]:
    """Return what was told beside the names."""
    given = ctx.input
    texts = {name: _text(given, name) for name in DETAILS if name in _LABELS}
    details: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if "date_of_birth" in given:
        details["date_of_birth"] = _date_of_birth(given["date_of_birth"], ctx.now.date())
    if "gender" in given:
        if given["gender"] not in _GENDERS:
            raise ActionError("GENDER_INVALID", gender=given["gender"])
        details["gender"] = given["gender"]
    return details


def _date_of_birth(text: str, today: date) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ActionError("DATE_OF_BIRTH_INVALID") from None
    if found > today:
        raise ActionError("DATE_OF_BIRTH_IN_FUTURE")
    return found.isoformat()


def _check_password(password: str, email: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        ActionError: In this order `PASSWORD_TOO_LONG`, `PASSWORD_TOO_SHORT`, `PASSWORD_PADDED`,
            `PASSWORD_TOO_SIMPLE`, `PASSWORD_IS_EMAIL`.
    """
    if len(password) > MAX_LENGTH:
        raise ActionError("PASSWORD_TOO_LONG", maximum=MAX_LENGTH)
    if len(password) < MIN_LENGTH:
        raise ActionError("PASSWORD_TOO_SHORT", minimum=MIN_LENGTH)
    if password != password.strip():
        raise ActionError("PASSWORD_PADDED")
    if classes_of(password) < CLASSES:
        raise ActionError("PASSWORD_TOO_SIMPLE", classes=CLASSES)
    if password.casefold() == email.casefold():
        raise ActionError("PASSWORD_IS_EMAIL")
