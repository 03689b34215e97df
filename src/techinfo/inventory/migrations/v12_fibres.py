"""From 11 to 12: which cable, tube and closure the fibre of an access goes through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "12"
down_revision = "11"


def upgrade() -> None:
    """Columns that are new, and empty."""
    for column in ("cable", "tube", "closure"):
        op.add_column("accesses", sa.Column(column, sa.Text))
