"""Looking things up: members of objects and items of lists, never anything of Python's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, Protocol, runtime_checkable

from jinja2 import StrictUndefined

from ..violations import nearest, type_of
from .limits import UnusableValueError, spend

_MOST_SHOWN: Final = 20
"""Members that a message lists."""
_MOST_COMPARED: Final = 200
"""Members among which a message looks for the one that was meant: that takes time."""


class Names(Protocol):
    """What the names in an expression stand for."""

    def get(self, name: str) -> Any:
        """Return the value of a name, or raise KeyError."""

    def available(self) -> list[str]:
        """Return the names there are, for messages."""


class MissingError(Exception):
    """An expression used something that is not there; the message says what is there instead."""


class Missing(StrictUndefined):
    """What a lookup gives that finds nothing: every use of it but `default` is an error.

    Attributes:
        explain: Returns what is there instead. It is asked only when somebody wants to know: a
            list may lack a member a million times, and `default` takes its place each time.
    """

    __slots__ = ("explain",)

    def __init__(self, explain: Callable[[], str]) -> None:
        super().__init__()
        self.explain = explain

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise MissingError(self.explain())

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = (
        _fail_with_undefined_error
    )


def present(value: Any) -> Any:
    """Return *value*.

    Raises:
        MissingError: It is missing.
    """
    if isinstance(value, Missing):
        bool(value)  # raises what is missing
    return value


def named(name: str, names: Names) -> Any:
    """Return what a name stands for; `Missing` if there is none."""
    try:
        return names.get(name)
    except KeyError:
        return Missing(lambda: f"there is no name {name!r}{among(name, names.available())}")


def member(owner: Any, name: Any) -> Any:
    """Return a member of an object or an item of a list; `Missing` if there is none.

    What is missing in something that is missing is missing too.
    """
    try:
        if isinstance(owner, list):
            if type(name) is int:
                return owner[name]
        elif isinstance(owner, Mapping):
            if isinstance(name, str):
                return owner[name]
        elif isinstance(owner, Missing):
            return owner
    except LookupError:
        pass
    return Missing(lambda: absence(owner, name))


def computed_member(owner: Any, name: Any) -> Any:
    """Return a member whose name was worked out; so a message does not show it."""
    if type(present(name)) not in (str, int):
        message = f"expected a name or an index in brackets, got {type_of(name)}"
        raise UnusableValueError(message)
    found = member(owner, name)
    if isinstance(found, Missing) and found is not owner:
        what = "with that name" if isinstance(name, str) else "at that index"
        return Missing(lambda: f"{type_of(owner)} has nothing {what}")
    return found


def snapshot(value: Any) -> Any:
    """Return what a name stands for on its own: of a view such as `steps`, what it shows now."""
    if isinstance(value, dict) and type(value) is not dict:
        return {name: value[name] for name in value}
    return value


@runtime_checkable
class Explains(Protocol):
    """An object that knows itself why a member is missing."""

    def missing(self, name: str) -> str:
        """Return why the member *name* cannot be had, and what to do."""


def absence(owner: Any, name: str | int) -> str:
    """Return what is there instead of the member *name* of *owner*."""
    if isinstance(owner, Explains) and isinstance(name, str):
        return owner.missing(name)
    if isinstance(owner, Mapping) and isinstance(name, str):
        return f"there is no member {name!r}{among(name, list(owner))}"
    if isinstance(owner, list):
        what = f"item {name}" if type(name) is int else f"member {name!r}"
        return f"there is no {what} in a list of {len(owner)}"
    return f"{type_of(owner)} has no member {name!r}"


def among(name: str, known: list[str]) -> str:
    """Return which of the *known* names may have been meant, and which there are."""
    return f"{near(name, known)} (there is: {listed(known) or 'nothing'})"


def near(name: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, if there are not too many."""
    return nearest(name, known[:_MOST_COMPARED])


def listed(known: Sequence[str]) -> str:
    """Return the known names in a row, as far as anybody would read."""
    return ", ".join(known[:_MOST_SHOWN]) + (", …" if len(known) > _MOST_SHOWN else "")


def getter(path: Any) -> Callable[[Any], Any]:
    """Return the function that looks up a path such as `address.city` or `lines.0.sku`.

    Args:
        path: A text, an index, or None: the value itself.
    """
    if path is None:
        return lambda value: value
    if type(path) not in (str, int):
        message = f"expected 'attribute' to be a name, got {type_of(present(path))}"
        raise UnusableValueError(message)
    spend(len(path) if isinstance(path, str) else 0)
    parts = path.split(".") if isinstance(path, str) else [path]

    def get(value: Any) -> Any:
        for part in parts:
            if isinstance(value, Missing):
                break
            is_index = isinstance(value, list) and isinstance(part, str) and part.isdecimal()
            value = member(value, int(part) if is_index else part)
        return value

    return get
