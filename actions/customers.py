"""Customers: signing in and out, and what is known of them."""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context, Failure, Principal

from .cart.access import find_customer
from .cart.passwords import UNKNOWN, verify
from .cart.people import find_person
from .cart.sign_in import count_failure, find_account, forget_failures, password_hash_of
from .carts import require


def generate_token(ctx: Context) -> dict[str, Any] | Failure:
    """Give a token for the right password; an account with too many wrong ones is locked a while.

    Whatever is wrong, the answer is the same and takes equally long.
    """
    email = require(ctx, "email", "EMAIL_REQUIRED")
    password = require(ctx, "password", "PASSWORD_REQUIRED")
    with ctx.snapshot() as db:
        known = password_hash_of(db, email)
    is_right = verify(known or UNKNOWN, password)  # while nothing is locked: it takes long
    account = find_account(ctx.db, email)
    if account is None or account.is_locked(ctx.now):
        return Failure(ActionError("SIGN_IN_INCORRECT"))
    if account.password_hash != known:  # it was changed in the meantime
        is_right = verify(account.password_hash, password)
    if not is_right:
        count_failure(
            ctx.db,
            ctx.now,
            account,
            allowed=ctx.settings["sign_in_failures"],
            lock_s=ctx.settings["sign_in_lock_s"],
        )
        return Failure(ActionError("SIGN_IN_INCORRECT"))
    forget_failures(ctx.db, account)
    principal = Principal("customer", str(account.id))
    return {"token": ctx.tokens.issue(principal, ctx.settings["token_lifetime_s"])}


def revoke_token(ctx: Context) -> dict[str, Any]:
    """Revoke all tokens of the customer who calls."""
    if find_customer(ctx.db, ctx.principal) is None:
        raise ActionError("CUSTOMER_REQUIRED")
    ctx.tokens.revoke_all(ctx.principal)
    return {"result": True}


def read(ctx: Context) -> dict[str, Any]:
    """Return what is known of the customer who calls."""
    caller = find_customer(ctx.db, ctx.principal)
    if caller is None:
        raise ActionError("CUSTOMER_REQUIRED")
    return {"customer": find_person(ctx.db, caller.id)}
