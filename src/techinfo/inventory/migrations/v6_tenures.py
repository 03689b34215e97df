"""From 5 to 6: when subscriptions were told; of one without a date that is now.

What was read before was perhaps another's.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Tables that are new, with a time for every subscription that has none."""
    op.create_table(
        "tenures",
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("access_id", "provider", "service_type")
        ),
        sa.Column("vlan", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("told_at", "gone_at")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "turns",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("access_id", "at")),
        sa.Column("elsewhere", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    undated = sa.text(
        "INSERT INTO tenures (access_id, provider, service_type, vlan, told_at)"
        " SELECT DISTINCT access_id, provider, service_type, ifnull(vlan, 0), :now"
        " FROM subscriptions WHERE state <> 'ORDERED' AND connection_date IS NULL"
    )
    op.execute(undated.bindparams(now=datetime.now(UTC).isoformat()))
