"""Rules of single values: names, codes, durations, times, expressions."""

from __future__ import annotations

from .rule import Rule


class BadName(Rule):
    """A name has a form that names do not have.

    Ids, inputs, outputs, branches and variables: a letter or `_`, then letters, digits and `_`, 80
    at most. Flows and actions may have a `-` too, but begin with a letter. Names are never
    evaluated, so no expression can stand in one.

    ```yaml
    flow: stay
    steps:
      - id: the-guest
        action: findGuest
        with: { guest_id: g1 }
    outputs:
      name: ${{ steps.the_guest.name }}
    ```

    ```yaml
    flow: stay
    steps:
      - id: the_guest
        action: findGuest
        with: { guest_id: g1 }
    outputs:
      name: ${{ steps.the_guest.name }}
    ```
    """


class BadCode(Rule):
    """The code of an error has a form that codes do not have.

    A code is written in capitals, digits and `_`. Under `on` there is one code, a list of codes, or
    `"*"` alone, which means every error.

    ```yaml
    flow: stay
    steps:
      - fail: { code: no-room, status: 409 }
    ```

    ```yaml
    flow: stay
    steps:
      - fail: { code: NO_ROOM, status: 409 }
    ```
    """


class ReservedCode(Rule):
    """A flow's own error has a code of the runtime.

    Callers could not tell the two apart. Choose another code.

    ```yaml
    flow: stay
    steps:
      - fail: { code: TIMEOUT, status: 409 }
    ```

    ```yaml
    flow: stay
    steps:
      - fail: { code: TOO_LATE, status: 409 }
    ```
    """


class BadStatus(Rule):
    """The status of an error is none.

    It is a number from 400 to 599: from 500 on the flow is to blame, below that its caller.

    ```yaml
    flow: stay
    steps:
      - fail: { code: NO_ROOM, status: 200 }
    ```

    ```yaml
    flow: stay
    steps:
      - fail: { code: NO_ROOM, status: 409 }
    ```
    """


class BadDuration(Rule):
    """A length of time cannot be read.

    Write `250ms`, `30s`, `5m`, `2h`, `7d`, or ISO 8601 such as `PT5M`; or an expression that gives
    such a text. Ten years at most.

    ```yaml
    flow: stay
    steps:
      - wait: 5 minutes
    ```

    ```yaml
    flow: stay
    steps:
      - wait: 5m
    ```
    """


class BadTime(Rule):
    """A point in time cannot be read.

    Write it as RFC 3339 has it, with the offset from UTC, or give an expression.

    ```yaml
    flow: stay
    steps:
      - wait: { until: 2026-03-01 12:00 }
    ```

    ```yaml
    flow: stay
    steps:
      - wait: { until: "2026-03-01T12:00:00Z" }
    ```
    """


class BadSchedule(Rule):
    """The schedule of a trigger is not a CRON expression.

    It has five fields: minute, hour, day of the month, month, day of the week. Each is `*`, a
    number or a name, a list with `,`, a range with `-`, or steps with `/`.

    ```yaml
    flow: stay
    steps: []
    triggers:
      - schedule: "0 24 * * *"
    ```

    ```yaml
    flow: stay
    steps: []
    triggers:
      - schedule: "0 0 * * *"
    ```
    """


class BadTimezone(Rule):
    """There is no time zone of this name.

    The names are those of the IANA database, such as `Europe/Berlin`. Without one it is UTC.

    ```yaml
    flow: stay
    steps: []
    triggers:
      - { schedule: "0 4 * * *", timezone: Berlin }
    ```

    ```yaml
    flow: stay
    steps: []
    triggers:
      - { schedule: "0 4 * * *", timezone: Europe/Berlin }
    ```
    """


class BadExpression(Rule):
    """What stands between `${{` and `}}` is not an expression of the flow language.

    The message says what is wrong with it: the grammar, a filter or test that there is not, or
    something of Jinja2 or Python that flows do not have, such as calls. Names, titles and keys
    are never evaluated; a `${{` that is meant as such is written `$${{`.

    ```yaml
    flow: stay
    inputs: { guests: array }
    steps:
      - value: ${{ inputs.guests | lenght }}
    ```

    ```yaml
    flow: stay
    inputs: { guests: array }
    steps:
      - value: ${{ inputs.guests | length }}
    ```
    """
