"""From 4 to 5: orders that are done, and what was found on the line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """A table that is new, and empty."""
    op.create_table(
        "activations",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("operation", "provider", "access_id", "subscription_id", "service")
        ),
        sa.Column("done_at", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.Column("certified_at", sa.Integer),
        sa.Column("outcome", sa.Text),
    )
    op.create_index("activations_due", "activations", ["outcome", "due_at"])
    op.create_index("activations_of_access", "activations", ["access_id"])
    op.create_index("activations_by_age", "activations", ["done_at"])
