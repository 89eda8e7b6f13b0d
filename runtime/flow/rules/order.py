"""Rules of the way that a run takes through the steps."""

from __future__ import annotations

from .rule import Rule


class OutsideLoop(Rule):
    """A `break` or `continue` stands in no loop that it could leave.

    The loop must be a `for` without `parallel`, or a `repeat`, and it must be inside of the same
    branch.

    ```yaml
    flow: stay
    steps:
      - break: true
    ```

    ```yaml
    flow: stay
    steps:
      - for: guest_id
        in: [g1, g2]
        steps:
          - { break: true, if: guest_id == 'g2' }
    ```
    """


class CannotLeave(Rule):
    """A `return`, `break` or `continue` stands where nobody can leave.

    `undo` and `finally` run to their end: let an `if` decide what they do. A branch of `parallel`
    or `race`, and a turn of a `for` with `parallel`, cannot end the flow while others run beside
    it: `return` behind the step, with an `if`.

    ```yaml
    flow: stay
    steps:
      - parallel:
          one:
            - return: {}
          other:
            - { action: findGuest, with: { guest_id: g1 } }
    ```

    ```yaml
    flow: stay
    steps:
      - parallel:
          one:
            - value: 1
          other:
            - { action: findGuest, with: { guest_id: g1 } }
      - return: {}
    ```
    """


class UnreachableStep(Rule):
    """A step, case or clause never runs.

    It stands behind something that nothing gets past: a `return`, `fail`, `break` or `continue`
    without `if`, or a block or switch all ways of which end in one. Or its `if` never holds, a case
    before it always does, or a clause before it catches the same errors.

    ```yaml
    flow: stay
    steps:
      - return: {}
      - action: findGuest
        with: { guest_id: g1 }
    ```

    ```yaml
    flow: stay
    inputs: { guest_id: string }
    steps:
      - return: {}
        if: inputs.guest_id == ''
      - action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    ```
    """

    level = "warning"
