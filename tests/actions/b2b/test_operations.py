from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cartflow import SYSTEM, Application, Principal

from ..conftest import Shop

DUFFLE = "24-WB07"
JOBS = (
    "checkCartInventoryAction",
    "priceCart",
    "calcCartPromotionsAction",
    "calcCartShipmentAction",
    "calcCartTaxesAction",
)


class Checkout:
    """The checkout of a cart, as a storefront goes through it."""

    def __init__(self, shop: Shop, cart: str, by: Principal) -> None:
        self.shop = shop
        self.cart = cart
        self.by = by
        start = shop.invoke("checkoutSessionAction", by=by, cartId=cart)
        self.session = str(start["id"])

    def announce(self, expected: str, then: str) -> None:
        given = {"checkoutSessionId": self.session, "expCurrentState": expected, "nextState": then}
        self.shop.invoke("updateCheckoutSessionAction", by=self.by, **given)

    def do(self, action: str, **given: Any) -> dict[str, Any]:
        """Start an operation; return the session as it is afterwards."""
        answer = self.shop.invoke(action, by=self.by, cartId=self.cart, **given)
        found = self.read()
        assert (
            found["backgroundOperation"]["backgroundOperationId"] == answer["backgroundOperationId"]
        )
        return found

    def read(self) -> dict[str, Any]:
        found = self.shop.invoke("getCheckoutSession", by=self.by, checkoutSessionId=self.session)
        return dict(found)

    def activate(self, **given: Any) -> dict[str, Any]:
        self.announce(self.read()["nextState"] or self.read()["state"], "activateOrder")
        return self.do("activateOrderAction", orderStatus="Activated", **given)


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


@pytest.fixture
def checkout(shop: Shop, customer: Principal) -> Checkout:
    """Give the checkout of a cart that has all that an order needs."""
    cart = shop.cart((DUFFLE, 2), by=customer)
    return Checkout(shop, shop.ready(cart, customer), customer)


def problems(session: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = session["cartValidationOutputs"]
    return [(it["level"], it["type"], it["message"]) for it in found]


@pytest.mark.parametrize("action", JOBS)
def test_an_operation_that_finds_nothing_wrong_enters_the_next_state(
    checkout: Checkout, action: str
) -> None:
    checkout.announce("Start", "Payment")

    session = checkout.do(action)

    assert (session["state"], session["nextState"]) == ("Payment", None)
    assert (session["isProcessing"], session["isError"]) == (False, False)
    operation = session["backgroundOperation"]
    assert (operation["name"], operation["status"], operation["error"]) == (
        action,
        "Complete",
        None,
    )
    assert operation["submittedAt"] <= operation["startedAt"] <= operation["finishedAt"]
    assert checkout.shop.status(checkout.cart) == "checkout"
    assert session["cartValidationOutputs"] == []


def test_a_line_that_is_sold_out_is_an_error_of_that_line(shop: Shop, customer: Principal) -> None:
    sku = shop.product()
    cart = shop.cart((DUFFLE, 1), (sku, 5), by=customer)
    checkout = Checkout(shop, cart, customer)
    shop.product(sku=sku, stock=1)

    session = checkout.do("checkCartInventoryAction")

    assert (session["state"], session["nextState"], session["isError"]) == ("Error", None, True)
    [[line]] = shop.sql("SELECT max(id) FROM cart_item")
    message = "The requested qty is not available"
    assert session["cartValidationOutputs"] == [
        {"level": "Error", "type": "INVENTORY", "message": message, "relatedEntityId": str(line)}
    ]
    assert session["backgroundOperation"]["status"] == "Error"
    assert session["backgroundOperation"]["error"] == {"code": "INVENTORY", "message": message}
    assert shop.status(cart) == "checkout"


def test_the_same_operation_again_replaces_what_it_has_found(
    shop: Shop, customer: Principal
) -> None:
    sku = shop.product()
    checkout = Checkout(shop, shop.cart((sku, 5), by=customer), customer)
    shop.product(sku=sku, stock=1)
    checkout.do("checkCartInventoryAction")
    checkout.do("priceCart")
    shop.product(sku=sku, stock=9)

    session = checkout.do("checkCartInventoryAction")

    assert session["cartValidationOutputs"] == []
    assert (session["state"], session["isError"]) == ("CheckInventory", False)


def test_starting_anew_forgets_what_was_found(shop: Shop, customer: Principal) -> None:
    checkout = Checkout(shop, shop.cart(by=customer), customer)
    assert problems(checkout.do("checkCartInventoryAction")) == [
        ("Error", "INVENTORY", "The cart has no items.")
    ]

    again = Checkout(shop, checkout.cart, customer)

    assert again.session == checkout.session
    assert again.read()["cartValidationOutputs"] == []


def test_a_product_that_is_not_sold_any_more_has_no_price(shop: Shop, customer: Principal) -> None:
    sku = shop.product()
    checkout = Checkout(shop, shop.cart((sku, 1), by=customer), customer)
    shop.product(sku=sku, enabled=False)

    session = checkout.do("priceCart")

    words = f'Could not find a product with SKU "{sku}"'
    assert problems(session) == [("Error", "PRICING", words)]


def test_a_coupon_that_is_over_is_a_warning(shop: Shop, customer: Principal) -> None:
    code = shop.product()
    shop.load(coupons=[{"code": code, "type": "percent", "percent": 10}])
    cart = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("applyCouponToCart", by=customer, cart_id=cart, coupon_code=code)
    checkout = Checkout(shop, cart, customer)
    promotions = read_promotions(checkout)
    shop.load(coupons=[{"code": code, "type": "percent", "percent": 10, "enabled": False}])

    session = checkout.do("calcCartPromotionsAction")

    assert [(it["couponCode"], it["targetType"]) for it in promotions] == [(code, "Item")]
    assert promotions[0]["adjustmentAmount"] == {"amount_minor": 450, "currency": "USD"}
    words = f'The coupon code "{code}" is not valid any more.'
    assert problems(session) == [("Warning", "PROMOTIONS", words)]
    assert session["isError"] is False
    assert read_promotions(checkout) == []


def read_promotions(checkout: Checkout) -> Any:
    given = {"cartId": checkout.cart, "userId": checkout.by.id, "webStoreId": "shop"}
    answer = checkout.shop.invoke("getCartPromotions", by=checkout.by, **given)
    return answer["cartPromotions"]["promotions"]


def without_address(shop: Shop, cart: str) -> None:
    """Leave the cart as it is."""


def to_nowhere(shop: Shop, cart: str) -> None:
    shop.ship_to(cart, SYSTEM, country_code="DE", region=None, postcode="10115")
    shop.sql(
        "UPDATE cart_cart SET choices = replace(choices, :old, :new) WHERE masked_id = :id",
        old='"shipping_address"',
        new='"shipping_method": ["no", "way"], "shipping_address"',
        id=cart,
    )


@pytest.mark.parametrize(
    ("prepare", "action", "kind", "words"),
    [
        (
            without_address,
            "calcCartShipmentAction",
            "SHIPPING",
            "The shipping address is missing.",
        ),
        (
            to_nowhere,
            "calcCartShipmentAction",
            "SHIPPING",
            "The shipping method is not available any more.",
        ),
        (
            without_address,
            "calcCartTaxesAction",
            "TAXES",
            "The address that taxes go by is missing.",
        ),
        (
            without_address,
            "cartToOrderAction",
            "SHIPPING",
            "The shipping address is missing.",
        ),
    ],
    ids=["ship without address", "ship by nobody", "tax without address", "order without address"],
)
def test_what_is_missing_is_an_error_of_the_cart(
    shop: Shop,
    customer: Principal,
    prepare: Callable[[Shop, str], None],
    action: str,
    kind: str,
    words: str,
) -> None:
    cart = shop.cart((DUFFLE, 1), by=customer)
    prepare(shop, cart)
    checkout = Checkout(shop, cart, customer)

    session = checkout.do(action)

    assert problems(session) == [("Error", kind, words)]
    assert session["cartValidationOutputs"][0]["relatedEntityId"] == cart


def test_delivery_method_is_chosen(shop: Shop, checkout: Checkout) -> None:
    given = {"cartId": checkout.cart, "deliveryMethodId": "tablerate/bestway"}

    answer = shop.invoke("setCheckoutDeliveryMethod", by=checkout.by, **given)

    assert answer == {"deliveryMethodId": "tablerate/bestway"}
    assert shop.choices(checkout.cart)["shipping_method"] == ["tablerate", "bestway"]
    assert shop.status(checkout.cart) == "checkout"


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_a_draft_becomes_an_order(shop: Shop, checkout: Checkout, later: bool) -> None:
    session = checkout.do("cartToOrderAction", runAsync=later)
    number = session["orderReferenceNumber"]
    assert shop.sql("SELECT count(*) FROM cart_order WHERE number = :n", n=number)[0][0] == 0

    session = checkout.activate(runAsync=later, orderLifeCycleType="UNMANAGED")

    assert session["isArchived"] is True
    assert (session["state"], session["isProcessing"]) == ("activateOrder", False)
    assert session["backgroundOperation"]["status"] == "Complete"
    assert session["orderReferenceNumber"] == number
    assert shop.status(checkout.cart) == "closed"
    [[count]] = shop.sql("SELECT count(*) FROM cart_order WHERE number = :n", n=number)
    assert count == 1


def test_a_draft_that_is_ordered_past_the_session_keeps_its_number(
    shop: Shop, checkout: Checkout
) -> None:
    number = checkout.do("cartToOrderAction", runAsync=False)["orderReferenceNumber"]

    placed = shop.invoke("placeOrder", by=checkout.by, cart_id=checkout.cart)

    assert placed["order_number"] == number == checkout.read()["orderReferenceNumber"]


def test_a_draft_keeps_its_number(shop: Shop, checkout: Checkout) -> None:
    first = checkout.do("cartToOrderAction")

    second = checkout.do("cartToOrderAction")

    assert second["orderReferenceNumber"] == first["orderReferenceNumber"]
    assert checkout.activate()["isArchived"] is True


def activate_in_vain(checkout: Checkout) -> Any:
    checkout.announce(checkout.read()["state"], "activateOrder")
    return checkout.shop.refused(
        "activateOrderAction", by=checkout.by, cartId=checkout.cart, orderStatus="Activated"
    )


def test_an_order_that_cannot_be_made_leaves_an_error(shop: Shop, customer: Principal) -> None:
    sku = shop.product()
    cart = shop.ready(shop.cart((sku, 5), by=customer), customer)
    checkout = Checkout(shop, cart, customer)
    checkout.do("cartToOrderAction")
    shop.product(sku=sku, stock=1)

    error = activate_in_vain(checkout)

    words = f"There is not enough in stock of {sku}."
    assert error.message == f"The order couldn't be made: {words}"
    session = checkout.read()
    assert (session["state"], session["isError"], session["isArchived"]) == ("Error", True, False)
    assert problems(session) == [("Error", "INVENTORY", words)]
    assert shop.status(cart) == "checkout"
    assert shop.sql("SELECT stock_e4 FROM cart_product WHERE sku = :sku", sku=sku) == [(10_000,)]


def test_a_draft_of_another_amount_is_no_order(shop: Shop, customer: Principal) -> None:
    sku = shop.product()
    cart = shop.ready(shop.cart((sku, 1), by=customer), customer)
    checkout = Checkout(shop, cart, customer)
    checkout.do("cartToOrderAction")
    shop.product(sku=sku, price_minor=1200)

    error = activate_in_vain(checkout)

    assert error.data == {"reason": "The cart costs something else than the draft order says."}
    assert checkout.shop.invoke("checkoutSessionAction", by=customer, cartId=cart)["isError"]
    checkout.announce("Error", "CartToOrder")
    checkout.do("cartToOrderAction")
    assert checkout.activate()["isArchived"] is True


# ---- what the engine does, one part after the other


@pytest.fixture
def idle(shop: Shop) -> Iterator[Shop]:
    """Give the same store in an application in which nothing runs in the background."""
    with Application.open(environment=shop.environment) as app:
        app.invoker.background.close(0.0)
        yield Shop(app, shop.environment)


@pytest.fixture
def working(idle: Shop, customer: Principal) -> tuple[Checkout, str]:
    """Give a checkout with an operation that has only been started, and the operation's id."""
    checkout = Checkout(idle, idle.cart((DUFFLE, 1), by=customer), customer)
    session = checkout.do("checkCartInventoryAction")
    return checkout, str(session["backgroundOperation"]["backgroundOperationId"])


def part(shop: Shop, action: str, operation: str, **given: Any) -> Any:
    return shop.invoke(action, by=SYSTEM, backgroundOperationId=operation, **given)


def test_an_operation_goes_from_new_to_running_to_complete(
    working: tuple[Checkout, str],
) -> None:
    checkout, operation = working
    shop = checkout.shop
    session = checkout.read()
    assert (session["isProcessing"], session["nextState"]) == (True, "CheckInventory")
    assert session["backgroundOperation"]["status"] == "New"
    assert shop.status(checkout.cart) == "processing"

    begun = part(shop, "beginCartOperation", operation)
    assert begun == {"name": "checkCartInventoryAction", "cartId": checkout.cart}
    assert checkout.read()["backgroundOperation"]["status"] == "Running"

    assert part(shop, "doCartOperation", operation) == {"status": "Complete"}
    assert checkout.read()["state"] == "CheckInventory"
    assert shop.status(checkout.cart) == "checkout"


def test_a_part_that_is_repeated_changes_nothing(working: tuple[Checkout, str]) -> None:
    checkout, operation = working
    part(checkout.shop, "beginCartOperation", operation)
    part(checkout.shop, "beginCartOperation", operation)
    part(checkout.shop, "doCartOperation", operation)

    for action in ("beginCartOperation", "doCartOperation"):
        error = checkout.shop.refused(action, by=SYSTEM, backgroundOperationId=operation)
        assert error.code == "OPERATION_ENDED"

    assert checkout.read()["backgroundOperation"]["status"] == "Complete"


@pytest.mark.parametrize("begun", [False, True], ids=["new", "running"])
def test_what_was_canceled_is_not_applied(working: tuple[Checkout, str], begun: bool) -> None:
    checkout, operation = working
    shop = checkout.shop
    if begun:
        part(shop, "beginCartOperation", operation)

    shop.invoke("cancelCartAsyncOperation", by=checkout.by, cartId=checkout.cart)

    error = shop.refused("doCartOperation", by=SYSTEM, backgroundOperationId=operation)
    assert error.code == "OPERATION_ENDED"
    session = checkout.read()
    assert session["backgroundOperation"]["status"] == "Canceled"
    assert (session["isArchived"], session["isProcessing"]) == (True, False)
    assert shop.status(checkout.cart) == "active"


def test_a_new_checkout_is_not_changed_by_an_old_operation(working: tuple[Checkout, str]) -> None:
    checkout, operation = working
    shop = checkout.shop
    part(shop, "beginCartOperation", operation)
    shop.invoke("cancelCartAsyncOperation", by=checkout.by, cartId=checkout.cart)
    again = Checkout(shop, checkout.cart, checkout.by)
    again.do("priceCart")

    given = {"backgroundOperationId": operation, "message": "too late"}
    error = shop.refused("failCartOperation", by=SYSTEM, **given)

    assert error.code == "OPERATION_ENDED"
    assert again.read()["isProcessing"] is True


@pytest.mark.parametrize("begun", [False, True], ids=["new", "running"])
def test_an_operation_that_cannot_be_done_says_why(
    working: tuple[Checkout, str], begun: bool
) -> None:
    checkout, operation = working
    if begun:
        part(checkout.shop, "beginCartOperation", operation)

    part(checkout.shop, "failCartOperation", operation, message="no " * 200)

    session = checkout.read()
    assert (session["state"], session["isError"]) == ("Error", True)
    [(level, kind, words)] = problems(session)
    assert (level, kind, words) == ("Error", "SYSTEM_ERROR", ("no " * 200)[:255])
    assert session["backgroundOperation"]["status"] == "Error"
    assert checkout.shop.status(checkout.cart) == "checkout"


def test_work_is_not_done_before_the_operation_runs(working: tuple[Checkout, str]) -> None:
    checkout, operation = working

    given = {"backgroundOperationId": operation}
    error = checkout.shop.refused("doCartOperation", by=SYSTEM, **given)

    assert error.code == "OPERATION_ENDED"
    assert checkout.read()["backgroundOperation"]["status"] == "New"


def test_a_started_operation_is_on_record_for_the_next_process(
    working: tuple[Checkout, str], customer: Principal
) -> None:
    checkout, _ = working
    environment = {**checkout.shop.environment, "CARTFLOW_BACKGROUND_THREADS": "2"}
    checkout.shop.app.close()

    with Application.open(environment=environment) as app:
        assert app.invoker.recover() >= 1
        found = Checkout(Shop(app, environment), checkout.cart, customer).read()

    assert (found["state"], found["backgroundOperation"]["status"]) == (
        "CheckInventory",
        "Complete",
    )


def test_while_an_operation_works_nothing_else_may(working: tuple[Checkout, str]) -> None:
    checkout, _ = working
    shop = checkout.shop

    error = shop.refused("priceCart", by=checkout.by, cartId=checkout.cart)
    edit = shop.refused(
        "addProductsToCart",
        by=checkout.by,
        cartId=checkout.cart,
        cartItems=[{"sku": DUFFLE, "quantity": 1}],
    )

    assert (error.code, error.retryable) == ("ALREADY_IN_PROCESS", True)
    assert edit.code == "CART_NOT_ACTIVE"
