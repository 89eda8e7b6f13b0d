"""Work on carts of any size in stores of any size, beside the bare statements that it takes.

How the time grows has bounds: linearly with the lines, hardly with the number of carts. So has the
ratio to the statements, on the driver's own connection, where lines are what takes the time:
twice, for all that writes. A call with few lines is mostly a call: its checks, the lock that a
wrapper takes, statements through SQLAlchemy; the statements alone wait for the disk and for
nothing else. And what reads has bounds that say how it is, so that it does not get worse: two
SELECTs take 20 µs on SQLite, a call begins at 100; for 100 lines and more it is the document that
counts, of which rows have no counterpart: prices, taxes and discounts of each line, validated.
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


def placing(store: Store, lines: int, rounds: int) -> Iterator[Turn]:
    """Carts have all that an order needs, and are paid later."""
    carts = store.carts(2 * rounds, lines)
    store.choose(carts)
    for cart, other in zip(carts[::2], carts[1::2], strict=True):
        given = {"cart_id": cart.masked_id}
        ours = partial(store.app.invoke, "placeOrder", given, principal=cart.owner)
        yield Turn(ours, partial(bare.place, store.driver, other))


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
    "place": placing,
}
_READING: Final = {1: 12, 10: 9, 100: 5, 1000: 5}
_WRITING: Final = {1: 3, 10: 3, 100: 2, 1000: 2}
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
            targets = _READING if task.name == "read" else _WRITING
            ratio = times[store, task].ratio
            yield Figure(f"{task} : bare statements, {where}", ratio, targets[task.lines])
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
    """Return the time per line of 1 000 lines to that of 100, of the quickest turns.

    Where others use the machine too, nearly every long turn is interrupted, and few short ones.
    """
    many, few = (min(times[store, Task(name, lines)].ours) for lines in (1000, 100))
    return many / few / 10
