"""Steps that have no steps inside of them: from the document to records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..violations import nearest, type_of
from .document import Document, Path
from .expressions import OPENING
from .model import (
    ActionStep,
    BreakStep,
    ContinueStep,
    Duration,
    EmitStep,
    EventPattern,
    FailStep,
    ReturnStep,
    Step,
    ValueStep,
    WaitStep,
)
from .parts import PartReader, Place
from .reading import NAME
from .times import parse_time


class SimpleStepReader(PartReader):
    """Reads the steps that have no steps inside of them.

    Args:
        document: The flow file.
        errors: The flow's own conditions: code to status and title.
        outputs: The flow's `outputs`, if it has any.
    """

    def __init__(
        self,
        document: Document,
        errors: Mapping[str, tuple[int, str]],
        outputs: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(document)
        self._errors = errors
        self._outputs = outputs

    def _kind_action(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        name = self.text((*path, "action"), raw["action"]) or ""
        if isinstance(raw["action"], str) and not NAME.fullmatch(name):
            message = "expected the name of an action: a letter, then letters, digits, '_' or '-'"
            self.say((*path, "action"), "bad-name", message)
        given = self.object((*path, "with"), raw.get("with")) or {}
        return ActionStep(action=name, input=self.value((*path, "with"), given))

    def _kind_fail(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        path, given = (*path, "fail"), raw["fail"]
        if isinstance(given, str):
            again = self.value(path, given)
            if OPENING not in given:
                message = "expected '${{ error }}', or an object with the 'code' of a new error"
                self.say(path, "wrong-type", message)
            return FailStep(again=again)
        if not isinstance(given, dict):
            self.wrong(path, "an object with the 'code' of an error, or '${{ error }}'", given)
            return FailStep()
        members = given
        self.check_keys(path, members, ("code", "status", "title", "message", "data"))
        code = self.text((*path, "code"), members.get("code")) or ""
        if "code" not in members:
            self.say(path, "missing-key", "the key 'code' is missing")
        else:
            self.check_code((*path, "code"), code)
        status, title = self._errors.get(code, (None, None))
        status = self.status((*path, "status"), members.get("status")) or status
        if status is None and "code" in members and "status" not in members:
            message = f"{code!r} needs a 'status', here or under 'errors' of the flow"
            self.say((*path, "code"), "undeclared-error", message)
        data = members.get("data", {})
        if not isinstance(data, dict) and not (isinstance(data, str) and OPENING in data):
            self.wrong((*path, "data"), "an object", data)
        return FailStep(
            code=code,
            status=status,
            error_title=self.title((*path, "title"), members.get("title")) or title,
            message=self.optional((*path, "message"), members),
            data=self.optional((*path, "data"), members),
        )

    def _kind_return(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        path = (*path, "return")
        self.check_leaving(path, place)
        outputs = self.object(path, raw["return"]) or {}
        self.check_names(path, outputs)
        if self._outputs is not None:
            for name in outputs:
                if name not in self._outputs:
                    near = nearest(name, self._outputs)
                    message = f"the flow has no output {name!r}{near}; name it under 'outputs'"
                    self.say((*path, name), "unknown-output", message, key=True)
        return ReturnStep(outputs=self.values(path, outputs))

    def _kind_break(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self.check_turn((*path, "break"), raw["break"], place)
        return BreakStep()

    def _kind_continue(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self.check_turn((*path, "continue"), raw["continue"], place)
        return ContinueStep()

    def _kind_value(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        return ValueStep(value=self.value((*path, "value"), raw["value"]))

    def _kind_wait(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        path, given = (*path, "wait"), raw["wait"]
        if not isinstance(given, dict):
            if given is not None and not isinstance(given, str):
                expected = "a duration, or an object with 'until' or 'event'"
                self.say(path, "wrong-type", f"expected {expected}, got {type_of(given)}")
                return WaitStep(duration=Duration(0.0, at=path))
            return WaitStep(duration=self.duration(path, given))
        if "until" in given:
            self.check_keys(path, given, ("until",))
            return WaitStep(until=self._time((*path, "until"), given["until"]))
        self.check_keys(path, given, ("event", "if", "timeout"))
        if "event" not in given:
            self.say(path, "missing-key", "expected 'until' (a time) or 'event' (a type)")
        return WaitStep(
            event=EventPattern(
                type=self.name((*path, "event"), given.get("event"), "the type of an event"),
                condition=self.condition((*path, "if"), given),
                timeout=self.timeout((*path, "timeout"), given.get("timeout")),
                at=path,
            )
        )

    def _time(self, path: Path, raw: Any) -> Any:
        """Return the compiled time of a `wait`."""
        if isinstance(raw, str) and OPENING in raw:
            return self.whole_expression(path, raw)
        if raw is not None and parse_time(raw) is None:
            message = "expected a time such as 2026-03-01T12:00:00Z (RFC 3339), or an expression"
            self.say(path, "bad-time", message)
        return self.value(path, raw)

    def _kind_emit(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        path = (*path, "emit")
        members = self.object(path, raw["emit"]) or {}
        self.check_keys(path, members, ("type", "subject", "data"))
        if "type" not in members:
            self.say(path, "missing-key", "the key 'type', the type of the event, is missing")
        return EmitStep(
            type=self.name((*path, "type"), members.get("type"), "the type of an event"),
            subject=self.optional((*path, "subject"), members),
            data=self.optional((*path, "data"), members),
        )
