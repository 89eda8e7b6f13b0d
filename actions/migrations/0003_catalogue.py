"""What shop pages show of products and customers, beside what carts need to know of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003_catalogue"
down_revision = "0002_checkout"

_BATCH = 1000
_NEXT = sa.text("SELECT id, name, sku FROM cart_product WHERE id > :last ORDER BY id LIMIT :batch")
_FILL = sa.text("UPDATE cart_product SET search_text = :found WHERE id = :id")


def upgrade() -> None:
    """Add the columns."""
    for column in (
        sa.Column("url_key", sa.String(255)),
        sa.Column("image", sa.Text()),
        sa.Column("weight_e4", sa.BigInteger()),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("cart_product", column)
    op.create_index("ix_cart_product_url_key", "cart_product", ["url_key"])
    op.add_column("cart_customer", sa.Column("details", sa.Text()))
    op.add_column("cart_customer", sa.Column("created_at", sa.DateTime(timezone=True)))
    op.create_index("ix_cart_customer_created_at", "cart_customer", ["created_at"])
    fill_search_texts()


def fill_search_texts() -> None:
    """Let the products that are there be found, a batch at a time: there may be many."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(_NEXT, {"last": last, "batch": _BATCH}).all():
        last = rows[-1].id
        found = [{"id": row.id, "found": f"{row.name}\n{row.sku}".casefold()} for row in rows]
        connection.execute(_FILL, found)
