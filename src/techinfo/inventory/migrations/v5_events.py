"""From 4 to 5: events, none of what was imported until now; indexes as lists and searches ask."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"

_OF_SUBSCRIPTIONS = {
    "subscriptions_by_access": ["access_id", "provider"],
    "subscriptions_by_provider": ["provider", "access_id", "subscription_id"],
    "subscriptions_by_sp_reference": ["sp_reference", "provider"],
    "subscriptions_by_sp_subscription": ["sp_subscription_id", "provider"],
}


def upgrade() -> None:
    """Tables that are new, and empty; indexes of those that are there."""
    for name in ("subscriptions_by_access", "subscriptions_by_provider"):
        op.drop_index(name)
    for name, columns in _OF_SUBSCRIPTIONS.items():
        op.create_index(name, "subscriptions", columns)
    op.create_table(
        "event_times",
        sa.Column("batch", sa.Integer, primary_key=True),
        sa.Column("at", sa.Integer, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("batch", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("change", "object_type", "object_id", "access_id")
        ),
        sa.Column("provider", sa.Text),
    )
    op.create_index("events_by_batch", "events", ["batch"])
    op.create_index("events_by_access", "events", ["object_type", "access_id", "batch"])
    dropped = op.create_table("events_dropped", sa.Column("before", sa.Integer, primary_key=True))
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    op.bulk_insert(dropped, [{"before": now}])
