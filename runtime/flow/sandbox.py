"""Jinja2 for JSON values only: no Python attributes, no calls, nothing that grows without bound.

An expression is read by Jinja2's parser. Every node must be of a kind that the language has; then
lookups, operators and comparisons are rewritten to functions of ours, and Jinja2 compiles the rest.
Its own sandbox is the floor underneath.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from jinja2 import TemplateError, nodes
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeVisitor

from ..violations import nearest
from .filters import FILTERS
from .limits import MAX_BITS, MAX_DIGITS, UnusableValueError, as_text, concatenate
from .members import Missing, computed_member, member, present, snapshot
from .operators import TESTS, calculate, compare, cut, signed

MAX_NESTING: Final = 64
"""Levels of one expression, operators included; Python's parser knows 200 brackets."""

_ESCAPE: Final = re.compile(r"\\(?:\\|(?![4-7][0-7]{2})[\'\"abfnrtv0-7xuUN\n])|(?P<bad>\\)")
"""Jinja2 takes what Python takes, and Python still takes, with a warning, what it will not soon."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class BadExpressionError(ValueError):
    """An expression that cannot be used; the message says why and what to do."""


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
    intercepted_unops = frozenset(("+", "-"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        return member(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return member(obj, argument)

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return calculate(operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        return signed(operator, arg)


def _object(*pairs: Any) -> dict[str, Any]:
    """Return an object of names and values, in turns."""
    names, values = pairs[::2], pairs[1::2]
    if all(isinstance(present(name), str) for name in names):
        return dict(zip(names, map(present, values), strict=True))
    message = "the names in an object must be texts"
    raise UnusableValueError(message)


_INNER: Final[Mapping[str, Callable[..., Any]]] = {
    "@name": lambda names, name: snapshot(names(name)),
    "@owner": lambda names, name: names(name),
    "@item": computed_member,
    "@slice": cut,
    "@compare": compare,
    "@texts": lambda *parts: concatenate(as_text(present(part)) for part in parts),
    "@list": lambda *items: [present(item) for item in items],
    "@object": _object,
    "@nothing": lambda _: Missing(lambda: "the condition does not hold, and there is no 'else'"),
}
"""What nodes are rewritten to; no expression can spell these names."""

_ENVIRONMENT: Final = _Environment(undefined=Missing, autoescape=False, optimized=False)
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters = {**FILTERS, **_INNER}
_ENVIRONMENT.tests = dict(TESTS)


def parse(text: str) -> nodes.Expr:
    """Return the syntax tree of an expression.

    Raises:
        BadExpressionError: It is not a Jinja2 expression.
    """
    if not text:
        message = "the expression is empty"
        raise BadExpressionError(message)
    if any(found["bad"] for found in _ESCAPE.finditer(text)):
        message = r"unknown escape after '\'; write '\\' for a backslash"
        raise BadExpressionError(message)
    try:
        parser = Parser(_ENVIRONMENT, text, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            message = f"unexpected {parser.stream.current.value!r} after the expression"
            raise BadExpressionError(message)
    except TemplateError as error:
        said = str(error.message).replace("'end of template'", "the end")
        message = f"not an expression: {said}"
        raise BadExpressionError(message) from None
    except RecursionError:
        raise BadExpressionError(_TOO_DEEP) from None
    except ValueError as error:
        if isinstance(error, BadExpressionError):
            raise
        message = f"an integer has at most {MAX_DIGITS} digits"
        raise BadExpressionError(message) from None
    return tree


_TOO_DEEP: Final = f"the expression is nested more than {MAX_NESTING} levels deep; split it"

Resolve = Callable[[str], Any]
"""Returns what a name stands for, or `Missing`."""


def compile_tree(tree: nodes.Expr) -> Callable[[Resolve], Any]:
    """Return the function that evaluates a tree.

    The function raises `MissingError`, `UnusableValueError`, or what Python raises.

    Raises:
        BadExpressionError: The tree has something that the flow language has not.
    """
    try:
        rewritten = _Rewriting().visit(tree, 0)
        body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), rewritten, lineno=1)]
        template = _ENVIRONMENT.from_string(nodes.Template(body, lineno=1))
    except RecursionError:  # the caller's own depth counts too
        raise BadExpressionError(_TOO_DEEP) from None
    render = template.root_render_func

    def evaluate(resolve: Resolve) -> Any:
        context = template.new_context({"names": resolve}, shared=True)
        for _ in render(context):
            pass  # an assignment prints nothing
        return present(context.vars["result"])

    return evaluate


class _Rewriting(NodeVisitor):
    """Checks a tree, and makes of it one that calls our functions.

    Its methods are called by the names of Jinja2's nodes: a node without one is refused.
    """

    def visit(self, node: nodes.Node, depth: int, *_: Any) -> nodes.Expr:
        if depth > MAX_NESTING:
            raise BadExpressionError(_TOO_DEEP)
        work = getattr(self, f"_{type(node).__name__.lower()}", None)
        if work is None and isinstance(node, nodes.BinExpr | nodes.UnaryExpr):
            work = self._operator
        if work is None:
            reason = _REFUSED.get(type(node), f"{type(node).__name__.lower()!r} is not allowed")
            raise BadExpressionError(reason)
        rewritten: nodes.Expr = work(node, depth + 1)
        return rewritten

    def _all(self, found: list[Any], depth: int) -> list[Any]:
        return [self.visit(node, depth) for node in found]

    def _const(self, node: nodes.Const, _: int) -> nodes.Expr:
        value = node.value
        if isinstance(value, float) and not math.isfinite(value):
            message = "the number is too large for 64 bits"
            raise BadExpressionError(message)
        if type(value) is int and value.bit_length() > MAX_BITS:
            message = f"an integer has at most {MAX_DIGITS} digits"
            raise BadExpressionError(message)
        if isinstance(value, str) and _SURROGATE.search(value):
            message = "half of a surrogate pair stands alone; write the whole character"
            raise BadExpressionError(message)
        return node

    def _name(self, node: nodes.Name, _: int) -> nodes.Expr:
        if node.name == "null":
            message = "there is no name 'null' in expressions; write 'none'"
            raise BadExpressionError(message)
        return _inner("@name", nodes.Name("names", "load"), nodes.Const(node.name))

    def _owner(self, node: nodes.Expr, depth: int) -> nodes.Expr:
        """Return what something is looked up in; of a view such as `steps` the view itself."""
        rewritten = self.visit(node, depth)
        if isinstance(node, nodes.Name) and isinstance(rewritten, nodes.Filter):
            rewritten.name = "@owner"
        return rewritten

    def _getattr(self, node: nodes.Getattr, depth: int) -> nodes.Expr:
        return nodes.Getattr(self._owner(node.node, depth), node.attr, "load")

    def _getitem(self, node: nodes.Getitem, depth: int) -> nodes.Expr:
        owner, index = self._owner(node.node, depth), node.arg
        if isinstance(index, nodes.Slice):
            bounds = (index.start, index.stop, index.step)
            wanted = [self.visit(bound or nodes.Const(None), depth) for bound in bounds]
            return _inner("@slice", owner, *wanted)
        if isinstance(index, nodes.Const) and type(index.value) in (str, int):
            return nodes.Getitem(owner, self.visit(index, depth), "load")
        return _inner("@item", owner, self.visit(index, depth))

    def _list(self, node: nodes.List, depth: int) -> nodes.Expr:
        items = self._all(node.items, depth)
        return _inner("@list", *items) if items else nodes.List([])

    def _dict(self, node: nodes.Dict, depth: int) -> nodes.Expr:
        parts = [part for pair in node.items for part in (pair.key, pair.value)]
        return _inner("@object", *self._all(parts, depth)) if parts else nodes.Dict([])

    def _concat(self, node: nodes.Concat, depth: int) -> nodes.Expr:
        return _inner("@texts", *self._all(node.nodes, depth))

    def _condexpr(self, node: nodes.CondExpr, depth: int) -> nodes.Expr:
        test, value = self._all([node.test, node.expr1], depth)
        other = self.visit(node.expr2, depth) if node.expr2 else _inner("@nothing", nodes.Const(0))
        return nodes.CondExpr(test, value, other)

    def _operator(self, node: Any, depth: int) -> nodes.Expr:
        is_unary = isinstance(node, nodes.UnaryExpr)
        operands = [node.node] if is_unary else [node.left, node.right]
        rebuilt: nodes.Expr = type(node)(*self._all(operands, depth))
        return rebuilt

    def _compare(self, node: nodes.Compare, depth: int) -> nodes.Expr:
        operands = [node.expr, *(operand.expr for operand in node.ops)]
        names = tuple(operand.op for operand in node.ops)
        return _inner("@compare", nodes.Const(names), *self._all(operands, depth))

    def _filter(self, node: nodes.Filter, depth: int) -> nodes.Expr:
        _check_filter(node)
        return self._applied(node, depth)

    def _test(self, node: nodes.Test, depth: int) -> nodes.Expr:
        _check_arguments("test", node, TESTS)
        return self._applied(node, depth)

    def _applied(self, node: Any, depth: int) -> nodes.Expr:
        subject, *arguments = self._all([node.node, *node.args], depth)
        named = [nodes.Keyword(part.key, self.visit(part.value, depth)) for part in node.kwargs]
        rebuilt: nodes.Expr = type(node)(subject, node.name, arguments, named, None, None)
        return rebuilt


_REFUSED: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Call: "calls are not allowed; use a filter, as in 'items | length'",
    nodes.Tuple: "JSON has no tuples; write a list: [a, b]",
}


def _inner(name: str, subject: nodes.Expr, *others: nodes.Expr) -> nodes.Filter:
    """Return a call of one of our own functions; `_INNER` has them."""
    return nodes.Filter(subject, name, list(others), [], None, None)


def _check_filter(node: nodes.Filter) -> None:
    """Refuse a filter that there is not, also where one is named in an argument."""
    _check_arguments("filter", node, FILTERS)
    at = {"map": 0, "select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}.get(node.name)
    if at is None or at >= len(node.args):
        return
    what, table = ("filter", FILTERS) if node.name == "map" else ("test", TESTS)
    argument = node.args[at]
    if isinstance(argument, nodes.Const):
        _check_name(what, argument.value, table)


def _check_name(what: str, name: Any, table: Mapping[str, Any]) -> None:
    if name not in table:
        message = f"there is no {what} {name!r}{nearest(str(name), table)}"
        raise BadExpressionError(message)


def _check_arguments(what: str, node: Any, table: Mapping[str, Callable[..., Any]]) -> None:
    _check_name(what, node.name, table)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        message = f"the arguments of {what} {node.name!r} must be written one by one"
        raise BadExpressionError(message)
    named = {part.key: None for part in node.kwargs}
    try:
        inspect.signature(table[node.name]).bind(None, *node.args, **named)
    except TypeError as error:
        message = f"the arguments of {what} {node.name!r} do not fit: {error}"
        raise BadExpressionError(message) from None
