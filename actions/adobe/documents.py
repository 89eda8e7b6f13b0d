"""Texts of queries, checked: small enough, well formed, valid for the schema; the usual ones once.

A storefront sends the same few texts again and again; checking one takes ten times as long as
answering it. So texts that were found good are remembered, the latest ones, up to a number of
tokens: what a text is parsed to takes half a kilobyte for each, up to 400 times its length, and its
plans as much again.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    Visitor,
    parse,
    validate,
    visit,
)

from .errors import INPUT, refusal
from .limits import Limits, check_names, check_size
from .plans import Plans, plans_for
from .schema import schema

REMEMBERED_TOKENS: Final = 40_000
"""How many tokens all remembered texts have together: those of a hundred pages of a shop."""

_MAX_TOKENS: Final = 10_000
_MAX_ERRORS: Final = 5


class RefusedDocumentError(Exception):
    """A text that cannot be executed.

    Attributes:
        errors: What is wrong with it, at least one.
    """

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Rules(NamedTuple):
    """What texts have to keep to."""

    limits: Limits
    max_characters: int
    introspection: bool


@lru_cache(maxsize=16)
def documents_of(rules: Rules) -> Documents:
    """Return the texts that were checked by the same rules."""
    return Documents(rules)


class Checked(NamedTuple):
    """A text that was checked.

    Attributes:
        document: What it is parsed to.
        plans: How its fields are answered, if that is the same for every request.
        weight: How much of what can be remembered it takes up, in tokens.
    """

    document: DocumentNode
    plans: Plans | None
    weight: int


class Documents:
    """Checked texts.

    Args:
        rules: What they have to keep to.
        remembered: How many tokens those have together that need no checking again.
    """

    def __init__(self, rules: Rules, remembered: int = REMEMBERED_TOKENS) -> None:
        self._rules = rules
        self._most = remembered
        self._known: OrderedDict[str, Checked] = OrderedDict()
        self._tokens = 0
        self._lock = Lock()

    def get(self, text: str) -> Checked:
        """Return what a text is parsed to.

        Raises:
            RefusedDocumentError: It breaks a limit, is no GraphQL, or does not fit the schema.
        """
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        checked = self._check(text)
        self._remember(text, checked)
        return checked

    def _remember(self, text: str, checked: Checked) -> None:
        if checked.weight > self._most // 10:
            return
        with self._lock:
            if text not in self._known:
                self._known[text] = checked
                self._tokens += checked.weight
            while self._tokens > self._most:
                _, forgotten = self._known.popitem(last=False)
                self._tokens -= forgotten.weight

    def _check(self, text: str) -> Checked:
        most = self._rules.max_characters
        if len(text) > most:
            message = f"The query is too long: expected at most {most} characters, got {len(text)}."
            raise RefusedDocumentError([refusal(message, INPUT)])
        try:
            document = parse(text, max_tokens=_MAX_TOKENS)
            check_names(document)
            fields = check_size(document, self._rules.limits)
        except RecursionError:
            message = f"Max query depth should be {self._rules.limits.depth} but got much more."
            raise RefusedDocumentError([refusal(message, INPUT)]) from None
        except GraphQLError as error:
            raise RefusedDocumentError([error]) from error
        if not self._rules.introspection:
            visit(document, _NoIntrospection())
        errors = validate(
            schema(),
            document,
            max_errors=_MAX_ERRORS,
            hide_suggestions=not self._rules.introspection,
            allow_empty_selection_sets=False,
        )
        if errors:
            raise RefusedDocumentError(errors)
        return Checked(document, plans_for(document), _weight_of(text, document, fields))


def _weight_of(text: str, document: DocumentNode, fields: int) -> int:
    """Return how many tokens a text has; more if they are long, or spread to many fields.

    The plan of a field takes as much as three tokens: it may be of several types.
    """
    return max(document.token_count or 0, len(text) // 100, 3 * fields)


class _NoIntrospection(Visitor):
    """Refuses documents that ask for the schema."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.name.value in ("__schema", "__type"):
            message = (
                "GraphQL introspection is not allowed, but the query contained __schema or __type"
            )
            error = GraphQLError(message, node, extensions={"category": INPUT})
            raise RefusedDocumentError([error])
