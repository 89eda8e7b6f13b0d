"""What a request says: its body and its idempotency key, taken from the WSGI environment.

This is on the way of every call. Reading the environment itself takes a quarter of the time that
Flask's request object takes, which is made for more than a JSON body of known length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from werkzeug.http import parse_options_header

from ..errors import ActionError, InvalidDocumentError
from ..jsontext import loads
from ..violations import violation
from . import problems

Environ = Mapping[str, Any]

MAX_BODY: Final = 1 << 20
"""The most bytes that a body may have."""

_JSON: Final = "application/json"
_PLAIN_KEY: Final = re.compile(r"[ !#-+\--~]*")
_QUOTED_KEY: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')


def input_of(environ: Environ) -> Any:
    """Return the input in the body of a request; no body is an empty object.

    Raises:
        ActionError: The body is not JSON; or it is `null`, which `invoke` would take for no input.
    """
    body = body_of(environ)
    content_type = environ.get("CONTENT_TYPE")
    if content_type != _JSON and (body or content_type):
        _check_type(content_type or "")
    if "HTTP_CONTENT_ENCODING" in environ:
        _check_encoding(environ["HTTP_CONTENT_ENCODING"])
    if not body:
        return {}
    try:
        value = loads(body, "body", max_bytes=MAX_BODY)
    except InvalidDocumentError as error:
        raise problems.of_document(error) from error
    if value is None:
        raise _no_object()
    return value


def body_of(environ: Environ) -> bytes:
    """Return the bytes of a body, whether its length is announced or it comes in chunks.

    Raises:
        ActionError: It has more than `MAX_BODY` bytes, or less than announced.
    """
    announced = environ.get("CONTENT_LENGTH")
    if not announced:
        is_ended = environ.get("wsgi.input_terminated") or "HTTP_TRANSFER_ENCODING" in environ
        return _read(environ["wsgi.input"], MAX_BODY + 1) if is_ended else b""
    length = int(announced) if announced.isdecimal() and len(announced) < 20 else -1
    if length < 0:
        message = f"expected a number of bytes as 'Content-Length', got {announced!r}"
        raise problems.door_error("BAD_REQUEST", message)
    if length > MAX_BODY:
        raise _too_large()
    body = _read(environ["wsgi.input"], length)
    if len(body) < length:
        message = f"expected {length} bytes of body, got {len(body)}; send the request again"
        raise problems.door_error("BAD_REQUEST", message)
    return body


def key_of(environ: Environ) -> str | None:
    """Return the idempotency key, as it is or from a quoted string (RFC 9651).

    Raises:
        ActionError: `BAD_REQUEST`: it is neither, or there are several.
    """
    text = environ.get("HTTP_IDEMPOTENCY_KEY")
    if text is None or _PLAIN_KEY.fullmatch(text):
        return text
    quoted = _QUOTED_KEY.fullmatch(text)
    if quoted is None:
        message = (
            "the header 'Idempotency-Key' cannot be read; expected one key of ASCII characters,"
            " in double quotes if there are commas or quotes in it"
        )
        raise problems.door_error("BAD_REQUEST", message)
    return re.sub(r"\\(.)", r"\1", quoted[1])


def _read(stream: Any, most: int) -> bytes:
    """Return up to *most* bytes; a server may hand them out in pieces."""
    body: bytes = stream.read(most)
    while body and len(body) < most:
        more = stream.read(most - len(body))
        if not more:
            break
        body += more
    if len(body) > MAX_BODY:
        raise _too_large()
    return body


def _no_object() -> ActionError:
    message = "expected an object, got null; leave the body out to give no input"
    return ActionError("INVALID_INPUT", message, violations=[violation(message, "type", None)])


def _too_large() -> ActionError:
    return problems.door_error("BODY_TOO_LARGE", f"expected at most {MAX_BODY} bytes; send less")


def _check_type(content_type: str) -> None:
    kind, options = parse_options_header(content_type)
    if kind.lower() == _JSON and options.get("charset", "utf-8").lower() in ("utf-8", "utf8"):
        return
    message = f"expected 'Content-Type: {_JSON}' in UTF-8, got {content_type!r}"
    raise problems.door_error("UNSUPPORTED_MEDIA_TYPE", message)


def _check_encoding(encoding: str) -> None:
    if encoding.lower() == "identity":
        return
    message = f"expected a body without 'Content-Encoding', got {encoding!r}; send it as it is"
    raise problems.door_error("UNSUPPORTED_MEDIA_TYPE", message)
