"""Tables about what stands behind a port: ONTs, and CPEs, each with ports of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from techinfo.driver.cells import Column, FromIndex, Source
from techinfo.driver.tables import CounterTable, Table
from techinfo.units import Celsius, MilliAmpere, Power, Volt
from techinfo.wire import Index


@dataclass(frozen=True, kw_only=True, slots=True)
class OntTable(Table):
    """ONTs behind a PON port, as the OLT knows them without asking any of them.

    Attributes:
        ont_id: Its number on the port.
        index_of: The index of an ONT by ifIndex and number, without the ``tail``; ``None``: the
            number of the port, then that of the ONT, where both stand so; else a walk must tell.
        tail: What follows the ONT in the index.
        distance: Metres.
        up_since, last_down: Times with their zone.
        last_down_cause: ``dying-gasp``, ``los``, ``lofi``, ``deactivated``, or another word.
    """

    ont_id: Source[int]
    index_of: Callable[[int, int], Index] | None = None
    tail: Index = ()
    serial_number: Source[str] | None = None
    ont_name: Source[str] | None = None
    up: Source[bool] | None = None
    distance: Source[int] | None = None
    up_since: Source[datetime] | None = None
    last_down: Source[datetime] | None = None
    last_down_cause: Source[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnregisteredTable(Table):
    """ONTs that an OLT has found on a PON port, and that nobody has registered: its autofind list.

    Mostly it is empty, and what stands behind it may be asked of ONTs over OMCI: it is begun with
    one row, and read on only if there is one.

    Attributes:
        number: Which one of those on its port.
        columns_after: Columns of the same rows that follow the one that is read, one after the
            other: so many rows more may be asked for without leaving the table.
    """

    number: FromIndex[int]
    serial_number: Column[str]
    columns_after: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class OntLightTable(Table):
    """What the OLT asks an ONT for over OMCI: dear, so it is never walked.

    Its rows are asked for by GET, those of one ONT at a time. Which ONTs there are, the tables of
    `Driver.onts` say: an ONT has the same index here and there, but for the ``tail`` of each.

    Attributes:
        tail: What follows the ONT in the index.
        olt_rx: What the OLT receives of it.
    """

    tail: Index = ()
    rx_power: Source[Power] | None = None
    tx_power: Source[Power] | None = None
    olt_rx: Source[Power] | None = None
    temperature: Source[Celsius] | None = None
    bias: Source[MilliAmpere] | None = None
    voltage: Source[Volt] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OntUniTable(Table):
    """Ethernet ports of an ONT, over OMCI: what is below one ONT's index is walked, never more.

    Attributes:
        uni: The number of its port, behind the ONT in the index.
        speed: Mbit/s.
    """

    uni: FromIndex[int]
    up: Source[bool] | None = None
    speed: Source[int] | None = None
    full_duplex: Source[bool] | None = None


OntTables = OntLightTable | OntUniTable


@dataclass(frozen=True, kw_only=True, slots=True)
class CpeTable(Table):
    """CPEs behind a port, as they announce themselves to the switch; no CPE is asked.

    Attributes:
        number: Which one of those behind the port.
        bidirectional: It hears the switch, as the switch hears it.
        idle_seconds: Seconds since it last announced itself.
        up_time: Seconds that it had been up when it did.
    """

    number: FromIndex[int]
    firmware: Source[str] | None = None
    vendor: Source[str] | None = None
    model: Source[str] | None = None
    mac: Source[str] | None = None
    bidirectional: Source[bool] | None = None
    idle_seconds: Source[int] | None = None
    up_time: Source[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CpePortTable(CounterTable):
    """Ports of the CPEs in a `CpeTable`; input is into the CPE's port.

    Attributes:
        cpe: Which CPE behind the port of the switch.
        index: Which port of it.
        speed: Mbit/s.
    """

    cpe: FromIndex[int]
    index: FromIndex[int]
    name: Source[str] | None = None
    description: Source[str] | None = None
    up: Source[bool] | None = None
    full_duplex: Source[bool] | None = None
    speed: Source[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CpeMacTable(Table):
    """MAC addresses learnt by the CPEs in a `CpeTable`.

    Attributes:
        cpe: Which CPE behind the port of the switch.
        cpe_port: Which port of it.
    """

    cpe: FromIndex[int]
    cpe_port: FromIndex[int] | None = None
    mac: Source[str]


CpeTables = CpeTable | CpePortTable | CpeMacTable
