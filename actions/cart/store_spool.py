"""The records of a store file on their way into the database: on disk, however many there are.

A private database of SQLite's, which lies in the folder for temporary files as soon as it is more
than a few megabytes, and is gone with the process. So a file is checked as a whole, in any order,
before the shop's own database is asked for, and its records are written in the order in which
others lock them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from cartflow import DatabaseError

BATCH = 500
"""How many records are in memory at once; SQLite takes 32 766 parameters in one statement."""

_FAILING = frozenset((10, 13))  # SQLITE_IOERR, SQLITE_FULL
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -4096;
CREATE TABLE record (section TEXT, position INTEGER, key TEXT, is_right INTEGER, row INTEGER,
 text TEXT, PRIMARY KEY (section, position)) WITHOUT ROWID;
CREATE TABLE mention (section TEXT, key TEXT, pointer TEXT);
"""
_INDEX = "CREATE INDEX by_key ON record (section, key, position)"
_DUPLICATES = """
SELECT section, position, first FROM (
 SELECT section, position, min(position) OVER (PARTITION BY section, key) AS first
 FROM record WHERE key IS NOT NULL) WHERE first < position ORDER BY section, position
"""
_STRANGERS = """
SELECT section, key, pointer FROM mention WHERE NOT EXISTS (
 SELECT 1 FROM record WHERE record.section = mention.section AND record.key = mention.key)
ORDER BY section, key
"""
_RECORDS = "SELECT position, text FROM record WHERE section = ? AND is_right ORDER BY position"
_IN_ORDER = "SELECT text FROM record WHERE section = ? ORDER BY row IS NULL, row, position"
_NUMBER = "UPDATE record SET row = ? WHERE section = ? AND key = ?"

T = TypeVar("T")


class Spooled(NamedTuple):
    """A record, as it goes into the spool.

    Attributes:
        position: Where in its section it stands.
        key: What tells it from the others of its section; None if it does not say.
        is_right: Whether it satisfies its schema; the others are only held against duplicates.
        record: The record.
    """

    position: int
    key: str | None
    is_right: bool
    record: Any


class Mention(NamedTuple):
    """A key of another section that a record names."""

    section: str
    key: str
    pointer: str


class Spool:
    """The records of one store file."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_TABLES)

    def add(self, section: str, rows: Iterable[Spooled]) -> None:
        """Add records of a section."""
        values = (
            (section, row.position, row.key, row.is_right, row.is_right and json.dumps(row.record))
            for row in rows
        )
        statement = "INSERT INTO record (section, position, key, is_right, text)"
        self._db.executemany(f"{statement} VALUES (?, ?, ?, ?, ?)", values)

    def mention(self, mentions: Iterable[Mention]) -> None:
        """Add keys that records name."""
        self._db.executemany("INSERT INTO mention VALUES (?, ?, ?)", mentions)

    def close_file(self) -> None:
        """Make ready for questions: all records are there."""
        self._db.execute(_INDEX)

    def count(self, section: str) -> int:
        """Return how many records a section has."""
        found = self._db.execute("SELECT count(*) FROM record WHERE section = ?", (section,))
        return int(found.fetchone()[0])

    def duplicates(self) -> Iterator[tuple[str, int, int]]:
        """Yield (section, position, position of the first one) of each record with a taken key."""
        yield from self._db.execute(_DUPLICATES)

    def strangers(self) -> Iterator[list[Mention]]:
        """Yield what is mentioned and is not in the file, by section, in batches."""
        found = map(Mention._make, self._db.execute(_STRANGERS))
        for _, mentions in groupby(found, itemgetter(0)):
            yield from batches(mentions)

    def records(self, section: str) -> Iterator[tuple[int, Any]]:
        """Yield the records that satisfy the schema, with their positions."""
        for position, text in self._db.execute(_RECORDS, (section,)):
            yield position, json.loads(text)

    def keys(self, section: str) -> Iterator[list[str]]:
        """Yield the keys of a section, in batches."""
        found = self._db.execute("SELECT key FROM record WHERE section = ?", (section,))
        yield from batches(key for (key,) in found)

    def number(self, section: str, rows: Mapping[str, int]) -> None:
        """Note which rows of the database the records with these keys are."""
        self._db.executemany(_NUMBER, ((row, section, key) for key, row in rows.items()))

    def batches(self, section: str) -> Iterator[list[Any]]:
        """Yield the records of a section, those that have rows first and by their rows."""
        found = self._db.execute(_IN_ORDER, (section,))
        yield from batches(json.loads(text) for (text,) in found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._db.close()
        # the shop's database says it otherwise: SQLAlchemy's exceptions are around the driver's
        if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in _FAILING:
            message = (
                f"the folder for temporary files cannot be used: {error}; nothing was loaded; make"
                " room there, or set SQLITE_TMPDIR to a folder on another disk"
            )
            raise DatabaseError(message) from error


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in lists of at most `BATCH`."""
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH)):
        yield batch
