"""The pictures in the manual are those of the flows as they are now."""

from __future__ import annotations

import pytest

from cartflow.runtime.flow.walk import all_steps

from ...drawings import PICTURES, drawings, sixty

DRAWN = drawings()


def test_there_are_no_others() -> None:
    assert {file.stem for file in PICTURES.iterdir()} == set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_that_of_its_flow(name: str) -> None:
    kept = (PICTURES / f"{name}.svg").read_bytes()

    assert kept == DRAWN[name].encode(), "run 'python -m tests.drawings'"


def test_the_long_flow_has_sixty_steps_of_every_kind() -> None:
    kinds = [step.kind for step in all_steps(sixty().body)][1:]

    assert len(kinds) == 60
    assert len(set(kinds)) == 14
