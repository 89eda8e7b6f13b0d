"""Calls with effect `none` or `transactional`: one unit of work, with or without a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .action import Failure, Handler
from .errors import ActionError
from .faults import is_lock_timeout, is_lost
from .journal import Record, Slot, outcome_of
from .kernel import Kernel, UnknownOutcomeError
from .outcome import Identified, check_output
from .unit import Call, Unit


def perform(kernel: Kernel, call: Call, handler: Handler) -> Any:
    """Do the work of a call once: its changes are committed, or there are none."""
    unit = Unit(kernel, call)
    try:
        result = unit.run(handler)
        if type(result) is not Failure:
            check_output(call.action.contract, result, call)
        unit.commit()
    except Exception as error:
        if unit.is_committing and is_lost(error):
            raise UnknownOutcomeError(str(error)) from error
        raise
    finally:
        unit.close()
    if type(result) is Failure:
        raise result.error
    return result


def perform_keyed(kernel: Kernel, call: Call, handler: Handler, slot: Slot) -> Any:
    """Do the work of a call once under its key, or return what it came to the first time.

    Claim, work and outcome are one transaction: whoever comes second waits for it, then replays.
    """
    unit = Unit(kernel, call, slot.key)
    try:
        record = claim(kernel, unit, slot)
        if record is not None:
            return record.replay(call)
        return finish(kernel, unit, slot, lambda: unit.run(handler))
    finally:
        unit.close()


def claim(kernel: Kernel, unit: Unit, slot: Slot) -> Record | None:
    """Claim the slot in the unit's transaction; return the record that is there already, if any.

    Raises:
        ActionError: `IN_PROGRESS` if the other holder does not finish in time, or
            `IDEMPOTENCY_KEY_REUSED`.
    """
    transaction = unit.transaction()
    try:
        return kernel.journal.claim(transaction, slot, unit.now.timestamp())
    except ActionError as error:
        error.invocation_id = unit.id
        raise
    except Exception as error:
        if is_lock_timeout(error):
            raise in_progress(unit) from error
        raise


def finish(kernel: Kernel, unit: Unit, slot: Slot, work: Callable[[], Any]) -> Any:
    """Run *work* in the unit and commit with the outcome recorded in its claimed slot.

    An output and a final error are recorded; a retryable error releases the key. An error that the
    contract does not declare leaves everything as it was.
    """
    contract = unit.call.action.contract
    savepoint = unit.savepoint()
    try:
        result = work()
        if type(result) is not Failure:
            check_output(contract, result, unit)
    except ActionError as error:
        if error.code not in contract.errors:
            raise
        unit.roll_back_to(savepoint)
        result = Failure(error)
    record_result(kernel, unit, slot, result)
    unit.commit()
    if type(result) is Failure:
        raise result.error
    return result


def record_result(kernel: Kernel, unit: Unit, slot: Slot, result: Any) -> None:
    """Record a result, or release the key where it says that nothing happened."""
    transaction = unit.transaction()
    if type(result) is not Failure:
        kernel.journal.complete(transaction, slot, outcome_of(result))
    elif result.error.retryable:
        kernel.journal.forget(transaction, slot)
    else:
        kernel.journal.complete(transaction, slot, outcome_of(error=result.error))


def in_progress(call: Identified) -> ActionError:
    """Return `IN_PROGRESS`: the same call is still being done by somebody else."""
    error = ActionError(
        "IN_PROGRESS",
        "a call with the same idempotency key is still running; ask again with the same key",
    )
    error.invocation_id = call.id
    return error
