from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.jsonscan import scan
from cartflow.runtime.jsontext import dumps, loads

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def problem_of(text: bytes, **limits: int) -> Problem:
    with pytest.raises(InvalidDocumentError) as caught:
        loads(text, "body", **limits)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(
            b'{"a": [1, 2.5, null, true, false, "x"]}', {"a": [1, 2.5, None, True, False, "x"]}
        ),
        pytest.param(b" \t\r\n[]\n", [], id="white space"),
        pytest.param(b'"\\ud83d\\ude00"', "😀", id="a surrogate pair"),
        pytest.param(b"\xef\xbb\xbf{}", {}, id="a byte order mark"),
        pytest.param(b"-0", 0, id="minus zero"),
        pytest.param(b"9" * 400, int("9" * 400), id="a large integer is exact"),
        pytest.param(b"[" + b"[]," * 100 + b"[]]", [[]] * 101, id="many brackets, but shallow"),
        pytest.param(b'["' + b"[" * 100 + b'"]', ["[" * 100], id="brackets in a text"),
    ],
)
def test_loads_returns_the_value(text: bytes, value: Any) -> None:
    assert loads(text, "body") == value


@pytest.mark.parametrize(
    ("text", "rule", "pointer", "line", "column"),
    [
        pytest.param(b'[{"a":1,\n"a":2}]', "duplicate-key", "/0/a", 2, 1, id="duplicate"),
        pytest.param(b'{"a~/b":[1,NaN]}', "bad-number", "/a~0~1b/1", 1, 12, id="NaN"),
        pytest.param(b"[-Infinity]", "bad-number", "/0", 1, 2, id="infinity"),
        pytest.param(b"[1e999]", "bad-number", "/0", 1, 2, id="overflow"),
        pytest.param(b"[" + b"9" * 5000 + b"]", "bad-number", "/0", 1, 2, id="long integer"),
        pytest.param(b"01", "bad-number", "", 1, 1, id="leading zero"),
        pytest.param(b"[+1]", "bad-number", "/0", 1, 2, id="plus"),
        pytest.param(b'["\\ud800"]', "bad-text", "/0", 1, 2, id="lone surrogate"),
        pytest.param(b'{"\\udc00": 1}', "bad-text", "", 1, 2, id="lone surrogate in a name"),
        pytest.param(b"", "not-json", "", 1, 1, id="empty"),
        pytest.param(b"[1,]", "not-json", "/1", 1, 4, id="trailing comma"),
        pytest.param(b'{"a":1,}', "not-json", "", 1, 8, id="trailing comma in an object"),
        pytest.param(b"[1 2]", "not-json", "", 1, 4, id="missing comma"),
        pytest.param(b'{"a" 1}', "not-json", "/a", 1, 6, id="missing colon"),
        pytest.param(b"{1: 2}", "not-json", "", 1, 2, id="a number for a name"),
        pytest.param(b"nul", "not-json", "", 1, 1, id="half a word"),
        pytest.param(b"[] []", "not-json", "", 1, 4, id="two values"),
        pytest.param(b'"abc', "not-json", "", 1, 1, id="open text"),
        pytest.param(b'"\x01"', "not-json", "", 1, 2, id="control character"),
        pytest.param(b'"\\x41"', "not-json", "", 1, 2, id="an escape of YAML"),
        pytest.param(b"// x", "not-json", "", 1, 1, id="comment"),
    ],
)
def test_loads_says_what_is_wrong_and_where(
    text: bytes, rule: str, pointer: str, line: int, column: int
) -> None:
    problem = problem_of(text)

    assert (problem.rule, problem.pointer) == (rule, pointer)
    assert (problem.source, problem.line, problem.column) == ("body", line, column)


def test_loads_refuses_what_is_not_utf_8() -> None:
    assert problem_of(b'"\xff"').rule == "not-utf-8"


def test_loads_refuses_more_bytes_than_allowed() -> None:
    problem = problem_of(b'"12345"', max_bytes=6)

    assert (problem.rule, problem.message) == ("too-large", "expected at most 6 bytes, got 7")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["arrays", "objects"])
def test_loads_refuses_deep_nesting_at_the_level_too_many(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    deepest = opening * 64 + b"1" + closing * 64

    assert loads(deepest, "body")
    assert problem_of(opening * 65 + b"1" + closing * 65).rule == "too-deep"


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b'{"a":' * 100_000, b'["' + b'\\"' * 400_000, b"[1," * 100_000],
    ids=["arrays", "objects", "an open text", "arrays with items"],
)
def test_loads_is_quick_about_hostile_texts(text: bytes) -> None:
    started = time.process_time()

    problem_of(text)

    assert time.process_time() - started < 1


def test_dumps_is_compact_and_keeps_the_order_of_members() -> None:
    assert dumps({"b": [1, None, True], "a": "é"}) == '{"b":[1,null,true],"a":"é"}'


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2.0, "2"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        (-3.50, "-3.5"),
        (2**60, str(2**60)),
        (1.05, "1.05"),
    ],
)
def test_dumps_writes_the_shortest_number(number: float, text: str) -> None:
    assert dumps([number, {"n": number}]) == f'[{text},{{"n":{text}}}]'
    assert (dumps(number), dumps([number])) == (text, f"[{text}]")


def test_dumps_refuses_what_is_no_json_number() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps(float("nan"))


@given(JSON)
def test_what_dumps_wrote_loads_reads(value: Any) -> None:
    assert loads(dumps(value).encode(), "body") == value


@given(JSON)
def test_the_scanner_reads_what_the_decoder_reads(value: Any) -> None:
    text = json.dumps(value, indent=1)

    assert scan(text, "body", max_depth=64).value == json.loads(text)


@given(JSON)
def test_the_scanner_knows_where_every_value_stands(value: Any) -> None:
    text = json.dumps(value, indent=1)

    scanned = scan(text, "body", max_depth=64)

    for path, span in scanned.values.items():
        found = value
        for part in path:
            found = found[part]
        assert json.loads(text[span.start : span.end]) == found
        assert text.split("\n")[span.line - 1][span.column - 1 :].startswith(text[span.start])


@given(
    st.binary() | st.text(alphabet='{}[]",:\\u0123eE+-. \n truefalsnN', max_size=40).map(str.encode)
)
def test_loads_agrees_with_the_standard_library_on_any_bytes(text: bytes) -> None:
    """What we take, it takes, with the same value; what it refuses, we refuse."""
    try:
        value = loads(text, "body")
    except InvalidDocumentError:
        return

    assert json.loads(text.decode("utf-8-sig")) == value
