from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.flow.expressions import compile_expression, compile_value
from cartflow.runtime.flow.types.expressions import Typing
from cartflow.runtime.flow.types.model import SKIPPED, Absence, Type
from cartflow.runtime.flow.types.notes import Note
from cartflow.runtime.flow.types.relations import describe
from cartflow.runtime.flow.types.schemas import SchemaTypes
from cartflow.runtime.flow.types.written import to_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "count": {"type": "integer"},
        "price": {"type": "number"},
        "status": {"enum": ["open", "closed"]},
        "email": {"type": ["string", "null"]},
        "note": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "open": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        "parent": {"$ref": "#"},
        "either": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/line"}]},
        "prices": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["id", "count", "price", "status", "email", "lines", "open", "either", "prices"],
    "additionalProperties": False,
    "$defs": {
        "line": {
            "type": "object",
            "properties": {"sku": {"type": "string"}, "gift": {"type": "boolean"}},
            "required": ["sku"],
            "additionalProperties": False,
        }
    },
}
CART = SchemaTypes(SCHEMA).type
MAYBE = CART.or_absent(SKIPPED, Absence("the step 'cart' may not have run"))
NAMES: dict[str, Type] = {"cart": CART, "maybe": MAYBE}


def typed(text: str) -> tuple[Type, list[Note]]:
    notes: list[Note] = []
    typing = Typing(
        lambda name: NAMES.get(name, SchemaTypes({}).type),
        say=lambda _, note: notes.append(note),
    )
    return typing.expression(compile_expression(text)), notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cart", "an object"),
        ("cart.count", "an integer"),
        ("cart['price']", "a number"),
        ("cart.status", "'closed' or 'open'"),
        ("cart.email", "a string or null"),
        ("cart.lines[0].sku", "a string"),
        ("cart.lines[-1].sku", "a string"),
        ("cart.lines[1:]", "a list"),
        ("cart.id[1:]", "a string"),
        ("((cart.parent | default(cart)).parent | default(cart)).count", "an integer"),
        ("cart.either", "a string or an object"),
        ("cart.either.sku", "a string"),
        ("cart.prices.whatever", "an integer"),
        ("cart.open.b", "anything"),
        ("unknown.member", "anything"),
        ("maybe", "an object or null"),
        ("cart.count + 1", "an integer"),
        ("cart.count / 2", "a number"),
        ("cart.price * 2", "a number"),
        ("-cart.count", "an integer"),
        ("cart.id + 'x'", "a string"),
        ("cart.id * 2", "a string"),
        ("unknown + 1", "a number"),
        ("cart.count ~ cart.id", "a string"),
        ("cart.count > 1 and cart.price < 2", "a boolean"),
        ("not cart", "a boolean"),
        ("cart.id in ['a']", "a boolean"),
        ("cart.email or 'none'", "a string"),
        ("cart.count and cart.id", "an integer or a string"),
        ("cart.id if cart.count else none", "a string or null"),
        ("[cart.count]", "a list"),
        ("{'a': cart.count}.a", "an integer"),
        ("{cart.id: 1}.a", "anything"),
        ("cart.note | default(1)", "an integer or a string"),
        ("cart.email | default('x')", "a string"),
        ("cart.lines | length", "an integer"),
        ("(cart.lines | first).sku", "a string"),
        ("(cart.lines | last).sku", "a string"),
        ("(cart.lines | map(attribute='sku'))[0]", "a string"),
        ("(cart.lines | map(attribute='gift', default=none))[0]", "a boolean or null"),
        ("(cart.lines | map('length'))[0]", "an integer"),
        ("(cart.lines | selectattr('gift', 'defined') | list)[0].sku", "a string"),
        ("(cart.lines | sort(attribute='sku') | first).sku", "a string"),
        ("(cart.lines | max(attribute='sku')).sku", "a string"),
        ("[1, 2] | sum", "an integer"),
        ("[1, 2.5] | sum", "a number"),
        ("cart.lines | map(attribute='sku') | join(', ')", "a string"),
        ("(cart | keys)[0]", "a string"),
        ("(cart.prices | values)[0]", "an integer"),
        ("(cart.prices | items)[0][1]", "an integer"),
        ("(cart.open | merge({'b': 'x'})).b", "'x'"),
        ("(cart.open | merge({'b': 'x'})).a", "an integer"),
        ("cart.id | int", "an integer"),
        ("cart.id | int(none)", "an integer or null"),
        ("cart.id | float", "a number"),
        ("cart.price | round", "an integer"),
        ("cart.price | round(2)", "a number"),
        ("cart.count | abs", "an integer"),
        ("cart.count | string", "a string"),
        ("cart | tojson", "a string"),
        ("cart.id | fromjson", "anything"),
        ("(cart.id | split(','))[0]", "a string"),
        ("cart.email is none", "a boolean"),
        ("(cart.id | list)[0]", "a string"),
        ("(cart.lines | list)[0].sku", "a string"),
        ("cart.id | first", "a string"),
        ("(cart.lines | reverse)[0].sku", "a string"),
        ("cart.id | reverse", "a string"),
        ("[cart.count] | sum(start=0.5)", "a number"),
        ("([[cart.id]] | map(attribute='0'))[0]", "a string"),
        ("(cart.lines | map(attribute=cart.id))[0]", "anything"),
        ("(cart.lines | map(cart.id))[0]", "anything"),
        ("(cart.lines | unique(attribute='sku'))[0].sku", "a string"),
        ("(cart | merge(cart.open)).a", "an integer"),
        ("(cart.open | merge(unknown)).a", "anything"),
        ("([cart.id] + [cart.count])[0]", "an integer or a string"),
        ("([cart.id] * 2)[0]", "a string"),
        ("cart.lines[cart.count].sku", "a string"),
        ("cart[cart.id]", "anything"),
    ],
)
def test_the_type_of_an_expression(text: str, words: str) -> None:
    found, notes = typed(text)

    assert (describe(found), notes) == (words, [])


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("cart.idd", "unknown-member", "there is no member 'idd'; did you mean 'id'?"),
        ("cart.lines[0].skuu", "unknown-member", "did you mean 'sku'? (it has: sku, gift)"),
        ("cart.parent.parent.idd | default(cart.x)", "unknown-member", "no member 'x'"),
        ("cart.lines.sku", "unknown-member", "a list has no member 'sku'"),
        ("cart.id.length", "unknown-member", "a string has no member 'length'"),
        ("cart.count[0]", "unknown-member", "an integer has no item 0"),
        ("[1, 2][2]", "unknown-member", "there is no item 2 in a list of 2"),
        ("cart.lines | map(attribute='x')", "unknown-member", "no member 'x'"),
        ("cart.either.x", "unknown-member", "there is no member 'x'"),
        ("cart.note", "may-be-null", "the member 'note' may be absent; use 'default'"),
        ("maybe.id", "may-be-null", "the step 'cart' may not have run; use 'default'"),
        ("maybe | length", "may-be-null", "the step 'cart' may not have run"),
        ("cart.email | upper", "may-be-null", "'upper' cannot be used on null"),
        ("cart.email + 'x'", "may-be-null", "'+' cannot be used on null"),
        ("cart.email | upper if cart.email is defined else 1", "may-be-null", "on null"),
        ("cart.email < 'x'", "may-be-null", "'<' cannot be used on null"),
        ("cart.id if cart.count", "may-be-null", "there is no 'else'"),
        ("cart.count | length", "impossible-operation", "'length' cannot be used on an integer"),
        ("cart.id | sum", "impossible-operation", "'sum' cannot be used on a string"),
        ("cart.lines | upper", "impossible-operation", "'upper' cannot be used on a list"),
        ("cart.id + 1", "impossible-operation", "'~' puts texts together"),
        ("cart.lines - 1", "impossible-operation", "'-' cannot be used on a list and an integer"),
        ("cart.id < 1", "impossible-operation", "'<' compares two numbers or two texts"),
        ("1 in cart.count", "impossible-operation", "'in' cannot look for"),
        ("cart.count is startswith('x')", "impossible-operation", "compares two texts"),
        ("-cart.id", "impossible-operation", "cannot be used on a string"),
        ("cart.count[1:]", "impossible-operation", "cannot be used on an integer"),
    ],
)
def test_what_is_wrong_with_an_expression(text: str, rule: str, said: str) -> None:
    _, notes = typed(text)

    assert [note.rule for note in notes] == [rule]
    assert said in notes[0].message


@pytest.mark.parametrize(
    "text",
    [
        "cart.idd | default(1)",
        "cart.idd is defined",
        "cart.note if cart.note is defined else 'x'",
        "cart.parent.note if cart.parent.note is defined else 'x'",
        "cart.parent.id if cart.parent.note is defined else 'x'",
        "maybe.id | default('x')",
        "maybe.id if maybe else 'x'",
        "maybe and maybe.id",
        "maybe is none or maybe.id",
        "maybe.id if maybe is not none else 'x'",
        "maybe.id if maybe != none else 'x'",
        "maybe.id if not (maybe is none) and cart.id else 'x'",
        "maybe is none",
        "maybe == none",
        "not maybe",
        "cart.lines | map('default', 1)",
        "[] | first | default(1)",
        "cart.lines[0].gift | default(false)",
        "unknown.a.b.c | length",
        "unknown | sum",
    ],
)
def test_nothing_is_wrong_with_an_expression(text: str) -> None:
    assert typed(text)[1] == []


def test_the_near_names_of_a_member_are_known() -> None:
    _, notes = typed("cart.lines[0].skuu")

    assert notes[0].known == ("sku", "gift")


def test_notes_know_their_place_in_a_value() -> None:
    found: list[Any] = []
    value = compile_value({"a": ["x", "${{ cart.idd }} and ${{ cart.id }}"]}, lambda *_: None)

    Typing(NAMES.__getitem__, say=lambda path, note: found.append((path, note.rule))).value(value)

    assert found == [(("a", 1), "unknown-member")]


@pytest.mark.parametrize(
    ("raw", "schema"),
    [
        (1, {"type": "integer"}),
        (1.5, {"type": "number"}),
        ("$${{ x", {"type": "string", "enum": ["${{ x"]}),
        (None, {"type": "null"}),
        (
            {"a": "${{ cart.count }}"},
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
        ("n: ${{ cart.count }}", {"type": "string"}),
        ("${{ cart.count }}", {"type": "integer"}),
        ("${{ cart.email | default('x') }}", {"type": "string"}),
        (
            ["a", "${{ cart.count }}"],
            {
                "type": "array",
                "prefixItems": [{"type": "string", "enum": ["a"]}, {"type": "integer"}],
                "items": False,
                "minItems": 2,
            },
        ),
    ],
)
def test_the_schema_of_a_value(raw: Any, schema: Any) -> None:
    value = compile_value(raw, lambda *_: None)

    assert to_schema(Typing(NAMES.__getitem__).value(value)) == schema
