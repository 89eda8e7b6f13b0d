"""The tables of the cart domain, a shop to start with and the counter of orders."""

import sqlalchemy as sa
from alembic import op

revision = "0001_cart"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _create_catalogue()
    _create_customers()
    _create_carts()
    _create_payments()
    _create_orders()
    _create_sessions()
    _create_operations()
    op.execute("INSERT INTO cart_shop (id, name, currency) VALUES (1, 'Shop', 'USD')")
    op.execute("INSERT INTO cart_counter (name, value) VALUES ('order', 0)")


def _create_catalogue() -> None:
    op.create_table(
        "cart_shop",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_cart_shop_single"),
        sa.PrimaryKeyConstraint("id", name="pk_cart_shop"),
    )
    op.create_table(
        "cart_product",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("stock_e4", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("minimum_e4", sa.BigInteger(), nullable=False),
        sa.Column("maximum_e4", sa.BigInteger(), nullable=False),
        sa.Column("increment_e4", sa.BigInteger(), nullable=False),
        sa.Column("back_orders", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cart_product"),
        sa.UniqueConstraint("sku", name="uq_cart_product_sku"),
    )
    op.create_table(
        "cart_payment_method",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_cart_payment_method"),
    )


def _create_customers() -> None:
    op.create_table(
        "cart_customer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("firstname", sa.String(255), nullable=False),
        sa.Column("lastname", sa.String(255), nullable=False),
        sa.Column("customer_group", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_cart_customer"),
        sa.UniqueConstraint("email", name="uq_cart_customer_email"),
    )


def _create_carts() -> None:
    op.create_table(
        "cart_cart",
        sa.Column("id", _ID, nullable=False),
        sa.Column("masked_id", sa.String(32), nullable=False),
        sa.Column("customer_id", _ID),
        sa.Column("email", sa.String(254)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["cart_customer.id"], name="fk_cart_cart_customer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_cart"),
        sa.UniqueConstraint("masked_id", name="uq_cart_cart_masked_id"),
    )
    op.create_index("ix_cart_cart_customer_id_status", "cart_cart", ["customer_id", "status"])
    op.create_table(
        "cart_item",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("quantity_e4", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_e4 > 0", name="ck_cart_item_quantity"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart_cart.id"], name="fk_cart_item_cart_id"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["cart_product.id"], name="fk_cart_item_product_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_item"),
        sa.UniqueConstraint("cart_id", "product_id", name="uq_cart_item_cart_id_product_id"),
        sqlite_autoincrement=True,
    )


def _create_payments() -> None:
    op.create_table(
        "cart_payment_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("mp_order_id", sa.String(32), nullable=False),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("method_code", sa.String(64), nullable=False),
        sa.Column("provider_order_id", sa.String(255)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("location", sa.String(16)),
        sa.Column("vault_intent", sa.Boolean(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart_cart.id"], name="fk_cart_payment_order_cart_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_payment_order"),
        sa.UniqueConstraint("mp_order_id", name="uq_cart_payment_order_mp_order_id"),
    )
    op.create_index("ix_cart_payment_order_cart_id", "cart_payment_order", ["cart_id"])


def _create_orders() -> None:
    op.create_table(
        "cart_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("payment_order_id", _ID, nullable=False),
        sa.Column("grand_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["cart_cart.id"], name="fk_cart_order_cart_id"),
        sa.ForeignKeyConstraint(
            ["payment_order_id"], ["cart_payment_order.id"], name="fk_cart_order_payment_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_order"),
        sa.UniqueConstraint("cart_id", name="uq_cart_order_cart_id"),
        sa.UniqueConstraint("number", name="uq_cart_order_number"),
    )
    op.create_table(
        "cart_order_item",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("quantity_e4", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("row_total_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["cart_order.id"], name="fk_cart_order_item_order_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_order_item"),
    )
    op.create_index("ix_cart_order_item_order_id", "cart_order_item", ["order_id"])
    op.create_table(
        "cart_counter",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cart_counter"),
    )


def _create_sessions() -> None:
    op.create_table(
        "cart_checkout_session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(18), nullable=False),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("state", sa.String(80), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart_cart.id"], name="fk_cart_checkout_session_cart_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_checkout_session"),
        sa.UniqueConstraint("public_id", name="uq_cart_checkout_session_public_id"),
    )
    op.create_index(
        "uq_cart_checkout_session_open",
        "cart_checkout_session",
        ["cart_id"],
        unique=True,
        sqlite_where=sa.text("NOT is_archived"),
        postgresql_where=sa.text("NOT is_archived"),
    )


def _create_operations() -> None:
    op.create_table(
        "cart_background_operation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cart_id", _ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("submitted_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart_cart.id"], name="fk_cart_background_operation_cart_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_background_operation"),
    )
    op.create_index(
        "ix_cart_background_operation_cart_id",
        "cart_background_operation",
        ["cart_id"],
    )
