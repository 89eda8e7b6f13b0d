"""What the driver keeps in mind of a run: its tasks, what they wait for, what stops them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ..errors import ActionError
from ..flow.commands import End
from .invocations import Invocation

Commands = Generator[Any, Any, Any]


class Region:
    """What is stopped together: the whole run, a branch, or work that has a time limit.

    Attributes:
        outer: The region around it, whose stop reaches it; None if it is out of reach.
        deadline: When its own time is up, in seconds of the monotonic clock.
        stopped: Why it is stopped; empty: it is not.
        has_expired: Whether its own time was up before anything else stopped it.
    """

    __slots__ = ("deadline", "has_expired", "outer", "stopped")

    def __init__(self, outer: Region | None = None, deadline: float = inf) -> None:
        self.outer = outer
        self.deadline = deadline
        self.stopped = ""
        self.has_expired = False

    def why(self) -> str:
        """Return why this region, or one around it, is stopped; empty if none is."""
        region: Region | None = self
        while region is not None:
            if region.stopped:
                return region.stopped
            region = region.outer
        return ""

    def next_deadline(self) -> float:
        """Return when the first of this region and those around it is out of time."""
        region: Region | None = self
        first = inf
        while region is not None:
            first = min(first, region.deadline)
            region = region.outer
        return first


@dataclass(eq=False, slots=True)
class Wait:
    """What a task waits for, until it is answered, once.

    Attributes:
        is_shielded: Whether a stop of the task's region leaves it waiting.
        invocation: What it waits for, if it is one.
        arranged: Takes back what was arranged elsewhere.
    """

    is_shielded: bool
    invocation: Invocation | None = None
    arranged: list[Callable[[], None]] = field(default_factory=list)

    def forget(self) -> None:
        """Take back what was arranged."""
        for take_back in self.arranged:
            take_back()


@dataclass(eq=False, slots=True)
class Task:
    """A generator of commands that is carried out: the flow, a branch, or timed work.

    Attributes:
        region: What it is stopped with.
        group: What it is a part of; None: it is the flow itself.
        number: Which one of the group, counted from 0.
        is_closing: It has been told of the stop of its region.
    """

    commands: Commands
    region: Region
    group: Group | None = None
    number: int = 0
    is_closing: bool = False


@dataclass(eq=False, slots=True)
class Group:
    """Tasks whose outcomes another task waits for.

    Attributes:
        parent: The task that waits.
        pending: What has not begun yet.
        is_race: Whether the first success decides, instead of the first error.
        is_shielded: Whether a stop of the parent's region does not reach them.
        deadline: When the time of its one task is up.
        live: The tasks that have begun and not ended, by number.
        ends: How the others ended, in order of time.
        begun: How many have begun.
        is_decided: Whether the others do not matter any more.
        arranged: Takes back the timer of the deadline.
    """

    parent: Task
    pending: Iterator[Commands]
    is_race: bool = False
    is_shielded: bool = False
    deadline: float = inf
    live: dict[int, Task] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    begun: int = 0
    is_decided: bool = False
    arranged: Callable[[], None] | None = None

    def is_cut_off(self) -> bool:
        """Return whether what stands around the group is stopped, and the group with it."""
        return not self.is_shielded and bool(self.parent.region.why())

    def begin(self) -> Task | None:
        """Return the next task; None if all have begun, or no more are wanted."""
        if self.is_decided or self.is_cut_off():
            return None
        commands = next(self.pending, None)
        if commands is None:
            return None
        outer = None if self.is_shielded else self.parent.region
        task = Task(commands, Region(outer, self.deadline), self, self.begun)
        self.live[self.begun] = task
        self.begun += 1
        return task

    def end(self, task: Task, output: Any, error: ActionError | None) -> bool:
        """Take note of how a task ended; return whether that decides the matter."""
        del self.live[task.number]
        self.ends.append(End(task.number, output, error, task.region.has_expired))
        decides = not self.is_decided and (error is None) == self.is_race
        self.is_decided = self.is_decided or decides
        return decides


def may_close(task: Task) -> bool:
    """Return whether a task whose region is stopped may begin to end.

    Branches that are stopped together end one after the other, the last one first.
    """
    inner: Task | None = task
    while inner is not None and inner.group is not None:
        group = inner.group
        # all that are left of a group are stopped together, and the last one stands last
        if next(reversed(group.live)) != inner.number and inner.region.why():
            return False
        if group.is_shielded:
            return True  # it is part of the end of a branch itself
        inner = group.parent
    return True
