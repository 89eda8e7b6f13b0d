"""Everything that is published as rows: what serves it with us, and which tests are about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from cartflow import Application, Contract

from .naming import CONDITIONS, tests_about
from .reading import Operation, Published, Type
from .schemas import Schema, document, has_member

OBJECT_TEST = "test_cart_object.py"


class Row(NamedTuple):
    """A row of the table.

    Attributes:
        name: What is published.
        ours: The action, the member or the conditions that serve it; empty if there is none.
        tests: Files whose tests are about it.
        conditions: The codes that the action can end with.
    """

    name: str
    ours: str
    tests: tuple[str, ...]
    conditions: tuple[str, ...] = ()


@cache
def contracts() -> Mapping[str, Contract]:
    """Return the contracts of the cart's actions."""
    with Application.open(environment={}) as app:
        found = [action.contract for action in app.registry.values() if action.plugin == "cart"]
    return {contract.name: contract for contract in found}


def rows_of(listed: Published) -> Iterator[Row]:
    """Yield everything of a list that is not left out."""
    for operation in listed.operations:
        if not listed.reason(operation.name):
            yield from _rows_of_operation(listed, operation)
    for of in listed.types:
        if not listed.reason(of.name):
            yield from _rows_of_type(listed, of)


def _rows_of_operation(listed: Published, operation: Operation) -> Iterator[Row]:
    name = operation.name
    contract = contracts().get(name)
    if contract is None:
        yield Row(name, "", ())
        return
    behaviour = tuple(test for test in tests_about(name) if test != CONDITIONS)
    yield Row(name, name, behaviour, tuple(contract.errors))
    for member, schema in (
        *((it, contract.input) for it in operation.takes),
        *((it, contract.output) for it in operation.gives),
    ):
        if not listed.reason(f"{name}.{member}"):
            ours = listed.ours(name, member)
            there = has_member(schema, ours)
            yield Row(f"{name}.{member}", ours if there else "", tests_about(name, _last(ours)))
    for title, wire in operation.errors.items():
        if not listed.reason(f"{name}: {title}"):
            codes = tuple(_codes_of_title(contract, title, wire))
            yield Row(f"{name}: {title}", ", ".join(codes), (CONDITIONS,))
    for message, code in operation.messages.items():
        there = code in contract.errors and contract.errors[code].message == message
        yield Row(f"{name}: {message}", code if there else "", (CONDITIONS,))


def _codes_of_title(contract: Contract, title: str, wire: str | None) -> Iterator[str]:
    """Yield the conditions that a platform shows under a title, with its code and status."""
    for code, condition in contract.errors.items():
        if condition.title != title:
            continue
        shown = condition.published or {"code": code, "status": condition.status}
        if wire in (None, f"{shown['code']} {shown['status']}"):
            yield code


def _rows_of_type(listed: Published, of: Type) -> Iterator[Row]:
    head, _, path = of.at.partition(".")
    contract = contracts().get(head)
    of_cart = head == "cart"
    schemas: list[Schema] = [contract.input, contract.output] if contract else []
    if of_cart:
        schemas = [document("cart.json")]
    for member in of.has:
        if not listed.reason(f"{of.name}.{member}"):
            ours = ".".join(filter(None, (path, listed.ours(of.name, member))))
            there = any(has_member(schema, ours) for schema in schemas)
            words = (_last(ours),) if of_cart else (head, _last(ours))
            tests = {*tests_about(*words), *([OBJECT_TEST] if of_cart else [])}
            shown = ours if of_cart else f"{head}.{ours}"
            yield Row(f"{of.name}.{member}", shown if there else "", tuple(sorted(tests)))


def cart_paths(listed: Published) -> Iterator[str]:
    """Yield the path of every attribute of a cart's document that a list has."""
    for row in rows_of(listed):
        of = next((it for it in listed.types if row.name.startswith(f"{it.name}.")), None)
        if of and of.at.partition(".")[0] == "cart":
            yield row.ours


def _last(path: str) -> str:
    """Return the last member of a path."""
    return path.rpartition(".")[2].removesuffix("[]")
