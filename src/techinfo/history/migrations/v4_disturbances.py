"""From 3 to 4: disturbances, each with the lines that were lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "disturbances",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("restart", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("part_of", sa.Text),
    )
    op.create_index("disturbances_age", "disturbances", ["since"])
    op.create_table(
        "disturbed",
        sa.Column("reference", sa.Text, sa.ForeignKey("disturbances.reference"), primary_key=True),
        sa.Column("port", sa.Integer, sa.ForeignKey("ports.id"), primary_key=True),
        sa.Column("at", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("disturbed_port", "disturbed", ["port"])
