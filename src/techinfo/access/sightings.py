"""Where MAC addresses, leases and modules were seen lately, as answers to questions passed by.

Nothing is asked for it. In memory only, a bounded number, for as long as rows about people may be
kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from techinfo.access.answer import UNKNOWN, Answer
from techinfo.access.freshness import MOST_STALE_S
from techinfo.model import Lease, MacEntry

_MOST = 50_000
_KEPT = timedelta(seconds=MOST_STALE_S)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A MAC address on an access.

    Attributes:
        service_type: What its VLAN carried there; ``None``: nobody knows.
        at: When the switch was asked.
        began_at: When the row began, where that is known.
    """

    access_id: str
    vlan: int | None
    service_type: str | None
    at: datetime
    began_at: datetime | None = None


_LEASED, _MODULE = "lease ", "module "
"""Before what is no MAC address."""
_Key = tuple[str, str, int | None]


@dataclass(slots=True)
class Sightings:
    """The newest sighting of every MAC address by access and VLAN; the oldest go first."""

    most: int = _MOST
    _seen: OrderedDict[_Key, Sighting] = field(default_factory=OrderedDict)
    _by_mac: dict[str, dict[_Key, None]] = field(default_factory=dict)

    def note(self, answer: Answer) -> None:
        """Remember the rows of an answer, whoever's they are: an answer before it is isolated."""
        port, at = answer.port, answer.reading.read_at
        if port is None or at is None:
            return
        access_id = answer.access.access_id
        rows: tuple[MacEntry | Lease, ...] = (*port.macs, *port.leases)
        for row in rows:
            service = answer.service(row.vlan)
            service_type = None if service == UNKNOWN else service
            sighting = Sighting(
                access_id=access_id,
                vlan=row.vlan,
                service_type=service_type,
                at=at,
                began_at=row.start if isinstance(row, Lease) else row.learnt_at,
            )
            if row.mac is not None:
                self._put((row.mac.upper(), access_id, row.vlan), sighting)
            if isinstance(row, Lease):
                self._put((_LEASED + row.address.lower(), access_id, row.vlan), sighting)
        serial = port.transceiver.serial_number if port.transceiver else None
        if serial:
            module = Sighting(access_id=access_id, vlan=None, service_type=None, at=at)
            self._put((_MODULE + serial.upper(), access_id, None), module)

    def leased(self, address: str, now: datetime) -> Iterator[Sighting]:
        """Where a lease of an IP address was seen, the newest first."""
        return self.of(_LEASED + address.lower(), now)

    def module(self, serial: str, now: datetime) -> Iterator[Sighting]:
        """Where a transceiver of a serial number was seen, the newest first: light, not a row."""
        return self.of(_MODULE + serial.upper(), now)

    def of(self, mac: str, now: datetime) -> Iterator[Sighting]:
        """Where a MAC address (``AA:BB:CC:DD:EE:FF``) was seen, the newest first."""
        # Searches run in threads of their own: in between a row may go.
        seen = (self._seen.get(key) for key in list(self._by_mac.get(mac, ())))
        found = [sighting for sighting in seen if sighting is not None]
        for sighting in sorted(found, key=lambda s: s.at, reverse=True):
            if now - sighting.at <= _KEPT:
                yield sighting

    def forget(self, *, access_id: str | None = None, mac: str | None = None) -> None:
        """Erase what was seen on an access, or of a MAC address."""
        spelt = mac.upper() if mac else None
        for key in [k for k in self._seen if k[1] == access_id or k[0] == spelt]:
            self._drop(key)

    def _put(self, key: _Key, sighting: Sighting) -> None:
        before = self._seen.pop(key, None)
        newest = before if before is not None and before.at > sighting.at else sighting
        self._seen[key] = newest
        self._by_mac.setdefault(key[0], {})[key] = None
        while len(self._seen) > self.most:
            self._drop(next(iter(self._seen)))

    def _drop(self, key: _Key) -> None:
        del self._seen[key]
        keys = self._by_mac[key[0]]
        del keys[key]
        if not keys:
            del self._by_mac[key[0]]
