"""The drivers of the sandbox's devices: a maker that does not exist.

Its tables are made up, below the enterprise number that is reserved for documentation (RFC 5612).
"""

from __future__ import annotations

from techinfo.collect import Registry
from techinfo.collect.registry import registry_of
from techinfo.driver.cells import Column, PortBy, PortKey
from techinfo.driver.convert import (
    celsius,
    dbm,
    integer,
    ipv4,
    is_one_of,
    kilobits,
    mac,
    milliamperes,
    number_text,
    text,
    vlan,
    volts,
)
from techinfo.driver.driver import Driver
from techinfo.driver.tables import (
    GroupTable,
    Hardware,
    LeaseTable,
    ShapingTable,
    TransceiverTable,
)

BASE = "1.3.6.1.4.1.32473"
LEASE = f"{BASE}.4"
LEASE_REMAINING = f"{LEASE}.5"
GROUP_UP_TIME = f"{BASE}.5.4"

_MIB = "made up for the sandbox"
_YES = is_one_of(frozenset({1}), "1: yes")
_HARDWARE = Hardware(
    mib=_MIB,
    model=(Column(f"{BASE}.9.1.0", text),),
    firmware=(Column(f"{BASE}.9.2.0", text),),
    serial_number=(Column(f"{BASE}.9.3.0", text),),
    mac=(Column(f"{BASE}.9.4.0", mac),),
)
_OPTICS = TransceiverTable(
    mib=_MIB,
    rx_power=Column(f"{BASE}.3.1", dbm(0.01)),
    tx_power=Column(f"{BASE}.3.2", dbm(0.01)),
    temperature=Column(f"{BASE}.3.3", celsius(0.1)),
    bias=Column(f"{BASE}.3.4", milliamperes(0.01)),
    voltage=Column(f"{BASE}.3.5", volts(0.01)),
    vendor=Column(f"{BASE}.3.6", text),
    part_number=Column(f"{BASE}.3.7", text),
    serial_number=Column(f"{BASE}.3.8", text),
    present=Column(f"{BASE}.3.9", _YES),
    diagnostics=Column(f"{BASE}.3.10", _YES),
)
_LEASES = LeaseTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, Column(f"{LEASE}.1", integer)),
    address=Column(f"{LEASE}.2", ipv4),
    mac=Column(f"{LEASE}.3", mac),
    vlan=Column(f"{LEASE}.4", vlan),
    remaining=Column(LEASE_REMAINING, integer),
)
_GROUPS = GroupTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, Column(f"{BASE}.5.1", integer)),
    address=Column(f"{BASE}.5.2", ipv4),
    vlan=Column(f"{BASE}.5.3", vlan),
    up_time=Column(GROUP_UP_TIME, integer),
)
_SHAPING = ShapingTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, trailing=((0,), (1,))),
    queue=Column(f"{BASE}.6.1", number_text),
    vlan=Column(f"{BASE}.6.2", vlan),
    cir=Column(f"{BASE}.6.3", kilobits()),
    pir=Column(f"{BASE}.6.4", kilobits()),
)


def registry() -> Registry:
    """A switch that tells everything, one that knows the standard MIBs alone, and a CPE."""
    switch = Driver(
        name="sandbox_switch",
        vendor="Sandbox",
        sys_object_ids=(f"{BASE}.1.1",),
        hardware=_HARDWARE,
        transceivers=(_OPTICS,),
        leases=(_LEASES,),
        groups=(_GROUPS,),
        shaping=(_SHAPING,),
    )
    plain = Driver(name="sandbox_plain", vendor="Sandbox", sys_object_ids=(f"{BASE}.1.2",))
    cpe = Driver(
        name="sandbox_cpe",
        vendor="Sandbox Homes",
        sys_object_ids=(f"{BASE}.1.3",),
        hardware=_HARDWARE,
        leases=(_LEASES,),
    )
    return registry_of([(driver, _MIB) for driver in (switch, plain, cpe)])
