"""From 8 to 9: what a verdict wants to know of ports, orders, and what falls together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"


def upgrade() -> None:
    """Columns that are new, and empty; an index."""
    op.add_column("elements", sa.Column("uplink_element", sa.Text))
    op.add_column("elements", sa.Column("uplink_port", sa.Text))
    op.add_column("accesses", sa.Column("medium", sa.Text))
    op.add_column("accesses", sa.Column("optic_class", sa.Text))
    op.add_column("accesses", sa.Column("port_speed", sa.Integer))
    op.add_column("accesses", sa.Column("cable_group", sa.Text))
    op.create_index("accesses_by_cable_group", "accesses", ["cable_group"])
    op.add_column("subscriptions", sa.Column("mac_limit", sa.Integer))
    op.add_column("subscriptions", sa.Column("mac_locked", sa.Integer))
    op.add_column("subscriptions", sa.Column("dhcp_server", sa.Text))
