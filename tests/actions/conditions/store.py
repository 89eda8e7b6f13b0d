"""Every condition of customers and the shop."""

from __future__ import annotations

from cartflow import ADMIN, GUEST

from ..conftest import PASSWORD
from .common import Cases

CASES: Cases = {
    "generateCustomerToken": {
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"email": "", "password": PASSWORD}),
        "PASSWORD_REQUIRED": lambda shop: (GUEST, {"email": "a@example.com", "password": ""}),
        "SIGN_IN_INCORRECT": lambda shop: (GUEST, {"email": "a@example.com", "password": "x"}),
    },
    "revokeCustomerToken": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "loadStore": {"INVALID_STORE": lambda shop: (ADMIN, {"store": {}})},
}
