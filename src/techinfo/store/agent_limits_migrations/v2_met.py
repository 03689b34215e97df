"""From 1 to 2: what devices have told of themselves and their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """A table more."""
    op.create_table(
        "met",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("port", sa.Integer, primary_key=True),
        sa.Column("piece", sa.Text, primary_key=True),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("met_at_ms", "met", ["at_ms"])
