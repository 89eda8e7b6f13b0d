"""What a failed statement says: whether the same work may well succeed when it is done again."""

from __future__ import annotations

from .filelock import LockTimeoutError

_CONTENDED_STATES = frozenset(("40001", "40P01", "55P03"))
_LOST_STATES = frozenset(("57P01", "57P02", "57P03"))
_SQLITE_CONTENDED = frozenset((5, 6))  # SQLITE_BUSY, SQLITE_LOCKED
_SQLITE_READ_ONLY = 8
_SQLITE_FAILING = frozenset((10, 11, 13))  # SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL
_SQLITE_CLOSED = frozenset((14, 26))  # SQLITE_CANTOPEN, SQLITE_NOTADB
_POSTGRES_FAILING = frozenset(("53", "58", "XX001", "XX002"))  # resources, system, corrupt
_POSTGRES_READ_ONLY = "25006"


def driver_error(error: BaseException) -> BaseException:
    """Return the driver's own exception inside SQLAlchemy's, or *error* itself."""
    original = getattr(error, "orig", None)
    return original if isinstance(original, BaseException) else error


def is_lock_timeout(error: BaseException) -> bool:
    """Return whether somebody waited as long as he may, for a lock or for a free connection."""
    from sqlalchemy.exc import TimeoutError as PoolTimeoutError

    if isinstance(error, LockTimeoutError | PoolTimeoutError):
        return True
    return bool(getattr(driver_error(error), "sqlstate", None) == "55P03")


def is_lost(error: BaseException) -> bool:
    """Return whether the connection broke, so that a transaction's outcome may be unknown."""
    original = driver_error(error)
    if getattr(error, "connection_invalidated", False):
        return True
    state = getattr(original, "sqlstate", "")
    if state is None:  # not the server's words but the client's: it could not reach the server
        return any(kind.__name__ == "OperationalError" for kind in type(original).__mro__)
    return bool(state in _LOST_STATES or state[:2] == "08")


def is_contention(error: BaseException) -> bool:
    """Return whether the same work may well succeed when it is simply done again."""
    original = driver_error(error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return bool((code & 0xFF) in _SQLITE_CONTENDED)
    if is_lock_timeout(error) or is_lost(error):
        return True
    return getattr(original, "sqlstate", None) in _CONTENDED_STATES


def is_read_only(error: BaseException) -> bool:
    """Return whether the database refused to be changed."""
    original = driver_error(error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return bool((code & 0xFF) == _SQLITE_READ_ONLY)
    return bool(getattr(original, "sqlstate", None) == _POSTGRES_READ_ONLY)


def is_disk_failing(error: BaseException) -> bool:
    """Return whether the database is there, but has no space left or cannot read what it wrote."""
    original = driver_error(error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return bool((code & 0xFF) in _SQLITE_FAILING)
    state = getattr(original, "sqlstate", None) or ""
    return not _POSTGRES_FAILING.isdisjoint((state, state[:2]))


def is_unusable(error: BaseException) -> bool:
    """Return whether the database cannot do its work, whatever the work is."""
    code = getattr(driver_error(error), "sqlite_errorcode", None)
    return is_disk_failing(error) or (code is not None and (code & 0xFF) in _SQLITE_CLOSED)
