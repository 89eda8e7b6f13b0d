"""loadStore: the door of store files."""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context, InvalidDocumentError

from .cart.store_file import load_store


def load(ctx: Context) -> dict[str, Any]:
    """Load a store file, whole or not at all."""
    try:
        return load_store(ctx.db, ctx.input["store"])
    except InvalidDocumentError as error:
        problems = [
            {"pointer": problem.pointer, "message": problem.message, "rule": problem.rule}
            for problem in error.problems
        ]
        raise ActionError("INVALID_STORE", count=len(problems), problems=problems) from error
