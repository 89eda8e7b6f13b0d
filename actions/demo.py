"""`cartflow demo`: the documented examples, on a fresh database, in front of your eyes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from cartflow import ADMIN, GUEST, ActionError, Application, Principal, RunOptions, loads

from .demo_server import curl, post, serving
from .demo_tables import show_answer, show_outcome, show_title

CUSTOMER: Final = "roni_cost@example.com"
GUEST_CART: Final = "mPKE05OOtcxErbk1Toej6gw6tcuxvT9O"
OWN_CART: Final = "CYmiiQRjPVc2gJUc5r7IsBmwegVIFO43"
DUFFLE: Final = {"sku": "24-WB07", "quantity": 1}
TEE: Final = {"sku": "WS12", "quantity": 1}
PACK: Final = {"sku": "24-MB04", "quantity": 1}
LESSON: Final = {"sku": "240-LV07", "quantity": 1}
ADDRESS: Final = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": ["Rue de Rivoli 99"],
    "city": "Paris",
    "postcode": "75001",
    "country_code": "FR",
    "telephone": "+33 1 23 45 67 89",
}
GUEST_ORDER: Final = {"email": "guest@example.com", "shipping_address": ADDRESS}

_WIDTH: Final = 100

_CONFIG: Final = """\
database_url = "sqlite:///{folder}/demo.db"

[cart]
sandbox_payments = true
sandbox_dir = "{folder}/sandbox"
"""


@dataclass(slots=True)
class Played:
    """What came of a run.

    Attributes:
        records: The trace: the last record of each attempt of a step, in the order of start.
        output: What the flow returned, None if it failed.
        error: What it failed with, as a JSON object, None if it succeeded.
    """

    records: dict[Any, Mapping[str, Any]] = field(default_factory=dict)
    output: Any = None
    error: Mapping[str, Any] | None = None

    def call(self, action: str) -> Mapping[str, Any]:
        """Return the record of the step that called *action*."""
        return next(record for record in self.records.values() if record["action"] == action)


class Stage:
    """Where the examples are played: an application, and a console to show them on."""

    def __init__(self, app: Application, console: Console) -> None:
        self.app = app
        self.console = console
        find = app.extensions("principals")["customer"]
        with app.database.transaction(read_only=True) as connection:
            self.customer = Principal("customer", find(connection, CUSTOMER))

    def invoke(self, name: str, given: Mapping[str, Any], principal: Principal = GUEST) -> Any:
        """Invoke an action that an example needs to have happened."""
        return self.app.invoke(name, given, principal=principal)

    def play(
        self, title: str, flow: str, given: Mapping[str, Any], principal: Principal = GUEST
    ) -> Played:
        """Run a flow and show its steps."""
        played = Played()

        def watch(record: Mapping[str, Any]) -> None:
            played.records[record["path"], record["attempt"]] = record

        show_title(self.console, title, flow, principal.kind)
        try:
            options = RunOptions(observer=watch)
            played.output = self.app.invoke(flow, given, principal=principal, options=options)
        except ActionError as error:
            played.error = error.to_json()
        show_outcome(self.console, list(played.records.values()), played.output, played.error)
        return played


def merge_carts(stage: Stage) -> None:
    """A guest's cart joins that of the customer: quantities of the same product are added."""
    stage.invoke("createGuestCart", {"cart_uid": GUEST_CART})
    stage.invoke("createEmptyCart", {"cart_id": OWN_CART}, stage.customer)
    added = {"cartId": OWN_CART, "cartItems": [DUFFLE]}
    stage.invoke("addProductsToCart", added, stage.customer)
    stage.invoke("addProductsToCart", {"cartId": GUEST_CART, "cartItems": [TEE, DUFFLE]})

    played = stage.play(
        "A guest with a Radiant Tee and an Overnight Duffle signs in; there is a duffle already",
        "login-and-merge-cart",
        {"guest_cart_id": GUEST_CART},
        stage.customer,
    )

    lines = [(line["product"]["name"], line["quantity"]) for line in played.output["cart"]["items"]]
    expect("the lines of the cart", lines, [("Overnight Duffle", 2), ("Radiant Tee", 1)])


def decline_payment(stage: Stage) -> None:
    """A declined payment: the new cart is given up again."""
    card = {"payment_method": "sandbox", "payment_source": "tok_declined"}
    given = {"items": [PACK], **GUEST_ORDER, **card}

    title = "A shopper buys from a product's page, but the payment is declined"
    played = stage.play(title, "buy-now", given)

    expect("the error", (played.error or {}).get("code"), "PAYMENT_DECLINED")
    cart_id = played.call("addProductsToNewCart")["output"]["cart"]["id"]
    state = refusal(stage, "cart", {"cart_id": cart_id})
    expect("the answer to reading the cart", state, "CART_NOT_ACTIVE 409")


def buy(stage: Stage) -> str:
    """A good payment; returns the id of the cart, which is closed now."""
    card = {"payment_method": "sandbox", "payment_source": "tok_good"}
    given = {"items": [PACK], "shipping_address": ADDRESS, **card}

    played = stage.play("The payment is good", "buy-now", given, stage.customer)

    expect("the amount, with shipping", played.output["amount_minor"], 3700)
    return str(played.output["cart_id"])


def restart_checkout(stage: Stage) -> None:
    """A cart in checkout is changed: the checkout is cancelled and started anew."""
    stage.invoke("checkoutSessionAction", {"cartId": OWN_CART}, stage.customer)

    played = stage.play(
        "The customer's cart is in checkout, and something is to be added",
        "restart-checkout",
        {"cart_id": OWN_CART, "items": [PACK]},
        stage.customer,
    )

    expect("the outcome", played.output["outcome"], "restarted")
    expect(
        "the old session",
        played.call("cancelCartAsyncOperation")["output"]["session_archived"],
        True,
    )


def refuse_closed_cart(stage: Stage, closed_cart: str) -> None:
    """A cart that was ordered cannot go back."""
    played = stage.play(
        "The same with a cart that was ordered a moment ago",
        "restart-checkout",
        {"cart_id": closed_cart, "items": [PACK]},
        stage.customer,
    )

    expect("the outcome", played.output["outcome"], "closed")
    error = played.call("cancelCartAsyncOperation")["error"]
    expect("the error", (error["status"], error["code"]), (403, "INVALID_OPERATION"))


def refusal(stage: Stage, action: str, given: Mapping[str, Any]) -> str:
    """Return code and status of the error that an action answers with, or `none`."""
    try:
        stage.invoke(action, given)
    except ActionError as error:
        return f"{error.code} {error.status}"
    return "none"


def expect(what: str, found: Any, wanted: Any) -> None:
    """Refuse to go on if an example does not come out as documented.

    Raises:
        click.ClickException: It does not.
    """
    if found != wanted:
        message = f"the demo failed: expected {what} to be {wanted!r}, got {found!r}"
        raise click.ClickException(message)


@contextmanager
def stage_in(folder: Path, console: Console) -> Iterator[Stage]:
    """Give a stage with the sample store in a fresh database."""
    config = folder / "cartflow.toml"
    config.write_text(_CONFIG.format(folder=folder.as_posix()), "utf-8")
    with Application.open(environment={"CARTFLOW_CONFIG": str(config)}) as app:
        store = files("cartflow.actions").joinpath("sample", "store.json")
        given = {"store": loads(store.read_bytes(), "sample store")}
        app.invoke("loadStore", given, principal=ADMIN)
        yield Stage(app, console)


def buy_over_http(console: Console, config: Path) -> None:
    """The same as buying with a good payment, by HTTP, as a guest."""
    card = {"payment_method": "sandbox", "payment_source": "tok_good"}
    order = {"email": "guest@example.com", "billing_address": ADDRESS}
    given = {"items": [LESSON], **order, **card}
    console.print("\n[bold]Every flow and action answers over HTTP: cartflow serve[/]")
    with serving(config) as url:
        status, answer = post(f"{url}/actions/buy-now", given)
        show_answer(console, curl(f"{url}/actions/buy-now", given), status, answer)
    expect("the HTTP status", status, 200)
    expect("the amount", answer["amount_minor"], 1400)


@click.command()
@click.option("--keep", is_flag=True, help="Leave the database, to look at it and play on.")
@click.pass_context
def demo(ctx: click.Context, keep: bool) -> None:
    """Play the documented examples on a fresh database: flows first, then one over HTTP."""
    console = Console(no_color=ctx.color is False or None, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    folder = Path(tempfile.mkdtemp(prefix="cartflow-demo-"))
    try:
        with stage_in(folder, console) as stage:
            merge_carts(stage)
            decline_payment(stage)
            closed_cart = buy(stage)
            restart_checkout(stage)
            refuse_closed_cart(stage, closed_cart)
        buy_over_http(console, folder / "cartflow.toml")
        console.print(
            "\n[green]✓[/] all examples came out as documented; go on with 'cartflow --help'"
        )
    finally:
        if keep:
            console.print(f"the database is kept: cd {folder} && cartflow serve", soft_wrap=True)
        else:
            shutil.rmtree(folder)
