"""Whether an answer fits its document and the schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

CATEGORIES: Final = {
    *("graphql-input", "graphql-no-such-entity", "graphql-already-exists"),
    *("graphql-authorization", "graphql-authentication"),
}

_IS_SCALAR: Final[Mapping[str, Callable[[Any], bool]]] = {
    "String": lambda value: isinstance(value, str),
    "ID": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Float": lambda value: type(value) in (int, float) and math.isfinite(value),
}


def misfits_of_errors(errors: Any) -> Iterator[str]:
    """Yield what is wrong with the errors of an answer."""
    if not isinstance(errors, list) or not errors:
        yield f"the errors are {errors!r}"
        return
    for error in errors:
        category = (error.get("extensions") or {}).get("category")
        if not isinstance(error.get("message"), str) or not error["message"]:
            yield f"an error without message: {error}"
        elif category not in CATEGORIES:
            yield f"an error of the category {category!r}: {error}"


class Fitting:
    """One document, held against an answer to it."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._variables: Any = variables
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }

    def misfits(self, operation: OperationDefinitionNode, answer: Any) -> Iterator[str]:
        """Yield what is wrong with an answer to an operation."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        if not set(answer) <= {"errors", "data", "extensions"}:
            yield f"the answer has the members {list(answer)}"
        if "errors" in answer:
            yield from misfits_of_errors(answer["errors"])
        if answer.get("data") is None:
            if "errors" not in answer:
                yield "neither data nor errors"
        else:
            yield from self._of_object(root, [operation.selection_set], answer["data"], "")

    def _of_object(
        self, kind: GraphQLObjectType, selections: list[SelectionSetNode], found: Any, place: str
    ) -> Iterator[str]:
        if not isinstance(found, dict):
            yield f"{place}: {found!r} is no object"
            return
        wanted: dict[str, list[FieldNode]] = {}
        for selection in selections:
            self._collect(kind, selection, wanted)
        if list(found) != list(wanted):
            yield f"{place}: expected the members {list(wanted)}, got {list(found)}"
            return
        for key, nodes in wanted.items():
            name = nodes[0].name.value
            if name == "__typename":
                if found[key] != kind.name:
                    yield f"{place}: {found[key]!r} is no {kind.name}"
                continue
            inner = [node.selection_set for node in nodes if node.selection_set]
            yield from self._of_value(kind.fields[name].type, inner, found[key], f"{place}/{key}")

    def _of_value(
        self, kind: GraphQLOutputType, inner: list[SelectionSetNode], found: Any, place: str
    ) -> Iterator[str]:
        if isinstance(kind, GraphQLNonNull):
            if found is None:
                yield f"{place} is null"
                return
            kind = kind.of_type
        if found is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(found, list):
                yield f"{place}: {found!r} is no list"
                return
            for index, element in enumerate(found):
                yield from self._of_value(kind.of_type, inner, element, f"{place}/{index}")
        elif isinstance(kind, GraphQLObjectType):
            yield from self._of_object(kind, inner, found, place)
        elif isinstance(kind, GraphQLInterfaceType):
            possible = self._schema.type_map.get(str(found.get("__typename")))
            if not isinstance(possible, GraphQLObjectType) or kind not in possible.interfaces:
                yield f"{place}: {found.get('__typename')!r} is no {kind.name}"
                return
            yield from self._of_object(possible, inner, found, place)
        elif isinstance(kind, GraphQLEnumType):
            if found not in kind.values:
                yield f"{place}: {found!r} is no {kind.name}"
        elif not _IS_SCALAR[str(kind)](found):
            yield f"{place}: {found!r} is no {kind}"

    def _collect(
        self, kind: GraphQLObjectType, within: SelectionSetNode, wanted: dict[str, list[FieldNode]]
    ) -> None:
        for node in within.selections:
            if not self._is_wanted(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                wanted.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect_if(kind, node.type_condition, node.selection_set, wanted)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                self._collect_if(kind, fragment.type_condition, fragment.selection_set, wanted)

    def _collect_if(
        self,
        kind: GraphQLObjectType,
        condition: NamedTypeNode | None,
        within: SelectionSetNode,
        wanted: dict[str, list[FieldNode]],
    ) -> None:
        names = (kind.name, *(interface.name for interface in kind.interfaces))
        if condition is None or condition.name.value in names:
            self._collect(kind, within, wanted)

    def _is_wanted(self, directives: Sequence[DirectiveNode]) -> bool:
        for directive in directives:
            value = (directive.arguments or ())[0].value
            if isinstance(value, VariableNode):
                is_so = self._variables[value.name.value]
            else:
                assert isinstance(value, BooleanValueNode)
                is_so = value.value
            if is_so == (directive.name.value == "skip"):
                return False
        return True
