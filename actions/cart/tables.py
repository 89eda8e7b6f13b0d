"""The tables of the cart domain.

Conventions: money is an integer of minor units, a quantity an integer of 1/10000 pieces
(`quantity_e4`), so both databases calculate exactly; times are aware and in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A time that is aware and in UTC on both databases; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver is given."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"expected an aware time, got {value!r}"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what statements give."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


ID = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER keys count up on SQLite


def _key() -> Column[int]:
    return Column("id", ID, primary_key=True, autoincrement=True)


def _reference(column: str, table: str, **options: Any) -> Column[Any]:
    return Column(column, ID, ForeignKey(f"{table}.id"), **{"nullable": False, **options})


shop = Table(
    "cart_shop",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("currency", String(3), nullable=False),
    CheckConstraint("id = 1", name="single"),
)

product = Table(
    "cart_product",
    metadata,
    _key(),
    Column("sku", String(64), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("type", String(16), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("stock_e4", BigInteger, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("minimum_e4", BigInteger, nullable=False),
    Column("maximum_e4", BigInteger, nullable=False),
    Column("increment_e4", BigInteger, nullable=False),
    Column("back_orders", Boolean, nullable=False),
)

customer = Table(
    "cart_customer",
    metadata,
    _key(),
    Column("email", String(254), nullable=False, unique=True),
    Column("firstname", String(255), nullable=False),
    Column("lastname", String(255), nullable=False),
    Column("customer_group", String(64), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcDateTime),
)

payment_method = Table(
    "cart_payment_method",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("title", String(255), nullable=False),
    Column("provider", String(64), nullable=False),
    Column("enabled", Boolean, nullable=False),
)

cart = Table(
    "cart_cart",
    metadata,
    _key(),
    Column("masked_id", String(32), nullable=False, unique=True),
    _reference("customer_id", "cart_customer", nullable=True),
    Column("email", String(254)),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "customer_id", "status"),
)

item = Table(
    "cart_item",
    metadata,
    _key(),
    _reference("cart_id", "cart_cart"),
    _reference("product_id", "cart_product"),
    Column("quantity_e4", BigInteger, nullable=False),
    UniqueConstraint("cart_id", "product_id"),
    CheckConstraint("quantity_e4 > 0", name="quantity"),
    sqlite_autoincrement=True,  # the number of a removed line is never used again
)

payment_order = Table(
    "cart_payment_order",
    metadata,
    _key(),
    Column("mp_order_id", String(32), nullable=False, unique=True),
    _reference("cart_id", "cart_cart"),
    Column("method_code", String(64), nullable=False),
    Column("provider_order_id", String(255)),
    Column("status", String(16), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("location", String(16)),
    Column("vault_intent", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "cart_id"),
)

order = Table(
    "cart_order",
    metadata,
    _key(),
    Column("number", String(20), nullable=False, unique=True),
    _reference("cart_id", "cart_cart", unique=True),
    _reference("payment_order_id", "cart_payment_order"),
    Column("grand_total_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

order_item = Table(
    "cart_order_item",
    metadata,
    _key(),
    _reference("order_id", "cart_order"),
    Column("sku", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("quantity_e4", BigInteger, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("row_total_minor", BigInteger, nullable=False),
    Index(None, "order_id"),
)

checkout_session = Table(
    "cart_checkout_session",
    metadata,
    _key(),
    Column("public_id", String(18), nullable=False, unique=True),
    _reference("cart_id", "cart_cart"),
    Column("state", String(80), nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
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
    _key(),
    _reference("cart_id", "cart_cart"),
    Column("name", String(80), nullable=False),
    Column("status", String(16), nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(None, "cart_id"),
)

counter = Table(
    "cart_counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
