"""`cartflow test`: flow tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from ..errors import InvalidDocumentError, UsageError
from ..flow.testing.files import SUFFIXES, flowtest_beside
from ..violations import nearest
from ..workbench import Suite, Workbench
from .exits import REFUSED, EndedError
from .junit import write_junit
from .selecting import Selects, selection
from .session import Session
from .test_results import FileResult, Progress, show_coverage, show_failures, show_summary

NOTHING_FOUND: Final = 5
"""The exit status if there was no test to run; that of pytest."""

_EXAMPLES: Final = """\b
Examples:
  cartflow test
  cartflow test flows/buy-now.flowtest.yaml -v
  cartflow test flows -k 'declined or unavailable' -x
"""


@click.command(epilog=_EXAMPLES)
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option("-k", "expression", metavar="EXPR", help="Only tests whose file or title has this.")
@click.option("-x", "stops", is_flag=True, help="Stop at the first test that fails.")
@click.option("-v", "is_verbose", is_flag=True, help="A line for each test.")
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML as well.")
@click.option("--no-coverage", is_flag=True, help="Do not tell what no test has reached.")
@click.pass_obj
def test(
    session: Session,
    paths: tuple[str, ...],
    expression: str | None,
    stops: bool,
    is_verbose: bool,
    junit: str | None,
    no_coverage: bool,
) -> None:
    """Run the flow tests in files called NAME.flowtest.yaml, here and below, or under the PATHs.

    No store is touched: actions answer as the tests say. The exit status is 1 if a test fails, 5 if
    there is none.
    """
    began = time.perf_counter()
    selects = selection(expression) if expression is not None else None
    files = list(_files(paths or (".",)))
    with Workbench(session.plugins) as bench:
        for name in bench.refused_plugins():
            message = f"warning: the plugin {name!r} does not work as it should"
            click.echo(f"{message}; see 'cartflow plugins'", err=True)
        run = _TestRun(bench, Progress(is_verbose=is_verbose), selects, stops=stops)
        run.run(files)
    show_failures(run.results)
    if not no_coverage and run.is_complete:
        show_coverage(run.bench.coverages)
    show_summary(run.results, run.left_out, time.perf_counter() - began)
    if junit is not None:
        write_junit(Path(junit), run.results)
    if not all(result.is_passed for result in run.results):
        raise EndedError(REFUSED)
    if not any(result.verdicts for result in run.results):
        raise EndedError(NOTHING_FOUND)


class _TestRun:
    """One run of tests.

    Attributes:
        results: What came of each file.
        left_out: How many tests were not selected.
        is_complete: Whether all tests ran, so that it means something what none has reached.
    """

    def __init__(
        self, bench: Workbench, progress: Progress, selects: Selects | None, *, stops: bool
    ) -> None:
        self.bench = bench
        self._progress = progress
        self._selects = selects
        self._stops = stops
        self.results: list[FileResult] = []
        self.left_out = 0
        self.is_complete = True

    def run(self, files: Sequence[Path]) -> None:
        """Run the tests in all files, or up to the first that fails."""
        for file in files:
            result = self._file(file)
            if result.problems or result.verdicts:
                self.results.append(result)
            if self._stops and not result.is_passed:
                self.is_complete = False
                return
        self.is_complete = self.left_out == 0

    def _file(self, file: Path) -> FileResult:
        result = FileResult(str(file))
        try:
            suite = self.bench.load(file)
        except InvalidDocumentError as error:
            result.problems = error.problems
            self._progress.file(result.name)
            self._progress.broken(result.name)
            self._progress.end()
            return result
        self._tests(suite, result)
        return result

    def _tests(self, suite: Suite, result: FileResult) -> None:
        about = f"{result.name} {suite.subject.flow.name}"
        selected = [
            test
            for test in suite.tests
            if self._selects is None or self._selects(f"{about} {test.title}")
        ]
        self.left_out += len(suite.tests) - len(selected)
        if not selected:
            return
        self._progress.file(result.name)
        for test in selected:
            verdict = self.bench.run(suite, test)
            result.verdicts.append(verdict)
            self._progress.test(verdict)
            if self._stops and not verdict.is_passed:
                break
        self._progress.end()


def _files(paths: Sequence[str]) -> Iterator[Path]:
    """Yield the files of tests that the paths name, each once, in order.

    Raises:
        UsageError: A path names nothing, or something else.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _files_at(Path(path)):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _files_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(_below(path))
    elif path.name.endswith(SUFFIXES) and path.is_file():
        yield path
    elif path.is_file():
        beside = flowtest_beside(path)
        if beside is None:
            message = f"{str(path)!r} holds no flow tests; expected a file NAME.flowtest.yaml"
            raise UsageError(message)
        yield beside
    else:
        near = nearest(str(path), map(str, path.parent.glob("*.flowtest.*")))
        message = f"there is no file or folder {str(path)!r}{near}"
        raise UsageError(message)


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files of tests below a folder; hidden folders are not looked into."""
    for inner, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "." and name != "node_modules"]
        for name in names:
            if name.endswith(SUFFIXES):
                yield Path(inner, name)
