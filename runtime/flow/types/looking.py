"""Looking at the values of a flow: their types, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..document import Path
from ..expressions import Expression, Value
from ..model import Duration, Step
from .expressions import Typing
from .model import Type, object_of, type_of_value
from .needs import Need, misfit
from .notes import Note
from .place import Place, settled

Watch = Callable[[Path, Note], None]
"""Takes note of something about what stands at a path of the file."""


class Looking:
    """Works out the types of the values of a flow.

    Args:
        watch: Is told what is wrong with them; None: only the types matter.
    """

    def __init__(self, watch: Watch | None) -> None:
        self._watch = watch

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told what is wrong."""
        return self._watch is not None

    def type(self, value: Value, at: Path, place: Place, need: Need | None = None) -> Type:
        """Return the type of a value.

        Args:
            value: The value.
            at: Where it stands in the file.
            place: What its expressions see.
            need: What must come out of it, if it matters.
        """
        if value.is_constant:
            return type_of_value(value.constant)
        watch = self._watch
        if watch is None:
            return Typing(place.type_of, place.facts).value(value)

        def say(path: Path, note: Note) -> None:
            watch((*at, *path), note)

        def seen(path: Path, expression: Expression, found: Type, is_all: bool) -> None:
            note = misfit(expression, found, path, need if is_all else None)
            if note is not None:
                say(path, note)

        return Typing(place.type_of, place.facts, say, seen).value(value)

    def members(self, values: Mapping[str, Value], at: Path, place: Place) -> Type:
        """Return the type of an object with these values as its members."""
        types = {name: self.type(it, (*at, name), place) for name, it in values.items()}
        return object_of({name: settled(found) for name, found in types.items()})

    def ask(self, value: Value | None, at: Path, place: Place) -> None:
        """Tell what is wrong with a value of which the type does not matter."""
        watch = self._watch
        if value is None or value.is_constant or watch is None:
            return
        typing = Typing(place.type_of, place.facts, lambda path, note: watch((*at, *path), note))
        for path, expression in value.expressions:
            typing.expression(expression, path)

    def duration(self, duration: Duration | None, place: Place) -> None:
        """Tell what is wrong with a duration."""
        if duration is not None:
            self.ask(duration.value, duration.at, place)

    def durations(self, step: Step, place: Place) -> None:
        """Tell what is wrong with the durations that guard a step."""
        self.duration(step.timeout, place)
        if step.retry is not None:
            self.duration(step.retry.delay, place)
            self.duration(step.retry.max_delay, place)
