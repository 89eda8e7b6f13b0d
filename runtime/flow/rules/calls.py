"""Rules of what steps give to the actions that they call."""

from __future__ import annotations

from .rule import Rule


class UnknownAction(Rule):
    """There is no action or flow of this name.

    `cartflow actions` and `cartflow flows` list those there are. One that a plugin brings is
    missing when the plugin is; `cartflow plugins` says why.

    ```yaml
    flow: stay
    steps:
      - action: findGest
        with: { guest_id: g1 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
    ```
    """


class UnknownInput(Rule):
    """An action, or the flow in a trigger, is given an input that it does not have.

    `cartflow describe ACTION` lists its inputs. `cartflow check --fix` mends the name if there is
    only one that can be meant.

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1, night: 2 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: 2 }
    ```
    """


class MissingInput(Rule):
    """An action, or the flow in a trigger, is not given an input that it needs.

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { nights: 2 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: 2 }
    ```
    """


class BadLiteral(Rule):
    """What is written down for an input can never satisfy the action's schema.

    Everything that does not depend on an expression is looked at, also inside of lists and objects
    that have expressions in them. An optional input may be `null`: then it is left out.

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: "2" }
    ```

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: 2 }
    ```
    """


class DeprecatedAction(Rule):
    """The step calls an action that is going away.

    Its contract says what to use instead.

    ```yaml
    flow: stay
    steps:
      - action: bookBed
    ```

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1 }
    ```
    """

    level = "warning"


class EndlessCall(Rule):
    """The flow calls itself each time it runs.

    Directly, or by way of other flows that do so each time they run. It would go on until
    `LIMIT_EXCEEDED`, 32 flows deep. Put the call under an `if`, or a `return` with one before it.
    To do something again and again there is `repeat`.

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - action: stay
        with: { nights: "${{ inputs.nights - 1 }}" }
    ```

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - action: stay
        if: inputs.nights > 0
        with: { nights: "${{ inputs.nights - 1 }}" }
    ```
    """


class SharedLane(Rule):
    """Turns of a loop that run at once change one and the same thing.

    The contract of the action marks the input as the name of what is changed, one call at a time.
    All turns give it the same value: so they wait for each other, or get in each other's way.
    Go through the things to change instead, or remove `parallel`.

    ```yaml
    flow: stay
    steps:
      - for: nights
        in: [1, 2, 3]
        parallel: 3
        steps:
          - action: extendStay
            with: { guest_id: g1, nights: "${{ nights }}" }
    ```

    ```yaml
    flow: stay
    steps:
      - for: guest_id
        in: [g1, g2, g3]
        parallel: 3
        steps:
          - action: extendStay
            with: { guest_id: "${{ guest_id }}", nights: 2 }
    ```
    """

    level = "warning"
