"""Work on carts of any size in stores of any size, beside the bare statements that it takes.

The issue bounds how time grows: linearly with the lines, hardly with the number of carts. Of the
statements it says nothing, so `AT_MOST` has the bound that merging was given once: twice their
time, for everything that writes. What reads is another matter: two SELECTs on SQLite take 20 µs,
a call takes 100 µs before it has read anything (see `core`), and a document with the prices,
discounts and taxes of each line, and its validation, take a few times as long as fetching the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from . import bare
from .measure import Figure, Times, Work, paired_ratio
from .stores import Store


class Turn(NamedTuple):
    """One piece of work: the action, and the bare statements on a cart that is just like it."""

    ours: Work
    bare: Work


def reading(store: Store, lines: int, rounds: int) -> Iterator[Turn]:
    for cart in store.carts(rounds, lines):
        given = {"cart_id": cart.masked_id}
        ours = partial(store.app.invoke, "cart", given, principal=cart.owner)
        yield Turn(ours, partial(bare.read, store.driver, cart))


def adding(store: Store, lines: int, rounds: int) -> Iterator[Turn]:
    """Products come into an empty cart, all in one call."""
    skus = store.skus(lines)
    items = [{"sku": sku, "quantity": 1} for sku in skus]
    carts = store.carts(2 * rounds, 0)
    for cart, other in zip(carts[::2], carts[1::2], strict=True):
        given = {"cartId": cart.masked_id, "cartItems": items}
        ours = partial(store.app.invoke, "addProductsToCart", given, principal=cart.owner)
        yield Turn(ours, partial(bare.add, store.driver, other, skus))


def merging(store: Store, lines: int, rounds: int) -> Iterator[Turn]:
    """Both carts have as many lines, half of them of the same products."""
    sources = store.carts(2 * rounds, lines, owned=False)
    carts = store.carts(2 * rounds, lines, shift=lines // 2)
    pairs = list(zip(sources, carts, strict=True))
    for (source, cart), others in zip(pairs[::2], pairs[1::2], strict=True):
        given = {"source_cart_id": source.masked_id, "destination_cart_id": cart.masked_id}
        ours = partial(store.app.invoke, "mergeCarts", given, principal=cart.owner)
        yield Turn(ours, partial(bare.merge, store.driver, *others))


class Task(NamedTuple):
    """What is done, with carts of how many lines."""

    name: str
    lines: int

    def __str__(self) -> str:
        return f"{self.name}, {counted(self.lines, 'line')}"


FEW: Final = 1000
MANY: Final = 1_000_000
_ROUNDS = 60
_EVERY: Final = {1: 1, 10: 1, 100: 2, 1000: 4}
"""How many lines carts have, and every how many rounds such carts are measured."""

WORK: Final[Mapping[str, Callable[[Store, int, int], Iterator[Turn]]]] = {
    "read": reading,
    "add": adding,
    "merge": merging,
}
AT_MOST: Final = {"read": {1: 8, 10: 6, 100: 5, 1000: 5}}
_TASKS = [Task(name, lines) for name in WORK for lines in _EVERY]


_Times = Mapping[tuple[Store, Task], Times]


def figures(small: Store, large: Store) -> Iterator[Figure]:
    """Yield the figures of two stores that are empty yet: they get 1 000 and 1 000 000 carts."""
    stores = {small: FEW, large: MANY}
    for store, carts in stores.items():
        store.fill(carts // 2)
    turns = {store: _turns(store) for store in stores}
    for store, carts in stores.items():  # what is measured lies amidst the others
        store.fill(carts // 2)
        store.settle()
    times = _measured(turns)
    for store, carts in stores.items():
        where = f"{store.kind}, {counted(carts, 'cart')}"
        for task in _TASKS:
            target = AT_MOST.get(task.name, {}).get(task.lines, 2)
            yield Figure(f"{task} : bare statements, {where}", times[store, task].ratio, target)
        for name in WORK:
            yield Figure(
                f"{name}, time per line, 1 000 lines : 100 lines, {where}",
                _growth(times, store, name),
                1.2,
            )
    for task in _TASKS:
        crowd = paired_ratio(times[large, task].ours, times[small, task].ours)
        yield Figure(
            f"{task}, {counted(MANY, 'cart')} : {counted(FEW, 'cart')}, {small.kind}", crowd, 1.2
        )


def counted(number: int, what: str) -> str:
    """Return a number of things as people write it."""
    digits = f"{number:,}".replace(",", " ")
    return f"{digits} {what}{'s' if number > 1 else ''}"


def _turns(store: Store) -> dict[Task, list[Turn]]:
    return {task: list(WORK[task.name](store, task.lines, _rounds(task) + 1)) for task in _TASKS}


def _rounds(task: Task) -> int:
    return _ROUNDS // _EVERY[task.lines]


def _measured(turns: Mapping[Store, Mapping[Task, list[Turn]]]) -> _Times:
    """Take all turns, those of all stores and tasks alternately: noise disturbs all of them."""
    times: dict[tuple[Store, Task], Times] = defaultdict(lambda: Times([], []))
    for task in _TASKS:  # one for caches, compiled and prepared statements
        for store in turns:
            Times([], []).take(*turns[store][task].pop())
    for number in range(_ROUNDS):
        for task in _TASKS:
            turn, rest = divmod(number, _EVERY[task.lines])
            if rest == 0:
                for store in list(turns)[:: -1 if turn % 2 else 1]:
                    times[store, task].take(*turns[store][task].pop())
    return times


def _growth(times: _Times, store: Store, name: str) -> float:
    many, few = (times[store, Task(name, lines)].ours for lines in (1000, 100))
    return paired_ratio(many, few[:: _EVERY[1000] // _EVERY[100]]) / 10
