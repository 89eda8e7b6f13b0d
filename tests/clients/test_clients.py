"""Clients that know nothing of cartflow do what docs/clients.md has them do, and say what it shows.

Each section of the page is one test: its files are written, its commands typed into one shell, its
programs run, and what they say is held against what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import pytest

from ..manual import CLIENTS, FENCE, Snippet, commands_of, fits
from .conftest import Site

_HEADING: Final = re.compile(r"^### (.+)$", re.MULTILINE)
_FILE: Final = re.compile(r"(?:#|//) ([\w-]+\.(?:graphql|json|mjs|py))\n")
_PROGRAMS: Final = {"python": "python", "javascript": "node"}


class Piece(NamedTuple):
    """A snippet of a section, and what the page shows below it of what it prints."""

    snippet: Snippet
    shown: str


def sections() -> dict[str, list[Piece]]:
    """Return the snippets of the page by the heading that they stand under."""
    _, *parts = _HEADING.split(CLIENTS.read_text("utf-8"))
    return {
        title: list(_pieces(FENCE.findall(text)))
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _pieces(found: list[tuple[str, str]]) -> Iterator[Piece]:
    for (language, text), (after, shown) in pairwise([*found, ("", "")]):
        if language:
            yield Piece(Snippet(CLIENTS, 0, language, text), "" if after else shown)


SECTIONS: Final = sections()


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_clients_say_what_the_page_shows(site: Site, section: list[Piece]) -> None:
    local = site.customer_of_its_own()
    for snippet, _ in section:
        if named := _FILE.match(snippet.text):
            (site.folder / named[1]).write_text(local(snippet.text), "utf-8")

    shells = [snippet for snippet, _ in section if snippet.language == "console"]
    typed = [command for snippet in shells for command in commands_of(snippet)]
    said = site.type(local(command.text) for command in typed) if typed else []
    for command, text in zip(typed, said, strict=True):
        assert not command.shown or fits(text, command.shown), (command, text)

    for snippet, shown in section:
        if snippet.language in _PROGRAMS:
            named = _FILE.match(snippet.text)
            assert named, f"a program needs a name: {snippet.text[:60]}"
            assert shown, f"what does {named[1]} print?"
            printed = site.run([_PROGRAMS[snippet.language], named[1]])
            assert fits(printed, shown), printed


_OWN_WORK: Final = {
    "GraphQL": ("isn't authorized",),
    "Actions": ("cancelCartAsyncOperation", "INVALID_OPERATION"),
}
"""What GraphQL has no field for, and what clients of each kind are refused with."""


@pytest.mark.parametrize("title", SECTIONS)
def test_each_client_does_the_same_work(title: str) -> None:
    text = "".join(piece.snippet.text + piece.shown for piece in SECTIONS[title])
    work = ("mergeCarts", "setCartAsInactive", *_OWN_WORK[title.split()[0]])

    assert [it for it in work if it not in text] == []


def test_every_client_that_is_installed_has_a_section() -> None:
    text = "".join(piece.snippet.text for pieces in SECTIONS.values() for piece in pieces)
    imported = set(re.findall(r'(?:^from |from ")([@\w/]+)', text, re.MULTILINE))

    assert {"gql", "simple_salesforce", "jsforce", "@apollo/client"} <= imported
    assert "sf api request rest" in text
