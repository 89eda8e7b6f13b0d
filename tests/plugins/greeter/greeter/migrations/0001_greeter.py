"""Who has been greeted."""

import sqlalchemy as sa
from alembic import op

revision = "0001_greeter"
down_revision = None


def upgrade() -> None:
    """Create the table."""
    op.create_table("greeting", sa.Column("name", sa.Text, primary_key=True))
