"""A full disk leaves everything as it was, says what to do, and is over once there is room."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cartflow import GUEST, SYSTEM, Application, DatabaseError
from cartflow.actions.cart.store_spool import Spool, Spooled

from .conftest import Shop

SHOP = {"name": "Luma", "currency": "USD"}
KEY = "a key with enough random bits 7f"
LATE = "sku-000900"
"""A product that comes when much is written already."""

FULL = """
CREATE FUNCTION fill() RETURNS trigger AS $$ BEGIN
 RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device'
 USING ERRCODE = 'disk_full', HINT = 'Check free disk space.';
END $$ LANGUAGE plpgsql
"""


@contextmanager
def full_disk(app: Application, table: str, when: str) -> Iterator[None]:
    """Let a database have no space for more.

    SQLite's file cannot grow. A server's disk cannot be filled here, so PostgreSQL says what it
    says then, in the middle of the work: when a row *when* is to be written into *table*.
    """
    database = app.database
    if database.is_sqlite:
        with database.transaction() as db:
            pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
            most = db.exec_driver_sql("PRAGMA max_page_count").scalar_one()
            db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        yield
        with database.transaction() as db:
            db.exec_driver_sql(f"PRAGMA max_page_count = {most}")
        return
    with database.transaction() as db:
        db.execute(text(FULL))
        on = f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when})"
        db.execute(text(f"{on} EXECUTE FUNCTION fill()"))
    yield
    with database.transaction() as db:
        db.execute(text("DROP FUNCTION fill() CASCADE"))


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    products = [
        {"sku": f"sku-{number:06}", "name": "x" * 200, "price_minor": 1, "stock": 10}
        for number in range(1200)
    ]
    found = tmp_path / "store.json"
    found.write_text(json.dumps({"shop": SHOP, "products": products}))
    return found


def contents(app: Application) -> list[Any]:
    tables = ("product", "shop", "cart", "item", "payment_method")
    found = [Shop(app, {}).sql(f"SELECT * FROM cart_{table} ORDER BY 1") for table in tables]
    return [*found, Shop(app, {}).sql("SELECT scope, key, status FROM journal")]


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(DatabaseError) as caught:
        work()
    return str(caught.value)


def test_a_store_file_is_not_loaded_at_all(any_app: Application, file: Path) -> None:
    Shop(any_app, {}).load(products=[{"sku": "old", "name": "Old", "price_minor": 1}])
    before = contents(any_app)

    def load() -> Any:
        return any_app.invoke("loadStoreFile", {"file": str(file)}, principal=SYSTEM)

    with full_disk(any_app, "cart_product", f"NEW.sku = '{LATE}'"):
        said = refused(load)

    assert said.endswith("; see to its disk: it may be full")
    assert contents(any_app) == before
    assert load()["products"] == 1200


def test_a_cart_is_as_it_was(any_app: Application, file: Path) -> None:
    any_app.invoke("loadStoreFile", {"file": str(file)}, principal=SYSTEM)
    shop = Shop(any_app, {})
    cart_id = shop.cart(("sku-000000", 1))
    before = contents(any_app)
    items = [{"sku": f"sku-{number:06}", "quantity": 1} for number in range(1000)]

    def add() -> Any:
        return shop.invoke("addProductsToCart", key=KEY, cartId=cart_id, cartItems=items)

    with full_disk(any_app, "cart_item", "NEW.product_id % 1000 = 900"):
        said = refused(add)

    assert said.endswith("; see to its disk: it may be full")
    assert contents(any_app) == before
    assert len(add()["cart"]["items"]) == 1000


def test_carts_are_not_merged_in_part(any_app: Application, file: Path) -> None:
    any_app.invoke("loadStoreFile", {"file": str(file)}, principal=SYSTEM)
    shop = Shop(any_app, {})
    customer = shop.customer()
    shop.cart(("sku-000000", 1), by=customer)
    source = shop.cart(*((f"sku-{number:06}", 1) for number in range(1000)), by=GUEST)
    before = contents(any_app)

    def merge() -> Any:
        return shop.invoke("mergeCarts", by=customer, source_cart_id=source)

    with full_disk(any_app, "cart_item", "NEW.product_id % 1000 = 900"):
        said = refused(merge)

    assert said.endswith("; see to its disk: it may be full")
    assert contents(any_app) == before
    assert len(merge()["cart"]["items"]) == 1000


def test_a_file_of_the_database_that_cannot_grow(app: Application, file: Path) -> None:
    Shop(app, {}).load()
    before = contents(app)

    with small_files(100_000):
        said = refused(lambda: app.invoke("loadStoreFile", {"file": str(file)}, principal=SYSTEM))

    assert said.endswith("cannot be used: disk I/O error; see to its disk: it may be full")
    assert contents(app) == before


def test_a_full_folder_for_temporary_files() -> None:
    rows = [Spooled(number, None, True, "x" * 1000) for number in range(10_000)]

    with (
        small_files(100_000),
        pytest.raises(DatabaseError, match="make room there, or set SQLITE_TMPDIR"),
        Spool() as spool,
    ):
        spool.add("products", rows)
