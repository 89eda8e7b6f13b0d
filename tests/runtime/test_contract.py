from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from cartflow import Action, ActionError, Context, Contract, InvalidDocumentError, action
from cartflow.runtime.bundling import SharedSchemas, bundle, references
from cartflow.runtime.contract import Condition, read_contract

DOCUMENT: dict[str, Any] = {
    "name": "payBill",
    "title": "Pay a Bill",
    "access": ["customer", "admin"],
    "effect": "transactional",
    "input": {
        "type": "object",
        "properties": {"bill": {"type": "string"}, "tip": {"type": "integer", "default": 0}},
        "required": ["bill"],
        "additionalProperties": False,
    },
    "output": {"type": "object", "properties": {"paid": {"type": "boolean"}}},
    "errors": {
        "BILL_NOT_FOUND": {"status": 404, "title": "Unknown Bill", "message": "no bill {bill}"}
    },
    "examples": [
        {"title": "it is paid", "input": {"bill": "7"}, "output": {"paid": True}},
        {"title": "it is unknown", "input": {"bill": "8"}, "error": "BILL_NOT_FOUND"},
    ],
    "x-shop": {"bills": ["bill"]},
}

MONEY = {"type": "object", "properties": {"minor": {"$ref": "#/$defs/minor"}}}
SHARED: dict[str, Any] = {
    "money.json": {**MONEY, "$id": "money.json", "$defs": {"minor": {"type": "integer"}}},
    "price.json": {"type": "object", "properties": {"net": {"$ref": "money.json"}}},
    "tree.json": {"type": "object", "properties": {"left": {"$ref": "tree.json"}}},
    "any.json": True,
}


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DOCUMENT), **members}


def read(document: Any) -> Contract:
    return read_contract(document, "bill.json", SHARED)


def problems(document: Any) -> list[tuple[str, str]]:
    """Return rule and pointer of everything that is wrong with a contract."""
    with pytest.raises(InvalidDocumentError) as caught:
        read(document)
    return [(problem.rule, problem.pointer) for problem in caught.value.problems]


def test_a_contract_is_read() -> None:
    contract = read(DOCUMENT)

    assert (contract.name, contract.access, contract.effect, contract.extensions) == (
        "payBill",
        frozenset({"customer", "admin"}),
        "transactional",
        {"x-shop": {"bills": ["bill"]}},
    )


def test_a_contract_that_is_written_down_reads_the_same() -> None:
    contract = read(DOCUMENT)

    assert read_contract(contract.to_json(), "bill.json", {}) == contract


def test_what_a_contract_does_not_say_has_a_default() -> None:
    document = {"name": "a", "title": "A", "input": {"type": "object"}, "output": {}}

    contract = read(document)

    assert (contract.effect, contract.access, contract.journal) == ("transactional", None, True)


BAD_EXAMPLE = {"title": "x", "input": {"bill": 7}, "output": {"paid": True}}
BAD_OUTPUT = {"title": "x", "input": {"bill": "7"}, "output": {"paid": "yes"}}
BAD_CODE = {"title": "x", "input": {"bill": "7"}, "error": "BILL_LOST"}
CONDITION = DOCUMENT["errors"]["BILL_NOT_FOUND"]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ([], ("type", "")),
        ({"name": "a", "title": "A", "output": {}}, ("required", "")),
        (changed(colour="red"), ("additionalProperties", "")),
        (changed(name="pay bill"), ("pattern", "/name")),
        (changed(effect="sometimes"), ("enum", "/effect")),
        (changed(access=["robot"]), ("enum", "/access/0")),
        (changed(errors={"lower": CONDITION}), ("pattern", "/errors")),
        (changed(errors={"X": {**CONDITION, "status": 200}}), ("minimum", "/errors/X/status")),
        (changed(errors={"BUSY": CONDITION}), ("reserved-code", "/errors/BUSY")),
        (changed(input={"type": "array"}), ("const", "/input/type")),
        (changed(output={"type": "text"}), ("anyOf", "/output/type")),
        (changed(output={"minLength": -1}), ("minimum", "/output/minLength")),
        (changed(output={"$ref": "#/$defs/lost"}), ("bad-schema", "/output")),
        (changed(output={"pattern": "("}), ("bad-schema", "/output")),
        (changed(output={"$ref": "card.json"}), ("unknown-schema", "/output/$ref")),
        (changed(output={"items": {"$ref": "x.json"}}), ("unknown-schema", "/output/items/$ref")),
        (changed(output={"$defs": {"money.json": {}}}), ("bad-schema", "/output/$defs/money.json")),
        (changed(examples=[BAD_EXAMPLE]), ("type", "/examples/0/input/bill")),
        (changed(examples=[BAD_OUTPUT]), ("type", "/examples/0/output/paid")),
        (changed(examples=[BAD_CODE]), ("undeclared-code", "/examples/0/error")),
        (changed(examples=[{"title": "x", "input": {}}]), ("oneOf", "/examples/0")),
        (
            changed(input={"type": "object", "properties": {"n": {"minimum": 1, "default": 0}}}),
            ("minimum", "/input/properties/n/default"),
        ),
    ],
    ids=lambda value: f"{value[0]} {value[1]}" if isinstance(value, tuple) else "",
)
def test_a_contract_that_is_not_valid_is_refused_with_its_pointer(
    document: Any, found: tuple[str, str]
) -> None:
    assert found in problems(document)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    document = changed(name="", effect="x", access=[])

    assert {pointer for _, pointer in problems(document)} == {"/name", "/effect", "/access"}


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(InvalidDocumentError, match=r"^bill\.json#/effect: "):
        read(changed(effect="x"))


def test_a_code_that_stands_twice_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_text('{"errors": {"A": {}, "A": {}}}')

    with pytest.raises(InvalidDocumentError) as caught:
        Action.from_file(file, str)

    (problem,) = caught.value.problems
    assert (problem.source, problem.pointer, "'A'" in problem.message) == (
        str(file),
        "/errors/A",
        True,
    )


def test_an_example_of_invalid_input_need_not_be_valid() -> None:
    example = {"title": "x", "input": {"bill": 7}, "error": "INVALID_INPUT"}

    assert read(changed(examples=[example])).examples == (example,)


def test_a_shared_schema_is_copied_into_the_contract() -> None:
    contract = read(changed(output={"$ref": "price.json"}))

    assert contract.output_validator.is_valid({"net": {"minor": 5}})
    assert not contract.output_validator.is_valid({"net": {"minor": "5"}})


def test_a_shared_schema_may_name_itself() -> None:
    contract = read(changed(output={"$ref": "tree.json"}))

    assert not contract.output_validator.is_valid({"left": {"left": 1}})


def test_a_shared_schema_may_be_a_boolean() -> None:
    assert read(changed(output={"$ref": "any.json"})).output_validator.is_valid(1)


def test_a_part_of_a_shared_schema_may_be_named() -> None:
    part = {"$ref": "money.json#/$defs/minor"}
    contract = read(changed(output=part, examples=[]))

    assert not contract.output_validator.is_valid("5")


@pytest.mark.parametrize("name", ["$ref", "default", "const", "enum", "examples", "properties"])
def test_a_member_may_be_called_like_a_keyword(name: str) -> None:
    schema = {"type": "object", "properties": {name: {"$ref": "money.json"}}}

    contract = read(changed(output=schema))

    assert not contract.output_validator.is_valid({name: {"minor": "5"}})


def test_what_looks_like_a_reference_in_data_is_left_alone() -> None:
    schema = {"const": {"$ref": "nothing.json"}, "default": {"$ref": "nothing.json"}}

    assert bundle(schema, {}) == schema


def test_references_come_with_their_paths() -> None:
    schema = {"allOf": [{"$ref": "a"}], "properties": {"$ref": {"$ref": "b"}}}

    assert list(references(schema)) == [
        (("allOf", 0, "$ref"), "a"),
        (("properties", "$ref", "$ref"), "b"),
    ]


def test_bundling_does_not_change_the_schemas_it_is_given() -> None:
    before = copy.deepcopy(SHARED)

    bundle({"$ref": "price.json"}, SHARED)

    assert before == SHARED


def test_equal_schemas_of_many_contracts_are_one_that_is_compiled_once() -> None:
    shared = SharedSchemas(SHARED)
    documents = [changed(name=name, output={"$ref": "price.json"}) for name in ("a", "b")]

    one, two = (read_contract(document, "bill.json", shared) for document in documents)

    assert one.output is two.output
    assert one.output_validator is two.output_validator


def test_bundles_differ_where_their_schemas_differ() -> None:
    shared = SharedSchemas(SHARED)

    one, two = (shared.bundle({"$ref": "price.json", "default": it}) for it in (1, True))

    assert (one["default"] is True, two["default"] is True) == (False, True)


@pytest.mark.parametrize(
    ("message", "data", "text"),
    [
        ("no cart {id}", {"id": "a{b}", "b": 1}, "no cart a{b}"),
        ("no cart {id}", {}, "no cart {id}"),
        ('"{a}" and {b}', {"a": 1, "b": None}, '"1" and None'),
    ],
)
def test_a_message_takes_its_names_from_the_data(
    message: str, data: dict[str, Any], text: str
) -> None:
    assert Condition("X", 404, "X", message).message_for(data) == text


def test_the_decorator_takes_properties_for_a_closed_object() -> None:
    @action("greet", input={"type": {"type": "string"}, "n": {"default": 1}}, output={})
    def greet(ctx: Context) -> Any:
        """Say hello."""

    contract = greet.read({})

    assert contract.input == {
        "type": "object",
        "properties": {"type": {"type": "string"}, "n": {"default": 1}},
        "required": ["type"],
        "additionalProperties": False,
    }
    assert (contract.title, contract.description) == ("greet", "Say hello.")


@pytest.mark.parametrize(
    "schema", [{"type": "object", "maxProperties": 1}, {"$ref": "money.json"}], ids=str
)
def test_the_decorator_takes_a_whole_schema_as_it_is(schema: dict[str, Any]) -> None:
    @action("greet", input={"type": "object"}, output=schema)
    def greet(ctx: Context) -> Any: ...

    assert greet.document["output"] == schema


def test_a_decorated_contract_that_is_wrong_names_the_function() -> None:
    @action("greet", input={}, output={}, effect="x")
    def greet(ctx: Context) -> Any: ...

    with pytest.raises(InvalidDocumentError, match=r"test_contract:.*greet#/effect"):
        greet.read({})


def test_an_error_made_of_a_condition_takes_its_message() -> None:
    condition = read(DOCUMENT).errors["BILL_NOT_FOUND"]

    assert condition.message_for(ActionError("BILL_NOT_FOUND", bill="9").data) == "no bill 9"


def test_what_is_made_of_a_bundle_is_made_once() -> None:
    made = SharedSchemas(SHARED).bundle({"$ref": "price.json"})

    assert made.derived(list) is made.derived(list)
