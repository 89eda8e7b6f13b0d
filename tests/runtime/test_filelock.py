from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from cartflow.runtime.filelock import FileLock, LockTimeoutError

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_lock_that_is_held_is_not_free(path: Path) -> None:
    one, two = FileLock(path), FileLock(path)
    one.acquire(1)

    assert two.try_acquire() is False
    one.release()
    assert two.try_acquire() is True
    one.close()
    two.close()


def test_waiting_ends_with_an_error_that_names_the_file(path: Path) -> None:
    one, two = FileLock(path), FileLock(path)
    one.acquire(1)

    with pytest.raises(LockTimeoutError, match=r"lock' was still locked after 0\.1 s"):
        two.acquire(0.1)
    one.close()
    two.close()


def test_threads_take_turns(path: Path) -> None:
    lock, inside = FileLock(path), []

    def work(number: int) -> None:
        lock.acquire(10)
        inside.append(number)
        time.sleep(0.01)
        assert inside[-1] == number
        lock.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lock.close()

    assert sorted(inside) == list(range(8))


def test_a_thread_does_not_wait_longer_than_it_may(path: Path) -> None:
    lock = FileLock(path)
    lock.acquire(1)

    with pytest.raises(LockTimeoutError):
        lock.acquire(0.05)
    lock.release()
    lock.close()


def hold(path: Path, ready: str) -> None:
    FileLock(path).acquire(5)
    Path(ready).touch()
    time.sleep(60)


def test_a_lock_dies_with_its_process(path: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = SPAWN.Process(target=hold, args=(path, str(ready)))
    process.start()
    deadline = time.monotonic() + 20
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    lock = FileLock(path)
    was_free = lock.try_acquire()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    assert (was_free, lock.try_acquire()) == (False, True)
    lock.close()


def in_child(path: Path, lock: FileLock) -> bool:
    """Fork; return whether the child saw the parent's lock as held, and left it so."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if lock.try_acquire() is False else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_does_not_share_the_lock(path: Path) -> None:
    lock = FileLock(path)
    lock.acquire(1)

    assert in_child(path, lock)
    assert FileLock(path).try_acquire() is False
    lock.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_does_not_keep_the_lock_of_a_parent_that_gave_it_up(path: Path) -> None:
    lock, other = FileLock(path), FileLock(path)
    lock.acquire(1)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    lock.close()
    was_free = other.try_acquire()
    os.close(write_end)
    os.close(read_end)
    os.waitpid(pid, 0)

    assert was_free is True
    other.close()


def test_a_lock_where_nobody_may_write_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "no" / "lock").acquire(1)
