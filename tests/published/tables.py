"""The tables of docs/coverage.md."""

from __future__ import annotations

from .reading import published
from .rows import Row, rows_of

_SHOWN = 3


def coverage_table(name: str) -> str:
    """Return what serves each operation, attribute and error of a list."""
    rows = ["| published | with us | conditions | tests |", "|---|---|---|---|"]
    rows += [_row(row) for row in rows_of(published(name))]
    return "\n".join(rows)


def left_out_table(name: str) -> str:
    """Return what there is not, with the reasons; what has the same reason shares a row."""
    listed = published(name)
    by_reason: dict[str, list[str]] = {}
    for pattern, reason in {**listed.left_out, **listed.other_types}.items():
        name = pattern if pattern in listed.other_types else f"`{pattern}`"
        by_reason.setdefault(reason, []).append(name)
    rows = ["| published | why not |", "|---|---|"]
    rows += [f"| {', '.join(names)} | {reason} |" for reason, names in by_reason.items()]
    return "\n".join(rows)


def _row(row: Row) -> str:
    codes = ", ".join(f"`{code}`" for code in row.conditions)
    tests = ", ".join(test.removeprefix("test_").removesuffix(".py") for test in row.tests[:_SHOWN])
    more = " …" if len(row.tests) > _SHOWN else ""
    return f"| `{row.name}` | `{row.ours}` | {codes} | {tests}{more} |"
