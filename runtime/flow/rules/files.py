"""Rules of the file as a text: YAML 1.2, or JSON, of a size that a person can read."""

from __future__ import annotations

from .rule import Rule


class Unreadable(Rule):
    """The file cannot be opened.

    Look whether the path is right and whether you may read the file.
    """


class TooLarge(Rule):
    """The file has more than 1 MiB.

    Nobody reads a flow of this length. Split it: a flow is an action, so another flow can call it.
    """


class NotUtf8(Rule):
    """The file holds bytes that are not UTF-8.

    Save it as UTF-8 in the editor. A byte order mark at the beginning does no harm.
    """


class ControlCharacter(Rule):
    r"""There is a control character in the text.

    It is invisible, and came in by copying as a rule. Remove it; a tab or a line end inside of a
    text in double quotes is written `\t` or `\n`.
    """


class TooManyValues(Rule):
    """The file holds more than 20 000 values.

    Data of this size does not belong into a flow: give it as an input, or have an action look it
    up.
    """


class TooDeep(Rule):
    """The file is nested more than 64 levels deep.

    Move inner steps to a flow of their own and call it.
    """


class Empty(Rule):
    """There is nothing in the file, or only comments.

    ```yaml
    # to be done
    ```

    ```yaml
    flow: stay
    steps: []
    ```
    """


class Syntax(Rule):
    """The text is not YAML.

    The message is that of the YAML parser, with the place where it gave up; the cause often stands
    a line or two before: a quote or bracket that is not closed, a tab, a wrong indentation, or a
    text with `: ` or ` #` in it that needs quotes.

    ```yaml
    flow: stay
    title: Book: a room
    steps: []
    ```

    ```yaml
    flow: stay
    title: "Book: a room"
    steps: []
    ```
    """


class NotJson(Rule):
    """The text is not JSON.

    A file whose name ends in `.json` is read strictly: names in double quotes, no comments, no
    comma behind the last member.

    ```json
    {"flow": "stay", "steps": [],}
    ```

    ```json
    {"flow": "stay", "steps": []}
    ```
    """


class BadText(Rule):
    r"""A text in a JSON file has half of a character in it.

    Characters outside of the basic plane are written as a pair of escapes; one of the two is
    missing. Write the character itself.

    ```json
    {"flow": "stay", "title": "\ud83d", "steps": []}
    ```

    ```json
    {"flow": "stay", "title": "\ud83d\ude00", "steps": []}
    ```
    """


class SecondDocument(Rule):
    """There is more than one YAML document in the file.

    `---` begins another document. A file holds one flow: split it.

    ```yaml
    flow: stay
    steps: []
    ---
    flow: leave
    steps: []
    ```

    ```yaml
    flow: stay
    steps: []
    ```
    """


class DuplicateKey(Rule):
    """A name stands twice in the same object.

    Only one of the two could count, and which one differs between parsers. Keep one.

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g1, guest_id: g2 }
    ```

    ```yaml
    flow: stay
    steps:
      - action: findGuest
        with: { guest_id: g2 }
    ```
    """


class BadKey(Rule):
    """The name of a member is not a text.

    Numbers, `true`, `null`, lists and objects cannot be names. Put the name in quotes.

    ```yaml
    flow: stay
    steps:
      - value: { 1: first }
    ```

    ```yaml
    flow: stay
    steps:
      - value: { "1": first }
    ```
    """


class BadNumber(Rule):
    """A number cannot be written in JSON, or is too large.

    There is no NaN and no infinity. Floating-point numbers have 64 bits, integers at most 1000
    digits.

    ```yaml
    flow: stay
    steps:
      - value: 1e999
    ```

    ```yaml
    flow: stay
    steps:
      - value: 1e99
    ```
    """


class Anchor(Rule):
    """There is a YAML anchor, `&name`.

    Whoever reads a line of a flow shall see what it says, so nothing is repeated by reference.
    Write it out; what many steps need can be a step of its own, `value`.

    ```yaml
    flow: stay
    steps:
      - value: &guest { id: g1 }
    ```

    ```yaml
    flow: stay
    steps:
      - value: { id: g1 }
    ```
    """


class Alias(Rule):
    """There is a YAML alias, `*name`.

    What it stands for is written elsewhere. Write it out. A text that begins with an asterisk needs
    quotes, as in `on: "*"`.

    ```yaml
    flow: stay
    steps:
      - value: *guest
    ```

    ```yaml
    flow: stay
    steps:
      - value: { id: g1 }
    ```
    """


class Tag(Rule):
    """There is a YAML tag, `!name`.

    Tags make other things than JSON of a value. Remove it; a text that begins with an exclamation
    mark needs quotes.

    ```yaml
    flow: stay
    steps:
      - value: !now
    ```

    ```yaml
    flow: stay
    steps:
      - value: "!now"
    ```
    """
