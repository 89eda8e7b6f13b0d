from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow import InvalidDocumentError, stream_members
from cartflow.runtime.errors import Problem
from cartflow.runtime.jsontext import loads

from .test_jsontext import JSON


class Slow(BytesIO):
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, at_once: int) -> None:
        super().__init__(data)
        self.at_once = at_once

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.at_once)


def pieces(text: bytes, at_once: int = 1 << 16, **limits: int) -> list[Any]:
    return list(stream_members(Slow(text, at_once), "file", **limits))


def put_together(found: list[Any]) -> Any:
    document: Any = {}
    for path, value in found:
        if not path:
            document = value
        elif len(path) == 1:
            document[path[0]] = value
        else:
            assert len(document[path[0]]) == path[1]
            document[path[0]].append(value)
    return document


def test_members_come_by_themselves_and_arrays_item_by_item() -> None:
    found = pieces(b'\xef\xbb\xbf {"a": {"b": [1]}, "c": [], "d": [1, [2]]} ')

    assert found == [
        (("a",), {"b": [1]}),
        (("c",), []),
        (("d",), []),
        (("d", 0), 1),
        (("d", 1), [2]),
    ]


@pytest.mark.parametrize(("text", "value"), [(b"12", 12), (b"[1, 2]", []), (b'"x"', "x")])
def test_what_is_no_object_is_one_piece(text: bytes, value: Any) -> None:
    assert pieces(text) == [((), value)]


@given(st.dictionaries(st.text(), JSON), st.integers(1, 7))
def test_it_reads_what_the_whole_text_says(document: dict[str, Any], at_once: int) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        expected = loads(text, "file")
    except InvalidDocumentError:  # half of a surrogate pair
        return

    assert put_together(pieces(text, at_once)) == expected


def refusal(text: bytes, **limits: int) -> Problem:
    """Return the problem, which is the same however the file comes."""
    found: list[Problem] = []
    for at_once in (1, 1 << 16):
        with pytest.raises(InvalidDocumentError) as caught:
            pieces(text, at_once, **limits)
        found += caught.value.problems
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a"',
        b'{"a": }',
        b'{"a": 1,}',
        b'{"a": 1 "b": 2}',
        b'{"a": [1 2]}',
        b'{"a": [1,]}',
        b'{"a":\n [1,\n  {"x": NaN}]}',
        b'{"a": [{"x":\n 1, "x": 2}]}',
        b'{"a": "\\ud800"}',
        b'{"a": 1e999}',
        b'{"a": tru}',
        b'{"a": 1} x',
        b'{"a": "' + b"[" * 3 + b"\n",
        b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}",
    ],
)
def test_what_is_wrong_is_said_as_of_a_whole_text(text: bytes) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        loads(text, "file")
    [expected] = caught.value.problems

    problem = refusal(text)

    assert (problem.rule, problem.line, problem.column) == (
        expected.rule,
        expected.line,
        expected.column,
    )
    assert problem.message == expected.message


def test_a_name_stands_once() -> None:
    problem = refusal(b'{"a": [],\n "a": 2}')

    assert (problem.pointer, problem.rule, problem.line, problem.column) == (
        "/a",
        "duplicate-key",
        2,
        2,
    )


def test_what_is_not_utf_8_is_refused() -> None:
    problem = refusal(b'{"a": "\xc3\xff"}')

    assert problem.message == "byte 7 is not UTF-8; save it as UTF-8"


def test_a_piece_may_not_be_too_large() -> None:
    assert pieces(b'{"a": ["' + b"x" * 50 + b'", "y"]}', max_piece=100)

    problem = refusal(b'{"a": ["' + b"x" * 200_000 + b'"]}', max_piece=100)

    assert (problem.rule, problem.pointer) == ("too-large", "/a/0")
