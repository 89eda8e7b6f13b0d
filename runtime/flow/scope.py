"""Where a step runs: the names that it sees, and its place among turns and attempts.

A block needs no scope of its own, because ids are unique in the file; a turn of a loop and a
handler do. Making one costs the same however many steps the flow has, and paths are texts only
when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..errors import ActionError
from .failures import as_binding
from .model import Path, Step
from .walk import all_steps, children


class Mark:
    """What a path in the file cannot say: a turn of a loop, a further attempt of a step, an undo.

    The marks of a place form a chain, innermost first. Each writes the path up to itself once,
    when it is first asked for, so that depth costs nothing.

    Args:
        at: The path of the loop or step in the file.
        label: `[3]` for a turn, counted from 0; `#2` for an attempt, counted from 1; nothing for
            the undo of a step.
        outer: The mark around this one.
    """

    __slots__ = ("_at", "_key", "_label", "_outer", "_path", "_place")

    def __init__(self, at: Path, label: str, outer: Mark | None) -> None:
        self._at = at
        self._label = label
        self._outer = outer
        self._path: str | None = None
        self._key: str | None = None
        self._place: str | None = None

    def path(self, at: Path) -> str:
        """Return the path of what stands at *at*, inside of this mark: with turns only."""
        if self._path is None:
            self._path = path_text(self._at, self._outer) + self._turn
        return self._path + self._rest(at)

    def key(self, at: Path) -> str:
        """Return the same with attempts, the first of which are not written down."""
        if self._key is None:
            self._key = key_text(self._at, self._outer) + self._label
        return self._key + self._rest(at)

    def place(self, at: Path) -> str:
        """Return the same with turns, and in an undo with the attempts around what is undone."""
        if self._place is None:
            text_of = place_text if self._label else key_text
            self._place = text_of(self._at, self._outer) + self._turn
        return self._place + self._rest(at)

    @property
    def _turn(self) -> str:
        return self._label if self._label.startswith("[") else ""

    def _rest(self, at: Path) -> str:
        rest = at[len(self._at) :]
        return f"/{_static_text(rest)}" if rest else ""


class Results(dict[str, Any]):
    """`steps`: what came of the steps of one turn, or of the flow outside of loops.

    Every id of the file is a member; a step that has not completed is null. Turns see the results
    around their loop.
    """

    __slots__ = ("_ids", "_outer")

    def __init__(self, ids: frozenset[str], outer: Results | None = None) -> None:
        super().__init__()
        self._ids = ids
        self._outer = outer

    def inner(self) -> Results:
        """Return new results, of a turn or an undo, that see these."""
        return Results(self._ids, self)

    def __missing__(self, step_id: str) -> Any:
        outer = self._outer
        while outer is not None:
            if dict.__contains__(outer, step_id):
                return dict.__getitem__(outer, step_id)
            outer = outer._outer
        if step_id in self._ids:
            return None
        raise KeyError(step_id)

    def __contains__(self, step_id: object) -> bool:
        return step_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))


class Region:
    """What is cancelled together: the flow, a branch, or work that has a time limit."""

    __slots__ = ("is_cancelled",)

    def __init__(self) -> None:
        self.is_cancelled = False


class Scope:
    """The names that the expressions of a step see, and the place of the step.

    Attributes:
        names: All names in sight, `steps` among them.
        results: What `steps` stands for.
        marks: Turns and attempts around this place, innermost first.
        error: The error that the innermost handler around this place is about.
        region: What is cancelled together with this place.
        is_shielded: Inside an `undo` or `finally`, which no cancellation of the region interrupts.
        root: The path of the step that called this flow, with a slash; empty for a run of its own.
    """

    __slots__ = ("error", "is_shielded", "marks", "names", "region", "results", "root")

    def __init__(
        self,
        names: Mapping[str, Any],
        results: Results,
        region: Region,
        marks: Mark | None = None,
        error: ActionError | None = None,
        is_shielded: bool = False,
        root: str = "",
    ) -> None:
        self.names = names
        self.results = results
        self.region = region
        self.marks = marks
        self.error = error
        self.is_shielded = is_shielded
        self.root = root

    @classmethod
    def outermost(cls, names: Mapping[str, Any], ids: frozenset[str], path: str = "") -> Scope:
        """Return the scope of a flow's body.

        Args:
            names: `inputs`, `run` and `secrets`.
            ids: Every step id in the file.
            path: The path of the step that called this flow, if one did.
        """
        results = Results(ids)
        root = f"{path}/" if path else ""
        return cls({**names, "steps": results}, results, Region(), root=root)

    def get(self, name: str) -> Any:
        """Return what a name stands for.

        Raises:
            KeyError: There is no such name here.
        """
        return self.names[name]

    def available(self) -> list[str]:
        """Return all names in sight, for messages."""
        return sorted(self.names)

    def turn(self, at: Path, number: int, names: Mapping[str, Any]) -> Scope:
        """Return the scope of one turn of the loop at *at*.

        Args:
            at: The path of the loop.
            number: Of the turn, counted from 0.
            names: The loop variables.
        """
        results = self.results.inner()
        marks = Mark(at, f"[{number}]", self.marks)
        return self._like({**self.names, **names, "steps": results}, results, marks=marks)

    def attempt(self, step: Step, number: int) -> Scope:
        """Return the scope of a further attempt, with nothing in sight of the one before."""
        for step_id in ids_within(step):
            self.results.pop(step_id, None)
        return self._like(self.names, marks=Mark(step.at, f"#{number}", self.marks))

    def handling(self, error: ActionError) -> Scope:
        """Return the scope of a handler of *error*."""
        return self._like({**self.names, "error": as_binding(error)}, error=error)

    def undoing(self, step: Step, result: Any, error: ActionError) -> Scope:
        """Return the scope of the `undo` of a step: it sees the step's own result."""
        results = self.results.inner()
        if step.id is not None:
            results[step.id] = result
        names = {**self.names, "steps": results, "error": as_binding(error)}
        marks = Mark(step.at, "", self.marks)
        return self._like(names, results, marks=marks, error=error, is_shielded=True)

    def shielded(self) -> Scope:
        """Return the same scope, out of reach of a cancellation."""
        return self._like(self.names, is_shielded=True)

    def apart(self) -> Scope:
        """Return the same scope in a region of its own: of a branch, or of a time limit."""
        inside = self._like(self.names, is_shielded=False)
        inside.region = Region()
        return inside

    def seeing(self, **names: Any) -> Scope:
        """Return the same scope with more names in sight."""
        return self._like({**self.names, **names})

    def _like(
        self,
        names: Mapping[str, Any],
        results: Results | None = None,
        *,
        marks: Mark | None = None,
        error: ActionError | None = None,
        is_shielded: bool | None = None,
    ) -> Scope:
        """Return this scope with what is given in place of its own."""
        return Scope(
            names,
            self.results if results is None else results,
            self.region,
            marks or self.marks,
            error or self.error,
            self.is_shielded if is_shielded is None else is_shielded,
            self.root,
        )

    def path(self, at: Path) -> str:
        """Return the path of what stands at *at*: `steps/1[3]/steps/0`, the turn in brackets."""
        return self.root + path_text(at, self.marks)

    def key(self, at: Path) -> str:
        """Return what names *at* in its run, with turns and attempts: `steps/1#2[3]/steps/0`."""
        return key_text(at, self.marks)

    def place(self, at: Path) -> str:
        """Return what is the same for all attempts to have the effect of *at*: `steps/1[3]`.

        Another attempt of a block is another try at the same effects. But what is undone after it
        is not what was undone before it.
        """
        return place_text(at, self.marks)


def path_text(at: Path, marks: Mark | None) -> str:
    """Return a path in the file as text, with the turns in brackets."""
    return _static_text(at) if marks is None else marks.path(at)


def key_text(at: Path, marks: Mark | None) -> str:
    """Return a path in the file as text, with turns and attempts."""
    return _static_text(at) if marks is None else marks.key(at)


def place_text(at: Path, marks: Mark | None) -> str:
    """Return a path in the file as text, with turns and, in an undo, the attempts around it."""
    return _static_text(at) if marks is None else marks.place(at)


@lru_cache(maxsize=20_000)
def _static_text(at: Path) -> str:
    return "/".join(map(str, at))


def ids_within(step: Step) -> Iterator[str]:
    """Yield the id of every step inside of *step*."""
    for child in children(step):
        for inner in all_steps(child):
            if inner.id is not None:
                yield inner.id
