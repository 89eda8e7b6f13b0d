"""How much a document may ask for, measured before anything walks through all of it.

Fragments are measured once and counted wherever they are spread, so that measuring takes time that
is linear in the text, whatever it would unfold to. Depth and complexity are counted as Adobe
Commerce counts them: a level for each field within another, one for each field.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
)

from .errors import INPUT, refusal

_MAX_NAME: Final = 255


class Limits(NamedTuple):
    """The most that a document may have; see the settings of the same names."""

    depth: int
    complexity: int
    aliases: int
    fragments: int


class Size(NamedTuple):
    """What a selection comes to, its fragments spread.

    Attributes:
        depth: Levels of fields.
        complexity: Fields.
        aliases: Fields with another name.
        fragments: Spreads and inline fragments.
    """

    depth: int = 0
    complexity: int = 0
    aliases: int = 0
    fragments: int = 0

    def beside(self, other: Size) -> Size:
        """Return the size of both, one after the other."""
        return Size(
            max(self.depth, other.depth),
            min(self.complexity + other.complexity, _ENOUGH),
            min(self.aliases + other.aliases, _ENOUGH),
            min(self.fragments + other.fragments, _ENOUGH),
        )


_ENOUGH = 1_000_000  # nobody allows so much; sums that double with each fragment stay small
_EMPTY = Size()


def check_size(document: DocumentNode, limits: Limits) -> int:
    """Refuse a document of which an operation or a fragment asks for too much.

    Fragments are judged by themselves too: rules of validation look at those that nobody uses.

    Returns:
        How many fields its operations have together, fragments spread.

    Raises:
        GraphQLError: Of the category input; it names the limit.
    """
    measure, fields = _Measure(document), 0
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            try:
                size = measure.size_of(definition.selection_set)
                _compare(size, limits)
            except RecursionError:
                raise _too_much("depth", limits.depth, "much more") from None
            if isinstance(definition, OperationDefinitionNode):
                fields += size.complexity
    return fields


def check_names(document: DocumentNode) -> None:
    """Refuse a document with a name that is far too long: errors repeat names.

    Raises:
        GraphQLError: Of the category input.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind is TokenKind.NAME and token.end - token.start > _MAX_NAME:
            raise _too_much("name length", _MAX_NAME, str(token.end - token.start))
        token = token.next


def count_root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> int:
    """Return how many fields of `Query` or `Mutation` an operation asks for, fragments spread."""
    return _Measure(document).root_fields_of(operation.selection_set)


def _compare(size: Size, limits: Limits) -> None:
    for name, most, found in zip(Limits._fields, limits, size, strict=True):
        if found > most:
            raise _too_much(name, most, "much more" if found == _ENOUGH else str(found))


def _too_much(name: str, most: int, found: str) -> GraphQLError:
    return refusal(f"Max query {name} should be {most} but got {found}.", INPUT)


class _Measure:
    """Measures selections; each fragment once."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}

    def size_of(self, selection_set: SelectionSetNode | None) -> Size:
        size = _EMPTY
        for selection in selection_set.selections if selection_set else ():
            if isinstance(selection, FieldNode):
                size = size.beside(self._size_of_field(selection))
            elif isinstance(selection, InlineFragmentNode):
                inner = self.size_of(selection.selection_set)
                size = size.beside(inner._replace(fragments=inner.fragments + 1))
            elif isinstance(selection, FragmentSpreadNode):
                size = size.beside(self._size_of_spread(selection.name.value))
        return size

    def root_fields_of(self, selection_set: SelectionSetNode | None) -> int:
        """Return how many fields a selection has itself, in a document that was checked."""
        count = 0
        for selection in selection_set.selections if selection_set else ():
            if isinstance(selection, FieldNode):
                count += not selection.name.value.startswith("__")
            elif isinstance(selection, InlineFragmentNode):
                count += self.root_fields_of(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                count += self.root_fields_of(self._fragments[selection.name.value].selection_set)
        return count

    def _size_of_field(self, field: FieldNode) -> Size:
        inner = self.size_of(field.selection_set)
        aliases = inner.aliases + (field.alias is not None)
        return Size(inner.depth + 1, inner.complexity + 1, aliases, inner.fragments)

    def _size_of_spread(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = _EMPTY  # what leads back to itself is refused by validation
            fragment = self._fragments.get(name)
            self._sizes[name] = self.size_of(fragment.selection_set if fragment else None)
        size = self._sizes[name]
        return size._replace(fragments=size.fragments + 1)
