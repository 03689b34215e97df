"""The newer of D-Link's two private trees, of the switches with the newer command line.

Source: DLINKSW-DDM-MIB 2013-02-04 (DGS-1250: 2018-11-01), DLINKSW-DHCP-SNOOPING-MIB 2013-09-09,
DLINKSW-MGMD-SNOOPING-MIB 2013-09-05, DLINKSW-QOS-MIB 2013-07-09, DLINKSW-LBD-MIB 2014-10-27.
"""

from __future__ import annotations

import techinfo.driver as d

_DLINK = "1.3.6.1.4.1.171"
_DDM = f"{_DLINK}.14.72.1.4.1.1"  # dDdmIfInfoEntry
_DGS_1250_DDM = f"{_DLINK}.11.165.1000.72.1.4.1.1"  # dDdmIfInfoEntry of the DGS-1250
_BINDINGS = f"{_DLINK}.14.131.1.5.1.1"  # dDhcpSnpBindingsEntry
_GROUPS = f"{_DLINK}.14.6.1.4.1.1"  # dMgmdSnpGroupEntry
_RATES = f"{_DLINK}.14.61.1.5.1.1"  # dQosBandwidthCtrlEntry
_ZERO_POWER = d.watts(1e-7, {-0x8000_0000: d.Dark.NO_LIGHT})


def _whole_milliamperes(cell: d.Cell) -> d.MilliAmpere | None:
    """SFF-8472 ends at 131 mA: what is more was counted in another unit than the MIB's."""
    found = d.milliamperes()(cell)
    return found if found is not None and found <= 131 else None


def _optics(entry: str, mib: str) -> d.TransceiverTable:
    return d.TransceiverTable(
        mib=mib,
        temperature=d.Column(f"{entry}.1", d.celsius(0.001)),
        voltage=d.Column(f"{entry}.7", d.volts(0.01)),
        bias=d.Column(f"{entry}.13", d.Convert("mA", _whole_milliamperes)),
        tx_power=d.Column(f"{entry}.19", _ZERO_POWER),
        rx_power=d.Column(f"{entry}.25", _ZERO_POWER),
    )


NEW_OPTICS = _optics(_DDM, "DLINKSW-DDM-MIB 2013-02-04")
DGS_1250_OPTICS = _optics(_DGS_1250_DDM, "DLINKSW-DDM-MIB 2018-11-01")
NEW_LEASES = d.LeaseTable(
    mib="DLINKSW-DHCP-SNOOPING-MIB 2013-09-09",
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(11, d.integer)),
    mac=d.index_octets(0, 6, d.mac),
    vlan=d.index_at(6, d.vlan),
    address=d.index_octets(7, 4, d.ipv4),
    lease_time=d.Column(f"{_BINDINGS}.5", d.integer),
    enabled=d.Valid(f"{_DLINK}.14.131.1.1.1.0", frozenset({1})),  # dDhcpSnpGlobalEnabled
)
NEW_MEMBERS = d.GroupTable(
    mib="DLINKSW-MGMD-SNOOPING-MIB 2013-09-05",
    # dMgmdSnpGroupVlanIfIndex, the first of the index, is the ifIndex of a VLAN and not its tag.
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(-1, d.integer)),
    address=d.index_string(2, d.ip_address),
    up_time=d.Column(f"{_GROUPS}.6", d.seconds_of_ticks),
)
_ON_IN, _ON_OUT = (d.Valid(f"{_RATES}.{n}", frozenset({1})) for n in (6, 7))
NEW_RATES = d.rate_limits(
    "DLINKSW-QOS-MIB 2013-07-09",
    port=d.BRIDGE_PORT,
    ingress=d.Column(f"{_RATES}.2", d.kilobits(), _ON_IN),
    egress=d.Column(f"{_RATES}.4", d.kilobits(), _ON_OUT),
)
# In the VLAN-based mode the VLANs of the loop are closed on the port, in the other one the port.
LOOPED: tuple[dict[int, str], str] = ({1: "", 2: "loop", 3: ""}, "LoopStatus is loop(2)")
NEW_LOOPS = d.ProtectionTable(
    mib="DLINKSW-LBD-MIB 2014-10-27",
    found=d.Column(
        f"{_DLINK}.14.46.1.4.1.3",  # dLbdIfLoopStatus, by dLbdCtrlMode
        d.closed_by_mode(f"{_DLINK}.14.46.1.3.0", *LOOPED, port=1, vlans=2),
    ),
)
