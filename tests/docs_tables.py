"""The tables in the manual that are made from the code. Run it to write them anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cartflow import Application
from cartflow.runtime.http.problems import CONDITIONS
from cartflow.runtime.plugins import Plugins
from cartflow.runtime.settings import CORE_SETTINGS, Setting

from .published.reading import NAMES
from .published.tables import coverage_table, left_out_table

DOCS = Path(__file__).parent.parent / "docs"
_BLOCK = re.compile(r"<!-- table: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)


def settings_table() -> str:
    """Return every setting: the runtime's, then those of the plugins that come with it."""
    plugins = Plugins.load()
    rows = ["| variable | in the file | default | what it does |", "|---|---|---|---|"]
    rows += [_setting("", setting) for setting in CORE_SETTINGS]
    for name in ("cart", "adobe"):
        [plugin] = [report for report in plugins if report.name == name]
        rows += [_setting(name, setting) for setting in plugins.call(plugin, "cartflow_settings")]
    return "\n".join(rows)


def _setting(section: str, setting: Setting) -> str:
    variable = "_".join(filter(None, ("CARTFLOW", section, setting.name))).upper()
    place = f"`[{section}] {setting.name}`" if section else f"`{setting.name}`"
    choices = f" ({', '.join(setting.choices)})" if setting.choices else ""
    value = setting.default
    default = f"`{str(value).lower() if isinstance(value, bool) else value}`"
    shown = default if value != "" else "none"
    return f"| `{variable}` | {place} | {shown} | {setting.description}{choices} |"


def conditions_table() -> str:
    """Return the conditions that belong to no contract."""
    rows = ["| code | status | | |", "|---|---|---|---|"]
    rows += [
        f"| `{code}` | {status} | {title} | {'may be tried again' if retryable else ''} |"
        for code, (status, title, retryable) in CONDITIONS.items()
    ]
    return "\n".join(rows)


def actions_table() -> str:
    """Return the cart's actions and flows, with the codes of their conditions."""
    with Application.open(environment={}) as app:
        found = sorted(
            (action.contract for action in app.registry.values() if action.plugin == "cart"),
            key=lambda contract: contract.name,
        )
    rows = ["| action | for | what it does | conditions |", "|---|---|---|---|"]
    for contract in found:
        who = ", ".join(sorted(contract.access)) if contract.access else "everybody"
        codes = ", ".join(f"`{code}`" for code in contract.errors)
        rows.append(f"| `{contract.name}` | {who} | {contract.description} | {codes} |")
    return "\n".join(rows)


TABLES_OF_A_LIST: Mapping[str, Callable[[str], str]] = {
    "published_by": coverage_table,
    "left_out_of": left_out_table,
}
TABLES: Mapping[str, Callable[[], str]] = {
    "settings": settings_table,
    "conditions": conditions_table,
    "actions": actions_table,
    **{
        f"{table}_{name}": partial(make, name)
        for table, make in TABLES_OF_A_LIST.items()
        for name in NAMES
    },
}


def with_tables(text: str) -> str:
    """Return a page with its tables as they are now."""
    return _BLOCK.sub(
        lambda found: f"<!-- table: {found[1]} -->\n{TABLES[found[1]]()}\n<!-- end -->", text
    )


def main() -> None:
    for page in DOCS.glob("*.md"):
        page.write_text(with_tables(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
