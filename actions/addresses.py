"""For whom and to where: a guest's e-mail, and the addresses of a cart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cartflow import ActionError, Context

from .cart.access import Customer, find_customer, set_email
from .cart.address_book import find_entry, keep
from .cart.addresses import Address, address_from, country_from, missing_fields, numbered, plain
from .cart.choices import choices_of
from .cart.documents import read_cart
from .cart.emails import is_email
from .cart.lines import is_virtual, lines_of
from .cart.model import Cart, number_of
from .carts import require
from .choosing import cart_to_choose, choose, shop_by

_NUMBERS: Final = 2**53  # of addresses: every client can hold one exactly


def set_guest_email(ctx: Context) -> dict[str, Any]:
    """Note where a guest is to be told about the order."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    email = require(ctx, "email", "EMAIL_REQUIRED")
    if not is_email(email):
        raise ActionError("EMAIL_INVALID")
    if ctx.principal.kind == "customer":
        raise ActionError("GUEST_REQUIRED")
    cart = cart_to_choose(ctx, cart_id)
    if cart.customer_id is not None:  # called for a customer, whose e-mail is known
        raise ActionError("GUEST_REQUIRED")
    return {"cart": read_cart(ctx, set_email(ctx.db, ctx.now, cart, email))}


def set_shipping(ctx: Context) -> dict[str, Any]:
    """Choose where a cart is shipped to."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    wanted = require(ctx, "shipping_addresses", "SHIPPING_ADDRESSES_REQUIRED")
    keeper = _keeper(ctx, *wanted)
    cart = cart_to_choose(ctx, cart_id)
    if len(wanted) > 1:
        raise ActionError("SHIPPING_ADDRESSES_MULTIPLE")
    [given] = wanted
    if _book_number(given) is None and given.get("address") is None:
        raise ActionError("ADDRESS_REQUIRED")
    address = _address(ctx, cart, given)
    check_shipped(ctx, cart)
    address = _kept(ctx, keeper, given, address)
    if notes := (given.get("customer_notes") or "").strip():
        address["customer_notes"] = notes
    return choose(ctx, cart, shipping_address=_as_shipping(ctx, cart, address))


def set_billing(ctx: Context) -> dict[str, Any]:
    """Choose to whom the bill of a cart is written, and perhaps that it is shipped there."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    given = ctx.input["billing_address"]
    keeper = _keeper(ctx, given)
    cart = cart_to_choose(ctx, cart_id)
    same = given.get("same_as_shipping")
    if _book_number(given) is None and given.get("address") is None and not same:
        raise ActionError("ADDRESS_REQUIRED")
    if same:
        _check_unambiguous(given)
        return choose(ctx, cart, billing_address=_as_billing(ctx, cart, _shipping_of(cart)))
    address = _kept(ctx, keeper, given, _address(ctx, cart, given))
    chosen = {"billing_address": _as_billing(ctx, cart, address)}
    if given.get("use_for_shipping"):
        check_shipped(ctx, cart)
        chosen["shipping_address"] = _as_shipping(ctx, cart, address)
    return choose(ctx, cart, **chosen)


def check_shipped(ctx: Context, cart: Cart) -> None:
    """Refuse a shipping address for a cart of which nothing is shipped; an empty one may have it.

    Raises:
        ActionError: `SHIPPING_NOT_NEEDED`.
    """
    if is_virtual(lines_of(ctx.db, cart.id)):
        raise ActionError("SHIPPING_NOT_NEEDED")


def _keeper(ctx: Context, *given: Mapping[str, Any]) -> Customer | None:
    """Return the customer, locked before the cart is, if an address goes into the address book."""
    wanted = any((one.get("address") or {}).get("save_in_address_book") for one in given)
    return find_customer(ctx.db, ctx.principal, lock=True) if wanted else None


def _kept(
    ctx: Context, keeper: Customer | None, given: Mapping[str, Any], address: Address
) -> Address:
    """Return the address, put into the customer's address book if that is asked for."""
    if keeper is None or not (given.get("address") or {}).get("save_in_address_book"):
        return address
    return {**address, "customer_address_id": keep(ctx.db, keeper.id, address)}


def _address(ctx: Context, cart: Cart, given: Mapping[str, Any]) -> Address:
    """Return the address that is given, or that the address book has."""
    _check_unambiguous(given)
    rules, number = shop_by(ctx, cart).rules, _book_number(given)
    if number is None:
        return address_from(rules, given["address"])
    address = _of_book(ctx, cart, number)
    country_from(rules, address["country_code"])
    for field in missing_fields(rules, address):
        raise ActionError("ADDRESS_INCOMPLETE", field=field)
    return address


def _check_unambiguous(given: Mapping[str, Any]) -> None:
    if _book_number(given) is not None and given.get("address") is not None:
        raise ActionError("ADDRESS_AMBIGUOUS")


def _book_number(given: Mapping[str, Any]) -> int | None:
    """Return the number in the address book that is meant; 0, which none has, for nonsense."""
    if (number := given.get("customer_address_id")) is not None:
        return int(number)
    uid = given.get("customer_address_uid")
    return None if uid is None else number_of(uid) or 0


def _of_book(ctx: Context, cart: Cart, number: int) -> Address:
    """Return an address of the caller's address book, or of that of the customer served."""
    customer = find_customer(ctx.db, ctx.principal)
    is_serving = ctx.principal.kind not in ("guest", "customer")
    owner_id = customer.id if customer else cart.customer_id if is_serving else None
    if owner_id is None:
        raise ActionError("CUSTOMER_REQUIRED")
    entry = find_entry(ctx.db, number)
    if entry is None:
        raise ActionError("ADDRESS_NOT_FOUND", address_id=number)
    if entry.customer_id != owner_id:
        raise ActionError("ADDRESS_NOT_OWNED", address_id=number)
    return {**entry.address, "customer_address_id": number}


def _shipping_of(cart: Cart) -> Address:
    """Return the shipping address for use as another."""
    found = choices_of(cart).shipping_address
    if found is None:
        raise ActionError("SHIPPING_ADDRESS_NOT_SET")
    number = found.get("customer_address_id")
    return plain(found) | ({} if number is None else {"customer_address_id": number})


def _as_shipping(ctx: Context, cart: Cart, address: Address) -> Address:
    return _numbered(ctx, address, choices_of(cart).shipping_address)


def _as_billing(ctx: Context, cart: Cart, address: Address) -> Address:
    return _numbered(ctx, address, choices_of(cart).billing_address)


def _numbered(ctx: Context, address: Address, before: Address | None) -> Address:
    """Return an address of the cart with the number of the one that it replaces, or a new one."""
    if before is not None:
        return numbered(address, before["number"])
    random = int.from_bytes(ctx.random_text(16).encode())
    return numbered(address, random % (_NUMBERS - 1) + 1)
