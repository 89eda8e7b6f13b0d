"""loadStore and loadStoreFile: the doors of store files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from cartflow import ActionError, Context, InvalidDocumentError, stream_members

from .cart.pricing.basket import SHIPPING_KINDS
from .cart.providers import EXTENSION_POINT as PAYMENT_PROVIDERS
from .cart.store_file import Piece, Problems, StoreFile, pieces_of
from .cart.store_spool import Spool
from .cart.store_writing import unknown_keys, write_store
from .progress import PROGRESS

_POINTS: Final = {"shipping": SHIPPING_KINDS, "payment_methods": PAYMENT_PROVIDERS}
"""Section of the store file to the extension point where what its records name is found."""


def load(ctx: Context) -> dict[str, Any]:
    """Load a store file, whole or not at all."""
    return _load(ctx, pieces_of(ctx.input["store"]))


def load_file(ctx: Context) -> dict[str, Any]:
    """Load a store file of this machine, in the memory that a small one takes."""
    path = Path(ctx.input["file"])
    try:
        file = path.open("rb")
    except OSError as error:
        raise ActionError("FILE_UNREADABLE", file=str(path), reason=error.strerror) from error
    with file:
        try:
            return _load(ctx, _watched(file, path))
        except InvalidDocumentError as error:  # no JSON: what comes behind it cannot be read
            [problem] = error.problems
            problems = Problems()
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            problems.add(problem.pointer, problem.rule, place + problem.message)
            raise _invalid(problems) from error


def _load(ctx: Context, pieces: Iterable[Piece]) -> dict[str, Any]:
    brought = {section: ctx.extensions(point) for section, point in _POINTS.items()}
    with Spool() as spool:
        file = StoreFile(spool, brought)
        file.read(pieces)
        file.check_strangers(partial(unknown_keys, ctx.db))
        if file.problems.count:
            raise _invalid(file.problems)
        return write_store(ctx.db, file, partial(PROGRESS.get(), "writing"))


def _invalid(problems: Problems) -> ActionError:
    listed = sorted(problems.listed, key=lambda problem: problem.pointer)
    told = [
        {"pointer": problem.pointer, "message": problem.message, "rule": problem.rule}
        for problem in listed
    ]
    return ActionError("INVALID_STORE", count=problems.count, problems=told)


def _watched(file: BinaryIO, path: Path) -> Iterator[Piece]:
    """Yield the pieces of a file, and tell how far it is read."""
    report, size = PROGRESS.get(), os.fstat(file.fileno()).st_size
    for piece in stream_members(file, str(path)):
        report("reading", file.tell(), size)
        yield piece
