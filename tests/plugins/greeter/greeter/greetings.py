"""The actions, the wrapper and the route."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from cartflow import ActionError, Context, Contract, Proceed, Request, Response, Wrapper, action


def greet(ctx: Context) -> dict[str, Any]:
    """Greet somebody who has not been greeted yet; the contract is greet.json."""
    name = ctx.input["name"]
    if name in _greeted(ctx):
        raise ActionError("ALREADY_GREETED", name=name)
    ctx.db.execute(text("INSERT INTO greeting (name) VALUES (:name)"), {"name": name})
    return {"greeting": f"{ctx.settings['word']}, {name}!", "number": len(_greeted(ctx))}


@action(
    "listGreetings",
    input={},
    output={"names": {"type": "array", "items": {"type": "string"}}},
    category="Greetings",
    effect="none",
)
def list_greetings(ctx: Context) -> dict[str, Any]:
    """List all who have been greeted."""
    return {"names": _greeted(ctx)}


def _greeted(ctx: Context) -> list[str]:
    return list(ctx.db.execute(text("SELECT name FROM greeting ORDER BY name")).scalars())


def _is_polite(contract: Contract) -> bool:
    return bool(contract.extensions.get("x-greeter", {}).get("polite"))


def _refuse_nobody(ctx: Context, proceed: Proceed) -> Any:
    if ctx.input["name"].lower() == "nobody":
        raise ActionError("NOBODY_THERE", name=ctx.input["name"])
    return proceed()


POLITENESS = Wrapper(
    _refuse_nobody,
    applies_to=_is_polite,
    conditions={
        "NOBODY_THERE": {
            "status": 404,
            "title": "Nobody There",
            "message": "there is no {name} to greet",
        }
    },
)


def greet_by_path(request: Request) -> Response:
    """Answer `POST /greetings/<name>` with the greeting as plain text."""
    output = request.invoke("greet", {"name": request.parameters["name"]})
    return Response(201, output["greeting"], {"Content-Type": "text/plain; charset=utf-8"})
