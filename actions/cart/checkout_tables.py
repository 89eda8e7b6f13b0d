"""The tables of checkouts: sessions, the operations that work for them, what they found wrong."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, false, text

from .tables import UtcDateTime, key, metadata, reference

checkout_session = Table(
    "cart_checkout_session",
    metadata,
    key(),
    Column("public_id", String(18), nullable=False, unique=True),
    reference("cart_id", "cart_cart"),
    Column("state", String(80), nullable=False),
    Column("next_state", String(80)),
    Column("is_processing", Boolean, nullable=False, server_default=false()),
    Column("is_error", Boolean, nullable=False, server_default=false()),
    Column("is_archived", Boolean, nullable=False),
    Column("order_number", String(20)),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "cart_id"),  # SQLite takes the other one for no question but its own
)
Index(
    "uq_cart_checkout_session_open",
    checkout_session.c.cart_id,
    unique=True,
    sqlite_where=text("NOT is_archived"),
    postgresql_where=text("NOT is_archived"),
)

background_operation = Table(
    "cart_background_operation",
    metadata,
    key(),
    reference("cart_id", "cart_cart"),
    Column("public_id", String(18)),
    reference("session_id", "cart_checkout_session", nullable=True),
    Column("name", String(80), nullable=False),
    Column("status", String(16), nullable=False),
    Column("error", Text),  # JSON: code and message
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index(None, "cart_id"),
    Index(None, "session_id"),
    Index("uq_cart_background_operation_public_id", "public_id", unique=True),
)

cart_validation = Table(
    "cart_validation",
    metadata,
    key(),
    reference("cart_id", "cart_cart"),
    reference("operation_id", "cart_background_operation", nullable=True),
    Column("level", String(8), nullable=False),  # Info, Warning, Error
    Column("type", String(16), nullable=False),  # INVENTORY, TAXES, PRICING …
    Column("message", String(255), nullable=False),
    Column("related_entity", String(64)),  # the cart's id, or the number of a line
    Index(None, "cart_id"),
    Index(None, "operation_id"),
)
