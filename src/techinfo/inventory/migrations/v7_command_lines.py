"""From 6 to 7: how the command lines of elements are reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Columns that are new, and empty: no command line is asked."""
    op.add_column("elements", sa.Column("ssh_login", sa.Text))
    op.add_column("elements", sa.Column("ssh_port", sa.Integer))
    for name in ("ssh_platform", "ssh_host_key", "ssh_old"):
        op.add_column("elements", sa.Column(name, sa.Text))
