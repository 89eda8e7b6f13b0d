"""What is known where a condition holds: which paths are neither missing nor null."""

from __future__ import annotations

from typing import Final

from jinja2 import nodes

from ..expressions import Value
from ..references import Reference, path_of
from ..sandbox import parse
from .model import MISSING, SKIPPED, Type

Facts = frozenset[tuple[str | int | None, ...]]
"""Paths that hold something that is neither missing nor null; with None at its end, a path that may
be null but is not missing."""

_NOTHING: Final[Facts] = frozenset()
_TESTS: Final = frozenset(
    ("string", "number", "boolean", "mapping", "sequence", "true", "false", "startswith")
)
"""Tests that neither null nor anything missing passes."""


def facts_of(node: nodes.Node, *, holds: bool) -> Facts:
    """Return the paths that hold something where a condition holds, or where it does not."""
    if isinstance(node, nodes.Not):
        return facts_of(node.node, holds=not holds)
    if isinstance(node, nodes.And if holds else nodes.Or):
        return facts_of(node.left, holds=holds) | facts_of(node.right, holds=holds)
    if isinstance(node, nodes.Test):
        if node.name == "defined":
            return _defined(node.node) if holds else _NOTHING
        is_told = (holds and node.name in _TESTS) or (node.name == "none" and not holds)
        return _with_owners(node.node) if is_told else _NOTHING
    if isinstance(node, nodes.Compare):
        return _of_comparison(node, holds=holds)
    return _with_owners(node) if holds else _NOTHING


def _of_comparison(node: nodes.Compare, *, holds: bool) -> Facts:
    """Return what `x != none` and `x == 1` say about `x`."""
    if len(node.ops) != 1:
        return _NOTHING
    (operand,) = node.ops
    if not isinstance(operand.expr, nodes.Const):
        return _NOTHING
    is_equal = (operand.op == "eq") is holds if operand.op in ("eq", "ne") else None
    is_null = operand.expr.value is None
    return _with_owners(node.expr) if is_equal is (not is_null) else _NOTHING


def narrowed(found: Type, path: Reference, facts: Facts) -> Type:
    """Return the type of what stands at a path, given what is known of it."""
    if path in facts:
        return found.without(MISSING, SKIPPED, "null")
    return found.without(MISSING) if (*path, None) in facts else found


def _defined(node: nodes.Node) -> Facts:
    """Return what is known of a path that is not missing: all that it leads through is there."""
    path = path_of(node)
    if path is None:
        return _NOTHING
    owners = (path[:length] for length in range(1, len(path)))
    return frozenset([*owners, (*path, None)])


def _with_owners(node: nodes.Node) -> Facts:
    """Return a path and all that it leads through: they are there, or it would be missing."""
    path = path_of(node)
    if path is None:
        return _NOTHING
    return frozenset(path[:length] for length in range(1, len(path) + 1))


def facts_of_value(condition: Value | None, *, holds: bool = True) -> Facts:
    """Return the paths that hold something behind an `if` that holds, or that does not."""
    if condition is None or condition.is_constant:
        return _NOTHING
    expression = condition.expressions[0][1]
    if expression.path is None:
        return facts_of(parse(expression.text), holds=holds)
    lengths = range(1, len(expression.path) + 1) if holds else ()
    return frozenset(expression.path[:length] for length in lengths)
