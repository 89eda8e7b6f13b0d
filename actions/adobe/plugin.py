"""What the GraphQL door brings, as the entry point group `cartflow` finds it.

GraphQL takes a quarter of a second to import: that happens with the first request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cartflow
from cartflow import hookimpl


@hookimpl
def cartflow_routes() -> Sequence[cartflow.Route]:
    """Return the one address, with the methods that it answers."""
    return [
        cartflow.Route(method, "/graphql", f"cartflow.actions.adobe.door:{name}", True)
        for method, name in (("POST", "answer"), ("GET", "answer"), ("OPTIONS", "options"))
    ]


@hookimpl
def cartflow_settings() -> Sequence[cartflow.Setting]:
    """Return the settings of the section `adobe`."""
    return [
        cartflow.Setting(
            "wording",
            "documented",
            "Whose words errors have: those of the published pages, or of a server of version"
            " 2.4.7 or 2.4.8, the latter with its HTTP statuses and error codes",
            choices=("documented", "2.4.7", "2.4.8"),
        ),
        cartflow.Setting(
            "introspection", True, "Whether clients may ask for the schema, and get suggestions"
        ),
        cartflow.Setting("max_depth", 20, "How deep fields may be nested in a query", minimum=1),
        cartflow.Setting(
            "max_complexity",
            1000,
            "How many fields a query may have, fragments spread. Adobe's server takes 300; the cart"
            " pages of storefronts ask for up to 600",
            minimum=1,
        ),
        cartflow.Setting(
            "max_root_fields",
            20,
            "How many fields of `Query` or `Mutation` the operations of a request have together",
            minimum=1,
        ),
        cartflow.Setting(
            "max_aliases", 30, "How many fields of a query may have another name", minimum=0
        ),
        cartflow.Setting(
            "max_fragments", 250, "How often a query may use fragments, inline ones too", minimum=0
        ),
        cartflow.Setting(
            "max_batch", 10, "How many operations one request may bring; 0: no list", minimum=0
        ),
        cartflow.Setting(
            "max_page_size", 300, "How many products a page of the catalogue may have", minimum=1
        ),
        cartflow.Setting(
            "max_document_characters",
            100_000,
            "How many characters the queries of a request may have together",
            minimum=1,
        ),
    ]


@hookimpl
def cartflow_commands() -> Mapping[str, tuple[str, str]]:
    """Return the command that prints the schema."""
    return {"graphql": ("cartflow.actions.adobe.cli:graphql", "Print the GraphQL schema.")}
