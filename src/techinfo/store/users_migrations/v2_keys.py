"""From 1 to 2: credentials that are API keys, with their scopes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """A column more; all that are there are passwords."""
    op.add_column("credentials", sa.Column("scopes", sa.Text))
