"""Files of any content: they are read as JSON values with places, or refused; never slowly."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.flow.document import Document, load

ATOMS = (
    *(
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "-",
        "?",
        "!",
        "&",
        "*",
        "|",
        ">",
        "'",
        '"',
        "%",
        "@",
        "`",
        "#",
    ),
    *("~", " ", "\n", "\t", "\r", "\r\n", "a", "1", "é", "\\", "- ", ": ", "? ", "a: ", "\n  "),
    *("\n- ", "...\n", "---\n", "--- |\n", "!!a ", "!<a> ", "&a ", "*a ", "<<: ", "\ufeff", "😀"),
    *("|\n", ">-\n", "|2+\n", "\\u0041", "\\ud800", "\\x", "\\/", "%YAML 1.2\n---\n", "%TAG ! a\n"),
    *("\xa0", "\x00", "\x7f", "\x85", "\u2028", "0x1F", "0o17", "1e3", "1e999", ".inf", ".NaN"),
    *("-0", "+.5", "1_000", "2001-01-01", "null", "True", "on", "9" * 30, "=", '"a": ', "NaN"),
)
SOURCES = ("a.yaml", "a.json")
TEXTS = st.lists(st.sampled_from(ATOMS), max_size=30).map("".join)
BYTES = st.binary(max_size=60) | TEXTS.map(str.encode) | st.text(max_size=40).map(str.encode)


def read(text: bytes, source: str) -> Document | Problem:
    """Return the document, or the one problem with it."""
    try:
        return load(text, source)
    except InvalidDocumentError as error:
        (problem,) = error.problems
        return problem


def sound(found: Document | Problem) -> None:
    """Check that a document holds JSON and knows where, or that a problem says what and where."""
    if isinstance(found, Problem):
        assert min(found.line, found.column) >= 1
        assert 0 < len(str(found)) < 1000
        str(found).encode()
        return
    json.dumps(found.value, allow_nan=False, ensure_ascii=False).encode()
    for span in (*found.values.values(), *found.keys.values()):
        assert 0 <= span.start <= span.end <= len(found.text)
    for path, value in numbers_in(found.value):
        span = found.values[path]
        assert load(found.text[span.start : span.end].encode(), "a.yaml").value == value


def numbers_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, int | float):
        yield path, value
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in members:
            yield from numbers_in(part, (*path, key))


@pytest.mark.parametrize("source", SOURCES)
@given(BYTES)
def test_any_bytes_are_read_or_refused(source: str, text: bytes) -> None:
    sound(read(text, source))


@given(TEXTS, TEXTS)
def test_any_text_may_stand_for_a_value(before: str, text: str) -> None:
    sound(read(f"flow: a\nsteps:\n  - value: {text}\n  - {before}: 1\n".encode(), "a.yaml"))


@given(TEXTS)
def test_what_follows_does_not_change_what_was_read(text: str) -> None:
    found = read(f"a: 1\nb: {text}".encode(), "a.yaml")

    if isinstance(found, Document) and isinstance(found.value, dict):
        assert found.value["a"] == 1


@pytest.mark.parametrize("source", SOURCES)
@given(st.data())
def test_a_file_that_is_cut_or_spoilt_is_read_or_refused(source: str, data: st.DataObject) -> None:
    text = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3))

    sound(read(bytes(text), source))


WHOLE = json.dumps(
    {
        "flow": "a",
        "inputs": {"é": {"type": "string", "default": "😀\n"}},
        "steps": [{"value": [1, -2.5e3, True, None, "${{ inputs.é }}"]}, {"value": {}}],
    },
    indent=1,
    ensure_ascii=False,
).encode()


def test_the_file_that_is_spoilt_is_right_in_both_languages() -> None:
    values = [found.value for found in map(load, [WHOLE, WHOLE], SOURCES)]

    assert values == [json.loads(WHOLE)] * 2


# ---- oddities of YAML, one by one


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(b"%YAML 1.2\n---\na: 1\n...\n", {"a": 1}, id="directive and end"),
        pytest.param(b"--- # c\na: 1", {"a": 1}, id="comment behind the start"),
        pytest.param(b"a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}, id="CR LF"),
        pytest.param(b"a: >\r  x\r  y\r", {"a": "x y\n"}, id="CR alone"),
        pytest.param(b"a: 'x\n\n  y'", {"a": "x\ny"}, id="folded in quotes"),
        pytest.param(b'a: "x\\\n  y"', {"a": "xy"}, id="line continued"),
        pytest.param(b'"a": "\\0\\x41\\u00e9\\U0001F600"', {"a": "\0Aé😀"}, id="escapes"),
        pytest.param(b"? a\n: b\n? c\n", {"a": "b", "c": None}, id="explicit keys"),
        pytest.param(b"? |\n  a\n: 1", {"a\n": 1}, id="a block for a name"),
        pytest.param(b"a:\n- 1\n- - 2\n  - 3", {"a": [1, [2, 3]]}, id="lists without indent"),
        pytest.param(b"{a, b: , c: {}}", {"a": None, "b": None, "c": {}}, id="flow of names"),
        pytest.param(b"[a: 1, {b: 2}]", [{"a": 1}, {"b": 2}], id="a pair in a list"),
        pytest.param(b"<<: {a: 1}\n=: 2", {"<<": {"a": 1}, "=": 2}, id="merge and value keys"),
        pytest.param(b"a: -0\nb: -0.0\nc: 1e3", {"a": 0, "b": 0.0, "c": 1000.0}, id="numbers"),
        pytest.param(b"a: 1:20\nb: 0b11\nc: 1_0", {"a": "1:20", "b": "0b11", "c": "1_0"}, id="1.1"),
        pytest.param(b"'on': on\n'y': y", {"on": "on", "y": "y"}, id="booleans of YAML 1.1"),
    ],
)
def test_oddities_of_yaml_are_read(text: bytes, value: Any) -> None:
    assert load(text, "a.yaml").value == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(b"a: \x00", "control-character", id="NUL"),
        pytest.param(b"\xef\xbb\xbf" * 2 + b"a: 1", "control-character", id="two order marks"),
        pytest.param(b"\xff\xfea\x00:\x00 \x001\x00", "not-utf-8", id="UTF-16"),
        pytest.param(b"a: \xed\xa0\x80", "not-utf-8", id="half a surrogate pair"),
        pytest.param(b"a: \xc0\x80", "not-utf-8", id="overlong NUL"),
        pytest.param(b'a: "\\ud800"', "syntax", id="escaped half of a surrogate pair"),
        pytest.param(b'a: "\\ud83d\\ude00"', "syntax", id="escaped surrogate pair"),
        pytest.param(b"a: 1\n\tb: 2", "syntax", id="tab for indentation"),
        pytest.param(b"a: b: c", "syntax", id="mapping in a line"),
        pytest.param(b"a: @x", "syntax", id="reserved sign"),
        pytest.param(b"%YAML 3.0\n---\na: 1", "syntax", id="a version that there is not"),
        pytest.param(b"%YAML 1.2\na: 1", "syntax", id="directive without document"),
        pytest.param(b"%TAG !e! tag:e,2026:\n---\n!e!x a", "tag", id="tag with a handle"),
        pytest.param(b"a: !!binary aGk=", "tag", id="binary"),
        pytest.param(b"a: !!timestamp 2026-01-01", "tag", id="timestamp"),
        pytest.param(b"a: !!python/name:os.system", "tag", id="code"),
        pytest.param(b"? [a, b]\n: 1", "bad-key", id="list for a name"),
        pytest.param(b"? ? a\n: 1", "bad-key", id="object for a name"),
        pytest.param(b"{[a]: 1}", "bad-key", id="list for a name in a flow"),
        pytest.param(b": 1", "syntax", id="nothing for a name"),
        pytest.param(b"1.0: 1", "bad-key", id="number for a name"),
        pytest.param(b"a: 1\n...\n---\nb: 2", "second-document", id="document behind the end"),
        pytest.param(b"--- a\n--- b", "second-document", id="two scalars"),
        pytest.param(b"a: &a [*a]", "anchor", id="a list that holds itself"),
        pytest.param(b"a: +.INF", "bad-number", id="infinity"),
        pytest.param(b"a: " + b"1" * 400 + b".0", "bad-number", id="overflow without exponent"),
        pytest.param(b"# nothing\n", "empty", id="comment only"),
        pytest.param(b"\xef\xbb\xbf \n", "empty", id="byte order mark only"),
    ],
)
def test_oddities_of_yaml_are_refused(text: bytes, rule: str) -> None:
    found = read(text, "a.yaml")

    assert isinstance(found, Problem)
    assert found.rule == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(b'{"a": 1, "\\u0061": 2}', "duplicate-key", id="duplicate by escape"),
        pytest.param(b'{"a": [{"b": 1, "b": 1}]}', "duplicate-key", id="inner duplicate"),
        pytest.param(b"[NaN]", "bad-number", id="NaN"),
        pytest.param(b"[-Infinity]", "bad-number", id="infinity"),
        pytest.param(b"[" + b"9" * 10_001 + b"]", "bad-number", id="an integer of 10 001 digits"),
        pytest.param(b"[0x1F]", "bad-number", id="hexadecimal"),
        pytest.param(b"[01]", "bad-number", id="leading zero"),
        pytest.param(b"[1.]", "bad-number", id="no digit behind the point"),
        pytest.param("[\uff11]".encode(), "not-json", id="full-width digit"),
        pytest.param(b'["\\ud800"]', "bad-text", id="half of a surrogate pair"),
        pytest.param(b'["\x01"]', "not-json", id="control character"),
        pytest.param(b'["a]', "not-json", id="no end"),
        pytest.param(b'["\\x41"]', "not-json", id="escape of another language"),
        pytest.param(b"[1,]", "not-json", id="comma at the end"),
        pytest.param(b"[1] [2]", "not-json", id="two values"),
        pytest.param(b"[1] // a", "not-json", id="comment"),
        pytest.param(b"\x00", "not-json", id="NUL"),
        pytest.param("[1]\u00a0".encode(), "not-json", id="space that is none"),
    ],
)
def test_what_is_almost_json_is_refused(text: bytes, rule: str) -> None:
    found = read(text, "a.json")

    assert isinstance(found, Problem)
    assert found.rule == rule


MONSTERS = [
    *(unit.encode() for unit in ATOMS if len(unit) < 3),
    *(
        b"- - ",
        b"a: {b: [",
        b'{"a":[',
        b'[""',
        b"a:\n ",
        b"'a' ",
        b'"\\',
        b"? ? ",
        b"[a, ",
        b"{a: ",
    ),
    *(b"!a!b ", b"&a *a ", b"- |\n  a\n", b"a: 1\n", b"# a\n", b"a\\\n", b'"a",', b"1,", b"[],"),
]


@pytest.mark.parametrize("source", SOURCES)
def test_files_that_repeat_something_are_read_or_refused_quickly(source: str) -> None:
    slow = []
    for unit in MONSTERS:
        text = unit * (300_000 // len(unit))
        started = time.process_time()
        for before in (b"", b"a: ", b"[", b'{"a": "'):
            sound(read(before + text, source))
        if time.process_time() - started > 5:  # a shared machine
            slow.append(unit)

    assert slow == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_as_large_as_it_may_be_takes_bounded_memory(source: str) -> None:
    long = b'["' + b"x" * 1_000_000 + b'"]'
    many = b"[" + b"[[[[[[[[[1]]]]]]]]]," * 2_000 + b"1]"
    tracemalloc.start()
    try:
        sound(load(long, source))
        sound(read(many * 20, source))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 60_000_000
