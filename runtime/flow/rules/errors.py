"""Rules of errors: which are raised, which are caught, and what becomes of those that are not."""

from __future__ import annotations

from .rule import Rule


class UndeclaredError(Rule):
    """A `fail` has a code without a status.

    Callers over HTTP get one. Give it where the step fails, or once under `errors` of the flow.

    ```yaml
    flow: stay
    steps:
      - fail: { code: CLOSED }
    ```

    ```yaml
    flow: stay
    errors:
      CLOSED: { status: 409, title: The hotel is closed }
    steps:
      - fail: { code: CLOSED }
    ```
    """


class UnknownError(Rule):
    """A `fail` raises something again that is not the error at hand.

    `fail: ${{ error }}` in a `catch` raises the error again that is being handled there, unchanged.
    For anything else nobody could tell which errors leave the flow: give it a code.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        catch:
          - on: GUEST_NOT_FOUND
            steps:
              - fail: ${{ error.data }}
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        catch:
          - on: GUEST_NOT_FOUND
            steps:
              - fail: ${{ error }}
    ```
    """


class ImpossibleCatch(Rule):
    """A `catch` names an error that nothing in its step can raise.

    Which errors an action raises, its contract says; a block raises what leaves the steps in it.
    `CANCELLED` can never be caught. `cartflow check --fix` mends a code if there is only one that
    can be meant.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        catch:
          - on: GUEST_NOT_FOND
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        catch:
          - on: GUEST_NOT_FOUND
    ```
    """


class ImpossibleRetry(Rule):
    """A `retry` waits for errors that never come.

    It names an error that nothing in its step can raise; or it names none, and no action of the
    step has an error that its contract marks `retryable`: "nothing happened, trying again is safe".

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        retry: { max_attempts: 5 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        retry: { on: BUSY, max_attempts: 5 }
    ```
    """

    level = "warning"


class UnlistedError(Rule):
    """A `fail` raises an error that `errors` does not list, though it lists others.

    `errors` names the errors that a flow raises itself, and who reads it takes the list for
    complete. Add the error there, or catch it inside of the flow. The errors of the actions that
    the flow calls need not be listed.

    ```yaml
    flow: stay
    errors:
      CLOSED: { status: 409 }
    steps:
      - { fail: { code: CLOSED }, if: run.id == '1' }
      - fail: { code: TOO_LATE, status: 409 }
    ```

    ```yaml
    flow: stay
    errors:
      CLOSED: { status: 409 }
      TOO_LATE: { status: 409 }
    steps:
      - { fail: { code: CLOSED }, if: run.id == '1' }
      - fail: { code: TOO_LATE }
    ```
    """

    level = "warning"


class MissingUndo(Rule):
    """A step changes something, a later step can fail, and nobody takes the change back.

    The contract of the action says how it is taken back. Add an `undo` to the step, or to a block
    around it; the undos of a block run when an error leaves the block.

    ```yaml
    flow: stay
    steps:
      - action: bookRoom
        with: { guest_id: g1 }
      - action: sendMail
        with: { to: ann@example.com }
    ```

    ```yaml
    flow: stay
    steps:
      - id: booked
        action: bookRoom
        with: { guest_id: g1 }
        undo:
          action: cancelRoom
          with: { room: "${{ steps.booked.room }}" }
      - action: sendMail
        with: { to: ann@example.com }
    ```
    """

    level = "warning"
