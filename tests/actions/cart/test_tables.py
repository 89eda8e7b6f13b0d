from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import insert, select

from cartflow import Application
from cartflow.actions.cart import tables

from ..conftest import Shop


def test_migrations_make_the_tables_that_the_code_uses(any_app: Application) -> None:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or str(name).startswith("cart_")

    with any_app.database.transaction() as connection:
        options = {"include_name": is_ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, tables.metadata)

    assert differences == []


def test_products_of_before_the_catalogue_can_be_searched_for(any_app: Application) -> None:
    shop, skus = Shop(any_app, {}), [f"Old-{number}" for number in range(1001)]
    shop.load(products=[{"sku": sku, "name": "Größe", "price_minor": 1} for sku in skus])
    shop.sql("UPDATE cart_product SET search_text = ''")

    with (
        any_app.database.transaction() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        import_module("cartflow.actions.migrations.0003_catalogue").fill_search_texts()

    assert shop.invoke("products", search="GRÖSSE old")["total_count"] == len(skus)


def test_times_come_back_aware_and_in_utc(any_app: Application) -> None:
    moment = datetime(2024, 2, 29, 12, 30, 0, 123456, timezone(timedelta(hours=5)))
    cart = {"masked_id": "x" * 32, "status": "active", "created_at": moment}

    with any_app.database.transaction() as connection:
        connection.execute(insert(tables.cart), cart)
        found = connection.execute(select(tables.cart.c.created_at)).scalar_one()

    assert found == moment
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(app: Application) -> None:
    cart = {"masked_id": "x" * 32, "status": "active", "created_at": datetime(2024, 2, 29)}

    with (
        app.database.transaction() as connection,
        pytest.raises(Exception, match="expected an aware time"),
    ):
        connection.execute(insert(tables.cart), cart)
