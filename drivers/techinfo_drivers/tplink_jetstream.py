"""TP-Link JetStream and Omada switches: T1500G to T3700G, TL-SG.

Seen: T1600G-28TS with 3.0.6 and T2600G-28TS with 3.0.3 (recordings jetstream_t1600g-28ts and
jetstream_t2600g-28ts). TPLINK-DDMSTATUS-MIB 2009-08-27, TPLINK-IPMACBINDING-MIB and
TPLINK-IPV6MACBINDING-MIB 2012-12-17.

Two ways are known to take such a switch down: GETBULK on the diagnostics (field note A1), and a GET
of 15 varbinds (A2).
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_TPLINK = "1.3.6.1.4.1.11863.6"
_SYS_INFO, _DDM = f"{_TPLINK}.1.1", f"{_TPLINK}.96"
_STATUS = f"{_DDM}.1.7.1.1"  # ddmStatusEntry
_FIRST = 49_152  # port 25 is 1/0/25 is ifIndex 49177 in both recordings


def _port_number(cell: d.Cell) -> int | None:
    """dot1qTpFdbPort is a port number where dot1dBasePort is an ifIndex (field note F1)."""
    if not isinstance(cell, int):
        return None
    return cell - _FIRST if cell > _FIRST else cell


_TRUE = d.matching(r"(?i)^true$", d.raw_text)
_OPTICS = d.TransceiverTable(
    mib="TPLINK-DDMSTATUS-MIB 2009-08-27",
    verified_by=("jetstream_t2600g-28ts",),
    temperature=d.Column(f"{_STATUS}.2", d.celsius()),
    voltage=d.Column(f"{_STATUS}.3", d.volts()),
    bias=d.Column(f"{_STATUS}.4", d.milliamperes()),
    tx_power=d.Column(f"{_STATUS}.5", d.watts(1e-3)),
    rx_power=d.Column(f"{_STATUS}.6", d.watts(1e-3)),
    rx_lost=d.Column(f"{_STATUS}.8", d.Convert("is True", lambda c: _TRUE(c) is not None)),
)
_PORT = d.Column("1.3.6.1.2.1.17.7.1.2.2.1.2", d.Convert("port number", _port_number))
_MACS = replace(
    # The T1600G's FdbIds 1 and 254 are its VLANs; dot1qVlanFdbId is not there.
    d.standard.FDB_IS_VLAN,
    port=d.PortKey(source=_PORT, offset=_FIRST),
)
# 1/0/25; where the ports of a stack's other units are is not known.
_FIRST_UNIT = d.matching(r"^1/0/(\d{1,3})$", d.integer)


def _bindings(table: int, mib: str, snooped: int) -> d.LeaseTable:
    """TpIp…MacBindingEntry of one IP version; other sources than DHCP snooping are no leases."""
    entry = f"{_TPLINK}.{table}.1.1.1.1"
    return d.LeaseTable(
        mib=mib,
        port=d.PortKey(source=d.Column(f"{entry}.5", _FIRST_UNIT), offset=_FIRST),
        address=d.Column(f"{entry}.2", d.ip_address, d.Valid(f"{entry}.7", frozenset({snooped}))),
        mac=d.Column(f"{entry}.3", d.mac),
        vlan=d.Column(f"{entry}.4", d.vlan),
    )


DRIVER = d.Driver(
    name="tplink_jetstream",
    vendor="TP-Link",
    series="JetStream and Omada; seen: T1600G-28TS 3.0.6, T2600G-28TS 3.0.3",
    sys_object_ids=("1.3.6.1.4.1.11863.5",),
    hardware=d.Hardware(
        mib="recordings jetstream_t1600g-28ts, jetstream_t2600g-28ts",
        model=(d.Column(f"{_SYS_INFO}.5.0", d.first_word),),
        firmware=(d.Column(f"{_SYS_INFO}.6.0", d.first_word),),
        serial_number=(d.Column(f"{_SYS_INFO}.8.0", d.text),),
    ),
    transceivers=(_OPTICS,),
    macs=(_MACS,),
    leases=(
        _bindings(68, "TPLINK-IPMACBINDING-MIB 2012-12-17", snooped=3),
        _bindings(69, "TPLINK-IPV6MACBINDING-MIB 2012-12-17", snooped=2),
    ),
    limits=d.SnmpLimits(varbinds=10, no_bulk=(_DDM,), unordered=True),
    verified_by={
        "jetstream_t1600g-28ts": ("link", "counters"),
        "jetstream_t2600g-28ts": ("transceiver",),
    },
    notes=(
        "MAC addresses behind an aggregate have port 0 and are left out.",
        "Of a stack only the first unit's ports are known by number.",
        "The unit of the rate limits and the text of a group's ports are not stated: left out.",
    ),
)
