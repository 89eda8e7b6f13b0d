from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.flow.expressions import (
    ExpressionError,
    compile_condition,
    compile_expression,
    compile_value,
)
from cartflow.runtime.flow.filters import FILTERS
from cartflow.runtime.flow.operators import TESTS
from cartflow.runtime.flow.sandbox import BadExpressionError

from .evaluating import NAMES, Bound, check, compiled, evaluate, reason, refusal


def problems_of(raw: Any) -> list[tuple[Any, str]]:
    problems: list[tuple[Any, str]] = []
    compile_value(raw, lambda path, message: problems.append((path, message)))
    return problems


# ---- looking things up


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inputs.one", 1),
        (" inputs.one ", 1),
        ("inputs.object.items", 5),
        ('inputs["object"]["x-y"]', 7),
        ("inputs['object'].items", 5),
        ("inputs.list[0]", 3),
        ("inputs.list[-1]", 2),
        ("inputs.lines[1].tags[0]", "y"),
        ("inputs.list[inputs.one]", 1),
        ("inputs['li' ~ 'st'][0]", 3),
        ("steps.cart.lines[0].sku", "q"),
        ("steps.skipped", None),
        *[(name, f"my {name}") for name in ("self", "result", "names", "loop", "context")],
        ("self ~ result", "my selfmy result"),
    ],
)
def test_lookups(text: str, expected: Any) -> None:
    check(text, expected)


@pytest.mark.parametrize("suffix", ["", " | string", " or true"], ids=["path", "filter", "or"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("inptus.one", "there is no name 'inptus'; did you mean 'inputs'? (there is: "),
        ("steps.cart.idd", "there is no member 'idd'; did you mean 'id'? (there is: id, lines)"),
        ("steps.cart.lines[1]", "there is no item 1 in a list of 1"),
        ("steps.cart.lines.sku", "there is no member 'sku' in a list of 1"),
        ("steps.cart.lines[0][0]", "an object has no member 0"),
        ("steps.skipped.id", "null has no member 'id'"),
        ("inputs.text[0]", "a string has no member 0"),
        ("inputs.one.real", "an integer has no member 'real'"),
        ("inputs.true.x.y", "a boolean has no member 'x'"),
    ],
)
def test_what_is_missing_is_an_error_that_says_what_is_there(
    path: str, suffix: str, expected: str
) -> None:
    assert reason(path + suffix).startswith(expected)


def test_an_error_names_the_expression_and_has_code_and_status() -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate("steps.cart.idd")

    error = caught.value
    assert (error.code, error.status) == ("EXPRESSION_FAILED", 422)
    assert error.data.keys() == {"expression", "reason"}
    assert error.data["expression"] == "steps.cart.idd"
    assert error.message.startswith("the expression 'steps.cart.idd' failed: there is no member")


@pytest.mark.parametrize(
    "text",
    [
        "inputs[inputs.text]",
        "inputs.list | map(inputs.text)",
        "inputs.text | int(base=99)",
        "inputs.text | fromjson",
        "inputs.list[inputs.text]",
        "inputs.text + 1",
        "inputs.text < 1",
        "[inputs.text, 1] | sort",
    ],
)
def test_errors_never_show_a_value(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        evaluate(text)
        return
    assert "héllo" not in reason(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inputs.nope | default(4)", 4),
        ("inputs.none | default(4)", 4),
        ("inputs.one | default(4)", 1),
        ("inputs.nope.deeper[0].still | default(4)", 4),
        ("steps.skipped.id | default('none')", "none"),
        ("nope | default", ""),
        ("0 | default(4)", 0),
        ("0 | default(4, true)", 4),
        ("'' | default(4, boolean=true)", 4),
        ("[] | first | default(4)", 4),
        ("inputs.nope | default(inputs.none) | default(5)", 5),
        ("inputs.nope is defined", False),
        ("inputs.none is defined", True),
        ("inputs.nope is defined and inputs.nope", False),
    ],
)
def test_default_and_defined_take_what_is_missing(text: str, expected: Any) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "[nope] | length",
        "{'a': nope} | length",
        "{nope: 1}",
        "nope == nope",
        "1 == nope",
        "nope in []",
        "not nope",
        "1 if nope else 2",
        "true and nope",
        "false or nope",
        "inputs.list[nope]",
        "inputs.list[nope:]",
        "1 + nope",
        "nope ~ ''",
        "nope is none",
        "-nope",
        "1 | default(nope) ~ nope",
        "inputs.lines | map(attribute='nope')",
        "inputs.lines | sort(attribute='nope')",
        "inputs.lines | selectattr('nope')",
        *[f"nope | {name}" for name in FILTERS if name not in ("default", "merge", "selectattr")],
    ],
)
def test_every_other_use_of_what_is_missing_is_an_error(text: str) -> None:
    try:
        failed = reason(text)
    except BadExpressionError:  # a filter that needs arguments
        return
    assert failed.startswith(("there is no", "what is empty"))


# ---- operators


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("6 / 2", 3),
        ("7 / 2", 3.5),
        ("7 // 2", 3),
        ("-7 % 3", 2),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("0.1 + 0.2", 0.30000000000000004),
        ("9007199254740993 * 3 / 3", 9007199254740993),
        ("10 ** 400 // 10 ** 399", 10),
        ("-inputs.one", -1),
        ("+inputs.half", 0.5),
        ("'ab' * 2", "abab"),
        ("2 * 'ab'", "abab"),
        ("[1] * 2", [1, 1]),
        ("'a' + 'b'", "ab"),
        ("[1] + [2]", [1, 2]),
        ("'a' ~ 1 ~ none ~ true ~ 2.0 ~ {'b': [1.5]}", 'a1nulltrue2{"b":[1.5]}'),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("'a' <= 'b'", True),
        ("1 == 1.0", True),
        ("'a' != 'b'", True),
        ("'h' in inputs.text", True),
        ("3 not in inputs.list", False),
        ("'items' in inputs.object", True),
        ("1 in inputs.object", False),
        ("inputs.one and inputs.text", "héllo"),
        ("inputs.none or 'x'", "x"),
        ("not inputs.none", True),
        ("'y' if inputs.one else 'n'", "y"),
        ("'y' if inputs.none else 'n'", "n"),
        ("inputs.text[1:3]", "él"),
        ("inputs.list[:2]", [3, 1]),
        ("inputs.list[::-1]", [2, 1, 3]),
        ("[]", []),
        ("{}", {}),
        ("[1, [2.5, none]]", [1, [2.5, None]]),
        ("{'a': {'b': inputs.one}}", {"a": {"b": 1}}),
        ("{inputs.text: 1}", {"héllo": 1}),
        ("'it\\'s' ~ \"\\u00e9\\n\"", "it'sé\n"),
        ("0x10 + 0b1 + 1_000", 1017),
    ],
)
def test_operators(text: str, expected: Any) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / 0", "division by zero"),
        ("1.5 % 0", "division by zero"),
        ("1 // 0.0", "division by zero"),
        ("0 ** -1", "the result is not a JSON number"),
        ("(-8) ** 0.5", "the result is not a JSON number"),
        ("1e308 * 10", "the result is not a JSON number"),
        ("1e308 ** 2", "the result is not a JSON number"),
        ("10 ** 400 * 1.5", "the result is not a JSON number"),
        ("1 + 'a'", "'+' cannot be used on an integer and a string; '~' puts texts together"),
        ("'%s' % 1", "'%' cannot be used on a string and an integer"),
        ("true + 1", "'+' cannot be used on a boolean and an integer"),
        ("inputs.none * 2", "'*' cannot be used on null and an integer"),
        ("-inputs.text", "'-' cannot be used on a string"),
        ("1 < 'a'", "'<' compares two numbers or two texts, got an integer and a string"),
        ("inputs.none > 1", "'>' compares two numbers or two texts, got null and an integer"),
        ("1 in 5", "'in' cannot look for an integer in an integer"),
        ("1 in 'a1'", "'in' cannot look for an integer in a string"),
        ("inputs.one[1:2]", "an integer cannot be sliced"),
        ("inputs.list['a':]", "a slice goes from integer to integer, got a string"),
        ("inputs.list[::0]", "the step of a slice cannot be 0"),
        ("inputs.list[true]", "expected a name or an index in brackets, got a boolean"),
        ("1 if false", "the condition does not hold, and there is no 'else'"),
        ("{1: 2}", "the names in an object must be texts"),
    ],
)
def test_operators_refuse_what_they_cannot_do(text: str, expected: str) -> None:
    assert reason(text) == expected


# ---- what is no expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the expression is empty"),
        ("a b", "unexpected 'b' after the expression"),
        ("a..b", "not an expression: expected name or number"),
        ("a }} b", "unexpected '}}' after the expression"),
        ("a +", "not an expression: unexpected the end"),
        ("f(1)", "calls are not allowed; use a filter, as in 'items | length'"),
        ("a.b()", "calls are not allowed; use a filter, as in 'items | length'"),
        ("(1, 2)", "JSON has no tuples; write a list: [a, b]"),
        ("null", "there is no name 'null' in expressions; write 'none'"),
        ("a | uper", "there is no filter 'uper'; did you mean 'upper'?"),
        ("a is sting", "there is no test 'sting'; did you mean 'string'?"),
        ("a | map('uper')", "there is no filter 'uper'; did you mean 'upper'?"),
        ("a | selectattr('x', 'equals', 1)", "there is no test 'equals'"),
        ("a | join(*b)", "the arguments of filter 'join' must be written one by one"),
        ("a | join(**b)", "the arguments of filter 'join' must be written one by one"),
        ("a | upper(1)", "the arguments of filter 'upper' do not fit: too many"),
        ("a | split(by=1)", "the arguments of filter 'split' do not fit: got an"),
        ("a | merge", "the arguments of filter 'merge' do not fit: missing a"),
        ("1e999", "the number is too large for 64 bits"),
        ("9" * 2000, "an integer has at most 1000 digits"),
        ("9" * 5000, "an integer has at most 1000 digits"),
        ('"\\ud800"', "half of a surrogate pair stands alone; write the whole character"),
        ('"\\d"', "unknown escape after '\\'; write '\\\\' for a backslash"),
    ],
)
def test_what_is_no_expression_is_refused_with_a_remedy(text: str, expected: str) -> None:
    assert refusal(text).startswith(expected)


# ---- references


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("steps.a.b[0]", {("steps", "a", "b", 0)}),
        ("steps.a['b c'].d", {("steps", "a", "b c", "d")}),
        ("steps.a.b[0] | default(inputs.x)", {("steps", "a", "b", 0), ("inputs", "x")}),
        ("steps.a[inputs.i].c", {("steps", "a"), ("inputs", "i")}),
        ("steps.a[1:inputs.n]", {("steps", "a"), ("inputs", "n")}),
        ("x if y else z", {("x",), ("y",), ("z",)}),
        ("[a, {'k': b}] | map('replace', c, d=e)", {("a",), ("b",), ("c",), ("e",)}),
        ("a ~ -b < c.d and not e is eq f", {("a",), ("b",), ("c", "d"), ("e",), ("f",)}),
        ("'text' ~ 1", set()),
    ],
)
def test_references_are_known_before_anything_runs(text: str, references: set[Any]) -> None:
    if "d=e" in text:
        text = text.replace(", d=e", ", e")

    assert set(compile_expression(text).references) == references


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("steps.a.b[0]", ("steps", "a", "b", 0)),
        ("steps . a", ("steps", "a")),
        ("größe.länge", ("größe", "länge")),
        ("a.if", ("a", "if")),
        ("a[b]", None),
        ("true", None),
        ("a | list", None),
    ],
)
def test_a_plain_path_is_known_as_one(text: str, path: Any) -> None:
    assert compile_expression(text).path == path


def test_the_filters_of_an_expression_are_known() -> None:
    expression = compile_expression("a | map('upper') | join(b | default('x'))")

    assert expression.filters == {"map", "join", "default"}


# ---- values


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("${{ inputs.list }}", [3, 1, 2]),
        ("${{inputs.one}}", 1),
        (" ${{ inputs.one }}", " 1"),
        ("a ${{ inputs.one }} b ${{ 2.0 }}", "a 1 b 2"),
        ("${{ inputs.text }}${{ inputs.none }}${{ inputs.true }}", "héllonulltrue"),
        ("=${{ inputs.object }}", '={"items":5,"none":null,"x-y":7}'),
        ("${{ 0.1 }},", "0.1,"),
        ("$${{ inputs.one }}", "${{ inputs.one }}"),
        ("$$${{ inputs.one }}", "$${{ inputs.one }}"),
        ("${{ inputs.one }}$${{ x }}", "1${{ x }}"),
        ("${{ '}}' }}", "}}"),
        ("${{ {'a': {'b': 1}} }}", {"a": {"b": 1}}),
        ("${{ {'a': {'b': 1}}}}", {"a": {"b": 1}}),
        ("${{ '${{' }}", "${{"),
        ('${{ "it\'s" }}', "it's"),
        ("{{ a }} {% b %} {# c #} $ {{", "{{ a }} {% b %} {# c #} $ {{"),
        ({"a": ["${{ inputs.one }}", None, 1.5]}, {"a": [1, None, 1.5]}),
        (None, None),
        ([], []),
    ],
)
def test_values(raw: Any, expected: Any) -> None:
    found = compiled(raw).evaluate(NAMES)

    assert found == expected
    assert type(found) is type(expected)


def test_data_is_never_evaluated() -> None:
    names = Bound({"it": "${{ inputs.one }}"})

    assert compiled("${{ it }}").evaluate(names) == "${{ inputs.one }}"
    assert compiled("a ${{ it }}").evaluate(names) == "a ${{ inputs.one }}"


def test_a_constant_says_so_and_knows_its_value() -> None:
    value = compiled({"a": ["$${{ x }}", 1]})

    assert value.is_constant
    assert value.constant == {"a": ["${{ x }}", 1]}
    assert not compiled("${{ 1 }}").is_constant


def test_a_constant_is_a_new_value_each_time() -> None:
    value = compiled({"a": []})

    value.evaluate(NAMES)["a"].append(1)

    assert value.evaluate(NAMES) == {"a": []}


class View(dict[str, Any]):
    """Shows more than it holds, as `steps` does."""

    def __missing__(self, name: str) -> Any:
        return None

    def __iter__(self) -> Any:
        return iter(["a", "b"])


@pytest.mark.parametrize("text", ["steps", "steps | default(1)", "[steps] | first", "steps or 1"])
def test_a_view_such_as_steps_is_shown_as_it_is_now(text: str) -> None:
    view = View(a=1)

    shown = compile_expression(text).evaluate(Bound({"steps": view}))
    view["a"] = 2

    assert shown == {"a": 1, "b": None}
    assert type(shown) is dict


@pytest.mark.parametrize(
    ("text", "expected"),
    [("steps.b | default(3)", 3), ("steps['b'] is none", True), ("steps | length", 2)],
)
def test_a_view_is_asked_for_what_it_does_not_hold(text: str, expected: Any) -> None:
    assert compile_expression(text).evaluate(Bound({"steps": View(a=1)})) == expected


def test_expressions_know_their_place_in_the_value() -> None:
    value = compiled({"a": ["x ${{ b }} ${{ c.d }}"], "e": "${{ f }}"})

    assert [(path, expression.text) for path, expression in value.expressions] == [
        (("a", 0), "b"),
        (("a", 0), "c.d"),
        (("e",), "f"),
    ]


@pytest.mark.parametrize(
    ("raw", "path", "message"),
    [
        ("${{ a", (), "the expression after '${{' has no end; close it with '}}'"),
        ("${{ {'a': 1 }}", (), "the expression after '${{' has no end; close it with '}}'"),
        ("${{}}", (), "the expression is empty"),
        ("${{ a }}" * 1001, (), "the text has more than 1000 expressions; split it"),
        ({"a": [1, "${{ b c }}"]}, ("a", 1), "unexpected 'c' after the expression"),
        ({"${{ a }}": 1}, ("${{ a }}",), "names are never evaluated; remove '${{' from '${{ a }}'"),
    ],
)
def test_what_is_wrong_with_a_value_is_reported_with_its_path(
    raw: Any, path: Any, message: str
) -> None:
    assert problems_of(raw) == [(path, message)]


def test_all_that_is_wrong_is_reported() -> None:
    assert len(problems_of({"a": "${{", "b": ["${{ }}", "${{ f() }}"]})) == 3


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("inputs.one == 1", True), (" ${{ inputs.one == 1 }} ", True), (True, True), ("'a'", "a")],
)
def test_conditions_need_no_delimiters(raw: Any, expected: Any) -> None:
    problems: list[Any] = []

    condition = compile_condition(raw, lambda *problem: problems.append(problem))

    assert problems == []
    assert condition.evaluate(NAMES) == expected


@pytest.mark.parametrize("raw", ["a ${{ b }}", "${{ a }} b", "${{ a }}${{ b }}", "${{ a", ""])
def test_a_condition_is_one_expression(raw: str) -> None:
    problems: list[Any] = []

    compile_condition(raw, lambda *problem: problems.append(problem))

    assert len(problems) == 1


# ---- any text

WORDS = r"""
inputs . one text list object steps [ ] ( ) { } , : | + - * / // % ** ~ == != < <= in not and or if
else is none true 0 1 2 1e5 'a' 'b' "c" $ ${{ }} \ ' " # @ ; = é
"""
TOKENS = st.lists(st.sampled_from([*WORDS.split(), *FILTERS, *TESTS]), max_size=12)


@given(TOKENS.map(" ".join) | TOKENS.map("".join) | st.text())
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with contextlib.suppress(BadExpressionError, ExpressionError):
        json.dumps(compile_expression(text).evaluate(NAMES), allow_nan=False)


@given(TOKENS.map(" ".join) | st.text())
def test_any_text_is_a_value_or_refused(text: str) -> None:
    for raw in (text, f"${{{{{text}}}}}", f"a ${{{{ {text} }}}} b"):
        value = compile_value(raw, lambda path, message: None)
        with contextlib.suppress(ExpressionError):
            json.dumps(value.evaluate(NAMES), allow_nan=False)
