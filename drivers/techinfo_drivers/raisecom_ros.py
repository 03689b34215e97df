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
from dataclasses import replace

import techinfo.driver as d

_RAISECOM = "1.3.6.1.4.1.8886"
_ROS_VERSION = f"{_RAISECOM}.60.131.1.1.1.0"  # rosMgmtRosVersion
_SNOOPING = f"{_RAISECOM}.6.1.23.1"  # rcDhcpSnoopingBindEntry .1.5.1, rcDhcp6… .2.5.1
_MEMBERS = f"{_RAISECOM}.1.28.2.1.4.1"  # raisecomIgmpMemberEntry
_SHAPING = f"{_RAISECOM}.1.33.1.20.1"  # rcQosPortShapingEntry
_LOOPS = f"{_RAISECOM}.6.1.50"  # rcLbDetect
_RATES = f"{_RAISECOM}.6.1.2.2.1"  # rcRateLimitPortEntry


def _supply(cell: d.Cell) -> d.Volt | None:
    """Type 5 is the laser's temperature in the MIB and the 3.3 V supply in raisecom-ros: 3202.

    Its alarm thresholds there are 3000 and 3600; a laser at 3 degrees is no case.
    """
    value = d.volts(0.001)(cell)
    return value if value is not None and 2.9 <= value <= 3.7 else None


# OpticalParameterValue: -40000 is the floor of a light level, -1000000 no value. A port with
# diagnostics switched off reads 0 everywhere, and 0 is no level that a module would say.
_LEVEL = d.dbm(0.001, special={0: None})
_KINDS: Mapping[int | str, d.Quantity] = {
    1: d.Quantity("temperature", d.celsius(0.001)),
    2: d.Quantity("bias", d.milliamperes(0.001)),
    3: d.Quantity("tx_power", _LEVEL),
    4: d.Quantity("rx_power", _LEVEL),
    7: d.Quantity("voltage", d.volts(0.001)),  # p3V3supplyVoltage
}
_SECOND = {1: False, 2: True}
_KIND_5: Mapping[int | str, d.Quantity] = {
    5: d.Quantity("voltage", d.Convert("V x 0.001, from 2.9 to 3.7", _supply))
}


def _readings(
    entry: str, mib: str, kinds: Mapping[int | str, d.Quantity], verified_by: tuple[str, ...]
) -> d.QuantityTable:
    """…OpticalTransceiverDDMTable: ifIndex, parameter type."""
    return d.QuantityTable(
        mib=mib,
        verified_by=verified_by,
        port=d.PortKey(trailing=tuple((n,) for n in kinds if isinstance(n, int))),
        value=f"{entry}.2",  # ParameterValue
        kind=d.index_at(1, d.integer),
        kinds=kinds,
        valid=d.Column(f"{entry}.12", d.is_one_of(frozenset({1}), "DDMValidStatus is valid(1)")),
        valid_unless_told=True,  # its sentinels speak for themselves
    )


def _optics(tables: str, mib: str, verified_by: tuple[str, ...] = ()) -> tuple[d.Optics, ...]:
    """The two generations have equal tables under two branches."""
    info, ddm, status = f"{tables}.1.1.1", f"{tables}.2.1.1", f"{tables}.4.1.1"
    return (
        _readings(ddm, mib, _KINDS, verified_by),
        _readings(ddm, mib, _KIND_5, verified_by),
        d.TransceiverTable(
            mib=mib,
            vendor=d.Column(f"{info}.3", d.text),  # VendorName
            part_number=d.Column(f"{info}.4", d.text),  # VendorPN
            serial_number=d.Column(f"{info}.5", d.text),  # VendorSN
            diagnostics=d.Column(f"{info}.9", d.one_of({1: True, 2: False}, "DDM is support(1)")),
        ),
        d.TransceiverTable(
            mib=mib,
            present=d.Column(f"{status}.1", d.one_of(_SECOND, "AbsStatus is present(2)")),
            rx_lost=d.Column(f"{status}.3", d.one_of(_SECOND, "RxLosStatus is loss(2)")),
        ),
    )


def _bindings(entry: str, address: d.FromIndex[str], enabled: str) -> d.LeaseTable:
    return d.LeaseTable(
        mib="DHCP-SNOOPING-MIB 2010-12-10",
        enabled=d.Valid(enabled, frozenset({1})),
        address=address,
        mac=d.Column(f"{entry}.2", d.mac),
        time_remaining=d.Column(f"{entry}.3", d.integer),
        vlan=d.Column(f"{entry}.4", d.vlan),
        port=d.PortKey(source=d.Column(f"{entry}.5", d.integer)),
    )


_LEASES = (
    # rcDhcpSnoopingBindIp: ISCOM2624G puts the length before the address, ISCOM2828F does not.
    # …Enable is enable(1)
    _bindings(f"{_SNOOPING}.1.5.1", d.index_octets(-4, 4, d.ipv4), f"{_SNOOPING}.1.1.0"),
    _bindings(f"{_SNOOPING}.2.5.1", d.index_octets(-16, 16, d.ip_address), f"{_SNOOPING}.2.1.0"),
)
_GROUPS = (
    d.GroupTable(
        mib="RAISECOM-IGMPL2-MIB 2011-02-18",
        # raisecomIgmpMember: Port, UserVlan, GroupIpType, Group with its length, MVlan
        address=d.index_string(3, d.ip_address),
        vlan=d.index_at(1, d.vlan),
        port=d.PortKey(source=d.index_at(0, d.integer)),
        row_active=d.Column(f"{_MEMBERS}.8", d.is_one_of(frozenset({1}), "RowStatus is active(1)")),
    ),
)
_LOOPED = d.ProtectionTable(
    mib="RAISECOM-LBDETECT-MIB 2009-04-22",
    found=d.Column(
        f"{_LOOPS}.2.1.4",  # rcPortLbDetectStatus, by rcLbDetectMode: port(1), vlan(2)
        d.closed_by_mode(f"{_LOOPS}.1.5.0", {1: "loop", 2: ""}, "loopyes(1)", port=1, vlans=2),
        d.Valid(f"{_LOOPS}.2.1.2", frozenset({1})),  # LoopAction is discarding(1)
    ),
)
_ENABLED = d.Valid(f"{_SHAPING}.7", frozenset({1}))  # rcQosPortShapingStatus
_RATE_LIMITS = (
    d.ShapingTable(
        mib="RAISECOM-QOS-MIB 2009-03-20",
        port=d.PortKey(trailing=tuple((queue,) for queue in range(9))),
        queue=d.index_at(1, d.number_text),
        cir=d.Column(f"{_SHAPING}.3", d.kilobits(), _ENABLED),
        pir=d.Column(f"{_SHAPING}.5", d.kilobits(), _ENABLED),
    ),
    *d.rate_limits(
        "SWITCH-RATELIMIT-MIB 2004-12-20",
        # rcRateLimitPortRule: ingress(1), egress(2), both(3)
        ingress=d.Column(f"{_RATES}.3", d.kilobits(), d.Valid(f"{_RATES}.2", frozenset({1, 3}))),
        egress=d.Column(f"{_RATES}.5", d.kilobits(), d.Valid(f"{_RATES}.2", frozenset({2, 3}))),
    ),
)
_DESCR = d.FromDescr(r"^ROS_[0-9.]*\.([A-Z][A-Za-z0-9-]+)\.")  # ROS_.RAX711-C-R.2020614.(null)
_NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "The unit of the shaping rates is not stated in the MIB; kbit/s is assumed.",
    "Rate limits: queue says the direction, in is from the customer.",
)

_ROS = d.Driver(
    name="raisecom_ros",
    vendor="Raisecom",
    series="ISCOM and RAX with ROS 6; seen: RAX711-C-R, ROS 6.2.0",
    sys_object_ids=(_RAISECOM,),
    when=(d.Answers(_ROS_VERSION),),
    hardware=d.Hardware(
        mib="recording raisecom-ros",
        model=(
            d.Column(f"{_RAISECOM}.60.131.1.1.6.0", d.first_word),  # the next is P100R001C00
            _DESCR,
        ),
        firmware=(d.Column(_ROS_VERSION, d.text),),
        serial_number=(d.Column(f"{_RAISECOM}.60.131.1.1.4.0", d.text),),  # rosMgmtSerialNumber
    ),
    transceivers=_optics(
        f"{_RAISECOM}.60.18.1.2", "ROSMGMT-OPTICAL-TRANSCEIVER-MIB 2020-04-16", ("raisecom-ros",)
    ),
    leases=_LEASES,
    groups=_GROUPS,
    shaping=_RATE_LIMITS,
    protections=(_LOOPED,),
    clock=False,
    limits=d.SnmpLimits(unordered=True),
    verified_by={"raisecom-ros": ("link", "counters", "transceiver", "neighbours")},
    notes=_NOTES,
)
DRIVERS = (
    _ROS,
    replace(
        _ROS,
        name="raisecom_roap",
        series="ISCOM and RAX with ROAP, or ROS before 6",
        when=(),
        hardware=d.Hardware(
            mib="public walk of ROAP 2.61",
            model=(
                d.Column(f"{_RAISECOM}.6.1.1.1.2.0", d.first_word),
                d.FromDescr(r"Version +([A-Za-z0-9-]+)_ROAP"),
                _DESCR,
            ),
            firmware=(
                d.Column(f"{_RAISECOM}.6.1.1.1.1.0", d.text),
                d.FromDescr(r"(ROAP_[0-9.]+\S*?)\.?(?:\(Compiled|$)"),
            ),
            serial_number=(d.Column(f"{_RAISECOM}.6.1.1.1.14.0", d.text),),
        ),
        transceivers=_optics(f"{_RAISECOM}.1.18.2", "RAISECOM-OPTICAL-TRANSCEIVER-MIB 2010-05-19"),
        protections=(),
        verified_by={},
        notes=("No recording of this generation is at hand.", *_NOTES),
    ),
)
