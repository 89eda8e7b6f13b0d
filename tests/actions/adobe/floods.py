"""Documents made to cost more than they look like, of any size."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple


class Flood(NamedTuple):
    """A kind of document.

    Attributes:
        text: Makes one of a size.
        size: One at which it is refused or harmless, and so it is at half and quarter of it.
        said: How the first error begins; none for what is allowed.
        is_squared: Each part is compared with each other: only the limit on fields ends that.
    """

    text: Callable[[int], str]
    size: int
    said: str = ""
    is_squared: bool = False


def calls_in(task: Callable[[], object]) -> int:
    """Return how many functions are called while a task is done: what it costs, steadily."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(before)
    return calls


def _many(count: int, make: Callable[[int], str]) -> str:
    return " ".join(make(n) for n in range(count))


def _cart(selection: str) -> str:
    return f'{{ cart(cart_id: "x") {{ {selection} }} }}'


def _ring(count: int) -> str:
    parts = _many(count, lambda n: f"fragment F{n} on Query {{ ...F{(n + 1) % count} }}")
    return f"{{ ...F0 }} {parts}"


def _doubling(count: int) -> str:
    parts = _many(count, lambda n: f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}")
    return f"{{ ...F0 }} {parts} fragment F{count} on Query {{ __typename }}"


def _mesh(count: int) -> str:
    """Return fragments of which each spreads all that come after it; *count* spreads in all."""
    spreads = [f"...F{n}" for n in range(int((2 * count) ** 0.5))]
    parts = (
        f"fragment F{n} on Query {{ __typename {' '.join(spreads[n + 1 :])} }}"
        for n in range(len(spreads))
    )
    return f"{{ ...F0 }} {' '.join(parts)}"


def _variables(count: int) -> str:
    declared, used = _many(count, lambda n: f"$v{n}: String"), _many(count, lambda n: f"$v{n}")
    return (
        f"query({declared}) {{ products(filter: {{ sku: {{ in: [{used}] }} }}) {{ __typename }} }}"
    )


def _sharing(count: int) -> str:
    """Return operations that all spread the same fields, which use a variable of theirs."""
    fields = _many(20, lambda n: f"f{n}: cart(cart_id: $id) {{ id }}")
    operations = _many(count, lambda n: f"query Q{n}($id: String!) {{ ...F }}")
    return f"{operations} fragment F on Query {{ {fields} }}"


def _nested(opening: str, inner: str, closing: str) -> Callable[[int], str]:
    return lambda count: opening * count + inner + closing * count


def _in_value(opening: str, closing: str) -> Callable[[int], str]:
    nested = _nested(opening, "1", closing)
    return lambda count: f"{{ cart(cart_id: {nested(count)}) {{ id }} }}"


def _of_type(count: int) -> str:
    return f"query($v: {'[' * count}Int{']' * count}) {{ __typename }}"


_SYNTAX: Final = "Syntax Error: Document"

FLOODS: Final = {
    "aliases": Flood(lambda n: _cart(_many(n, lambda i: f"a{i}: id")), 200, "Max query"),
    "fields": Flood(lambda n: _cart("id " * n), 1600, "Max query complexity should be 300"),
    "the same field": Flood(lambda n: _cart("id " * n), 280, is_squared=True),
    "the same fields, nested": Flood(
        lambda n: _cart("items { product { sku } } " * n), 80, is_squared=True
    ),
    "the same fields, by type": Flood(
        lambda n: _cart(f"items {{ {'... on SimpleCartItem { id uid } ' * n} }}"), 90
    ),
    "the same name, other fields": Flood(
        lambda n: _cart("a: id a: email " * n), 14, "Fields 'a' conflict"
    ),
    "arguments to compare": Flood(
        lambda n: "{ %s }" % ('products(search: "%s") { __typename } ' % ("x" * n) * 99), 800
    ),
    "fragments": Flood(lambda n: f"{{ {'... { __typename } ' * n} }}", 800, "Max query"),
    "fragments that double": Flood(_doubling, 300, "Max query"),
    "fragments that spread all others": Flood(_mesh, 500, "Max query complexity should be 300"),
    "fragments that nobody uses": Flood(
        lambda n: "{ __typename }" + _many(n, lambda i: f"fragment F{i} on Query {{ __typename }}"),
        300,
        "Fragment 'F0' is never used.",
    ),
    "fragments in a ring": Flood(_ring, 450, "Max query"),
    "fragments in a small ring": Flood(_ring, 90, "Cannot spread fragment 'F0' within itself via"),
    "unknown fragments": Flood(
        lambda n: f"{{ {_many(n, lambda i: f'...F{i}')} }}", 90, "Unknown fragment 'F0'."
    ),
    "nested fields": Flood(
        _nested("{ customer ", "{ id }", " }"), 100, "Max query depth should be 20 but got"
    ),
    "nested fragments": Flood(_nested("{ ... ", "{ id }", " }"), 2000, _SYNTAX),
    "nested lists": Flood(_in_value("[", "]"), 100, "String cannot represent a non string value"),
    "lists nested for ever": Flood(_in_value("[", "]"), 2000, _SYNTAX),
    "nested objects": Flood(_in_value("{ a: ", "}"), 120, "String cannot represent a non string"),
    "objects nested for ever": Flood(_in_value("{ a: ", "}"), 2000, _SYNTAX),
    "nested types": Flood(_of_type, 90, "Variable '$v' is never used."),
    "types nested for ever": Flood(_of_type, 2000, _SYNTAX),
    "nested introspection": Flood(
        lambda n: (
            f"{{ __schema {{ types {_nested('{ fields { type ', '{ name }', ' } }')(n)} }} }}"
        ),
        8,
        "Maximum introspection depth exceeded",
    ),
    "operations": Flood(lambda n: _many(n, lambda i: f"query Q{i} {{ __typename }}"), 500),
    "operations that share much": Flood(_sharing, 300),
    "operations of one name": Flood(
        lambda n: "query Q { __typename } " * n, 500, "There can be only one operation named 'Q'."
    ),
    "variables": Flood(_variables, 500),
    "variables that nobody uses": Flood(
        lambda n: f"query({_many(n, lambda i: f'$v{i}: Int')}) {{ __typename }}",
        500,
        "Variable '$v0' is never used.",
    ),
    "one variable": Flood(
        lambda n: f"query({'$v: Int ' * n}) {{ __typename }}",
        500,
        "There can be only one variable named '$v'.",
    ),
    "directives": Flood(
        lambda n: f"{{ __typename {'@skip(if: false) ' * n} }}",
        500,
        "The directive '@skip' can only be used once at this location.",
    ),
    "directives on a fragment": Flood(
        lambda n: f"{{ ... {'@include(if: true) ' * n} {{ __typename }} }}",
        500,
        "The directive '@include' can only be used once at this location.",
    ),
    "directives on a variable": Flood(
        lambda n: f"query($v: Int {'@a ' * n}) {{ __typename }}", 1000, "Variable '$v' is never"
    ),
    "unknown directives": Flood(
        lambda n: f"{{ __typename {_many(n, lambda i: f'@skiq{i}')} }}",
        1000,
        "Unknown directive '@skiq0'.",
    ),
    "one argument": Flood(
        lambda n: f"{{ cart({'cart_id: 1 ' * n}) {{ id }} }}",
        500,
        "There can be only one argument named 'cart_id'.",
    ),
    "unknown arguments": Flood(
        lambda n: f"{{ cart({_many(n, lambda i: f'cart_ie{i}: 1')}) {{ id }} }}",
        500,
        "Unknown argument 'cart_ie0' on field 'Query.cart'. Did you mean 'cart_id'?",
    ),
    "unknown members": Flood(
        lambda n: (
            f"{{ products(filter: {{ {_many(n, lambda i: f'skv{i}: 1')} }}) {{ __typename }} }}"
        ),
        300,
        "Expected value of type 'ProductAttributeFilterInput' not to include unknown field 'skv0'",
    ),
    "one member": Flood(
        lambda n: f"{{ products(filter: {{ {'sku: {} ' * n} }}) {{ __typename }} }}",
        300,
        "There can be only one input field named 'sku'.",
    ),
    "unknown types": Flood(
        lambda n: "{ __typename }" + _many(n, lambda i: f"fragment F{i} on CartTtem{i} {{ id }}"),
        300,
        "Unknown type 'CartTtem0'. Did you mean 'CartItems'",
    ),
    "unknown values": Flood(
        lambda n: _cart("itemsV2(sort: { field: CREATED_AX, order: ASC }) { __typename } " * n),
        140,
        "Value 'CREATED_AX' does not exist in 'SortQuoteItemsEnum' enum.",
        is_squared=True,
    ),
    "values": Flood(
        lambda n: "{ products(filter: { sku: { in: [%s] } }) { __typename } }" % ('"" ' * n), 2000
    ),
    "wrong values": Flood(
        lambda n: f"{{ products(filter: {{ sku: {{ in: [{'1 ' * n}] }} }}) {{ __typename }} }}",
        2000,
        "String cannot represent a non string value: 1",
    ),
    "definitions of types": Flood(
        lambda n: "type A { a: Int } " * n + "{ __typename }",
        500,
        "The 'A' definition is not executable.",
    ),
    "tokens": Flood(lambda n: f"{{ {'a ' * n} }}", 44_000, _SYNTAX),
    "comments": Flood(lambda n: "#\n" * n + "{ __typename }", 40_000, _SYNTAX),
    "characters": Flood(
        lambda n: "{ __typename }" + "," * n, 400_000, "The query is too long: expected at most"
    ),
    "a long name": Flood(
        lambda n: f"query {'Q' * n}({_many(20, lambda i: f'$v{i}: Int')}) {{ __typename }}",
        20_000,
        "Max query name length should be 255 but got ",
    ),
    "a long text": Flood(lambda n: f'{{ cart(cart_id: "{"x" * n}") {{ id }} }}', 40_000),
    "a long block": Flood(
        lambda n: '{{ cart(cart_id: """{}""") {{ id }} }}'.format("\n x" * n), 15_000
    ),
    "escapes": Flood(
        lambda n: '{{ cart(cart_id: "{}") {{ id }} }}'.format("\\u{1F600}" * n), 5_000
    ),
    "digits": Flood(
        lambda n: f"{{ products(pageSize: {'9' * n}) {{ __typename }} }}", 20_000, "Expect"
    ),
}
