"""Every condition of customers and the shop."""

from __future__ import annotations

import secrets
from typing import Any

from cartflow import ADMIN, GUEST, SYSTEM

from ..conftest import PASSWORD, Shop
from .common import Call, Case, Cases


def registering(**members: Any) -> Case:
    person = {"email": "new@example.com", "firstname": "A", "lastname": "B"}
    return lambda shop: (GUEST, {**person, **members})


def registering_again(shop: Shop) -> Call:
    return registering(email=shop.email())(shop)


def closed(shop: Shop) -> Call:
    shop.set_rules(accounts_per_hour=0)
    return registering()(shop)


def one_too_many(shop: Shop) -> Call:
    principal, person = registering(email=f"{secrets.token_hex(8)}@example.com")(shop)
    shop.invoke("createCustomerV2", by=principal, **person)
    shop.set_rules(accounts_per_hour=1)
    return registering()(shop)


REGISTERING = {
    "EMAIL_REQUIRED": registering(email=""),
    "EMAIL_INVALID": registering(email="new"),
    "NAME_REQUIRED": registering(firstname=""),
    "NAME_INVALID": registering(lastname="\x00"),
    "DATE_OF_BIRTH_INVALID": registering(date_of_birth="1"),
    "DATE_OF_BIRTH_IN_FUTURE": registering(date_of_birth="9999-12-31"),
    "GENDER_INVALID": registering(gender=0),
    "PASSWORD_TOO_LONG": registering(password="Ab1" * 100),
    "PASSWORD_TOO_SHORT": registering(password="Ab1"),
    "PASSWORD_PADDED": registering(password="Ab1 5678 "),
    "PASSWORD_TOO_SIMPLE": registering(password="abcdefgh"),
    "PASSWORD_IS_EMAIL": registering(password="New@example.com"),
    "REGISTRATION_CLOSED": closed,
    "TOO_MANY_REGISTRATIONS": one_too_many,
    "EMAIL_TAKEN": registering_again,
}

CASES: Cases = {
    "generateCustomerToken": {
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"email": "", "password": PASSWORD}),
        "PASSWORD_REQUIRED": lambda shop: (GUEST, {"email": "a@example.com", "password": ""}),
        "SIGN_IN_INCORRECT": lambda shop: (GUEST, {"email": "a@example.com", "password": "x"}),
    },
    "createCustomer": REGISTERING,
    "createCustomerV2": REGISTERING,
    "customer": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "products": {
        "PAGE_SIZE_INVALID": lambda shop: (GUEST, {"pageSize": 0}),
        "PAGE_INVALID": lambda shop: (GUEST, {"currentPage": 0}),
        "PAGE_UNKNOWN": lambda shop: (GUEST, {"skus": [shop.product()], "currentPage": 2}),
    },
    "storeConfig": {"STORE_NOT_FOUND": lambda shop: (GUEST, {"store": "elsewhere"})},
    "countries": {
        "COUNTRY_REQUIRED": lambda shop: (GUEST, {"country": ""}),
        "COUNTRY_UNKNOWN": lambda shop: (GUEST, {"country": "XX"}),
    },
    "isEmailAvailable": {
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"email": " "}),
        "EMAIL_INVALID": lambda shop: (GUEST, {"email": "nobody"}),
    },
    "revokeCustomerToken": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "loadStore": {"INVALID_STORE": lambda shop: (ADMIN, {"store": {}})},
    "purgeCarts": {
        "PLACE_UNKNOWN": lambda shop: (ADMIN, {"older_s": 3600, "after": "active/2024/x"}),
    },
    "loadStoreFile": {
        "INVALID_STORE": lambda shop: (SYSTEM, {"file": __file__}),
        "FILE_UNREADABLE": lambda shop: (SYSTEM, {"file": "/nowhere/store.json"}),
    },
}
