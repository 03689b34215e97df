"""What Kea says of one lease, in its lease file and over its control socket: the same states."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import digits
from techinfo.dhcp.octets import parse_options6, parse_suboptions
from techinfo.dhcp.readers.clock import epoch
from techinfo.dhcp.readers.reader import Work
from techinfo.errors import OctetError

ASSIGNED, DECLINED, RECLAIMED, RELEASED = 0, 1, 2, 3
_FOR_EVER = 0xFFFFFFFF
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class KeaLease:
    """One row.

    Attributes:
        granted: Client last transaction time, seconds since 1970.
        valid_s: Valid lifetime; Kea 2 writes a released lease with 0.
    """

    address: str
    mac: str | None
    duid: str | None
    granted: int
    valid_s: int
    state: int
    identity: Identity | None


class KeaLeases:
    """Rows of one source, as events. Rows are written when something happens, so they tell time.

    A released lease is written again with a lifetime of 0 and the time of its last renewal, in
    Kea 3 with state 3: when it was released stands nowhere. It was not before whatever the file
    has told already.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._latest: datetime | None = None

    def event(self, row: KeaLease) -> Iterator[LeaseEvent]:
        """What a row tells; nothing when its time or state cannot be read."""
        granted = epoch(row.granted)
        if granted is None or row.state not in (ASSIGNED, DECLINED, RECLAIMED, RELEASED):
            return
        for_ever = row.valid_s == _FOR_EVER
        kind, at, at_least = self._happened(row, granted)
        if not for_ever:
            self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=row.address,
            server=self._work.source.name,
            mac=row.mac,
            duid=row.duid,
            identity=row.identity,
            lifetime_s=row.valid_s if kind is Kind.GRANTED and not for_ever else None,
            at_least=at_least,
        )

    def _happened(self, row: KeaLease, granted: datetime) -> tuple[Kind, datetime, bool]:
        so_far = max(granted, self._latest or granted)
        if row.state == RELEASED or (row.state == ASSIGNED and row.valid_s == 0):
            return Kind.RELEASED, so_far, True
        if row.state == ASSIGNED:
            return Kind.GRANTED, granted, False
        if row.valid_s == 0:  # given back before, or declined and recovered
            return Kind.FREED, so_far, True
        if row.state == DECLINED:
            return Kind.DECLINED, granted, False
        return Kind.EXPIRED, granted + timedelta(seconds=row.valid_s), False


def identity_of(context: object) -> Identity | None:
    """The identity in a lease's user context; ``None`` when it has none.

    Kea 2.2 has ``relay-agent-info`` as a text and ``relays``, later ``relay-agent-info`` as an
    object and ``relay-info``. Layers of DHCPv6 stand outermost first; the one with the lowest hop
    count is next to the client and names the access (RFC 6221).

    Raises:
        OctetError: It has one that cannot be read.
    """
    told = _object(_object(context).get("ISC"))
    agent = told.get("relay-agent-info")
    if agent is not None:
        row = agent if isinstance(agent, str) else _object(agent).get("sub-options")
        return parse_suboptions(_octets(row)) or None
    layers = told.get("relay-info", told.get("relays"))
    if isinstance(layers, list) and layers:
        found = [layer for layer in layers if isinstance(layer, dict)]
        if not found:
            return None
        nearest = min(reversed(found), key=_hop)
        return parse_options6(_octets(nearest.get("options", ""))) or None
    return None


def context_of(text: str) -> object:
    """A user context from its JSON; ``None`` when it is none, or nests too deeply to be one."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else _NOTHING


def _hop(layer: Mapping[str, Any]) -> int:
    hop = layer.get("hop")
    return hop if isinstance(hop, int) else 0


def _octets(written: object) -> bytes:
    found = digits(written) if isinstance(written, str) else None
    if found is None:
        raise OctetError("is no hex", position=0)
    return found
