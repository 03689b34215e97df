"""Events, leases and observations as JSON, with identifiers as ON-API publishes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from techinfo.dhcp.events import Event, LeaseEvent
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.intervals import Interval
from techinfo.dhcp.octets import text
from techinfo.leases.log import Observation


def event_json(event: Event) -> dict[str, Any]:
    """An event; what is not known is left out."""
    told: dict[str, Any] = {"at": _time(event.at)}
    told["kind"] = event.kind.value if isinstance(event, LeaseEvent) else "seen"
    told |= {"address": event.address, "mac": event.mac, "duid": event.duid}
    if isinstance(event, LeaseEvent):
        told["lifetime_s"] = event.lifetime_s
        told["at_least"] = event.at_least or None
    told |= _identity(event.identity)
    told["server"] = event.server
    return _known(told)


def interval_json(interval: Interval) -> dict[str, Any]:
    """A lease; what is not known is left out."""
    return _known(
        {
            "address": interval.address,
            "mac": interval.mac,
            "duid": interval.duid,
            "access_id": interval.access_id,
            "vlan": interval.vlan,
            "start": _time(interval.start),
            "last_renew": _time(interval.last_renew),
            "end": _time(interval.end),
            "how": interval.how.value if interval.how else None,
            **_identity(interval.identity),
            "server": interval.server,
        }
    )


def observation_json(observation: Observation) -> dict[str, Any]:
    """An observation; what is not known is left out."""
    return _known(
        {
            "kind": observation.kind.value,
            "access_id": observation.access_id,
            "names": observation.other_id,
            "client": observation.client,
            "address": observation.address,
            **_identity(observation.identity),
            "server": observation.server,
            "first_at": _time(observation.first_at),
            "last_at": _time(observation.last_at),
            "count": observation.count,
        }
    )


def identity_words(identity: Identity | None) -> str:
    """An identity for a table: ``circuit eth 0/1, remote 0x0006…``."""
    if identity is None:
        return "-"
    values = ((field, field.of(identity)) for field in Field)
    return ", ".join(f"{field} {text(octets)}" for field, octets in values if octets)


def _identity(identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return {}
    values = {field.value: field.of(identity) for field in Field}
    told: dict[str, Any] = {name: text(octets) for name, octets in values.items() if octets}
    return {**told, "enterprise": identity.enterprise}


def _time(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at is not None else None


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
