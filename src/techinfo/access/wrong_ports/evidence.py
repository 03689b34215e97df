"""Where equipment is, and where it belongs: out of the files, no device is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from techinfo.access.case.orders import equipment_of
from techinfo.access.rights import runs
from techinfo.access.wrong_ports.pairs import Finding, Kind, Seen, Source, wrong_ports
from techinfo.history.observation import port_of
from techinfo.history.store import HistoryFile
from techinfo.inventory import Access, Inventory
from techinfo.leases.log import LeaseLog

LONGEST = timedelta(days=30)
"""What was seen earlier says nothing of now; MAC addresses are kept for seven days, as a rule."""


def audited(
    inventory: Inventory,
    history: HistoryFile | None,
    leases: LeaseLog | None,
    now: datetime,
) -> list[Finding]:
    """Accesses that may be patched the wrong way round; `wrong_ports` says which those are.

    Args:
        inventory: What was ordered, and where it is attached.
        history: What polls have seen; ``None``: nothing is polled.
        leases: What the logs of DHCP servers tell; ``None``: none is read.
        now: The time.
    """
    since = now - LONGEST
    seen: list[Seen] = []
    if leases is not None:
        seen += _leased(leases, since, now)
    if history is not None:
        seen += _polled(inventory, history, since, now)
    return wrong_ports(expected(inventory, now), seen, now)


def expected(inventory: Inventory, now: datetime) -> dict[str, tuple[str, str]]:
    """Equipment -> its access, and what says so; without what several accesses have."""
    found: dict[str, tuple[str, str]] = {}
    several: set[str] = set()
    for equipment, access_id, by in _belongings(inventory, now):
        if equipment in found and found[equipment][0] != access_id:
            several.add(equipment)
        found.setdefault(equipment, (access_id, by))
    return {equipment: told for equipment, told in found.items() if equipment not in several}


def _belongings(inventory: Inventory, now: datetime) -> Iterator[tuple[str, str, str]]:
    for subscription in inventory.subscriptions():
        mac = equipment_of(subscription) if runs(subscription, now) else None
        if mac is not None:
            yield mac, subscription.access_id, "order"
    for cpe in inventory.listing.cpes():
        for one in (cpe.mac, cpe.serial_number):
            if one:
                yield one.upper(), cpe.access_id, "cpe"


def _leased(leases: LeaseLog, since: datetime, now: datetime) -> Iterator[Seen]:
    for row in leases.placed(since):
        if row.mac is not None and row.access_id is not None:
            yield Seen(
                equipment=row.mac.upper(),
                access_id=row.access_id,
                source=Source.OPTION82,
                since=row.start,
                until=min(max(row.heard, row.end or row.heard), now),
            )


def _polled(
    inventory: Inventory, history: HistoryFile, since: datetime, now: datetime
) -> Iterator[Seen]:
    alone: dict[tuple[str, str], str | None] = {}

    def access_on(element: str, line: str) -> str | None:
        """The only access of a line; where there are several, whose equipment it is is unknown."""
        key = (element, line)
        if key not in alone:
            known = [inventory.access(one) for one in history.tenants(element, line)]
            here = [one.access_id for one in known if one is not None and one.element == element]
            alone[key] = here[0] if len(here) == 1 else None
        return alone[key]

    for element, line, sight in history.sights(since):
        access_id = access_on(element, line)
        if access_id is not None:
            yield Seen(
                equipment=sight.mac,
                access_id=access_id,
                source=Source.MAC_TABLE,
                since=sight.since,
                until=sight.until,
            )
    for element, line, baseline in history.newest_baselines():
        # A module is the port's; of an ONT the serial number is the customer's end.
        access_id = access_on(element, line) if port_of(line) != line else None
        if access_id is not None and baseline.serial:
            yield Seen(
                equipment=baseline.serial.upper(),
                access_id=access_id,
                source=Source.SERIAL,
                since=baseline.at,
                until=now,
            )


def corrected(inventory: Inventory, found: list[Finding]) -> Iterator[tuple[Access, Access]]:
    """Of swapped accesses, each as it is and the one whose port it is on, for a proposal."""
    for one in found:
        pair = inventory.access(one.access_id), inventory.access(one.other_id)
        if one.kind is Kind.SWAPPED and pair[0] is not None and pair[1] is not None:
            yield pair[0], pair[1]
            yield pair[1], pair[0]
