"""Values of a flow file: JSON with `${{ expressions }}` in its texts, compiled once.

Most expressions are plain paths such as `steps.cart.id`: those become a chain of lookups. The rest
goes to Jinja2, in the sandbox that knows JSON values only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, Final

from jinja2 import TemplateError, nodes

from ..errors import ActionError
from .document import Path
from .limits import (
    UnusableValueError,
    add_part,
    as_text,
    check_size,
    concatenate,
    in_parts,
    start_work,
)
from .lookups import look_up
from .members import MissingError, member, named, present
from .members import Names as Names
from .references import Reference as Reference
from .references import path_in, path_of, references
from .sandbox import BadExpressionError, compile_tree, parse
from .texts import CLOSING, cut, pieces
from .texts import OPENING as OPENING

Evaluate = Callable[[Names], Any]

_MAX_LENGTH: Final = 20_000
"""Characters of one expression."""


class ExpressionError(ActionError):
    """`EXPRESSION_FAILED`: an expression has no value; it says which, and why, without values."""

    def __init__(self, expression: str, reason: str) -> None:
        message = f"the expression {expression!r} failed: {reason}"
        super().__init__("EXPRESSION_FAILED", message, expression=expression, reason=reason)


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression.

    Attributes:
        text: As the author wrote it, without the delimiters.
        references: Every path that it uses, as far as it is written down.
        path: The path, if the expression is nothing but one.
        filters: The names of the filters in it.
        evaluate: Returns its value; raises `ExpressionError`.
    """

    text: str
    references: tuple[Reference, ...]
    path: Reference | None
    filters: frozenset[str]
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value that may have expressions in it.

    Attributes:
        raw: As it stands in the file.
        evaluate: Returns the JSON value; raises `ExpressionError`. Objects and lists that stand in
            the file are new ones each time.
        is_constant: Whether there is no expression in it.
        expressions: All expressions in it, each with its path inside the value.
        constant: The value, if it is constant, else None.
    """

    raw: Any
    evaluate: Evaluate
    is_constant: bool
    expressions: tuple[tuple[Path, Expression], ...]
    constant: Any = None


Report = Callable[[Path, str], None]
"""Takes note of what is wrong with a value: the path inside it, and a sentence."""


def compile_value(raw: Any, report: Report) -> Value:
    """Return a compiled value; what is wrong with it is reported, and stands as null."""
    found: list[tuple[Path, Expression]] = []
    evaluate = _compile(raw, (), report, found)
    if found:
        return Value(raw, _bounded(raw, evaluate, found), False, tuple(found))
    return Value(raw, evaluate, True, (), evaluate(NO_NAMES))


def compile_condition(raw: Any, report: Report) -> Value:
    """Return a compiled value of a place where only an expression makes sense.

    The delimiters may be left out there; other text around them may not.
    """
    if not isinstance(raw, str):
        return compile_value(raw, report)
    text = raw.strip()
    try:
        if text.startswith(OPENING):
            text, end = cut(text, len(OPENING))
            if end != len(raw.strip()):
                message = f"expected one expression, with or without {OPENING!r} and {CLOSING!r}"
                raise BadExpressionError(message)
        expression = compile_expression(text)
    except BadExpressionError as error:
        report((), str(error))
        return compile_value(None, report)
    return Value(raw, expression.evaluate, False, (((), expression),))


@lru_cache(maxsize=1000)
def compile_expression(text: str) -> Expression:
    """Return a compiled expression.

    Raises:
        BadExpressionError: It is not an expression, or uses what there is not.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        message = f"the expression is longer than {_MAX_LENGTH} characters; split it"
        raise BadExpressionError(message)
    path = path_in(text)
    if path is not None:
        return Expression(text, (path,), path, frozenset(), _lookups(text, path))
    tree = parse(text)
    evaluate = _by_jinja(text, tree)
    found = (tree, *tree.find_all(nodes.Filter))
    filters = frozenset(node.name for node in found if isinstance(node, nodes.Filter))
    return Expression(text, tuple(references(tree)), path_of(tree), filters, evaluate)


# ---- compilation


class _NoNames:
    """What the names in a constant stand for: there are none."""

    def get(self, name: str) -> Any:
        raise KeyError(name)

    def available(self) -> list[str]:
        return []


NO_NAMES: Final = _NoNames()


def _compile(
    raw: Any, path: Path, report: Report, found: list[tuple[Path, Expression]]
) -> Evaluate:
    """Return the evaluation of a value at *path*; its expressions are added to *found*."""
    if isinstance(raw, str):
        return _compile_text(raw, path, report, found) if OPENING in raw else lambda _: raw
    if isinstance(raw, dict):
        for name in raw:
            if OPENING in name:
                message = f"names are never evaluated; remove {OPENING!r} from {name!r}"
                report((*path, name), message)
        members = [
            (name, _compile(member, (*path, name), report, found)) for name, member in raw.items()
        ]
        return lambda names: {name: evaluate(names) for name, evaluate in members}
    if isinstance(raw, list):
        items = [_compile(item, (*path, at), report, found) for at, item in enumerate(raw)]
        return lambda names: [evaluate(names) for evaluate in items]
    return lambda _: raw


def _compile_text(
    raw: str, path: Path, report: Report, found: list[tuple[Path, Expression]]
) -> Evaluate:
    """Return the value of a text: its one expression's, or the text with all of them put in."""
    try:
        parts = [
            compile_expression(part) if is_expression else part
            for is_expression, part in pieces(raw)
        ]
    except BadExpressionError as error:
        report(path, str(error))
        return lambda _: None
    expressions = [part for part in parts if isinstance(part, Expression)]
    found.extend((path, expression) for expression in expressions)
    if len(parts) == 1 and expressions:
        return expressions[0].evaluate
    return lambda names: _fill(raw, parts, names)


def _fill(raw: str, parts: list[str | Expression], names: Names) -> str:
    def texts() -> Iterator[str]:
        for part in parts:  # one by one: together they may be a thousand times too long
            value = part if isinstance(part, str) else part.evaluate(names)
            start_work()
            yield as_text(value)

    try:
        text = concatenate(texts())
        add_part(text)
    except UnusableValueError as error:
        raise ExpressionError(raw, str(error)) from None
    return text


_FEW: Final = 16
_SCALARS: Final = frozenset((str, int, float, bool, type(None)))


def _bounded(raw: Any, evaluate: Evaluate, found: list[tuple[Path, Expression]]) -> Evaluate:
    """Return an evaluation that refuses what would be too large when it is written down.

    What is in a text is bounded already.
    """
    if not isinstance(raw, dict | list):
        return evaluate
    text = found[0][1].text
    few = len(raw) <= _FEW
    whole = evaluate if len(found) == 1 else in_parts(evaluate)

    def bounded(names: Names) -> Any:
        value = whole(names)
        parts = value.values() if type(value) is dict else value
        if few and _SCALARS.issuperset(map(type, parts)):
            return value  # the inputs of most actions: a few texts and numbers
        try:
            check_size(value)
        except UnusableValueError as error:
            raise ExpressionError(text, str(error)) from None
        return value

    return bounded


# ---- evaluation


def _lookups(text: str, path: Reference) -> Evaluate:
    """Return the evaluation of a plain path: a chain of lookups."""
    root, *members = path

    def one_by_one(names: Names) -> Any:
        try:
            return present(reduce(member, members, named(str(root), names)))
        except MissingError as error:
            raise ExpressionError(text, str(error)) from None

    return look_up(path, one_by_one)


def _by_jinja(text: str, tree: nodes.Expr) -> Evaluate:
    compiled = compile_tree(tree)

    def evaluate(names: Names) -> Any:
        start_work()
        try:
            value = compiled(lambda name: named(name, names))
            add_part(value)
        except (MissingError, UnusableValueError) as error:
            raise ExpressionError(text, str(error)) from None
        except _FAILURES:
            reason = "a value cannot be used this way"  # messages of Python may show the value
            raise ExpressionError(text, reason) from None
        return value

    return evaluate


_FAILURES: Final = (
    *(ArithmeticError, LookupError, MemoryError, RecursionError),
    *(TemplateError, TypeError, ValueError),
)
