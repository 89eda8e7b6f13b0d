"""Payment providers: who takes the money, and the two that are built in.

A plugin provides more of them at the extension point `cart.payment_providers`, by name; a payment
method of the shop names the provider behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

EXTENSION_POINT: Final = "cart.payment_providers"


class PaymentProvider(Protocol):
    """What a payment provider is to the cart."""

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return what `charge` shall find under `options`; None if the provider is switched off.

        Args:
            settings: Those of the cart plugin.
        """

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take the money, once for each `idempotency_key` however often this is called.

        Args:
            request: `amount_minor`, `currency`, `method_code`, `source` (the token for the means
                of payment, or None), `vault_intent`, `reference` (the shop's id of the payment
                order), `cart_id`, `idempotency_key` and `options`.

        Returns:
            `{"status": "created", "id": …}` with the provider's own id of the payment, or
            `{"status": "declined"}`, or `{"status": "unavailable"}`: nothing was charged.

        Raises:
            TimeoutError: Nobody knows whether it was; the same key will be asked again.
        """


class Offline:
    """Checks, transfers, cash and purchase orders: accepted at once, paid later."""

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return that there is nothing to know."""
        return {}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Accept the payment."""
        return {"status": "created", "id": f"{request['method_code']}-{request['reference']}"}


class Sandbox:
    """A provider to try things out with: what happens depends on the test token.

    | token | what happens |
    |---|---|
    | `tok_declined` | declined |
    | `tok_unavailable` | unavailable |
    | `tok_unavailable_once` | unavailable at a cart's first attempt, charged at the next |
    | `tok_timeout` | charged, but the answer to the first request with a key is lost |
    | any other, or none | charged |

    What it charged it remembers like a real one, outside the database: a file for each idempotency
    key in the folder of the setting `sandbox_dir`.
    """

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the folder of the charges; None unless the setting `sandbox_payments` is on."""
        if not settings["sandbox_payments"]:
            return None
        folder = settings["sandbox_dir"] or Path(tempfile.gettempdir(), "cartflow-sandbox")
        return {"folder": str(folder)}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what the token says."""
        folder, source = Path(request["options"]["folder"]), request["source"]
        if source == "tok_declined":
            return {"status": "declined"}
        if source == "tok_unavailable":
            return {"status": "unavailable"}
        once = source == "tok_unavailable_once"
        if once and _remember(folder / f"unavailable-{_name(request['cart_id'])}", {}):
            return {"status": "unavailable"}
        key = _name(request["idempotency_key"])
        charge = {name: request[name] for name in ("amount_minor", "currency", "reference")}
        is_new = _remember(folder / f"charge-{key}.json", charge)
        if is_new and source == "tok_timeout":
            message = "the sandbox lost its answer, as tok_timeout asks for"
            raise TimeoutError(message)
        return {"status": "created", "id": f"sandbox-{key[:20]}"}


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _remember(file: Path, content: Mapping[str, Any]) -> bool:
    """Write a file that lasts, whole or not at all; return whether it is new."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="utf-8") as draft:
        json.dump(content, draft)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, file)
        except FileExistsError:
            return False
    return True


OFFLINE: Final[PaymentProvider] = Offline()
SANDBOX: Final[PaymentProvider] = Sandbox()
