"""The tables of the cart domain: the shop, its catalogue and customers, carts and lines.

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
    Text,
    TypeDecorator,
    UniqueConstraint,
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


LONG_AGO = "1970-01-01 00:00:00"
"""When what has no time was changed last."""

ID = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER keys count up on SQLite


def key() -> Column[int]:
    """Return the column of a table's own numbers."""
    return Column("id", ID, primary_key=True, autoincrement=True)


def reference(column: str, table: str, **options: Any) -> Column[Any]:
    """Return a column that holds numbers of another table; required unless *options* differ."""
    return Column(column, ID, ForeignKey(f"{table}.id"), **{"nullable": False, **options})


shop = Table(
    "cart_shop",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("web_store_id", String(18), nullable=False, server_default="shop"),
    Column("rules", Text, nullable=False, server_default="{}"),  # JSON, as the store file has them
    Column(
        "revision", String(16), nullable=False, server_default="new"
    ),  # another text after each change of the shop
    CheckConstraint("id = 1", name="single"),
)

shop_section = Table(
    "cart_shop_section",
    metadata,
    Column("name", String(32), primary_key=True),  # taxes, shipping, gift_wrappings
    Column("document", Text, nullable=False),  # JSON, as the store file has it
)

product = Table(
    "cart_product",
    metadata,
    key(),
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
    Column("tax_class", String(32), nullable=False, server_default="default"),
    # what only the catalogue shows: carts do not read it
    Column("url_key", String(255)),
    Column("image", Text),  # JSON, as the store file has it
    Column("weight_e4", BigInteger),
    Column("search_text", Text, nullable=False, server_default=""),  # name and SKU, without case
    Index(None, "url_key"),
)

customer = Table(
    "cart_customer",
    metadata,
    key(),
    Column("email", String(254), nullable=False, unique=True),
    Column("firstname", String(255), nullable=False),
    Column("lastname", String(255), nullable=False),
    Column("customer_group", String(64), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcDateTime),
    Column("details", Text),  # JSON: `people.DETAILS`; null without any
    Column("created_at", UtcDateTime),  # null if the account came with a store file
    Index(None, "created_at"),
)

customer_address = Table(
    "cart_customer_address",
    metadata,
    key(),
    reference("customer_id", "cart_customer"),
    Column("position", Integer, nullable=False),
    Column("address", Text, nullable=False),  # JSON: `addresses.Address`
    Column("is_default_shipping", Boolean, nullable=False),
    Column("is_default_billing", Boolean, nullable=False),
    UniqueConstraint("customer_id", "position"),
)

store_credit = Table(
    "cart_store_credit",
    metadata,
    reference("customer_id", "cart_customer", primary_key=True, autoincrement=False),
    Column("balance_minor", BigInteger, nullable=False),
    CheckConstraint("balance_minor >= 0", name="balance"),
)

reward_points = Table(
    "cart_reward_points",
    metadata,
    reference("customer_id", "cart_customer", primary_key=True, autoincrement=False),
    Column("points", BigInteger, nullable=False),
    CheckConstraint("points >= 0", name="points"),
)

account = Table(
    "cart_account",
    metadata,
    key(),
    Column("public_id", String(18), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("is_store_member", Boolean, nullable=False),
)

account_member = Table(
    "cart_account_member",
    metadata,
    reference("account_id", "cart_account", primary_key=True, autoincrement=False),
    reference("customer_id", "cart_customer", primary_key=True, autoincrement=False),
    Index(None, "customer_id"),
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
    key(),
    Column("masked_id", String(32), nullable=False, unique=True),
    reference("customer_id", "cart_customer", nullable=True),
    Column("email", String(254)),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, server_default=LONG_AGO),
    Column("choices", Text),  # JSON: `choices.Choices`; null as long as nothing was chosen
    Column("name", String(250)),  # null unless a business has named it
    reference("account_id", "cart_account", nullable=True),
    Index(None, "customer_id", "status"),
    Index(None, "status", "updated_at"),
)

item = Table(
    "cart_item",
    metadata,
    key(),
    reference("cart_id", "cart_cart"),
    reference("product_id", "cart_product"),
    Column("quantity_e4", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, server_default=LONG_AGO),
    UniqueConstraint("cart_id", "product_id"),
    CheckConstraint("quantity_e4 > 0", name="quantity"),
    sqlite_autoincrement=True,  # the number of a removed line is never used again
)
