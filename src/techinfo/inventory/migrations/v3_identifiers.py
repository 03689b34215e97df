"""From 2 to 3: the index of DHCP identifiers, empty until the next import."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Tables that are new, and empty."""
    op.create_table(
        "identities",
        sa.Column("identity", sa.Integer, primary_key=True),
        sa.Column("access_id", sa.Text, nullable=False),
        sa.Column("vlan", sa.Integer),
        sa.Column("stored", sa.Integer, nullable=False),
        *(sa.Column(n, sa.LargeBinary) for n in ("circuit", "remote", "interface", "remote6")),
        sa.Column("enterprise", sa.Integer),
        sa.Column("alone", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Integer) for name in ("since", "until")),
    )
    op.create_index("identities_by_access", "identities", ["access_id"])
    op.create_table(
        "identifiers",
        sa.Column("field", sa.Integer, primary_key=True),
        sa.Column("value", sa.LargeBinary, primary_key=True),
        sa.Column("identity", sa.Integer, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "switch_marks",
        sa.Column("mark", sa.Integer, primary_key=True),
        sa.Column("value", sa.LargeBinary, primary_key=True),
        sa.Column("element", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("switch_marks_by_element", "switch_marks", ["element"])
    op.create_table(
        "identifier_index",
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("complete", sa.Integer, nullable=False),
        sa.Column("began", sa.Integer, nullable=False),
    )
