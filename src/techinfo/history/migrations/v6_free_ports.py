"""From 5 to 6: equipment on ports without an access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "free_ports",
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("descr", sa.Text),
        sa.Column("if_index", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
    )
    op.create_table(
        "free_macs",
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("mac", sa.Text, primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("free_macs_mac", "free_macs", ["mac"])
    op.create_index("free_macs_age", "free_macs", ["until"])
