"""What has happened on an access, by age: link, light, speed, addresses, leases, restarts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from techinfo.access.attachment import own as own_rows
from techinfo.access.attachment import share
from techinfo.access.isolation import own
from techinfo.access.past.line import Line
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.history.chunks import HOURS, SAMPLES
from techinfo.history.epochs import Why
from techinfo.history.events import Happened
from techinfo.history.frames import Sample
from techinfo.history.light import clearly_other
from techinfo.history.store import HistoryFile
from techinfo.leases.log import LeaseLog
from techinfo.model import Lease, MacEntry, Port, PortFacts
from techinfo.units import Dbm, Power


class What(StrEnum):
    """What has happened."""

    LINK_UP = "link_up"
    LINK_DOWN = "link_down"
    LIGHT = "light"
    SPEED = "speed"
    MAC_CAME = "mac_came"
    MAC_WENT = "mac_went"
    LEASE_BEGAN = "lease_began"
    LEASE_ENDED = "lease_ended"
    ELEMENT_RESTARTED = "element_restarted"
    CPE_RESTARTED = "cpe_restarted"
    DYING_GASP = "dying_gasp"
    INSTALLED = "installed"
    TICKET_OPENED = "ticket_opened"
    TICKET_CLOSED = "ticket_closed"
    WORKS_BEGAN = "works_began"
    WORKS_ENDED = "works_ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that has happened.

    Attributes:
        at: When, as far as anybody knows.
        earliest: It was not so before this; ``None``: the time is the one that was told.
        reboot: With a restart of the whole element.
        speed: Mbit/s from then on.
        before, level: Received light in dBm, or no light.
        mac, vlan, address: Of a row.
        text: What else there is to say: the source of a baseline, the reference of a ticket or of
            works.
    """

    at: datetime
    what: What
    earliest: datetime | None = None
    reboot: bool = False
    speed: int | None = None
    before: Power | None = None
    level: Power | None = None
    mac: str | None = None
    vlan: int | None = None
    address: str | None = None
    text: str | None = None


def timeline(
    file: HistoryFile,
    troubleshooter: Troubleshooter,
    line: Line,
    begin: datetime,
    end: datetime,
    leases: LeaseLog | None = None,
) -> list[Entry]:
    """What has happened on a line in a time, by age, as far as its viewer may be told of it.

    Args:
        file: Where it stands.
        troubleshooter: Knows which VLAN carries what.
        line: Of which access, and for whom.
        begin: From when on.
        end: Until when.
        leases: What logs of DHCP servers tell; ``None``: none is read.
    """
    begin, end = max(begin, line.since), min(end, line.until)
    found: list[Entry] = []
    if line.port is not None and begin < end:
        found += _links(file, line, begin)
        found += _events(file, line, begin)
        found += _light(file, line, begin)
        found += _installed(file, line, begin)
    rows = list(_rows(file, line, leases)) if begin < end else []
    found += _of_holder(rows, troubleshooter, line)
    return sorted((one for one in found if begin <= one.at <= end), key=lambda one: one.at)


def _links(file: HistoryFile, line: Line, begin: datetime) -> Iterator[Entry]:
    for one in file.transitions(line.element, line.name, begin):
        yield Entry(
            at=one.at,
            what=What.LINK_UP if one.up else What.LINK_DOWN,
            earliest=None if one.exact else max(one.earliest, line.since),
            reboot=one.reboot,
        )


def _events(file: HistoryFile, line: Line, begin: datetime) -> Iterator[Entry]:
    what = {
        Happened.SPEED: What.SPEED,
        Happened.CPE_BOOT: What.CPE_RESTARTED,
        Happened.DYING_GASP: What.DYING_GASP,
    }
    for one in file.events(line.element, line.name, begin):
        earliest = None if one.earliest == one.at else max(one.earliest, line.since)
        yield Entry(at=one.at, what=what[one.kind], earliest=earliest, speed=one.value)


def _light(file: HistoryFile, line: Line, begin: datetime) -> Iterator[Entry]:
    """Clear changes of light and restarts, by hours as far as there are some, then by polls."""
    hours = file.samples(line.element, line.name, begin, HOURS)
    since = max((one.change.end for one in hours), default=begin)
    polls = file.samples(line.element, line.name, begin, SAMPLES)
    last: Sample | None = None
    for one in (*hours, *(poll for poll in polls if poll.change.end > since)):
        if one.rx is None or one.change.begin < line.since:
            continue
        if last is not None and clearly_other(last.rx, one.rx):
            yield Entry(
                at=one.change.end,
                what=What.LIGHT,
                earliest=one.change.begin,
                before=last.rx,
                level=one.rx,
            )
        if last is None or clearly_other(last.rx, one.rx):
            last = one
    for poll in polls:
        if poll.change.why is Why.REBOOT and poll.change.begin >= line.since:
            yield Entry(at=poll.change.end, what=What.ELEMENT_RESTARTED, earliest=poll.change.begin)


def _installed(file: HistoryFile, line: Line, begin: datetime) -> Iterator[Entry]:
    for one in file.baselines(line.element, line.name):
        if one.at >= begin:
            yield Entry(at=one.at, what=What.INSTALLED, level=Dbm(one.rx), text=one.source.value)


def _rows(
    file: HistoryFile, line: Line, leases: LeaseLog | None
) -> Iterator[tuple[Entry, MacEntry | Lease]]:
    """Rows of people with when they came and went; whose they are is looked at afterwards."""
    if line.port is not None:
        seen = file.macs(line.element, line.port)
        for sight in seen.sights:
            entry = MacEntry(mac=sight.mac, vlan=sight.vlan, learnt_at=sight.since)
            if seen.watched is not None and sight.since > seen.watched:
                yield _of_mac(What.MAC_CAME, sight.since, entry), entry
            if seen.last is not None and sight.until < seen.last:
                yield _of_mac(What.MAC_WENT, sight.until, entry), entry
    rows = leases.history(access_id=line.held.access.access_id) if leases is not None else ()
    for row in rows:
        mac = row.mac.upper() if row.mac else None
        lease = Lease(address=row.address, mac=mac, vlan=row.vlan, start=row.start, end=row.end)
        yield _of_lease(What.LEASE_BEGAN, row.start, lease), lease
        if row.end is not None:
            yield _of_lease(What.LEASE_ENDED, row.end, lease), lease


def _of_mac(what: What, at: datetime, entry: MacEntry) -> Entry:
    return Entry(at=at, what=what, mac=entry.mac, vlan=entry.vlan)


def _of_lease(what: What, at: datetime, lease: Lease) -> Entry:
    return Entry(at=at, what=what, mac=lease.mac, vlan=lease.vlan, address=lease.address)


def _of_holder(
    rows: Iterable[tuple[Entry, MacEntry | Lease]],
    troubleshooter: Troubleshooter,
    line: Line,
) -> Iterator[Entry]:
    """Of rows those that an answer of now would have told the viewer, had it been asked then."""
    service = troubleshooter.service(line.held.access)
    part = share(line.held.access, line.neighbours)
    for entry, row in rows:
        if isinstance(row, MacEntry):
            port = PortFacts(port=Port(if_index=0), macs=(row,))
        else:
            port = PortFacts(port=Port(if_index=0), leases=(row,))
        mine = own_rows(port, part)
        if not line.held.full_access:
            mine = own(mine, line.held, service, traffic=False)
            began = row.learnt_at if isinstance(row, MacEntry) else row.start
            if began is None or began < line.counted_since:
                continue  # it was there before: of whom, nobody knows
        if mine.macs or mine.leases:
            yield entry
