from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from cartflow import InvalidDocumentError, UsageError
from cartflow.runtime.cli.inputs import read_inputs

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "integer"},
        "nullable": {"type": ["string", "null"]},
        "either": {"type": ["string", "integer"]},
        "anything": {},
        "choice": {"enum": ["1", "2", None]},
        "fixed": {"const": 1},
        "shared": {"$ref": "#/$defs/word"},
        "list": {"$ref": "#/$defs/odd~1list.json"},
        "union": {"anyOf": [{"$ref": "#/$defs/word"}, {"type": "null"}]},
        "loop": {"$ref": "#/$defs/loop"},
    },
    "$defs": {
        "word": {"type": "string"},
        "odd/list.json": {"type": "array"},
        "loop": {"$ref": "#/$defs/loop"},
    },
}


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("text=12", "12"),
        ("text=", ""),
        ("text=a=b", "a=b"),
        ('text="quoted"', '"quoted"'),
        ("number=12", 12),
        ("number=twelve", "twelve"),
        ("nullable=null", "null"),
        ("either=12", 12),
        ("either=twelve", "twelve"),
        ("anything={}", {}),
        ("anything=hello", "hello"),
        ("choice=1", "1"),
        ("fixed=1", 1),
        ("shared=12", "12"),
        ("list=[1]", [1]),
        ("union=12", "12"),
        ("loop=true", True),
        ("unknown=true", True),
    ],
)
def test_a_value_is_read_as_the_contract_asks(pair: str, value: Any) -> None:
    name = pair.partition("=")[0]

    assert read_inputs([pair], None, SCHEMA) == {name: value}


@pytest.mark.parametrize(
    "text", ["NaN", "1e999", '{"a":1,"a":2}', "[" * 100_000], ids=["nan", "huge", "twice", "deep"]
)
def test_what_is_no_proper_json_stays_text(text: str) -> None:
    assert read_inputs([f"list={text}"], None, SCHEMA) == {"list": text}


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["text"], "--input 'text' has no name; expected NAME=VALUE"),
        (["=text"], "--input '=text' has no name"),
        (["text=1", "text=2"], "--input 'text' is given twice"),
    ],
    ids=["no-equals", "no-name", "twice"],
)
def test_a_malformed_pair_is_refused(pairs: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_inputs(pairs, None, SCHEMA)


def test_an_option_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "input.json"
    file.write_text('{"text": "file", "number": 1}')

    assert read_inputs(["text=option"], str(file), SCHEMA) == {"text": "option", "number": 1}


def test_a_dash_is_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "piped"}')))

    assert read_inputs([], "-", SCHEMA) == {"text": "piped"}


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'no\.json' cannot be read: No such file or directory"):
        read_inputs([], "no.json", SCHEMA)


def test_a_file_must_hold_an_object(tmp_path: Path) -> None:
    file = tmp_path / "input.json"
    file.write_text("[1]")

    with pytest.raises(UsageError, match="holds an array; expected an object"):
        read_inputs([], str(file), SCHEMA)


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b" " * (1 << 20) + b"{}"],
    ids=["malformed", "twice", "nan", "deep", "large"],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "input.json"
    file.write_bytes(content)

    with pytest.raises(InvalidDocumentError, match=r"input\.json"):
        read_inputs([], str(file), SCHEMA)
