"""The lease file of OpenBSD's dhcpd, /var/db/dhcpd.leases (dhcpd.leases(5) of OpenBSD).

It looks like ISC's and has no states: a lease runs from ``starts`` to ``ends``, in UTC. One that is
given back is written again with its end moved to that moment; an abandoned one says ``abandoned``
and has no client. It holds no option 82.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.notations import leased, mac
from techinfo.dhcp.readers.cutting import Statements
from techinfo.dhcp.readers.dhcpd_leases import Facts, parsed
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Work


class _Leases:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._ran: BoundedMemory[str, tuple[datetime, datetime]] = BoundedMemory()
        self._latest: datetime | None = None

    def __call__(self, record: bytes) -> Iterable[Event]:
        statement = parsed(record)
        words = statement.words if statement else ()
        if statement is None or len(words) != 2 or words[0].octets != b"lease":
            self._work.tally.bad("is no block of a lease", record)
            return
        facts = Facts(statement.body)
        address = leased(words[1].text)
        starts, ends = facts.time("starts"), facts.time("ends")
        if address is None or starts is None or ends is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        hardware = facts.texts.get("hardware", "").split(" ")
        kind, at = self._happened(address, starts, ends, abandoned="abandoned" in facts.texts)
        self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(hardware[1]) if len(hardware) == 2 else None,
            lifetime_s=int((ends - starts).total_seconds()) if kind is Kind.GRANTED else None,
            at_least=kind is Kind.DECLINED,
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

    def _happened(
        self, address: str, starts: datetime, ends: datetime, *, abandoned: bool
    ) -> tuple[Kind, datetime]:
        if abandoned:
            self._ran.pop(address, None)
            return Kind.DECLINED, max(starts, self._latest or starts)
        before = self._ran.get(address)
        self._ran[address] = starts, ends
        if before is not None and before[0] == starts and ends < before[1]:
            return Kind.RELEASED, ends
        return (Kind.GRANTED, starts) if ends > starts else (Kind.FREED, ends)


FORM = Form(
    name="openbsd-leases",
    about="the lease file of OpenBSD's dhcpd, /var/db/dhcpd.leases; it holds no option 82",
    cutter=Statements,
    records=_Leases,
)
