"""From 4 to 5: what neighbours say of themselves, and when an access was on a port last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """A table and a column more."""
    op.create_table(
        "neighbours",
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("said", sa.Text, primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("neighbours_said", "neighbours", ["said"])
    op.create_index("neighbours_age", "neighbours", ["until"])
    last = sa.Column("last", sa.Integer, nullable=False, server_default="0")
    op.add_column("accesses", last)
