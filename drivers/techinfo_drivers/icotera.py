"""Icotera CPEs: i6400 and i6800 series.

Seen: i6405-51 with 2.5.0 (recording icotera), standard MIBs only. ICOTERA-I6400-SERIES 2017-03-01,
ICOTERA-I6800-SERIES 2016-03-11.
"""

from __future__ import annotations

from dataclasses import replace

from techinfo.driver import (
    Column,
    Driver,
    FromDescr,
    LeaseTable,
    LinkTable,
    PortBy,
    PortKey,
    TransceiverTable,
    celsius,
    ipv4,
    mac,
    milliamperes,
    one_of,
    signed,
    standard,
    volts,
    watts,
)

_I6400 = "1.3.6.1.4.1.29865.11"
_I6800 = "1.3.6.1.4.1.29865.12"
_DDM = f"{_I6400}.3.1.3"  # transceiverDdm…, scalars
_LEASES = f"{_I6800}.6.1.1"  # ictDHCPsrvLeases
_WAN = PortKey(PortBy.ONLY, name=r"WAN( port)?")

_OPTICS = TransceiverTable(
    mib="ICOTERA-I6400-SERIES 2017-03-01",
    port=_WAN,
    temperature=Column(f"{_DDM}.1", signed(16, celsius(1 / 256))),
    tx_power=Column(f"{_DDM}.2", watts(1e-7)),
    rx_power=Column(f"{_DDM}.3", watts(1e-7)),
    voltage=Column(f"{_DDM}.4", volts(1e-4)),
    bias=Column(f"{_DDM}.5", milliamperes(1 / 500)),
    # transceiverTransceiverType: unknown(0) may be no module, or one that does not say.
    present=Column(f"{_DDM}.6", one_of(dict.fromkeys(range(1, 13), True), "a known type")),
    diagnostics=Column(f"{_DDM}.11", one_of({0: False, 1: True}, "transceiverDiagCapable")),
)
_DUPLEX = LinkTable(
    mib="ICOTERA-I6800-SERIES 2016-03-11",
    full_duplex=Column(f"{_I6800}.4.15.1.1.1.2", standard.duplex),  # ifDuplexStatus
)
_DHCP_SERVER = LeaseTable(
    mib="ICOTERA-I6800-SERIES 2016-03-11",
    port=_WAN,  # the table names no LAN port: its rows are the whole CPE's
    mac=Column(f"{_LEASES}.2", mac),
    address=Column(f"{_LEASES}.4", ipv4),
)

_HARDWARE = replace(
    standard.HARDWARE,
    model=(*standard.HARDWARE.model, FromDescr(r"(?i)ICOTERA\s+(\S+)")),
    firmware=(*standard.HARDWARE.firmware, FromDescr(r"(?i)ICOTERA\s+\S+\s+(\S+)")),
)
DRIVERS = (
    Driver(
        name="icotera_i6400",
        vendor="Icotera",
        series="i6400; seen: i6405-51 2.5.0",
        sys_object_ids=(_I6400,),
        hardware=_HARDWARE,
        transceivers=(_OPTICS,),
        seen={"icotera": ("link", "counters", "macs")},
    ),
    Driver(
        name="icotera_i6800",
        vendor="Icotera",
        series="i6800; none recorded here",
        sys_object_ids=(_I6800,),
        hardware=_HARDWARE,
        links=(*standard.LINKS, _DUPLEX),
        transceivers=(),
        leases=(_DHCP_SERVER,),
        notes=("Leases of the CPE's own DHCP server stand under its WAN port.",),
    ),
)
