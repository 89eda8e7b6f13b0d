"""The filters and tests of expressions: the table of the flow language, for JSON values.

Those that Jinja2 has mean what its documentation says, with three differences: `default` also
takes the place of null, lazy filters give lists, and whatever makes a text is bounded.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any, Final

from jinja2 import filters as jinja
from jinja2 import pass_environment
from jinja2 import tests as jinja_tests
from jinja2.runtime import Undefined

from ..errors import InvalidDocumentError
from ..jsontext import loads
from ..violations import type_of

MAX_TEXT: Final = 1_000_000
"""Characters that an operator or filter may make."""
MAX_DIGITS: Final = 1000
"""Decimal digits that an integer may have."""


class UnusableValueError(ValueError):
    """A value that an operator or filter cannot work with; the message never shows the value."""


def as_text(value: Any) -> str:
    """Return a value as it stands in a text: strings as they are, others as compact JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # 2 is shorter than 2.0 and reads back the same
    return as_json(value)


def as_json(value: Any) -> str:
    """Return compact JSON, members in order."""
    _need_present(value)
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_refuse_other
    )


def concatenate(parts: Iterable[Any]) -> str:
    """Return the texts of all parts, one after the other."""
    return _join(map(as_text, map(_need_present, parts)), "")


def _join(texts: Iterable[str], separator: str) -> str:
    found = list(texts)
    length = sum(map(len, found)) + len(separator) * len(found)
    _check_length(length)
    return separator.join(found)


def _check_length(length: int) -> None:
    if length > MAX_TEXT:
        message = f"the text would be longer than {MAX_TEXT} characters"
        raise UnusableValueError(message)


def _need_present(value: Any) -> Any:
    if isinstance(value, Undefined):
        bool(value)  # raises what is missing
    return value


def _need(kind: type[Any] | tuple[type[Any], ...], value: Any, name: str) -> Any:
    if isinstance(_need_present(value), kind):
        return value
    message = f"{name!r} cannot be used on {type_of(value)}"
    raise UnusableValueError(message)


def _refuse_other(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    message = "the value is not a JSON value"
    raise UnusableValueError(message)


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    if isinstance(value, Undefined) or value is None or (boolean and not value):
        return default_value
    return value


@pass_environment
def _join_filter(environment: Any, value: Any, d: str = "", attribute: Any = None) -> str:
    items = _need(list, value, "join")
    if attribute is not None:
        items = map(jinja.make_attrgetter(environment, attribute), items)
    return _join((as_text(_need_present(item)) for item in items), _need(str, d, "join"))


def _replace(value: Any, old: str, new: str, count: int = -1) -> str:
    text = _need(str, value, "replace")
    found = text.count(_need(str, old, "replace"))
    times = found if count is None or count < 0 else min(found, count)
    _check_length(len(text) + times * (len(_need(str, new, "replace")) - len(old)))
    return str(text.replace(old, new, times))


@pass_environment
def _sum(environment: Any, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    items = _need(list, value, "sum")
    if attribute is not None:
        items = list(map(jinja.make_attrgetter(environment, attribute), items))
    for item in (start, *items):
        if type(_need_present(item)) not in (int, float):
            message = f"'sum' needs numbers, got {type_of(item)}"
            raise UnusableValueError(message)
    return sum(items, start)


def _round(value: Any, precision: int = 0, method: str = "common") -> Any:
    if type(value) is int and precision >= 0:
        return value  # exact already
    return jinja.do_round(_need((int, float), value, "round"), precision, method)  # type: ignore[arg-type]


def _from_json(value: Any) -> Any:
    try:
        return loads(_need(str, value, "fromjson").encode("utf-8", "surrogatepass"), "fromjson")
    except InvalidDocumentError as error:
        message = f"'fromjson': {error.problems[0].message}"
        raise UnusableValueError(message) from None


def _merge(value: Any, other: Any) -> dict[str, Any]:
    return {**_need(Mapping, value, "merge"), **_need(Mapping, other, "merge")}


def _split(value: Any, sep: str | None = None) -> list[str]:
    text = _need(str, value, "split")
    if sep == "":
        return list(text)
    return list(text.split(sep))


def _number(convert: Callable[..., Any], value: Any, *arguments: Any, **named: Any) -> Any:
    if isinstance(_need_present(value), str) and len(value) > MAX_DIGITS:
        message = f"a number has at most {MAX_DIGITS} digits"
        raise UnusableValueError(message)
    result = convert(value, *arguments, **named)
    if isinstance(result, float) and not math.isfinite(result):
        message = "the result is not a JSON number"
        raise UnusableValueError(message)
    return result


def _at_once(lazy: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter of Jinja2 that gives a list instead of a generator."""

    @wraps(lazy)
    def eager(*arguments: Any, **named: Any) -> Any:
        result = lazy(*arguments, **named)
        return result if isinstance(result, str | Undefined) else list(result)

    return eager


def _of_text(name: str, work: Callable[[str], str]) -> Callable[[Any], str]:
    def filtered(value: Any) -> str:
        return work(_need(str, value, name))

    return filtered


def _trim(value: Any, chars: str | None = None) -> str:
    return str(_need(str, value, "trim").strip(chars))


def _length(value: Any) -> int:
    return len(_need((str, list, Mapping), value, "length"))


def _list(value: Any) -> list[Any]:
    return list(_need((str, list, Mapping), value, "list"))


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "default": _default,
    "length": _length,
    "first": jinja.do_first,
    "last": jinja.do_last,
    "sum": _sum,
    "min": jinja.do_min,
    "max": jinja.do_max,
    "sort": _at_once(jinja.do_sort),
    "unique": _at_once(jinja.do_unique),
    "reverse": _at_once(jinja.do_reverse),
    "join": _join_filter,
    "split": _split,
    "map": _at_once(jinja.sync_do_map),
    "select": _at_once(jinja.sync_do_select),
    "selectattr": _at_once(jinja.sync_do_selectattr),
    "reject": _at_once(jinja.sync_do_reject),
    "rejectattr": _at_once(jinja.sync_do_rejectattr),
    "list": _list,
    "keys": lambda value: list(_need(Mapping, value, "keys")),
    "values": lambda value: list(_need(Mapping, value, "values").values()),
    "items": lambda value: [[*pair] for pair in _need(Mapping, value, "items").items()],
    "merge": _merge,
    "lower": _of_text("lower", str.lower),
    "upper": _of_text("upper", str.upper),
    "trim": _trim,
    "replace": _replace,
    "int": partial(_number, jinja.do_int),
    "float": partial(_number, jinja.do_float),
    "string": lambda value: as_text(_need_present(value)),
    "round": _round,
    "abs": lambda value: abs(_need((int, float), value, "abs")),
    "tojson": as_json,
    "fromjson": _from_json,
}


def _is_number(value: Any) -> bool:
    return type(_need_present(value)) in (int, float)


def _starts_with(value: Any, prefix: str) -> bool:
    return bool(_need(str, value, "startswith").startswith(_need(str, prefix, "startswith")))


def _ends_with(value: Any, suffix: str) -> bool:
    return bool(_need(str, value, "endswith").endswith(_need(str, suffix, "endswith")))


TESTS: Final[Mapping[str, Callable[..., bool]]] = {
    "defined": jinja_tests.test_defined,
    "in": jinja_tests.test_in,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "none": lambda value: _need_present(value) is None,
    "string": lambda value: isinstance(_need_present(value), str),
    "number": _is_number,
    "boolean": lambda value: isinstance(_need_present(value), bool),
    "mapping": lambda value: isinstance(_need_present(value), Mapping),
    "sequence": lambda value: isinstance(_need_present(value), list | str),
    "true": lambda value: _need_present(value) is True,
    "false": lambda value: _need_present(value) is False,
    "startswith": _starts_with,
    "endswith": _ends_with,
}
