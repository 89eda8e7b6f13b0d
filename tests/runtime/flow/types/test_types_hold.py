"""Whatever an expression comes to has the type that was worked out for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartflow.runtime.bundling import compile_schema
from cartflow.runtime.flow.expressions import ExpressionError, compile_expression, compile_value
from cartflow.runtime.flow.types.expressions import Typing
from cartflow.runtime.flow.types.model import ANY, type_of_value
from cartflow.runtime.flow.types.relations import conflict
from cartflow.runtime.flow.types.schemas import SchemaTypes
from cartflow.runtime.flow.types.written import to_schema

from ..evaluating import Bound

TEXTS = ("a", "b", "", "1.5")
NAMES = ("a", "b", "c")
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "integer": st.integers(-3, 3) | st.sampled_from([2.0, -1.0, 1e300]),
    "number": st.sampled_from([0.5, -1.25, 1e308, 3, 2.0]),
    "string": st.sampled_from(TEXTS),
}
DEFINITIONS: dict[str, Any] = {
    "tree": {
        "type": "object",
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"$ref": "#/$defs/tree"}},
        "required": ["a"],
        "additionalProperties": False,
    },
    "texts": {"type": "array", "items": {"enum": ["a", "b"]}, "title": "Texts"},
}
Pair = tuple[Any, Any]
"""A schema and a value that satisfies it."""


@st.composite
def trees(draw: Any, depth: int = 3) -> Any:
    tree: dict[str, Any] = {"a": draw(st.none() | st.integers(0, 2))}
    if depth and draw(st.booleans()):
        tree["b"] = draw(trees(depth - 1))
    return tree


@st.composite
def pairs(draw: Any, depth: int = 3) -> Pair:
    kinds = ["scalar", "nullable", "enum", "const", "anything", "tree", "texts"]
    kinds += ["object", "object", "list", "list", "tuple", "all", "either", "map"] * bool(depth)
    schema, value = _PAIRS[draw(st.sampled_from(kinds))](draw, depth - 1)
    return schema, value


def _scalar(draw: Any, _: int) -> Pair:
    kind = draw(st.sampled_from(list(SCALARS)))
    return {"type": kind}, draw(SCALARS[kind])


def _nullable(draw: Any, depth: int) -> Pair:
    schema, value = _scalar(draw, depth)
    return {"type": sorted({schema["type"], "null"})}, draw(st.sampled_from([value, None]))


def _enum(draw: Any, _: int) -> Pair:
    some = st.sampled_from(["a", "b", 2, 0.5, None, True])
    values = draw(st.lists(some, min_size=1, unique=True))
    return {"enum": values}, draw(st.sampled_from(values))


def _const(draw: Any, _: int) -> Pair:
    value = draw(st.sampled_from(["a", 2, None, {"a": [1, "b"]}, [], [[1], 2]]))
    return {"const": value}, value


def _anything(draw: Any, _: int) -> Pair:
    return draw(st.sampled_from([True, {}, {"title": "Any"}])), draw(
        st.sampled_from([None, 1, 0.5, "a", [1, "a"], {"a": 1, "b": [2]}])
    )


def _object(draw: Any, depth: int) -> Pair:
    found = {name: draw(pairs(depth)) for name in draw(st.sets(st.sampled_from(NAMES)))}
    required = [name for name in found if draw(st.booleans())]
    schema = {
        "type": "object",
        "properties": {name: pair[0] for name, pair in found.items()},
        "required": required,
        "additionalProperties": draw(st.sampled_from([True, False])),
    }
    value = {
        name: pair[1] for name, pair in found.items() if name in required or draw(st.booleans())
    }
    if schema["additionalProperties"] and draw(st.booleans()):
        value["d"] = draw(SCALARS["string"])
    return schema, value


def _list(draw: Any, depth: int) -> Pair:
    schema, value = draw(pairs(depth))
    return {"type": "array", "items": schema}, draw(st.sampled_from([[], [value], [value, value]]))


def _tuple(draw: Any, depth: int) -> Pair:
    found = draw(st.lists(pairs(depth), min_size=1, max_size=3))
    schema = {"type": "array", "prefixItems": [pair[0] for pair in found], "items": False}
    return schema, [pair[1] for pair in found][: draw(st.integers(0, 3))]


def _all(draw: Any, depth: int) -> Pair:
    schema, value = draw(pairs(depth))
    own = {"a": {"type": ["integer", "string", "null", "object", "array", "boolean", "number"]}}
    return {"allOf": [schema, {"properties": own}]}, value


def _either(draw: Any, depth: int) -> Pair:
    found = draw(st.lists(pairs(depth), min_size=1, max_size=3))
    return {"anyOf": [pair[0] for pair in found]}, draw(st.sampled_from(found))[1]


def _map(draw: Any, depth: int) -> Pair:
    schema, value = draw(pairs(depth))
    names = draw(st.sets(st.sampled_from(NAMES)))
    return {"type": "object", "additionalProperties": schema}, dict.fromkeys(names, value)


_PAIRS: dict[str, Any] = {
    "scalar": _scalar,
    "nullable": _nullable,
    "enum": _enum,
    "const": _const,
    "anything": _anything,
    "tree": lambda draw, _: ({"$ref": "#/$defs/tree"}, draw(trees())),
    "texts": lambda draw, _: ({"$ref": "#/$defs/texts"}, draw(st.lists(st.sampled_from("ab")))),
    "object": _object,
    "list": _list,
    "tuple": _tuple,
    "all": _all,
    "either": _either,
    "map": _map,
}

# ---- expressions

FILTERS = (
    *("length", "first", "last", "sum", "min", "max", "sort", "unique", "reverse", "join"),
    *("list", "keys", "values", "items", "lower", "upper", "trim", "int", "float", "string"),
    *("round", "abs", "tojson", "fromjson", "split", "select", "reject"),
    *("default(0)", "default('x', true)", "default", "int('x')", "float(none)", "round(1)"),
    *("sum(start=0.5)", "sum('a')", "map('default', 1)", "map('upper')", "map('length')"),
    *("map(attribute='a')", "map(attribute='b.a')", "map(attribute='a', default=0)"),
    *("map(attribute='0')", "selectattr('a')", "rejectattr('a', 'none')", "select('number')"),
    *("selectattr('a', 'defined')", "max(attribute='a')", "sort(attribute='a')", "join(',')"),
    *("merge({'a': 1})", "merge({})", "replace('a', 'b')", "unique(attribute='a')"),
)
TESTS = ("defined", "none", "string", "number", "mapping", "sequence", "true", "eq(1)")
SYMBOLS = ("+", "-", "*", "/", "//", "%")
LEAVES = ("x", "x", "x", "y", "1", "0.5", "'a'", "none", "true", "[]", "[1, x]", "{'a': x}", "{}")


@st.composite
def expressions(draw: Any, depth: int = 4) -> str:
    if depth == 0:
        return str(draw(st.sampled_from(LEAVES)))
    inner = expressions(depth - 1)
    form = draw(st.sampled_from(_FORMS))
    return str(form(draw, inner))


_FORMS: list[Any] = [
    *[lambda draw, _: draw(st.sampled_from(LEAVES))] * 2,
    *[lambda draw, inner: f"({draw(inner)}).{draw(st.sampled_from(NAMES))}"] * 4,
    *[lambda draw, inner: f"({draw(inner)})[{draw(st.sampled_from((0, 1, -1)))}]"] * 2,
    *[lambda draw, inner: f"({draw(inner)}) | {draw(st.sampled_from(FILTERS))}"] * 6,
    lambda draw, inner: f"({draw(inner)})[{draw(st.sampled_from(('1:', ':1', '::-1')))}]",
    lambda draw, inner: f"({draw(inner)})[{draw(inner)}]",
    lambda draw, inner: f"({draw(inner)}) if ({draw(inner)}) else ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) if ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) and ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) or ({draw(inner)})",
    lambda draw, inner: f"not ({draw(inner)})",
    lambda draw, inner: f"-({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) ~ ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) == ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) is {draw(st.sampled_from(TESTS))}",
    lambda draw, inner: f"x if x is {draw(st.sampled_from(TESTS))} else {draw(inner)}",
    *[lambda draw, inner: f"({draw(inner)}) {draw(st.sampled_from(SYMBOLS))} 2"] * 2,
    lambda draw, inner: f"({draw(inner)}) + ({draw(inner)})",
    lambda draw, inner: f"({draw(inner)}) * ({draw(inner)})",
]


def check(schema: Any, value: Any, text: str) -> None:
    root = {"properties": {"x": schema}, "$defs": DEFINITIONS}
    known = SchemaTypes(root).of(schema)
    typing = Typing(lambda name: known if name == "x" else ANY)
    expression = compile_expression(text)
    try:
        result = expression.evaluate(Bound({"x": value, "y": {"a": [value]}}))
    except ExpressionError:
        return

    found = typing.expression(expression)

    validator = compile_schema(to_schema(found))
    assert validator.is_valid(result), (text, schema, value, result, to_schema(found))
    assert conflict(type_of_value(result), found) is None


@given(pairs(), expressions())
@settings(deadline=None)
def test_a_value_has_the_type_of_its_expression(pair: Pair, text: str) -> None:
    check(*pair, text)


@given(pairs())
@settings(deadline=None)
def test_a_value_has_the_type_of_its_schema(pair: Pair) -> None:
    check(*pair, "x")
    check(*pair, "[x][0]")


@given(pairs(), expressions(2), expressions(2))
@settings(deadline=None)
def test_a_value_with_expressions_in_it_has_its_type(pair: Pair, one: str, other: str) -> None:
    schema, value = pair
    raw = {"one": f"${{{{ {one} }}}}", "both": [f"{other} ${{{{ {other} }}}}", 1.0, "a"]}
    compiled = compile_value(raw, lambda path, message: pytest.fail(f"{path}: {message}"))
    known = SchemaTypes({"properties": {"x": schema}, "$defs": DEFINITIONS}).of(schema)
    try:
        result = compiled.evaluate(Bound({"x": value, "y": {"a": [value]}}))
    except ExpressionError:
        return

    found = Typing(lambda name: known if name == "x" else ANY).value(compiled)

    assert compile_schema(to_schema(found)).is_valid(result)
