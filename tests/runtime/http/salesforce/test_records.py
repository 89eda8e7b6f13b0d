"""The records that clients ask for by themselves, and the queries that they may send."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from cartflow import ActionError
from cartflow.runtime.http.salesforce import soql
from cartflow.runtime.http.salesforce.soql import Comparison, Query

from .conftest import V60, Org, refusal_of

CLI = "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType"


def query(org: Org, text: str) -> Any:
    return org.open("GET", f"{V60}/query?q={quote(text)}")


def names(org: Org, text: str) -> list[str]:
    return [record["Name"] for record in query(org, text).get_json()["records"]]


def test_the_command_line_learns_where_it_is(org: Org) -> None:
    found = query(org, f"{CLI} FROM Organization").get_json()

    [record] = found["records"]
    place = record["attributes"]["url"]
    assert (found["totalSize"], found["done"]) == (1, True)
    assert record == {
        "attributes": {"type": "Organization", "url": place},
        "Name": "cartflow",
        "InstanceName": "localhost",
        "IsSandbox": False,
        "TrialExpirationDate": None,
        "NamespacePrefix": None,
        "OrganizationType": None,
    }
    assert org.get(place)["Id"] == place.rpartition("/")[2]


def test_a_user_is_read_by_id(org: Org) -> None:
    user_id = org.get("/services/oauth2/userinfo")["user_id"]

    user = org.get(f"/services/data/v51.0/sobjects/User/{user_id}")
    short = org.get(f"{V60}/sobjects/User/{user_id[:15]}?fields=username, Id")

    assert (user["Id"], user["Username"]) == (user_id, "integration.n8n@cartflow.invalid")
    assert list(short) == ["attributes", "Username", "Id"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sobjects/User/005000000000000AAA", (404, "NOT_FOUND")),
        ("sobjects/Account/001000000000000AAA", (404, "NOT_FOUND")),
        ("query?q=SELECT Id FROM ScratchOrgInfo limit 1", (400, "INVALID_TYPE")),
        ("query?q=SELECT Id, Nam FROM User", (400, "INVALID_FIELD")),
        ("query?q=SELECT Id FROM User WHERE Age = 3", (400, "INVALID_FIELD")),
        ("query?q=SELECT CreatedBy.Name FROM User", (400, "INVALID_FIELD")),
        ("query", (400, "MALFORMED_QUERY")),
        ("query?q=", (400, "MALFORMED_QUERY")),
        ("query?q=SELECT count() FROM User", (400, "MALFORMED_QUERY")),
    ],
)
def test_what_there_is_not_is_told(org: Org, path: str, expected: tuple[int, str]) -> None:
    assert refusal_of(org.open("GET", f"{V60}/{path}")) == expected


@pytest.mark.parametrize(
    ("where", "is_found"),
    [
        ("", True),
        ("WHERE IsActive = true", True),
        ("WHERE IsActive = 'true'", False),
        ("WHERE Email = null", True),
        ("WHERE Email != null", False),
        ("WHERE Username = 'Integration.N8N@cartflow.invalid'", True),
        ("WHERE Username <> 'x' AND isactive = FALSE", False),
        ("WHERE Id = '005000000000000'", False),
        ("WHERE Name = 3", False),
        ("LIMIT 1", True),
        ("limit 0", False),
    ],
)
def test_queries_are_filtered_and_limited(org: Org, where: str, is_found: bool) -> None:
    assert names(org, f"SELECT Name FROM User {where}") == ["integration n8n"] * is_found


def test_the_command_line_asks_for_the_columns_first(org: Org) -> None:
    found = org.get(f"{V60}/query?q=SELECT+id,+Name+FROM+User&columns=true")

    assert [(it["columnName"], it["joinColumns"]) for it in found["columnMetadata"]] == [
        ("Id", []),
        ("Name", []),
    ]


def test_an_id_is_found_in_both_forms(org: Org) -> None:
    user_id = org.get("/services/oauth2/userinfo")["user_id"]

    found = [
        names(org, f"SELECT Name FROM User WHERE Id = '{it}'")
        for it in (user_id, user_id[:15], user_id[:14])
    ]

    assert found == [["integration n8n"], ["integration n8n"], []]


# ---- the reader


def test_a_query_is_read() -> None:
    text = r"select Id,Name from User where A='it\'s\n' and B!=-1.5 and C=null limit 20"

    assert soql.parse(text) == Query(
        ("Id", "Name"),
        "User",
        (
            Comparison("A", True, "it's\n"),
            Comparison("B", False, -1.5),
            Comparison("C", True, None),
        ),
        20,
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT",
        "SELECT FROM User",
        "SELECT Id",
        "SELECT Id FROM",
        "SELECT Id, FROM User",
        "SELECT Id User",
        "SELECT Id FROM User WHERE",
        "SELECT Id FROM User WHERE Id",
        "SELECT Id FROM User WHERE Id , 3",
        "SELECT Id FROM User WHERE Id = Name",
        "SELECT Id FROM User WHERE Id LIKE 'a'",
        "SELECT Id FROM User WHERE Id = 'never closed",
        "SELECT Id FROM User LIMIT 1.5",
        "SELECT Id FROM User LIMIT -1",
        "SELECT Id FROM User ORDER BY Id",
        "DELETE FROM User",
        "SELECT Id FROM User; DROP TABLE User",
        "x" * 20_001,
    ],
)
def test_everything_else_is_malformed(text: str) -> None:
    with pytest.raises(ActionError, match=r"^MALFORMED_QUERY 400: .*expected "):
        soql.parse(text)


def test_a_long_query_is_refused_as_fast_as_a_short_one() -> None:
    with pytest.raises(ActionError, match="MALFORMED_QUERY"):
        soql.parse("SELECT " + "a" * 19_000 + " " * 900 + "'")
