"""Where equipment is, and where it belongs: out of the files, no device is asked."""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta

from techinfo.access.case.orders import equipment_of
from techinfo.access.rights import runs
from techinfo.access.wrong_ports.moves import moved
from techinfo.access.wrong_ports.pairs import (
    Finding,
    FreePlace,
    OnFree,
    Seen,
    Source,
    wrong_ports,
)
from techinfo.history.free_ports import FreePort
from techinfo.history.observation import name_of, port_of
from techinfo.history.store import HistoryFile
from techinfo.history.whereabouts import (
    last_on,
    looked_at,
    newest_baselines,
    on_free_ports,
    said,
    sights,
)
from techinfo.inventory import Access, Inventory
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
    free: list[OnFree] = []
    looked: dict[str, datetime] = {}
    belongings = expected(inventory, now)
    with inventory.database.read() as connection:
        attached = attached_since(connection)
    if leases is not None:
        seen += _leased(leases, attached, since, now)
    if history is not None:
        belongings |= _outlets(inventory, history, since, belongings)
        lines = _Lines(inventory, history, attached)
        seen += _polled(lines, belongings, since)
        for one in _serials(lines, now):
            seen.append(one) if isinstance(one, Seen) else free.append(one)
        free += _on_free_ports(inventory, history, since)
        looked = _looked(lines) if free else {}
    return [*wrong_ports(belongings, seen, now), *moved(belongings, seen, free, looked, now)]


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


class _Lines:
    """Which access is on a line, by the last poll of it and by what the records say now."""

    def __init__(
        self, inventory: Inventory, history: HistoryFile, attached: Mapping[str, datetime]
    ) -> None:
        self.inventory = inventory
        self.history = history
        self._attached = attached
        self._known: dict[tuple[str, str], tuple[list[Access], list[Access]]] = {}

    def access_on(self, element: str, line: str) -> str | None:
        """The only access of a line; where there are several, whose equipment it is is unknown."""
        here, _ = self._on(element, line)
        return here[0].access_id if len(here) == 1 else None

    def free_ont(self, element: str, line: str) -> FreePlace | None:
        """An ONT without an access, on a PON port with some; ``None``: it is none."""
        here, beside = self._on(element, line)
        names = {(one.port, one.port_by) for one in beside}
        _, _, number = line.rpartition(" ")
        if here or len(names) != 1:
            return None
        port, by = names.pop()
        return FreePlace(
            element=element,
            name=port if by in {"name", "any"} else None,
            descr=port if by == "descr" else None,
            if_index=int(port) if by == "index" and port else None,
            ont_id=int(number),
        )

    def _on(self, element: str, line: str) -> tuple[list[Access], list[Access]]:
        """The accesses of a line, and others of its PON port."""
        found = self._known.get((element, line))
        if found is None:
            found = self._known[element, line] = self._look_up(element, line)
        return found

    def _look_up(self, element: str, line: str) -> tuple[list[Access], list[Access]]:
        """Those that the last poll has found there, if the records have them there still."""
        names, polled = last_on(self.history, element, line)
        port = port_of(line)
        here: list[Access] = []
        beside: list[Access] = []
        for access in map(self.inventory.access, names):
            if access is None or access.element != element:
                continue
            if access.port != port and (
                access.port_by == "name" or self._attached.get(access.access_id, polled) > polled
            ):
                continue  # it was attached elsewhere since
            other = access.ont_id is not None and line != name_of(port, access.ont_id)
            (beside if port != line and other else here).append(access)
        return here, beside


def _polled(
    lines: _Lines, belongings: Mapping[str, tuple[str, str]], since: datetime
) -> Iterator[Seen]:
    for element, line, sight in sights(lines.history, since):
        access_id = lines.access_on(element, line)
        if access_id is not None:
            yield Seen(
                equipment=sight.mac,
                access_id=access_id,
                source=Source.MAC_TABLE,
                since=sight.since,
                until=sight.until,
            )
    for element, line, one in said(lines.history, since):
        # Other words than those of an order or of the operator's own are no evidence.
        known = next((word for word in (one.word, one.word.upper()) if word in belongings), None)
        access_id = lines.access_on(element, line) if known else None
        if access_id is not None and known is not None:
            yield Seen(
                equipment=known,
                access_id=access_id,
                source=Source.LLDP,
                since=one.since,
                until=one.until,
            )


def _serials(lines: _Lines, now: datetime) -> Iterator[Seen | OnFree]:
    """Where ONTs are by their serial numbers, on an access or on none: each at one place.

    A module is the port's; of an ONT the serial number is the customer's end.
    """
    told = [
        (element, line, one.serial.upper(), one.at)
        for element, line, one in newest_baselines(lines.history)
        if one.serial and port_of(line) != line
    ]
    newest: dict[str, datetime] = {}
    for _, _, serial, at in told:
        newest[serial] = max(at, newest.get(serial, at))
    for element, line, serial, at in told:
        until = now if at == newest[serial] else newest[serial]
        access_id = lines.access_on(element, line)
        place = lines.free_ont(element, line)
        if access_id is not None:
            yield Seen(
                equipment=serial,
                access_id=access_id,
                source=Source.SERIAL,
                since=at,
                until=until,
            )
        elif place is not None:
            yield OnFree(equipment=serial, place=place, source=Source.SERIAL, since=at, until=until)


def _looked(lines: _Lines) -> dict[str, datetime]:
    """When the MAC addresses on the port of each access were last read."""
    found: dict[str, datetime] = {}
    for element, line, at in looked_at(lines.history):
        access_id = lines.access_on(element, line)
        if access_id is not None:
            found[access_id] = max(at, found.get(access_id, at))
    return found


def _on_free_ports(inventory: Inventory, history: HistoryFile, since: datetime) -> Iterator[OnFree]:
    """What is on ports without an access, which the records have left free since they were read."""

    @functools.cache
    def is_free(element: str, port: FreePort) -> bool:
        names = {name for name in (port.name, port.descr, str(port.if_index)) if name}
        known = inventory.element(element) is not None
        return known and not inventory.accesses_on(element, *sorted(names))

    for element, port, sight in on_free_ports(history, since):
        if is_free(element, port):
            place = FreePlace(
                element=element, name=port.name, descr=port.descr, if_index=port.if_index
            )
            yield OnFree(
                equipment=sight.mac,
                place=place,
                source=Source.MAC_TABLE,
                since=sight.since,
                until=sight.until,
            )
