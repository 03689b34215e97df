"""From 1 to 2: who has asked for an address, and got none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """A table more."""
    op.create_table(
        "messages",
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("at", sa.Integer, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("access_id", sa.Text),
        sa.Column("vlan", sa.Integer),
        sa.Column("address", sa.Text),
        sa.Column("reason", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("messages_access", "messages", ["access_id"])
    op.create_index("messages_at", "messages", ["at"])
