"""From 2 to 3: webhooks that fail, and an index by which the first delivery of each is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """A table that is new, and empty."""
    op.create_table(
        "trouble",
        sa.Column(
            "webhook", sa.Text, sa.ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("rests_until", sa.Integer, nullable=False),
        sa.Column("off_since", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("deliveries_in_turn", "deliveries", ["webhook", "state", "due_at"])
