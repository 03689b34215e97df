"""From 1 to 2: what happened on a port beside its link: another speed, a CPE that has restarted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """A table more."""
    op.create_table(
        "events",
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("at", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("earliest", sa.Integer, nullable=False),
        sa.Column("value", sa.Integer),
        sqlite_with_rowid=False,
    )
    op.create_index("events_age", "events", ["at"])
