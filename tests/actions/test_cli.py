from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cartflow import ActionError, Application
from cartflow.actions.cli import store
from cartflow.runtime.cli.session import Session

from .conftest import Shop


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(store, ["load", *arguments], obj=Session(database=url))


def test_the_sample_store_is_loaded(app: Application, sqlite_url: str) -> None:
    result = run(sqlite_url, "--sample")

    assert result.output == (
        "loaded 52 products, 5 payment methods, 3 customers, 1 account, 6 coupons, 3 gift cards,"
        " 3 ways to ship, 2 gift wrappings\n"
    )
    assert Shop(app, {}).sql("SELECT count(*) FROM cart_product") == [(52,)]


def test_a_file_is_loaded(app: Application, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "store.json"
    file.write_text('{"shop": {"name": "Luma", "currency": "EUR"}}')

    result = run(sqlite_url, str(file))

    assert result.output == "loaded the shop\n"
    assert Shop(app, {}).sql("SELECT currency FROM cart_shop") == [("EUR",)]


def test_one_of_each_is_told_in_the_singular(
    app: Application, sqlite_url: str, tmp_path: Path
) -> None:
    way = {"carrier": "c", "method": "m", "carrier_title": "C", "method_title": "M", "kind": "free"}
    document = {
        "shop": {"name": "Luma", "currency": "EUR"},
        "shipping": [way],
        "gift_wrappings": [{"id": "red", "design": "Red", "price_minor": 1}],
        "payment_methods": [{"code": "checkmo", "title": "Check"}],
    }
    file = tmp_path / "store.json"
    file.write_text(json.dumps(document))

    result = run(sqlite_url, str(file))

    assert result.output == "loaded 1 payment method, 1 way to ship, 1 gift wrapping\n"


def test_a_bad_file_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "store.json"
    file.write_text('{"shop": {}}')

    error = run(sqlite_url, str(file)).exception

    assert isinstance(error, ActionError)
    assert [problem["pointer"] for problem in error.data["problems"]] == ["/shop", "/shop"]


def test_what_is_no_json_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "store.json"
    file.write_text('{"shop": {}, "shop": {}}')

    error = run(sqlite_url, str(file)).exception

    assert isinstance(error, ActionError)
    [problem] = error.data["problems"]
    assert problem["pointer"] == "/shop"
    assert problem["message"].startswith("line 1, column 14: the name 'shop' stands here already")


@pytest.mark.parametrize("arguments", [[], ["--sample", __file__]])
def test_it_takes_a_file_or_the_sample(sqlite_url: str, arguments: list[str]) -> None:
    result = run(sqlite_url, *arguments)

    assert result.exit_code == 2
    assert "expected a FILE or --sample" in result.output
