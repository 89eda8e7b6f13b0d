from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from cartflow import ADMIN, ActionError, Principal

from .conftest import Shop
from .tally import tallied

PASSWORD = "Analytical-1843"
_numbers = count(1)

BOTH = pytest.mark.parametrize("action", ["createCustomerV2", "createCustomer"])


def person(**members: Any) -> dict[str, Any]:
    email = f"new{next(_numbers)}@example.com"
    return {"email": email, "firstname": "Ada", "lastname": "Byron", **members}


def register(shop: Shop, **members: Any) -> Any:
    given = person(password=PASSWORD, **members)
    return shop.invoke("createCustomerV2", **given)["customer"]


def refusal(shop: Shop, **members: Any) -> tuple[str, str]:
    error = shop.refused("createCustomerV2", **person(**members))
    return error.code, error.message


@BOTH
def test_who_has_created_an_account_can_sign_in_and_buy(shop: Shop, action: str) -> None:
    given = person(password=PASSWORD)

    created = shop.invoke(action, **given)["customer"]

    assert shop.invoke("generateCustomerToken", email=given["email"], password=PASSWORD)["token"]
    customer = Principal("customer", created["id"])
    assert shop.invoke("customer", by=customer)["customer"] == created
    assert shop.invoke("customerCart", by=customer)["cart"]["email"] == given["email"]


@BOTH
def test_all_that_is_told_is_kept(shop: Shop, action: str) -> None:
    details = {
        "prefix": "Lady",
        "middlename": "King",
        "suffix": "PhD",
        "date_of_birth": "1815-12-10",
        "gender": 2,
        "taxvat": "GB123",
    }

    created = shop.invoke(action, **person(password=PASSWORD, **details))["customer"]

    assert {name: created[name] for name in details} == details
    assert (created["firstname"], created["lastname"]) == ("Ada", "Byron")
    assert (created["group"], created["addresses"]) == ("general", [])
    assert created["created_at"].endswith("+00:00")


def test_blanks_around_what_is_told_are_left_out(shop: Shop) -> None:
    email = f" Ada{next(_numbers)}@X.org "

    created = register(shop, firstname=" Ada ", middlename="  ", email=email)

    assert (created["firstname"], created["middlename"]) == ("Ada", None)
    assert created["email"] == email.strip().lower()


def test_without_a_password_nobody_can_sign_in(shop: Shop) -> None:
    given = person()

    shop.invoke("createCustomerV2", **given)

    for password in ("", " ", PASSWORD):
        with pytest.raises(ActionError):
            shop.invoke("generateCustomerToken", email=given["email"], password=password)


@pytest.mark.parametrize(
    "email", ["jØrgen{}@somedomain.com", "“email{}”@example.com", "a+b{}@sub.example.co.uk"]
)
def test_e_mail_addresses_may_have_any_letters(shop: Shop, email: str) -> None:
    email = email.format(next(_numbers))

    assert register(shop, email=email)["email"] == email.casefold()


@pytest.mark.parametrize(
    "email",
    [
        "plainaddress",
        "#@%^%#$@#$@#.com",
        "@example.com",
        "Joe Smith <email@example.com>",
        "email.example.com",
        "email@example@example.com",
        "email@example.com (Joe Smith)",
        "email@example",
        "a\x00b@example.com",
        "x" * 243 + "@example.com",
        "ß" * 200 + "@example.com",
    ],
)
def test_what_is_no_e_mail_address_is_refused(shop: Shop, email: str) -> None:
    assert refusal(shop, email=email) == (
        "EMAIL_INVALID",
        f'"{email}" is not a valid email address.',
    )


def test_an_e_mail_address_has_one_account_whatever_its_case(shop: Shop) -> None:
    email = shop.email().upper()

    assert refusal(shop, email=email) == (
        "EMAIL_TAKEN",
        "A customer with the same email address already exists in an associated website.",
    )


def test_of_two_at_once_one_gets_the_account(shop: Shop) -> None:
    given, outcomes = person(password=PASSWORD), []
    both = threading.Barrier(2)

    def attempt() -> None:
        both.wait(10)
        try:
            outcomes.append(shop.invoke("createCustomerV2", **given)["customer"]["email"])
        except ActionError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == sorted(["EMAIL_TAKEN", given["email"]])


@pytest.mark.parametrize("member", ["firstname", "lastname"])
@pytest.mark.parametrize("name", ["", "  "], ids=["empty", "blank"])
def test_names_are_required(shop: Shop, member: str, name: str) -> None:
    label = {"firstname": "First Name", "lastname": "Last Name"}[member]

    assert refusal(shop, **{member: name}) == ("NAME_REQUIRED", f'"{label}" is a required value.')


def test_the_older_action_tells_itself_what_is_missing(shop: Shop) -> None:
    assert shop.refused("createCustomer").message == "Required parameters are missing: Email"
    error = shop.refused("createCustomer", email="a@example.com", firstname="A")
    assert error.message == '"Last Name" is a required value.'


@pytest.mark.parametrize("name", ["Ada\x00", "A\nda", "\ud800"])
@pytest.mark.parametrize(
    ("member", "label"), [("firstname", "First Name"), ("suffix", "Name Suffix")]
)
def test_names_can_be_shown(shop: Shop, member: str, label: str, name: str) -> None:
    assert refusal(shop, **{member: name}) == ("NAME_INVALID", f"{label} is not valid!")


@pytest.mark.parametrize("name", ["نرگس\u200cسادات", "Jean\xa0Paul", "O'Brien-Łuk"])  # noqa: RUF001
def test_names_are_in_any_script(shop: Shop, name: str) -> None:
    assert register(shop, firstname=name)["firstname"] == name


@pytest.mark.parametrize(
    ("password", "code", "message"),
    [
        (
            "Ab1-567",
            "PASSWORD_TOO_SHORT",
            "The password needs at least 8 characters. Create a new password and try again.",
        ),
        ("", "PASSWORD_TOO_SHORT", None),
        (
            "Ab1-" * 64 + "x",
            "PASSWORD_TOO_LONG",
            "Please enter a password with at most 256 characters.",
        ),
        (
            " Ab1-5678",
            "PASSWORD_PADDED",
            "The password can't begin or end with a space. Verify the password and try again.",
        ),
        (
            "abcdefgh1",
            "PASSWORD_TOO_SIMPLE",
            "Minimum of different classes of characters in password is 3. Classes of characters:"
            " Lower Case, Upper Case, Digits, Special Characters.",
        ),
    ],
)
def test_passwords_that_are_easy_to_guess_are_refused(
    shop: Shop, password: str, code: str, message: str | None
) -> None:
    found = refusal(shop, password=password)

    assert found == (code, message or found[1])


@pytest.mark.parametrize(
    "password", ["test123#", "Ab1-" * 64, "größe-42", "Test1234", "\ud800Test1234"]
)
def test_three_classes_of_characters_are_enough(shop: Shop, password: str) -> None:
    given = person(password=password)
    shop.invoke("createCustomerV2", **given)

    email = given["email"]
    assert shop.invoke("generateCustomerToken", email=email, password=password)["token"]


def test_the_password_is_not_the_e_mail_address(shop: Shop) -> None:
    code, message = refusal(shop, email="Ada1@example.com", password="ada1@EXAMPLE.com")

    assert code == "PASSWORD_IS_EMAIL"
    assert message.startswith("The password can't be the same as the email address.")


@pytest.mark.parametrize("text", ["10.12.1815", "1815-02-30", "", "\x00"])
def test_a_date_of_birth_is_one_of_the_calendar(shop: Shop, text: str) -> None:
    assert refusal(shop, date_of_birth=text)[1] == '"Date of Birth" is not a valid date.'


def test_nobody_was_born_tomorrow(shop: Shop) -> None:
    code, message = refusal(shop, date_of_birth="2999-01-01")

    assert code == "DATE_OF_BIRTH_IN_FUTURE"
    assert message == "The Date of Birth should not be greater than today."


def test_a_gender_is_one_of_three(shop: Shop) -> None:
    assert refusal(shop, gender=4) == ("GENDER_INVALID", '"4" is not a valid gender value.')


def test_where_registration_is_closed_only_the_shop_creates_accounts(shop: Shop) -> None:
    customer = shop.customer()
    shop.set_rules(accounts_per_hour=0)

    assert refusal(shop)[0] == "REGISTRATION_CLOSED"
    assert shop.refused("createCustomer", by=customer, **person()).code == "REGISTRATION_CLOSED"
    assert shop.invoke("createCustomerV2", by=ADMIN, **person())["customer"]
    assert shop.invoke("storeConfig")["registration"] is False


def test_shoppers_cannot_fill_the_database_with_accounts(shop: Shop) -> None:
    shop.sql("UPDATE cart_customer SET created_at = NULL")
    shop.set_rules(accounts_per_hour=2)
    for _ in range(2):
        register(shop)

    assert refusal(shop)[0] == "TOO_MANY_REGISTRATIONS"
    assert shop.invoke("createCustomerV2", by=ADMIN, **person())["customer"]


def test_after_an_hour_shoppers_may_create_accounts_again(shop: Shop) -> None:
    shop.sql("UPDATE cart_customer SET created_at = NULL")
    shop.set_rules(accounts_per_hour=1)
    created = register(shop)
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(" ").removesuffix("+00:00")
    shop.sql(
        "UPDATE cart_customer SET created_at = :then WHERE id = :id",
        then=hour_ago,
        id=int(created["id"]),
    )

    assert register(shop)


def test_who_is_refused_costs_no_hash_and_locks_nothing(shop: Shop) -> None:
    email = shop.email()

    with tallied(shop) as tally:
        refusal(shop, email=email)

    assert [it for it in tally.statements if "INSERT" in it or "IMMEDIATE" in it] == []


def test_only_a_hash_of_the_password_is_kept(shop: Shop) -> None:
    created = register(shop)

    [row] = shop.sql("SELECT * FROM cart_customer WHERE id = :id", id=int(created["id"]))

    assert PASSWORD not in str(row)
    assert "$argon2id$" in str(row)
