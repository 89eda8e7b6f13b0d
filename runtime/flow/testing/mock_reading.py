"""Reading the mocks of a test; an answer that its contract does not allow is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...contract import Contract
from ...violations import nearest
from ..document import Document, Path
from ..durations import EXPECTED as EXPECTED_DURATION
from ..durations import seconds_of
from ..reading import Reader
from .mocks import completed, lie_in_error, lies_in_output
from .model import Answer, Mock, Subject

ANSWER_KEYS: Final = ("output", "error", "takes")
_ERROR_KEYS: Final = ("code", "message", "data")


class MockReader(Reader):
    """Reads mocks.

    Args:
        document: The file of tests.
        subject: The flow that it is about.
    """

    def __init__(self, document: Document, subject: Subject) -> None:
        super().__init__(document)
        self.subject = subject

    def names(self, path: Path, raw: Any) -> list[str]:
        """Return a list of texts."""
        found = self.list(path, raw)
        texts = [self.text((*path, index), name) for index, name in enumerate(found)]
        return [name for name in texts if name is not None]

    def seconds(self, path: Path, raw: Any) -> float:
        """Return a duration in seconds."""
        found = seconds_of(raw)
        if found is None:
            self.say(path, "bad-duration", EXPECTED_DURATION)
        return found or 0.0

    def check_action(self, path: Path, name: str, *, key: bool = False) -> bool:
        """Return whether there is such an action; if not, say so."""
        if name in self.subject.known:
            return True
        near = nearest(name, self.subject.known) or "; see 'cartflow actions'"
        self.say(path, "unknown-action", f"action {name!r} is not registered{near}", key=key)
        return False

    def check_called(self, path: Path, name: str, *, key: bool = False) -> bool:
        """Return whether the flow can call such an action; if not, say so."""
        calls = self.subject.calls
        if name in calls:
            return True
        if self.check_action(path, name, key=key):
            near = nearest(name, calls) or f"; it calls {', '.join(sorted(calls)) or 'none'}"
            message = f"the flow {self.subject.flow.name!r} never calls {name!r}{near}"
            self.say(path, "not-called", message, key=key)
        return False

    def mocks(self, path: Path, raw: Any) -> dict[str, Mock]:
        """Return the mocks at *path*, by action."""
        members = self.object(path, raw) or {}
        return {name: self._mock((*path, name), name, told) for name, told in members.items()}

    def _mock(self, path: Path, name: str, raw: Any) -> Mock:
        is_series = isinstance(raw, list)
        contract = None
        if self.check_called(path, name, key=True):
            contract = self.subject.contracts(name)
        if raw == []:
            self.say(path, "missing-key", "expected an answer for each call, at least one")
        told = list(enumerate(raw)) if isinstance(raw, list) else [(None, raw)]
        answers = [
            self._answer(path if index is None else (*path, index), answer, contract)
            for index, answer in told
        ]
        return Mock(name, tuple(answers), is_series, path)

    def _answer(self, path: Path, raw: Any, contract: Contract | None) -> Answer:
        if raw is None:
            message = "the mock has no answer; {} answers with the example of the contract"
            self.say(path, "wrong-type", message, key=True)
        members = self.object(path, raw)
        if members is None:
            return Answer()
        self.check_keys(path, members, ANSWER_KEYS)
        if "output" in members and "error" in members:
            message = "an action answers with an 'output' or an 'error'; remove one"
            self.say((*path, "error"), "two-ways", message, key=True)
        takes_s = self.seconds((*path, "takes"), members.get("takes", "0s"))
        if "error" in members:
            error = self._error((*path, "error"), members["error"], contract)
            return Answer(error=error, takes_s=takes_s)
        return Answer(self._output(path, members, contract), takes_s=takes_s)

    def _output(self, path: Path, raw: Mapping[str, Any], contract: Contract | None) -> Any:
        if contract is None:
            return None
        output = completed(contract, raw)
        at = (*path, "output")
        for inner, message in lies_in_output(contract, output):
            place = self._place(at, inner)
            said = "".join(f"/{name}" for name in inner)
            told = f"{said}: {message}" if said else message
            lie = f"{contract.name!r} does not answer like this: {told}"
            self.say(place, "mock-lies", lie)
        return output

    def _place(self, path: Path, inner: Path) -> Path:
        """Return the place of a part of an output; lists are numbered there."""
        for name in inner:
            found = (*path, int(name)) if str(name).isdigit() else (*path, name)
            if found not in self.document.values:
                break
            path = found
        return path

    def _error(self, path: Path, raw: Any, contract: Contract | None) -> Mapping[str, Any]:
        members = {"code": raw} if isinstance(raw, str) else self.object(path, raw) or {}
        self.check_keys(path, members, _ERROR_KEYS)
        place = path if isinstance(raw, str) else (*path, "code")
        code = self.text(place, members.get("code"))
        self.text((*path, "message"), members.get("message"))
        self.object((*path, "data"), members.get("data"))
        if "code" not in members and raw is not None:
            message = "the key 'code' is missing: one of the errors that the contract declares"
            self.say(path, "missing-key", message)
        lie = lie_in_error(contract, code) if contract is not None and code is not None else None
        if lie is not None:
            self.say(place, "mock-lies", lie)
        return members
