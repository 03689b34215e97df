"""The normalised facts: what every vendor's tables are turned into.

Unknown is ``None`` and is left out of every answer; never 0, -1 or "". Times are aware, UTC.
Nothing here knows a vendor, a transport or ON-API's spelling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from techinfo.protection import Protection
from techinfo.units import (
    Celsius,
    Dark,
    Dbm,
    KilobitPerSecond,
    MegabitPerSecond,
    MilliAmpere,
    Power,
    Volt,
)
from techinfo.values import value


class Fact(StrEnum):
    """One kind of thing that can be asked of a device, each with a state and a time of its own."""

    DEVICE = "device"
    LINK = "link"
    COUNTERS = "counters"
    TRANSCEIVER = "transceiver"
    MACS = "macs"
    LEASES = "leases"
    GROUPS = "groups"
    SHAPING = "shaping"
    VLANS = "vlans"
    ONTS = "onts"
    ONT_LIGHT = "ont_light"
    NEIGHBOURS = "neighbours"
    CPE = "cpe"
    PROTECTION = "protection"
    GASPS = "gasps"
    SNOOPING = "snooping"
    UNREGISTERED = "unregistered"

    __hash__ = str.__hash__  # an enumeration's own is written in Python, and a poll asks 500 times


class State(StrEnum):
    """How a fact was read. Empty and failed are never confused."""

    OK = "ok"
    EMPTY = "empty"
    PARTIAL = "partial"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"

    __hash__ = str.__hash__


SNMP, CLI, ACS = "snmp", "cli", "acs"
"""Where a fact was read (`Part.source`)."""


@value(frozen=True, kw_only=True, slots=True)
class Part:
    """State of one fact in a reading.

    Attributes:
        read_at: When the device was asked; ``None`` when it never was (unsupported).
        cause: In words, for ``PARTIAL``, ``FAILED`` and ``UNSUPPORTED``. No address, no secret.
        code: The published error code that fits (``element_silent``, …); empty when there is none.
        spared: Ports (ifIndex) of a partial table that lack nothing all the same: none of the rows
            that found no port can be theirs.
        source: What was asked: `SNMP`, `CLI`, or `ACS`, whom the device told it at ``read_at``.
    """

    state: State
    read_at: datetime | None = None
    cause: str = ""
    code: str = ""
    spared: tuple[int, ...] = ()
    source: str = SNMP

    def of_port(self, if_index: int | None) -> Part:
        """The state of the same fact for one port of the table."""
        if self.state is State.PARTIAL and if_index in self.spared:
            return replace(self, state=State.OK, cause="", code="", spared=())
        return replace(self, spared=()) if self.spared else self


@value(frozen=True, kw_only=True, slots=True)
class Device:
    """The network element itself.

    Attributes:
        name: sysName.
        up_since: Boot time, wrap resolved; ``None`` when the agent's clock cannot be trusted.
        macs: Of its interfaces, where they are told.
        agent_since: When sysUpTime was zero, which is later where the agent alone has started anew.
        dial_since: When sysUpTime was last zero, which it is every 497 days as well.
        informed_at: When it last spoke with its ACS; ``None``: it was asked itself, not the ACS.
    """

    name: str | None = None
    description: str | None = None
    sys_object_id: str | None = None
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial_number: str | None = None
    mac: str | None = None
    macs: tuple[str, ...] = ()
    up_since: datetime | None = None
    agent_since: datetime | None = None
    dial_since: datetime | None = None
    informed_at: datetime | None = None


@value(frozen=True, kw_only=True, slots=True)
class Port:
    """Which port this is: the number of today and the names that survive renumbering.

    Attributes:
        if_type: IANAifType.
        aggregate: IfIndex of the aggregate that it is a member of.
        members: Names of its members, of an aggregate.
    """

    if_index: int
    name: str | None = None
    descr: str | None = None
    alias: str | None = None
    if_type: int | None = None
    aggregate: int | None = None
    members: tuple[str, ...] = ()

    @property
    def called(self) -> str | None:
        """What its owner calls it: ifName, else ifDescr."""
        return self.name or self.descr


@value(frozen=True, kw_only=True, slots=True)
class Link:
    """Port status.

    Attributes:
        last_change: Last transition, by the agent's clock; ``None`` when it does not tell.
        changed_ticks: The same as it stands there, hundredths of a second of a clock that goes
            round after 497 days: what it was at two times may be compared.
        configured_speed: As ON-API wants it: ``auto`` or ``1000-full``.
    """

    up: bool | None = None
    admin_down: bool | None = None
    last_change: datetime | None = None
    changed_ticks: int | None = None
    speed: MegabitPerSecond | None = None
    full_duplex: bool | None = None
    configured_speed: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class Flow:
    """Counters of one direction, since `Counters.reset_at`."""

    bytes: int | None = None
    unicast: int | None = None
    multicast: int | None = None
    broadcast: int | None = None
    errors: int | None = None
    discards: int | None = None
    pauses: int | None = None
    crc_errors: int | None = None

    @property
    def packets(self) -> int | None:
        """Unicast, multicast and broadcast together; ``None`` unless all three are known."""
        if self.unicast is None or self.multicast is None or self.broadcast is None:
            return None
        return self.unicast + self.multicast + self.broadcast


@value(frozen=True, kw_only=True, slots=True)
class Counters:
    """Both directions; input is from the customer into the switch port.

    Attributes:
        wide: Octets and packets are counted in 64 bits; ``None`` when that is not known.
    """

    input: Flow = Flow()
    output: Flow = Flow()
    reset_at: datetime | None = None
    wide: bool | None = None


@value(frozen=True, kw_only=True, slots=True)
class Lane:
    """One lane of a multi-lane optic."""

    number: int
    rx_power: Power | None = None
    tx_power: Power | None = None
    bias: MilliAmpere | None = None


@value(frozen=True, kw_only=True, slots=True)
class Transceiver:
    """What a pluggable says of itself.

    Attributes:
        rx_power: Level, or why there is none. With lanes: the lowest.
        present: ``False`` for an empty cage; ``None`` when nothing tells.
        update_interval: Seconds between the agent's updates: readings may be so much older.
    """

    rx_power: Power | None = None
    tx_power: Power | None = None
    temperature: Celsius | None = None
    bias: MilliAmpere | None = None
    voltage: Volt | None = None
    vendor: str | None = None
    part_number: str | None = None
    serial_number: str | None = None
    present: bool | None = None
    update_interval: int | None = None
    lanes: tuple[Lane, ...] = ()

    @property
    def light(self) -> Dark | Dbm | None:
        """The receive side in one word: a level, no light, no diagnostics, no module."""
        return Dark.NO_MODULE if self.present is False else self.rx_power


@value(frozen=True, kw_only=True, slots=True)
class MacEntry:
    """One learnt MAC address, ``AA:BB:CC:DD:EE:FF``.

    Attributes:
        aggregate: The aggregate that it stands on, where it is told of a member; so of all rows.
        ont: The ONT behind a PON port that it was learnt from, where that is told.
    """

    mac: str
    vlan: int | None = None
    learnt_at: datetime | None = None
    aggregate: str | None = None
    ont: int | None = None


@value(frozen=True, kw_only=True, slots=True)
class Lease:
    """One DHCP snooping binding.

    Attributes:
        address: IPv4 or IPv6 address, or an IPv6 prefix with its length.
        end: When it runs out; ``None`` when the switch does not tell or it never does.
    """

    address: str
    mac: str | None = None
    vlan: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    last_renew: datetime | None = None
    aggregate: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class Group:
    """One multicast group that a port is a member of.

    Attributes:
        joined_at: Latest join; ``None`` when the switch does not tell.
        counter: Traffic in this group on this port; ``None`` where no element counts it.
    """

    address: str
    vlan: int | None = None
    joined_at: datetime | None = None
    counter: int | None = None
    aggregate: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class Shaping:
    """One configured rate. ``None`` means not told, never zero."""

    queue: str | None = None
    vlan: int | None = None
    cir: KilobitPerSecond | None = None
    pir: KilobitPerSecond | None = None
    aggregate: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class PortVlan:
    """One VLAN that a port carries.

    Attributes:
        tagged: Whether its frames leave the port with a tag; ``None``: nothing tells.
        user_vlan: The tag that they have on the side of the customer, where that is told.
        outer: It is the outer tag of two, and nothing tells the inner one.
        ont: The ONT behind a PON port that it is for, where that is told.
    """

    vlan: int
    tagged: bool | None = None
    user_vlan: int | None = None
    outer: bool = False
    ont: int | None = None


@value(frozen=True, kw_only=True, slots=True)
class Ont:
    """One ONT behind a PON port, as the OLT knows it; nothing is asked of the ONT for it.

    Attributes:
        name: What its owner calls it.
        distance: Metres.
        up_since, last_down: Only where the OLT tells the zone of its clock.
        last_down_cause: Why it went last: ``dying-gasp``, ``los``, ``lofi``, ``deactivated``, or
            another word of the OLT's.
    """

    ont_id: int
    serial_number: str | None = None
    name: str | None = None
    up: bool | None = None
    distance: int | None = None
    up_since: datetime | None = None
    last_down: datetime | None = None
    last_down_cause: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class Uni:
    """One Ethernet port of an ONT, by its number."""

    index: int
    link: Link = Link()


@value(frozen=True, kw_only=True, slots=True)
class OntLight:
    """What the OLT has asked an ONT itself over OMCI: light at both ends, and its ports.

    Attributes:
        olt_rx: What the OLT receives of this ONT.
    """

    ont_id: int
    transceiver: Transceiver | None = None
    olt_rx: Power | None = None
    unis: tuple[Uni, ...] = ()


@value(frozen=True, kw_only=True, slots=True)
class CpePort:
    """One port of a CPE."""

    index: int
    name: str | None = None
    description: str | None = None
    link: Link = Link()
    counters: Counters | None = None
    transceiver: Transceiver | None = None
    loop_detected: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class CpeMac:
    """One MAC address learnt by a CPE; ``port`` is the `CpePort.index` that it was learnt on."""

    mac: str
    port: int | None = None


@value(frozen=True, kw_only=True, slots=True)
class Cpe:
    """A CPE behind a port, as it announces itself to the access switch.

    Attributes:
        number: Which one of those behind the port.
        mac: Of the interface towards the switch.
        up: It is there and hears the switch; ``None`` when its word is too old to tell.
        up_since: By its own clock.
    """

    number: int
    firmware: str | None = None
    vendor: str | None = None
    model: str | None = None
    mac: str | None = None
    up: bool | None = None
    up_since: datetime | None = None
    ports: tuple[CpePort, ...] = ()
    macs: tuple[CpeMac, ...] = ()


@value(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """What another device has told of itself on a port, by LLDP.

    Attributes:
        chassis_id: A MAC or network address where the neighbour gave one, else its own word.
        port_id: The neighbour's end of the link, in the same way.
    """

    chassis_id: str
    port_id: str | None = None
    port_description: str | None = None
    system_name: str | None = None
    system_description: str | None = None
    aggregate: str | None = None


@value(frozen=True, kw_only=True, slots=True)
class PortFacts:
    """All that is known of one port. ``None``: not read, or not there; the part says which.

    Attributes:
        gasps: When the far end of the line said that it was losing its power, by the device's log.
    """

    port: Port
    link: Link | None = None
    counters: Counters | None = None
    transceiver: Transceiver | None = None
    macs: tuple[MacEntry, ...] = ()
    leases: tuple[Lease, ...] = ()
    groups: tuple[Group, ...] = ()
    shaping: tuple[Shaping, ...] = ()
    vlans: tuple[PortVlan, ...] = ()
    onts: tuple[Ont, ...] = ()
    ont_light: tuple[OntLight, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    cpe: tuple[Cpe, ...] = ()
    protection: Protection | None = None
    gasps: tuple[datetime, ...] = ()
    unregistered: tuple[str, ...] = ()  # serial numbers of ONTs that wait to be registered
    snooping: tuple[int, ...] | None = None  # VLANs whose DHCP is looked into; empty: no VLAN's


utc_now: Callable[[], datetime] = partial(datetime.now, UTC)
"""The time."""
