"""Intervals and observations as rows of the file of leases, and back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import Ending, Interval
from techinfo.dhcp.octets import option82, options6, parse_option82, parse_options6
from techinfo.errors import OctetError
from techinfo.leases.store import LeaseRow, ObservationRow

_FOUR, _SIX = b"4", b"6"
"""In front of an identity: what follows is an option 82, or options 18 and 37."""


class Observed(StrEnum):
    """What is odd about an identifier."""

    UNKNOWN = "unknown"
    """It names no access: not in the inventory, not unique, or of a layout nobody has said."""
    MOVED = "moved"
    """A client that was on one access is now seen with the identifier of another."""
    ELSEWHERE = "elsewhere"
    """The switch sees a lease on one access whose identifier names another, or none: the wrong
    port, a wrong pattern, or a wrong inventory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """Something about an identifier that the operator should look at.

    Attributes:
        access_id: Where the client is, or was; ``None``: not known.
        other_id: What the identifier names; ``None``: no access.
        client: MAC address or DUID; ``None``: not told.
        identity: As it was seen.
        count: How often, between `first_at` and `last_at`.
    """

    kind: Observed
    access_id: str | None
    other_id: str | None
    client: str | None
    identity: Identity | None
    address: str | None
    server: str
    first_at: datetime
    last_at: datetime
    count: int


def interval_of(row: LeaseRow) -> Interval:
    """The interval that a row holds."""
    return Interval(
        address=row.address,
        start=row.start,
        heard=row.heard,
        server=row.server,
        mac=row.mac,
        duid=row.duid,
        access_id=row.access_id,
        vlan=row.vlan,
        identity=identity_of(row),
        last_renew=row.last_renew,
        end=row.end,
        how=Ending(row.how) if row.how else None,
    )


def row_of(interval: Interval, *, newest: bool) -> LeaseRow:
    """The row that holds an interval."""
    identity = interval.identity or Identity()
    return LeaseRow(
        address=interval.address,
        start=interval.start,
        heard=interval.heard,
        server=interval.server,
        newest=newest,
        mac=interval.mac,
        duid=interval.duid,
        access_id=interval.access_id,
        vlan=interval.vlan,
        **{field.name: getattr(identity, field.name) for field in fields(Identity)},
        last_renew=interval.last_renew,
        end=interval.end,
        how=interval.how,
    )


def identity_of(row: LeaseRow) -> Identity | None:
    """The identity of a row; ``None`` when it has none."""
    identity = Identity(row.circuit, row.remote, row.interface, row.remote6, row.enterprise)
    return identity or None


def observation_of(row: ObservationRow) -> Observation:
    """The observation that a row holds."""
    return Observation(
        kind=Observed(row.kind),
        access_id=row.access_id or None,
        other_id=row.other_id or None,
        client=row.client or None,
        identity=_read(row.identity),
        address=row.address,
        server=row.server,
        first_at=row.first_at,
        last_at=row.last_at,
        count=row.count,
    )


def observed(
    kind: Observed, access_id: str, other_id: str | None, held: Interval, at: datetime
) -> ObservationRow:
    """An observation of a lease, as its row."""
    return ObservationRow(
        kind=kind,
        access_id=access_id,
        other_id=other_id or "",
        client=held.mac or held.duid or "",
        identity=written(held.identity) if held.identity else b"",
        address=held.address,
        server=held.server,
        first_at=at,
        last_at=at,
    )


def written(identity: Identity) -> bytes:
    """An identity as one row of octets, by which equal ones are known."""
    try:
        return (
            _FOUR + option82(identity)
            if identity.circuit or identity.remote
            else (_SIX + options6(identity))
        )
    except OctetError:
        return repr(identity).encode()


def _read(written: bytes) -> Identity | None:
    """The reverse of `written`; ``None`` of an identity that no option can hold."""
    try:
        if written.startswith(_FOUR):
            return parse_option82(written[1:])
        return parse_options6(written[1:]) if written.startswith(_SIX) else None
    except OctetError:
        return None
