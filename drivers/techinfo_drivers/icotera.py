"""Icotera CPEs: i6400 and i6800 series.

Seen: i6405-51 with 2.5.0 (recording icotera), standard MIBs only. ICOTERA-I6400-SERIES 2017-03-01,
ICOTERA-I6800-SERIES 2016-03-11.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_I6400 = "1.3.6.1.4.1.29865.11"
_I6800 = "1.3.6.1.4.1.29865.12"
_DDM = f"{_I6400}.3.1.3"  # transceiverDdm…, scalars
_LEASES = f"{_I6800}.6.1.1"  # ictDHCPsrvLeases
_WAN = d.PortKey(d.PortBy.FIXED_PORT, name=r"WAN( port)?")

_OPTICS = d.TransceiverTable(
    mib="ICOTERA-I6400-SERIES 2017-03-01",
    port=_WAN,
    temperature=d.Column(f"{_DDM}.1", d.signed(16, d.celsius(1 / 256))),
    tx_power=d.Column(f"{_DDM}.2", d.watts(1e-7)),
    rx_power=d.Column(f"{_DDM}.3", d.watts(1e-7)),
    voltage=d.Column(f"{_DDM}.4", d.volts(1e-4)),
    bias=d.Column(f"{_DDM}.5", d.milliamperes(1 / 500)),
    # transceiverTransceiverType: unknown(0) may be no module, or one that does not say.
    present=d.Column(f"{_DDM}.6", d.one_of(dict.fromkeys(range(1, 13), True), "a known type")),
    diagnostics=d.Column(f"{_DDM}.11", d.one_of({0: False, 1: True}, "transceiverDiagCapable")),
)
_DUPLEX = d.LinkTable(
    mib="ICOTERA-I6800-SERIES 2016-03-11",
    full_duplex=d.Column(f"{_I6800}.4.15.1.1.1.2", d.standard.duplex),  # ifDuplexStatus
)
_DHCP_SERVER = d.LeaseTable(
    mib="ICOTERA-I6800-SERIES 2016-03-11",
    port=_WAN,  # the table names no LAN port: its rows are the whole CPE's
    mac=d.Column(f"{_LEASES}.2", d.mac),
    address=d.Column(f"{_LEASES}.4", d.ipv4),
)

_HARDWARE = replace(
    d.standard.HARDWARE,
    model=(*d.standard.HARDWARE.model, d.FromDescr(r"(?i)ICOTERA\s+(\S+)")),
    firmware=(*d.standard.HARDWARE.firmware, d.FromDescr(r"(?i)ICOTERA\s+\S+\s+(\S+)")),
)
DRIVERS = (
    d.Driver(
        name="icotera_i6400",
        vendor="Icotera",
        series="i6400; seen: i6405-51 2.5.0",
        sys_object_ids=(_I6400,),
        hardware=_HARDWARE,
        transceivers=(_OPTICS,),
        verified_by={"icotera": ("link", "counters", "macs")},
    ),
    d.Driver(
        name="icotera_i6800",
        vendor="Icotera",
        series="i6800; none recorded here",
        sys_object_ids=(_I6800,),
        hardware=_HARDWARE,
        links=(*d.standard.LINKS, _DUPLEX),
        transceivers=(),
        leases=(_DHCP_SERVER,),
        notes=("Leases of the CPE's own DHCP server stand under its WAN port.",),
    ),
)
