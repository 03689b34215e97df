"""From an accessId to what must be asked: the element, the port, the CPE; and whose its rows are.

Where several accesses share a port, only the VLAN of a row says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from techinfo.collect.target import NO_AGENT, AcsDevice, CommandLine, PortName, Target
from techinfo.driver.cli_session import SSH_PORT
from techinfo.errors import NotAvailableError, NotConnectedError, UnknownAccessError
from techinfo.inventory import Access, Cpe, Element, Inventory
from techinfo.model import Group, Lease, MacEntry, Port, PortFacts, PortVlan, Shaping

T = TypeVar("T", MacEntry, Lease, Group, Shaping)


@dataclass(frozen=True, slots=True)
class Share:
    """An access's part in its port.

    Attributes:
        shared: Another access hangs on the same port.
        distinguishable: Rows can be given to this access and no other.
        vlans: Of a shared port, the tags that are this access's alone.
    """

    shared: bool
    distinguishable: bool
    vlans: frozenset[int]


@dataclass(frozen=True, slots=True)
class OfOnt:
    """An access's part in its ONT.

    Attributes:
        number: Of the ONT on its port.
        share: Among the accesses that are, or may be, behind the same ONT.
    """

    number: int
    share: Share


def of_ont(access: Access, neighbours: Iterable[Access]) -> OfOnt | None:
    """An access's part in its ONT; ``None``: the inventory names none.

    An access on the same port whose ONT nobody knows may be behind the same one.
    """
    if access.ont_id is None:
        return None
    beside = (a for a in neighbours if a.ont_id in (None, access.ont_id))
    return OfOnt(number=access.ont_id, share=share(access, beside))


def share(access: Access, neighbours: Iterable[Access]) -> Share:
    """What tells an access apart from the others on its port.

    A tag that a neighbour has too tells nothing; and where the inner tag tells nothing, rows that
    a switch has learnt by it could be anybody's, whatever the outer one is.
    """
    others = tuple(neighbours)
    taken = {tag for other in others for tag in _tags(other)}
    own = frozenset(_tags(access)) - taken
    inner = next(iter(_tags(access)), None)
    return Share(shared=bool(others), distinguishable=not others or inner in own, vlans=own)


def _tags(access: Access) -> tuple[int, ...]:
    """Its tags, the inner one first."""
    return tuple(tag for tag in (access.c_vlan, access.s_vlan) if tag is not None)


def own(port: PortFacts, part: Share, of_ont: OfOnt | None = None) -> PortFacts:
    """A port with the rows of one access; a row whose tag is not known is nobody's.

    Args:
        port: As it was read.
        part: The access's part in it.
        of_ont: The access's part in its ONT, which decides of rows that name one.
    """
    if of_ont is not None:
        port = replace(port, vlans=vlans_of(port, of_ont.number))
    if not part.shared and of_ont is None:
        return port

    def rows(found: tuple[T, ...], part: Share = part) -> tuple[T, ...]:
        if not part.shared:
            return found
        return tuple(r for r in found if part.distinguishable and r.vlan in part.vlans)

    macs = rows(port.macs)
    if of_ont is not None:
        told = tuple(mac for mac in port.macs if mac.ont == of_ont.number)
        macs = rows(tuple(mac for mac in port.macs if mac.ont is None)) + rows(told, of_ont.share)
    if not part.shared:
        return replace(port, macs=macs)
    return replace(
        port,
        macs=macs,
        leases=rows(port.leases),
        groups=rows(port.groups),
        shaping=rows(port.shaping),
        cpe=(),  # a CPE has no VLAN: whose it is, the inventory tells by its MAC address
    )


def vlans_of(port: PortFacts, ont: int | None) -> tuple[PortVlan, ...]:
    """The VLANs of a port without those that are for another ONT; ``None``: all."""
    return tuple(row for row in port.vlans if ont is None or row.ont in (None, ont))


def untagged(port: PortFacts) -> bool:
    """Whether some row of a port has no VLAN, so that nobody knows whose it is."""
    rows: tuple[MacEntry | Lease | Group, ...] = (*port.macs, *port.leases, *port.groups)
    return any(row.vlan is None for row in rows)


@dataclass(frozen=True, slots=True)
class Attachment:
    """An access and where it is attached.

    Attributes:
        port: As a target of the collector.
        hardware: The element as a whole.
        neighbours: Other accesses on the same port, as the inventory spells it.
    """

    access: Access
    element: Element
    port: Target
    hardware: Target
    neighbours: tuple[Access, ...]


def attached(inventory: Inventory, access_id: str) -> Attachment:
    """Where an access is attached.

    Raises:
        UnknownAccessError: Nobody knows this accessId.
        NotConnectedError: The access has no equipment.
    """
    return inventory.remembered.get(
        ("attached", access_id),
        lambda: _look_up(inventory, access_id),
        size=lambda found: 1 + len(found.neighbours),
    )


def _look_up(inventory: Inventory, access_id: str) -> Attachment:
    access = inventory.access(access_id)
    if access is None:
        raise UnknownAccessError("no access has this accessId")
    element = inventory.element(access.element) if access.element else None
    if element is None or access.port is None:
        raise NotConnectedError("no equipment is connected to this access")
    beside = inventory.accesses_on(element.name, access.port)
    neighbours = tuple(a for a in beside if a.access_id != access.access_id)
    part = share(access, neighbours)
    vlans = tuple(sorted(part.vlans)) if part.shared else ()
    return Attachment(
        access=access,
        element=element,
        port=replace(
            _target(element, PortName(name=access.port, by=access.port_by), vlans),
            ont=access.ont_id,
        ),
        hardware=_target(element, None, ()),
        neighbours=neighbours,
    )


def neighbours_on(inventory: Inventory, at: Attachment, port: Port) -> tuple[Access, ...]:
    """The other accesses on a port that has been read, by any of its names.

    One may call a port by its ifName and another by its ifDescr. A bare number that could be any
    of its names is taken for an ifName, as the collector does first: ports 1, 2, … are often those
    of ifIndex 2, 3, ….
    """
    found = {access.access_id: access for access in at.neighbours}
    for way, access in _named(inventory, at.element, port):
        sure = way == access.port_by or way == "name" or not (access.port or "").isdecimal()
        if sure and access.access_id != at.access.access_id:
            found[access.access_id] = access
    return tuple(found.values())


def cpe_of(inventory: Inventory, access_id: str) -> tuple[Access, Cpe]:
    """The managed CPE behind an access.

    Raises:
        UnknownAccessError: Nobody knows this accessId.
        NotConnectedError: The access has no equipment at all.
        NotAvailableError: No CPE of this access is managed.
    """
    access = inventory.access(access_id)
    if access is None:
        raise UnknownAccessError("no access has this accessId")
    cpe = inventory.cpe(access.access_id)
    if cpe is None and access.element is None:
        raise NotConnectedError("no equipment is connected to this access")
    if cpe is None:
        raise NotAvailableError("no managed CPE is known behind this access")
    return access, cpe


def cpe_target(cpe: Cpe, site: str | None = None) -> Target:
    """A CPE as a target of the collector.

    Args:
        cpe: As the inventory has it.
        site: Of the element that its access is on.

    Raises:
        NotAvailableError: Its management address is not known.
    """
    if cpe.acs is not None:
        number = cpe.serial_number or cpe.mac
        return Target(
            element=f"cpe of {cpe.access_id}",
            host=f"{number} at ACS {cpe.acs}",  # no host's name: nothing is ever sent there
            engine=NO_AGENT,
            site=site,
            acs=AcsDevice(server=cpe.acs, serial_number=cpe.serial_number, mac=cpe.mac),
        )
    if cpe.address is None:
        raise NotAvailableError("the management address of this CPE is not known")
    return Target(
        element=f"cpe of {cpe.access_id}",
        host=cpe.address,
        port=cpe.port,
        credential=cpe.credential,
        driver=cpe.driver,
        engine=cpe.engine,
        site=site,
        command_line=_command_line(cpe),
    )


def element_target(element: Element) -> Target:
    """A whole element as a target of the collector."""
    return _target(element, None, ())


def access_on(inventory: Inventory, element: Element, facts: PortFacts) -> str | None:
    """The accessId on a port, by any of the port's names; ``None`` when there is not just one."""
    found = {access.access_id for _, access in _named(inventory, element, facts.port)}
    return found.pop() if len(found) == 1 else None


def ont_access_on(inventory: Inventory, element: Element, facts: PortFacts, ont: int) -> str | None:
    """The accessId of an ONT on a port; ``None`` when there is not just one."""
    told = _named(inventory, element, facts.port)
    found = {access.access_id for _, access in told if access.ont_id == ont}
    return found.pop() if len(found) == 1 else None


def names_on(inventory: Inventory, element: Element, port: Port) -> Iterator[Access]:
    """Every access on a port, by any of the port's names."""
    return (access for _, access in _named(inventory, element, port))


def is_named(inventory: Inventory, element: Element, facts: PortFacts) -> bool:
    """Whether any access hangs on a port, by any of the port's names."""
    return any(True for _ in names_on(inventory, element, facts.port))


def _named(inventory: Inventory, element: Element, port: Port) -> Iterator[tuple[str, Access]]:
    """The accesses that call a port by one of its names, and which name that is."""
    names = {"name": port.name, "descr": port.descr, "alias": port.alias}
    names["index"] = str(port.if_index)
    found = inventory.accesses_on(element.name, *sorted({name for name in names.values() if name}))
    for way, name in names.items():
        for access in found:
            if access.port == name and access.port_by in {way, "any"}:
                yield way, access


def _target(element: Element, port: PortName | None, vlans: tuple[int, ...]) -> Target:
    return Target(
        element=element.name,
        host=element.address,
        port=element.port,
        credential=element.credential,
        driver=element.driver,
        engine=element.engine,
        site=element.site,
        sys_name=element.sys_name,
        port_name=port,
        vlans=vlans,
        command_line=_command_line(element),
    )


def _command_line(of: Element | Cpe) -> CommandLine | None:
    if of.ssh_login is None:
        return None
    return CommandLine(
        login=of.ssh_login,
        port=of.ssh_port or SSH_PORT,
        platform=of.ssh_platform,
        host_key=of.ssh_host_key or "",
        old=tuple((of.ssh_old or "").split()),
    )
