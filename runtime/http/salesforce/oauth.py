"""OAuth 2.0: tokens for passwords and API keys, and who a token speaks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import flask
from werkzeug.http import parse_options_header

from ...application import Application
from ...errors import ActionError, DatabaseError
from ..auth import principal_of
from ..problems import unavailable
from ..reading import body_of
from .errors import json_response, refused
from .identity import Identity, name_of, username_of
from .sessions import Sessions
from .visit import Visit

_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 50

Form = Mapping[str, str]


class OAuth:
    """The views below `/services/oauth2`, and `/id`."""

    def __init__(self, application: Application, identity: Identity, sessions: Sessions) -> None:
        self._application = application
        self._identity = identity
        self._sessions = sessions

    def token(self, visit: Visit) -> flask.Response:
        """POST /services/oauth2/token: a token, for a password or an API key."""
        try:
            form = _form(visit.request)
            grant = _given(form, "grant_type")
            if grant == "password":
                username, password = _given(form, "username"), _given(form, "password")
                token = self._sessions.of_password(username, password)
            elif grant == "client_credentials":
                token = self._sessions.of_key(*_client(form, visit))
            else:
                message = "expected 'grant_type' to be 'password' or 'client_credentials'"
                raise refused("unsupported_grant_type", message)
            answer = self._answer(visit, token)
        except (ActionError, DatabaseError) as error:
            return _denied(error)
        answer.headers["Pragma"] = "no-cache"
        return answer

    def revoke(self, visit: Visit) -> flask.Response:
        """POST /services/oauth2/revoke: a token that is not needed any more."""
        try:
            self._sessions.end(_given(_form(visit.request), "token"))
        except (ActionError, DatabaseError) as error:
            return _denied(error)
        return flask.Response(headers={"Cache-Control": "no-store"})

    def user_info(self, visit: Visit) -> dict[str, Any]:
        """GET /services/oauth2/userinfo: who calls."""
        principal = visit.principal
        return {
            "sub": self._place(visit),
            "user_id": self._identity.user_id(principal),
            "organization_id": self._identity.organization_id,
            "preferred_username": username_of(principal),
            "nickname": username_of(principal),
            "name": name_of(principal),
            "active": True,
            "user_type": "STANDARD",
            "urls": _urls(visit),
        }

    def identity(self, visit: Visit, organization: str, user: str) -> dict[str, Any]:
        """GET /id/ORGANIZATION/USER: who calls, at the address that tells who it is."""
        place = self._place(visit)
        if not place.endswith(f"/{organization}/{user}"):
            message = f"the caller may see one identity only: {place}"
            raise refused("NOT_FOUND", message, 404)
        principal = visit.principal
        return {
            "id": place,
            "asserted_user": True,
            "user_id": user,
            "organization_id": organization,
            "username": username_of(principal),
            "nick_name": username_of(principal),
            "display_name": name_of(principal),
            "active": True,
            "user_type": "STANDARD",
            "urls": _urls(visit),
        }

    def _place(self, visit: Visit) -> str:
        return visit.identity_of(self._identity)

    def _answer(self, visit: Visit, token: str) -> flask.Response:
        """Return the answer that hands out a token."""
        principal = principal_of(f"Bearer {token}", self._application)
        issued_at = int(self._application.clock.now().timestamp() * 1000)
        whose = Visit(visit.application, principal, visit.host, visit.request)
        return json_response(
            {
                "access_token": self._identity.access_token(token),
                "instance_url": visit.host,
                "id": self._place(whose),
                "token_type": "Bearer",
                "issued_at": str(issued_at),
                "scope": "api",
            }
        )


def _client(form: Form, visit: Visit) -> tuple[str, str]:
    """Return name and secret of a client, from the header or the form."""
    basic = visit.request.authorization
    if basic is not None and basic.type == "basic":
        name, secret = (unquote_plus(basic.get(it) or "") for it in ("username", "password"))
        return name, secret
    return _given(form, "client_id"), _given(form, "client_secret")


def _form(request: flask.Request) -> Form:
    """Return the members of a form.

    Raises:
        ActionError: It is none, or has a member twice.
    """
    body = body_of(request.environ)
    kind, _ = parse_options_header(request.environ.get("CONTENT_TYPE", ""))
    if kind.lower() != _FORM:
        message = f"expected 'Content-Type: {_FORM}', got {kind!r}"
        raise refused("invalid_request", message)
    try:
        text = body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        message = f"expected a form of at most {_MAX_FIELDS} members in UTF-8"
        raise refused("invalid_request", message) from error
    form = dict(pairs)
    if len(form) < len(pairs):
        message = "expected each member of the form once"
        raise refused("invalid_request", message)
    return form


def _given(form: Form, name: str) -> str:
    text = form.get(name)
    if not text:
        message = f"the member {name!r} of the form is missing"
        raise refused("invalid_request", message)
    return text


_LATER: Final = "temporarily_unavailable"
_OWN_CODE: Final = re.compile("[a-z_]+")
"""The codes of OAuth are in lower case, those of the runtime are not."""


def _denied(error: ActionError | DatabaseError) -> flask.Response:
    """Return an error of the endpoint, as RFC 6749 wants it."""
    if isinstance(error, DatabaseError):
        error = unavailable(error)
    if _OWN_CODE.fullmatch(error.code):
        code, status, message = error.code, error.status, error.message
    elif error.status >= 500:
        code = _LATER if error.retryable else "server_error"
        status, message = error.status, error.message
    else:
        code, status, message = "invalid_request", error.status, error.message
    answer = json_response({"error": code, "error_description": message}, status)
    answer.headers["Pragma"] = "no-cache"
    if code == _LATER:
        answer.headers["Retry-After"] = "1"
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="cartflow"'
    return answer


def _urls(visit: Visit) -> dict[str, str]:
    """Return the addresses that depend on the version, which clients put in themselves."""
    root = f"{visit.host}/services/data/v{{version}}/"
    return {"rest": root, "query": f"{root}query/"}
