"""The rules of the flow language that want a case: the rows of its tables, its numbered items.

Names are those of the manual's sections: `1 timeout` is a key of the file, `2 filter map` a filter,
`3 race` a kind, `3.1 BUSY` a code, `3.3-7` a numbered item.
"""

from __future__ import annotations

from cartflow.runtime.errors import BUILTIN_CONDITIONS
from cartflow.runtime.flow.filters import FILTERS
from cartflow.runtime.flow.model import KINDS
from cartflow.runtime.flow.operators import TESTS

KEYS = (
    *("flow", "title", "description", "category", "version", "access", "inputs", "steps"),
    *("outputs", "errors", "catch", "finally", "timeout", "triggers"),
)
FILE = (
    *("core schema", "json", "duplicate key", "tag", "anchor", "alias", "not a number"),
    *("second document", "size", "depth", "values", "unknown key", "$ref"),
)
NAMES = ("inputs", "steps", "loop variables", "error", "run", "secrets")
EXPRESSIONS = (
    *("whole value", "text", "without delimiters", "literal", "data is data", "member", "item"),
    *("calls", "bounded", "numbers", "slice", "if else", "missing", "member of null", "keys"),
    "lazy filters",
)
STEPS = ("id", "title", "if", "one kind", "durations", "times", "scope", "order")
GUARDS = ("timeout", "retry", "catch", "finally")
ITEMS = 17

RULES = (
    *(f"1 {name}" for name in (*KEYS, *FILE)),
    *(f"2 {name}" for name in (*NAMES, *EXPRESSIONS)),
    *(f"2 filter {name}" for name in FILTERS),
    *(f"2 test {name}" for name in TESTS),
    *(f"3 {name}" for name in (*STEPS, *KINDS.values())),
    *(f"3.1 {name}" for name in (*BUILTIN_CONDITIONS, *GUARDS)),
    "3.2",
    *(f"3.3-{number}" for number in range(1, ITEMS + 1)),
    "6",
)
