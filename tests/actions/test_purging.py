from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cartflow import ADMIN, Application
from cartflow.actions.cli import carts
from cartflow.runtime.cli.session import Session

from ..conftest import MakeApplication
from .conftest import Shop
from .tally import tallied

DAY_S = 86_400


@pytest.fixture
def old_shop(any_app: Application) -> Shop:
    """Give a shop whose carts are as old as a test makes them."""
    shop = Shop(any_app, {})
    thing = {"sku": "thing", "name": "Thing", "price_minor": 1000, "stock": 10_000}
    methods = [{"code": "checkmo", "title": "Check"}]
    shop.load(products=[thing], payment_methods=methods)
    return shop


def grow_old(shop: Shop, *cart_ids: str, days: float = 40, lines: bool = True) -> None:
    """Let carts, and their lines, have been changed *days* ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    for cart_id in cart_ids:
        values = {"then": then.isoformat(" ")[:26], "id": cart_id}
        shop.sql("UPDATE cart_cart SET updated_at = :then WHERE masked_id = :id", **values)
        if lines:
            shop.sql(
                "UPDATE cart_item SET updated_at = :then WHERE cart_id ="
                " (SELECT id FROM cart_cart WHERE masked_id = :id)",
                **values,
            )


def old_cart(shop: Shop, **given: Any) -> str:
    cart_id = shop.cart(("thing", 1), **given)
    grow_old(shop, cart_id)
    return cart_id


def purge(shop: Shop, days: int = 30, **given: Any) -> Any:
    return shop.invoke("purgeCarts", by=ADMIN, older_s=days * DAY_S, **given)


def purge_all(shop: Shop, **given: Any) -> int:
    """Purge to the end; return how many carts went."""
    count, place = 0, ""
    while place is not None:
        done = purge(shop, after=place, **given)
        count, place = count + done["carts"], done["next"]
    return count


def there(shop: Shop) -> set[str]:
    return {row[0] for row in shop.sql("SELECT masked_id FROM cart_cart")}


def test_carts_that_nobody_has_changed_for_long_go(old_shop: Shop) -> None:
    customer = old_shop.customer()
    old_cart(old_shop)
    old_cart(old_shop, by=customer)
    old_cart(old_shop, status="inactive")
    young = old_shop.cart(("thing", 1))

    assert purge_all(old_shop) == 3

    assert there(old_shop) == {young}
    assert old_shop.sql("SELECT count(*) FROM cart_item") == [(1,)]


def test_a_line_that_was_changed_keeps_its_cart(old_shop: Shop) -> None:
    cart_id = old_shop.cart(("thing", 1))
    grow_old(old_shop, cart_id, lines=False)

    assert purge_all(old_shop) == 0


def checkout(shop: Shop) -> str:
    """Return a cart in a checkout, of which only the cart is old."""
    customer = shop.customer()
    cart_id = shop.cart(("thing", 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)
    shop.start_operation(cart_id)
    grow_old(shop, cart_id)
    return cart_id


def test_declined_payments_and_old_checkouts_go_with_the_cart(old_shop: Shop) -> None:
    cart_id = checkout(old_shop)
    old_shop.pay(cart_id, by=ADMIN)
    old_shop.sql("UPDATE cart_payment_order SET status = 'DECLINED'")
    for table, column in (("checkout_session", "created"), ("background_operation", "submitted")):
        old_shop.sql(f"UPDATE cart_{table} SET {column}_at = '2024-02-29 12:30:00+00:00'")

    grow_old(old_shop, cart_id)

    assert purge_all(old_shop) == 1

    for table in ("payment_order", "checkout_session", "background_operation", "cart"):
        assert old_shop.sql(f"SELECT count(*) FROM cart_{table}") == [(0,)]


def test_what_is_in_the_books_or_under_way_stays(old_shop: Shop) -> None:
    paid = old_shop.cart(("thing", 1))
    old_shop.pay(paid)
    young = checkout(old_shop)
    others = {old_cart(old_shop, status=status) for status in ("closed", "processing")}
    grow_old(old_shop, paid)

    assert purge_all(old_shop) == 0

    assert there(old_shop) == {paid, young, *others}


def test_batches_go_on_where_the_last_one_ended(old_shop: Shop) -> None:
    for status in ("active", "inactive"):
        for _ in range(3):
            old_cart(old_shop, status=status)
    counts, place = [], ""

    while place is not None:
        done = purge(old_shop, limit=2, after=place)
        counts.append(done["carts"])
        place = done["next"]

    assert sum(counts) == 6
    assert max(counts) == 2
    assert there(old_shop) == set()


def test_a_dry_run_only_counts(old_shop: Shop) -> None:
    cart_id = old_cart(old_shop)

    assert purge_all(old_shop, dry_run=True) == 1

    assert there(old_shop) == {cart_id}


def test_a_batch_takes_as_many_statements_for_many_carts_as_for_one(old_shop: Shop) -> None:
    counts = []
    for number in (1, 20):
        for _ in range(number):
            old_cart(old_shop)
        with tallied(old_shop) as tally:
            assert purge(old_shop, limit=1000)["carts"] == number
        counts.append(tally.count)

    assert counts[0] == counts[1] < 20


def test_a_cart_that_somebody_is_at_work_on_is_passed_over(
    postgres_url: str, make_app: MakeApplication
) -> None:
    shop = Shop(make_app(postgres_url), {})
    shop.load(products=[{"sku": "thing", "name": "Thing", "price_minor": 1, "stock": 9}])
    busy, idle = old_cart(shop), old_cart(shop)
    lock = "SELECT id FROM cart_cart WHERE masked_id = %s FOR NO KEY UPDATE"

    with shop.app.database.transaction() as db:
        db.exec_driver_sql(lock, (busy,))
        started = time.monotonic()
        count = purge_all(shop)
        waited_s = time.monotonic() - started

    assert (count, there(shop)) == (1, {busy})
    assert idle not in there(shop)
    assert waited_s < 5


def test_shoppers_go_on_while_carts_are_purged(old_shop: Shop) -> None:
    for _ in range(30):
        old_cart(old_shop)
    cart_id = old_shop.cart(("thing", 1))
    answers: list[float] = []
    over = threading.Event()

    def go_shopping() -> None:
        while not over.is_set():
            answers.append(old_shop.add(cart_id, ("thing", 1))["cart"]["total_quantity"])

    shopper = threading.Thread(target=go_shopping)
    shopper.start()
    while not answers:
        time.sleep(0.001)
    before = len(answers)
    count = purge_all(old_shop, limit=1)
    during = len(answers) - before
    over.set()
    shopper.join()

    assert count == 30
    assert during > 0
    assert answers == sorted(answers)
    assert there(old_shop) == {cart_id}


def command(app: Application, *arguments: str) -> Result:
    url = app.settings["database_url"]
    return CliRunner().invoke(carts, ["purge", *arguments], obj=Session(database=url))


def test_the_command_purges_all_batches(old_shop: Shop) -> None:
    for _ in range(5):
        old_cart(old_shop)

    told = [
        command(old_shop.app, "--older", "6w", "--dry-run").output,
        command(old_shop.app, "--older", "30d", "--dry-run", "--batch", "2").output,
        command(old_shop.app, "--older", "30d", "--batch", "2").output,
    ]

    assert told == ["0 carts would go\n", "5 carts would go\n", "5 carts deleted\n"]
    assert there(old_shop) == set()


@pytest.mark.parametrize("older", ["30", "0h", "30m", "1e3d", "99999999w"])
def test_what_is_no_age_is_refused(app: Application, older: str) -> None:
    result = command(app, "--older", older)

    assert result.exit_code == 2
    assert "expected hours, days or weeks" in result.output
