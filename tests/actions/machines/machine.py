"""The machine: anybody may call any action at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, ClassVar, Final, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from cartflow import ADMIN, GUEST, ActionError, Principal

from ..conftest import Shop
from ..repertoire import ENTRIES, CartFacts, Entry, Hand
from ..repertoire.store import OTHER, OWNER, STORE
from .books import Backup, Books, read_books
from .calls import Call
from .carts import SHUT
from .invariants import RULES

INTEGRATION: Final = Principal("integration", "key", frozenset({"actions:invoke"}))
CURRENT: Final = 5
FEWEST: Final = 3
"""So many carts are used; with more, calls would hardly ever meet, with fewer there is no more."""

ROUTES: Final[Sequence[Sequence[str]]] = (
    (
        "setGuestEmailOnCart",
        "setShippingAddressesOnCart",
        "setShippingMethodsOnCart",
        "setBillingAddressOnCart",
        "setShippingMethodsOnCart",
        "setPaymentMethodOnCart",
        "createPaymentOrder",
        "placeOrder",
    ),
    (
        "applyCouponsToCart",
        "applyGiftCardToCart",
        "applyStoreCreditToCart",
        "applyRewardPointsToCart",
        "setGiftOptionsOnCart",
        "removeGiftCardFromCart",
        "removeCouponFromCart",
    ),
    ("mergeCarts-into",),
    ("checkoutSessionAction", "updateCheckoutSessionAction", "getCheckoutSession"),
    (
        "setGuestEmailOnCart",
        "setShippingAddressesOnCart",
        "setShippingMethodsOnCart",
        "setBillingAddressOnCart",
        "setPaymentMethodOnCart",
        "checkoutSessionAction",
        "checkCartInventoryAction",
        "priceCart",
        "cartToOrderAction",
        "updateCheckoutSessionAction",
        "activateOrderAction",
    ),
)
"""What nobody would do by chance: calls that succeed one after the other on one cart."""

MOSTLY: Final = 0.9
"""How often a step of a route is taken, and a guest's cart is the one to merge."""

BY_NAME: Final = {entry.name: entry for entry in ENTRIES}
FIRST: Final = Hand(lambda options: options[0])
FIRST_ITEMS: Final = {"guest": ("half", "few"), "customer": ("few", "virtual")}


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
    """A run: calls one after the other, the books checked after each.

    Each step draws one seed, so that what is called is spread evenly; the story of a run tells it.
    """

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.story: list[str] = []
        self.now = self.opening = self.world.begin()
        for caller in self._shoppers():
            self._collect(caller)

    def _shoppers(self) -> tuple[Principal, ...]:
        return GUEST, self.world.owner, self.world.other

    def _collect(self, caller: Principal) -> None:
        """Give somebody a cart with lines, unless it is a customer who has one."""
        cart = self.perform(BY_NAME["createEmptyCart"], caller, {})["cart_id"]
        items = [{"sku": sku, "quantity": 1} for sku in FIRST_ITEMS[caller.kind]]
        given = {"cartId": cart, "cartItems": items}
        self.perform(BY_NAME["addProductsToCart"], caller, given)

    @rule(random=st.randoms(use_true_random=True))
    def call(self, random: Random) -> None:
        """Let somebody call an action for some cart."""
        hand, entry = Hand(random.choice), random.choice(ENTRIES)
        cart = self._cart(random)
        self.perform(entry, random.choice(self._callers(entry, cart)), entry.given(hand, cart))

    @rule(random=st.randoms(use_true_random=True))
    def go(self, random: Random) -> None:
        """Let the owner of a cart go along a route, perhaps not every step of it."""
        cart = self._cart(random)
        for entry in (BY_NAME[name] for name in random.choice(ROUTES)):
            if cart.id in self.now.carts and random.random() < MOSTLY:
                facts = self._facts(cart.id, cart.spare)
                self.perform(entry, self._callers(entry, facts)[0], entry.given(FIRST, facts))

    def _cart(self, random: Random) -> CartFacts:
        """Return a cart: as a rule one that is in use, now and then the last that is not."""
        if sum(cart["status"] not in SHUT for cart in self.now.carts.values()) < FEWEST:
            self._collect(random.choice(self._shoppers()))
        shut = [key for key, cart in self.now.carts.items() if cart["status"] in SHUT]
        current = [key for key in self.now.carts if key not in shut]
        options = [*current[-CURRENT:], *shut[-1:]]
        guests = [key for key in current if not self.now.carts[key]["customer_id"]]
        spares = guests if guests and random.random() < MOSTLY else options
        return self._facts(random.choice(options), random.choice(spares))

    def _facts(self, cart: str, spare: str) -> CartFacts:
        lines = [line["id"] for line in self.now.lines[cart].values()]
        user = str(self.now.carts[cart]["customer_id"] or 0)
        sessions = self.now.open_sessions().get(cart, [])
        facts = CartFacts(cart, lines, spare, user)
        if not sessions:
            return facts
        [session] = sessions
        state = session["next_state"] or session["state"]
        return replace(facts, session=session["public_id"], state=state)

    def _callers(self, entry: Entry, cart: CartFacts) -> list[Principal]:
        """Return who may call, whose cart it is first and most often."""
        owner = Principal("customer", cart.user) if int(cart.user) else GUEST
        if owner is GUEST and "sign-in" in entry.rows["guest"].values():
            owner = INTEGRATION  # somebody serves the guest
        return [owner] * 5 + [self.world.owner, self.world.other, GUEST, ADMIN, INTEGRATION]

    def perform(self, entry: Entry, caller: Principal, given: dict[str, Any]) -> Any:
        """Make a call, and check everything; return its output, None after a condition."""
        before, output = self.now, None
        try:
            output = self.world.shop.invoke(entry.action, by=caller, **given)
            outcome = "ok"
        except ActionError as error:
            outcome = error.code
        self.world.shop.app.drain()
        self.world.counts[entry.action, outcome] += 1
        self.story.append(f"{entry.action} by {caller.scope}: {given} -> {outcome}")
        self.now = self.world.books()
        if entry.action == "loadStore":
            self._stocktaking()
        call = Call(entry, caller, given, outcome, output, before, self.now, self.opening)
        contract = self.world.shop.app.registry[entry.action].contract
        assert outcome in ("ok", *contract.errors, "NOT_AUTHENTICATED", "NOT_AUTHORIZED")
        breaches = [f"{it.__name__}: {breach}" for it in RULES for breach in it(call)]
        assert not breaches, "\n".join([*self.story, *breaches])
        return output

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


def machine_of(world: World) -> type[Machine]:
    """Return the machine of a world."""
    return cast(type[Machine], type("Shopping", (Machine,), {"world": world}))


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
