"""Who may do what with whose cart: the patterns that actions share.

A row for each caller, a column for each cart. `own` is the cart of the caller `owner`, `other's`
the one of `other`, another customer; `inactive` and `closed` are carts of `owner` as well. The
words stand for conditions (`CONDITIONS`; an entry may give a word another meaning); `ok` is what it
says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLERS: Final = ("guest", "owner", "other", "integration", "admin")
CARTS: Final = ("own", "guest's", "other's", "unknown", "inactive", "closed")

CONDITIONS: Final = {
    "foreign": "CART_NOT_OWNED",
    "unknown": "CART_NOT_FOUND",
    "gone": "CART_NOT_ACTIVE",
    "sign-in": "NOT_AUTHENTICATED",
    "scope": "NOT_AUTHORIZED",
    "kind": "NOT_AUTHORIZED",
    "customers": "CUSTOMER_REQUIRED",
    "guests": "GUEST_REQUIRED",
}
"""Word to code. `scope`: an API key that does not cover the action. `kind`: not for this caller."""

Rows = Mapping[str, Mapping[str, str]]
"""Caller to cart to word."""


def rows(text: str) -> Rows:
    """Return a table that was written down: a line of names of carts, then a line per caller."""
    [head, *lines] = [line.split() for line in text.strip().splitlines()]
    return {
        caller: dict(zip(head, words if len(words) > 1 else words * len(head), strict=True))
        for caller, *words in lines
    }


SHOPPERS = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       foreign  ok       foreign  unknown  gone     gone
    owner       ok       foreign  foreign  unknown  gone     gone
    other       foreign  foreign  ok       unknown  gone     gone
    integration scope
    admin       ok       ok       ok       unknown  gone     gone
""")
"""The rule: to everybody the own carts; to guests those of nobody; to administrators all."""

GUEST_CARTS = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       foreign  ok       foreign  unknown  gone     gone
    owner       guests
    other       guests
    integration scope
    admin       guests   ok       guests   unknown  gone     gone
""")
"""What only guests need: a customer's e-mail is known."""

OWNERS = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       customers
    owner       ok       foreign  foreign  unknown  gone     gone
    other       foreign  foreign  ok       unknown  gone     gone
    integration scope
    admin       kind
""")
"""What is for customers alone."""

STORE_CREDIT = rows("""
                own      guest's   other's  unknown  inactive closed
    guest       foreign  customers foreign  unknown  gone     gone
    owner       ok       foreign   foreign  unknown  gone     gone
    other       foreign  foreign   ok       unknown  gone     gone
    integration scope
    admin       ok       customers ok       unknown  gone     gone
""")
"""What is for the carts of customers, whoever calls."""

REWARDS = rows("""
                own      guest's   other's  unknown  inactive closed
    guest       customers
    owner       ok       foreign   foreign  unknown  gone     gone
    other       foreign  foreign   ok       unknown  gone     gone
    integration scope
    admin       ok       customers ok       unknown  gone     gone
""")
"""The same, but guests are refused before anybody looks for the cart."""

MEMBERS = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       sign-in
    owner       ok       foreign  foreign  unknown  gone     gone
    other       foreign  foreign  ok       unknown  gone     gone
    integration scope
    admin       ok       ok       ok       unknown  gone     gone
""")
"""The same, but not for guests: checkouts of businesses."""

SESSION_READERS = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       sign-in
    owner       ok       foreign  foreign  unknown  ok       ok
    other       foreign  foreign  ok       unknown  foreign  foreign
    integration scope
    admin       ok       ok       ok       unknown  ok       ok
""")
"""Sessions can be read when they are over; others' are as if they did not exist."""

DELETE = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       sign-in
    owner       ok       foreign  foreign  unknown  ok       gone
    other       foreign  foreign  ok       unknown  foreign  gone
    integration scope
    admin       ok       ok       ok       unknown  ok       gone
""")

OF_USER = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       sign-in
    owner       ok       foreign  foreign  unknown  gone     gone
    other       foreign  foreign  ok       unknown  gone     gone
    integration scope
    admin       ok       foreign  ok       unknown  gone     gone
""")
"""The customer whose cart it is has to be named: a guest's cart has none."""

SIGNED_IN = rows("""
                any
    guest       sign-in
    owner       ok
    other       ok
    integration scope
    admin       ok
""")

CANCEL = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       sign-in
    owner       ok       foreign  foreign  unknown  gone     shut
    other       foreign  foreign  ok       unknown  gone     shut
    integration scope
    admin       ok       ok       ok       unknown  gone     shut
""")
"""Cancelling says of closed carts that they are closed."""

GIVE_UP = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       unknown  ok       unknown  unknown  unknown  unknown
    owner       ok       ok       unknown  unknown  ok       gone
    other       unknown  ok       ok       unknown  unknown  unknown
    integration scope
    admin       ok       ok       ok       unknown  ok       gone
""")
"""Giving up keeps secret that others' carts exist, may be repeated, and covers guests' carts."""

MERGE_FROM = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       customers
    owner       foreign  ok       foreign  unknown  gone     gone
    other       foreign  ok       foreign  unknown  gone     gone
    integration scope
    admin       kind
""")
"""Only guests' carts are merged away, and only into the cart of the customer who calls."""

MERGE_INTO = rows("""
                own      guest's  other's  unknown  inactive closed
    guest       customers
    owner       ok       foreign  foreign  unknown  gone     gone
    other       foreign  foreign  ok       unknown  gone     gone
    integration scope
    admin       kind
""")

EVERYBODY = rows("""
                any
    guest       ok
    owner       ok
    other       ok
    integration scope
    admin       ok
""")
"""For actions that are about no cart in particular there is one column."""

GUESTS = rows("""
                any
    guest       ok
    owner       guests
    other       guests
    integration scope
    admin       ok
""")

CUSTOMERS = rows("""
                any
    guest       customers
    owner       ok
    other       ok
    integration kind
    admin       kind
""")

REDEEM = rows("""
                any
    guest       customers
    owner       none
    other       none
    integration kind
    admin       kind
""")
REGISTER = rows("""
                any
    guest       taken
    owner       taken
    other       taken
    integration scope
    admin       taken
""")
"""Everybody gets as far as to hear that there is such an account: new ones would add up."""

ADMINISTRATORS = rows("""
                any
    guest       sign-in
    owner       kind
    other       kind
    integration kind
    admin       ok
""")

NOBODY = rows("""
                any
    guest       sign-in
    owner       kind
    other       kind
    integration kind
    admin       kind
""")
"""Only the command line may."""
