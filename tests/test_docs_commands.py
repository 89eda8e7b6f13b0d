"""What the manual types into a terminal, page by page: it is done, and says what is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import manual

PAGES = [
    page
    for page in manual.PAGES
    if any(snippet.language == "console" for snippet in manual.snippets_of(page))
]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> manual.Terminal:
    for name in [name for name in os.environ if name.startswith("CARTFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return manual.Terminal(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_a_page_say_what_it_shows(terminal: manual.Terminal, page: Path) -> None:
    for snippet in manual.snippets_of(page):
        terminal.write(snippet)
        if snippet.language != "console" or snippet.needs_server:
            continue
        for command in manual.commands_of(snippet):
            said = terminal.run(command.text)
            if said is None:
                continue
            assert said.status == manual.status_of(command.shown), (command, said.text)
            assert not command.shown or manual.fits(said.text, command.shown), (command, said.text)


@pytest.mark.parametrize(
    ("said", "shown", "expected"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\nb\n", "a\n", False),
        ("took 13 ms\n", "took 2 ms\n", True),
        ("took 1.5 s\n", "took 2 ms\n", True),
        ("id: x.y\n", "id: …\n", True),
        ("id: x\nmore\n", "id: …\n", False),
        ("a\nb\nc\n", "a\n…\n", True),
        ("a\nb\nc\n", "…\nc\n", True),
        ("axb\n", "a.b\n", False),
    ],
)
def test_what_is_shown_is_compared(said: str, shown: str, expected: bool) -> None:
    assert manual.fits(said, shown) is expected
