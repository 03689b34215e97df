"""From 12 to 13: which ACS is asked about a CPE."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "13"
down_revision = "12"


def upgrade() -> None:
    """A column that is new, and empty: no ACS is asked."""
    op.add_column("cpes", sa.Column("acs", sa.Text))
