"""Runs: each begins with the same store and sends some requests, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from . import graphql, salesforce
from .pool import Pool
from .world import World

REQUESTS: Final = 25
"""How many requests a run has."""

_KINDS: Final[tuple[Callable[[World, Pool], Iterator[str]], ...]] = (
    graphql.a_valid_document,
    graphql.a_broken_body,
    salesforce.a_request,
)


def breaches_of(world: World, seed: int) -> Iterator[str]:
    """Make the run of a seed; yield what was wrong with an answer, or logged as an error."""
    random = Random(seed)
    pool = world.begin(random)
    for number in range(REQUESTS):
        with world.logged() as errors:
            found = list(random.choice(_KINDS)(world, pool))
        for breach in (*found, *(f"logged: {error}" for error in errors)):
            yield f"seed {seed}, request {number}: {breach}"
