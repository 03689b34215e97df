"""A driver: who it is for, and which tables tell the facts of such a device."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from techinfo.driver import standard
from techinfo.driver.behind import CpeTables, OntTable, OntTables, UnregisteredTable
from techinfo.driver.cells import Column
from techinfo.driver.convert import Convert, decode_text
from techinfo.driver.tables import (
    CounterTable,
    FdbVlans,
    GaspTable,
    GroupTable,
    Hardware,
    LeaseTable,
    LinkTable,
    MacTable,
    NeighbourTable,
    Optics,
    PortVlanTable,
    ProtectionTable,
    ShapingTable,
    SnoopingTable,
    VlanContexts,
)
from techinfo.errors import DriverError
from techinfo.wire import Cell, SnmpLimits

T = TypeVar("T")

DEFAULT_LIMITS = SnmpLimits()


@dataclass(frozen=True, slots=True)
class DescrMatches:
    """sysDescr matches this regular expression (any case, anywhere in it)."""

    pattern: str

    def holds(self, sys_descr: str) -> bool:
        """Whether this sysDescr fits."""
        return re.search(self.pattern, sys_descr, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Answers:
    """The device has this instance: one GET at first contact tells siblings with one id apart.

    Attributes:
        oid: The instance.
        pattern: A regular expression that its text must match (any case, anywhere in it).
    """

    oid: str
    pattern: str = ""

    def holds(self, probed: Mapping[str, Cell]) -> bool:
        """Whether what the device answered fits."""
        cell = probed.get(self.oid)
        if cell is None or not self.pattern:
            return cell is not None
        text = decode_text(cell) if isinstance(cell, bytes) else ""
        return re.search(self.pattern, text, re.IGNORECASE) is not None


Condition = DescrMatches | Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Driver:
    """One platform, or one maker's family of platforms that share their tables.

    Attributes:
        name: ``vendor_os``, spelt as in ntc-templates where it is there.
        vendor: As an SP reads it.
        series: Series and software seen, in words.
        sys_object_ids: Prefixes; the longest one that ends on an arc border wins.
        when: All of these must hold as well.
        bases: Prefix of sysObjectID -> the OID that columns with a leading dot are relative to. One
            that ends with ``.*`` has a tree for each model: the next arc of sysObjectID is meant.
        links, counters, transceivers: Tables in order; a later one fills what the earlier left.
        macs: Tables in order; of a row the first that places it on a port is believed.
        fdb_vlans: Where the VLAN of an FdbId stands, if not in dot1qVlanFdbId (field note F5).
        contexts: Which VLANs a table of ``only_vlan`` is read in besides (field note F13).
        vlans: Tables in order; the first with rows is believed.
        leases, groups, shaping, onts, cpes, gasps: Tables that are all read.
        protections: The same; of several that tell of a port the first is believed.
        ont_light: What an ONT is asked over OMCI, one ONT at a time and for a person's question.
        ont_light_polled: ``False``: nobody asks it again and again unless the operator says so.
        unregistered: ONTs that wait to be registered; for whoever has just plugged one in.
        aggregates: Columns of the maker's own, by ifIndex of a member: ifIndex of its aggregate,
            which is the member itself where it is in none.
        entity_port: From entPhysicalName to the name of the port that the entity is, or is plugged
            into, where an agent spells the two in different ways (OmniSwitch).
        bridge_port_is_if_index: For agents without dot1dBasePortIfIndex (field note F2).
        clock: ``False`` when snmpEngineTime is not to be believed (field note T3).
        limits: What the agent is proven to stand.
        circuit_id_format: Name of what its DHCP relay agent writes where nothing is configured; "":
            not known.
        verified_by: Recording of a real device of this platform -> the facts that it proves, in
            words of `techinfo.model.Fact`. What no recording shows here stands on a MIB, or on what
            other platforms do.
        notes: What an operator should know, one sentence each.
    """

    name: str
    vendor: str
    series: str = ""
    sys_object_ids: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    hardware: Hardware = standard.HARDWARE
    links: tuple[LinkTable, ...] = standard.LINKS
    counters: tuple[CounterTable, ...] = standard.COUNTERS
    transceivers: tuple[Optics, ...] = standard.TRANSCEIVERS
    macs: tuple[MacTable, ...] = standard.MACS
    fdb_vlans: tuple[FdbVlans, ...] = ()
    contexts: VlanContexts | None = None
    leases: tuple[LeaseTable, ...] = ()
    groups: tuple[GroupTable, ...] = ()
    shaping: tuple[ShapingTable, ...] = ()
    vlans: tuple[PortVlanTable, ...] = standard.PORT_VLANS
    onts: tuple[OntTable, ...] = ()
    ont_light: tuple[OntTables, ...] = ()
    ont_light_polled: bool = True
    unregistered: tuple[UnregisteredTable, ...] = ()
    neighbours: tuple[NeighbourTable, ...] = standard.NEIGHBOURS
    cpes: tuple[CpeTables, ...] = ()
    protections: tuple[ProtectionTable, ...] = ()
    gasps: tuple[GaspTable, ...] = standard.GASPS
    aggregates: tuple[Column[int], ...] = ()
    entity_port: Convert[str] | None = None
    bridge_port_is_if_index: bool = False
    clock: bool = True
    limits: SnmpLimits = DEFAULT_LIMITS
    circuit_id_format: str = ""
    verified_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def snooping(self) -> tuple[SnoopingTable, ...]:
        """Where DHCP snooping is on, by the first table of leases that tells it: that of IPv4."""
        told = [(t, t.enabled) for t in self.leases if t.enabled is not None]
        return tuple(
            SnoopingTable(
                mib=t.mib, verified_by=t.verified_by, enabled=enabled, of_vlans=t.of_vlans
            )
            for t, enabled in told[:1]
        )


def is_prefix(prefix: str, oid: str) -> bool:
    """Whether ``prefix`` is ``oid`` or stands above it, on an arc border."""
    return oid == prefix or oid.startswith(prefix + ".")


def longest_claim(driver: Driver, sys_object_id: str) -> int:
    """How many arcs of this sysObjectID the driver claims; -1 when it does not."""
    return max(
        (p.count(".") for p in driver.sys_object_ids if is_prefix(p, sys_object_id)), default=-1
    )


def bound(driver: Driver, sys_object_id: str) -> Driver:
    """The driver with its relative OIDs made absolute for this model.

    Raises:
        DriverError: The driver has relative OIDs but no base for this model.
    """
    if not driver.bases:
        return driver
    fitting = [p for p in driver.bases if is_prefix(p, sys_object_id)]
    if not fitting:
        raise DriverError(f"{driver.name}: no base for sysObjectID {sys_object_id}")
    prefix = max(fitting, key=len)
    model = sys_object_id[len(prefix) + 1 :].partition(".")[0] or "0"
    base = driver.bases[prefix]
    return _absolute(driver, base[:-1] + model if base.endswith(".*") else base)


def _absolute(thing: T, base: str) -> T:
    """A copy of a tree of dataclasses in which every relative OID is absolute."""
    if isinstance(thing, str):
        relative = re.fullmatch(r"\.\d+(\.\d+)*", thing)
        return cast("T", base + thing) if relative else cast("T", thing)
    if isinstance(thing, tuple):
        return cast("T", tuple(_absolute(x, base) for x in thing))
    if is_dataclass(thing) and not isinstance(thing, type):
        changed: dict[str, Any] = {}
        for f in fields(thing):
            old = getattr(thing, f.name)
            new = _absolute(old, base)
            if new is not old and new != old:
                changed[f.name] = new
        return cast("T", replace(cast("Any", thing), **changed)) if changed else thing
    return thing
