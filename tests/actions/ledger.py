"""A plugin for tests: writes every committed change of a cart down, in the order of the commits.

Its wrapper is outermost and takes the next number when the work is done; the row of the counter
stays locked until the commit, so numbers are the order in which the changes became visible.
"""

from __future__ import annotations

import json
from typing import Any

from cartflow import Application, Context, Contract, Proceed, Wrapper, hookimpl

_NEXT = "UPDATE ledger_counter SET number = number + 1 RETURNING number"


def _is_edit(contract: Contract) -> bool:
    return bool(contract.extensions.get("x-cart", {}).get("edits"))


def _write_down(ctx: Context, proceed: Proceed) -> Any:
    output = proceed()
    number = ctx.db.exec_driver_sql(_NEXT).scalar_one()
    entry = {"action": ctx.contract.name, "input": dict(ctx.input), "output": output}
    mark = "?" if ctx.db.dialect.name == "sqlite" else "%s"
    ctx.db.exec_driver_sql(
        f"INSERT INTO ledger (number, entry) VALUES ({mark}, {mark})", (number, json.dumps(entry))
    )
    return output


class Ledger:
    """The plugin."""

    @hookimpl(tryfirst=True)
    def cartflow_wrappers(self) -> list[Wrapper]:
        return [Wrapper(_write_down, applies_to=_is_edit)]


def create_tables(app: Application) -> None:
    with app.database.transaction() as db:
        db.exec_driver_sql("CREATE TABLE ledger_counter (number INTEGER)")
        db.exec_driver_sql("INSERT INTO ledger_counter VALUES (0)")
        db.exec_driver_sql("CREATE TABLE ledger (number INTEGER PRIMARY KEY, entry TEXT)")


def read_ledger(app: Application) -> list[dict[str, Any]]:
    with app.database.transaction(read_only=True) as db:
        rows = db.exec_driver_sql("SELECT entry FROM ledger ORDER BY number")
        return [json.loads(row[0]) for row in rows]
