"""A lock between processes and threads that dies with its holder: `flock` on a file."""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from pathlib import Path

from .forks import watch


class LockTimeoutError(TimeoutError):
    """The lock was not released in time."""


class FileLock:
    """An exclusive lock on a file, which is created when it is missing.

    The kernel releases it when the holder's process ends, however it ends. Processes made by
    `fork` open the file anew: a descriptor they shared would share the lock, and keep it when the
    holder has died.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._descriptor = -1
        watch(self)

    def acquire(self, timeout_s: float) -> None:
        """Take the lock.

        Raises:
            LockTimeoutError: It was not free within *timeout_s* seconds.
        """
        deadline = time.monotonic() + timeout_s
        if not self._threads.acquire(timeout=timeout_s):
            self._give_up(timeout_s)
        try:
            if self._descriptor < 0:
                # like the database: who may write to it is the umask's business
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            while not self._try():
                if time.monotonic() > deadline:
                    self._give_up(timeout_s)
                # short and uneven, so that the waiting take turns
                time.sleep(random.uniform(0.0002, 0.0015))
        except BaseException:
            self._threads.release()
            raise

    def try_acquire(self) -> bool:
        """Take the lock if it is free; return whether it was."""
        try:
            self.acquire(0.0)
        except LockTimeoutError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Close the file, which releases the lock too."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def forget_inherited(self) -> None:
        """Begin anew in a child process: the lock is the parent's."""
        self.close()
        self._threads = threading.Lock()

    def _try(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_up(self, timeout_s: float) -> None:
        message = f"{str(self._path)!r} was still locked after {timeout_s:g} s"
        raise LockTimeoutError(message)
