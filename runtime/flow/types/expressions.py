"""The types of expressions, and of values that have expressions in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import nodes

from ..document import Path
from ..expressions import Expression, Value
from ..references import Reference, path_of
from ..sandbox import parse
from ..texts import OPENING, pieces
from .facts import Facts, facts_of, narrowed
from .filters import Call, filtered
from .lookups import items_of, member_of, sliced
from .model import (
    ANY,
    BOOLEAN,
    NUMBERS,
    OBJECT,
    SKIPPED,
    STRING,
    Type,
    list_type,
    missing,
    object_of,
    type_of_value,
    union,
)
from .notes import Note, Notes
from .operators import calculated, compared

TypeOf = Callable[[str], Type]
"""Returns the type of what a name stands for; `ANY` for one that there is not."""

Say = Callable[[Path, Note], None]
"""Takes note of something about the part at a path inside of a value."""


Seen = Callable[[Path, Expression, Type, bool], None]
"""Is told of each expression in a value: its path there, its type, whether it is all of a text."""


def _silent(*_: Any) -> None:
    """Tell nobody: the checker does when it looks at the same expression."""


class Typing:
    """Works out types at one place of a flow.

    Args:
        type_of: Knows the names there.
        facts: The paths that are known to hold something that is neither missing nor null.
        say: Is told what is found out besides.
        seen: Is told of each expression in a value.
    """

    def __init__(
        self,
        type_of: TypeOf,
        facts: Facts = frozenset(),
        say: Say = _silent,
        seen: Seen = _silent,
    ) -> None:
        self._type_of = type_of
        self._facts = facts
        self._say = say
        self._seen = seen

    # ---- values

    def value(self, value: Value) -> Type:
        """Return the type of a value."""
        if value.is_constant:
            return type_of_value(value.constant)
        inside: dict[Path, list[Expression]] = {}
        for path, expression in value.expressions:
            inside.setdefault(path, []).append(expression)
        return self._part(value.raw, (), inside)

    def condition(self, value: Value) -> Type:
        """Return the type of a value of a place where the delimiters may be left out."""
        if value.is_constant:
            return type_of_value(value.constant)
        return self.expression(value.expressions[0][1], ())

    def _part(self, raw: Any, path: Path, inside: Mapping[Path, list[Expression]]) -> Type:
        if isinstance(raw, dict):
            members = {name: self._part(it, (*path, name), inside) for name, it in raw.items()}
            return object_of(members)
        if isinstance(raw, list):
            return list_type([self._part(it, (*path, at), inside) for at, it in enumerate(raw)])
        found = inside.get(path)
        if found is None:
            return type_of_value(written(raw) if isinstance(raw, str) else raw)
        is_all = is_one_expression(raw)
        types = [self.expression(expression, path) for expression in found]
        for expression, type_ in zip(found, types, strict=True):
            self._seen(path, expression, type_, is_all)
        return types[0] if is_all else STRING

    def expression(self, expression: Expression, path: Path = ()) -> Type:
        """Return the type of what an expression comes to, if it comes to anything.

        Args:
            expression: The expression.
            path: Where it stands in its value.
        """
        notes = Notes(lambda note: self._say(path, note), expression.text)
        if expression.path is not None:
            found = self._path(expression.path)
        else:
            found = _Tree(self._type_of, self._facts, notes).visit(_tree(expression.text))
        return notes.present(found)

    def _path(self, path: Reference) -> Type:
        if self._facts:
            return along(path, self._type_of, self._facts)
        found = self._type_of(str(path[0]))
        for name in path[1:]:
            found = member_of(found, name)
        return found


def along(path: Reference, type_of: TypeOf, facts: Facts) -> Type:
    """Return the type of a path where some paths are known to hold something."""
    found = type_of(str(path[0]))
    for at, name in enumerate(path):
        found = narrowed(member_of(found, name) if at else found, path[: at + 1], facts)
    return found


def is_one_expression(raw: str) -> bool:
    """Return whether a text is one expression and nothing around it."""
    if not raw.startswith(OPENING):
        return False
    found = pieces(raw)
    return next(found)[0] and next(found, None) is None


def written(raw: str) -> str:
    """Return a text without expressions as it will be: `$${{` stands for the delimiter itself."""
    return raw.replace("$" + OPENING, OPENING)


@lru_cache(maxsize=1000)
def _tree(text: str) -> nodes.Expr:
    return parse(text)


class _Tree:
    """Goes through the tree of one expression."""

    def __init__(self, type_of: TypeOf, facts: Facts, notes: Notes) -> None:
        self._type_of = type_of
        self._facts = facts
        self._notes = notes

    def visit(self, node: nodes.Node) -> Type:
        """Return the type of a node; it may be missing."""
        work = _KINDS.get(type(node))
        if work is not None:
            return work(self, node)
        if isinstance(node, nodes.BinExpr):
            operands = self.present(node.left), self.present(node.right)
            return calculated(node.operator, *operands, self._notes)
        return ANY

    def present(self, node: nodes.Node) -> Type:
        """Return the type of a node of which a value is needed."""
        return self._notes.present(self.visit(node))

    def under(self, condition: nodes.Node, *, holds: bool) -> _Tree:
        """Return what goes through nodes that matter only where a condition holds, or not."""
        facts = self._facts | facts_of(condition, holds=holds)
        return _Tree(self._type_of, facts, self._notes)

    def _name(self, node: nodes.Name) -> Type:
        return along((node.name,), self._type_of, self._facts)

    def _const(self, node: nodes.Const) -> Type:
        return type_of_value(node.value)

    def _texts(self, node: nodes.Concat) -> Type:
        for part in node.nodes:
            self.present(part)
        return STRING

    def _list(self, node: nodes.List) -> Type:
        return list_type([self.present(item) for item in node.items])

    def _dict(self, node: nodes.Dict) -> Type:
        keys = [self._notes.usable(_TEXT, "an object", self.visit(it.key)) for it in node.items]
        values = [self.present(it.value) for it in node.items]
        names = [next(iter(key.strings)) if key.strings else None for key in keys]
        if None in names or any(len(key.strings or ()) != 1 for key in keys):
            return OBJECT
        return object_of({str(name): it for name, it in zip(names, values, strict=True)})

    def _getattr(self, node: nodes.Getattr) -> Type:
        return self._looked_up(node, node.node, node.attr)

    def _getitem(self, node: nodes.Getitem) -> Type:
        index = node.arg
        if isinstance(index, nodes.Slice):
            owner = self._notes.usable(_SLICED, "a slice", self.visit(node.node))
            for bound in (index.start, index.stop, index.step):
                if bound is not None:
                    self._notes.usable(_BOUND, "a slice", self.visit(bound))
            return sliced(owner) if owner.kinds else ANY
        if isinstance(index, nodes.Const) and type(index.value) in (str, int):
            return self._looked_up(node, node.node, index.value)
        owner = self.visit(node.node)
        wanted = self._notes.usable(_NAMED, "a lookup in brackets", self.visit(index))
        if "array" in owner.kinds and wanted.kinds == {"integer"} and owner.kinds == {"array"}:
            return items_of(owner)
        return ANY

    def _looked_up(self, node: nodes.Node, owner: nodes.Node, name: str | int) -> Type:
        found = member_of(self.visit(owner), name)
        path = path_of(node) if self._facts else None
        return found if path is None else narrowed(found, path, self._facts)

    def _conditional(self, node: nodes.CondExpr) -> Type:
        self.present(node.test)
        value = self.under(node.test, holds=True).visit(node.expr1)
        if node.expr2 is None:
            return union(value, missing("the condition may not hold, and there is no 'else'"))
        return union(value, self.under(node.test, holds=False).visit(node.expr2))

    def _and(self, node: nodes.And) -> Type:
        left = self.present(node.left)
        return union(left, self.under(node.left, holds=True).visit(node.right))

    def _or(self, node: nodes.Or) -> Type:
        left = self.present(node.left).without("null", SKIPPED)
        return union(left, self.under(node.left, holds=False).visit(node.right))

    def _not(self, node: nodes.Not) -> Type:
        self.present(node.node)
        return BOOLEAN

    def _signed(self, node: nodes.UnaryExpr) -> Type:
        return self._notes.usable(NUMBERS, node.operator, self.visit(node.node))

    def _compare(self, node: nodes.Compare) -> Type:
        left = self.present(node.expr)
        for operand in node.ops:
            right = self.present(operand.expr)
            compared(operand.op, left, right, self._notes)
            left = right
        return BOOLEAN

    def _test(self, node: nodes.Test) -> Type:
        subject = self.visit(node.node)
        given = [self.present(argument) for argument in node.args]
        if node.name == "defined":
            return BOOLEAN
        subject = self._notes.present(subject)
        return compared(node.name, subject, given[0], self._notes) if given else BOOLEAN

    def _filter(self, node: nodes.Filter) -> Type:
        subject = self.visit(node.node) if node.node is not None else ANY
        given = tuple(self.visit(argument) for argument in node.args)
        named = {str(it.key): self.visit(it.value) for it in node.kwargs}
        return filtered(Call(node.name, subject, given, named, self._notes))


_TEXT: Final = frozenset(("string",))
_SLICED: Final = frozenset(("string", "array"))
_BOUND: Final = frozenset(("integer", "null", SKIPPED))
_NAMED: Final = frozenset(("string", "integer"))

_KINDS: Final[Mapping[type[nodes.Node], Callable[[_Tree, Any], Type]]] = {
    nodes.Name: _Tree._name,
    nodes.Const: _Tree._const,
    nodes.Concat: _Tree._texts,
    nodes.List: _Tree._list,
    nodes.Dict: _Tree._dict,
    nodes.Getattr: _Tree._getattr,
    nodes.Getitem: _Tree._getitem,
    nodes.CondExpr: _Tree._conditional,
    nodes.And: _Tree._and,
    nodes.Or: _Tree._or,
    nodes.Not: _Tree._not,
    nodes.Neg: _Tree._signed,
    nodes.Pos: _Tree._signed,
    nodes.Compare: _Tree._compare,
    nodes.Test: _Tree._test,
    nodes.Filter: _Tree._filter,
}
