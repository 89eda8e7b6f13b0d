"""The pytest plugin: files called `NAME.flowtest.yaml` are collected, each test is an item.

pytest loads it by its entry point wherever cartflow is installed, also for suites that have no flow
tests: so it imports next to nothing until there is one. `-p no:cartflow` switches it off.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from .errors import InvalidDocumentError
from .flow.testing.files import SUFFIXES

if TYPE_CHECKING:  # imported when the first file is collected
    from .flow.testing.model import FlowTest
    from .flow.testing.verdicts import Verdict
    from .workbench import Suite, Workbench

_WORKBENCH: Final = f"{__package__}.workbench:Workbench"
_bench: Final = pytest.StashKey["Workbench"]()


class FlowTestFailedError(Exception):
    """A flow test failed.

    Attributes:
        verdict: How.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.title)
        self.verdict = verdict


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Return what collects a file of flow tests; None for other files."""
    if not file_path.name.endswith(SUFFIXES):
        return None
    collector: pytest.Collector = FlowTestFile.from_parent(parent, path=file_path)
    return collector


def pytest_unconfigure(config: pytest.Config) -> None:
    """Throw the stores of the tests away."""
    bench = config.stash.get(_bench, None)
    if bench is not None:
        bench.close()


class FlowTestFile(pytest.File):
    """One file of flow tests."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield its tests.

        Raises:
            CollectError: The file, or its flow, is not valid.
        """
        bench = _bench_of(self.config)
        try:
            suite = bench.load(_shown_path(self.path))
        except InvalidDocumentError as error:
            raise self.CollectError(str(error)) from None
        for test in suite.tests:
            yield FlowTestItem.from_parent(self, name=test.title, suite=suite, test=test)


class FlowTestItem(pytest.Item):
    """One flow test."""

    def __init__(self, *, suite: Suite, test: FlowTest, **members: Any) -> None:
        super().__init__(**members)
        self._suite = suite
        self._test = test

    def runtest(self) -> None:
        """Run it.

        Raises:
            FlowTestFailedError: Something is not as it should be.
        """
        verdict = _bench_of(self.config).run(self._suite, self._test)
        if not verdict.is_passed:
            raise FlowTestFailedError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what to tell of a failure: of ours no traceback, which would show this file."""
        if isinstance(excinfo.value, FlowTestFailedError):
            return "\n".join(excinfo.value.verdict.lines())
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return file, line (counted from 0) and title."""
        line = self._suite.document.span(self._test.at).line
        return self.path, line - 1, self.name


def _bench_of(config: pytest.Config) -> Workbench:
    """Return the workbench of this session; opening it imports most of cartflow."""
    if _bench not in config.stash:
        config.stash[_bench] = pkgutil.resolve_name(_WORKBENCH)()
    return config.stash[_bench]


def _shown_path(path: Path) -> Path:
    """Return a path as people give it: relative, if it is below the working directory."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else Path(relative)
