"""Rules of what is known of values before there are any."""

from __future__ import annotations

from .rule import Rule


class TypeMismatch(Rule):
    """What an expression comes to can never be what is needed there.

    The types of inputs and of the outputs of actions are known from their schemas, and followed
    through members, filters and the steps of the flow. Where a type is not known nothing is said.
    `int`, `float`, `string`, `tojson` and `fromjson` make values of another type.

    ```yaml
    flow: stay
    inputs: { nights: string }
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: "${{ inputs.nights }}" }
    ```

    ```yaml
    flow: stay
    inputs: { nights: string }
    steps:
      - action: bookRoom
        with: { guest_id: g1, nights: "${{ inputs.nights | int }}" }
    ```
    """


class ImpossibleOperation(Rule):
    """A filter, operator or step can never work on what it is used on.

    Numbers are not put together with texts by `+`: `~` does that. A filter for lists needs a list,
    and so does `for`. When it runs this is the error EXPRESSION_FAILED, which can be caught.

    ```yaml
    flow: stay
    inputs: { guest_id: string }
    steps:
      - id: guest
        action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    outputs:
      length: ${{ steps.guest.name | sum }}
    ```

    ```yaml
    flow: stay
    inputs: { guest_id: string }
    steps:
      - id: guest
        action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    outputs:
      length: ${{ steps.guest.name | length }}
    ```
    """

    level = "warning"


class MayBeNull(Rule):
    """A value may be null, or missing, where that does not fit.

    The result of a step is null if it was skipped, stands in a case or branch that was not taken,
    or failed and was caught; an optional member may be missing. Say with `default` what there is
    then, or ask before: behind an `if: steps.guest` the step is known to have run.

    ```yaml
    flow: stay
    inputs: { guest_id: string, is_known: boolean }
    steps:
      - id: guest
        if: inputs.is_known
        action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    outputs:
      name: ${{ steps.guest.name }}
    ```

    ```yaml
    flow: stay
    inputs: { guest_id: string, is_known: boolean }
    steps:
      - id: guest
        if: inputs.is_known
        action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    outputs:
      name: ${{ steps.guest.name | default("nobody") }}
    ```
    """

    level = "warning"
