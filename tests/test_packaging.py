"""What stands in pyproject.toml is what there is: an editable install would hide a gap."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "actions": "cartflow.actions",
    "runtime": "cartflow.runtime",
    "schemas": "cartflow.schemas",
}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETUPTOOLS: dict[str, Any] = PROJECT["tool"]["setuptools"]


def import_name(folder: Path) -> str:
    """Return the import name of a folder of ours."""
    room, *rest = folder.relative_to(ROOT).parts
    if [room, *rest] == ["runtime", "_facade"]:
        return "cartflow"
    return ".".join((ROOMS[room], *rest))


def folders_with_code() -> set[str]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return {import_name(file.parent) for file in files}


def test_every_folder_with_code_is_listed() -> None:
    assert set(SETUPTOOLS["packages"]) == folders_with_code()


def test_the_list_is_sorted_and_has_nothing_twice() -> None:
    packages = SETUPTOOLS["packages"]

    assert packages == sorted(set(packages))


@pytest.mark.parametrize(("name", "folder"), SETUPTOOLS["package-dir"].items())
def test_every_import_name_has_its_folder(name: str, folder: str) -> None:
    assert import_name(ROOT / folder) == name


def test_every_data_file_is_packaged() -> None:
    packaged: set[Path] = set()
    for name, patterns in SETUPTOOLS["package-data"].items():
        names = SETUPTOOLS["packages"] if name == "*" else [name]
        for package in names:
            folder = ROOT / _folder_of(package)
            packaged |= {file for pattern in patterns for file in folder.glob(pattern)}
    data = {
        file
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }

    assert sorted(data - packaged) == []


def _folder_of(package: str) -> str:
    directories: dict[str, str] = SETUPTOOLS["package-dir"]
    if package in directories:
        return directories[package]
    parent, _, last = package.rpartition(".")
    return f"{_folder_of(parent)}/{last}"


def test_the_package_is_typed() -> None:
    assert (ROOT / "runtime/_facade/py.typed").is_file()


def test_the_built_in_actions_enter_by_the_entry_point_that_everybody_uses() -> None:
    assert PROJECT["project"]["entry-points"]["cartflow"] == {
        "cart": "cartflow.actions.plugin",
        "adobe": "cartflow.actions.adobe.plugin",
    }
