"""Where invocations run beside the flow, and how the flow waits for them: the seam to threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol

_LONGEST_S: Final = 86_400.0

Note = Callable[[], None]
"""Something that has happened outside, to be looked at by the thread of the flow."""

NoteOf = Callable[[Any, BaseException | None], Note]
"""Makes the note that tells of an outcome: an output, or an error."""


class Workers(Protocol):
    """Runs work beside the flow; tests bring workers in whose world time does not pass."""

    def start(self, work: Callable[[], Any], note_of: NoteOf) -> None:
        """Begin *work*; when it has ended, post the note that *note_of* makes of its outcome."""

    def post(self, note: Note) -> None:
        """Add a note; from any thread, or a signal handler."""

    def wait(self, timeout_s: float | None) -> Note | None:
        """Return the next note; None if there is none within *timeout_s* (None: however long).

        It may return None earlier: whoever waits looks at the clock and waits again.
        """


class Threads:
    """A thread for each piece of work.

    They are daemons: one that nobody waits for any more must not keep the process alive.
    """

    def __init__(self) -> None:
        self._notes: SimpleQueue[Note] = SimpleQueue()

    def start(self, work: Callable[[], Any], note_of: NoteOf) -> None:
        """Begin *work* in a thread of its own."""

        def run() -> None:
            try:
                output, error = work(), None
            except BaseException as failure:  # whatever it is, the flow has to hear of it
                output, error = None, failure
            self.post(note_of(output, error))

        threading.Thread(target=run, name="invocation", daemon=True).start()

    def post(self, note: Note) -> None:
        """Add a note."""
        self._notes.put(note)

    def wait(self, timeout_s: float | None) -> Note | None:
        """Return the next note; None also after a day: no lock waits for thousands of years."""
        try:
            return self._notes.get(
                timeout=None if timeout_s is None else min(timeout_s, _LONGEST_S)
            )
        except Empty:
            return None
