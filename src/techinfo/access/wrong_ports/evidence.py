"""Where equipment is, and where it belongs: out of the files, no device is asked."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.access.case.orders import equipment_of
from techinfo.access.rights import runs
from techinfo.access.wrong_ports.circuits import Lease, as_left, on_circuits
from techinfo.access.wrong_ports.moves import moved
from techinfo.access.wrong_ports.pairs import (
    LASTING,
    Finding,
    FreePlace,
    OnFree,
    Seen,
    Source,
    wrong_ports,
)
from techinfo.history.free_ports import FreePort
from techinfo.history.macs import Sight
from techinfo.history.neighbours import Said
from techinfo.history.observation import name_of, port_of
from techinfo.history.store import HistoryFile
from techinfo.history.whereabouts import (
    last_on,
    looked_at,
    newest_baselines,
    on_free_ports,
    said,
    said_on_free_ports,
    sights,
)
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
    leased = list(_leased(leases, attached, since, now)) if leases is not None else []
    if history is None:
        return wrong_ports(belongings, [one for _, one in leased], now)
    belongings |= _outlets(inventory, history, since, belongings)
    lines = _Lines(inventory, history, attached)
    seen += _polled(lines, belongings, since)
    serials = list(_serials(lines, now))
    seen += [one for one in serials if isinstance(one, Seen)]
    free = [one for one in serials if isinstance(one, OnFree)]
    free += _on_free_ports(inventory, history, since, belongings)
    found = wrong_ports(belongings, [*(one for _, one in leased), *seen], now)
    left: dict[Lease, datetime] = {}
    if leases is not None:
        known = belongings.keys() | {one.equipment for _, one in leased}
        known |= {one.equipment for one in seen}
        for lease, one in on_circuits(inventory, leases, _lately(free, now), known, since):
            left[lease] = min(one.since, left.get(lease, one.since))
            free.append(one)
    looked = functools.partial(_looked, lines)
    return [*found, *moved(belongings, [*as_left(leased, left), *seen], free, looked, now)]


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
    words = {one.word for _, _, one in said(history, since)}
    words |= {one.word for _, _, one in said_on_free_ports(history, since)}
    for word in words:
        if word.upper() not in known and _OUTLET.fullmatch(word):
            access = inventory.listing.at_outlet(word)
            if access is not None:
                found[word] = access.access_id, "outlet"
    return found


def _leased(
    leases: LeaseLog, attached: Mapping[str, datetime], since: datetime, now: datetime
) -> Iterator[tuple[Lease, Seen]]:
    for row in leases.placed(since):
        if row.mac is None or row.access_id is None:
            continue
        until = min(max(row.heard, row.end or row.heard), now)
        if row.heard < attached.get(row.access_id, row.heard):
            continue  # it was of the port where the access was then
        one = Seen(
            equipment=row.mac.upper(),
            access_id=row.access_id,
            source=Source.OPTION82,
            since=row.start,
            until=until,
        )
        yield Lease(one.equipment, row.address), one


@dataclass(frozen=True, slots=True)
class _OnLine:
    """What the records have on a line.

    Attributes:
        called: Of an ONT: what other accesses of its PON port call that, and by which name.
    """

    accesses: tuple[str, ...]
    called: frozenset[tuple[str, str]]


class _Lines:
    """Which access is on a line, by the last poll of it and by what the records say now."""

    def __init__(
        self, inventory: Inventory, history: HistoryFile, attached: Mapping[str, datetime]
    ) -> None:
        self.inventory = inventory
        self.history = history
        self._attached = attached
        self._known: dict[tuple[str, str], _OnLine] = {}

    def access_on(self, element: str, line: str) -> str | None:
        """The only access of a line; where there are several, whose equipment it is is unknown."""
        here = self._on(element, line).accesses
        return here[0] if len(here) == 1 else None

    def free_ont(self, element: str, line: str) -> FreePlace | None:
        """An ONT without an access, on a PON port with some; ``None``: it is none."""
        found = self._on(element, line)
        if found.accesses or len(found.called) != 1:
            return None
        ((port, by),) = found.called
        return FreePlace(
            element=element,
            name=port if by in {"name", "any"} else None,
            descr=port if by == "descr" else None,
            if_index=int(port) if by == "index" and port else None,
            ont_id=int(line.rpartition(" ")[2]),
        )

    def _on(self, element: str, line: str) -> _OnLine:
        found = self._known.get((element, line))
        if found is None:
            found = self._known[element, line] = self._look_up(element, line)
        return found

    def _look_up(self, element: str, line: str) -> _OnLine:
        """Those that the last poll has found there, if the records have them there still."""
        names, polled = last_on(self.history, element, line)
        port = port_of(line)
        here: list[str] = []
        called: set[tuple[str, str]] = set()
        for access in map(self.inventory.access, names):
            if access is None or access.element != element or access.port is None:
                continue
            if access.port != port and (
                access.port_by == "name" or self._attached.get(access.access_id, polled) > polled
            ):
                continue  # it was attached elsewhere since
            other = access.ont_id is not None and line != name_of(port, access.ont_id)
            if port != line and other:
                called.add((access.port, access.port_by))  # another ONT of the same PON port
            else:
                here.append(access.access_id)
        return _OnLine(tuple(here), frozenset(called))


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
        known = _known(one.word, belongings)
        access_id = lines.access_on(element, line) if known else None
        if access_id is not None and known is not None:
            yield Seen(
                equipment=known,
                access_id=access_id,
                source=Source.LLDP,
                since=one.since,
                until=one.until,
            )


def _known(word: str, belongings: Container[str]) -> str | None:
    """Equipment that a neighbour says it is, if it is of an order or of the operator's own.

    Other words are no evidence.
    """
    return next((one for one in (word, word.upper()) if one in belongings), None)


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


def _looked(lines: _Lines, access_id: str) -> datetime | None:
    """When the MAC addresses on the port of an access were last read; ``None``: never."""
    read = [
        at
        for element, line, at in looked_at(lines.history, access_id)
        if lines.access_on(element, line) == access_id
    ]
    return max(read, default=None)


def _on_free_ports(
    inventory: Inventory, history: HistoryFile, since: datetime, belongings: Container[str]
) -> Iterator[OnFree]:
    """What is on ports without an access, which the records have left free since they were read."""

    @functools.cache
    def is_free(element: str, port: FreePort) -> bool:
        names = {name for name in (port.name, port.descr, str(port.if_index)) if name}
        known = inventory.element(element) is not None
        return known and not inventory.accesses_on(element, *sorted(names))

    for element, port, sight in on_free_ports(history, since):
        if is_free(element, port):
            yield _on(element, port, sight.mac, Source.MAC_TABLE, sight)
    for element, port, word in said_on_free_ports(history, since):
        known = _known(word.word, belongings)
        if known is not None and is_free(element, port):
            yield _on(element, port, known, Source.LLDP, word)


def _on(element: str, port: FreePort, equipment: str, source: Source, one: Sight | Said) -> OnFree:
    return OnFree(
        equipment=equipment,
        place=FreePlace(element=element, name=port.name, descr=port.descr, if_index=port.if_index),
        source=source,
        since=one.since,
        until=one.until,
    )


def _lately(free: Iterable[OnFree], now: datetime) -> dict[str, set[FreePlace]]:
    """Element -> its ports without an access on which something is; of an OLT there are none."""
    found: defaultdict[str, set[FreePlace]] = defaultdict(set)
    for one in free:
        if one.place.ont_id is None and now - one.until < LASTING:
            found[one.place.element].add(one.place)
    return found
