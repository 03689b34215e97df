"""From 1 to 2: what each ticket takes, counted once for those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None

_TAKEN = """
UPDATE tickets SET octets = 1024 + length(CAST(description AS BLOB))
    + (SELECT coalesce(sum(512 + length(CAST(message AS BLOB))), 0) FROM comments
       WHERE comments.ticket = tickets.number)
    + (SELECT coalesce(sum(length(CAST(document AS BLOB))), 0) FROM link_info
       WHERE link_info.ticket = tickets.number)
"""


def upgrade() -> None:
    """A column, and an index by which a provider's are summed up."""
    op.add_column("tickets", sa.Column("octets", sa.Integer, nullable=False, server_default="0"))
    op.execute(_TAKEN)
    op.create_index("tickets_taken", "tickets", ["provider", "sandbox", "closed_at", "octets"])
