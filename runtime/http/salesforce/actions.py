"""The actions and flows: listed, described, called."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import flask

from ...application import Application
from ...jsontext import dumps
from ..problems import door_error
from ..reading import key_of
from .catalogue import Catalogue, Entry
from .describing import description_of
from .errors import refused
from .invoking import answer_of, inputs_of, invoke_each, invoke_together
from .sessions import SIGN_IN
from .visit import Visit


class Actions:
    """The views below `/services/data/vNN.N/actions`."""

    def __init__(self, application: Application) -> None:
        self._catalogue = Catalogue(application.registry)
        self._is_partial: bool = application.settings["salesforce_partial_save"]
        self._since = application.clock.now().replace(microsecond=0)
        self._described = cache(_described)

    def kinds(self, visit: Visit) -> dict[str, str]:
        """GET …/actions: standard and custom ones."""
        return {kind: f"{visit.version}/actions/{kind}" for kind in ("standard", "custom")}

    def custom_kinds(self, visit: Visit) -> dict[str, str]:
        """GET …/actions/custom: the types of custom actions; only of one are there any."""
        kinds = ("apex", "emailAlert", "flow", "quickAction")
        return {kind: f"{visit.version}/actions/custom/{kind}" for kind in kinds}

    def listing(self, is_flow: bool, visit: Visit) -> dict[str, Any]:
        """GET …/actions/standard, …/actions/custom/flow: those that the caller may call."""
        return {
            "actions": [
                entry.listed(visit.version)
                for entry in self._catalogue.entries(flows=is_flow)
                if entry.is_for(visit.principal)
            ]
        }

    def none(self, visit: Visit, **_: str) -> dict[str, Any]:
        """GET …/actions/custom/apex and the like: there are none."""
        return {"actions": []}

    def no_objects(self, visit: Visit, **_: str) -> dict[str, Any]:
        """GET …/actions/custom/quickAction and the like: no object has any."""
        return {}

    def describe(self, is_flow: bool, visit: Visit, name: str) -> flask.Response:
        """GET …/NAME: what the contract says of it; 304 if the caller knows it."""
        entry = self._catalogue.find(name, is_flow=is_flow)
        text, etag = self._described(entry)
        answer = flask.Response(text, content_type="application/json")
        answer.last_modified = self._since
        answer.set_etag(etag)
        answer.make_conditional(visit.request)
        return answer

    def invoke(self, is_flow: bool, visit: Visit, name: str) -> flask.Response:
        """POST …/NAME: call it for each input of the body."""
        entry = self._catalogue.find(name, is_flow=is_flow)
        environ = visit.request.environ
        inputs, key = inputs_of(environ), key_of(environ)
        if len(inputs) > 1 and SIGN_IN in entry.contract.extensions:
            # made slow on purpose, against those who try passwords
            message = f"{entry.name!r} takes one input at a time"
            raise refused("INVALID_API_INPUT", message)
        if self._is_partial or len(inputs) == 1:
            results = invoke_each(visit.application, entry, inputs, visit.principal, key)
        elif key is not None:
            message = "'Idempotency-Key' goes with one input where all or none are done"
            raise door_error("BAD_REQUEST", message)
        else:
            results = invoke_together(visit.application, entry, inputs, visit.principal)
        return answer_of(results)


def _described(entry: Entry) -> tuple[str, str]:
    """Return the description of an action as JSON, and what changes when it does."""
    text = dumps(description_of(entry))
    return text, hashlib.sha256(text.encode()).hexdigest()[:32]
