"""What random requests are filled with: ids that exist, and what nobody would send."""

from __future__ import annotations

import base64
import re
from random import Random
from typing import Any, Final

from ..repertoire.store import COUPONS, GIFT_CARDS, METHODS, OTHER, OWNER, PASSWORD, SKUS, WRAPPINGS

GARBAGE: Final = (
    *("", " ", "x", "0", "-1", "null", "[]", "{}", "%00", "'", '"', "\\", "\0", "\u202e", "\ufeff"),
    *("\U0001f600", "é" * 40, "x" * 300, "9" * 30, "' OR 1=1 --", "${{ inputs }}", "{cart_id}"),
    *("\r\nX: y", "MTQ=", "1e309", "2020-02-30", "a@b.de", "../..", "\x7f\x1b[31m", "ß" * 900),
)
INTEGERS: Final = (0, 1, 2, 7, -1, 100, 999_999_999, 2**31 - 1, -(2**31))
NUMBERS: Final = (1, 2, 0.5, 7, 0, -1, 8.5, 0.0001, 0.00001, 1e300, -1e-300, 1e15, 12345678.125)
ANYTHING: Final[tuple[Any, ...]] = (
    *GARBAGE,
    *INTEGERS,
    *NUMBERS,
    None,
    True,
    False,
    [],
    {},
    [[]],
    {"a": None},
)

_CART: Final = re.compile(r"(?i)(.*_)?cart_?(state_or_)?u?id|cartStateOrId|uid")


class Pool:
    """Values by the names of members: what there is now, as far as callers could know.

    Attributes:
        carts: Public ids of carts, of everybody.
        own: The carts of whoever calls.
        guests: Those of guests.
        lines: Numbers of lines, by cart.
        sessions: Public ids of checkout sessions.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.carts: list[str] = []
        self.own: list[str] = []
        self.guests: list[str] = []
        self.lines: dict[str, list[int]] = {}
        self.sessions: list[str] = []

    def named(self, name: str) -> list[Any]:
        """Return what a member of this name may sensibly be; nothing if nothing is known of it."""
        if name == "source_cart_id":
            return [*self.guests]
        if _CART.fullmatch(name):
            return self._mostly_own()
        if name == "checkoutSessionId":
            return [*self.sessions]
        if name in ("cart_item_id", "cart_item_uid"):
            lines = [line for cart in self._mostly_own() for line in self.lines.get(cart, ())]
            return lines if name == "cart_item_id" else [_uid(line) for line in lines]
        return [*_NAMED.get(name, ())]

    def _mostly_own(self) -> list[str]:
        return [*(self.own if self.own and self.random.random() < 0.9 else self.carts)]

    def text(self, name: str) -> str:
        """Return a text for a member of this name, sensible or not."""
        known = [value for value in self.named(name) if isinstance(value, str)]
        is_sensible = known and self.random.random() < 0.9
        return self.random.choice(known if is_sensible else GARBAGE)


def _uid(line: int) -> str:
    return base64.b64encode(str(line).encode()).decode()


_NAMED: Final[dict[str, tuple[Any, ...]]] = {
    "sku": SKUS,
    "productId": SKUS,
    "eq": SKUS,
    "search": ("m", "few", "virtual"),
    "coupon_code": COUPONS,
    "coupon_codes": COUPONS,
    "gift_card_code": GIFT_CARDS,
    "gift_wrapping_id": tuple(it for it in WRAPPINGS if it),
    "carrier_code": ("flatrate", "freeshipping", "pigeon"),
    "method_code": ("flatrate", "freeshipping"),
    "deliveryMethodId": ("flatrate/flatrate",),
    "code": METHODS,
    "methodCode": METHODS,
    "paymentSource": ("tok_ok", "tok_declined"),
    "email": (OWNER, OTHER, "guest@example.com", "new@example.com"),
    "password": (PASSWORD, "wrong", "Secret-1234"),
    "firstname": ("Ann",),
    "lastname": ("Lee",),
    "street": ("1 Main St",),
    "city": ("Los Angeles",),
    "country_code": ("US", "DE", "us", "XX"),
    "region": ("CA", "Bavaria"),
    "postcode": ("90210", "10115"),
    "webStoreId": ("proof",),
    "effectiveAccountId": ("account",),
    "nextState": ("activateOrder", "CheckInventory", "Payment"),
    "expCurrentState": ("Start", "Lost"),
    "orderStatus": ("Activated", "Draft"),
    "currentPage": (1, 2),
    "pageSize": (1, 20),
    "quantity": (1, 2, 0.5, 7),
}
