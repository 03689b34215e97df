"""From 2 to 3: of a log that was read a fingerprint is kept, where its first octets stood."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"
leaves_no_trace = True
_POSITIONS = sa.table("positions", sa.column("source", sa.Text), sa.column("head", sa.LargeBinary))


def upgrade() -> None:
    """Names of people stand in logs; as `techinfo.leases.sources.fingerprint` has it."""
    connection, position = op.get_bind(), _POSITIONS.c
    for source, head in connection.execute(sa.select(position.source, position.head)).all():
        made = len(head).to_bytes(2, "big") + hashlib.sha256(head).digest() if head else b""
        connection.execute(sa.update(_POSITIONS).where(position.source == source).values(head=made))
