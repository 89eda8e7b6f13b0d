"""The machine: anybody may call any action at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from cartflow import ADMIN, GUEST, ActionError, Principal

from ..conftest import Shop
from ..repertoire import ENTRIES, CartFacts, Entry, Hand
from ..repertoire.store import OTHER, OWNER, STORE
from .books import Backup, Books, read_books
from .invariants import RULES, SHUT, Call

INTEGRATION: Final = Principal("integration", "key", frozenset({"actions:invoke"}))
CURRENT: Final = 5
"""So many of the carts that can be used are; with more, calls would hardly ever meet."""

ROUTES: Final[Mapping[str, Sequence[str]]] = {
    "order": (
        "setGuestEmailOnCart",
        "setShippingAddressesOnCart",
        "setShippingMethodsOnCart",
        "setBillingAddressOnCart",
        "createPaymentOrder",
        "placeOrder",
    ),
    "sign_in": ("mergeCarts-into",),
}
"""What nobody would do by chance: calls that succeed one after the other on one cart."""

BY_NAME: Final = {entry.name: entry for entry in ENTRIES}
FIRST: Final = Hand(lambda options: options[0])
FIRST_ITEMS: Final = {"cartItems": [{"sku": sku, "quantity": 1} for sku in ("few", "virtual")]}


class World:
    """The store of one database, and what has been counted in it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.counts: Counter[tuple[str, str]] = Counter()
        shop.invoke("loadStore", by=ADMIN, store=STORE)
        with shop.app.database.transaction() as db:
            self._backup = Backup(db)
        people = {row["email"]: key for key, row in self.books().of("customer").items()}
        self.owner = Principal("customer", str(people[OWNER]))
        self.other = Principal("customer", str(people[OTHER]))

    def begin(self) -> Books:
        """Bring the store to where each run begins; return the books."""
        with self.shop.app.database.transaction() as db:
            self._backup.restore(db)
        return self.books()

    def books(self) -> Books:
        with self.shop.app.database.transaction(read_only=True) as db:
            return read_books(db)


class Machine(RuleBasedStateMachine):
    """A run: calls one after the other, the books checked after each."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.now = self.opening = self.world.begin()
        for caller in (GUEST, self.world.owner, self.world.other):
            self.perform(BY_NAME["createEmptyCart"], caller, {})
            self._fill(caller)

    def call(self, entry: Entry, data: st.DataObject) -> None:
        """Let somebody call an action for some cart."""
        hand = Hand(lambda options: data.draw(st.sampled_from(options)))
        cart = self._cart(hand)
        self.perform(entry, hand.of(self._callers(cart.id)), entry.given(hand, cart))

    def go(self, route: Sequence[str], data: st.DataObject) -> None:
        """Let the owner of a cart go along a route, perhaps not every step of it."""
        hand = Hand(lambda options: data.draw(st.sampled_from(options)))
        cart = self._cart(hand)
        caller = self._callers(cart.id)[0]
        for entry in (BY_NAME[name] for name in route):
            if cart.id in self.now.carts and hand.of((True,) * 9 + (False,)):
                facts = self._facts(cart.id, cart.spare)
                self.perform(entry, caller, entry.given(FIRST, facts))

    def _fill(self, caller: Principal) -> None:
        """Begin with lines, which calls are about more often than about empty carts."""
        facts = self._facts(list(self.now.carts)[-1])
        self.perform(BY_NAME["addProductsToCart"], caller, FIRST_ITEMS | {"cartId": facts.id})

    def _cart(self, hand: Hand) -> CartFacts:
        """Return a cart: as a rule one that is in use, now and then the last that is not."""
        shut = [key for key, cart in self.now.carts.items() if cart["status"] in SHUT]
        current = [key for key in self.now.carts if key not in shut]
        options = [*current[-CURRENT:], *shut[-1:]]
        return self._facts(hand.of(options), hand.of(options))

    def _facts(self, cart: str, spare: str = "") -> CartFacts:
        lines = [line["id"] for line in self.now.lines[cart].values()]
        user = str(self.now.carts[cart]["customer_id"] or 0)
        sessions = self.now.open_sessions().get(cart, [])
        session = sessions[0]["public_id"] if sessions else ""
        return CartFacts(cart, lines, spare, user, session)

    def _callers(self, cart: str) -> list[Principal]:
        """Return who may call, whose cart it is first and most often."""
        customer = self.now.carts[cart]["customer_id"]
        owner = Principal("customer", str(customer)) if customer else GUEST
        world = self.world
        return [owner] * 5 + [world.owner, world.other, GUEST, ADMIN, INTEGRATION]

    def perform(self, entry: Entry, caller: Principal, given: dict[str, Any]) -> None:
        """Make a call, and check everything."""
        before, output = self.now, None
        try:
            output = self.world.shop.invoke(entry.action, by=caller, **given)
            outcome = "ok"
        except ActionError as error:
            outcome = error.code
        self.world.counts[entry.action, outcome] += 1
        self.now = self.world.books()
        if entry.action == "loadStore":
            self._stocktaking()
        call = Call(entry, caller, given, outcome, output, before, self.now, self.opening)
        contract = self.world.shop.app.registry[entry.action].contract
        assert outcome in ("ok", *contract.errors, "NOT_AUTHENTICATED", "NOT_AUTHORIZED")
        breaches = [f"{it.__name__}: {breach}" for it in RULES for breach in it(call)]
        assert not breaches, (entry.action, caller, given, outcome, breaches)

    def _stocktaking(self) -> None:
        """A store file says how much is in stock now: what was sold counts as sold before."""
        sold: Counter[str] = Counter()
        for line in self.now.of("order_item").values():
            sold[line["sku"]] += line["quantity_e4"]
        products = {
            key: {**row, "stock_e4": row["stock_e4"] + sold[row["sku"]]}
            for key, row in self.now.of("product").items()
        }
        self.opening = Books({**self.opening.rows, "product": products})


Step = Callable[[Machine, st.DataObject], None]


def machine_of(world: World) -> type[Machine]:
    """Return the machine of a world, with a rule for each entry of the repertoire."""
    rules = {entry.name.replace("-", "_"): _calls(entry) for entry in ENTRIES}
    rules |= {f"route_{name}": _goes(route) for name, route in ROUTES.items()}
    for name, function in rules.items():
        function.__name__ = name  # by which runs are told
    steps = {f"rule_{name}": rule(data=st.data())(function) for name, function in rules.items()}
    return cast(type[Machine], type("Shopping", (Machine,), {"world": world, **steps}))


def _calls(entry: Entry) -> Step:
    return lambda machine, data: machine.call(entry, data)


def _goes(route: Sequence[str]) -> Step:
    return lambda machine, data: machine.go(route, data)


def runs(examples: int, steps: int, *phases: Phase, derandomize: bool = False) -> settings:
    """Return the settings of so many runs of so many calls."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
