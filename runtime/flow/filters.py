"""The filters of expressions: the table of the flow language, for JSON values.

Those that Jinja2 has mean what its documentation says, with these differences: `default` takes the
place of null too, lazy filters give lists, numbers are JSON's, and whatever makes a text is
bounded. Filters that name filters or tests (`map`, `select`, …) know those of the table only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from ..violations import type_of
from . import scalars
from .limits import (
    MAX_TEXT,
    UnusableValueError,
    as_text,
    check_size,
    concatenate,
    spend,
    spend_on_text,
)
from .members import Missing, getter, present
from .operators import TESTS, calculate, is_number
from .scalars import need

_MOST_PATHS: Final = 16
"""Attributes that a list is sorted by."""


def _items(value: Any, name: str, attribute: Any = None) -> list[Any]:
    """Return the items of a list, or what stands at a path in each of them."""
    items: list[Any] = need(list, value, name)
    if attribute is None:
        return items
    get = getter(attribute)
    return [present(get(item)) for item in items]


# ---- any value


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    if isinstance(value, Missing) or value is None or (boolean and not value):
        return default_value
    return value


def _length(value: Any) -> int:
    return len(need((str, list, Mapping), value, "length"))


def _list(value: Any) -> list[Any]:
    return list(need((str, list, Mapping), value, "list"))


# ---- lists


def _first(value: Any) -> Any:
    found = need((str, list), value, "first")
    return found[0] if found else Missing(lambda: "what is empty has no first item")


def _last(value: Any) -> Any:
    found = need((str, list), value, "last")
    return found[-1] if found else Missing(lambda: "what is empty has no last item")


def _reverse(value: Any) -> Any:
    return need((str, list), value, "reverse")[::-1]


def _sum(value: Any, attribute: Any = None, start: Any = 0) -> Any:
    total = start
    for item in _items(value, "sum", attribute):
        if not is_number(present(item)):
            message = f"'sum' needs numbers, got {type_of(item)}"
            raise UnusableValueError(message)
        total = calculate("+", total, item)
    return total


def _order(name: str, case_sensitive: bool) -> Callable[[Any], Any]:
    """Return what to compare values by; they must be all numbers or all texts."""
    kinds = set()

    def key(value: Any) -> Any:
        kinds.add("numbers" if is_number(value) else type_of(present(value)))
        if len(kinds) > 1 or not kinds <= {"numbers", "a string", "a boolean"}:
            message = f"{name!r} needs all numbers or all texts, got {' and '.join(sorted(kinds))}"
            raise UnusableValueError(message)
        spend_on_text(value)
        return value.lower() if isinstance(value, str) and not case_sensitive else value

    return key


def _extreme(name: str, choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
        items = need(list, value, name)
        if not items:
            return Missing(lambda: f"an empty list has no {name}")
        get, order = getter(attribute), _order(name, case_sensitive)
        return choose(items, key=lambda item: order(get(item)))

    return extreme


def _sort(
    value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    items = list(need(list, value, "sort"))
    spend_on_text(attribute)
    paths = attribute.split(",") if isinstance(attribute, str) else [attribute]
    if len(paths) > _MOST_PATHS:
        message = f"'sort' takes at most {_MOST_PATHS} attributes, got {len(paths)}"
        raise UnusableValueError(message)
    for path in reversed(paths):
        spend(len(items))
        get, order = getter(path), _order("sort", case_sensitive)
        items.sort(key=lambda item: order(get(item)), reverse=bool(reverse))
    return items


def _unique(value: Any, case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    seen: dict[Any, Any] = {}
    for item, by in zip(value, _items(value, "unique", attribute), strict=True):
        spend_on_text(by)
        folded = by.lower() if isinstance(by, str) and not case_sensitive else by
        seen.setdefault(_identity(folded), item)
    return list(seen.values())


def _identity(value: Any) -> Any:
    """Return something hashable that is equal for equal JSON values only."""
    if isinstance(value, dict | list):
        spend(check_size(value, MAX_TEXT))
        return json.dumps(value, sort_keys=True), "text"
    if type(value) is int or (type(value) is float and value.is_integer()):
        return hex(int(value)), "number"  # hashes of integers can be made to collide
    return value, type(value)


def _join(value: Any, d: Any = "", attribute: Any = None) -> str:
    texts = (as_text(present(item)) for item in _items(value, "join", attribute))
    return concatenate(texts, need(str, d, "join"))


def _map(value: Any, *arguments: Any, **named: Any) -> list[Any]:
    items = need(list, value, "map")
    if arguments:
        work = named_function("filter", FILTERS, arguments[0])
        return [present(work(item, *arguments[1:], **named)) for item in items]
    return _map_attribute(items, **named)


def _map_attribute(items: list[Any], attribute: Any, **named: Any) -> list[Any]:
    get = getter(attribute)
    if not named:
        return [present(get(item)) for item in items]
    found = (get(item) for item in items)
    default = named.pop("default") if named.keys() == {"default"} else None
    if named:
        message = "'map' takes a filter, or 'attribute' and perhaps 'default'"
        raise UnusableValueError(message)
    return [present(default) if isinstance(part, Missing) else part for part in found]


def _chosen(value: Any, wanted: bool, name: str, path: Any, arguments: tuple[Any, ...]) -> Any:
    test = named_function("test", TESTS, arguments[0]) if arguments else bool
    get = getter(path)
    items = need(list, value, name)
    return [item for item in items if bool(test(get(item), *arguments[1:])) is wanted]


def _select(value: Any, *arguments: Any) -> Any:
    return _chosen(value, True, "select", None, arguments)


def _reject(value: Any, *arguments: Any) -> Any:
    return _chosen(value, False, "reject", None, arguments)


def _selectattr(value: Any, attribute: Any, *arguments: Any) -> Any:
    return _chosen(value, True, "selectattr", attribute, arguments)


def _rejectattr(value: Any, attribute: Any, *arguments: Any) -> Any:
    return _chosen(value, False, "rejectattr", attribute, arguments)


def named_function(what: str, table: Mapping[str, Callable[..., Any]], name: Any) -> Any:
    """Return the filter or test called *name*."""
    if not isinstance(present(name), str):
        message = f"expected the name of a {what}, got {type_of(name)}"
        raise UnusableValueError(message)
    if name not in table:
        message = f"there is no {what} of the given name"  # which may come from a value
        raise UnusableValueError(message)
    return table[name]


# ---- objects


def _keys(value: Any) -> list[str]:
    return list(need(Mapping, value, "keys"))


def _values(value: Any) -> list[Any]:
    return list(need(Mapping, value, "values").values())


def _pairs(value: Any) -> list[Any]:
    return [[name, part] for name, part in need(Mapping, value, "items").items()]


def _merge(value: Any, other: Any) -> dict[str, Any]:
    return {**need(Mapping, value, "merge"), **need(Mapping, other, "merge")}


def _spending(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that counts what it goes through, and what it makes."""

    @wraps(work)
    def spending(value: Any, *arguments: Any, **named: Any) -> Any:
        spend(_weight(value))
        result = work(value, *arguments, **named)
        spend(_weight(result))
        return result

    return spending


def _weight(value: Any) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


_AT_ONCE: Final[Mapping[str, Callable[..., Any]]] = {
    "default": _default,
    "length": _length,
    "first": _first,
    "last": _last,
}
_ONE_BY_ONE: Final[Mapping[str, Callable[..., Any]]] = {
    "sum": _sum,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "sort": _sort,
    "unique": _unique,
    "reverse": _reverse,
    "join": _join,
    "split": scalars.split,
    "map": _map,
    "select": _select,
    "selectattr": _selectattr,
    "reject": _reject,
    "rejectattr": _rejectattr,
    "list": _list,
    "keys": _keys,
    "values": _values,
    "items": _pairs,
    "merge": _merge,
    "lower": scalars.lower,
    "upper": scalars.upper,
    "trim": scalars.trim,
    "replace": scalars.replace,
    "int": scalars.to_int,
    "float": scalars.to_float,
    "string": scalars.string,
    "round": scalars.rounded,
    "abs": scalars.absolute,
    "tojson": scalars.to_json,
    "fromjson": scalars.from_json,
}
FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    **_AT_ONCE,
    **{name: _spending(work) for name, work in _ONE_BY_ONE.items()},
}
"""The filters of the flow language."""
