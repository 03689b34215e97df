"""One class for each fact: which columns tell it, and how a row finds its port.

Every table is plain data. A fact may name several tables; what the first one does not tell, the
next one may (links, counters, transceivers), or the first one with rows is believed (MACs).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from techinfo.driver.cells import (
    BRIDGE_PORT,
    ENTITY,
    IF_INDEX,
    Column,
    FromIndex,
    PortKey,
    Source,
    Valid,
)
from techinfo.driver.convert import Convert, mac
from techinfo.model import Protection
from techinfo.units import Celsius, MilliAmpere, Power, Volt
from techinfo.wire import Index

Row = Mapping[str, Any]
"""Field name -> converted value; a field without a value is not in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What all tables share.

    Attributes:
        mib: Where the OIDs come from: module and revision, or the recording that shows them.
        verified_by: Recordings of real devices in which this table gives values. Empty: from the
            MIB text alone, which `techinfo drivers` and the list of supported devices say.
        port: How a row finds its port.
        row_active: Whether a row counts (RowStatus, a lease that is not static); a false one is
            left out, one without the cell stays.
        extra: Columns by name that only ``row`` needs, or that show that there is a row whose data
            all stands in its index; no values of the fact.
        row: A last word on a converted row: returns it changed, or ``None`` to leave it out.
        most_rows: Of one port's rows no more are read; 0: as many as the agent stands.
    """

    mib: str
    verified_by: tuple[str, ...] = ()
    port: PortKey = IF_INDEX
    row_active: Source[bool] | None = None
    extra: tuple[tuple[str, Column[Any]], ...] = ()
    row: Callable[[Row], Row | None] | None = None
    most_rows: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTable(Table):
    """Port status.

    Attributes:
        last_change: sysUpTime at the last transition, hundredths of a second.
        speed: Mbit/s, as a maker's own table tells it.
        high_speed, if_speed: IfHighSpeed and ifSpeed as they stand; which of them is believed
            depends on both, and on the port's ifType. They count before ``speed``.
    """

    up: Column[bool] | None = None
    admin_down: Column[bool] | None = None
    last_change: Column[int] | None = None
    speed: Column[int] | None = None
    high_speed: Column[int] | None = None
    if_speed: Column[int] | None = None
    full_duplex: Column[bool] | None = None
    configured_speed: Column[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterTable(Table):
    """Counters of a port; input is into the switch.

    Of several tables the first value that is not zero counts: 64-bit columns that are there but
    stuck at zero give way to the 32-bit ones (field note C4).

    Attributes:
        discontinuity: sysUpTime at the last reset, hundredths of a second.
    """

    in_bytes: Column[int] | None = None
    in_unicast: Column[int] | None = None
    in_multicast: Column[int] | None = None
    in_broadcast: Column[int] | None = None
    in_errors: Column[int] | None = None
    in_discards: Column[int] | None = None
    in_pauses: Column[int] | None = None
    in_crc_errors: Column[int] | None = None
    out_bytes: Column[int] | None = None
    out_unicast: Column[int] | None = None
    out_multicast: Column[int] | None = None
    out_broadcast: Column[int] | None = None
    out_errors: Column[int] | None = None
    out_discards: Column[int] | None = None
    out_pauses: Column[int] | None = None
    discontinuity: Column[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TransceiverTable(Table):
    """A pluggable's readings: one row for a module, or one for a lane.

    Attributes:
        present: Whether there is a module.
        diagnostics: Whether the readings count; ``False`` makes all of them *no diagnostics*.
        rx_lost: The module's own word that no light arrives.
        lane: Lane number of this row, when a module has one row for each lane.
        lanes_rx, lanes_tx, lanes_bias: Columns with one text for all lanes.
    """

    rx_power: Source[Power] | None = None
    tx_power: Source[Power] | None = None
    temperature: Source[Celsius] | None = None
    bias: Source[MilliAmpere] | None = None
    voltage: Source[Volt] | None = None
    vendor: Source[str] | None = None
    part_number: Source[str] | None = None
    serial_number: Source[str] | None = None
    present: Source[bool] | None = None
    diagnostics: Source[bool] | None = None
    rx_lost: Source[bool] | None = None
    lane: FromIndex[int] | None = None
    lanes_rx: Column[tuple[Power | None, ...]] | None = None
    lanes_tx: Column[tuple[Power | None, ...]] | None = None
    lanes_bias: Column[tuple[MilliAmpere | None, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """What one kind of row of a `QuantityTable` holds.

    Attributes:
        field: The field of `TransceiverTable` that it fills.
        convert: From the row's value cell.
        units: Unit that the row names (`QuantityTable.unit`) -> conversion. A row that names one
            which is not here has no value; one that names none is taken as ``convert`` says.
    """

    field: str
    convert: Convert[Any]
    units: Mapping[int | str, Convert[Any]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class QuantityTable(Table):
    """A row for each quantity: its kind is in the index (Raisecom, RADLAN) or a text (Zyxel).

    Attributes:
        value: The OID of the value column.
        kind: Number or word that names the quantity.
        kinds: Kind -> quantity. A text kind matches when it contains the key, in any case.
        valid: Column and numbers that say that the value counts.
        valid_unless_told: A row without the cell of ``valid`` counts.
        unit: Column that names the unit of the row's value (RADLAN rlPhyTestGetUnits).
        lane: Lane number, when the index has one.
    """

    value: str
    kind: Source[int] | Source[str]
    kinds: Mapping[int | str, Quantity]
    valid: Column[bool] | None = None
    valid_unless_told: bool = False
    unit: Column[int] | Column[str] | None = None
    lane: FromIndex[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SensorTable(Table):
    """Entity sensors with a type, a scale and a precision (RFC 3433, CISCO-ENTITY-SENSOR-MIB).

    A sensor belongs to the port that contains it (entPhysicalContainedIn, entAliasMappingTable).
    Which quantity it is, its type says; receive or transmit, and the lane, its name.

    Attributes:
        kind, scale, precision, value, status: Columns, indexed by entPhysicalIndex.
        dbm: Number of the type that is already dBm; ``None`` when the MIB has none.
        units: Column with the unit as text (entPhySensorUnitsDisplay), which tells what a sensor of
            type other or unknown measures, and that a light level is in dBm whatever its type.
        update_rate: Column with the time between two updates of a value; 0: it is measured when it
            is asked for, or nobody knows. It is read once for a device, not with the values.
        update_unit_s: Seconds of its unit.
    """

    port: PortKey = ENTITY
    kind: str
    scale: str
    precision: str
    value: str
    status: str
    dbm: int | None = None
    units: str | None = None
    update_rate: str = ""
    update_unit_s: float = 1.0


Optics = TransceiverTable | QuantityTable | SensorTable


@dataclass(frozen=True, kw_only=True, slots=True)
class MacTable(Table):
    """Learnt MAC addresses.

    Attributes:
        mac: Mostly in the index: its last six sub-identifiers (field note F7).
        vlan: A tag.
        fdb_id: A filtering database; becomes a tag by dot1qVlanFdbId (field note F6).
        learnt: False rows (the switch's own addresses, invalid ones) are left out.
        managed: True rows were put there by management: on no port they are the switch's own.
        pvid: The VLAN is the PVID of the (sub-)interface when the table has none (iBOS).
        only_vlan: The table shows this VLAN and no other (Cisco asked outside of a VLAN's context,
            field note F13): its rows have that tag. The other VLANs are read each in its context,
            if the driver knows which there are (`VlanContexts`); else the fact is never more than
            partial.
    """

    port: PortKey = BRIDGE_PORT
    mac: Source[str]
    vlan: Source[int] | None = None
    fdb_id: FromIndex[int] | None = None
    learnt: Column[bool] | None = None
    managed: Column[bool] | None = None
    pvid: bool = False
    only_vlan: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FdbVlans:
    """Tags of filtering databases, on a platform that numbers VLANs in its own way (Juniper, F5).

    A driver that states it never asks dot1qVlanFdbId, whose index is such a number as well.

    Attributes:
        mib: Where the OID comes from: module and revision, or the recording that shows it.
        tag: Column with the tag; the last part of its index is the platform's number.
        shift: The FdbId is that number, shifted left by so many bits.
    """

    mib: str
    tag: Column[int]
    shift: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class VlanContexts:
    """Where the VLANs stand that have a context of their own each (field notes F13, F14).

    Attributes:
        mib: Where the OIDs come from: module and revision, or the recording that shows them.
        exists: Whether a VLAN can be asked for; the last part of the column's index is its tag.
        of_port: Columns by ifIndex: the VLANs of an access port, 0 and beyond 4094 being none. The
            first of them makes it one; a trunk has no such cell.
        of_trunk: Columns by ifIndex: VLANs that a trunk may carry.
        reserved: VLANs that never answer.
    """

    mib: str
    exists: Column[bool]
    of_port: tuple[Column[int], ...] = ()
    of_trunk: tuple[Column[tuple[int, ...]], ...] = ()
    reserved: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseTable(Table):
    """DHCP snooping bindings.

    Attributes:
        time_remaining: Seconds until it runs out.
        lease_time: Seconds that the lease is long, when the agent does not tell what remains.
        prefix_length: Of a delegated IPv6 prefix.
        enabled: A scalar with its ``.0``, and the numbers by which snooping is switched on: where
            it has another one, a table without rows tells nothing.
        of_vlans: A column by VLAN, and the numbers by which snooping is on in it, where it is on in
            the element; a VLAN without a row is none.
    """

    address: Source[str]
    mac: Source[str] | None = None
    vlan: Source[int] | None = None
    time_remaining: Source[int] | None = None
    lease_time: Source[int] | None = None
    prefix_length: Source[int] | None = None
    enabled: Valid | None = None
    of_vlans: Valid | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SnoopingTable(Table):
    """Where DHCP snooping is switched on; no row of a customer is read for it.

    Attributes:
        enabled, of_vlans: As `LeaseTable` has them.
    """

    enabled: Valid
    of_vlans: Valid | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTable(Table):
    """Multicast groups that a port has joined.

    Attributes:
        up_time: Seconds since the join.
        counter: Traffic of this group on this port (no known MIB has it).
        enabled: As `LeaseTable.enabled`.
    """

    address: Source[str]
    vlan: Source[int] | None = None
    up_time: Source[int] | None = None
    counter: Source[int] | None = None
    enabled: Valid | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShapingTable(Table):
    """Configured rates of a port, kbit/s."""

    queue: Source[str] | None = None
    vlan: Source[int] | None = None
    cir: Source[int] | None = None
    pir: Source[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PortVlanTable(Table):
    """VLANs, each with the list of the ports that carry it; its ``port`` is that list.

    Attributes:
        vlan: The tag, the last number of the index.
        untagged: The list of those ports that send it without a tag.
        before: What stands before the tag in the index, of the row that holds now (TimeMark 0).
    """

    vlan: FromIndex[int]
    untagged: Column[bytes] | None = None
    before: Index = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtectionTable(Table):
    """Ports that a protection has closed, or the state of each.

    Attributes:
        found: What it has done, and why; no value where it has done nothing that this table tells.
        recovers_in: Seconds until the device opens the port by itself; 0: it does not.
        recovers: Whether it does, after ``interval``.
        interval: A scalar with its ``.0``: seconds after which it does; 0: it does not.
        lists_all: Every closed port has a row: while the scalar answers, one without is open.
    """

    found: Column[Protection]
    recovers_in: Column[int] | None = None
    recovers: Column[bool] | None = None
    interval: str = ""
    lists_all: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NeighbourTable(Table):
    """What other devices have told of themselves.

    Attributes:
        chassis_kind, port_kind: LldpChassisIdSubtype and LldpPortIdSubtype, without which the
            octets of an identifier cannot be read.
    """

    chassis_kind: Column[int]
    chassis: Column[bytes]
    port_kind: Column[int]
    port_id: Column[bytes]
    port_description: Column[str] | None = None
    system_name: Column[str] | None = None
    system_description: Column[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GaspTable(Table):
    """A log of events on lines, of which the dying gasps of the far end are told.

    Attributes:
        at: sysUpTime at the event, hundredths of a second.
        number: Of the event, in the index behind the port.
        space: Who has defined the kinds of events.
        kind: Of event.
        end: Of the line, at which it happened.
    """

    at: Column[int]
    number: FromIndex[int]
    space: Column[bool]
    kind: Column[bool]
    end: Column[bool]


@dataclass(frozen=True, slots=True)
class FromDescr:
    """A word of sysDescr.

    Attributes:
        pattern: A regular expression; its first group is the value.
    """

    pattern: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hardware:
    """What the element says of itself. Of several sources the first one that answers counts.

    Attributes:
        model, firmware, serial_number: Scalars with their full instance, or words of sysDescr.
        mac: Scalars; dot1dBaseBridgeAddress unless stated.
    """

    mib: str = ""
    model: tuple[Column[str] | FromDescr, ...] = ()
    firmware: tuple[Column[str] | FromDescr, ...] = ()
    serial_number: tuple[Column[str] | FromDescr, ...] = ()
    mac: tuple[Column[str], ...] = (Column("1.3.6.1.2.1.17.1.1.0", mac),)
