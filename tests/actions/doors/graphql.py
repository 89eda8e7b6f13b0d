"""Random requests of GraphQL, and what is wrong with the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from graphql import execute_sync, get_operation_ast, parse
from werkzeug.test import TestResponse

from cartflow import Request
from cartflow.actions.adobe.call import Call
from cartflow.actions.adobe.schema import schema

from .broken import bytes_with_mistakes, words_with_mistakes
from .documents import Asked, Writer
from .fitting import Fitting, misfits_of_errors
from .pool import ANYTHING, Pool
from .world import World, headers_of

URL: Final = "/graphql"


def a_valid_document(world: World, pool: Pool) -> Iterator[str]:
    """Send a document that is valid for the schema; yield what is wrong with the answer.

    A query is sent again by somebody else: what was learned of the document must hold for him.
    """
    door, token = world.pick(pool)
    asked = Writer(pool).document()
    yield from _ask(world, asked, door, token)
    if asked.kind == "query":
        flipped = {
            name: not value if isinstance(value, bool) else value
            for name, value in asked.variables.items()
        }
        _, another = world.pick(pool)
        yield from _ask(world, asked._replace(variables=flipped), door, another)


def _ask(world: World, asked: Asked, door: str, token: str) -> Iterator[str]:
    body = asked.body()
    response = world.clients[door].post(URL, json=body, headers=headers_of(token))
    answer = response.get_json()
    breaches = [*_of_response(response, door), *_of_answer(asked, answer)]
    if asked.kind == "query" and answer.get("data"):
        breaches += _of_plans(world, asked, answer, token)
    told = json.dumps(body, ensure_ascii=False)
    yield from (f"{breach}\n  {door}, {token[:4]!r}: {told}" for breach in breaches)
    outcome = "errors" if "errors" in answer else "ok"
    world.counts[f"a valid {asked.kind}", outcome] += 1


def a_broken_body(world: World, pool: Pool) -> Iterator[str]:
    """Send a body with mistakes in it; yield what is wrong with the answer."""
    door, token = world.pick(pool)
    asked = Writer(pool).document()
    random = pool.random
    text, variables = asked.text, asked.variables
    if random.random() < 0.5:
        text = words_with_mistakes(text, random)
    for name in variables:
        if random.random() < 0.3:
            variables[name] = random.choice(ANYTHING)
    members = asked.body() | {"query": text}
    if random.random() < 0.1:
        members[random.choice(list(members))] = random.choice(ANYTHING)
    document: Any = [members] * random.choice((1, 2, 11)) if random.random() < 0.1 else members
    body = json.dumps(document).encode()
    if random.random() < 0.4:
        body = bytes_with_mistakes(body, random)
    response = world.clients[door].post(
        URL, data=body, headers=headers_of(token), content_type="application/json"
    )
    answers = response.get_json()
    for answer in answers if isinstance(answers, list) else [answers]:
        for breach in (*_of_response(response, door), *_of_envelope(answer)):
            yield f"{breach}\n  {door}, {token[:4]!r}: {body!r}"
        world.counts["a broken body", "errors" if "errors" in answer else "ok"] += 1


def _of_response(response: TestResponse, door: str) -> Iterator[str]:
    statuses = (200, 400, 401, 403) if door == "2.4.8" else (200,)
    if response.status_code not in statuses or response.content_type != "application/json":
        yield f"the response is {response.status} {response.content_type}"


def _of_envelope(answer: Any) -> Iterator[str]:
    if not isinstance(answer, dict) or not ("errors" in answer or "data" in answer):
        yield f"the answer is {answer!r}"
    elif "errors" in answer:
        yield from misfits_of_errors(answer["errors"])


def _of_answer(asked: Asked, answer: Any) -> Iterator[str]:
    yield from _of_envelope(answer)
    if "data" in answer:
        document = parse(asked.text)
        operation = get_operation_ast(document, asked.operation_name)
        assert operation is not None
        yield from Fitting(schema(), document, asked.variables).misfits(operation, answer)
    elif answer["errors"][0]["message"] != "User token has been revoked":
        yield f"a document that is valid was refused: {answer['errors']}"


def _of_plans(world: World, asked: Asked, answer: Any, token: str) -> Iterator[str]:
    """Yield whether the library itself answers otherwise."""
    caller = world.caller(token)
    request = Request(
        method="POST",
        path=URL,
        parameters={},
        query={},
        headers={},
        body=b"",
        principal=caller,
        invoke=partial(_invoke, world, caller),
        settings={"max_page_size": 300},
    )
    result = execute_sync(
        schema(),
        parse(asked.text),
        context_value=Call(request, "documented"),
        variable_values=asked.variables,
        operation_name=asked.operation_name,
    )
    if json.loads(json.dumps(result.data)) != answer["data"]:
        yield f"the library itself answers\n  {result.data}\n  and the door\n  {answer['data']}"


def _invoke(world: World, caller: Any, name: str, given: Any, key: str | None = None) -> Any:
    return world.shop.app.invoke(name, given, principal=caller, key=key)
