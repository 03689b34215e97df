"""From 7 to 8: outlets and serial numbers of CPEs are found by an index."""

from __future__ import annotations

from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Two indexes; nothing of the rows changes."""
    op.create_index("accesses_by_outlet", "accesses", ["outlet"])
    op.create_index("cpes_by_serial_number", "cpes", ["serial_number"])
