from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cartflow.runtime.filelock import FileLock, LockTimeoutError


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


HOLDING = """
import pathlib, sys, time
from cartflow.runtime.filelock import FileLock

FileLock(pathlib.Path(sys.argv[1])).acquire(5)
print("locked", flush=True)
time.sleep(60)
"""


def test_a_lock_dies_with_its_process(path: Path) -> None:
    script = [sys.executable, "-c", HOLDING, str(path)]
    lock = FileLock(path)
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        was_free = lock.try_acquire()
        process.kill()

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
    to_child, from_child = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(from_child[1], b"x")
        os.read(to_child[0], 1)
        os._exit(0)
    os.read(from_child[0], 1)
    lock.close()
    was_free = other.try_acquire()
    os.write(to_child[1], b"x")
    os.waitpid(pid, 0)
    for descriptor in (*to_child, *from_child):
        os.close(descriptor)

    assert was_free is True
    other.close()


def test_a_lock_where_nobody_may_write_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "no" / "lock").acquire(1)
