"""`--as`: as whom a command calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from ..application import Application
from ..errors import UsageError
from ..principal import ADMIN, GUEST, Principal
from ..violations import nearest

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

EXTENSION_POINT: Final = "principals"
"""Kind of principal to the function that finds one by the name that people use: called with a
connection and that name, it returns the principal's id, or None. The cart finds customers so."""

FindPrincipal = Callable[["Connection", str], str | None]

_NAMELESS: Final = {"guest": GUEST, "admin": ADMIN}

caller_option = click.option(
    "--as",
    "caller",
    metavar="WHO",
    default="guest",
    show_default=True,
    help="As whom: guest, admin, or KIND:NAME, such as customer:EMAIL.",
)


def find_caller(app: Application, who: str) -> Principal:
    """Return the principal that `--as` names.

    Raises:
        UsageError: There is no such kind of principal, or none of this name.
    """
    kind, colon, name = who.partition(":")
    if not colon and kind in _NAMELESS:
        return _NAMELESS[kind]
    finders: dict[str, Any] = dict(app.extensions(EXTENSION_POINT))
    find: FindPrincipal | None = finders.get(kind)
    if find is None or not name:
        expected = [*_NAMELESS, *(f"{found}:NAME" for found in finders)]
        near = nearest(kind, [*_NAMELESS, *finders])
        message = f"--as {who!r} names nobody; expected {' or '.join(expected)}{near}"
        raise UsageError(message)
    app.schema.ensure()
    with app.database.transaction(read_only=True) as connection:
        found_id = find(connection, name)
    if found_id is None:
        message = f"--as {who!r}: there is no {kind} {name!r} in this database"
        raise UsageError(message)
    return Principal(kind, str(found_id))
