"""Jinja2 for JSON values only: no Python attributes, no calls, nothing that grows without bound.

Jinja2's own sandbox is the floor. Above it, looking anything up means a member of an object or an
item of a list, the filters and tests are those of the flow language and no others, and every
operator that can make something large is asked for the size before it works.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.parser import Parser
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from ..violations import nearest, type_of
from .filters import FILTERS, MAX_DIGITS, MAX_TEXT, TESTS, UnusableValueError, concatenate

CONCATENATE: Final = "~"
"""The name of the filter behind `~`; no expression can spell it."""

_ALLOWED: Final = (
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.BinExpr,
    nodes.UnaryExpr,
    nodes.Concat,
)
_MAX_BITS: Final = int(MAX_DIGITS * math.log2(10))


class BadExpressionError(ValueError):
    """An expression that cannot be used; the message says why and what to do."""


class MissingError(Exception):
    """An expression used something that is not there."""


class Missing(StrictUndefined):
    """What a lookup gives that finds nothing: every use of it but `default` is an error."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise MissingError(self._undefined_hint or f"there is no name {self._undefined_name!r}")

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = (
        _fail_with_undefined_error
    )


def member(value: Any, name: Any) -> Any:
    """Return a member of an object or an item of a list; `Missing` if there is none.

    What is missing in something that is missing is missing too.
    """
    if isinstance(value, Missing):
        return value
    try:
        if isinstance(value, Mapping) or (isinstance(value, list) and type(name) is int):
            return value[name]
    except (KeyError, IndexError):
        pass
    return Missing(hint=missing_hint(value, name))


def missing_hint(value: Any, name: Any) -> str:
    """Return what is there instead of the member *name* of *value*."""
    if isinstance(value, Mapping):
        known = [str(key) for key in value]
        listed = ", ".join(known[:20]) or "no members at all"
        return f"there is no member {name!r}{nearest(str(name), known)} (there is: {listed})"
    if isinstance(value, list) and type(name) is int:
        return f"there is no item {name} in a list of {len(value)}"
    return f"{type_of(value)} has no member {name!r}"


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))
    intercepted_unops = frozenset(("+", "-"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        return member(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return member(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return _calculate(operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        _need_numbers(operator, arg)
        return -arg if operator == "-" else arg


ENVIRONMENT: Final = _Environment(undefined=Missing, autoescape=False, optimized=False)
ENVIRONMENT.globals.clear()
ENVIRONMENT.filters.clear()
ENVIRONMENT.filters.update(FILTERS)
ENVIRONMENT.filters[CONCATENATE] = concatenate
ENVIRONMENT.tests.clear()
ENVIRONMENT.tests.update(TESTS)


def _calculate(operator: str, left: Any, right: Any) -> Any:
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return concatenate([left, right])
    if operator == "+" and isinstance(left, list) and isinstance(right, list):
        return left + right
    if operator == "*" and isinstance(left, str) and type(right) is int:
        if len(left) * right > MAX_TEXT:
            raise UnusableValueError(_TOO_LONG)
        return left * right
    _need_numbers(operator, left, right)
    if operator == "**":
        _check_power(left, right)
    result = _OPERATORS[operator](left, right)
    if type(result) is int and result.bit_length() > _MAX_BITS:
        raise UnusableValueError(_TOO_MANY_DIGITS)
    return result


_TOO_LONG: Final = f"the text would be longer than {MAX_TEXT} characters"
_TOO_MANY_DIGITS: Final = f"the integer would have more than {MAX_DIGITS} digits"
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}


def _need_numbers(operator: str, *operands: Any) -> None:
    for operand in operands:
        if isinstance(operand, Missing):
            bool(operand)  # raises what is missing
        if type(operand) not in (int, float):
            message = f"{operator!r} needs numbers, got {type_of(operand)}"
            raise UnusableValueError(message)


def _check_power(base: Any, exponent: Any) -> None:
    are_whole = type(base) is int and type(exponent) is int and exponent > 0
    if are_whole and base.bit_length() * exponent > _MAX_BITS + 64:
        raise UnusableValueError(_TOO_MANY_DIGITS)


class _BoundConcatenation(NodeTransformer):
    """Puts the bounded filter in place of `~`, which no sandbox can intercept."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802  Jinja2's name
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, CONCATENATE, [], [], None, None, lineno=node.lineno)


def parse(text: str) -> nodes.Expr:
    """Return the syntax tree of an expression that the flow language allows.

    Raises:
        BadExpressionError: It is not an expression, or uses what there is not.
    """
    try:
        parser = Parser(ENVIRONMENT, text, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            message = f"unexpected {parser.stream.current.value!r} after the expression"
            raise BadExpressionError(message)
    except (TemplateError, RecursionError) as error:
        reason = str(error) if isinstance(error, TemplateError) else "it is nested too deep"
        message = f"not an expression: {reason}"
        raise BadExpressionError(message) from None
    tree.set_environment(ENVIRONMENT)
    for node in [tree, *tree.find_all(nodes.Node)]:
        _check(node)
    return tree


def _check(node: nodes.Node) -> None:
    if isinstance(node, nodes.Call):
        message = "calls are not allowed; use a filter, as in 'items | length'"
        raise BadExpressionError(message)
    if not isinstance(node, _ALLOWED):
        message = f"{type(node).__name__.lower()} is not allowed in an expression"
        raise BadExpressionError(message)
    if isinstance(node, nodes.Filter | nodes.Test):
        known = FILTERS if isinstance(node, nodes.Filter) else TESTS
        what = type(node).__name__.lower()
        if node.name not in known:
            message = f"there is no {what} {node.name!r}{nearest(node.name, known)}"
            raise BadExpressionError(message)
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            message = f"the arguments of {what} {node.name!r} must be written one by one"
            raise BadExpressionError(message)


def compile_tree(tree: nodes.Expr) -> Callable[[Mapping[str, Any]], Any]:
    """Return the function that evaluates a tree, given the names that it uses.

    The function raises `MissingError`, `UnusableValueError`, or what Python raises.
    """
    bounded = _BoundConcatenation().visit(tree)
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), bounded, lineno=1)]
    template = ENVIRONMENT.from_string(nodes.Template(body, lineno=1))
    render = template.root_render_func

    def evaluate(names: Mapping[str, Any]) -> Any:
        context = template.new_context(dict(names))
        for _ in render(context):
            pass  # an assignment prints nothing
        value = context.vars["result"]
        if isinstance(value, Undefined):
            bool(value)  # raises what is missing
        return value

    return evaluate
