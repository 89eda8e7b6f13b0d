"""Third parties' distributions in a fresh virtual environment, next to an installed cartflow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
THIRD_PARTIES = ("greeter", "harbour")
SOURCES = ("actions", "runtime", "schemas", "pyproject.toml", "README.md", "LICENSE")


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, timeout=120)


def copied(source: Path, target: Path, names: tuple[str, ...]) -> str:
    """Copy a project to where it can be built without traces; return the place."""
    target.mkdir()
    for name in names:
        if (source / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
            shutil.copytree(source / name, target / name, ignore=ignored)
        else:
            shutil.copy(source / name, target / name)
    return str(target)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fresh virtual environment with cartflow and the plugins; the `bin` folder of it.

    What cartflow depends on is borrowed from this environment, to save the time.
    """
    folder = tmp_path_factory.mktemp("fresh")
    ours = copied(ROOT, folder / "cartflow", SOURCES)
    theirs = [
        copied(Path(__file__).with_name(name), folder / name, (name, "pyproject.toml"))
        for name in THIRD_PARTIES
    ]
    wheels = folder / "wheels"
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), ours, *theirs)
    venv.create(folder / "venv", symlinks=True)
    bin_folder = folder / "venv" / "bin"
    built = sorted(map(str, wheels.glob("*.whl")))
    pip("--python", str(bin_folder / "python"), "install", "--no-deps", "--no-index", *built)
    site_packages = next((folder / "venv" / "lib").glob("python3*/site-packages"))
    borrowed = sysconfig.get_path("purelib")
    (site_packages / "borrowed.pth").write_text(borrowed + "\n")
    return bin_folder


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Run:
    """Give a function that runs a program of the fresh environment in an empty folder."""

    def run_one(program: str, *arguments: str, **settings: str) -> Any:
        return subprocess.run(
            [str(environment / program), *arguments],
            cwd=tmp_path,
            env={"PATH": os.defpath, "HOME": str(tmp_path), **settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run_one


GREET_ALL = """
    flow: greet-all
    inputs:
      names: {type: array, items: {type: string}}
    steps:
      - for: name
        in: ${{ inputs.names }}
        steps:
          - {action: greet, with: {name: "${{ name }}"}}
      - {id: all, action: listGreetings}
    outputs:
      greeted: ${{ steps.all.names }}
"""


@pytest.fixture
def flow(tmp_path: Path) -> str:
    file = tmp_path / "greet-all.flow.yaml"
    file.write_text(textwrap.dedent(GREET_ALL))
    return str(file)


def test_both_distributions_are_installed_where_they_belong(run: Run, environment: Path) -> None:
    script = "import cartflow, greeter; print(cartflow.__file__); print(greeter.__file__)"
    said = run("python", "-c", script)

    assert said.returncode == 0, said.stderr
    assert all(line.startswith(str(environment.parent)) for line in said.stdout.splitlines())


def test_the_plugin_is_listed_with_its_distribution(run: Run) -> None:
    said = run("cartflow", "plugins", "--strict")

    assert said.returncode == 0, said.stdout + said.stderr
    assert "cartflow-greeter 1.0.0" in said.stdout


def test_another_plugin_provides_what_prices_are_made_of(run: Run) -> None:
    script = """
from cartflow import Application

points = ("cart.promotions", "cart.shipping", "cart.taxes", "cart.payment_providers")
with Application.open() as application:
    print(*(list(application.extensions(point))[-1] for point in points))
"""
    said = run("python", "-c", script)

    assert said.stdout.split() == ["third_free", "barge", "port_dues", "purser"], said.stderr


def test_its_actions_are_used_in_a_flow(run: Run, flow: str) -> None:
    said = run("cartflow", "run", flow, "--input", 'names=["Grace", "Ada"]')

    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {"greeted": ["Ada", "Grace"]}


def test_its_condition_ends_a_flow(run: Run, flow: str) -> None:
    said = run("cartflow", "run", flow, "--input", 'names=["Ada", "Ada"]')

    assert said.returncode == 1
    assert "ALREADY_GREETED" in said.stderr
    assert "Ada has been greeted before" in said.stderr


def test_the_condition_of_its_wrapper_ends_a_flow(run: Run, flow: str) -> None:
    said = run("cartflow", "run", flow, "--input", 'names=["Nobody"]')

    assert said.returncode == 1
    assert "there is no Nobody to greet" in said.stderr


def test_its_setting_is_used(run: Run) -> None:
    said = run("cartflow", "invoke", "greet", "--input", "name=Ada", CARTFLOW_GREETER_WORD="Moin")

    assert json.loads(said.stdout) == {"greeting": "Moin, Ada!", "number": 1}


def test_its_setting_is_known_by_name(run: Run) -> None:
    said = run("cartflow", "actions", CARTFLOW_GREETER_WROD="Moin")

    assert said.returncode == 2
    assert "did you mean 'CARTFLOW_GREETER_WORD'?" in said.stderr


def test_the_contract_shows_the_condition_of_the_wrapper(run: Run) -> None:
    said = run("cartflow", "actions", "show", "greet")

    assert "NOBODY_THERE" in said.stdout


ROUTE = """
import os
from cartflow import Application, create_app

with Application.open() as application:
    client = create_app(application).test_client()
    for name in ("Ada", "Ada", "Nobody"):
        answer = client.post(f"/greetings/{name}")
        print(answer.status_code, answer.get_data(as_text=True) if answer.status_code == 201 else
              answer.get_json()["code"])
"""


def test_its_route_answers_over_http(run: Run) -> None:
    said = run("python", "-c", ROUTE)

    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "201 Hello, Ada!",
        "409 ALREADY_GREETED",
        "404 NOBODY_THERE",
    ]
