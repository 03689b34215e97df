"""From 10 to 11: planned works, and where they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "11"
down_revision = "10"


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "works",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("begin", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("expected_end", sa.Integer),
        sa.Column("ended", sa.Integer),
        sa.Column("until", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("works_by_end", "works", ["until"])
    op.create_table(
        "works_scopes",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("within", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("works_scopes_by_works", "works_scopes", ["reference"])
