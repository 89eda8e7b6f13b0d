"""What providers are asked, kept with a payment order until they have answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005_pending_payments"
down_revision = "0004_rewards"


def upgrade() -> None:
    """Add the column."""
    op.add_column("cart_payment_order", sa.Column("request", sa.Text()))
