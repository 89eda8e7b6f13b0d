"""`cartflow new`: a small flow with its tests, to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

import click

from ..errors import UsageError
from ..flow.reading import NAME
from .session import Session

_FLOW: Final = """\
# A flow is a list of steps. Try it:
#
#   cartflow run {file} -i name=Ada
#   cartflow describe {file}
flow: {name}
title: Greet somebody
inputs:
  name: {{ type: string, minLength: 1, title: Name }}
  language: {{ type: string, default: en, title: Language }}
errors:
  LANGUAGE_UNKNOWN: {{ status: 422, title: Language Unknown }}
steps:
  - id: greetings
    title: Look the words up
    value: {{ en: Hello, de: Guten Tag, fr: Bonjour }}
  - title: Refuse a language that is not there
    if: inputs.language not in steps.greetings
    fail:
      code: LANGUAGE_UNKNOWN
      message: there is no greeting in ${{{{ inputs.language }}}}
  - id: greeting
    title: Put the words together
    value: ${{{{ steps.greetings[inputs.language] }}}}, ${{{{ inputs.name }}}}!
  # A step can call an action; 'cartflow actions' lists them:
  #
  # - id: result
  #   action: NAME_OF_THE_ACTION
  #   with: {{ input: "${{{{ steps.greeting }}}}" }}
outputs:
  greeting: ${{{{ steps.greeting }}}}
"""
_TESTS: Final = """\
# The tests of {file}. Run them:
#
#   cartflow test {file}
flow: {name}
tests:
  - title: somebody is greeted in English
    inputs: {{ name: Ada }}
    expect:
      outputs: {{ greeting: "Hello, Ada!" }}

  - title: the language can be chosen
    inputs: {{ name: Ada, language: fr }}
    expect:
      outputs: {{ greeting: "Bonjour, Ada!" }}

  - title: a language that is not there is refused
    inputs: {{ name: Ada, language: xx }}
    expect:
      error: {{ code: LANGUAGE_UNKNOWN, message: there is no greeting in xx }}

  # No action works for real in a test, unless the test says so. It says what they answer:
  #
  # - title: what the action answers is passed on
  #   inputs: {{ name: Ada }}
  #   mocks:
  #     NAME_OF_THE_ACTION: {{ output: {{ member: value }} }}
  #   expect:
  #     called: [NAME_OF_THE_ACTION]
"""
_WORDS: Final = frozenset(("true", "false", "null"))
"""Names of flows that would be something else in YAML."""


@click.command()
@click.argument("name")
@click.option(
    "--directory",
    metavar="DIR",
    default=".",
    help="Where the files are written, instead of here; it is made if it is not there.",
)
@click.pass_obj
def new(session: Session, name: str, directory: str) -> None:
    """Write a small flow called NAME, and tests that it passes, to begin with.

    The files are NAME.flow.yaml and NAME.flowtest.yaml. Files that are there are never overwritten.
    """
    _check_name(session, name)
    folder = Path(directory)
    files = {
        folder / f"{name}.flow.yaml": _FLOW,
        folder / f"{name}.flowtest.yaml": _TESTS,
    }
    for file in files:
        if file.exists():
            message = f"{str(file)!r} is there already; choose another name"
            raise UsageError(message)
    folder.mkdir(parents=True, exist_ok=True)
    flow = next(iter(files))
    written = f'"{name}"' if name.lower() in _WORDS else name
    for file, text in files.items():
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text.format(name=written, file=flow))
    click.echo("wrote " + " and ".join(map(str, files)))
    click.echo("try them:")
    typed = shlex.quote(str(flow))
    for command in (f"check {typed}", f"test {typed}", f"run {typed} -i name=Ada"):
        click.echo(f"  cartflow {command}")


def _check_name(session: Session, name: str) -> None:
    """Refuse a name that a flow cannot have.

    Raises:
        UsageError: It is not a name, or taken.
    """
    if not NAME.fullmatch(name):
        stem = Path(name).name.partition(".")[0]
        near = f"; did you mean {stem!r}?" if NAME.fullmatch(stem) else ""
        message = (
            f"{name!r} is not the name of a flow; expected a letter, then letters, digits, '_' or"
            f" '-', 80 at most{near}"
        )
        raise UsageError(message)
    with session.application() as app:
        if name in app.registry:
            owner = app.registry[name].plugin
            message = f"the plugin {owner!r} brings {name!r} already; choose another name"
            raise UsageError(message)
