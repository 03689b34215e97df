"""From 6 to 7: what neighbours say on ports without an access, beside the MAC addresses there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """One table in place of another."""
    op.create_table(
        "free_seen",
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("said", sa.Integer, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("free_seen_word", "free_seen", ["word"])
    op.create_index("free_seen_age", "free_seen", ["until"])
    op.execute("INSERT INTO free_seen SELECT port, 0, mac, since, until FROM free_macs")
    op.drop_table("free_macs")
