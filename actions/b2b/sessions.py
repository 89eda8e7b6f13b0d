"""Checkout sessions: starting one, moving it on, reading it, giving it up."""

from __future__ import annotations

import json
import re
from typing import Any

from cartflow import ActionError, Context

from ..cart import states
from ..cart.access import check, find_cart, lock_cart, may_use, move
from ..cart.accounts import check_account_of
from ..cart.checkouts import (
    clear_validations,
    find_session,
    named_session,
    save_session,
    start_session,
)
from ..cart.operations import Finding, Operation, findings_of, last_operation
from ..cart.sessions import Session
from ..carts import give_up_checkout

SESSION_ID_LENGTH = 18
_IN_CHECKOUT = (states.CHECKOUT, states.PROCESSING)
_ID = re.compile(rf"[A-Za-z0-9]{{{SESSION_ID_LENGTH}}}")


def start(ctx: Context) -> dict[str, Any]:
    """Start the checkout of a cart, or return the session that it has."""
    cart_id = ctx.input["cartId"]
    found = lock_cart(ctx.db, cart_id)
    if found is not None and found.status == states.PROCESSING:
        raise ActionError("CART_PROCESSING", cart_id=cart_id)
    cart = check(found, cart_id, ctx.principal, "start checkout")
    check_account_of(ctx.db, ctx.principal, cart)
    existing = find_session(ctx.db, cart.id)
    session = existing or start_session(
        ctx.db, ctx.now, cart.id, ctx.random_text(SESSION_ID_LENGTH), ctx.input["initialState"]
    )
    clear_validations(ctx.db, cart.id)
    move(ctx.db, ctx.now, cart, "start checkout")
    return {
        "requestId": session.public_id,
        "id": session.public_id,
        "cart_id": cart_id,
        "state": session.state,
        "nextState": session.next_state,
        "isError": session.is_error,
        "created": existing is None,
    }


def update(ctx: Context) -> dict[str, Any]:
    """Announce the next step of a session that is where the caller believes it to be."""
    session_id, expected = ctx.input["checkoutSessionId"], ctx.input["expCurrentState"]
    session = _session_to_update(ctx, session_id)
    if session.is_processing:
        raise ActionError("SESSION_PROCESSING", session_id=session_id)
    if session.current != expected:
        raise ActionError("SESSION_STATE_CHANGED", expected=expected, state=session.current)
    save_session(ctx.db, session.announce(ctx.input["nextState"]))
    return {"requestId": session_id}


def _session_to_update(ctx: Context, session_id: str) -> Session:
    """Return an open session that the caller may change, its cart locked."""
    cart_id, _ = _find(ctx, session_id)
    cart = lock_cart(ctx.db, cart_id)
    session = find_session(ctx.db, cart.id) if cart else None  # as nobody else can change it now
    if cart is None or session is None or session.public_id != session_id:
        raise ActionError("SESSION_NOT_FOUND", session_id=session_id)
    if cart.status not in _IN_CHECKOUT or not may_use(ctx.principal, cart):
        raise ActionError("SESSION_NOT_FOUND", session_id=session_id)
    check_account_of(ctx.db, ctx.principal, cart)
    return session


def _find(ctx: Context, session_id: str) -> tuple[str, Session]:
    """Return a session behind the public id of its cart.

    Raises:
        ActionError: `SESSION_ID_INVALID` or `SESSION_NOT_FOUND`.
    """
    if not _ID.fullmatch(session_id):
        raise ActionError("SESSION_ID_INVALID", session_id=session_id)
    found = named_session(ctx.db, session_id)
    if found is None:
        raise ActionError("SESSION_NOT_FOUND", session_id=session_id)
    return found


def read(ctx: Context) -> dict[str, Any]:
    """Return a session as it is now, those that are over included."""
    session_id = ctx.input["checkoutSessionId"]
    cart_id, session = _find(ctx, session_id)
    cart = find_cart(ctx.db, cart_id)
    if cart is None or not may_use(ctx.principal, cart):
        raise ActionError("SESSION_NOT_FOUND", session_id=session_id)
    return {
        "checkoutSessionId": session_id,
        "cartId": cart_id,
        "state": session.state,
        "nextState": session.next_state,
        "isProcessing": session.is_processing,
        "isError": session.is_error,
        "isArchived": session.is_archived,
        "orderReferenceNumber": session.order_number,
        "backgroundOperation": _operation_document(last_operation(ctx.db, session.id)),
        "cartValidationOutputs": list(map(_finding_document, findings_of(ctx.db, cart.id))),
    }


def _operation_document(operation: Operation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    return {
        "backgroundOperationId": operation.public_id,
        "name": operation.name,
        "status": operation.status,
        "error": json.loads(operation.error) if operation.error else None,
        "submittedAt": operation.submitted_at.isoformat(),
        "startedAt": operation.started_at and operation.started_at.isoformat(),
        "finishedAt": operation.finished_at and operation.finished_at.isoformat(),
    }


def _finding_document(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level,
        "type": finding.type,
        "message": finding.message,
        "relatedEntityId": finding.related_entity,
    }


def cancel(ctx: Context) -> dict[str, Any]:
    """Give a checkout up: the cart is active and unlocked afterwards."""
    cart_id = ctx.input["cartId"]
    found = lock_cart(ctx.db, cart_id)
    if found is not None and found.status in (states.CLOSED, states.PENDING_CLOSED):
        raise ActionError("INVALID_OPERATION", cart_id=cart_id, status=found.status)
    cart = check(found, cart_id, ctx.principal, "cancel checkout")
    ended = give_up_checkout(ctx, cart)
    move(ctx.db, ctx.now, cart, "cancel checkout")
    return {"session_archived": ended.archived, "operation_canceled": bool(ended.canceled)}
