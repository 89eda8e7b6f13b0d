"""What is answered by plans is what the library answers, whether all goes well or not."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLObjectType, GraphQLSchema, execute_sync, parse

from cartflow.actions.adobe.documents import Documents, Rules
from cartflow.actions.adobe.limits import Limits
from cartflow.actions.adobe.plans import Plans, execute_planned, plans_for
from cartflow.actions.adobe.schema import schema as executable

from ...memory import traced_memory
from .probe import call_of, probing

TEN = {"amount_minor": 1000, "currency": "USD"}


def line(number: int, **members: Any) -> dict[str, Any]:
    product = {"uid": "MQ==", "sku": f"s{number}", "name": "Thing", "type": "simple"}
    prices = {"price": TEN, "discounts": None, "original_item_price": TEN}
    return {
        "id": str(number),
        "uid": "MQ==",
        "product": product,
        "quantity": number,
        "is_available": True,
        "prices": prices,
        "errors": [],
        **members,
    }


CART = {
    "id": "c",
    "email": None,
    "total_quantity": 1.5,
    "is_virtual": False,
    "items": [line(1), line(2, quantity=0.5)],
}
VIRTUAL = {**line(3)["product"], "type": "virtual"}


def answer(result: ExecutionResult) -> Any:
    return result.data, [error.formatted for error in result.errors or ()]


class Watched(Plans):
    """Counts the objects that were answered by a plan."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    def of(self, *given: Any) -> Any:
        plan = super().of(*given)

        def watched(source: Any, info: Any) -> Any:
            answer = plan(source, info)
            self.answered += 1
            return answer

        return watched


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return probing("Cart")


TEXTS = {
    "members": "{ it { id email total_quantity is_virtual } }",
    "names": "{ __typename it { __typename a: id b: id items { __typename uid } } }",
    "objects in lists": "{ it { items { product { sku name } prices { price { value } } } } }",
    "merged": "{ it { items { id } } it { items { quantity product { sku } } items { uid } } }",
    "fragments": """
      { it { ...Cart ...Cart items { ... on VirtualCartItem { uid } ...Line } } }
      fragment Cart on Cart { id items { ... on SimpleCartItem { id } } }
      fragment Line on CartItemInterface { quantity ...Bundle }
      fragment Bundle on BundleCartItem { bundle_options { id } }
    """,
    "arguments": "{ it { itemsV2(pageSize: 1) { items { id } page_info { total_pages } } } }",
    "twice": "{ it { a: itemsV2(pageSize: 1) { total_count } b: itemsV2 { total_count } } }",
    "refused arguments": "{ it { id itemsV2(pageSize: 0) { total_count } items { id } } }",
    "fixed choices": "{ it { id @skip(if: true) email @include(if: true) } }",
    "of the schema": '{ __schema { queryType { name } } __type(name: "Money") { name } }',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    "cart",
    [
        pytest.param(CART, id="a cart"),
        pytest.param(None, id="none"),
        pytest.param({**CART, "items": []}, id="no lines"),
        pytest.param({**CART, "items": [line(3, product=VIRTUAL)]}, id="virtual"),
        pytest.param({**CART, "id": None}, id="null where none may be"),
        pytest.param({**CART, "items": [line(1), line(2, uid=None)]}, id="null in one line"),
        pytest.param({**CART, "items": [line(1, quantity="much")]}, id="a value of another type"),
        pytest.param({**CART, "items": [{**line(1), "prices": 5}]}, id="not an object"),
        pytest.param({**CART, "items": [line(1, product={**VIRTUAL, "type": "x"})]}, id="no type"),
    ],
)
def test_plans_answer_as_the_library_does(schema: GraphQLSchema, text: str, cart: Any) -> None:
    document, root = parse(text), {"it": cart}
    plans = plans_for(document)

    expected = execute_sync(schema, document, root, call_of())
    for _ in range(2):  # with plans that are made, and with those that are remembered
        result = execute_planned(schema, document, plans, root_value=root, context_value=call_of())
        assert answer(result) == answer(expected)


def test_what_goes_well_is_answered_by_a_plan(schema: GraphQLSchema) -> None:
    document, plans = parse(TEXTS["fragments"]), Watched()

    for _ in range(2):
        execute_planned(schema, document, plans, root_value={"it": CART}, context_value=call_of())

    assert plans.answered == 2


def test_arguments_may_differ_from_request_to_request(schema: GraphQLSchema) -> None:
    text = "query P($n: Int) { it { itemsV2(pageSize: $n) { items { id } } } }"
    document = parse(text)
    plans = plans_for(document)

    found = [
        execute_planned(
            schema,
            document,
            plans,
            root_value={"it": CART},
            context_value=call_of(),
            variable_values={"n": number},
        ).data
        for number in (1, 2)
    ]

    assert [len(data["it"]["itemsV2"]["items"]) for data in found if data] == [1, 2]


@pytest.mark.parametrize(
    "place", ["it @include(if: $yes) { id }", "it { id email @skip(if: $yes) }"]
)
def test_fields_that_variables_choose_are_chosen_for_each_request(
    schema: GraphQLSchema, place: str
) -> None:
    document = parse(f"query Q($yes: Boolean!) {{ {place} }}")
    plans = plans_for(document)

    for yes in (True, False, True):
        root, variables = {"it": CART}, {"yes": yes}
        expected = execute_sync(schema, document, root, call_of(), variables)
        result = execute_planned(
            schema,
            document,
            plans,
            root_value=root,
            context_value=call_of(),
            variable_values=variables,
        )
        assert answer(result) == answer(expected)


def test_every_field_of_an_interface_says_how_to_find_its_type(schema: GraphQLSchema) -> None:
    kinds = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
    interfaces = {interface for kind in kinds for interface in kind.interfaces}

    assert [one.name for one in interfaces if one.resolve_type is None] == []


def unfolding(mark: int) -> str:
    """Return a short document of 300 fields, in which each fragment is spread many times."""
    return f"""
      {{ cart{mark}: cart(cart_id: "x") {{ a: items {{ ...L }} b: items {{ ...L }} }} }}
      fragment L on CartItemInterface {{
        a: product {{ ...P }} b: product {{ ...P }} c: product {{ ...P }}
      }}
      fragment P on ProductInterface {{ a: price_range {{ ...R }} b: price_range {{ ...R }} }}
      fragment R on PriceRange {{ a: minimum_price {{ ...M }} b: minimum_price {{ ...M }} }}
      fragment M on ProductPrice {{
        a: final_price {{ value currency }} b: final_price {{ value currency }}
      }}
    """


def test_plans_of_short_texts_with_many_fields_stay_small() -> None:
    rules = Rules(Limits(20, 300, 300, 1000), 100_000, introspection=True)
    documents = Documents(rules, remembered=5_000)

    def run(text: str) -> None:
        checked = documents.get(text)
        call = call_of(lambda *_, **__: {"cart": CART})
        result = execute_planned(executable(), checked.document, checked.plans, context_value=call)
        assert result.errors is None

    run(unfolding(0))
    with traced_memory() as memory_now:
        for mark in range(1, 21):
            run(unfolding(mark))
        used, _ = memory_now()

    assert used < 5_000 * 600
