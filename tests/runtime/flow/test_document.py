from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.flow.document import MAX_VALUES, load, load_file


def problem_of(text: bytes, source: str = "a.flow.yaml") -> Problem:
    with pytest.raises(InvalidDocumentError) as caught:
        load(text, source)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, word) for word in ("on", "off", "yes", "no", "y", "tRUE", "nULL")],
        *[
            (word, word)
            for word in ("2001-01-01", "1:30", "1_000", "0b1", "-0x1f", "1.2.3", "+", ".")
        ],
        *[("12", 12), ("+3", 3), ("-7", -7), ("017", 17), ("0o17", 15), ("0x1F", 31)],
        *[("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("-1.5E-3", -0.0015)],
        *[("'12'", "12"), ('"true"', "true"), ("''", ""), ('"\\u00e9\\n"', "é\n")],
        ("9007199254740993", 9007199254740993),
    ],
)
def test_scalars_are_those_of_the_core_schema(scalar: str, value: Any) -> None:
    found = load(f"a: {scalar}".encode(), "a.yaml").value["a"]

    assert found == value
    assert type(found) is type(value)


def test_blocks_of_text_are_strings() -> None:
    document = load(b"a: |\n  12\n  x\nb: >-\n  true\n", "a.yaml")

    assert document.value == {"a": "12\nx\n", "b": "true"}


def test_a_merge_key_is_a_name_like_any_other() -> None:
    assert load(b"<<: {a: 1}", "a.yaml").value == {"<<": {"a": 1}}


def test_line_ends_of_windows_and_a_byte_order_mark_are_fine() -> None:
    document = load(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "a.yaml")

    assert document.value == {"a": 1, "b": 2}
    assert document.span(("b",), key=True)[:2] == (2, 1)


YAML = b"""\
# a comment
flow: b\xc3\xa9ta
steps:
  - id: x   # another
    with: {"n\xc3\xa9": [1, 'two']}
"""


@pytest.mark.parametrize(
    ("path", "place", "text"),
    [
        (("flow",), (2, 7), "béta"),
        (("steps", 0, "id"), (4, 9), "x"),
        (("steps", 0, "with"), (5, 11), "{\"né\": [1, 'two']}"),
        (("steps", 0, "with", "né"), (5, 18), "[1, 'two']"),
        (("steps", 0, "with", "né", 1), (5, 22), "'two'"),
    ],
)
def test_every_value_has_its_place(path: tuple[Any, ...], place: Any, text: str) -> None:
    document = load(YAML, "a.yaml")

    span = document.span(path)

    assert (span.line, span.column) == place
    assert document.text[span.start : span.end] == text


def test_every_name_has_its_place() -> None:
    document = load(YAML, "a.yaml")

    span = document.span(("steps", 0, "with", "né"), key=True)

    assert (span.line, span.column) == (5, 12)
    assert document.text[span.start : span.end] == '"né"'


def test_what_is_not_there_has_the_place_where_it_would_belong() -> None:
    document = load(YAML, "a.yaml")

    assert document.span(("steps", 0, "undo", 3)) == document.span(("steps", 0))


def test_a_problem_names_file_line_column_and_pointer() -> None:
    problem = load(b"a:\n  'x/y': 1", "a.yaml").problem(("a", "x/y"), "rule", "wrong")

    assert str(problem) == "a.yaml:2:10: error rule wrong"
    assert problem.pointer == "/a/x~1y"


def test_the_digest_is_that_of_the_bytes() -> None:
    text = b"\xef\xbb\xbfa: 1\r\n"

    assert load(text, "a.yaml").digest == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        pytest.param(b"a: 1\nb: 2\na: 3", "duplicate-key", 3, 1, id="duplicate"),
        pytest.param(b"a: 1\n'a': 3", "duplicate-key", 2, 1, id="duplicate in quotes"),
        pytest.param(b"b: {a: 1, a: 2}", "duplicate-key", 1, 11, id="inner duplicate"),
        pytest.param(b"a: !!str 1", "tag", 1, 4, id="tag"),
        pytest.param(b"a: !!python/object:os.system x", "tag", 1, 4, id="tag of python"),
        pytest.param(b"a: ! x", "tag", 1, 4, id="tag without a name"),
        pytest.param(b"!!map {}", "tag", 1, 1, id="tag of a mapping"),
        pytest.param(b"a: &x 1", "anchor", 1, 4, id="anchor"),
        pytest.param(b"a: &x [1]", "anchor", 1, 4, id="anchor of a list"),
        pytest.param(b"&x a: 1", "anchor", 1, 1, id="anchor of a name"),
        pytest.param(b"a: *x", "alias", 1, 4, id="alias"),
        pytest.param(b"*x : 1", "alias", 1, 1, id="alias for a name"),
        pytest.param(b"a: 1\n---\nb: 2", "second-document", 2, 1, id="second document"),
        pytest.param(b"a: .nan", "bad-number", 1, 4, id="nan"),
        pytest.param(b"a: -.INF", "bad-number", 1, 4, id="infinity"),
        pytest.param(b"a: 1e999", "bad-number", 1, 4, id="overflow"),
        pytest.param(b"a: " + b"9" * 1001, "bad-number", 1, 4, id="long integer"),
        pytest.param(b"a: 0x" + b"f" * 5000, "bad-number", 1, 4, id="long hexadecimal"),
        pytest.param(b"1: a", "bad-key", 1, 1, id="a number for a name"),
        pytest.param(b"a:\n  true: 1", "bad-key", 2, 3, id="a boolean for a name"),
        pytest.param(b"~: 1", "bad-key", 1, 1, id="null for a name"),
        pytest.param(b"? [a]\n: b", "bad-key", 1, 3, id="a list for a name"),
        pytest.param(b"? {a: 1}\n: b", "bad-key", 1, 3, id="an object for a name"),
        pytest.param(b"a: x\nb: \x01", "control-character", 2, 4, id="control character"),
        pytest.param("a: x\u2028y".encode(), "control-character", 1, 5, id="line separator"),
        pytest.param("a: \x85".encode(), "control-character", 1, 4, id="next line"),
        pytest.param(b"a: 1\nb: \xff", "not-utf-8", 2, 4, id="not UTF-8"),
        pytest.param("a: 1".encode("utf-16"), "not-utf-8", 1, 1, id="UTF-16"),
        pytest.param(b"", "empty", 1, 1, id="empty"),
        pytest.param(b" \n# only a comment\n", "empty", 1, 1, id="only a comment"),
        pytest.param(b"a: [1, 2", "syntax", 2, 1, id="open list"),
        pytest.param(b"a: 1\n\tb: 2", "syntax", 2, 1, id="tab"),
        pytest.param(b"a: b: c", "syntax", 1, 5, id="two colons"),
        pytest.param(b'a: "\\ud800"', "syntax", 1, 7, id="half a surrogate pair"),
        pytest.param(b"[" * 65 + b"]" * 65, "too-deep", 1, 65, id="deep"),
        pytest.param(b"# " + b"x" * (1 << 20), "too-large", 1, 1, id="large"),
    ],
)
def test_yaml_that_no_flow_needs_is_refused(text: bytes, rule: str, line: int, column: int) -> None:
    problem = problem_of(text)

    assert (problem.rule, problem.line, problem.column) == (rule, line, column)
    assert problem.source == "a.flow.yaml"


def test_a_duplicate_says_where_the_first_one_stands() -> None:
    problem = problem_of(b"x:\n  a: 1\n  a: 2")

    assert problem.message == "the name 'a' stands here already, in line 2; keep one"
    assert problem.pointer == "/x"


def test_sixty_four_levels_are_allowed() -> None:
    assert load(b"[" * 64 + b"]" * 64, "a.yaml").value


def test_too_many_values_are_refused() -> None:
    enough = b"[" + b"1," * (MAX_VALUES - 1) + b"]"
    too_many = b"[" + b"1," * MAX_VALUES + b"]"

    assert len(load(enough, "a.yaml").value) == MAX_VALUES - 1
    assert problem_of(too_many).rule == "too-many-values"
    assert problem_of(too_many.replace(b",]", b"]"), "a.json").rule == "too-many-values"


@pytest.mark.parametrize("source", ["a.yaml", "a.json"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[" * 100_000, id="lists"),
        pytest.param(b"{a: " * 100_000, id="objects"),
        pytest.param(b"- " * 100_000, id="items"),
        pytest.param(b"? " * 100_000, id="names"),
        pytest.param(b"'" * 100_001, id="quotes"),
        pytest.param(b'"' + b"\\" * 100_001, id="backslashes"),
        pytest.param(b"&a " * 100_000, id="anchors"),
        pytest.param(b"a: |\n" + b" " * 100_000 + b"\n x: &a", id="indentation"),
        pytest.param(b"\n" * 1_000_000 + b"}", id="empty lines"),
    ],
)
def test_hostile_texts_are_refused(text: bytes, source: str) -> None:
    assert problem_of(text, source).level == "error"


def test_json_keeps_what_yaml_cannot_read() -> None:
    value = {"a": "😀\u2028\x7f", "k" * 2000: [1, -2.5, None]}

    document = load(json.dumps(value, indent="\t").encode(), "a.flow.json")

    assert document.value == value
    assert document.span(("a",))[:2] == (2, 7)


@pytest.mark.parametrize(
    ("text", "rule", "column"),
    [
        (b'{"a": 1, "a": 2}', "duplicate-key", 10),
        (b'{"a": 1,}', "not-json", 9),
        (b"{a: 1}", "not-json", 2),
        (b"{'a': 1}", "not-json", 2),
        (b'{"a": 1} # comment', "not-json", 10),
        (b'{"a": NaN}', "bad-number", 7),
        (b'{"a": True}', "not-json", 7),
        (b'{"a": 1e999}', "bad-number", 7),
        (b"[" * 100_000, "too-deep", 65),
        (b"", "empty", 1),
    ],
)
def test_what_is_not_json_is_refused_in_json_files(text: bytes, rule: str, column: int) -> None:
    problem = problem_of(text, "a.flow.json")

    assert (problem.rule, problem.line, problem.column) == (rule, 1, column)


def test_load_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.flow.yaml"
    file.write_bytes(b"a: 1")

    document = load_file(file)

    assert (document.value, document.source) == ({"a": 1}, str(file))


def test_a_file_that_is_not_there_is_a_problem_like_others(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocumentError, match="cannot be read: No such file or directory"):
        load_file(tmp_path / "none.yaml")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
PIECES = st.lists(
    st.sampled_from(
        [*"[]{}:,-?!&*|>'\"%@`#~ \n\t", "a", "1", "- ", "a: ", "\n  ", "--- ", "é", "0x"]
    )
)


@given(st.binary() | PIECES.map("".join).map(str.encode))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    for source in ("a.yaml", "a.json"):
        with contextlib.suppress(InvalidDocumentError):
            json.dumps(load(text, source).value, allow_nan=False)


@given(JSON)
def test_json_files_have_the_value_and_places_of_their_text(value: Any) -> None:
    document = load(json.dumps(value).encode(), "a.json")

    assert document.value == value
    for path, span in document.values.items():
        found = value
        for part in path:
            found = found[part]
        assert json.loads(document.text[span.start : span.end]) == found
