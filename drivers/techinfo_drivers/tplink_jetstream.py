"""TP-Link JetStream and Omada switches: T1500G to T3700G, TL-SG.

Seen: T1600G-28TS with 3.0.6 and T2600G-28TS with 3.0.3 (recordings jetstream_t1600g-28ts and
jetstream_t2600g-28ts). TPLINK-DDMSTATUS-MIB 2009-08-27, TPLINK-IPMACBINDING-MIB and
TPLINK-IPV6MACBINDING-MIB 2012-12-17.

Two ways are known to take such a switch down: GETBULK on the diagnostics (field note A1), and a GET
of 15 varbinds (A2).
"""

from __future__ import annotations

import re
from dataclasses import replace

from techinfo.driver import (
    Cell,
    Column,
    Convert,
    Driver,
    Hardware,
    LeaseTable,
    PortBy,
    PortKey,
    SnmpLimits,
    TransceiverTable,
    Valid,
    at,
    celsius,
    decode_text,
    ip_address,
    mac,
    milliamperes,
    standard,
    text,
    vlan,
    volts,
    watts,
)

_TPLINK = "1.3.6.1.4.1.11863.6"
_SYS_INFO = f"{_TPLINK}.1.1"
_DDM = f"{_TPLINK}.96"
_STATUS = f"{_DDM}.1.7.1.1"  # ddmStatusEntry
_BINDING = f"{_TPLINK}.68.1.1.1.1"  # tpIpMacBindingEntry
_BINDING_V6 = f"{_TPLINK}.69.1.1.1.1"  # tpIpv6MacBindingEntry

_FIRST = 49_152  # port 25 is 1/0/25 is ifIndex 49177 in both recordings


def _flag(cell: Cell) -> bool | None:
    words = {"true": True, "false": False}
    return words.get(decode_text(cell).lower()) if isinstance(cell, bytes) else None


def _port_number(cell: Cell) -> int | None:
    """dot1qTpFdbPort is a port number where dot1dBasePort is an ifIndex (field note F1)."""
    if not isinstance(cell, int):
        return None
    return cell - _FIRST if cell > _FIRST else cell


def _named_port(cell: Cell) -> int | None:
    """``1/0/25``; where the ports of a stack's other units are is not known."""
    found = re.fullmatch(r"1/0/(\d{1,3})", decode_text(cell)) if isinstance(cell, bytes) else None
    return int(found[1]) if found else None


def _first_word(cell: Cell) -> str | None:
    word = text(cell)
    return word.split()[0] if word else None


_OPTICS = TransceiverTable(
    mib="TPLINK-DDMSTATUS-MIB 2009-08-27",
    proven=("jetstream_t2600g-28ts",),
    temperature=Column(f"{_STATUS}.2", celsius()),
    voltage=Column(f"{_STATUS}.3", volts()),
    bias=Column(f"{_STATUS}.4", milliamperes()),
    tx_power=Column(f"{_STATUS}.5", watts(1e-3)),
    rx_power=Column(f"{_STATUS}.6", watts(1e-3)),
    rx_lost=Column(f"{_STATUS}.8", Convert("True or False", _flag)),
)
_MACS = replace(
    standard.Q_BRIDGE_MACS,
    proven=(),
    # The T1600G's FdbIds 1 and 254 are its VLANs; dot1qVlanFdbId is not there.
    fdb_id=None,
    vlan=at(0, vlan),
    port=PortKey(
        PortBy.IF_INDEX,
        Column("1.3.6.1.2.1.17.7.1.2.2.1.2", Convert("port number", _port_number)),
        offset=_FIRST,
    ),
)


def _bindings(entry: str, mib: str, snooped: int) -> LeaseTable:
    """Bindings of one IP version; other sources than DHCP snooping are no leases."""
    return LeaseTable(
        mib=mib,
        port=PortKey(
            PortBy.IF_INDEX,
            Column(f"{entry}.5", Convert("1/0/port", _named_port)),
            offset=_FIRST,
        ),
        address=Column(f"{entry}.2", ip_address, Valid(f"{entry}.7", frozenset({snooped}))),
        mac=Column(f"{entry}.3", mac),
        vlan=Column(f"{entry}.4", vlan),
    )


DRIVER = Driver(
    name="tplink_jetstream",
    vendor="TP-Link",
    series="JetStream and Omada; seen: T1600G-28TS 3.0.6, T2600G-28TS 3.0.3",
    sys_object_ids=("1.3.6.1.4.1.11863.5",),
    hardware=Hardware(
        mib="recordings jetstream_t1600g-28ts, jetstream_t2600g-28ts",
        model=(Column(f"{_SYS_INFO}.5.0", Convert("first word of text", _first_word)),),
        firmware=(Column(f"{_SYS_INFO}.6.0", Convert("first word of text", _first_word)),),
        serial_number=(Column(f"{_SYS_INFO}.8.0", text),),
        mac=standard.HARDWARE.mac,
    ),
    transceivers=(_OPTICS,),
    macs=(_MACS,),
    leases=(
        _bindings(_BINDING, "TPLINK-IPMACBINDING-MIB 2012-12-17", snooped=3),
        _bindings(_BINDING_V6, "TPLINK-IPV6MACBINDING-MIB 2012-12-17", snooped=2),
    ),
    limits=SnmpLimits(varbinds=10, no_bulk=(_DDM,), unordered=True),
    seen={
        "jetstream_t1600g-28ts": ("link", "counters"),
        "jetstream_t2600g-28ts": ("transceiver",),
    },
    notes=(
        "MAC addresses behind an aggregate have port 0 and are left out.",
        "Of a stack only the first unit's ports are known by number.",
        "The unit of the rate limits and the text of a group's ports are not stated: left out.",
    ),
)
