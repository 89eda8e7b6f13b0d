"""Reading a file of flow tests: shape and names, all checked, all problems told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ...errors import BUILTIN_CONDITIONS, InvalidDocumentError
from ...principal import KINDS, Principal
from ...violations import nearest, type_of
from ..document import Document, Path
from ..expressions import Value
from ..reading import ID, NAME
from ..walk import all_steps
from .mock_reading import MockReader
from .model import Caller, Expectation, FlowTest, FlowTests, Incoming, Preparation, Subject

TEST_KEYS: Final = (
    *("title", "as", "inputs", "secrets", "mocks", "real", "given", "events", "expect"),
)
EXPECT_KEYS: Final = ("outputs", "error", "called", "steps", "undone")
_ERROR_KEYS: Final = ("code", "status", "title", "message", "data", "step", "action")
_IDS: Final = {"customer": "1", "integration": "flowtest"}
"""The id of a kind of principal that must have one, where a test does not care."""


def flow_name_of(document: Document) -> str:
    """Return the name of the flow that a file of tests is about.

    Raises:
        InvalidDocumentError: There is none.
    """
    raw = document.value
    if not isinstance(raw, dict):
        message = f"expected an object with 'flow' and 'tests', got {type_of(raw)}"
        raise InvalidDocumentError([document.problem((), "wrong-type", message)])
    name = raw.get("flow")
    if isinstance(name, str) and NAME.fullmatch(name):
        return name
    message = "the key 'flow', the name of the flow to test, is missing"
    if name is not None:
        message = "expected the name of a flow"
    raise InvalidDocumentError([document.problem(("flow",), "missing-key", message)])


def read_tests(document: Document, subject: Subject) -> FlowTests:
    """Return the tests that a document describes.

    Raises:
        InvalidDocumentError: With everything that is wrong, in the order of the file.
    """
    reader = _TestReader(document, subject)
    tests = reader.tests(document.value)
    if reader.problems:
        problems = sorted(reader.problems, key=lambda problem: (problem.line, problem.column))
        raise InvalidDocumentError(problems)
    return FlowTests(document, tests)


class _TestReader(MockReader):
    def tests(self, raw: Mapping[str, Any]) -> tuple[FlowTest, ...]:
        self.check_keys((), raw, ("flow", "tests"))
        if "tests" not in raw:
            self.say((), "missing-key", "the key 'tests', a list of tests, is missing")
            return ()
        listed = self.list(("tests",), raw["tests"])
        if raw["tests"] == []:
            self.say(("tests",), "missing-key", "expected at least one test")
        lines: dict[str, int] = {}
        return tuple(self._test(("tests", at), test, lines) for at, test in enumerate(listed))

    def _test(self, path: Path, raw: Any, lines: dict[str, int]) -> FlowTest:
        if not isinstance(raw, dict):
            self.wrong(path, "a test, an object", raw)
            raw = {"title": ""}
        self.check_keys(path, raw, TEST_KEYS)
        inputs = self.object((*path, "inputs"), raw.get("inputs")) or {}
        given = self._given((*path, "given"), raw.get("given"))
        ids = [entry.id for entry in given if entry.id is not None]
        test = FlowTest(
            title=self._title(path, raw, lines),
            inputs=self.data((*path, "inputs"), inputs, ids),
            caller=self._caller((*path, "as"), raw.get("as"), ids),
            mocks=self.mocks((*path, "mocks"), raw.get("mocks")),
            real=self._real((*path, "real"), raw.get("real")),
            given=given,
            events=self._events((*path, "events"), raw.get("events"), ids),
            secrets=self._secrets((*path, "secrets"), raw.get("secrets")),
            expect=self._expect((*path, "expect"), raw.get("expect"), ids),
            at=path,
        )
        for name in test.real.intersection(test.mocks):
            message = f"{name!r} is mocked and 'real' as well; remove one"
            self.say(test.mocks[name].at, "two-ways", message, key=True)
        return test

    def _title(self, path: Path, raw: Mapping[str, Any], lines: dict[str, int]) -> str:
        title = self.text((*path, "title"), raw.get("title")) or ""
        if "title" not in raw:
            message = "the key 'title' is missing: a sentence that says what must hold"
            self.say(path, "missing-key", message)
        elif title in lines:
            message = f"the test in line {lines[title]} has this title as well; change one"
            self.say((*path, "title"), "duplicate-title", message)
        lines.setdefault(title, self.document.span((*path, "title")).line)
        return title

    def data(self, path: Path, raw: Any, ids: Iterable[str]) -> Value:
        """Return a compiled value, in which `given` may be named."""
        value = self.value(path, raw)
        known = list(ids)
        for inner, expression in value.expressions:
            for reference in expression.references:
                if reference[0] != "given":
                    message = f"there is no name {reference[0]!r} in a test; there is only 'given'"
                    self.say((*path, *inner), "unknown-name", message)
                elif len(reference) > 1 and reference[1] not in known:
                    name = str(reference[1])
                    message = (
                        f"no entry of 'given' before has the id {name!r}{nearest(name, known)}"
                    )
                    self.say((*path, *inner), "unknown-name", message)
        return value

    def _caller(self, path: Path, raw: Any, ids: Iterable[str]) -> Caller:
        if raw is None:
            return Caller()
        members = {"kind": raw} if isinstance(raw, str) else self.object(path, raw) or {}
        self.check_keys(path, members, ("kind", "id", "scopes"))
        kind, place = members.get("kind"), path if isinstance(raw, str) else (*path, "kind")
        if kind not in KINDS:
            near = nearest(str(kind), KINDS) if kind is not None else ""
            self.say(place, "unknown-principal", f"expected one of {', '.join(KINDS)}{near}")
            return Caller()
        scopes = self.names((*path, "scopes"), members.get("scopes", ["actions:invoke"]))
        if "scopes" in members and kind != "integration":
            self.say((*path, "scopes"), "wrong-type", "only the kind 'integration' has scopes")
        found = self.data((*path, "id"), members["id"], ids) if "id" in members else None
        if found is not None and kind not in _IDS:
            self.say((*path, "id"), "wrong-type", f"the kind {kind!r} has no id")
        elif found is not None and found.is_constant and not isinstance(found.constant, str):
            self.wrong((*path, "id"), "a text", found.constant)
        is_key = kind == "integration"
        principal = Principal(kind, _IDS.get(kind, ""), frozenset(scopes if is_key else ()))
        return Caller(principal, found)

    def _given(self, path: Path, raw: Any) -> tuple[Preparation, ...]:
        entries: list[Preparation] = []
        ids: list[str] = []
        for index, entry in enumerate(self.list(path, raw) if raw is not None else ()):
            at = (*path, index)
            members = self.object(at, entry) or {}
            self.check_keys(at, members, ("id", "action", "as", "with"))
            name = self.text((*at, "action"), members.get("action")) or ""
            if "action" not in members:
                self.say(at, "missing-key", "the key 'action', what to invoke, is missing")
            elif name:
                self.check_action((*at, "action"), name)
            given = self.object((*at, "with"), members.get("with")) or {}
            who = members.get("as", "admin")
            with_, caller = (
                self.data((*at, "with"), given, ids),
                self._caller((*at, "as"), who, ids),
            )
            entries.append(Preparation(name, with_, caller, self._id(at, members, ids), at))
        return tuple(entries)

    def _secrets(self, path: Path, raw: Any) -> dict[str, str]:
        members = self.object(path, raw) or {}
        for name, value in members.items():
            if self.text((*path, name), value) is None and value is None:
                self.say((*path, name), "wrong-type", "expected a text, got null")
        return members

    def _events(self, path: Path, raw: Any, ids: Iterable[str]) -> tuple[Incoming, ...]:
        events = []
        for index, event in enumerate(self.list(path, raw) if raw is not None else ()):
            at = (*path, index)
            members = self.object(at, event) or {}
            self.check_keys(at, members, ("type", "subject", "data", "after"))
            if "type" not in members:
                self.say(at, "missing-key", "the key 'type' of the event is missing")
            told = {
                name: self.data((*at, name), members[name], ids)
                for name in ("subject", "data")
                if name in members
            }
            type_ = self.name((*at, "type"), members.get("type"), "the type of an event")
            after_s = self.seconds((*at, "after"), members.get("after", "0s"))
            events.append(Incoming(type_, **told, after_s=after_s))
        return tuple(events)

    def _id(self, path: Path, raw: Mapping[str, Any], ids: list[str]) -> str | None:
        name = self.text((*path, "id"), raw.get("id"))
        if name is None:
            return None
        if not ID.fullmatch(name):
            message = "expected an id: letters, digits and '_', not a digit first, 80 at most"
            self.say((*path, "id"), "bad-name", message)
        elif name in ids:
            self.say((*path, "id"), "duplicate-id", f"the id {name!r} is taken; choose another")
        ids.append(name)
        return name

    def _real(self, path: Path, raw: Any) -> frozenset[str]:
        names = self.names(path, raw) if raw is not None else []
        for index, name in enumerate(names):
            self.check_called((*path, index), name)
        return frozenset(names)

    # ---- what must have come of it

    def _expect(self, path: Path, raw: Any, ids: Iterable[str]) -> Expectation:
        members = self.object(path, raw) or {}
        self.check_keys(path, members, EXPECT_KEYS)
        if "error" in members and "outputs" in members:
            message = "a run that fails has no outputs; expect 'error' or 'outputs'"
            self.say((*path, "outputs"), "two-ways", message, key=True)
        outputs = self.object((*path, "outputs"), members.get("outputs"))
        self._check_outputs((*path, "outputs"), outputs or {})
        return Expectation(
            outputs=None if outputs is None else self.data((*path, "outputs"), outputs, ids),
            error=self._expected_error((*path, "error"), members.get("error")),
            called=self._called((*path, "called"), members.get("called")),
            steps=self._steps((*path, "steps"), members.get("steps"), ids),
            undone=self._undone((*path, "undone"), members.get("undone")),
            at=path,
        )

    def _check_outputs(self, path: Path, names: Iterable[str]) -> None:
        """Refuse outputs that the flow never gives, as far as its text says which it gives."""
        flow = self.subject.flow
        if flow.outputs is None or any(clause.result is not None for clause in flow.body.catch):
            return
        for name in names:
            if name not in flow.outputs:
                near = nearest(name, flow.outputs) or f"; it has {', '.join(flow.outputs)}"
                message = f"the flow {flow.name!r} has no output {name!r}{near}"
                self.say((*path, name), "unknown-output", message, key=True)

    def _expected_error(self, path: Path, raw: Any) -> Mapping[str, Any] | None:
        if raw is None:
            return None
        members = {"code": raw} if isinstance(raw, str) else self.object(path, raw)
        if members is None:
            return None
        self.check_keys(path, members, _ERROR_KEYS)
        place = path if isinstance(raw, str) else (*path, "code")
        code = self.text(place, members.get("code"))
        codes = [*self.subject.contract.errors, *BUILTIN_CONDITIONS]
        if code is not None and code not in codes:
            own = ", ".join(self.subject.contract.errors) or "no error of its own"
            near = nearest(code, codes) or f"; it can end with {own}"
            message = f"the flow {self.subject.flow.name!r} cannot end with {code!r}{near}"
            self.say(place, "impossible-error", message)
        return members

    def _called(self, path: Path, raw: Any) -> tuple[str, ...] | None:
        if raw is None:
            return None
        names = self.names(path, raw)
        for index, name in enumerate(names):
            self.check_called((*path, index), name)
        return tuple(names)

    def _steps(self, path: Path, raw: Any, ids: Iterable[str]) -> Mapping[str, Value] | None:
        members = self.object(path, raw)
        if members is None:
            return None
        for name in members:
            self._check_step((*path, name), name, self.subject.flow.step_ids, key=True)
        return {name: self.data((*path, name), value, ids) for name, value in members.items()}

    def _undone(self, path: Path, raw: Any) -> tuple[str, ...] | None:
        if raw is None:
            return None
        steps = all_steps(self.subject.flow.body)
        with_undo = {step.id for step in steps if step.undo and step.id is not None}
        names = self.names(path, raw)
        for index, name in enumerate(names):
            if name in self.subject.flow.step_ids and name not in with_undo:
                message = f"the step {name!r} has no 'undo'; it cannot be undone"
                self.say((*path, index), "unknown-step", message)
            else:
                self._check_step((*path, index), name, with_undo)
        return tuple(names)

    def _check_step(
        self, path: Path, name: str, known: Iterable[str], *, key: bool = False
    ) -> None:
        listed = sorted(known)
        if name not in listed:
            message = f"the flow has no step with the id {name!r}{nearest(name, listed)}"
            self.say(path, "unknown-step", message, key=key)
