"""Rules of the form: which keys there are, and what stands under them."""

from __future__ import annotations

from .rule import Rule


class UnknownKey(Rule):
    """There is no such key here.

    A misspelt key would be ignored without a word, so unknown ones are refused everywhere. The
    message lists the keys that may stand at this place.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        wiht: { guest_id: g1 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
    ```
    """


class MissingKey(Rule):
    """A key that has to be there is not.

    ```yaml
    flow: stay
    steps:
      - for: guest
        steps: []
    ```

    ```yaml
    flow: stay
    steps:
      - for: guest
        in: [g1, g2]
        steps: []
    ```
    """


class WrongType(Rule):
    """The value of a key has another type than the language gives it.

    A key without a value is `null`: give it one, or leave the key out.

    ```yaml
    flow: stay
    steps:
      action: findGuest
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
    ```
    """


class NoKind(Rule):
    """A step says nothing of what it does.

    Every step has one kind, by its key: `action`, `steps`, `switch`, `for`, `repeat`, `parallel`,
    `race`, `value`, `wait`, `emit`, `fail`, `return`, `break` or `continue`.

    ```yaml
    flow: stay
    steps:
      - title: Find the guest
    ```

    ```yaml
    flow: stay
    steps:
      - title: Find the guest
        action: findGuest
        with: { guest_id: g1 }
    ```
    """


class TwoKinds(Rule):
    """A step is of two kinds at once.

    Make it two steps.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
        value: 1
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1 }
      - value: 1
    ```
    """


class UnknownPrincipal(Rule):
    """`access` names a kind of caller that there is not.

    ```yaml
    flow: stay
    access: [customers]
    steps: []
    ```

    ```yaml
    flow: stay
    access: [customer]
    steps: []
    ```
    """


class UnknownType(Rule):
    """An input has a type that there is not.

    The types are those of JSON Schema: string, number, integer, boolean, object, array and null.

    ```yaml
    flow: stay
    inputs: { guest_id: text }
    steps:
      - action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    ```

    ```yaml
    flow: stay
    inputs: { guest_id: string }
    steps:
      - action: findGuest
        with: { guest_id: "${{ inputs.guest_id }}" }
    ```
    """


class UnknownSchema(Rule):
    """A `$ref` leads nowhere.

    It names a schema that a plugin registered, such as `guest.json`, or begins with `#/` and names
    a part of the same input. Files and the network are never read.

    ```yaml
    flow: stay
    inputs:
      guests: { type: array, items: { $ref: "#/guest" } }
    steps:
      - value: ${{ inputs.guests }}
    ```

    ```yaml
    flow: stay
    inputs:
      guests: { type: array, items: { $ref: "#/$defs/guest" }, $defs: { guest: { type: string } } }
    steps:
      - value: ${{ inputs.guests }}
    ```
    """


class BadSchema(Rule):
    """What stands under an input is not a JSON Schema of the draft 2020-12.

    ```yaml
    flow: stay
    inputs:
      nights: { type: integer, minimum: one }
    steps:
      - value: ${{ inputs.nights }}
    ```

    ```yaml
    flow: stay
    inputs:
      nights: { type: integer, minimum: 1 }
    steps:
      - value: ${{ inputs.nights }}
    ```
    """


class BadDefault(Rule):
    """The default of an input does not satisfy the input's own schema.

    ```yaml
    flow: stay
    inputs:
      nights: { type: integer, minimum: 1, default: 0 }
    steps:
      - value: ${{ inputs.nights }}
    ```

    ```yaml
    flow: stay
    inputs:
      nights: { type: integer, minimum: 1, default: 1 }
    steps:
      - value: ${{ inputs.nights }}
    ```
    """
