"""The pages in `docs/rules`, made of the rules' docstrings. Run it to write them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple

from cartflow.runtime.flow.rules import RULES, SECTIONS, Rule

from .docs_tables import DOCS
from .runtime.flow.hotel import contract_table

FOLDER = DOCS / "rules"
_FENCE = re.compile(r"^```(yaml|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LABELS = ("This breaks the rule:", "This does not:")


class Example(NamedTuple):
    """A flow in the docstring of a rule."""

    language: str
    text: str


def examples_of(rule: type[Rule]) -> list[Example]:
    """Return the example that breaks a rule and the mended one; none of a few rules."""
    return [Example(*found.groups()) for found in _FENCE.finditer(inspect.getdoc(rule) or "")]


def page_of(rule: type[Rule]) -> str:
    """Return the page about a rule."""
    summary, _, rest = (inspect.getdoc(rule) or "").partition("\n")
    labels = iter(_LABELS)
    body = _FENCE.sub(lambda found: f"{next(labels)}\n\n{found[0]}", rest.strip())
    said = f"*{rule.level}* · [all rules](README.md)"
    return f"# {rule.id()}\n\n**{summary}**\n\n{body}\n\n{said}\n"


def _contents() -> Iterator[str]:
    for title, module in SECTIONS.items():
        yield f"\n## {title}\n"
        yield "| rule | level | |\n|---|---|---|"
        for rule in RULES.values():
            if rule.__module__ == module.__name__:
                summary = (inspect.getdoc(rule) or "").partition("\n")[0]
                yield f"| [{rule.id()}]({rule.id()}.md) | {rule.level} | {summary} |"


def contents() -> str:
    """Return the page that lists all rules."""
    return _HEAD.format(table=contract_table()) + "\n".join(_contents()) + "\n"


_HEAD = """# The rules of the checker

`cartflow check FILE…` reports every place where a flow breaks one of these rules. An *error* is a
flow that is never run; a *warning* is one that runs, but hardly as it was meant. Each rule has a
page with an example that breaks it and the mended one.

The examples call the actions of a small hotel (`?`: the input is optional):

{table}
"""


def pages() -> dict[str, str]:
    """Return name to text of every page."""
    return {
        "README.md": contents(),
        **{f"{rule.id()}.md": page_of(rule) for rule in RULES.values()},
    }


def main() -> None:
    """Write all pages, and remove those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for page in FOLDER.glob("*.md"):
        if page.name not in found:
            page.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
