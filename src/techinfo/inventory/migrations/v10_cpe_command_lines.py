"""From 9 to 10: how the command lines of CPEs are reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "10"
down_revision = "9"


def upgrade() -> None:
    """Columns that are new, and empty: no command line is asked."""
    op.add_column("cpes", sa.Column("ssh_login", sa.Text))
    op.add_column("cpes", sa.Column("ssh_port", sa.Integer))
    for name in ("ssh_platform", "ssh_host_key", "ssh_old"):
        op.add_column("cpes", sa.Column(name, sa.Text))
