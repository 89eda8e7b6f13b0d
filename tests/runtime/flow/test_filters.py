from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.flow.filters import FILTERS
from cartflow.runtime.flow.operators import TESTS

from .evaluating import DATA, check, reason

# ---- filters and tests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inputs.text | length", 5),
        ("inputs.object | length", 3),
        ("inputs.list | first", 3),
        ("inputs.text | last", "o"),
        ("inputs.list | sum", 6),
        ("inputs.lines | sum(attribute='price')", 3),
        ("[0.1, 0.2] | sum(start=1)", 1.3),
        ("inputs.list | min", 1),
        ("['b', 'A'] | max", "b"),
        ("inputs.lines | max(attribute='price')", DATA["inputs"]["lines"][0]),
        ("inputs.list | sort", [1, 2, 3]),
        ("inputs.list | sort(reverse=true)", [3, 2, 1]),
        ("['b', 'A', 'c'] | sort", ["A", "b", "c"]),
        ("['b', 'A', 'c'] | sort(case_sensitive=true)", ["A", "b", "c"]),
        ("['B', 'a'] | sort(case_sensitive=true)", ["B", "a"]),
        ("inputs.lines | sort(attribute='sku') | map(attribute='price')", [1, 2]),
        (
            "[{'a': 1, 'b': 2}, {'a': 1, 'b': 1}, {'a': 0, 'b': 3}]"
            " | sort(attribute='a,b') | map(attribute='b')",
            [3, 1, 2],
        ),
        ("[1e22, 10 ** 22, 2 ** 61 - 1, 0, '0', false] | unique | length", 5),
        ("[1, 1.0, true, 'A', 'a', [1], [1], {'a': 1}] | unique", [1, True, "A", [1], {"a": 1}]),
        ("inputs.lines | unique(attribute='tags.0') | length", 2),
        ("inputs.list | reverse", [2, 1, 3]),
        ("'abc' | reverse", "cba"),
        ("inputs.list | join(', ')", "3, 1, 2"),
        ("[none, 'a', {'b': 1.0}] | join", 'nulla{"b":1}'),
        ("inputs.lines | join('+', attribute='sku')", "b+A"),
        ("'a,b,' | split(',')", ["a", "b", ""]),
        ("' a  b ' | split", ["a", "b"]),
        ("inputs.list | map('string')", ["3", "1", "2"]),
        ("['a'] | map('replace', 'a', 'b')", ["b"]),
        ("inputs.lines | map(attribute='tags.0')", ["x", "y"]),
        ("inputs.lines | map(attribute='gift', default=false)", [False, True]),
        ("[[1, 2]] | map(attribute=1)", [2]),
        ("[0, 1, '', 'a'] | select", [1, "a"]),
        ("inputs.list | select('gt', 1)", [3, 2]),
        ("inputs.list | reject('in', [1, 2])", [3]),
        ("inputs.lines | selectattr('gift', 'defined') | map(attribute='sku')", ["A"]),
        ("inputs.lines | rejectattr('price', 'eq', 1) | map(attribute='sku')", ["b"]),
        ("'abc' | list", ["a", "b", "c"]),
        ("inputs.object | list", ["items", "none", "x-y"]),
        ("inputs.object | keys", ["items", "none", "x-y"]),
        ("inputs.object | values", [5, None, 7]),
        ("{'a': 1} | items", [["a", 1]]),
        ("{'a': 1, 'b': 2} | merge({'b': 3, 'c': 4})", {"a": 1, "b": 3, "c": 4}),
        ("'Ab' | lower ~ ('Ab' | upper)", "abAB"),
        ("' a ' | trim", "a"),
        ("'xax' | trim('x')", "a"),
        ("'xyaxy' | trim('yx')", "a"),
        ("'aaa' | replace('a', 'b', 2)", "bba"),
        ("'42.9' | int", 42),
        ("'9007199254740993' | int", 9007199254740993),
        ("-3.9 | int", -3),
        ("'x' | int", 0),
        ("none | int(5)", 5),
        ("'ff' | int(0, 16)", 255),
        ("'2.5' | float", 2.5),
        ("9007199254740993 | float", 9007199254740993),
        ("'nan' | float(1)", 1),
        ("'1e999' | float(2)", 2),
        ("2.5 | string", "2.5"),
        ("none | string", "null"),
        ("2.567 | round(2)", 2.57),
        ("2.4 | round", 2),
        ("7.2 | round(method='ceil')", 8),
        ("7.29 | round(1, 'floor')", 7.2),
        ("9007199254740993 | round", 9007199254740993),
        ("1234 | round(-2)", 1200),
        ("1234 | round(-2, 'ceil')", 1300),
        ("-3 | abs", 3),
        ("{'b': [1.0, '<é>'], 'a': none} | tojson", '{"b":[1,"<é>"],"a":null}'),
        ("'{\"a\": [1]}' | fromjson", {"a": [1]}),
    ],
)
def test_filters(text: str, expected: Any) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inputs.one | upper", "'upper' cannot be used on an integer"),
        ("inputs.true | abs", "'abs' cannot be used on a boolean"),
        ("inputs.one | length", "'length' cannot be used on an integer"),
        ("inputs.object | first", "'first' cannot be used on an object"),
        ("inputs.text | keys", "'keys' cannot be used on a string"),
        ("['a'] | sum", "'sum' needs numbers, got a string"),
        ("[1, 'a'] | sort", "'sort' needs all numbers or all texts, got a string and numbers"),
        ("[[1], [2]] | max", "'max' needs all numbers or all texts, got an array"),
        ("[] | sort(attribute='a' ~ ',a' * 16)", "'sort' takes at most 16 attributes, got 17"),
        ("[] | min", "an empty list has no min"),
        ("[] | first", "what is empty has no first item"),
        ("'a' | split('')", "'split' needs a separator that is not empty; 'list' gives the char"),
        ("'{' | fromjson", "'fromjson' needs a text that is JSON; this one is refused as 'not-"),
        ("1.5 | round(10 ** 9, 'ceil')", "'round' knows at most 400 places"),
        ("5 | round(-(10 ** 9))", "'round' knows at most 400 places"),
        ("1.5 | round(1, 'up')", "the method of 'round' is 'common', 'ceil' or 'floor'"),
        ("('9' * 2000) | int", "a number has at most 1000 digits"),
        ("inputs.list | map(inputs.text)", "there is no filter of the given name"),
        ("inputs.list | map(attribute='a', x=1)", "'map' takes a filter, or 'attribute' and"),
        ("inputs.list | sort(attribute=1.5)", "expected 'attribute' to be a name, got a number"),
    ],
)
def test_filters_refuse_what_they_cannot_do(text: str, expected: str) -> None:
    assert reason(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inputs.none is none", True),
        ("inputs.text is string", True),
        ("inputs.half is number", True),
        ("inputs.true is number", False),
        ("inputs.true is boolean", True),
        ("inputs.object is mapping", True),
        ("inputs.list is mapping", False),
        ("inputs.list is sequence", True),
        ("inputs.one is sequence", False),
        ("3 is in inputs.list", True),
        ("1 is eq 1", True),
        ("1 is ne 1", False),
        ("1 is lt 2 and 1 is le 1 and 2 is gt 1 and 1 is ge 1", True),
        ("inputs.true is true", True),
        ("inputs.one is true", False),
        ("false is false", True),
        ("inputs.text is startswith('h')", True),
        ("inputs.text is endswith 'lo'", True),
        ("inputs.one is not string", True),
    ],
)
def test_tests(text: str, expected: bool) -> None:
    check(text, expected)


def test_every_filter_and_test_of_the_language_is_there() -> None:
    filters = (
        "default length first last sum min max sort unique reverse join split map select selectattr"
        " reject rejectattr list keys values items merge lower upper trim replace int float string"
        " round abs tojson fromjson"
    )
    tests = (
        "defined none string number boolean mapping sequence in eq ne lt le gt ge true false"
        " startswith endswith"
    )

    assert sorted(FILTERS) == sorted(filters.split())
    assert sorted(TESTS) == sorted(tests.split())
