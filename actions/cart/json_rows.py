"""Rows that a statement gets as one JSON text: the statement is the same for 1 row and 1 000."""

from __future__ import annotations


def json_rows(parameter: str, **types: str) -> dict[str, str]:
    """Return, by dialect, a SELECT of the rows in a parameter: a JSON array of arrays.

    Args:
        parameter: The name of the parameter.
        types: The names of the columns, in the order of the values, with their types.
    """
    in_sqlite = (f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(types))
    in_postgresql = (
        f"CAST(value ->> {at} AS {type_}) AS {name}"
        for at, (name, type_) in enumerate(types.items())
    )
    return {
        "sqlite": f"SELECT {', '.join(in_sqlite)} FROM json_each(:{parameter})",
        "postgresql": f"SELECT {', '.join(in_postgresql)}"
        f" FROM json_array_elements(CAST(:{parameter} AS JSON))",
    }
