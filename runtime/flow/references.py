"""The paths that expressions use: `steps.cart.lines[0]["sku"]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from sys import intern
from typing import Final

from jinja2 import nodes

Reference = tuple[str | int, ...]
"""A path that an expression uses: a name, then members and indexes."""

_PATH: Final = re.compile(
    r""" ([^\W\d]\w*) ((?: \.[^\W\d]\w* | \[[0-9]{1,9}\] | \["[^"\\]*"\] | \['[^'\\]*'\] )*) """,
    re.VERBOSE,
)
_PART: Final = re.compile(
    r""" \.(\w+) | \[([0-9]+)\] | \["([^"]*)"\] | \['([^']*)'\] """, re.VERBOSE
)
WORDS: Final = frozenset(("true", "false", "none", "True", "False", "None", "null")) | frozenset(
    ("and", "or", "not", "if", "else", "in", "is")
)
"""Words of expressions that are no names."""


def path_in(text: str) -> Reference | None:
    """Return the path that a text is, or None: then Jinja2's parser has the word.

    Its names are interned: a dictionary finds the very same text faster than an equal one.
    """
    found = _PATH.fullmatch(text)
    if found is None or found[1] in WORDS:
        return None
    members = (
        int(part[2]) if part[2] else intern(part[1] or part[3] or part[4] or "")
        for part in _PART.finditer(found[2])
    )
    return (intern(found[1]), *members)


def path_of(tree: nodes.Node) -> Reference | None:
    """Return the path that a tree is, or None if it is more than a path."""
    parts: list[str | int] = []
    while not isinstance(tree, nodes.Name):
        if isinstance(tree, nodes.Getattr):
            parts.append(tree.attr)
        elif isinstance(tree, nodes.Getitem) and isinstance(tree.arg, nodes.Const):
            if type(tree.arg.value) not in (str, int):
                return None
            parts.append(tree.arg.value)
        else:
            return None
        tree = tree.node
    return (tree.name, *reversed(parts))


def references(tree: nodes.Node) -> Iterator[Reference]:
    """Yield the longest paths in a tree."""
    path = path_of(tree)
    if path is not None:
        yield path
        return
    for child in tree.iter_child_nodes():
        yield from references(child)
