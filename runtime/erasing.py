"""Forgetting a person: what the runtime itself keeps of calls and tokens.

Traces of runs are not kept in the database; the log is the operator's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from .principal import Principal

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

_MENTIONS: Final = {
    "sqlite": "json_each(:mentions) AS mention WHERE instr({text}, mention.value) > 0",
    "postgresql": (
        "json_array_elements_text(CAST(:mentions AS json)) AS mention(value)"
        " WHERE strpos({text}, mention.value) > 0"
    ),
}
_TEXT: Final = (
    "lower(journal.key || ' ' || coalesce(journal.outcome, '') || ' ' ||"
    " coalesce(journal.state, ''))"
)
_OF_THEM: Final = "(scope = :scope OR EXISTS (SELECT 1 FROM {found})) AND status = "


class Forgotten(NamedTuple):
    """How much was erased.

    Attributes:
        outcomes: Recorded outcomes of calls with an idempotency key.
        tokens: Bearer tokens, those that are expired or revoked included.
        running: Calls that are still under way; what is kept of them is needed until they end.
    """

    outcomes: int
    tokens: int
    running: int


def forget(db: Connection, principal: Principal | None, mentions: Iterable[str]) -> Forgotten:
    """Erase outcomes and tokens of *principal*, and all outcomes that mention a text.

    Args:
        db: The connection of the transaction.
        principal: Whose; None: nobody's in particular.
        mentions: Texts by which outcomes are known to be about the person, such as an e-mail
            address; in all capitals and without any they are looked for as well.
    """
    from sqlalchemy import text as sql

    # outcomes are JSON in ASCII, where other letters are numbers, which differ between cases
    forms = {form for text in mentions if text for form in (text, text.lower(), text.upper())}
    written = [json.dumps(form)[1:-1].lower() for form in forms]
    found = _MENTIONS[db.dialect.name].format(text=_TEXT)
    where = _OF_THEM.format(found=found)
    scope = f"call:{principal.scope}" if principal else ""
    values = {"scope": scope, "mentions": json.dumps(written)}
    outcomes = db.execute(sql(f"DELETE FROM journal WHERE {where} 'done'"), values).rowcount
    running = db.scalar(sql(f"SELECT count(*) FROM journal WHERE {where} 'running'"), values)
    tokens = 0
    if principal is not None:
        ended = sql("DELETE FROM oauth_token WHERE kind = :kind AND principal_id = :id")
        tokens = db.execute(ended, {"kind": principal.kind, "id": principal.id}).rowcount
    return Forgotten(outcomes, tokens, int(running or 0))
