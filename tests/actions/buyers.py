"""Business accounts of the sample store, for the tests that need one of their own."""

from __future__ import annotations

from itertools import count
from typing import Any, NamedTuple

from cartflow import Principal

from .conftest import Shop

STORE = "shop"
"""The sample store's own id."""

_numbers = count(1)


class Buyer(NamedTuple):
    """A customer who buys for a business account.

    Attributes:
        account: The account's public id.
        email: The customer's.
    """

    principal: Principal
    account: str
    email: str

    @property
    def id(self) -> str:
        return self.principal.id


def buyer(shop: Shop, **account: Any) -> Buyer:
    """Register a customer and an account that he is the member of; *account* changes the latter."""
    email = shop.email()
    [[number]] = shop.sql("SELECT id FROM cart_customer WHERE email = :email", email=email)
    found = Buyer(Principal("customer", str(number)), f"acct{next(_numbers)}", email)
    change_account(shop, found, **account)
    return found


def change_account(shop: Shop, buyer: Buyer, **members: Any) -> None:
    account = {"id": buyer.account, "name": "Acme", "members": [buyer.email], **members}
    shop.load(accounts=[account])


def cart_for(shop: Shop, buyer: Buyer, **given: Any) -> str:
    """Create a cart with which the buyer buys for the account; return its id."""
    wanted = {"effectiveAccountId": buyer.account, **given}
    answer = shop.invoke("createCart", by=buyer.principal, webStoreId=STORE, cartInput=wanted)
    return str(answer["cartSummary"]["cartId"])
