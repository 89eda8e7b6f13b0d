"""A root field: an action, what it is given, and what its outcome becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from graphql import GraphQLFieldResolver, GraphQLResolveInfo

from cartflow import ActionError

from ..call import Call
from ..errors import INPUT, refusal
from ..wording import Places, error_of, words_of

Json = dict[str, Any]
"""A JSON object."""


class Outcome(NamedTuple):
    """What an action answered.

    Attributes:
        output: Its output.
        given: Its input.
        call: The operation of the request that the field belongs to.
    """

    output: Json
    given: Json
    call: Call


class Failure(NamedTuple):
    """What an action ended with.

    Attributes:
        error: The error.
        words: What clients are told of it.
        wording: The setting that says whose words they are.
    """

    error: ActionError
    words: str
    wording: str


def given_by(arguments: Json) -> Json:
    """Return the input of an action: the arguments, or the members of the one called `input`.

    Members that are null were not given, and elements of lists that are null are none: clients send
    both where they have nothing to say.
    """
    return {
        name: without_nulls(value)
        for name, value in members_of(arguments).items()
        if value is not None
    }


def members_of(arguments: Json) -> Json:
    """Return the arguments, with the members of the one called `input` in its place."""
    members = {**arguments, **(arguments.get("input") or {})}
    members.pop("input", None)
    return members


def without_nulls(value: Any) -> Any:
    """Return a value without members and elements that are null, however deep."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value if inner is not None]
    return value


def the_output(outcome: Outcome) -> Any:
    """Return the output as it is: its members are those of the type."""
    return outcome.output


def member(name: str) -> Callable[[Outcome], Any]:
    """Return what takes one member of the output."""
    return lambda outcome: outcome.output[name]


_SAME_PLACES: Final[Mapping[str, str]] = {}


class Operation(NamedTuple):
    """A root field.

    Attributes:
        action: The action that it invokes.
        answer: Makes the field's value of what the action answered.
        given: Makes the action's input of the field's arguments.
        failure: Makes the field's value of an error that this operation answers as data; None for
            one that goes to the top level, as all do where there is no such function.
        places: Members of the action's input that do not have the name of an argument or of a
            member of `input`, with the place of the value that they are made of.
    """

    action: str
    answer: Callable[[Outcome], Any] = the_output
    given: Callable[[Json], Json] = given_by
    failure: Callable[[Failure], Any] | None = None
    places: Mapping[str, str] = _SAME_PLACES


def same_named(*names: str, answer: Callable[[Outcome], Any] = the_output) -> dict[str, Operation]:
    """Return root fields that have the names of their actions, and take what these take."""
    return {name: Operation(name, answer) for name in names}


def resolver_of(operation: Operation) -> GraphQLFieldResolver:
    """Return the resolver of a root field."""

    def resolve(_: Any, info: GraphQLResolveInfo[Call], **arguments: Any) -> Any:
        call = info.context
        _check_page(arguments, call)
        given = operation.given(arguments)
        try:
            output = call.invoke(operation.action, given, str(info.path.key))
        except ActionError as error:
            known = info.parent_type.fields[info.field_name].args
            places = Places("input" if "input" in known else "", operation.places)
            words = words_of(error, operation.action, call.wording, places)
            value = operation.failure and operation.failure(Failure(error, words, call.wording))
            if value is not None:
                return value
            raise error_of(error, operation.action, call.wording, words) from error
        call.adjustments.extend(output.get("adjustments", ()))
        return operation.answer(Outcome(output, given, call))

    return resolve


def _check_page(arguments: Json, call: Call) -> None:
    """Refuse a page that is far longer than any that is shown to somebody.

    Raises:
        GraphQLError: Of the category input.
    """
    size = arguments.get("pageSize")
    if size is None:
        return
    most = call.request.settings["max_page_size"]
    if size > most:
        message = f"Max page size should be {most} but got {size}."
        raise refusal(message, INPUT)
