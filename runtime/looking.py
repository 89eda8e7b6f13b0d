"""Looking something up outside of an invocation, as doors do before they call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from .database import Database
from .faults import is_lost, is_unusable

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

Found = TypeVar("Found")


def look_up(database: Database, find: Callable[[Connection], Found]) -> Found:
    """Return what *find* finds in a snapshot; connections that broke are replaced, once.

    Raises:
        DatabaseError: The database cannot be reached, or not be used.
    """
    try:
        return _look(database, find)
    except Exception as error:
        if not is_lost(error):
            raise
    database.reconnect()
    try:
        return _look(database, find)
    except Exception as error:
        if is_lost(error):
            raise database.explain(error) from error
        raise


def _look(database: Database, find: Callable[[Connection], Found]) -> Found:
    try:
        with database.transaction(read_only=True) as connection:
            return find(connection)
    except Exception as error:
        if is_unusable(error):
            raise database.explain(error) from error
        raise
