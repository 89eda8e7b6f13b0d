"""Reading the input of an action from options and files.

`--input NAME=VALUE` gives one member. What VALUE means depends on the contract: where it asks for a
string, the text is taken as it is; where it asks for something else, the text is read as JSON
(`items=[{"sku": "24-MB04"}]`, `quantity=2`); where it allows both, or says nothing, a text that is
JSON is JSON and any other is a string.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ..errors import InvalidDocumentError, UsageError
from ..jsontext import loads
from ..violations import type_of
from .schemas import types_of

MAX_BYTES: Final = 1 << 20

_STRING: Final = frozenset(("string",))

input_options = (
    click.option(
        "--input",
        "-i",
        "pairs",
        metavar="NAME=VALUE",
        multiple=True,
        help="One input. A text where the contract asks for a string, else JSON; repeatable.",
    ),
    click.option(
        "--input-file",
        metavar="FILE",
        help="A JSON file with the inputs as an object; '-' reads stdin. --input wins over it.",
    ),
)


def read_inputs(
    pairs: Iterable[str], file: str | None, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the input that the options describe.

    Args:
        pairs: `NAME=VALUE` texts.
        file: A JSON file, `-` for stdin, or None.
        schema: The input schema of the contract.

    Raises:
        UsageError: A pair without `=`, a name twice, an unreadable file, JSON that is no object.
        InvalidDocumentError: The file is not JSON.
    """
    given = _read_object(file) if file is not None else {}
    named: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not (equals and name):
            message = f"--input {pair!r} has no name; expected NAME=VALUE, such as cart_id=abc"
            raise UsageError(message)
        if name in named:
            message = f"--input {name!r} is given twice; a list is one value, {name}=[1, 2]"
            raise UsageError(message)
        named[name] = _value(name, text, schema)
    return {**given, **named}


def _read_object(file: str) -> dict[str, Any]:
    source = "stdin" if file == "-" else file
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"--input-file {file!r} cannot be read: {error.strerror}; expected a JSON file"
        raise UsageError(message) from error
    value = loads(data, source, max_bytes=MAX_BYTES)
    if not isinstance(value, dict):
        message = f"{source} holds {type_of(value)}; expected an object with the inputs by name"
        raise UsageError(message)
    return value


def _value(name: str, text: str, schema: Mapping[str, Any]) -> Any:
    members = schema.get("properties", {})
    types = types_of(members.get(name, True), schema)
    if types == _STRING:
        return text
    try:
        return loads(text.encode(), f"--input {name}", max_bytes=MAX_BYTES)
    except InvalidDocumentError:
        return text  # if the contract asks for something else, it says so better than we can
