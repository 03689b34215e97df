"""From 6 to 7: outlets and serial numbers of CPEs are found by an index."""

from __future__ import annotations

from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Two indexes; nothing of the rows changes."""
    op.create_index("accesses_by_outlet", "accesses", ["outlet"])
    op.create_index("cpes_by_serial_number", "cpes", ["serial_number"])
