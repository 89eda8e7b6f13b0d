"""What a whole checkout needs: choices, coupons, credits, accounts, sessions with their jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0002_checkout"
down_revision = "0001_cart"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_LONG_AGO = "1970-01-01 00:00:00"


def upgrade() -> None:
    """Create the tables, and add the columns."""
    _extend_shop()
    _create_accounts()
    _extend_carts()
    _extend_customers()
    _extend_orders()
    _extend_sessions()
    _create_coupons()
    _create_credits()
    _index_references()


def _key(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    column = sa.Column("id", _ID, nullable=False)
    return column, sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _add_reference(table: str, column: str, target: str) -> None:
    # in one statement: SQLite knows no other way to add a foreign key
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    name = f"fk_{table}_{column}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {name} REFERENCES {target} (id)"
    )


def _extend_shop() -> None:
    for column in (
        sa.Column("web_store_id", sa.String(18), server_default="shop", nullable=False),
        sa.Column("rules", sa.Text(), server_default="{}", nullable=False),
        sa.Column("revision", sa.String(16), server_default="new", nullable=False),
    ):
        op.add_column("cart_shop", column)
    tax_class = sa.Column("tax_class", sa.String(32), server_default="default", nullable=False)
    op.add_column("cart_product", tax_class)
    op.create_table(
        "cart_shop_section",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cart_shop_section"),
    )


def _create_accounts() -> None:
    op.create_table(
        "cart_account",
        *_key("cart_account"),
        sa.Column("public_id", sa.String(18), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("is_store_member", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("public_id", name="uq_cart_account_public_id"),
    )
    op.create_table(
        "cart_account_member",
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.Column("customer_id", _ID, autoincrement=False, nullable=False),
        _foreign_key("cart_account_member", "account_id", "cart_account"),
        _foreign_key("cart_account_member", "customer_id", "cart_customer"),
        sa.PrimaryKeyConstraint("account_id", "customer_id", name="pk_cart_account_member"),
    )
    op.create_index("ix_cart_account_member_customer_id", "cart_account_member", ["customer_id"])


def _extend_carts() -> None:
    for table in ("cart_cart", "cart_item"):
        changed = sa.Column("updated_at", _TIME, server_default=_LONG_AGO, nullable=False)
        op.add_column(table, changed)
    op.add_column("cart_cart", sa.Column("choices", sa.Text()))
    op.add_column("cart_cart", sa.Column("name", sa.String(250)))
    _add_reference("cart_cart", "account_id", "cart_account")
    op.execute("UPDATE cart_cart SET updated_at = created_at")
    op.create_index("ix_cart_cart_status_updated_at", "cart_cart", ["status", "updated_at"])


def _extend_customers() -> None:
    op.create_table(
        "cart_customer_address",
        *_key("cart_customer_address"),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_default_shipping", sa.Boolean(), nullable=False),
        sa.Column("is_default_billing", sa.Boolean(), nullable=False),
        _foreign_key("cart_customer_address", "customer_id", "cart_customer"),
        sa.UniqueConstraint(
            "customer_id", "position", name="uq_cart_customer_address_customer_id_position"
        ),
    )
    op.create_table(
        "cart_store_credit",
        sa.Column("customer_id", _ID, autoincrement=False, nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        _foreign_key("cart_store_credit", "customer_id", "cart_customer"),
        sa.CheckConstraint("balance_minor >= 0", name="ck_cart_store_credit_balance"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_cart_store_credit"),
    )


def _extend_orders() -> None:
    for table, column in (
        ("cart_order", sa.Column("email", sa.String(254))),
        ("cart_order", sa.Column("document", sa.Text(), server_default="{}", nullable=False)),
        ("cart_order_item", _amount("discount_minor")),
        ("cart_order_item", _amount("tax_minor")),
    ):
        op.add_column(table, column)
    op.create_table(
        "cart_draft_order",
        *_key("cart_draft_order"),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("grand_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        _foreign_key("cart_draft_order", "session_id", "cart_checkout_session"),
        sa.UniqueConstraint("number", name="uq_cart_draft_order_number"),
        sa.UniqueConstraint("session_id", name="uq_cart_draft_order_session_id"),
    )


def _amount(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _extend_sessions() -> None:
    for column in (
        sa.Column("next_state", sa.String(80)),
        sa.Column("is_processing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_error", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("order_number", sa.String(20)),
    ):
        op.add_column("cart_checkout_session", column)
    operations = "cart_background_operation"
    _add_reference(operations, "session_id", "cart_checkout_session")
    op.add_column(operations, sa.Column("public_id", sa.String(18)))
    op.add_column(operations, sa.Column("error", sa.Text()))
    op.add_column(operations, sa.Column("started_at", _TIME))
    # an index, not a constraint: SQLite cannot add one of those
    op.create_index(f"uq_{operations}_public_id", operations, ["public_id"], unique=True)
    op.create_table(
        "cart_validation",
        *_key("cart_validation"),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("operation_id", _ID),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("message", sa.String(255), nullable=False),
        sa.Column("related_entity", sa.String(64)),
        _foreign_key("cart_validation", "cart_id", "cart_cart"),
        _foreign_key("cart_validation", "operation_id", operations),
    )
    op.create_index("ix_cart_validation_cart_id", "cart_validation", ["cart_id"])


def _index_references() -> None:
    """Index what is asked for whenever the row that it names is found or deleted."""
    for table, column in (
        ("cart_checkout_session", "cart_id"),
        ("cart_background_operation", "session_id"),
        ("cart_validation", "operation_id"),
        ("cart_order", "payment_order_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_coupons() -> None:
    op.create_table(
        "cart_coupon",
        *_key("cart_coupon"),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("folded_code", sa.String(64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.UniqueConstraint("folded_code", name="uq_cart_coupon_folded_code"),
    )
    op.create_table(
        "cart_coupon_use",
        sa.Column("order_id", _ID, autoincrement=False, nullable=False),
        sa.Column("coupon_id", _ID, autoincrement=False, nullable=False),
        sa.Column("customer_id", _ID),
        _foreign_key("cart_coupon_use", "order_id", "cart_order"),
        _foreign_key("cart_coupon_use", "coupon_id", "cart_coupon"),
        _foreign_key("cart_coupon_use", "customer_id", "cart_customer"),
        sa.PrimaryKeyConstraint("order_id", "coupon_id", name="pk_cart_coupon_use"),
    )
    op.create_index(
        "ix_cart_coupon_use_coupon_id_customer_id", "cart_coupon_use", ["coupon_id", "customer_id"]
    )


def _create_credits() -> None:
    op.create_table(
        "cart_gift_card",
        *_key("cart_gift_card"),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name="ck_cart_gift_card_balance"),
        sa.UniqueConstraint("code", name="uq_cart_gift_card_code"),
    )
    op.create_table(
        "cart_credit_use",
        *_key("cart_credit_use"),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("gift_card_id", _ID),
        sa.Column("customer_id", _ID),
        _amount("amount_minor"),
        _foreign_key("cart_credit_use", "order_id", "cart_order"),
        _foreign_key("cart_credit_use", "gift_card_id", "cart_gift_card"),
        _foreign_key("cart_credit_use", "customer_id", "cart_customer"),
    )
    op.create_index("ix_cart_credit_use_order_id", "cart_credit_use", ["order_id"])
