"""From a document to a flow: shape, keys, names and places, all checked, all problems told.

What needs to know the actions there are is the checker's; everything that the text alone decides is
refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import InvalidDocumentError, Problem
from ..principal import KINDS as PRINCIPALS
from ..violations import nearest, type_of
from .document import Document
from .inputs import read_inputs
from .model import BlockStep, Flow, Trigger
from .parts import Place
from .reading import NAME, Reader
from .steps import StepReader
from .triggers import TriggerReader

_FLOW_KEYS: Final = (
    *("flow", "title", "description", "category", "version", "access", "inputs", "steps"),
    *("outputs", "errors", "catch", "finally", "timeout", "triggers"),
)


def parse_flow(document: Document, schemas: Mapping[str, Any]) -> Flow:
    """Return the flow that a document describes.

    Args:
        document: What was read.
        schemas: The shared schemas that inputs may name.

    Raises:
        InvalidDocumentError: With everything that is wrong, in the order of the file.
    """
    flow, problems = read_flow(document, schemas)
    if problems:
        raise InvalidDocumentError(problems)
    return flow


def read_flow(document: Document, schemas: Mapping[str, Any]) -> tuple[Flow, list[Problem]]:
    """Return the flow that a document describes, as far as it can be read, and what is wrong.

    A value that cannot be read stands as null, a step that is none is left out.

    Raises:
        InvalidDocumentError: It is nothing like a flow.
    """
    reader = _FlowReader(document)
    raw = document.value
    if not isinstance(raw, dict):
        message = f"expected an object with 'flow' and 'steps', got {type_of(raw)}"
        raise InvalidDocumentError([document.problem((), "wrong-type", message)])
    flow = reader.flow(raw, schemas)
    return flow, sorted(reader.problems, key=lambda problem: (problem.line, problem.column))


class _FlowReader(Reader):
    def flow(self, raw: Mapping[str, Any], schemas: Mapping[str, Any]) -> Flow:
        self.check_keys((), raw, _FLOW_KEYS)
        errors = self._declared_errors(raw.get("errors", {}))
        outputs = self.object(("outputs",), raw.get("outputs"))
        steps = StepReader(self.document, errors, outputs)
        body = _body(steps, raw)
        self.problems += steps.problems
        inputs, optional, problems = read_inputs(
            self.document, self.object(("inputs",), raw.get("inputs")) or {}, schemas
        )
        self.problems += problems
        self.check_names(("inputs",), inputs["properties"])
        self.check_names(("outputs",), outputs or {})
        texts = {key: self.text((key,), raw.get(key)) or "" for key in ("description", "category")}
        return Flow(
            name=self._flow_name(raw),
            title=self.title(("title",), raw.get("title")) or "",
            **texts,
            version=self.text(("version",), raw.get("version")),
            access=self._access(raw.get("access")),
            inputs=inputs,
            optional=optional,
            body=body,
            outputs=self.values(("outputs",), outputs) if outputs is not None else None,
            errors=errors,
            digest=self.document.digest,
            source=self.document.source,
            step_ids=frozenset(steps.ids),
            triggers=self._triggers(raw.get("triggers")),
        )

    def _flow_name(self, raw: Mapping[str, Any]) -> str:
        name = raw.get("flow")
        if name is None:
            self.say((), "missing-key", "the key 'flow', the flow's name, is missing")
        elif not (isinstance(name, str) and NAME.fullmatch(name)):
            message = "expected a name: a letter, then letters, digits, '_' or '-', 80 at most"
            self.say(("flow",), "bad-name", message)
        return str(name)

    def _access(self, raw: Any) -> tuple[str, ...] | None:
        if raw is None:
            return None
        found = self.list(("access",), raw)
        if raw == []:
            message = f"expected at least one of {', '.join(PRINCIPALS)}; without 'access' all may"
            self.say(("access",), "wrong-type", message)
        for index, kind in enumerate(found):
            if kind not in PRINCIPALS:
                near = nearest(str(kind), PRINCIPALS)
                message = f"expected one of {', '.join(PRINCIPALS)}{near}"
                self.say(("access", index), "unknown-principal", message)
        return tuple(map(str, found))

    def _declared_errors(self, raw: Any) -> dict[str, tuple[int, str]]:
        declared = {}
        for code, condition in (self.object(("errors",), raw) or {}).items():
            path = ("errors", code)
            self.check_code(path, code)
            members = self.object(path, condition) or {}
            self.check_keys(path, members, ("status", "title"))
            status = self.status((*path, "status"), members.get("status"))
            if "status" not in members:
                self.say(path, "missing-key", f"the condition {code!r} needs a 'status'")
            title = self.title((*path, "title"), members.get("title")) or code
            declared[code] = (status or 500, title)
        return declared

    def _triggers(self, raw: Any) -> tuple[Trigger, ...]:
        reader = TriggerReader(self.document)
        listed = self.list(("triggers",), raw) if raw is not None else []
        found = [reader.trigger(("triggers", at), given) for at, given in enumerate(listed)]
        self.problems += reader.problems
        return tuple(found)


def _body(steps: StepReader, raw: Mapping[str, Any]) -> BlockStep:
    place = Place()
    return BlockStep(
        steps=steps.steps(("steps",), raw.get("steps"), place),
        catch=steps.catch((), raw.get("catch"), place),
        finally_=steps.finally_((), raw.get("finally"), place),
        timeout=steps.timeout(("timeout",), raw.get("timeout")),
        at=(),
    )
