"""Bodies and keys, as WSGI servers hand them over."""

from __future__ import annotations

import io
from typing import Any

import pytest

from cartflow import ActionError
from cartflow.runtime.http.reading import MAX_BODY, body_of, input_of, key_of


class Trickle(io.RawIOBase):
    """A stream that hands out a few bytes at a time, as sockets do."""

    def __init__(self, text: bytes, piece: int = 3) -> None:
        self._inner = io.BytesIO(text)
        self._piece = piece

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, self._piece))


def request(body: bytes, stream: Any = None, **members: Any) -> dict[str, Any]:
    return {"wsgi.input": stream or io.BytesIO(body), **members}


def announced(body: bytes, **members: Any) -> dict[str, Any]:
    return request(body, CONTENT_LENGTH=str(len(body)), **members)


def test_a_body_of_announced_length_is_read_whole_from_a_slow_stream() -> None:
    environ = request(b"", Trickle(b"0123456789"), CONTENT_LENGTH="10")

    assert body_of(environ) == b"0123456789"


def test_no_more_is_read_than_was_announced() -> None:
    assert body_of(request(b"onetwo", CONTENT_LENGTH="3")) == b"one"


@pytest.mark.parametrize(
    "members",
    [{"wsgi.input_terminated": True}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
    ids=["the server ends it", "chunked"],
)
def test_a_body_of_unknown_length_is_read_to_its_end(members: dict[str, Any]) -> None:
    assert body_of(request(b"", Trickle(b"0123456789"), **members)) == b"0123456789"


def test_a_stream_that_nothing_ends_is_left_alone() -> None:
    assert body_of(request(b"the next request")) == b""


@pytest.mark.parametrize("is_chunked", [False, True], ids=["announced", "chunked"])
@pytest.mark.parametrize("extra", [0, 1])
def test_one_byte_more_than_allowed_is_too_much(is_chunked: bool, extra: int) -> None:
    body = b" " * (MAX_BODY + extra)
    environ = request(body, HTTP_TRANSFER_ENCODING="chunked") if is_chunked else announced(body)

    code = _code_of(lambda: body_of(environ))

    assert code == ("BODY_TOO_LARGE" if extra else None)


def test_of_a_body_that_is_announced_as_too_large_nothing_is_read() -> None:
    stream = io.BytesIO(b"{}")

    code = _code_of(lambda: body_of(request(b"", stream, CONTENT_LENGTH=str(MAX_BODY + 1))))

    assert (code, stream.tell()) == ("BODY_TOO_LARGE", 0)


@pytest.mark.parametrize("length", ["ten", "-1", "1.5", "9" * 5000, "²"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert _code_of(lambda: body_of(request(b"{}", CONTENT_LENGTH=length))) == "BAD_REQUEST"


def test_a_body_that_ends_early_is_refused() -> None:
    assert _code_of(lambda: body_of(request(b"{", CONTENT_LENGTH="2"))) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'],
)
def test_json_may_be_announced_in_several_ways(content_type: str) -> None:
    assert input_of(announced(b'{"a":1}', CONTENT_TYPE=content_type)) == {"a": 1}


def test_an_encoding_that_changes_nothing_is_accepted() -> None:
    environ = announced(b"{}", CONTENT_TYPE="application/json", HTTP_CONTENT_ENCODING="identity")

    assert input_of(environ) == {}


def test_an_empty_length_and_type_are_no_body() -> None:
    assert input_of(request(b"", CONTENT_LENGTH="", CONTENT_TYPE="")) == {}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("", ""),
        ("order-7", "order-7"),
        ('"order-7"', "order-7"),
        ('"a, b"', "a, b"),
        (r'"say \"yes\" \\"', r'say "yes" \ '.strip()),
    ],
)
def test_a_key_is_taken_as_it_is_or_out_of_its_quotes(header: str | None, key: str | None) -> None:
    environ = {} if header is None else {"HTTP_IDEMPOTENCY_KEY": header}

    assert key_of(environ) == key


@pytest.mark.parametrize(
    "header",
    ['"open', 'close"', "one,two", '"one", "two"', r'"\x"', '"a";b=1', "schl\xfcssel", "a\tb"],
)
def test_a_key_that_cannot_be_read_is_refused(header: str) -> None:
    assert _code_of(lambda: key_of({"HTTP_IDEMPOTENCY_KEY": header})) == "BAD_REQUEST"


def _code_of(work: Any) -> str | None:
    try:
        work()
    except ActionError as error:
        return error.code
    return None
