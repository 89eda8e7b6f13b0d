"""SOAP, as far as clients begin and end a session with it; older ones know no other way."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import flask

from ...errors import ActionError, DatabaseError
from ..auth import principal_of
from ..problems import unavailable
from ..reading import body_of
from .errors import published, refused
from .identity import Identity, name_of, username_of
from .sessions import Sessions
from .visit import Visit

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_PARTNER: Final = "urn:partner.soap.sforce.com"
_FAULT: Final = "urn:fault.partner.soap.sforce.com"
_CODES: Final = {
    "invalid_grant": "INVALID_LOGIN",
    "unsupported_grant_type": "INVALID_LOGIN",
    "unsupported_token_type": "INVALID_SESSION_ID",
}


class Soap:
    """The view of /services/Soap."""

    def __init__(self, identity: Identity, sessions: Sessions) -> None:
        self._identity = identity
        self._sessions = sessions

    def answer(self, visit: Visit, kind: str, number: str = "") -> flask.Response:
        """POST /services/Soap/u/NN.N: login or logout; faults have the status 500."""
        try:
            envelope = _read(body_of(visit.request.environ))
            body = envelope.find(f"{{{_ENVELOPE}}}Body")
            call = next(iter(body), None) if body is not None else None
            name = call.tag.rpartition("}")[2] if call is not None else ""
            if call is not None and name == "login":
                return _answer(name, self._login(visit, call))
            if name == "logout":
                self._sessions.end(_text(envelope, "sessionId"))
                return _answer(name, "")
            message = f"expected login or logout, got {name[:40]!r}; all else is to be had by REST"
            raise refused("INVALID_OPERATION", message)
        except (ActionError, DatabaseError) as failed:
            error = unavailable(failed) if isinstance(failed, DatabaseError) else failed
            return _fault(_CODES.get(error.code, published(error).code), error.message)

    def _login(self, visit: Visit, call: ElementTree.Element) -> str:
        """Return the result of a login, with a token for a password."""
        token = self._sessions.of_password(_text(call, "username"), _text(call, "password"))
        principal = principal_of(f"Bearer {token}", visit.application)
        organization_id = self._identity.organization_id
        user_id = self._identity.user_id(principal)
        user_info = {
            "organizationId": organization_id,
            "organizationName": "cartflow",
            "userFullName": name_of(principal),
            "userId": user_id,
            "userName": username_of(principal),
        }
        result = {
            "passwordExpired": "false",
            "sandbox": "false",
            "serverUrl": f"{visit.host}{visit.request.path.rstrip('/')}",
            "sessionId": self._identity.access_token(token),
            "userId": user_id,
        }
        return f"<result>{_members(result)}<userInfo>{_members(user_info)}</userInfo></result>"


def _read(body: bytes) -> ElementTree.Element:
    """Return the envelope in a body.

    Raises:
        ActionError: It is none; or it has a document type, which could name files and grow.
    """
    try:
        text = body.decode("utf-8-sig")
        if "<!DOCTYPE" not in text:
            return ElementTree.fromstring(text)
        message = "expected XML without a document type"
    except (ValueError, ElementTree.ParseError):
        message = "expected a SOAP envelope: XML in UTF-8"
    raise refused("MALFORMED_MESSAGE", message)


def _text(parent: ElementTree.Element, name: str) -> str:
    """Return the text of the one element below *parent* that has this name."""
    found = [it.text or "" for it in parent.iter() if it.tag.rpartition("}")[2] == name]
    if len(found) != 1 or not found[0]:
        message = f"expected one element {name!r} with a text"
        raise refused("MALFORMED_MESSAGE", message)
    return found[0]


def _answer(name: str, result: str) -> flask.Response:
    response = f'<{name}Response xmlns="{_PARTNER}">{result}</{name}Response>'
    return _envelope(response, 200)


def _fault(code: str, message: str) -> flask.Response:
    said = _members({"sf:exceptionCode": code, "sf:exceptionMessage": message})
    detail = f"<detail><sf:LoginFault>{said}</sf:LoginFault></detail>"
    fault = _members({"faultcode": f"sf:{code}", "faultstring": f"{code}: {message}"})
    return _envelope(f"<soapenv:Fault>{fault}{detail}</soapenv:Fault>", 500)


def _envelope(content: str, status: int) -> flask.Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" xmlns:sf="{_FAULT}">'
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Cache-Control": "no-store"}
    return flask.Response(text, status, headers, content_type="text/xml; charset=utf-8")


def _members(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in values.items())
