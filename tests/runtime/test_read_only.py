"""A PostgreSQL that may only be read."""

from __future__ import annotations

import pytest

from cartflow import Application, DatabaseError

from ..conftest import MakeApplication


@pytest.fixture
def read_only_app(postgres_url: str, make_app: MakeApplication) -> Application:
    app = make_app(postgres_url)
    with app.database.transaction() as db:
        name = db.exec_driver_sql("SELECT current_database()").scalar_one()
        db.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    app.close()
    return make_app(postgres_url, upgrade=False)


def test_a_write_says_that_the_database_is_read_only(read_only_app: Application) -> None:
    with pytest.raises(DatabaseError, match="is read-only; make its"):
        read_only_app.invoke("createGuestCart")


def test_reading_goes_on(read_only_app: Application) -> None:
    with read_only_app.database.transaction(read_only=True) as db:
        assert db.exec_driver_sql("SELECT 1").scalar_one() == 1
