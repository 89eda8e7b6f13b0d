"""One process of a race for orders: opens the application and places an order when it is told to.

Reads `{"url", "cart", "key", "ready"}` as JSON from the first line of standard input, makes the
file `ready`, and starts with the second line. Prints `[order number, amount]` as JSON, or the code
of the error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cartflow import GUEST, ActionError, Application


def main() -> None:
    task = json.loads(sys.stdin.readline())
    with Application.open(environment={"CARTFLOW_DATABASE_URL": task["url"]}) as app:
        app.invoke("cart", {"cart_id": task["cart"]}, principal=GUEST)  # everything is warm now
        Path(task["ready"]).touch()
        sys.stdin.readline()
        given = {"cart_id": task["cart"]}
        try:
            placed = app.invoke("placeOrder", given, principal=GUEST, key=task["key"])
        except ActionError as error:
            print(json.dumps(error.code))
        else:
            print(json.dumps([placed["order_number"], placed["amount_minor"]]))


if __name__ == "__main__":
    main()
