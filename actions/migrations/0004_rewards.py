"""Reward points: what customers have, and what orders took."""

import sqlalchemy as sa
from alembic import op

revision = "0004_rewards"
down_revision = "0003_catalogue"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table of balances, and add the column of what was taken."""
    op.create_table(
        "cart_reward_points",
        sa.Column("customer_id", _ID, autoincrement=False, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["cart_customer.id"], name="fk_cart_reward_points_customer_id"
        ),
        sa.CheckConstraint("points >= 0", name="ck_cart_reward_points_points"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_cart_reward_points"),
    )
    op.add_column("cart_credit_use", sa.Column("points", sa.BigInteger()))
