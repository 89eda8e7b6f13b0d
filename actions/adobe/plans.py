"""Answers made by plans: what to do for each field is decided once, for all objects and requests.

The library decides it again for each field of each object, which takes ten times as long as reading
the members of a document; a cart of 100 lines has thousands of fields. A plan knows only what goes
well. As soon as anything does not (a null where none may be, an error of a resolver), the library
does the object again in its own way, so that errors, their paths and what becomes null are its.
Resolvers below the root only read, so that nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeGuard, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    VariableNode,
    Visitor,
    execute,
    is_abstract_type,
    is_leaf_type,
    visit,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    collect_subfields,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

Info = GraphQLResolveInfo[Any]

_Complete = Callable[[Any, Info], Any]
"""Makes what the answer has of what a resolver returned, or of an object what it has for a field.

The info is that of the root field: resolvers find there who calls, but not where they stand.
"""

_AS_THEY_ARE: Final[dict[Any, type]] = {
    GraphQLBoolean: bool,
    GraphQLFloat: int,
    GraphQLID: str,
    GraphQLString: str,
}
"""Of which Python type a value of a scalar needs no conversion."""


class _OffPlanError(Exception):
    """A value is not what a plan can take."""


class Plans:
    """The plans of one document, by type and place; made when they are needed first."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[int, ...]], _Complete] = {}

    def of(self, kind: GraphQLObjectType, details: FieldDetailsList, info: Info) -> _Complete:
        """Return the plan of a type, for the fields that the nodes of *details* select of it."""
        key = (kind.name, tuple(id(detail.node) for detail in details))
        plan = self._known.get(key)
        if plan is None:
            plan = self._known[key] = _plan(kind, details, info)
        return plan


def plans_for(document: DocumentNode) -> Plans | None:
    """Return what keeps the plans of a document as long as it is kept itself.

    None if variables decide which fields there are: then plans hold for one request.
    """
    choices = _Choices()
    visit(document, choices)
    return None if choices.depend_on_variables else Plans()


class _Choices(Visitor):
    """Finds out whether variables decide which fields there are."""

    depend_on_variables = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        values = [argument.value for argument in node.arguments or ()]
        self.depend_on_variables |= any(isinstance(value, VariableNode) for value in values)


class PlannedExecutor(Executor[None]):
    """Executes an operation of a document; what is below its root fields by the *plans* of it."""

    def __init__(self, *given: Any, plans: Plans | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self._plans = Plans() if plans is None else plans

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: Info,
        path: Path,
        result: Any,
        position_context: None,
    ) -> Any:
        """Return what the answer has of an object."""
        try:
            return self._plans.of(return_type, field_details_list, info)(result, info)
        except Exception:  # whatever it is, the library says it in its own way
            return super().complete_object_value(
                return_type, field_details_list, info, path, result, position_context
            )


def execute_planned(
    schema: GraphQLSchema, document: DocumentNode, plans: Plans | None, **given: Any
) -> ExecutionResult:
    """Return what `graphql.execute` does with *given*; no resolver may be asynchronous."""
    result = execute(
        schema,
        document,
        executor_class=PlannedExecutor,
        is_awaitable=_is_awaitable,
        plans=plans,
        **given,
    )
    return cast(ExecutionResult, result)


def _is_awaitable(_: Any) -> TypeGuard[Awaitable[Any]]:
    return False


def _plan(kind: GraphQLObjectType, details: FieldDetailsList, info: Info) -> _Complete:
    fragments = {name: FragmentDetails(node) for name, node in info.fragments.items()}
    fields = collect_subfields(
        info.schema, fragments, info.variable_values, info.operation, kind, details
    )
    steps = [_step(name, kind, nodes, info) for name, nodes in fields.grouped_field_set.items()]

    def planned(source: Any, info: Info) -> dict[str, Any]:
        answer = {}
        for name, member, plain, complete in steps:
            if member is None:
                answer[name] = complete(source, info)
            else:
                value = source.get(member)
                answer[name] = value if type(value) is plain else complete(value, info)
        return answer

    return planned


class _Step(NamedTuple):
    """What to do for a field.

    Attributes:
        name: The name that it has in the answer.
        member: The member of the document that it is; None if a resolver makes it.
        plain: The Python type of which the member needs no completion; None if there is none.
        complete: What completes the member, or makes the field of the object.
    """

    name: str
    member: str | None
    plain: type | None
    complete: _Complete


def _step(name: str, kind: GraphQLObjectType, details: FieldDetailsList, info: Info) -> _Step:
    node = details[0].node
    member = node.name.value
    if member == "__typename":
        return _Step(name, None, None, lambda source, info: kind.name)
    field = kind.fields[member]
    complete = _completion(field.type, details, info)
    resolve = field.resolve
    if resolve is None:
        inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        return _Step(name, member, _AS_THEY_ARE.get(inner), complete)
    if not field.args:
        return _Step(name, None, None, lambda source, info: complete(resolve(source, info), info))

    def resolve_with_arguments(source: Any, info: Info) -> Any:
        arguments = get_argument_values(field, node, info.variable_values)
        return complete(resolve(source, info, **arguments), info)

    return _Step(name, None, None, resolve_with_arguments)


def _completion(kind: GraphQLOutputType, details: FieldDetailsList, info: Info) -> _Complete:
    if isinstance(kind, GraphQLNonNull):
        return _required(_completion(kind.of_type, details, info))
    if isinstance(kind, GraphQLList):
        return _each(_completion(kind.of_type, details, info))
    if is_leaf_type(kind):
        return _leaf(kind)
    if is_abstract_type(kind):
        return _abstract(kind, details)
    planned = _plan(cast(GraphQLObjectType, kind), details, info)
    return lambda value, info: None if value is None else planned(value, info)


def _required(complete: _Complete) -> _Complete:
    def required(value: Any, info: Info) -> Any:
        completed = complete(value, info)
        if completed is None:
            raise _OffPlanError
        return completed

    return required


def _each(complete: _Complete) -> _Complete:
    def each(value: Any, info: Info) -> list[Any] | None:
        return None if value is None else [complete(element, info) for element in value]

    return each


def _leaf(kind: GraphQLLeafType) -> _Complete:
    coerce, plain = kind.coerce_output_value, _AS_THEY_ARE.get(kind)

    def leaf(value: Any, _: Info) -> Any:
        if value is None or type(value) is plain:
            return value
        return coerce(value)

    return leaf


def _abstract(kind: GraphQLAbstractType, details: FieldDetailsList) -> _Complete:
    """Return what looks at each object; a type is planned when an object is of it."""
    kind_of = kind.resolve_type
    plans: dict[str, _Complete] = {}

    def complete(value: Any, info: Info) -> Any:
        if value is None:
            return None
        name = cast(str, kind_of(value, info, kind) if kind_of else None)
        planned = plans.get(name)
        if planned is None:
            found = cast(GraphQLObjectType, info.schema.type_map[name])
            planned = plans[name] = _plan(found, details, info)
        return planned(value, info)

    return complete
