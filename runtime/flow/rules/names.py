"""Rules of the names in a flow: each stands for one thing, and is there before it is used."""

from __future__ import annotations

from .rule import Rule


class DuplicateId(Rule):
    """Two steps have the same id.

    Ids are unique in the whole file, those in branches and handlers included: so `steps.ID` means
    the same step wherever it stands.

    ```yaml
    flow: stay
    steps:
      - { id: guest, action: findGuest, with: { guest_id: g1 } }
      - { id: guest, action: findGuest, with: { guest_id: g2 } }
    outputs:
      name: ${{ steps.guest.name }}
    ```

    ```yaml
    flow: stay
    steps:
      - { id: one, action: findGuest, with: { guest_id: g1 } }
      - { id: other, action: findGuest, with: { guest_id: g2 } }
    outputs:
      names: ["${{ steps.one.name }}", "${{ steps.other.name }}"]
    ```
    """


class NameTaken(Rule):
    """A name belongs to something else.

    A loop variable cannot have the name of one around it, or of something of the language: inputs,
    steps, error, run, secrets, event, and words such as `not`. A flow cannot have the name of an
    action.

    ```yaml
    flow: stay
    steps:
      - for: run
        in: [1, 2]
        steps:
          - value: ${{ run }}
    ```

    ```yaml
    flow: stay
    steps:
      - for: attempt
        in: [1, 2]
        steps:
          - value: ${{ attempt }}
    ```
    """


class UnknownName(Rule):
    """An expression uses a name that there is not at this place.

    Everywhere there are `inputs`, `steps` and `run`; inside of a loop its variables; in `catch` and
    `undo` the `error`; in the `if` of a `wait` and in a trigger the `event`. The message lists what
    there is. A text in an expression needs quotes of its own.

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - value: ${{ nights + 1 }}
      - value: ${{ inputs.nights }}
    ```

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - value: ${{ inputs.nights + 1 }}
      - value: ${{ inputs.nights }}
    ```
    """


class UnknownMember(Rule):
    """An expression uses a member that its object does not have.

    The members of inputs and of the outputs of actions are known from their schemas, also behind
    filters such as `first` or `map`. An object whose schema allows others may have any.

    `cartflow check --fix` mends the name of an input if there is only one that can be meant.

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - value: ${{ inputs.nigths }}
      - value: ${{ inputs.nights }}
    ```

    ```yaml
    flow: stay
    inputs: { nights: integer }
    steps:
      - value: ${{ inputs.nights }}
      - value: ${{ inputs.nights }}
    ```
    """


class UnknownStep(Rule):
    """An expression uses a step that there is not.

    Steps are called by their `id`, not by their title or the name of their action.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
    outputs:
      name: ${{ steps.findGuest.name }}
    ```

    ```yaml
    flow: stay
    steps:
      - id: guest
        action: findGuest
        with: { guest_id: g1 }
    outputs:
      name: ${{ steps.guest.name }}
    ```
    """


class NotCompleted(Rule):
    """An expression uses a step that cannot have completed there, or that is out of sight.

    A step can be used behind it: later in its list, and after the block, switch, parallel or race
    that it stands in. A step inside of a loop can be used in the same turn only; branches that run
    beside each other do not see each other's steps; those of a `catch`, `finally` or `undo` are
    seen there only. What a loop found out is in its `result`.

    ```yaml
    flow: stay
    steps:
      - for: guest_id
        in: [g1, g2]
        steps:
          - { id: guest, action: findGuest, with: { guest_id: "${{ guest_id }}" } }
    outputs:
      names: ${{ steps.guest.name }}
    ```

    ```yaml
    flow: stay
    steps:
      - id: guests
        for: guest_id
        in: [g1, g2]
        steps:
          - { id: guest, action: findGuest, with: { guest_id: "${{ guest_id }}" } }
        result: ${{ steps.guest.name }}
    outputs:
      names: ${{ steps.guests }}
    ```
    """


class MisplacedSecret(Rule):
    """A secret is used elsewhere than in the `with` of an action.

    Secrets are handed to the actions that need them, each by its name, and to nobody else: they
    cannot be computed with, put into outputs or events, or passed on all at once.

    ```yaml
    flow: stay
    steps:
      - value: ${{ secrets.mail_key }}
    ```

    ```yaml
    flow: stay
    steps:
      - action: sendMail
        with: { to: ann@example.com, key: "${{ secrets.mail_key }}" }
    ```
    """


class UnusedId(Rule):
    """No expression uses the id of a step.

    Either the flow forgets what the step found out, or the id says no more than a `title` would.

    ```yaml
    flow: stay
    steps:
      - id: guest
        action: findGuest
        with: { guest_id: g1 }
    ```

    ```yaml
    flow: stay
    steps:
      - id: guest
        action: findGuest
        with: { guest_id: g1 }
    outputs:
      name: ${{ steps.guest.name }}
    ```
    """

    level = "warning"


class UnusedInput(Rule):
    """No expression uses an input.

    Callers have to give it, or believe that it matters. Use it, or remove it.

    ```yaml
    flow: stay
    inputs: { guest_id: string, nights: integer }
    steps:
      - action: bookRoom
        with: { guest_id: "${{ inputs.guest_id }}" }
    ```

    ```yaml
    flow: stay
    inputs: { guest_id: string, nights: integer }
    steps:
      - action: bookRoom
        with: { guest_id: "${{ inputs.guest_id }}", nights: "${{ inputs.nights }}" }
    ```
    """

    level = "warning"


class UnknownOutput(Rule):
    """A `return` gives an output that the flow does not have.

    Where the flow has `outputs`, that is the list of their names. A `return` may leave some out.

    ```yaml
    flow: stay
    steps:
      - return: { rom: r1 }
        if: run.id
    outputs: { room: none }
    ```

    ```yaml
    flow: stay
    steps:
      - return: { room: r1 }
        if: run.id
    outputs: { room: none }
    ```
    """
