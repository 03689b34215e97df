"""What a diagnosis looks at beside the six answers about an access; no device is asked for it.

Other lines of the switch as they were read lately, for a line that is down; other switches and
leases, for a switch that is silent; where ordered equipment was seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from techinfo.access.answer import UNKNOWN, Answer
from techinfo.access.attachment import (
    Attachment,
    attached,
    element_target,
    names_on,
    vlans_of,
)
from techinfo.access.case.above import uplink
from techinfo.access.case.asking import Asker, dhcp_of
from techinfo.access.case.notices import disturbances, notices
from techinfo.access.case.orders import equipment_of, expected, own_services
from techinfo.access.freshness import known
from techinfo.access.rights import BROADBAND, Right
from techinfo.access.service import AccessService, Result
from techinfo.access.viewer import Viewer
from techinfo.dhcp.intervals import Interval
from techinfo.errors import CollectorError
from techinfo.inventory import Access, Element, Subscription
from techinfo.leases.log import LeaseLog
from techinfo.model import (
    CLI,
    Fact,
    Lease,
    MacEntry,
    Ont,
    OntLight,
    Part,
    PortFacts,
    PortVlan,
    State,
)
from techinfo.moments import rfc3339

_LATELY_S = 900.0
"""What is older says nothing of now (`techinfo.diagnosis.case.FRESH`)."""
_MOST_LINES = 48
_WITH_THE_START = timedelta(seconds=120)
_MOST_ELEMENTS = 16
_Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What is known around an access.

    Attributes:
        expected: As `techinfo.access.case.orders.expected`.
        neighbours: Groups of other lines, and other elements, as a case has them; no names.
        sightings: Where ordered equipment was seen lately, as a case has them; no names.
        dhcp: What logs tell of requests for an address, and of leases here.
        uses_volumes: What the port has counted may be used. Of who has no broadband here it is not:
            whether they see it depends on what others hold.
        has_cpe: The inventory knows a CPE.
        ont: The access's own ONT as it was read with the link, its light, and how it was read;
            ``None``: it was not, or the access has none.
        port_vlans: VLANs of the viewer's services on the port, where its element was read as a
            whole lately, and how; of an ONT, those that its OLT's command line told of it.
        uplink: The port above that feeds the element, as `techinfo.access.case.above`.
        notices: Works that are announced here and disturbances that go on, as a case has them.
    """

    expected: Mapping[str, Any]
    neighbours: Mapping[str, list[_Row]] = field(default_factory=dict)
    sightings: tuple[_Row, ...] = ()
    dhcp: Mapping[str, Any] = field(default_factory=dict)
    uses_volumes: bool = True
    has_cpe: bool = False
    ont: tuple[Ont, OntLight | None, Part] | None = None
    port_vlans: tuple[tuple[PortVlan, ...], Part] | None = None
    uplink: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[_Row, ...] = ()


async def surroundings(
    service: AccessService,
    viewer: Viewer,
    access_id: str,
    answers: Mapping[str, Result],
    *,
    silent_since: datetime | None,
    one_of_many: bool = False,
) -> Surroundings:
    """What is known around an access.

    Args:
        service: Knows the inventory, the collector's cache and the lease log.
        viewer: Who asks; of services they are told their own.
        access_id: Of which access.
        answers: As `AccessService.everything` has given them to the viewer.
        silent_since: Since when its element does not answer.
        one_of_many: Other lines count only where the whole element was read: to ask the cache for
            each of them takes longer than all else.

    Raises:
        ForbiddenError: The viewer may see nothing of it any more.
        NotConnectedError: It has no equipment any more.
    """
    held = service.right(viewer, access_id)
    inventory = service.troubleshooter.inventory
    at = attached(inventory, held.access.access_id)
    read = [answer for answer in answers.values() if isinstance(answer, Answer)]
    ports = [answer.port for answer in read if answer.port is not None]
    link = answers.get("status")
    port = link.port if isinstance(link, Answer) else None
    around = _Around(service, at, held, _booted(answers))
    is_down = port is not None and port.link is not None and port.link.up is False
    neighbours: dict[str, list[_Row]] = {}
    if is_down:
        neighbours["switch"] = await around.lines(one_by_one=not one_of_many)
        neighbours["street"] = await around.cable()
        neighbours["pon"] = await around.pon()
    if silent_since is not None:
        neighbours["switch"] = around.leases()
        neighbours["elements"] = await around.elements()
    shared = bool(at.neighbours or any(answer.neighbours for answer in read))
    own = list(own_services(inventory, held))
    return Surroundings(
        expected=expected(
            inventory,
            held,
            shared=shared,
            port=port.port if port else None,
            service=service.troubleshooter.service(at.access),
            vlans=_vlans(ports),
        ),
        neighbours={group: rows for group, rows in neighbours.items() if rows},
        sightings=tuple(row for one in own for row in around.sightings(equipment_of(one))),
        dhcp=around.dhcp(ports, own, is_silent=silent_since is not None),
        uses_volumes=held.full_access or _has_broadband(held),
        has_cpe=inventory.cpe(at.access.access_id) is not None,
        ont=_ont(link),
        port_vlans=_vlans_of_ont(link) or await around.port_vlans(port),
        uplink=await uplink(service, at.element, held.asked_at),
        notices=(*notices(inventory, held), *disturbances(service, held)),
    )


def _ont(link: Result | None) -> tuple[Ont, OntLight | None, Part] | None:
    """The ONT that the link was answered from."""
    if not isinstance(link, Answer) or link.port is None or link.access.ont_id is None:
        return None
    part = link.reading.parts.get(Fact.ONTS)
    if part is None or len(link.port.onts) != 1:
        return None
    return link.port.onts[0], next(iter(link.port.ont_light), None), part


def _vlans_of_ont(link: Result | None) -> tuple[tuple[PortVlan, ...], Part] | None:
    """The VLANs of the ONT, as they were read with the link, and isolated with it."""
    if not isinstance(link, Answer) or link.port is None or link.access.ont_id is None:
        return None
    part = link.reading.parts.get(Fact.VLANS)
    if part is None or part.source != CLI or part.state not in (State.OK, State.EMPTY):
        return None
    return link.port.vlans, part


def _booted(answers: Mapping[str, Result]) -> datetime | None:
    hardware = answers.get("hardware")
    device = hardware.reading.device if isinstance(hardware, Answer) else None
    return device.up_since if device is not None else None


def _has_broadband(held: Right) -> bool:
    return any(
        one.provider == held.provider and one.service_type == BROADBAND for one in held.running
    )


def _vlans(ports: Iterable[PortFacts]) -> Iterator[int]:
    for port in ports:
        rows: tuple[MacEntry | Lease, ...] = (*port.macs, *port.leases)
        for row in rows:
            if row.vlan is not None:
                yield row.vlan


@dataclass(frozen=True, slots=True)
class _Around:
    service: AccessService
    at: Attachment
    held: Right
    booted: datetime | None
    """When the switch has started, where that is known."""

    @property
    def now(self) -> datetime:
        """When it was asked."""
        return self.held.asked_at

    async def lines(self, *, one_by_one: bool) -> list[_Row]:
        """Other accesses' lines on the switch, as far as they were read lately."""
        collector = self.service.troubleshooter.collector
        whole = await known(
            collector, self.at.hardware, (Fact.LINK, Fact.TRANSCEIVER), _LATELY_S, self.now
        ) or await known(collector, self.at.hardware, (Fact.LINK,), _LATELY_S, self.now)
        if whole is not None:
            others = (f for f in whole.ports.values() if self._is_others(f))
            return [row for f in others if (row := self._row(f)) is not None]
        some = self._others() if one_by_one else ()
        found = await asyncio.gather(*(self._line(one) for one in some))
        return [row for row in found if row is not None]

    async def cable(self) -> list[_Row]:
        """Lines of the same street or cable, of every element that was read as a whole lately."""
        group = self.at.access.cable_group
        members = self._inventory.accesses_of_cable(group) if group is not None else ()
        others = [a for a in members if a.access_id != self.at.access.access_id]
        names = list(dict.fromkeys(a.element for a in others if a.element is not None))
        found = await asyncio.gather(*(self._of_cable(n, others) for n in names[:_MOST_ELEMENTS]))
        return [row for rows in found for row in rows]

    async def _of_cable(self, name: str, members: Iterable[Access]) -> list[_Row]:
        element = self._inventory.element(name)
        if element is None:
            return []
        collector, wanted = self.service.troubleshooter.collector, (Fact.LINK,)
        whole = await known(collector, element_target(element), wanted, _LATELY_S, self.now)
        ids = {access.access_id for access in members}
        ports = whole.ports.values() if whole is not None else ()
        lines = (
            self._row(facts, lasting=False)
            for facts in ports
            if not ids.isdisjoint(
                a.access_id for a in names_on(self._inventory, element, facts.port)
            )
        )
        return [row for row in lines if row is not None]

    async def pon(self) -> list[_Row]:
        """Other ONTs of the same PON port, where the OLT was read as a whole lately."""
        number = self.at.access.ont_id
        if number is None:
            return []
        collector = self.service.troubleshooter.collector
        whole = await known(collector, self.at.hardware, (Fact.ONTS,), _LATELY_S, self.now)
        ports = whole.ports.values() if whole is not None else ()
        own = self.at.access.access_id
        mine = [
            facts
            for facts in ports
            if own in {a.access_id for a in names_on(self._inventory, self.at.element, facts.port)}
        ]
        return [_ont_line(ont) for facts in mine for ont in facts.onts if ont.ont_id != number]

    async def _line(self, access: Access) -> _Row | None:
        troubleshooter = self.service.troubleshooter
        target = attached(troubleshooter.inventory, access.access_id).port
        facts = (Fact.LINK,)
        last = await known(troubleshooter.collector, target, facts, _LATELY_S, self.now)
        port = last.port if last is not None else None
        if last is None or port is None or last.parts[Fact.LINK].state is State.FAILED:
            return None
        return self._row(port)

    def _row(self, facts: PortFacts, *, lasting: bool = True) -> _Row | None:
        """One line; ``None`` of a port that the operator has closed: it did not fall."""
        if facts.link is not None and facts.link.admin_down is True:
            return None
        row = _line(facts)
        since = facts.link.last_change if facts.link is not None else None
        # A port that has been down since the switch started has not fallen: nobody was ever there.
        if lasting and since and self.booted and abs(since - self.booted) <= _WITH_THE_START:
            row.pop("since", None)
        return row

    async def port_vlans(self, port: PortFacts | None) -> tuple[tuple[PortVlan, ...], Part] | None:
        """What the port carries; of one port alone no agent tells all of them."""
        if port is None:
            return None
        collector = self.service.troubleshooter.collector
        whole = await known(collector, self.at.hardware, (Fact.VLANS,), _LATELY_S, self.now)
        number = port.port.if_index
        found = whole.ports.get(number) if whole is not None else None
        part = whole.parts[Fact.VLANS].of_port(number) if whole is not None else None
        if found is None or part is None or not found.vlans or part.state is not State.OK:
            return None
        mine = vlans_of(found, self.at.access.ont_id)
        return tuple(row for row in mine if self._is_own(row.vlan)), part

    def _is_own(self, vlan: int) -> bool:
        """Whether a VLAN is one of the viewer's services here, whatever else others hold."""
        if self.held.full_access:
            return True
        kind = _type(self.service.troubleshooter.service(self.at.access)(vlan))
        named = any(one.vlan == vlan for one in own_services(self._inventory, self.held))
        return (named or kind is not None) and self.held.holds(vlan, kind)

    def _is_others(self, facts: PortFacts) -> bool:
        names = [a.access_id for a in names_on(self._inventory, self.at.element, facts.port)]
        return bool(names) and self.at.access.access_id not in names

    @property
    def _inventory(self) -> Any:
        return self.service.troubleshooter.inventory

    def _others(self) -> Iterator[Access]:
        """Accesses on other ports of the switch."""
        on_element = self._inventory.accesses_on(self.at.element.name)
        others = (a for a in on_element if a.port is not None and a.port != self.at.access.port)
        return islice(others, _MOST_LINES)

    def leases(self) -> list[_Row]:
        """When leases of others on the switch were renewed, and when they are to be."""
        log = self.service.lease_log
        if log is None:
            return []
        return [
            _renewed(lease) for one in self._others() for lease in log.running(one.access_id)[:1]
        ]

    def dhcp(
        self, ports: Iterable[PortFacts], own: Iterable[Subscription], *, is_silent: bool
    ) -> Mapping[str, Any]:
        """What was asked and given; of leases alone only where the switch is silent."""
        macs = (equipment_of(one) for one in own)
        asker = Asker(
            held=self.held,
            service=self.service.troubleshooter.service(self.at.access),
            seen=tuple(row for port in ports for row in port.macs),
            ordered=frozenset(mac for mac in macs if mac is not None),
        )
        told = dict(dhcp_of(self.service.lease_log, self._inventory, asker))
        if told or is_silent:
            leases = self._own_leases()
            known = {(row["at"], row["type"], row.get("mac")) for row in told.get("answers", ())}
            more = [row for row in leases if (row["at"], "ACK", row.get("mac")) not in known]
            answers = [*told.get("answers", ()), *more]
            told |= {"answers": sorted(answers, key=lambda row: str(row["at"]))} if answers else {}
        return told

    def _own_leases(self) -> list[dict[str, Any]]:
        """That the viewer's services here were given an address."""
        log: LeaseLog | None = self.service.lease_log
        every = log.running(self.at.access.access_id) if log is not None else ()
        service_of = self.service.troubleshooter.service(self.at.access)
        found = [x for x in every if self.held.owns(x.vlan, _type(service_of(x.vlan)), x.start)]
        rows = [
            {
                "at": rfc3339(x.last_renew or x.start),
                "type": "ACK",
                "mac": x.mac.upper() if x.mac else None,
            }
            for x in found
        ]
        return [{key: value for key, value in row.items() if value} for row in rows]

    async def elements(self) -> list[_Row]:
        """Whether other elements of the site answer; those that were not asked lately are left."""
        elements = (
            element
            for element in self._inventory.elements()
            if element.name != self.at.element.name and element.site == self.at.element.site
        )
        some = islice(elements, _MOST_ELEMENTS)
        found = await asyncio.gather(*(self._answers(element) for element in some))
        return [{"up": up} for up in found if up is not None]

    async def _answers(self, element: Element) -> bool | None:
        collector, target = self.service.troubleshooter.collector, element_target(element)
        try:
            if await collector.silent_since(target) is not None:
                return False
            last = await known(collector, target, (Fact.DEVICE,), _LATELY_S, self.now)
        except CollectorError:
            return None
        return True if last is not None else None

    def sightings(self, mac: str | None) -> Iterator[_Row]:
        """Where a device was seen lately, as "this access" or "another access"."""
        seen = self.service.sightings.of(mac, self.now) if mac else ()
        for one in seen:
            access = self._inventory.access(one.access_id)
            if access is None:
                continue
            here = access.access_id == self.at.access.access_id
            began = one.began_at if one.began_at is not None else one.at
            yield {
                "mac": mac,
                "on": "this_access" if here else "other_access",
                "from": rfc3339(began),
                "until": rfc3339(one.at),
                "near": access.element == self.at.access.element,
            }


def _type(service_type: str | None) -> str | None:
    return None if service_type == UNKNOWN else service_type


def _line(facts: PortFacts) -> _Row:
    link, optic = facts.link, facts.transceiver
    level = optic.rx_power if optic is not None else None
    told = {
        "link": link.up if link else None,
        "since": rfc3339(link.last_change) if link else None,
        "dbmRx": f"{level:.2f}" if isinstance(level, float) else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _ont_line(ont: Ont) -> _Row:
    told = {
        "link": ont.up,
        "since": rfc3339(ont.last_down) if ont.up is False else None,
        "cause": ont.last_down_cause if ont.up is False else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _renewed(lease: Interval) -> _Row:
    """A client renews after half of its lease (RFC 2131, T1)."""
    at = lease.last_renew or lease.start
    due = at + (lease.end - at) / 2 if lease.end is not None and lease.end > at else None
    told = {"leaseRenewedAt": rfc3339(at), "renewDueAt": rfc3339(due)}
    return {key: value for key, value in told.items() if value is not None}
