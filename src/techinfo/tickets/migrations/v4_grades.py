"""From 3 to 4: whether verdicts were right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """A table that is new, and empty."""
    op.create_table(
        "grades",
        sa.Column("ticket", sa.Integer, primary_key=True),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("sure", sa.Integer, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("maker", sa.Text),
        sa.Column("site", sa.Text),
        sa.Column("retest", sa.Text),
    )
    op.create_index("grades_by_age", "grades", ["at"])
