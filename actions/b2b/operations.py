"""Background operations: starting one for a cart, and the parts that the engine runs one by one.

The action that starts an operation commits its row together with the run that works for it; the
run is the flow `run-cart-operation`. Each of its parts looks at the row in its own transaction: an
operation that was canceled in the meantime changes nothing any more.
"""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context, Failure

from ..cart import states
from ..cart.access import lock_cart, may_use, move
from ..cart.accounts import check_account_of
from ..cart.checkouts import find_session, save_session
from ..cart.model import Cart
from ..cart.operations import (
    ERROR,
    Finding,
    Operation,
    add_operation,
    begin_operation,
    findings_of,
    is_under_way,
    named_operation,
)
from ..cart.sessions import ACTIVATE, Session
from .jobs import KINDS, Job, give_up, perform

OPERATION_ID_LENGTH = 18
FLOW = "run-cart-operation"
ACTIVATED = "Activated"


def start(ctx: Context) -> dict[str, Any]:
    """Start an operation for a cart in checkout; it works after the commit."""
    cart = _cart_to_work_for(ctx)
    return {"backgroundOperationId": _start(ctx, cart, _session_of(ctx, cart)).public_id}


def start_order(ctx: Context) -> dict[str, Any]:
    """Make a draft order of a cart, in the background or at once."""
    cart = _cart_to_work_for(ctx)
    operation, _ = _start_or_do(ctx, cart, _session_of(ctx, cart))
    return {"backgroundOperationId": operation.public_id}


def start_activation(ctx: Context) -> dict[str, Any] | Failure:
    """Make an order of the draft order, in the background or at once."""
    if ctx.input["orderStatus"] != ACTIVATED:
        raise ActionError("ORDER_STATUS_INVALID", order_status=ctx.input["orderStatus"])
    cart = _cart_to_work_for(ctx)
    session = _session_of(ctx, cart)
    if session.is_processing:
        raise ActionError("SESSION_PROCESSING", session_id=session.public_id)
    if not {session.state, session.next_state}.intersection(ACTIVATE):
        raise ActionError("SESSION_NOT_ACTIVATING", state=session.current)
    if any(it.level == ERROR for it in findings_of(ctx.db, cart.id)):
        raise ActionError("CART_VALIDATION_FAILED", cart_id=cart.masked_id)
    operation, failed = _start_or_do(ctx, cart, session)
    if failed is not None:  # what has been found wrong is kept
        return Failure(ActionError("ORDER_SUMMARY_NOT_CREATED", reason=failed.message))
    return {"backgroundOperationId": operation.public_id}


def _cart_to_work_for(ctx: Context) -> Cart:
    """Return a cart in checkout, locked, for which the caller may start an operation.

    Raises:
        ActionError: `CART_NOT_FOUND`, `INVALID_OPERATION`, `CART_NOT_OWNED`,
            `ALREADY_IN_PROCESS`, `ACCOUNT_INVALID` or `STORE_MEMBERSHIP_REQUIRED`, in this order.
    """
    cart_id = ctx.input["cartId"]
    cart = lock_cart(ctx.db, cart_id)
    if cart is None:
        raise ActionError("CART_NOT_FOUND", cart_id=cart_id)
    if cart.status not in (states.CHECKOUT, states.PROCESSING):
        raise ActionError("INVALID_OPERATION", cart_id=cart_id, status=cart.status)
    if not may_use(ctx.principal, cart):
        raise ActionError("CART_NOT_OWNED", cart_id=cart_id)
    if cart.status == states.PROCESSING or is_under_way(ctx.db, cart.id):
        raise ActionError("ALREADY_IN_PROCESS", cart_id=cart_id)
    check_account_of(ctx.db, ctx.principal, cart)
    return cart


def _session_of(ctx: Context, cart: Cart) -> Session:
    session = find_session(ctx.db, cart.id)
    if session is None:  # put into checkout by somebody who knows nothing of sessions
        raise ActionError("INVALID_OPERATION", cart_id=cart.masked_id, status=cart.status)
    return session


def _start(ctx: Context, cart: Cart, session: Session) -> Operation:
    """Return a new operation, called like the action; it works after the commit."""
    operation = _add(ctx, cart, session)
    given = {"operation_id": operation.public_id}
    ctx.start(FLOW, given, run_id=operation.public_id)
    return operation


def _add(ctx: Context, cart: Cart, session: Session) -> Operation:
    name = KINDS[ctx.contract.name].step
    save_session(ctx.db, session.begin(name))
    move(ctx.db, ctx.now, cart, "start operation")
    public_id = ctx.random_text(OPERATION_ID_LENGTH)
    return add_operation(ctx.db, ctx.now, cart.id, session.id, ctx.contract.name, public_id)


def _start_or_do(ctx: Context, cart: Cart, session: Session) -> tuple[Operation, Finding | None]:
    """Start an operation; unless it is to run later, do it, and return what it has failed for."""
    if ctx.input["runAsync"]:
        return _start(ctx, cart, session), None
    operation = _add(ctx, cart, session)
    begin_operation(ctx.db, ctx.now, operation)
    return operation, perform(_job(ctx, cart.masked_id, operation))


def begin(ctx: Context) -> dict[str, Any]:
    """Let an operation run."""
    cart_id, operation = _find(ctx)
    lock_cart(ctx.db, cart_id)
    if not begin_operation(ctx.db, ctx.now, operation):
        raise _ended(operation.public_id)
    return {"name": operation.name, "cartId": cart_id}


def do(ctx: Context) -> dict[str, Any]:
    """Do the work of a running operation, and end it."""
    failed = perform(_job(ctx, *_find(ctx)))
    return {"status": "Complete" if failed is None else "Error"}


def fail(ctx: Context) -> dict[str, Any]:
    """End an operation whose work could not be done, or not even begin."""
    give_up(_job(ctx, *_find(ctx)), ctx.input["message"])
    return {"status": "Error"}


def _find(ctx: Context) -> tuple[str, Operation]:
    operation_id = ctx.input["backgroundOperationId"]
    found = named_operation(ctx.db, operation_id) if operation_id.isprintable() else None
    if found is None:
        raise _ended(operation_id)
    return found


def _job(ctx: Context, cart_id: str, operation: Operation) -> Job:
    """Return an operation at work, its cart locked.

    Raises:
        ActionError: `OPERATION_ENDED` if its checkout is over.
    """
    cart = lock_cart(ctx.db, cart_id)
    session = find_session(ctx.db, cart.id) if cart is not None else None
    if cart is None or session is None or session.id != operation.session_id:
        raise _ended(operation.public_id)
    if cart.status != states.PROCESSING:
        raise _ended(operation.public_id)
    return Job(ctx, cart, session, operation)


def _ended(operation_id: str) -> ActionError:
    return ActionError("OPERATION_ENDED", operation_id=operation_id)
