"""Processes that are at work at once, to try what several of them do with one database.

Python needs half a second to import what an application needs, and some tests start eight
processes. Here one process, `Nursery`, imports it and does nothing else; those of the tests are its
forks. They share no connection, thread or lock, and can be killed like any other process.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

_MOST_BYTES: Final = 1 << 20


class Process:
    """A process of a test.

    Attributes:
        stdin: Its standard input, which `communicate` closes.
    """

    def __init__(self, pid: int, stdin: IO[str], said: tuple[IO[str], IO[str]], end: int) -> None:
        self.pid = pid
        self.stdin = stdin
        self._said = said
        self._end = end
        self._status: int | None = None

    def poll(self, timeout_s: float = 0) -> int | None:
        """Return how it ended, a signal as a negative number, or None: it has not."""
        if self._status is None and select.select([self._end], [], [], timeout_s)[0]:
            self._status = int(os.read(self._end, 20))
        return self._status

    def wait(self, timeout_s: float = 60) -> int:
        """Return how it ended, once it has.

        Raises:
            TimeoutError: It did not end in time.
        """
        status = self.poll(timeout_s)
        if status is None:
            message = f"process {self.pid} has not ended within {timeout_s} s"
            raise TimeoutError(message)
        return status

    def communicate(self, text: str = "", timeout_s: float = 60) -> tuple[str, str]:
        """Give it all of its input; return what it said, and what it said of errors."""
        if not self.stdin.closed:
            self.stdin.write(text)
            self.stdin.close()
        self.wait(timeout_s)
        for file in self._said:
            file.seek(0)
        output, errors = (file.read() for file in self._said)
        return output, errors

    def kill(self) -> None:
        """Kill it, if it still runs; it has no say in it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def close(self) -> None:
        """Kill it, and forget what it said."""
        self.kill()
        for file in (self.stdin, *self._said):
            file.close()
        os.close(self._end)


StartProcess = Callable[..., Process]


class Nursery:
    """Starts processes that need not import anything first."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._control.close()
        self._process.wait(60)

    def start(self, script: str | Path, *arguments: str) -> Process:
        """Start a process.

        Args:
            script: A file, or the text of a program as it is.
            arguments: What it finds in `sys.argv` after its name.
        """
        task = {
            "code": script if isinstance(script, str) else "",
            "arguments": [str(script) if isinstance(script, Path) else "-c", *arguments],
            "environment": dict(os.environ),
            "folder": os.getcwd(),
        }
        said = output, errors = _file(), _file()
        stdin, our_stdin = os.pipe()
        end, their_end = os.pipe()
        given = [stdin, output.fileno(), errors.fileno(), their_end]
        socket.send_fds(self._control, [json.dumps(task).encode()], given)
        os.close(stdin)
        os.close(their_end)
        pid = int(self._control.recv(20))
        return Process(pid, os.fdopen(our_stdin, "w", encoding="utf-8"), said, end)


def _file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _serve(control: socket.socket) -> dict[str, Any]:
    """Fork for each task that is asked for; return, in the fork alone, its task."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        text, given, _, _ = socket.recv_fds(control, _MOST_BYTES, 4)
        if not text:
            sys.exit()
        if os.fork() == 0:
            _keep(control, *given)
            return dict(json.loads(text))
        for file in given:
            os.close(file)


def _keep(control: socket.socket, stdin: int, output: int, errors: int, end: int) -> None:
    """Fork, tell how the fork ended, and end; return in the fork alone, with its files."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        control.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    control.close()
    for number, file in enumerate((stdin, output, errors)):
        os.dup2(file, number)
        os.close(file)
    os.close(end)


def _run(task: dict[str, Any]) -> None:
    """Do what the interpreter does with a program; it ends as its program does."""
    os.environ.clear()
    os.environ.update(task["environment"])
    os.chdir(task["folder"])
    sys.argv = task["arguments"]
    if task["code"]:
        exec(compile(task["code"], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.path.insert(0, str(Path(sys.argv[0]).parent))
        runpy.run_path(sys.argv[0], run_name="__main__")


def _import_everything() -> None:
    """Import what an application imports, as late as that may be; open no database."""
    import sqlalchemy.dialects.postgresql.psycopg
    import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401

    from cartflow import Application

    with Application.open(environment={}):
        pass


if __name__ == "__main__":
    _import_everything()
    _run(_serve(socket.socket(fileno=int(sys.argv[1]))))
