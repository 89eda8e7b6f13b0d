"""The manual as the tests see it: its pages, their snippets, and what their commands say."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from click.testing import CliRunner

from cartflow import Application, create_app
from cartflow.runtime.cli.root import cli

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
PAGES: Final = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]

CLIENTS: Final = DOCS / "clients.md"
"""Its programs need a server; `tests/clients` runs them."""

FENCE: Final = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_FILE: Final = re.compile(r"# ([\w./-]+\.(?:yaml|json|toml))(, with mistakes)?\n")
_TIME: Final = re.compile(r"\b\d+(\.\d+)? ?(ms|s)\b")
_FAILS: Final = re.compile(r"^error:|: error |^FAILED|\b[1-9]\d* failed", re.MULTILINE)

_NOT_RUN: Final = ("make", "pip", "cartflow serve", "cartflow demo")
"""Commands that need more than a database: a server, the network. They have tests of their own."""

_SERVER: Final = "http://127.0.0.1:8000"
_OF_FILE: Final = re.compile(r"\$\(cat ([\w./-]+)\)")


class Snippet(NamedTuple):
    """A snippet, with the page and line where it stands."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def needs_server(self) -> bool:
        """Whether it is for a running server."""
        return self.page == CLIENTS and not self.text.startswith("$ cartflow ")

    @property
    def file(self) -> str | None:
        """The name of the file that it is, if it says so in its first line."""
        found = _FILE.match(self.text)
        return found[1] if found else None

    @property
    def has_mistakes(self) -> bool:
        """Whether it says that it shows what is wrong."""
        found = _FILE.match(self.text)
        return bool(found and found[2])


class Command(NamedTuple):
    """A command of a page, with what the page shows of what it says, if anything."""

    place: str
    text: str
    shown: str


class Said(NamedTuple):
    """What a command said, and its exit status."""

    text: str
    status: int


def snippets_of(page: Path) -> Iterator[Snippet]:
    """Yield the snippets of a page, in order."""
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        yield Snippet(page, text.count("\n", 0, found.start()) + 1, found[1], found[2])


def commands_of(snippet: Snippet) -> Iterator[Command]:
    """Yield the commands of a snippet: `$ COMMAND`, and behind it what it says."""
    text = snippet.text.replace("\\\n", " ")
    assert text.startswith("$ "), f"{snippet.place}: expected '$ COMMAND'"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Command(snippet.place, command, shown)


class Terminal:
    """Where the commands of one page are typed, in one folder.

    Args:
        folder: An empty one; it has to be the working directory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            "CARTFLOW_DATABASE_URL": f"sqlite:///{folder}/cartflow.db",
            "CARTFLOW_CART_SANDBOX_DIR": str(folder / "sandbox"),
        }

    def write(self, snippet: Snippet) -> None:
        """Write the file that a snippet is, if it is one."""
        if snippet.file is not None:
            file = self._folder / snippet.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(snippet.text, "utf-8")

    def run(self, command: str) -> Said | None:
        """Run a command; None for one that is not to be run here."""
        if command.startswith(_NOT_RUN):
            return None
        command = _OF_FILE.sub(lambda found: self._read(found[1]), command)
        program, *arguments = shlex.split(command)
        if program == "export":
            name, _, value = arguments[0].partition("=")
            self._environment[name] = value
            return Said("", 0)
        if program == "curl":
            return Said(self._request(arguments) + "\n", 0)
        assert program == "cartflow", command
        target = arguments[-1] if arguments[-2:-1] == [">"] else None
        if target is not None:
            arguments = arguments[:-2]
        result = CliRunner().invoke(cli, arguments, env=self._environment)
        if target is not None:
            (self._folder / target).write_text(result.stdout, "utf-8")
            return Said(result.stderr, result.exit_code)
        return Said(result.output, result.exit_code)

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text("utf-8").rstrip("\n")

    def _request(self, arguments: list[str]) -> str:
        """Return what the server of the page's database answers to a request of curl's."""
        given = _CURL.parse_args(arguments)
        assert given.url.startswith(_SERVER), given.url
        headers = [(name, text.strip()) for name, _, text in (it.partition(":") for it in given.H)]
        body = "&".join([*given.d, *(_encoded(it) for it in given.data_urlencode)])
        if body and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        with Application.open(environment=self._environment) as app:
            response = (
                create_app(app)
                .test_client()
                .open(
                    given.url.removeprefix(_SERVER),
                    base_url=_SERVER,
                    method=given.X or ("POST" if body else "GET"),
                    headers=headers,
                    data=body,
                )
            )
        return response.get_data(as_text=True)


_CURL: Final = argparse.ArgumentParser("curl", add_help=False, allow_abbrev=False)
_CURL.add_argument("-X")
_CURL.add_argument("-H", action="append", default=[])
_CURL.add_argument("-d", action="append", default=[])
_CURL.add_argument("--data-urlencode", action="append", default=[])
_CURL.add_argument("url")


def _encoded(member: str) -> str:
    name, _, text = member.partition("=")
    return f"{name}={quote(text)}"


def status_of(shown: str) -> int:
    """Return the exit status that goes with what a page shows."""
    return 1 if _FAILS.search(shown) else 0


def fits(said: str, shown: str) -> bool:
    """Return whether a page shows what was said: times may differ, `…` stands for anything."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == "…" else _pattern(line) + r"\n"
        for line in shown.splitlines()
    ]
    return re.fullmatch("".join(lines), said) is not None


def _pattern(line: str) -> str:
    parts = [re.escape(_TIME.sub("TIME", part)) for part in line.split("…")]
    return ".*".join(parts).replace("TIME", r"\d+(?:\.\d+)? ?m?s")
