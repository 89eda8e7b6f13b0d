"""Texts of queries, checked: small enough, well formed, valid for the schema; the usual ones once.

A storefront sends the same few texts again and again; checking one takes ten times as long as
answering it. So texts that were found good are remembered, the latest ones, up to a number of
bytes, since what a text is parsed to takes about a hundred times its length.
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
from .limits import Limits, check_size
from .schema import schema

REMEMBERED_BYTES: Final = 200_000
"""How long all remembered texts are together."""

_MAX_TOKENS: Final = 20_000
_MAX_ERRORS: Final = 20


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
    max_bytes: int
    introspection: bool


@lru_cache(maxsize=16)
def documents_of(rules: Rules) -> Documents:
    """Return the texts that were checked by the same rules."""
    return Documents(rules)


class Documents:
    """Checked texts."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._known: OrderedDict[str, DocumentNode] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, text: str) -> DocumentNode:
        """Return what a text is parsed to.

        Raises:
            RefusedDocumentError: It breaks a limit, is no GraphQL, or does not fit the schema.
        """
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        document = self._check(text)
        self._remember(text, document)
        return document

    def _remember(self, text: str, document: DocumentNode) -> None:
        if len(text) > REMEMBERED_BYTES // 10:
            return
        with self._lock:
            if text not in self._known:
                self._known[text] = document
                self._bytes += len(text)
            while self._bytes > REMEMBERED_BYTES:
                forgotten, _ = self._known.popitem(last=False)
                self._bytes -= len(forgotten)

    def _check(self, text: str) -> DocumentNode:
        most = self._rules.max_bytes
        if len(text) > most:
            message = f"The query is too long: expected at most {most} characters, got {len(text)}."
            raise RefusedDocumentError([refusal(message, INPUT)])
        try:
            document = parse(text, max_tokens=_MAX_TOKENS)
            check_size(document, self._rules.limits)
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
        return document


class _NoIntrospection(Visitor):
    """Refuses documents that ask for the schema."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.name.value in ("__schema", "__type"):
            message = (
                "GraphQL introspection is not allowed, but the query contained __schema or __type"
            )
            error = GraphQLError(message, node, extensions={"category": INPUT})
            raise RefusedDocumentError([error])
