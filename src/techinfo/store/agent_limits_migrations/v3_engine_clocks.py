"""From 2 to 3: the clocks of SNMPv3 engines that have sent traps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """A table more."""
    op.create_table(
        "engine_clocks",
        sa.Column("engine", sa.LargeBinary, primary_key=True),
        sa.Column("boots", sa.Integer, nullable=False),
        sa.Column("time", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("engine_clocks_at_ms", "engine_clocks", ["at_ms"])
