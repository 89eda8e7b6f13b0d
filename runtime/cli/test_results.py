"""Results of flow tests on a terminal, as users of pytest know them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import click

from ..errors import Problem
from ..flow.testing.coverage import Coverage
from ..flow.testing.verdicts import Verdict


@dataclass(slots=True)
class FileResult:
    """What came of the tests in one file.

    Attributes:
        name: The file, as the user gave it.
        problems: Why it could not be used; then there are no verdicts.
        verdicts: Of each test that ran.
    """

    name: str
    problems: Sequence[Problem] = ()
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def is_passed(self) -> bool:
        """Whether there is nothing to complain about."""
        return not self.problems and all(verdict.is_passed for verdict in self.verdicts)


class Progress:
    """Writes a character for each test while they run, or a line.

    Args:
        is_verbose: A line for each.
    """

    def __init__(self, *, is_verbose: bool) -> None:
        self._is_verbose = is_verbose

    def file(self, name: str) -> None:
        """Begin a file."""
        if not self._is_verbose:
            click.echo(f"{name} ", nl=False)

    def test(self, verdict: Verdict) -> None:
        """Tell of a test."""
        passed = verdict.is_passed
        color = "green" if passed else "red"
        if self._is_verbose:
            place = f"{verdict.source}:{verdict.line}"
            word = click.style("PASSED" if passed else "FAILED", color)
            click.echo(f"{place}: {verdict.title} {word}")
        else:
            click.echo(click.style("." if passed else "F", color), nl=False)

    def broken(self, name: str) -> None:
        """Tell of a file that cannot be used."""
        if self._is_verbose:
            click.echo(f"{name} {click.style('ERROR', 'red')}")
        else:
            click.echo(click.style("E", "red"), nl=False)

    def end(self) -> None:
        """End a file."""
        if not self._is_verbose:
            click.echo()


def show_failures(results: Iterable[FileResult]) -> None:
    """Tell what is wrong, test by test."""
    for result in results:
        if result.problems:
            _rule(f"ERROR in {result.name}", "_")
            for problem in result.problems:
                click.echo(str(problem))
        for verdict in result.verdicts:
            if not verdict.is_passed:
                _rule(verdict.title, "_")
                for line in verdict.lines():
                    click.echo(line)


def show_coverage(coverages: Sequence[Coverage]) -> None:
    """Tell what of each flow no test has reached."""
    if not coverages:
        return
    _rule("coverage", "-")
    for coverage in coverages:
        # never rounded up: 100 % means that nothing is missing
        click.echo(f"{int(coverage.percent):3d} %  {coverage.source}")
        for gap in coverage.gaps():
            click.echo(f"       {coverage.source}:{gap.line}:{gap.column}: {gap.what}")


def show_summary(results: Sequence[FileResult], left_out: int, seconds: float) -> None:
    """Tell how many tests passed and failed."""
    verdicts = [verdict for result in results for verdict in result.verdicts]
    failed = [verdict for verdict in verdicts if not verdict.is_passed]
    broken = [result for result in results if result.problems]
    for result in broken:
        click.echo(f"{click.style('ERROR', 'red')} {result.name}")
    for verdict in failed:
        click.echo(
            f"{click.style('FAILED', 'red')} {verdict.source}:{verdict.line}: {verdict.title}"
        )
    counts = [
        (len(failed), "failed"),
        (len(verdicts) - len(failed), "passed"),
        (len(broken), "error" if len(broken) == 1 else "errors"),
        (left_out, "deselected"),
    ]
    told = ", ".join(f"{number} {word}" for number, word in counts if number) or "no tests ran"
    is_good = not failed and not broken and verdicts
    _rule(f"{told} in {seconds:.2f}s", "=", "green" if is_good else "red")


def _rule(title: str, mark: str, color: str | None = None) -> None:
    """Write a title in the middle of a line as wide as the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    click.echo(click.style(f" {title} ".center(width, mark), color, bold=color is not None))
