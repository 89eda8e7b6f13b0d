"""What came of a test, judged by what it expects."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...errors import ActionError
from ..document import Document, Path
from ..expressions import Value
from .comparing import Difference, differences, shown
from .model import Expectation, FlowTest
from .sighting import Sighting, failure_text, steps_of
from .stage import GivenNames

_MAX_LINES: Final = 50
"""Lines of what a flow did, and of the log, that are told."""

_FEW_NAMES: Final = 5
"""So many names are told in one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the run of a test.

    Attributes:
        output: The flow's output, if it succeeded.
        error: The error that left it.
        fault: Why the test could not be carried out; empty if it could.
        called: What was invoked, in order.
        names: What texts of the test may name.
        sighting: What the run did.
        held: The conditions that were asked.
    """

    output: Any
    error: ActionError | None
    fault: str
    called: list[str]
    names: GivenNames
    sighting: Sighting
    held: set[tuple[Path, bool]]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that a test expects and that is not so.

    Attributes:
        line: Where the expectation stands.
        column: Likewise.
        message: What is not as it should be.
        differences: The places where values differ.
    """

    line: int
    column: int
    message: str
    differences: tuple[Difference, ...] = ()
    diff: tuple[str, ...] = ()
    """Instead of them: the lines of both, `-` what was expected, `+` what was got."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a test.

    Attributes:
        title: The test's.
        source: The file.
        line: Where the test stands in it.
        mismatches: All that is not as expected; none if it passed.
        ran: What the flow did, a line for each attempt of a step.
        log: What was written to the log meanwhile.
        seconds: How long it took.
    """

    title: str
    source: str
    line: int
    mismatches: tuple[Mismatch, ...]
    ran: tuple[str, ...]
    log: tuple[str, ...]
    seconds: float

    @property
    def is_passed(self) -> bool:
        """Whether all is as expected."""
        return not self.mismatches

    def lines(self) -> Iterator[str]:
        """Yield what to tell people of a test that failed; nothing if it passed."""
        for mismatch in self.mismatches:
            yield f"{self.source}:{mismatch.line}:{mismatch.column}: {mismatch.message}"
            for path, expected, got in mismatch.differences:
                if path:
                    yield f"    {_dotted(path)}"
                yield f"      expected  {expected}"
                yield f"      got       {got}"
            if mismatch.diff:
                yield "      - expected, + got:"
                yield from (f"        {line}" for line in mismatch.diff)
        for title, told in (("what the flow did", self.ran), ("what the log says", self.log)):
            if self.mismatches and told:
                yield f"  {title}:"
                lines = [line for text in told for line in text.splitlines()]
                if len(lines) > _MAX_LINES:
                    yield f"    … {len(lines) - _MAX_LINES} lines before"
                yield from (f"    {line}" for line in lines[-_MAX_LINES:])


def _dotted(path: Path) -> str:
    """Return a path as in expressions: `cart.items[0].sku`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def judge(
    document: Document, test: FlowTest, outcome: Outcome, log: Iterable[str], seconds: float
) -> Verdict:
    """Return the verdict on a test whose flow has run."""
    judged = _Judge(document, test.expect, outcome)
    return Verdict(
        title=test.title,
        source=document.source,
        line=document.span(test.at).line,
        mismatches=tuple(judged.mismatches(test)),
        ran=tuple(steps_of(outcome.sighting.records)),
        log=tuple(log),
        seconds=seconds,
    )


class _Judge:
    def __init__(self, document: Document, expect: Expectation, outcome: Outcome) -> None:
        self._document = document
        self._expect = expect
        self._outcome = outcome

    def mismatches(self, test: FlowTest) -> Iterator[Mismatch]:
        expect, outcome = self._expect, self._outcome
        if outcome.fault:
            yield self._mismatch(test.at, outcome.fault)
            return
        yield from self._of_error(expect.error, outcome.error)
        if expect.outputs is not None and outcome.error is None:
            yield from self._of_value("outputs", expect.outputs, outcome.output)
        if expect.called is not None:
            yield from self._of_names("called", expect.called, outcome.called)
        results = outcome.sighting.results() if expect.steps else {}
        for name, value in (expect.steps or {}).items():
            yield from self._of_value(f"steps/{name}", value, results[name])
        if expect.undone is not None:
            yield from self._of_names("undone", expect.undone, outcome.sighting.undone())

    def _mismatch(
        self,
        at: Path,
        message: str,
        found: tuple[Difference, ...] = (),
        diff: tuple[str, ...] = (),
    ) -> Mismatch:
        span = self._document.span(at, key=at in self._document.keys)
        return Mismatch(span.line, span.column, message, found, diff)

    def _of_error(
        self, expected: Mapping[str, Any] | None, error: ActionError | None
    ) -> Iterator[Mismatch]:
        at = (*self._expect.at, "error")
        if expected is None:
            if error is not None:
                place = (*self._expect.at, "outputs")
                message = f"the flow failed, it should succeed: {failure_text(error)}"
                yield self._mismatch(place, message)
            return
        if error is None:
            told = shown(self._outcome.output)
            message = f"the flow succeeded, it should fail with {expected.get('code', 'an error')}"
            yield self._mismatch(at, message, (Difference((), "an error", told),))
            return
        got = {**error.to_json(), "step": error.step, "action": error.action}
        found = tuple(differences(dict(expected), got))
        if found:
            yield self._mismatch(
                at, f"the flow failed with another error: {failure_text(error)}", found
            )

    def _of_value(self, name: str, expected: Value, got: Any) -> Iterator[Mismatch]:
        at = (*self._expect.at, *name.split("/"))
        try:
            wanted = expected.evaluate(self._outcome.names)
        except ActionError as error:
            yield self._mismatch(at, str(error))
            return
        found = tuple(differences(wanted, got))
        if found:
            place = self._deepest(at, found[0].path)
            label = name.replace("/", " ")
            yield self._mismatch(place, f"{label}: not as expected", found)

    def _deepest(self, at: Path, inner: Path) -> Path:
        """Return the place of a part of a value; where it was an expression, of what holds it."""
        while inner and (*at, *inner) not in self._document.values:
            inner = inner[:-1]
        return (*at, *inner)

    def _of_names(self, name: str, expected: tuple[str, ...], got: list[str]) -> Iterator[Mismatch]:
        if list(expected) == got:
            return
        at, message = (*self._expect.at, name), f"{name}: not as expected"
        if max(len(expected), len(got)) > _FEW_NAMES:
            diff = [line for line in difflib.ndiff(expected, got) if line[0] != "?"]
            yield self._mismatch(at, message, diff=tuple(diff))
            return
        texts = [", ".join(names) or "nothing" for names in (expected, got)]
        yield self._mismatch(at, message, (Difference((), *texts),))
