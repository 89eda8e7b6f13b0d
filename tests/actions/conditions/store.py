"""Every condition of customers and the shop."""

from __future__ import annotations

from cartflow import ADMIN, GUEST, SYSTEM

from ..conftest import PASSWORD
from .common import Cases

CASES: Cases = {
    "generateCustomerToken": {
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"email": "", "password": PASSWORD}),
        "PASSWORD_REQUIRED": lambda shop: (GUEST, {"email": "a@example.com", "password": ""}),
        "SIGN_IN_INCORRECT": lambda shop: (GUEST, {"email": "a@example.com", "password": "x"}),
    },
    "customer": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "products": {
        "PAGE_SIZE_INVALID": lambda shop: (GUEST, {"pageSize": 0}),
        "PAGE_INVALID": lambda shop: (GUEST, {"currentPage": 0}),
        "PAGE_UNKNOWN": lambda shop: (GUEST, {"skus": [shop.product()], "currentPage": 2}),
    },
    "storeConfig": {"STORE_NOT_FOUND": lambda shop: (GUEST, {"store": "elsewhere"})},
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
