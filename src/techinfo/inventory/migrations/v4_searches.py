"""From 3 to 4: what searches need; the words themselves come with the next import of accesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """A table that is new, and empty; indexes of those that are there."""
    op.create_index("accesses_by_street", "accesses", ["street_name", "postal_code", "city"])
    op.create_index("cpes_by_mac", "cpes", ["mac"])
    op.create_table(
        "street_words",
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("word", "street_name", "postal_code", "city")
        ),
        sqlite_with_rowid=False,
    )
