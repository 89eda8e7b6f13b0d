"""Values of a flow file: JSON with `${{ expressions }}` in its texts, compiled once.

Most expressions are plain paths such as `steps.cart.id`: those become a chain of lookups. The rest
goes to Jinja2, in the sandbox that knows JSON values only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from jinja2 import TemplateError, nodes

from ..errors import ActionError
from ..violations import nearest
from .document import Path
from .filters import UnusableValueError, as_text
from .sandbox import (
    BadExpressionError,
    Missing,
    MissingError,
    compile_tree,
    missing_hint,
    parse,
)

OPENING: Final = "${{"
CLOSING: Final = "}}"

Reference = tuple[str | int, ...]
"""A path that an expression uses: a name, then members and indexes."""

Evaluate = Callable[["Names"], Any]


class Names(Protocol):
    """What the names in an expression stand for."""

    def get(self, name: str) -> Any:
        """Return the value of a name, or raise KeyError."""

    def available(self) -> list[str]:
        """Return the names there are, for messages."""


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
        evaluate: Returns its value; raises `ExpressionError`.
        tree: The syntax tree, for the checker.
    """

    text: str
    references: tuple[Reference, ...]
    path: Reference | None
    evaluate: Evaluate
    tree: nodes.Expr


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value that may have expressions in it.

    Attributes:
        raw: As it stands in the file.
        evaluate: Returns the JSON value; raises `ExpressionError`.
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
    if isinstance(raw, str):
        return _compile_text(raw, report)
    if isinstance(raw, dict):
        members = {name: compile_value(value, _below(name, report)) for name, value in raw.items()}
        for name in raw:
            if OPENING in name:
                report((name,), f"names are never evaluated; remove {OPENING!r} from {name!r}")
        return _compound(raw, list(members.items()), lambda names: _evaluate_object(members, names))
    if isinstance(raw, list):
        items = [compile_value(item, _below(index, report)) for index, item in enumerate(raw)]
        return _compound(
            raw, list(enumerate(items)), lambda names: [item.evaluate(names) for item in items]
        )
    return _constant(raw, raw)


def compile_condition(raw: Any, report: Report) -> Value:
    """Return a compiled value of a place where only an expression makes sense.

    The delimiters may be left out there; other text around them may not.
    """
    if not isinstance(raw, str):
        return compile_value(raw, report)
    text = raw.strip()
    if text.startswith(OPENING):
        try:
            inner, end = _cut(text, len(OPENING))
        except BadExpressionError as error:
            report((), str(error))
            return _constant(raw, None)
        if end != len(text):
            report((), f"expected one expression, with or without {OPENING!r} and {CLOSING!r}")
            return _constant(raw, None)
        text = inner
    return _of_expression(raw, text, report)


def compile_expression(text: str) -> Expression:
    """Return a compiled expression.

    Raises:
        BadExpressionError: It is not an expression, or uses what there is not.
    """
    text = text.strip()
    tree = parse(text)
    path = _path_of(tree)
    evaluate = _lookups(text, path) if path else _by_jinja(text, tree)
    return Expression(text, tuple(_references(tree)), path, evaluate, tree)


def _constant(raw: Any, value: Any) -> Value:
    return Value(raw, lambda names: value, True, (), value)


def _compound(raw: Any, parts: list[tuple[Any, Value]], evaluate: Evaluate) -> Value:
    expressions = tuple(
        ((name, *path), expression) for name, part in parts for path, expression in part.expressions
    )
    if all(part.is_constant for _, part in parts):
        constants = [(name, part.constant) for name, part in parts]
        value: Any = dict(constants) if isinstance(raw, dict) else [item for _, item in constants]
        return _constant(raw, value)
    return Value(raw, evaluate, False, expressions)


def _evaluate_object(members: Mapping[str, Value], names: Names) -> dict[str, Any]:
    return {name: member.evaluate(names) for name, member in members.items()}


def _below(name: str | int, report: Report) -> Report:
    return lambda path, message: report((name, *path), message)


def _of_expression(raw: str, text: str, report: Report) -> Value:
    try:
        expression = compile_expression(text)
    except BadExpressionError as error:
        report((), str(error))
        return _constant(raw, None)
    return Value(raw, expression.evaluate, False, (((), expression),))


def _compile_text(raw: str, report: Report) -> Value:
    """Return the value of a text: its one expression's, or the text with all of them put in."""
    if OPENING not in raw:
        return _constant(raw, raw)
    try:
        parts = [
            compile_expression(part) if is_expression else part
            for is_expression, part in _split(raw)
        ]
    except BadExpressionError as error:
        report((), str(error))
        return _constant(raw, None)
    expressions = tuple(((), part) for part in parts if isinstance(part, Expression))
    if not expressions:
        return _constant(raw, "".join(map(str, parts)))
    if len(parts) == 1:
        return Value(raw, expressions[0][1].evaluate, False, expressions)
    return Value(raw, lambda names: _fill(parts, names), False, expressions)


def _fill(parts: list[str | Expression], names: Names) -> str:
    return "".join(
        part if isinstance(part, str) else as_text(part.evaluate(names)) for part in parts
    )


def _split(raw: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of a text: whether it is an expression, and the piece."""
    plain, position = "", 0
    while True:
        start = raw.find(OPENING, position)
        if start < 0:
            break
        if start > 0 and raw[start - 1] == "$":  # `$${{` is a literal `${{`
            plain += raw[position : start - 1] + OPENING
            position = start + len(OPENING)
            continue
        if plain or start > position:
            yield False, plain + raw[position:start]
            plain = ""
        inner, position = _cut(raw, start + len(OPENING))
        yield True, inner
    if plain or position < len(raw):
        yield False, plain + raw[position:]


def _cut(text: str, start: int) -> tuple[str, int]:
    """Return the expression that begins at *start*, and where the text goes on behind it.

    Braces and delimiters inside of quotes or of an object do not end it.
    """
    depth, quote, position = 0, "", start
    while position < len(text):
        mark = text[position]
        if quote:
            if mark == "\\":
                position += 1
            elif mark == quote:
                quote = ""
        elif mark in "'\"":
            quote = mark
        elif depth == 0 and text.startswith(CLOSING, position):
            return text[start:position], position + len(CLOSING)
        elif mark in "{[(":
            depth += 1
        elif mark in "}])":
            depth -= 1
        position += 1
    message = f"the expression after {OPENING!r} has no end; close it with {CLOSING!r}"
    raise BadExpressionError(message)


# ---- evaluation


def _lookups(text: str, path: Reference) -> Evaluate:
    """Return the evaluation of a plain path: a chain of lookups."""
    root, *members = path

    def evaluate(names: Names) -> Any:
        try:
            value = names.get(root)  # type: ignore[arg-type]  # the first of a path is a name
        except KeyError:
            raise ExpressionError(text, _no_name(str(root), names)) from None
        for name in members:
            try:
                if type(value) is list and type(name) is int:
                    value = value[name]
                else:
                    value = _member_of(value, name)
            except (KeyError, IndexError, TypeError):
                raise ExpressionError(text, missing_hint(value, name)) from None
        return value

    return evaluate


def _member_of(value: Any, name: str | int) -> Any:
    if isinstance(value, Mapping):
        return value[name]
    raise TypeError


def _by_jinja(text: str, tree: nodes.Expr) -> Evaluate:
    used = sorted({node.name for node in tree.find_all(nodes.Name)} | _own_name(tree))
    compiled = compile_tree(tree)

    def evaluate(names: Names) -> Any:
        try:
            return _clean(compiled({name: _named(name, names) for name in used}))
        except (MissingError, UnusableValueError) as error:
            raise ExpressionError(text, str(error)) from None
        except _FAILURES as error:
            raise ExpressionError(text, _reason(error)) from None

    return evaluate


_FAILURES: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TemplateError,
    TypeError,
    ValueError,
)


def _reason(error: Exception) -> str:
    """Return why something failed, without the value that a message of Python may show."""
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, OverflowError):
        return "the number is too large"
    if isinstance(error, TypeError):  # these name types only
        return str(error)
    return "a value cannot be used this way"


def _named(name: str, names: Names) -> Any:
    try:
        return names.get(name)
    except KeyError:
        return Missing(hint=_no_name(name, names))


def _no_name(name: str, names: Names) -> str:
    known = names.available()
    return f"there is no name {name!r}{nearest(name, known)} (there is: {', '.join(known)})"


def _clean(value: Any) -> Any:
    """Return a result as a JSON value, or refuse it."""
    if value is None or type(value) in (str, bool, int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        message = "the result is not a JSON number"
        raise UnusableValueError(message)
    if isinstance(value, Mapping):
        return {_name(name): _clean(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, Missing):
        bool(value)  # raises what is missing
    if isinstance(value, str):
        return str(value)
    message = "the result is not a JSON value"
    raise UnusableValueError(message)


def _name(name: Any) -> str:
    if isinstance(name, str):
        return name
    message = "the names in an object must be texts"
    raise UnusableValueError(message)


# ---- what an expression refers to


def _own_name(tree: nodes.Expr) -> set[str]:
    return {tree.name} if isinstance(tree, nodes.Name) else set()


def _path_of(tree: nodes.Node) -> Reference | None:
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


def _references(tree: nodes.Node) -> Iterator[Reference]:
    """Yield the longest paths in a tree."""
    path = _path_of(tree)
    if path is not None:
        yield path
        return
    for child in tree.iter_child_nodes():
        yield from _references(child)
