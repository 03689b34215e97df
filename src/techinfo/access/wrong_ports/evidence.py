"""Where equipment is, and where it belongs: out of the files, no device is asked."""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta

from techinfo.access.case.orders import equipment_of
from techinfo.access.rights import runs
from techinfo.access.wrong_ports.pairs import Finding, Seen, Source, wrong_ports
from techinfo.history.observation import name_of, port_of
from techinfo.history.store import HistoryFile
from techinfo.history.whereabouts import last_on, newest_baselines, said, sights
from techinfo.inventory import Inventory
from techinfo.inventory.importing.tenures import attached_since
from techinfo.leases.log import LeaseLog

_OUTLET = re.compile(r"(?=.*[0-9])[^:]{4,}")
"""The first outlet of a household is no name of one, and a MAC address none either."""
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
    belongings = expected(inventory, now)
    with inventory.database.read() as connection:
        attached = attached_since(connection)
    if leases is not None:
        seen += _leased(leases, attached, since, now)
    if history is not None:
        belongings |= _outlets(inventory, history, since, belongings)
        seen += _polled(inventory, history, belongings, attached, since, now)
    return wrong_ports(belongings, seen, now)


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


def _outlets(
    inventory: Inventory,
    history: HistoryFile,
    since: datetime,
    known: Container[str],
) -> dict[str, tuple[str, str]]:
    """Words of neighbours that are the outlet of one access alone: equipment is named after it."""
    found: dict[str, tuple[str, str]] = {}
    for word in {one.word for _, _, one in said(history, since)}:
        if word.upper() not in known and _OUTLET.fullmatch(word):
            access = inventory.listing.at_outlet(word)
            if access is not None:
                found[word] = access.access_id, "outlet"
    return found


def _leased(
    leases: LeaseLog, attached: Mapping[str, datetime], since: datetime, now: datetime
) -> Iterator[Seen]:
    for row in leases.placed(since):
        if row.mac is None or row.access_id is None:
            continue
        until = min(max(row.heard, row.end or row.heard), now)
        if row.heard < attached.get(row.access_id, row.heard):
            continue  # it was of the port where the access was then
        yield Seen(
            equipment=row.mac.upper(),
            access_id=row.access_id,
            source=Source.OPTION82,
            since=row.start,
            until=until,
        )


def _polled(
    inventory: Inventory,
    history: HistoryFile,
    belongings: Mapping[str, tuple[str, str]],
    attached: Mapping[str, datetime],
    since: datetime,
    now: datetime,
) -> Iterator[Seen]:
    @functools.cache
    def access_on(element: str, line: str) -> str | None:
        return _access_on(inventory, history, attached, element, line)

    for element, line, sight in sights(history, since):
        access_id = access_on(element, line)
        if access_id is not None:
            yield Seen(
                equipment=sight.mac,
                access_id=access_id,
                source=Source.MAC_TABLE,
                since=sight.since,
                until=sight.until,
            )
    for element, line, one in said(history, since):
        # Other words than those of an order or of the operator's own are no evidence.
        known = next((word for word in (one.word, one.word.upper()) if word in belongings), None)
        access_id = access_on(element, line) if known else None
        if access_id is not None and known is not None:
            yield Seen(
                equipment=known,
                access_id=access_id,
                source=Source.LLDP,
                since=one.since,
                until=one.until,
            )
    for element, line, baseline in newest_baselines(history):
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


def _access_on(
    inventory: Inventory,
    history: HistoryFile,
    attached: Mapping[str, datetime],
    element: str,
    line: str,
) -> str | None:
    """The only access of a line; where there are several, whose equipment it is is unknown.

    It is the one that the last poll has found there, if the records have it there still.
    """
    names, polled = last_on(history, element, line)
    port = port_of(line)
    here = []
    for access in map(inventory.access, names):
        if access is None or access.element != element:
            continue
        if port != line and access.ont_id is not None and line != name_of(port, access.ont_id):
            continue  # another ONT of the same PON port
        if access.port != port and (
            access.port_by == "name" or attached.get(access.access_id, polled) > polled
        ):
            continue  # it was attached elsewhere since
        here.append(access.access_id)
    return here[0] if len(here) == 1 else None
