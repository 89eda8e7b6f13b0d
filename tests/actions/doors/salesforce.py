"""Random requests as clients of Salesforce might send them, and what is wrong with the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from werkzeug.test import TestResponse

from cartflow.runtime.http.salesforce.errors import published_condition

from ..repertoire import ENTRIES, CartFacts, Hand
from .broken import bytes_with_mistakes
from .pool import ANYTHING, GARBAGE, Pool
from .world import World, headers_of

ROOT: Final = "/services/data/v60.0"
_FORM: Final = "application/x-www-form-urlencoded"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_METHODS: Final = ("GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PLACES: Final = (
    *("/services", "/services/data", "/services/data/v1.0", "/services/data/v99.9", ROOT),
    *(f"{ROOT}/actions", f"{ROOT}/actions/standard", f"{ROOT}/actions/custom"),
    *(f"{ROOT}/actions/custom/flow", f"{ROOT}/actions/custom/apex", f"{ROOT}/query"),
    *(f"{ROOT}/sobjects/User", f"{ROOT}/sobjects/Organization", "/services/oauth2/userinfo"),
    *("/services/oauth2/token", "/services/oauth2/revoke", "/id", f"{ROOT}/limits"),
)
_WORDS: Final = (
    *("SELECT", "FROM", "WHERE", "AND", "LIMIT", "OR", "IN", "=", "!=", ",", "(", ")", "'", "Id"),
    *("User", "Organization", "Name", "ScratchOrgInfo", "null", "true", "1", "'x'", "IsSandbox"),
)
_RESULT: Final = {"actionName", "errors", "invocationId", "isSuccess", "outputValues", "outcome"}


class Sent(NamedTuple):
    """A request.

    Attributes:
        called: The action that it calls, if it is meant to.
    """

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    called: str = ""


def a_request(world: World, pool: Pool) -> Iterator[str]:
    """Send a request; yield what is wrong with the answer."""
    random = pool.random
    door, token = world.pick(pool)
    make = random.choice((_call, _call, _call, _query, _form, _envelope, _anything))
    sent = make(world, pool)
    prefix = random.choice(("", "", "00D000000000001!")) if token else ""
    response = world.clients[door].open(
        sent.path,
        method=sent.method,
        data=sent.body,
        headers={**headers_of(token and prefix + token), **sent.headers},
    )
    for breach in _breaches(world, sent, response):
        yield f"{breach}\n  {door}, {token[:4]!r}: {sent}"
    world.counts[f"Salesforce: {make.__name__.strip('_')}", str(response.status_code)] += 1


def _call(world: World, pool: Pool) -> Sent:
    """Return a call of an action, for inputs most of which make sense."""
    random = pool.random
    entry = random.choice(ENTRIES)
    inputs = [_input(world, pool, entry) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    body = json.dumps({"inputs": inputs}).encode()
    if random.random() < 0.1:
        body = bytes_with_mistakes(body, random)
    kind = random.choice(("standard",) * 9 + ("custom/flow",))
    headers = {"Content-Type": "application/json"}
    if random.random() < 0.2:
        headers["Idempotency-Key"] = random.choice(("key", "x" * 300, '"quoted"', "a,b"))
    path = f"{ROOT}/actions/{kind}/{entry.action}"
    return Sent("POST", path, body, headers, entry.action)


def _input(world: World, pool: Pool, entry: Any) -> Any:
    random = pool.random
    cart_id = random.choice(pool.named("cart_id"))
    cart = CartFacts(
        cart_id,
        pool.lines.get(cart_id, ()),
        random.choice(pool.carts),
        str(random.choice((0, 1, 2))),
        random.choice(pool.sessions),
    )
    given = entry.given(Hand(random.choice), cart)
    properties = world.shop.app.registry[entry.action].contract.input.get("properties", {})
    for name in properties:
        if random.random() < 0.1:
            given[name] = random.choice((pool.text(name), random.choice(ANYTHING)))
        elif random.random() < 0.05:
            given.pop(name, None)
    return given


def _query(world: World, pool: Pool) -> Sent:
    """Return a query: one that is answered, with mistakes in it."""
    random = pool.random
    words = [
        "SELECT",
        "Id",
        ",",
        "Name",
        "FROM",
        "Organization",
        "WHERE",
        "Id",
        "!=",
        "'x'",
        "LIMIT",
        "1",
    ]
    for _ in range(random.choice((0, 1, 2, 4, 9))):
        place = random.randrange(len(words) + 1)
        word = random.choice((random.choice(_WORDS), random.choice(GARBAGE)))
        words[place : place + random.choice((0, 1))] = [word]
    text = quote(random.choice((" ", " ", "\t", "")).join(words))
    return Sent(random.choice(("GET", "GET", "HEAD")), f"{ROOT}/query?q={text}")


def _form(world: World, pool: Pool) -> Sent:
    """Return a form for tokens."""
    random = pool.random
    grants = ("password", "client_credentials", "refresh_token", random.choice(GARBAGE))
    members = {
        "grant_type": random.choice(grants),
        "username": pool.text("email"),
        "password": pool.text("password"),
        "client_id": random.choice(("key", random.choice(GARBAGE))),
        "client_secret": random.choice((*world.callers, random.choice(GARBAGE))),
        "token": random.choice(("dead", random.choice(GARBAGE))),
    }
    for name in list(members):
        if random.random() < 0.1:
            members.pop(name)
    body = urlencode(members).encode()
    if random.random() < 0.3:
        body = bytes_with_mistakes(body, random)
    headers = {"Content-Type": random.choice((_FORM,) * 5 + ("application/json",))}
    path = random.choice(("/services/oauth2/token",) * 3 + ("/services/oauth2/revoke",))
    return Sent("POST", path, body, headers)


def _envelope(world: World, pool: Pool) -> Sent:
    """Return a message of SOAP that begins or ends a session."""
    random = pool.random
    name, password = (escape(pool.text(it)) for it in ("email", "password"))
    calls = (
        f"<login><username>{name}</username><password>{password}</password></login>",
        "<logout/>",
        f"<{random.choice(ENTRIES).action}/>",
    )
    header = random.choice(("", "<h><sessionId>dead</sessionId></h>"))
    body = f"<s:Body>{random.choice(calls)}</s:Body>"
    text = f'<s:Envelope xmlns:s="{_SOAP}">{header}{body}</s:Envelope>'.encode()
    if random.random() < 0.4:
        text = bytes_with_mistakes(text, random)
    return Sent("POST", "/services/Soap/u/60.0", text, {"Content-Type": "text/xml"})


def _anything(world: World, pool: Pool) -> Sent:
    """Return a request to a place that there is, or to one near it."""
    random = pool.random
    path = random.choice(_PLACES)
    for _ in range(random.choice((0, 0, 1, 2))):
        part = random.choice((random.choice(GARBAGE), random.choice(ENTRIES).action))
        path += "/" + quote(part, safe="")
    headers = {
        name: random.choice(GARBAGE).encode("ascii", "replace").decode().replace("\r\n", " ")
        for name in ("Accept", "If-Modified-Since", "If-None-Match", "Range", "Sforce-Call-Options")
        if random.random() < 0.2
    }
    return Sent(random.choice(_METHODS), path, b"", headers)


def _breaches(world: World, sent: Sent, response: TestResponse) -> Iterator[str]:
    status = response.status_code
    if sent.path.startswith("/services/Soap"):
        yield from _misfits_of_envelope(response)
        return
    if not response.data:
        if status >= 400 and sent.method != "HEAD":
            yield f"{status} without a word"
        return
    if response.content_type != "application/json":
        yield f"{status} of the type {response.content_type}"
        return
    answer = response.get_json()
    if status >= 500 and not _is_declared(world, sent, answer, status):
        yield f"{status}: {answer}"
    if status >= 400:
        yield from _misfits(sent, answer)


def _misfits_of_envelope(response: TestResponse) -> Iterator[str]:
    """Yield what is wrong with an answer in XML; faults have the status 500."""
    try:
        [[answer]] = ElementTree.fromstring(response.get_data(as_text=True))
    except (ElementTree.ParseError, ValueError):
        yield f"no envelope: {response.data!r}"
        return
    is_fault = answer.tag.endswith("}Fault")
    if response.status_code != (500 if is_fault else 200):
        yield f"{response.status_code} with {answer.tag}"


def _is_declared(world: World, sent: Sent, answer: Any, status: int) -> bool:
    """Return whether an error is one that the action itself is known to end with."""
    if not sent.called:
        return False
    contract = world.shop.app.registry[sent.called].contract
    known = {published_condition(it, contract) for it in contract.errors.values()}
    found = [error for result in answer for error in result.get("errors") or ()]
    return bool(found) and all((error["statusCode"], status) in known for error in found)


def _misfits(sent: Sent, answer: Any) -> Iterator[str]:
    """Yield what is wrong with the answer to a request that failed."""
    if sent.path.startswith("/services/oauth2/") and isinstance(answer, dict):
        if list(answer) != ["error", "error_description"] or not all(answer.values()):
            yield f"an error of OAuth: {answer}"
        return
    if not isinstance(answer, list) or not answer:
        yield f"errors that are no list: {answer}"
        return
    for element in answer:
        is_plain = list(element) == ["errorCode", "message"] and all(element.values())
        if not is_plain and not set(element) >= _RESULT:
            yield f"an error of a strange form: {element}"
