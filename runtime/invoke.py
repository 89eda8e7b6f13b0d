"""`invoke`: the one way into an action, for every door.

    look up → access → validate input → [claim key] → savepoint → wrappers → handler
            → validate output → [record] → commit

What an action may do is its contract's `effect`; each effect has a module that takes its path:
`local` for `none` and `transactional`, `remote` for `keyed` and `at_least_once`, `runs` for flows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .action import Remote, Steps
from .admission import admit, check_key
from .background import SCOPE, Background
from .cancellation import Attempt
from .errors import ActionError
from .journal import Record, Slot
from .kernel import Kernel
from .local import perform, perform_keyed
from .outcome import unknown_action
from .principal import GUEST, SYSTEM, Principal
from .registry import RegisteredAction
from .remote import RemoteCall
from .runs import FlowCall, RunOptions
from .together import Refusal, perform_together
from .unit import Call

log = logging.getLogger("cartflow")

_UNWATCHED = RunOptions()


class Invoker:
    """Invokes the actions of one application.

    Args:
        kernel: The application's.
        background_threads: How many runs go on in the background at once.
    """

    def __init__(self, kernel: Kernel, background_threads: int) -> None:
        self._kernel = kernel
        invoke = partial(self.invoke_action, principal=SYSTEM)
        self.background = kernel.background = Background(kernel, invoke, background_threads)

    def invoke(
        self,
        name: str,
        given: Mapping[str, Any] | None = None,
        principal: Principal = GUEST,
        key: str | None = None,
        options: RunOptions = _UNWATCHED,
    ) -> Any:
        """Return the output of an action.

        Args:
            name: The action or flow.
            given: Its input, a JSON object.
            principal: Who calls.
            key: Idempotency key: the same call with the same key happens once.
            options: For flows: who watches, and what can stop it.

        Raises:
            ActionError: A declared condition, or one of the runtime's.
            DatabaseError: The database cannot be used at all.
        """
        action = self._kernel.registry.get(name)
        if action is None:
            unknown_action(name, self._kernel.registry)
        return self.invoke_action(action, given, principal, key, options=options)

    def invoke_action(
        self,
        action: RegisteredAction,
        given: Mapping[str, Any] | None = None,
        principal: Principal = GUEST,
        key: str | None = None,
        *,
        scope: str | None = None,
        options: RunOptions | None = None,
        attempt: Attempt | None = None,
    ) -> Any:
        """Return the output of an action, which need not be registered; see `invoke`.

        Args:
            action: The action or flow.
            given: Its input.
            principal: Who calls.
            key: Idempotency key.
            scope: Where the key belongs, for the steps of a run; else to the principal's calls.
            options: For flows; what can stop it also for actions.
            attempt: What can stop it, if it is the action of a step.
        """
        kernel, contract, handler = self._kernel, action.contract, action.handler
        try:
            given = admit(contract, given, principal)
            if attempt is None and options is not None and options.cancelled is not None:
                attempt = Attempt(options.cancelled)
            call = Call(action, given, principal, kernel.clock, attempt)
            if key is not None:
                if contract.effect == "none" or not contract.journal:
                    key = None
                elif scope is None:
                    check_key(key, principal)
        except ActionError as error:
            error.invocation_id = kernel.clock.random_text(20)
            raise
        if isinstance(handler, Remote):
            slot = self._slot(call, scope, key or kernel.clock.random_text(32))
            return RemoteCall(kernel, call, handler, slot).run()
        if isinstance(handler, Steps):
            flow = FlowCall(kernel, call, handler, options or _UNWATCHED, self.invoke_action)
            return flow.run() if key is None else flow.run_once(self._slot(call, scope, key))
        if key is None:
            return kernel.retrying(lambda: perform(kernel, call, handler), contract, call)
        slot = self._slot(call, scope, key)
        return kernel.retrying(lambda: perform_keyed(kernel, call, handler, slot), contract, call)

    def invoke_together(
        self, name: str, inputs: Sequence[Mapping[str, Any]], principal: Principal = GUEST
    ) -> list[Any] | Refusal:
        """Return the outputs of an action for all inputs, done in one transaction.

        Args:
            name: An action whose effect is `none` or `transactional`.
            inputs: JSON objects, at least one.
            principal: Who calls.

        Returns:
            The outputs in order; or the first error of an input, and then nothing was done.

        Raises:
            ActionError: The transaction failed as a whole, or there is no such action.
            DatabaseError: The database cannot be used at all.
        """
        kernel = self._kernel
        action = kernel.registry.get(name)
        if action is None:
            unknown_action(name, kernel.registry)
        call = Call(action, {}, principal, kernel.clock)
        found: list[Any] | Refusal = kernel.retrying(
            lambda: perform_together(kernel, call, inputs), action.contract, call
        )
        return found

    def recover(self) -> int:
        """Go on with what dead processes have left behind; return how much of it was ended.

        Remote calls are settled, background runs are begun anew. A server does this when it starts,
        so that a payment which was under way when a process died is settled even if nobody asks
        again.
        """
        kernel = self._kernel
        kernel.schema.ensure()
        transaction = kernel.database.begin(read_only=True)
        try:
            running = kernel.journal.running(transaction)
        finally:
            transaction.close()
        return sum(self._recover(slot, record) for slot, record in running)

    def _recover(self, slot: Slot, record: Record) -> bool:
        if slot.scope == SCOPE:
            return self.background.recover(slot.key, record)
        action = self._kernel.registry.get(slot.action)
        if action is None or not isinstance(action.handler, Remote):
            return False
        kind, principal_id, scopes = record.state["principal"]
        principal = Principal(kind, principal_id, frozenset(scopes))
        call = Call(action, record.state["input"], principal, self._kernel.clock)
        remote = RemoteCall(self._kernel, call, action.handler, slot)
        try:
            return remote.recover(record)
        except ActionError as error:
            log.info("recovered invocation %s of %r: %s", call.id, slot.action, error)
            return error.code in action.contract.errors

    def _slot(self, call: Call, scope: str | None, key: str) -> Slot:
        """Return where the outcome of a call is recorded; see to the journal when it is due."""
        kernel, contract = self._kernel, call.action.contract
        scope = scope or f"call:{call.principal.scope}"

        def find() -> Slot:
            kernel.tidy()
            return kernel.journal.slot(scope, key, contract.name, call.given)

        slot: Slot = kernel.retrying(find, contract, call)
        return slot
