"""Raisecom ISCOM and RAX: ROS 6 with its rosMgmt branch, and ROAP and ROS 4 and 5 before it.

Seen: RAX711-C-R, ROS 6.2.0 (recording raisecom-ros). Known from public walks and ISP code: ROAP
2.61 on ISCOM5508, ISCOM2624G with ifIndexes from 2082476033, which also stand in dot1qTpFdbPort
and in the snooping table, ISCOM2828F with ifIndexes from 1.
Source: ROSMGMT-OPTICAL-TRANSCEIVER-MIB 2020-04-16, RAISECOM-OPTICAL-TRANSCEIVER-MIB 2010-05-19,
DHCP-SNOOPING-MIB 2010-12-10, RAISECOM-IGMPL2-MIB 2011-02-18, RAISECOM-QOS-MIB 2009-03-20,
SWITCH-RATELIMIT-MIB 2004-12-20.
"""

from __future__ import annotations

from collections.abc import Mapping

from techinfo.driver import (
    Answers,
    Cell,
    Column,
    Convert,
    Driver,
    FromDescr,
    GroupTable,
    Hardware,
    LeaseTable,
    Optics,
    PortKey,
    Quantity,
    QuantityTable,
    Row,
    ShapingTable,
    SnmpLimits,
    TransceiverTable,
    Valid,
    Volt,
    at,
    celsius,
    counted,
    dbm,
    integer,
    inwards,
    ip_address,
    ipv4,
    is_one_of,
    kilobits,
    mac,
    milliamperes,
    number_text,
    one_of,
    outwards,
    span,
    standard,
    text,
    vlan,
    volts,
)

_RAISECOM = "1.3.6.1.4.1.8886"
_ROS_VERSION = f"{_RAISECOM}.60.131.1.1.1.0"  # rosMgmtRosVersion
_BINDINGS = f"{_RAISECOM}.6.1.23.1.1.5.1"  # rcDhcpSnoopingBindEntry
_BINDINGS_6 = f"{_RAISECOM}.6.1.23.1.2.5.1"  # rcDhcp6SnoopingBindEntry
_MEMBERS = f"{_RAISECOM}.1.28.2.1.4.1"  # raisecomIgmpMemberEntry
_SHAPING = f"{_RAISECOM}.1.33.1.20.1"  # rcQosPortShapingEntry
_RATES = f"{_RAISECOM}.6.1.2.2.1"  # rcRateLimitPortEntry


def _first_word(cell: Cell) -> str | None:
    """``RAX711-C-R P100R001C00`` is model and product version."""
    words = (text(cell) or "").split()
    return words[0] if words else None


def _supply(cell: Cell) -> Volt | None:
    """Type 5 is the laser's temperature in the MIB and the 3.3 V supply in raisecom-ros: 3202.

    Its alarm thresholds there are 3000 and 3600; a laser at 3 degrees is no case.
    """
    value = volts(0.001)(cell)
    return value if value is not None and 2.9 <= value <= 3.7 else None


def _valid_unless_told(row: Row) -> Row:
    """A row whose DDMValidStatus was not answered counts: its sentinels speak for themselves."""
    return {**row, "valid": row.get("valid", True)}


# OpticalParameterValue: -40000 is the floor of a light level, -1000000 no value. A port with
# diagnostics switched off reads 0 everywhere, and 0 is no level that a module would say.
_LEVEL = dbm(0.001, special={0: None})
_KINDS: Mapping[int | str, Quantity] = {
    1: Quantity("temperature", celsius(0.001)),
    2: Quantity("bias", milliamperes(0.001)),
    3: Quantity("tx_power", _LEVEL),
    4: Quantity("rx_power", _LEVEL),
    7: Quantity("voltage", volts(0.001)),  # p3V3supplyVoltage
}
_KIND_5: Mapping[int | str, Quantity] = {
    5: Quantity("voltage", Convert("V x 0.001, from 2.9 to 3.7", _supply))
}


def _readings(
    entry: str, mib: str, kinds: Mapping[int | str, Quantity], proven: tuple[str, ...]
) -> QuantityTable:
    """…OpticalTransceiverDDMTable: ifIndex, parameter type."""
    return QuantityTable(
        mib=mib,
        proven=proven,
        port=PortKey(trailing=tuple((n,) for n in kinds if isinstance(n, int))),
        value=f"{entry}.2",  # ParameterValue
        kind=at(1, integer),
        kinds=kinds,
        valid=Column(f"{entry}.12", is_one_of(frozenset({1}), "DDMValidStatus is valid(1)")),
        row=_valid_unless_told,
    )


def _optics(tables: str, mib: str, proven: tuple[str, ...] = ()) -> tuple[Optics, ...]:
    """The two generations have equal tables under two branches."""
    info, ddm, status = f"{tables}.1.1.1", f"{tables}.2.1.1", f"{tables}.4.1.1"
    return (
        _readings(ddm, mib, _KINDS, proven),
        _readings(ddm, mib, _KIND_5, proven),
        TransceiverTable(
            mib=mib,
            vendor=Column(f"{info}.3", text),  # VendorName
            part_number=Column(f"{info}.4", text),  # VendorPN
            serial_number=Column(f"{info}.5", text),  # VendorSN
            diagnostics=Column(f"{info}.9", one_of({1: True, 2: False}, "DDM is support(1)")),
        ),
        TransceiverTable(
            mib=mib,
            present=Column(f"{status}.1", one_of({1: False, 2: True}, "AbsStatus is present(2)")),
            rx_lost=Column(f"{status}.3", one_of({1: False, 2: True}, "RxLosStatus is loss(2)")),
        ),
    )


_LEASES = (
    LeaseTable(
        mib="DHCP-SNOOPING-MIB 2010-12-10",
        # ISCOM2624G puts the length before the address, ISCOM2828F does not.
        address=span(-4, 4, ipv4),  # rcDhcpSnoopingBindIp
        mac=Column(f"{_BINDINGS}.2", mac),
        remaining=Column(f"{_BINDINGS}.3", integer),
        vlan=Column(f"{_BINDINGS}.4", vlan),
        port=PortKey(source=Column(f"{_BINDINGS}.5", integer)),
    ),
    LeaseTable(
        mib="DHCP-SNOOPING-MIB 2010-12-10",
        address=span(-16, 16, ip_address),  # rcDhcp6SnoopingBindIp
        mac=Column(f"{_BINDINGS_6}.2", mac),
        remaining=Column(f"{_BINDINGS_6}.3", integer),
        vlan=Column(f"{_BINDINGS_6}.4", vlan),
        port=PortKey(source=Column(f"{_BINDINGS_6}.5", integer)),
    ),
)
_GROUPS = (
    GroupTable(
        mib="RAISECOM-IGMPL2-MIB 2011-02-18",
        # raisecomIgmpMember: Port, UserVlan, GroupIpType, Group with its length, MVlan
        address=counted(3, ip_address),
        vlan=at(1, vlan),
        port=PortKey(source=at(0, integer)),
        counts=Column(f"{_MEMBERS}.8", is_one_of(frozenset({1}), "RowStatus is active(1)")),
    ),
)
_ENABLED = Valid(f"{_SHAPING}.7", frozenset({1}))  # rcQosPortShapingStatus
# rcRateLimitPortRule: ingress(1), egress(2), both(3)
_INGRESS, _EGRESS = Valid(f"{_RATES}.2", frozenset({1, 3})), Valid(f"{_RATES}.2", frozenset({2, 3}))
_RATE_MIB = "SWITCH-RATELIMIT-MIB 2004-12-20"
_RATE_LIMITS = (
    ShapingTable(
        mib="RAISECOM-QOS-MIB 2009-03-20",
        port=PortKey(trailing=tuple((queue,) for queue in range(9))),
        queue=at(1, number_text),
        cir=Column(f"{_SHAPING}.3", kilobits(), _ENABLED),
        pir=Column(f"{_SHAPING}.5", kilobits(), _ENABLED),
    ),
    ShapingTable(mib=_RATE_MIB, row=outwards, pir=Column(f"{_RATES}.5", kilobits(), _EGRESS)),
    ShapingTable(mib=_RATE_MIB, row=inwards, pir=Column(f"{_RATES}.3", kilobits(), _INGRESS)),
)
_DESCR = FromDescr(r"^ROS_[0-9.]*\.([A-Z][A-Za-z0-9-]+)\.")  # ROS_.RAX711-C-R.2020614.(null)
_LIMITS = SnmpLimits(unordered=True)
_NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "The unit of the shaping rates is not stated in the MIB; kbit/s is assumed.",
    "Rate limits: queue says the direction, in is from the customer.",
)

DRIVERS = (
    Driver(
        name="raisecom_ros",
        vendor="Raisecom",
        series="ISCOM and RAX with ROS 6; seen: RAX711-C-R, ROS 6.2.0",
        sys_object_ids=(_RAISECOM,),
        when=(Answers(_ROS_VERSION),),
        hardware=Hardware(
            mib="recording raisecom-ros",
            model=(
                Column(f"{_RAISECOM}.60.131.1.1.6.0", Convert("first word", _first_word)),
                _DESCR,
            ),
            firmware=(Column(_ROS_VERSION, text),),
            serial_number=(Column(f"{_RAISECOM}.60.131.1.1.4.0", text),),  # rosMgmtSerialNumber
            mac=standard.HARDWARE.mac,
        ),
        transceivers=_optics(
            f"{_RAISECOM}.60.18.1.2",
            "ROSMGMT-OPTICAL-TRANSCEIVER-MIB 2020-04-16",
            ("raisecom-ros",),
        ),
        leases=_LEASES,
        groups=_GROUPS,
        shaping=_RATE_LIMITS,
        clock=False,
        limits=_LIMITS,
        seen={"raisecom-ros": ("link", "counters", "transceiver", "neighbours")},
        notes=_NOTES,
    ),
    Driver(
        name="raisecom_roap",
        vendor="Raisecom",
        series="ISCOM and RAX with ROAP, or ROS before 6",
        sys_object_ids=(_RAISECOM,),
        hardware=Hardware(
            mib="public walk of ROAP 2.61",
            model=(
                Column(f"{_RAISECOM}.6.1.1.1.2.0", Convert("first word", _first_word)),
                FromDescr(r"Version +([A-Za-z0-9-]+)_ROAP"),
                _DESCR,
            ),
            firmware=(
                Column(f"{_RAISECOM}.6.1.1.1.1.0", text),
                FromDescr(r"(ROAP_[0-9.]+\S*?)\.?(?:\(Compiled|$)"),
            ),
            serial_number=(Column(f"{_RAISECOM}.6.1.1.1.14.0", text),),
            mac=standard.HARDWARE.mac,
        ),
        transceivers=_optics(f"{_RAISECOM}.1.18.2", "RAISECOM-OPTICAL-TRANSCEIVER-MIB 2010-05-19"),
        leases=_LEASES,
        groups=_GROUPS,
        shaping=_RATE_LIMITS,
        clock=False,
        limits=_LIMITS,
        notes=("No recording of this generation is at hand.", *_NOTES),
    ),
)
