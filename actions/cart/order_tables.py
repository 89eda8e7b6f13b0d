"""The tables of payments and orders, and of what lowers their amounts: coupons and credits."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from .tables import UtcDateTime, key, metadata, reference

payment_order = Table(
    "cart_payment_order",
    metadata,
    key(),
    Column("mp_order_id", String(32), nullable=False, unique=True),
    reference("cart_id", "cart_cart"),
    Column("method_code", String(64), nullable=False),
    Column("provider_order_id", String(255)),
    Column("status", String(16), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("location", String(16)),
    Column("vault_intent", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),  # while pending: when it was asked for last
    Column("request", Text),  # JSON: `payments.Ask`; null once it is settled
    Index(None, "cart_id"),
)

order = Table(
    "cart_order",
    metadata,
    key(),
    Column("number", String(20), nullable=False, unique=True),
    reference("cart_id", "cart_cart", unique=True),
    reference("payment_order_id", "cart_payment_order"),
    Column("grand_total_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("email", String(254)),  # null once the person was erased
    Column("document", Text, nullable=False, server_default="{}"),  # JSON: addresses, totals
    Index(None, "payment_order_id"),
)

order_item = Table(
    "cart_order_item",
    metadata,
    key(),
    reference("order_id", "cart_order"),
    Column("sku", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("quantity_e4", BigInteger, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("row_total_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False, server_default="0"),
    Column("tax_minor", BigInteger, nullable=False, server_default="0"),
    Index(None, "order_id"),
)

draft_order = Table(
    "cart_draft_order",
    metadata,
    key(),
    Column("number", String(20), nullable=False, unique=True),
    reference("session_id", "cart_checkout_session", unique=True),
    Column("grand_total_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

coupon = Table(
    "cart_coupon",
    metadata,
    key(),
    Column("code", String(64), nullable=False),
    Column("folded_code", String(64), nullable=False, unique=True),  # case does not matter
    Column("rule", Text, nullable=False),  # JSON, as the store file has it
    Column("enabled", Boolean, nullable=False),
    Column("uses", Integer, nullable=False),
)

coupon_use = Table(
    "cart_coupon_use",
    metadata,
    reference("order_id", "cart_order", primary_key=True, autoincrement=False),
    reference("coupon_id", "cart_coupon", primary_key=True, autoincrement=False),
    reference("customer_id", "cart_customer", nullable=True),
    Index(None, "coupon_id", "customer_id"),
)

gift_card = Table(
    "cart_gift_card",
    metadata,
    key(),
    Column("code", String(64), nullable=False, unique=True),
    Column("balance_minor", BigInteger, nullable=False),
    Column("expires_on", Date),  # its last day
    Column("enabled", Boolean, nullable=False),
    CheckConstraint("balance_minor >= 0", name="balance"),
)

credit_use = Table(
    "cart_credit_use",
    metadata,
    key(),
    reference("order_id", "cart_order"),
    reference("gift_card_id", "cart_gift_card", nullable=True),
    reference("customer_id", "cart_customer", nullable=True),  # of store credit or points
    Column("amount_minor", BigInteger, nullable=False),
    Column("points", BigInteger),  # how many reward points it took; null for other credits
    Index(None, "order_id"),
)

counter = Table(
    "cart_counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
