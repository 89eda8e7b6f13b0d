"""What the filters of expressions give, and what they can never be used on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from .lookups import items_of, member_of, merged, same_items, values_of
from .model import (
    ANY,
    INTEGER,
    JSON_KINDS,
    MISSING,
    NUMBER,
    NUMBERS,
    OBJECT,
    SKIPPED,
    STRING,
    Type,
    list_of,
    list_type,
    text_of,
    union,
)
from .notes import Notes

_LIST: Final = frozenset(("array",))
_OBJECT: Final = frozenset(("object",))
_TEXT: Final = frozenset(("string",))
_EVERY: Final = JSON_KINDS | {SKIPPED}


class Call(NamedTuple):
    """One use of a filter.

    Attributes:
        name: The filter.
        subject: What it is used on: a value that is there, except of `default`.
        given: The types of the arguments in their order.
        named: Those of the arguments that are given by name.
        notes: Are told what cannot work.
    """

    name: str
    subject: Type
    given: tuple[Type, ...]
    named: Mapping[str, Type]
    notes: Notes

    def argument(self, index: int, name: str) -> Type | None:
        """Return the type of an argument, None if it was not given."""
        return self.given[index] if index < len(self.given) else self.named.get(name)


def filtered(call: Call) -> Type:
    """Return what a filter gives."""
    if call.name == "default":
        return _default(call)
    kinds, result = _FILTERS[call.name]
    subject = call.notes.usable(kinds, call.name, call.subject)
    for argument in (*call.given, *call.named.values()):
        call.notes.present(argument)
    found = result(call._replace(subject=subject))
    return found if subject.kinds or found.kinds else ANY


def _default(call: Call) -> Type:
    """Return the type without what is missing or null, or that of the argument."""
    left = call.subject.without(MISSING, SKIPPED, "null")
    other = call.argument(0, "default_value") or text_of("")
    return union(left, other)  # what nobody knows to be missing may be missing all the same


def _path_of(attribute: Type) -> list[str] | None:
    """Return the names in an `attribute`, None if they are worked out when it runs."""
    texts = list(attribute.strings or ())
    return texts[0].split(".") if attribute.kinds == {"string"} and len(texts) == 1 else None


def at_attribute(item: Type, attribute: Type | None) -> Type:
    """Return the type of what stands at a path such as `address.city` in a value."""
    if attribute is None or attribute.kinds == {"null"}:
        return item
    path = _path_of(attribute)
    if path is None:
        return ANY
    for name in path:
        if name.isdecimal() and "array" in item.kinds:
            lists = item.without(*(item.kinds - _LIST))
            others = item.without("array")
            found = member_of(lists, int(name))
            item = union(found, member_of(others, name)) if others.kinds else found
        else:
            item = member_of(item, name)
    return item


def _items(call: Call, index: int = 0) -> Type:
    """Return the type of the items of a list, or of what stands at `attribute` in them."""
    attribute = call.argument(index, "attribute")
    return call.notes.present(at_attribute(items_of(call.subject), attribute))


def _list(call: Call) -> Type:
    kinds = call.subject.kinds
    found = [same_items(call.subject)] if "array" in kinds else []
    found += [list_of(STRING)] if kinds & {"string", "object"} else []
    return union(*found)


def _one(call: Call) -> Type:
    """Return the type of the first or last item; an empty list has none, and nobody knows."""
    kinds = call.subject.kinds
    found = [items_of(call.subject)] if "array" in kinds else []
    found += [STRING] if "string" in kinds else []
    return union(*found)


def _same(call: Call) -> Type:
    kinds = call.subject.kinds
    found = [same_items(call.subject)] if "array" in kinds else []
    return union(*found, *([STRING] if "string" in kinds else []))


def _by_attribute(index: int, result: Callable[[Type], Type]) -> Callable[[Call], Type]:
    """Return a filter that looks at an attribute of the items, and gives the items."""

    def work(call: Call) -> Type:
        _items(call, index)
        return result(call.subject)

    return work


def _sum(call: Call) -> Type:
    items = _items(call)
    items = call.notes.usable(NUMBERS, "sum", items)
    start = call.argument(1, "start")
    if start is not None:
        return union(NUMBER, start)
    return NUMBER if "number" in items.kinds else INTEGER


def _map(call: Call) -> Type:
    item = items_of(call.subject)
    if not call.given:
        found = at_attribute(item, call.named.get("attribute"))
        other = call.named.get("default")
        if other is None:
            return list_of(call.notes.present(found))
        return list_of(union(found.without(MISSING), other))
    names = _path_of(call.given[0])
    if names is None or ".".join(names) not in FILTER_NAMES:
        return list_of(ANY)
    inner = call._replace(name=names[0], subject=item, given=call.given[1:])
    return list_of(call.notes.present(filtered(inner)) if item.kinds else ANY)


def _chosen_by(call: Call) -> Type:
    item = at_attribute(items_of(call.subject), call.argument(0, "attribute"))
    test = _path_of(call.given[1]) if len(call.given) > 1 else None
    if test != ["defined"]:
        call.notes.present(item)
    return same_items(call.subject)


def _values(call: Call) -> Type:
    return list_of(values_of(call.subject))


def _pairs(call: Call) -> Type:
    return list_of(list_type([STRING, values_of(call.subject)]))


def _merge(call: Call) -> Type:
    other = call.argument(0, "other") or OBJECT
    return merged(call.subject, call.notes.usable(_OBJECT, "merge", other))


def _to_int(call: Call) -> Type:
    return union(INTEGER, call.argument(0, "default") or INTEGER)


def _to_float(call: Call) -> Type:
    return union(NUMBER, call.argument(0, "default") or NUMBER)


def _rounded(call: Call) -> Type:
    is_whole = "number" not in call.subject.kinds or call.argument(0, "precision") is None
    return INTEGER if is_whole else NUMBER


def _number(call: Call) -> Type:
    return NUMBER if "number" in call.subject.kinds else INTEGER


def _always(found: Type) -> Callable[[Call], Type]:
    return lambda _: found


_Work = tuple[frozenset[str], Callable[[Call], Type]]
_TEXT_TO_TEXT: Final[_Work] = (_TEXT, _always(STRING))
_TO_TEXT: Final[_Work] = (_EVERY, _always(STRING))
_SOME: Final[_Work] = (_LIST, lambda call: same_items(call.subject))
_SOME_BY: Final[_Work] = (_LIST, _chosen_by)
_EXTREME: Final[_Work] = (_LIST, _by_attribute(1, items_of))

_FILTERS: Final[Mapping[str, _Work]] = {
    "length": (_TEXT | _LIST | _OBJECT, _always(INTEGER)),
    "first": (_TEXT | _LIST, _one),
    "last": (_TEXT | _LIST, _one),
    "sum": (_LIST, _sum),
    "min": _EXTREME,
    "max": _EXTREME,
    "sort": (_LIST, lambda call: same_items(call.subject)),
    "unique": (_LIST, _by_attribute(1, same_items)),
    "reverse": (_TEXT | _LIST, _same),
    "join": (_LIST, _by_attribute(1, lambda _: STRING)),
    "split": (_TEXT, _always(list_of(STRING))),
    "map": (_LIST, _map),
    "select": _SOME,
    "reject": _SOME,
    "selectattr": _SOME_BY,
    "rejectattr": _SOME_BY,
    "list": (_TEXT | _LIST | _OBJECT, _list),
    "keys": (_OBJECT, _always(list_of(STRING))),
    "values": (_OBJECT, _values),
    "items": (_OBJECT, _pairs),
    "merge": (_OBJECT, _merge),
    "lower": _TEXT_TO_TEXT,
    "upper": _TEXT_TO_TEXT,
    "trim": _TEXT_TO_TEXT,
    "replace": _TEXT_TO_TEXT,
    "int": (_EVERY, _to_int),
    "float": (_EVERY, _to_float),
    "string": _TO_TEXT,
    "round": (NUMBERS, _rounded),
    "abs": (NUMBERS, _number),
    "tojson": _TO_TEXT,
    "fromjson": (_TEXT, _always(ANY)),
}
FILTER_NAMES: Final = frozenset((*_FILTERS, "default"))
"""The filters of which it is known what they give: all of the flow language."""
