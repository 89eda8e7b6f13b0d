from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from cartflow import Application, Principal
from cartflow.actions.cart.model import uid_of
from cartflow.actions.cart.passwords import hash_password
from cartflow.actions.cart.sign_in import find_customer_id

from .conftest import ADDRESS, PASSWORD, Shop
from .tally import tallied

WRONG = (
    "The account sign-in was incorrect or your account is disabled temporarily."
    " Please wait and try again later."
)


def sign_in(shop: Shop, email: str, password: str = PASSWORD) -> Any:
    return shop.invoke("generateCustomerToken", email=email, password=password)["token"]


def attempt(shop: Shop, email: str, password: str) -> tuple[str, int, str]:
    error = shop.refused("generateCustomerToken", email=email, password=password)
    return error.code, error.status, error.message


def test_each_sign_in_gives_another_token(shop: Shop) -> None:
    email = shop.email()

    assert sign_in(shop, email) != sign_in(shop, email)


def test_an_e_mail_address_knows_no_case(shop: Shop) -> None:
    assert sign_in(shop, shop.email().upper())


@pytest.mark.parametrize("password", ["wrong", "\ud800", "\x00"])
def test_a_wrong_password_is_refused(shop: Shop, password: str) -> None:
    assert attempt(shop, shop.email(), password) == ("SIGN_IN_INCORRECT", 401, WRONG)


def test_a_password_is_checked_while_nothing_is_locked(shop: Shop) -> None:
    email = shop.email()

    with tallied(shop) as tally:
        sign_in(shop, email)

    looked, locked = (
        next(at for at, it in enumerate(tally.statements) if word in it)
        for word in ("SELECT cart_customer.password_hash", "SELECT cart_customer.id")
    )
    assert looked < locked
    assert not any(
        word in it for it in tally.statements[: locked - 1] for word in ("IMMEDIATE", "UPDATE")
    )


@pytest.mark.parametrize(("password", "is_right"), [(PASSWORD, False), ("another one", True)])
def test_a_password_that_is_changed_meanwhile_is_the_new_one(
    shop: Shop, password: str, is_right: bool
) -> None:
    email, changed = shop.email(), hash_password("another one")

    def change(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "password_hash" in statement:
            update = "UPDATE cart_customer SET password_hash = :it WHERE email = :email"
            shop.sql(update, it=changed, email=email)

    engine = shop.app.database.read_engine
    event.listen(engine, "after_cursor_execute", change)
    try:
        if is_right:
            assert sign_in(shop, email, password)
        else:
            attempt(shop, email, password)
    finally:
        event.remove(engine, "after_cursor_execute", change)


@pytest.mark.parametrize("email", ["nobody@example.com", "\x00", "\ud800"])
def test_an_unknown_customer_is_refused_in_the_same_words(shop: Shop, email: str) -> None:
    assert attempt(shop, email, PASSWORD) == ("SIGN_IN_INCORRECT", 401, WRONG)


def test_too_many_wrong_passwords_lock_the_account(shop: Shop) -> None:
    email = shop.email()
    for _ in range(3):
        attempt(shop, email, "wrong")

    assert attempt(shop, email, PASSWORD) == ("SIGN_IN_INCORRECT", 401, WRONG)


def test_the_lock_ends(shop: Shop) -> None:
    email = shop.email()
    for _ in range(3):
        attempt(shop, email, "wrong")
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(" ").removesuffix("+00:00")
    shop.sql(
        "UPDATE cart_customer SET locked_until = :past WHERE email = :email", past=past, email=email
    )

    assert sign_in(shop, email)


def test_the_right_password_starts_the_count_anew(shop: Shop) -> None:
    email = shop.email()
    for password in ("wrong", "wrong", PASSWORD, "wrong", "wrong"):
        if password == PASSWORD:
            sign_in(shop, email)
        else:
            attempt(shop, email, password)

    assert sign_in(shop, email)


def test_only_hashes_are_kept(shop: Shop) -> None:
    token = sign_in(shop, shop.email())

    hashes = [row[0] for row in shop.sql("SELECT password_hash FROM cart_customer")]
    digests = [row[0] for row in shop.sql("SELECT digest FROM oauth_token")]

    assert all(kept.startswith("$argon2id$") for kept in hashes)
    assert token not in digests


def test_signing_out_revokes_all_tokens(shop: Shop) -> None:
    email = shop.email()
    for _ in range(2):
        sign_in(shop, email)
    [[number]] = shop.sql("SELECT id FROM cart_customer WHERE email = :email", email=email)

    answer = shop.invoke("revokeCustomerToken", by=Principal("customer", str(number)))

    assert answer == {"result": True}
    left = shop.sql(
        "SELECT count(*) FROM oauth_token WHERE revoked_at IS NULL AND kind = 'customer'"
        " AND principal_id = :id",
        id=str(number),
    )
    assert left == [(0,)]


@pytest.mark.parametrize("number", ["999999999", "", "x", "9" * 40])
def test_a_customer_who_does_not_exist_is_a_guest(app: Application, number: str) -> None:
    error = Shop(app, {}).refused("customerCart", by=Principal("customer", number))

    assert error.code == "CUSTOMER_REQUIRED"


@pytest.mark.parametrize(
    ("email", "number"), [("RONI_cost@example.com", "1"), ("x@example.com", None), ("\x00", None)]
)
def test_a_customer_is_found_by_e_mail(shop: Shop, email: str, number: str | None) -> None:
    with shop.app.database.transaction(read_only=True) as connection:
        assert find_customer_id(connection, email) == number


def test_customers_see_what_is_known_of_them(shop: Shop) -> None:
    email = shop.email().upper()
    home = {**ADDRESS, "street": ["Home"], "region": {"code": "CA"}, "prefix": "Dr"}
    work = {**home, "street": ["Work"], "fax": "1", "default_billing": True}
    person = {"firstname": "Ada", "lastname": "Byron", "password": PASSWORD, "group": "wholesale"}
    shop.load(customers=[{"email": email, **person, "addresses": [home, work]}])
    [[number]] = shop.sql("SELECT id FROM cart_customer WHERE email = :it", it=email.lower())

    found = shop.invoke("customer", by=Principal("customer", str(number)))["customer"]

    [first, second] = found.pop("addresses")
    assert found.pop("uid")
    assert found == {
        "id": str(number),
        "email": email.lower(),
        "firstname": "Ada",
        "lastname": "Byron",
        "prefix": None,
        "middlename": None,
        "suffix": None,
        "date_of_birth": None,
        "gender": None,
        "taxvat": None,
        "group": "wholesale",
        "created_at": None,
        "default_billing": str(second["id"]),
        "default_shipping": None,
    }
    california = {"code": "CA", "label": "California", "region_id": 12}
    details = dict.fromkeys(("middlename", "suffix", "company", "vat_id"))
    plain = {**home, **details, "fax": None, "region": california}
    assert first == plain | {
        "id": first["id"],
        "uid": uid_of(first["id"]),
        "default_shipping": False,
        "default_billing": False,
    }
    assert (second["street"], second["default_billing"]) == (["Work"], True)
    assert second["fax"] == "1"


def test_an_address_of_the_book_has_the_number_that_carts_take(shop: Shop) -> None:
    customer = shop.customer()
    number = shop.address_of(customer)

    [address] = shop.invoke("customer", by=customer)["customer"]["addresses"]

    assert address["id"] == number
    assert (address["country_code"], address["region"]["code"]) == ("US", "CA")


def test_who_is_no_customer_any_more_is_told_nothing(shop: Shop) -> None:
    error = shop.refused("customer", by=Principal("customer", "999999999"))

    assert error.message == "The current customer isn't authorized."


def test_a_store_file_gives_an_account_its_password_and_group(shop: Shop) -> None:
    email = "Ada.Byron@example.com"
    person: dict[str, Any] = {"email": email, "firstname": "Ada", "lastname": "Byron"}
    created = shop.invoke("createCustomerV2", **person, prefix="Lady")["customer"]

    shop.load(customers=[{**person, "password": PASSWORD, "group": "wholesale"}])

    found = shop.invoke("customer", by=Principal("customer", created["id"]))["customer"]
    assert found == {**created, "group": "wholesale"}
    assert sign_in(shop, email)
