"""From 1 to 2: subscriptions, offers, and what DHCP identifiers are made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None

_TEXTS_OF_ELEMENTS = (
    "mac",
    "ip",
    "layout",
    "circuit_id",
    "remote_id",
    "interface_id",
    "remote6_id",
)
_TEXTS_OF_ACCESSES = (
    "co_fiber_converter",
    "co_cpe_switch",
    "co_cpe_router",
    "co_network_agreement",
)


def upgrade() -> None:
    """Columns and tables that are new, and empty."""
    for name in _TEXTS_OF_ELEMENTS:
        op.add_column("elements", sa.Column(name, sa.Text))
    op.add_column("elements", sa.Column("enterprise_number", sa.Integer))
    for name in ("module", "port_number"):
        op.add_column("accesses", sa.Column(name, sa.Integer))
    for name in _TEXTS_OF_ACCESSES:
        op.add_column("accesses", sa.Column(name, sa.Text))
    _subscriptions()
    _offers()


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("subscription_id", sa.Text, primary_key=True),
        sa.Column("access_id", sa.Text, _access(), nullable=False),
        *(_text(name) for name in ("provider", "service", "service_type", "state")),
        *(sa.Column(name, sa.Text) for name in ("connection_date", "disconnection_date")),
        *(sa.Column(name, sa.Text) for name in ("sp_reference", "sp_subscription_id")),
        sa.Column("vlan", sa.Integer),
        *(sa.Column(name, sa.Text) for name in ("option82", "ipv4_circuit_id", "ipv4_remote_id")),
        *(sa.Column(name, sa.Text) for name in ("ipv6_interface_id", "ipv6_remote_id", "note")),
        *(sa.Column(name, sa.Text) for name in ("characteristics", "equipment")),
        sqlite_with_rowid=False,
    )
    op.create_index("subscriptions_by_access", "subscriptions", ["access_id"])
    op.create_index("subscriptions_by_provider", "subscriptions", ["provider"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("offer", sa.Text, primary_key=True),
        sa.Column("access_id", sa.Text, _access(), nullable=False),
        *(_text(name) for name in ("service", "connection")),
        *(sa.Column(name, sa.Text) for name in ("available", "disconnection")),
        sa.Column("forced_takeover_possible", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("comments", "characteristics")),
        sqlite_with_rowid=False,
    )
    op.create_index("offers_by_access", "offers", ["access_id"])


def _access() -> sa.ForeignKey:
    return sa.ForeignKey("accesses.access_id", deferrable=True, initially="DEFERRED")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
