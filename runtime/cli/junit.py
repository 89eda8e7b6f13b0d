"""Results of flow tests as JUnit XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from ..flow.testing.verdicts import Verdict
from .test_results import FileResult

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow, not even as a reference."""


def write_junit(file: Path, results: Sequence[FileResult]) -> None:
    """Write the results of all files.

    Raises:
        OSError: The file cannot be written.
    """
    root = ElementTree.Element("testsuites", name="cartflow")
    for result in results:
        root.append(_suite(result))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.3f}")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n', "utf-8")


def _suite(result: FileResult) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_clean(result.name))
    suite.set("tests", str(len(result.verdicts) + bool(result.problems)))
    suite.set("failures", str(sum(not verdict.is_passed for verdict in result.verdicts)))
    suite.set("errors", str(int(bool(result.problems))))
    suite.set("time", f"{sum(verdict.seconds for verdict in result.verdicts):.3f}")
    for verdict in result.verdicts:
        suite.append(_case(verdict, result.name))
    if result.problems:
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(result.name))
        case.set("name", "the file can be read")
        case.set("file", _clean(result.name))
        case.set("time", "0.000")
        problems = [str(problem) for problem in result.problems]
        _tell(ElementTree.SubElement(case, "error"), problems[0], problems)
    return suite


def _case(verdict: Verdict, name: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_clean(name), name=_clean(verdict.title))
    case.set("file", _clean(verdict.source))
    case.set("line", str(verdict.line))
    case.set("time", f"{verdict.seconds:.3f}")
    if not verdict.is_passed:
        failure = ElementTree.SubElement(case, "failure")
        _tell(failure, verdict.mismatches[0].message, list(verdict.lines()))
    return case


def _tell(element: ElementTree.Element, message: str, lines: Sequence[str]) -> None:
    element.set("message", _clean(message))
    element.text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """Return a text that XML can hold: a control character is shown as Python writes it."""
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
