"""From 1 to 2: which case a request was about; nobody has said so until now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """A column more."""
    op.add_column("entries", sa.Column("case_reference", sa.Text))
