"""The requests of the manual's page get the answers that stand behind them."""

from __future__ import annotations

import json
from typing import Any

from ...manual import DOCS, snippets_of
from .conftest import Door


def fits(said: Any, shown: Any) -> bool:
    """Return whether an answer is what is shown, members in the same order; `…` is any text."""
    if shown == "…":
        return isinstance(said, str)
    if isinstance(shown, dict):
        return list(said) == list(shown) and all(fits(said[name], shown[name]) for name in shown)
    if isinstance(shown, list):
        return len(said) == len(shown) and all(map(fits, said, shown))
    return bool(said == shown) and type(said) is type(shown)


def test_requests_are_answered_as_shown(sqlite_door: Door) -> None:
    page = list(snippets_of(DOCS / "graphql.md"))
    requests = [index for index, snippet in enumerate(page) if snippet.language == "graphql"]

    for index in requests:
        answer = sqlite_door.ask(page[index].text)
        assert fits(answer, json.loads(page[index + 1].text)), (page[index].place, answer)

    assert len(requests) == 3
