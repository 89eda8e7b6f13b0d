"""What the operations of a checkout do: each looks at the cart and says what is wrong with it.

Prices are never kept: a cart costs what the shop says now. So the work of most operations is to
look whether what they stand for can be had, before the shopper is asked to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cartflow import ActionError, Context

from ..cart.access import move
from ..cart.checkouts import save_session
from ..cart.choices import Choices, choices_of
from ..cart.documents import totals_of
from ..cart.drafts import Draft, add_draft, change_draft, find_draft
from ..cart.limits import PRODUCT_NOT_FOUND, broken_rule, explain
from ..cart.lines import Line, lines_of
from ..cart.model import Cart
from ..cart.operations import (
    ERROR,
    WARNING,
    Finding,
    Operation,
    end_operation,
    replace_findings,
)
from ..cart.orders import next_number
from ..cart.pricing import Totals, basket_of
from ..cart.sessions import ACTIVATE, Session
from ..placing import check_complete, lock_for_order, place


@dataclass
class Job:
    """An operation at work; the cart is locked.

    Attributes:
        session: While the operation works.
    """

    ctx: Context
    cart: Cart
    session: Session
    operation: Operation

    @cached_property
    def choices(self) -> Choices:
        """What was chosen for the cart."""
        return choices_of(self.cart)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the cart."""
        return lines_of(self.ctx.db, self.cart.id)

    @cached_property
    def totals(self) -> Totals:
        """What the cart costs now."""
        return totals_of(self.ctx, self.cart, self.lines)

    def complete(self) -> None:
        """End the operation: the session is at the next step, the cart in checkout.

        Raises:
            ActionError: `OPERATION_ENDED` if the operation is not under way any more.
        """
        self._end(self.session.complete(), None)

    def fail(self, finding: Finding) -> None:
        """End the operation with an error: the session says so, the cart is in checkout.

        Raises:
            ActionError: As `complete`.
        """
        self._end(self.session.fail(), {"code": finding.type, "message": finding.message})

    def _end(self, session: Session, error: dict[str, str] | None) -> None:
        db, now = self.ctx.db, self.ctx.now
        if not end_operation(db, now, self.operation, error):
            raise ActionError("OPERATION_ENDED", operation_id=self.operation.public_id)
        save_session(db, session)
        self.cart = move(db, now, self.cart, "end operation")

    def about_cart(self, kind: str, message: str, level: str = ERROR) -> Finding:
        """Return something that is wrong with the cart as a whole."""
        return Finding(level, kind, message, self.cart.masked_id)


Work = Callable[[Job], Iterator[Finding]]


def check_inventory(job: Job) -> Iterator[Finding]:
    """Find the lines of which there is not enough, or too much."""
    if not job.lines:
        yield job.about_cart("INVENTORY", "The cart has no items.")
    for line in job.lines:
        code = broken_rule(line, line.quantity_e4)
        if code is not None and code != PRODUCT_NOT_FOUND:
            yield Finding(ERROR, "INVENTORY", explain(line, code).message, str(line.id))


def price_cart(job: Job) -> Iterator[Finding]:
    """Find the lines that the shop does not sell any more; the others have a price."""
    for line in job.lines:
        if broken_rule(line, line.quantity_e4) == PRODUCT_NOT_FOUND:
            message = explain(line, PRODUCT_NOT_FOUND).message
            yield Finding(ERROR, "PRICING", message, str(line.id))
    if not job.lines:
        yield job.about_cart("PRICING", "The cart has no items.")


def calculate_promotions(job: Job) -> Iterator[Finding]:
    """Find the coupons that take nothing off any more: the shopper may go on without them."""
    cart, basket = job.cart, basket_of(job.ctx, job.cart, job.lines)
    valid = {rule["code"] for rule in basket.coupons}
    for code in job.choices.coupons:
        if code not in valid:
            message = f'The coupon code "{code}" is not valid any more.'
            yield Finding(WARNING, "PROMOTIONS", message, cart.masked_id)


def calculate_shipment(job: Job) -> Iterator[Finding]:
    """Find out whether the cart can be shipped where it is to go."""
    if job.totals.is_virtual:
        return
    if job.choices.shipping_address is None:
        yield job.about_cart("SHIPPING", "The shipping address is missing.")
    elif not any(not quote.error_message for quote in job.totals.quotes):
        yield job.about_cart("SHIPPING", "There is no way to ship the cart to this address.")
    elif job.choices.shipping_method is not None and job.totals.shipping is None:
        yield job.about_cart("SHIPPING", "The shipping method is not available any more.")


def calculate_taxes(job: Job) -> Iterator[Finding]:
    """Find out whether the taxes are known: they go by an address."""
    if basket_of(job.ctx, job.cart, job.lines).destination is None:
        yield job.about_cart("TAXES", "The address that taxes go by is missing.")


def make_draft(job: Job) -> Iterator[Finding]:
    """Make a draft order of the cart, if it has all that an order needs."""
    ctx, session = job.ctx, job.session
    try:
        check_complete(ctx, job.cart, job.lines, job.totals)
    except ActionError as error:
        yield _finding(job, error)
        return
    amount_minor = job.totals.grand_total_minor
    draft = find_draft(ctx.db, session.id)
    if draft is not None:
        change_draft(ctx.db, ctx.now, session.id, amount_minor)
        return
    draft = Draft(next_number(ctx.db), amount_minor)
    add_draft(ctx.db, ctx.now, session.id, draft, job.cart.currency)
    job.session = session._replace(order_number=draft.number)


def activate(job: Job) -> Iterator[Finding]:
    """Make an order of the draft order; the cart is closed and the session archived with it."""
    ctx, cart = job.ctx, job.cart
    draft = find_draft(ctx.db, job.session.id)
    lines = lock_for_order(ctx, cart)
    amount_minor = totals_of(ctx, cart, lines).grand_total_minor
    if draft is None:
        yield job.about_cart("OTHER", "There is no draft order.")
    elif draft.grand_total_minor != amount_minor:
        yield job.about_cart("PRICING", "The cart costs something else than the draft order says.")
    else:
        try:
            with ctx.db.begin_nested():  # what is found missing late takes back what was done
                job.complete()
                place(ctx, job.cart, lines, draft.number)
        except ActionError as error:
            job.cart = cart
            yield _finding(job, error)


_MISSING: Final = {
    "GUEST_EMAIL_MISSING": ("OTHER", "The e-mail address is missing."),
    "CART_EMPTY": ("INVENTORY", "The cart has no items."),
    "SHIPPING_ADDRESS_REQUIRED": ("SHIPPING", "The shipping address is missing."),
    "SHIPPING_METHOD_REQUIRED": ("SHIPPING", "The shipping method is missing."),
    "BILLING_ADDRESS_INVALID": ("OTHER", "The billing address is missing or not complete."),
    "PAYMENT_METHOD_REQUIRED": ("OTHER", "The payment method is missing."),
    "INSUFFICIENT_STOCK": ("INVENTORY", "There is not enough in stock of {skus}."),
    "TOTAL_TOO_HIGH": ("PRICING", "The cart costs more than can be paid at once."),
    "PAYMENT_IN_PROGRESS": ("OTHER", "A payment of the cart is under way."),
    "CART_ALREADY_PAID": ("OTHER", "The cart was paid by another method."),
    "PAYMENT_REQUIRED": ("OTHER", "The cart is not paid."),
    "PAYMENT_AMOUNT_CHANGED": ("PRICING", "The cart costs something else than was paid."),
}
"""What placing an order refuses: the type of the finding, and its words."""


def _finding(job: Job, error: ActionError) -> Finding:
    """Return what is wrong with a cart that cannot be ordered; any other error is none of these."""
    if error.code not in _MISSING:
        raise error
    kind, message = _MISSING[error.code]
    skus = ", ".join(error.data.get("skus", ()))
    return job.about_cart(kind, message.format(skus=skus))


@dataclass(frozen=True)
class Kind:
    """A kind of operation.

    Attributes:
        step: The state that a session enters by it if none was announced.
        work: What it does.
        ends: Whether the work itself ends the operation when nothing is wrong.
    """

    step: str
    work: Work
    ends: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "checkCartInventoryAction": Kind("CheckInventory", check_inventory),
    "priceCart": Kind("PriceCart", price_cart),
    "calcCartPromotionsAction": Kind("CalculatePromotions", calculate_promotions),
    "calcCartShipmentAction": Kind("CalculateShipment", calculate_shipment),
    "calcCartTaxesAction": Kind("CalculateTaxes", calculate_taxes),
    "cartToOrderAction": Kind("CartToOrder", make_draft),
    "activateOrderAction": Kind(ACTIVATE[0], activate, ends=True),
}
"""The operations of a checkout, in their order, by the action that starts each."""


def perform(job: Job) -> Finding | None:
    """Do the work of an operation and end it; return what it has failed for, if it has.

    Raises:
        ActionError: `OPERATION_ENDED` if the operation is not under way any more.
    """
    kind = KINDS[job.operation.name]
    findings = list(kind.work(job))
    replace_findings(job.ctx.db, job.cart.id, job.operation, findings)
    failed = next((it for it in findings if it.level == ERROR), None)
    if failed is not None:
        job.fail(failed)
    elif not kind.ends:
        job.complete()
    return failed


def give_up(job: Job, message: str) -> None:
    """End an operation whose work could not be done at all.

    Raises:
        ActionError: As `perform`.
    """
    finding = job.about_cart("SYSTEM_ERROR", message)
    replace_findings(job.ctx.db, job.cart.id, job.operation, [finding])
    job.fail(finding)
