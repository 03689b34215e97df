"""A made-up network for tests: switches, a CPE and their drivers, as rows of recordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from techinfo.collect import Registry
from techinfo.collect.registry import registry_of
from techinfo.driver.behind import UnregisteredTable
from techinfo.driver.cells import Column, PortBy, PortKey, index_at
from techinfo.driver.convert import (
    celsius,
    dbm,
    integer,
    ipv4,
    kilobits,
    mac,
    milliamperes,
    number_text,
    ont_serial,
    text,
    vlan,
    volts,
)
from techinfo.driver.driver import Driver
from techinfo.driver.protection_words import closed_by_number
from techinfo.driver.tables import (
    GroupTable,
    Hardware,
    LeaseTable,
    ProtectionTable,
    ShapingTable,
    TransceiverTable,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BASE = "1.3.6.1.4.1.99999"
SWITCH_ID, CPE_ID, PLAIN_ID = f"{BASE}.1", f"{BASE}.2", "1.3.6.1.4.1.88888.1"
OLT_ID = f"{BASE}.10"

SYS_NAME = "1.3.6.1.2.1.1.5.0"
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
DOT3 = "1.3.6.1.2.1.10.7"
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
FDB = "1.3.6.1.2.1.17.7.1.2.2.1"
VLAN_FDB = "1.3.6.1.2.1.17.7.1.4.2.1.3.0"

Rows = dict[str, str]
"""OID -> ``type|value``, as snmprec writes it."""

_BY_PORT = PortKey(PortBy.IF_INDEX, Column(f"{BASE}.4.1", integer))
_HARDWARE = Hardware(
    mib="made up",
    model=(Column(f"{BASE}.9.1.0", text),),
    firmware=(Column(f"{BASE}.9.2.0", text),),
    serial_number=(Column(f"{BASE}.9.3.0", text),),
    mac=(Column(f"{BASE}.9.4.0", mac),),
)
_LEASES = LeaseTable(
    mib="made up",
    port=_BY_PORT,
    address=Column(f"{BASE}.4.2", ipv4),
    mac=Column(f"{BASE}.4.3", mac),
    vlan=Column(f"{BASE}.4.4", vlan),
    time_remaining=Column(f"{BASE}.4.5", integer),
)
SWITCH = Driver(
    name="made_up_os",
    vendor="Made Up",
    sys_object_ids=(SWITCH_ID,),
    hardware=_HARDWARE,
    transceivers=(
        TransceiverTable(
            mib="made up",
            rx_power=Column(f"{BASE}.3.1", dbm(0.01)),
            tx_power=Column(f"{BASE}.3.2", dbm(0.01)),
            temperature=Column(f"{BASE}.3.3", celsius(0.1)),
            bias=Column(f"{BASE}.3.4", milliamperes(0.01)),
            voltage=Column(f"{BASE}.3.5", volts(0.01)),
            vendor=Column(f"{BASE}.3.6", text),
            part_number=Column(f"{BASE}.3.7", text),
            serial_number=Column(f"{BASE}.3.8", text),
        ),
    ),
    leases=(_LEASES,),
    groups=(
        GroupTable(
            mib="made up",
            port=PortKey(PortBy.IF_INDEX, Column(f"{BASE}.5.1", integer)),
            address=Column(f"{BASE}.5.2", ipv4),
            vlan=Column(f"{BASE}.5.3", vlan),
            up_time=Column(f"{BASE}.5.4", integer),
            counter=Column(f"{BASE}.5.5", integer),
        ),
    ),
    shaping=(
        ShapingTable(
            mib="made up",
            port=PortKey(PortBy.IF_INDEX, trailing=((0,), (1,))),
            queue=Column(f"{BASE}.6.1", number_text),
            vlan=Column(f"{BASE}.6.2", vlan),
            cir=Column(f"{BASE}.6.3", kilobits()),
            pir=Column(f"{BASE}.6.4", kilobits()),
        ),
    ),
)
OLT = replace(
    SWITCH,
    name="made_up_olt",
    sys_object_ids=(OLT_ID,),
    unregistered=(
        UnregisteredTable(
            mib="made up",
            number=index_at(1, integer),
            serial_number=Column(f"{BASE}.8.2", ont_serial),
            columns_after=1,
            most_rows=64,
        ),
    ),
)
"""The same, which lists ONTs that nobody has registered."""
PROTECTED = replace(
    SWITCH,
    protections=(
        ProtectionTable(
            mib="made up",
            found=Column(f"{BASE}.7.1", closed_by_number({1: "", 2: "bpduGuard"}, "cause")),
            recovers_in=Column(f"{BASE}.7.2", integer),
            interval=f"{BASE}.7.9.0",
            lists_all=True,
        ),
    ),
)
"""The same, of a software that tells why a port is closed."""
CPE = Driver(
    name="made_up_cpe",
    vendor="Made Up Homes",
    sys_object_ids=(CPE_ID,),
    hardware=_HARDWARE,
    leases=(_LEASES,),
)
PLAIN = Driver(name="generic", vendor="")


@cache
def registry() -> Registry:
    """A driver that tells everything, those of an OLT and a CPE, and one of standard MIBs only."""
    return registry_of([(driver, "made up") for driver in (SWITCH, OLT, CPE, PLAIN)])


def system(name: str, sys_object_id: str = SWITCH_ID) -> Rows:
    """A device that started a day ago."""
    return {
        "1.3.6.1.2.1.1.1.0": "4|a made-up device, release 7",
        "1.3.6.1.2.1.1.2.0": f"6|{sys_object_id}",
        "1.3.6.1.2.1.1.3.0": "67|8640000",
        SYS_NAME: f"4|{name}",
        "1.3.6.1.6.3.10.2.1.3.0": "2|86400",
        f"{BASE}.9.1.0": "4|MU-2600",
        f"{BASE}.9.2.0": "4|7.1",
        f"{BASE}.9.3.0": f"4|SN-{name}",
    }


def pon(number: int, name: str) -> Rows:
    """A PON port."""
    return port(number, name) | {f"{IF}.3.{number}": "2|250"}


def unregistered(*found: tuple[int, int, bytes]) -> Rows:
    """ONTs that nobody has registered: the port, a number, the octets of its serial number."""
    serials = {f"{BASE}.8.2.{port}.{n}": f"4x|{octets.hex()}" for port, n, octets in found}
    return serials | {f"{BASE}.8.3.{port}.{n}": "4|" for port, n, _ in found}


def port(number: int, name: str, *, up: bool = True, alias: str = "") -> Rows:
    """An Ethernet port whose link has last changed an hour after the start."""
    rows = {
        f"{IF}.2": f"4|{name} of the device",
        f"{IF}.3": "2|6",
        f"{IF}.5": "66|1000000000",
        f"{IF}.7": "2|1",
        f"{IF}.8": f"2|{1 if up else 2}",
        f"{IF}.9": "67|360000",
        f"{IF}.13": "65|0",
        f"{IF}.14": "65|3",
        f"{IF}.19": "65|0",
        f"{IF}.20": "65|4",
        f"{IFX}.1": f"4|{name}",
        f"{IFX}.6": "70|5000000000",
        f"{IFX}.7": "70|70",
        f"{IFX}.8": "70|8",
        f"{IFX}.9": "70|9",
        f"{IFX}.10": "70|6000000000",
        f"{IFX}.11": "70|110",
        f"{IFX}.12": "70|12",
        f"{IFX}.13": "70|13",
        f"{IFX}.15": "66|1000",
        f"{IFX}.18": f"4|{alias}",
        f"{IFX}.19": "67|0",
        f"{DOT3}.2.1.3": "65|2",
        f"{DOT3}.2.1.19": "2|3",
        f"{DOT3}.10.1.3": "65|5",
        f"{DOT3}.10.1.4": "65|6",
    }
    return {f"{column}.{number}": value for column, value in rows.items()} | {
        f"{BASE_PORT}.{number}": f"2|{number}"
    }


def learnt(number: int, address: str, tag: int) -> Rows:
    """A MAC address on a port, in a VLAN whose filtering database has its number."""
    index = ".".join(str(octet) for octet in bytes.fromhex(address.replace(":", "")))
    return {
        f"{FDB}.2.{tag}.{index}": f"2|{number}",
        f"{FDB}.3.{tag}.{index}": "2|3",
        f"{VLAN_FDB}.{tag}": f"66|{tag}",
    }


def lease(row: int, number: int, address: str, hardware: str, tag: int | None) -> Rows:
    """A binding on a port that runs for another hour."""
    tagged = {} if tag is None else {f"{BASE}.4.4.{row}": f"2|{tag}"}
    return tagged | {
        f"{BASE}.4.1.{row}": f"2|{number}",
        f"{BASE}.4.2.{row}": f"4|{address}",
        f"{BASE}.4.3.{row}": f"4x|{hardware.replace(':', '')}",
        f"{BASE}.4.5.{row}": "2|3600",
    }


def group(row: int, number: int, address: str, tag: int) -> Rows:
    """A membership of a minute."""
    return {
        f"{BASE}.5.1.{row}": f"2|{number}",
        f"{BASE}.5.2.{row}": f"4|{address}",
        f"{BASE}.5.3.{row}": f"2|{tag}",
        f"{BASE}.5.4.{row}": "2|60",
        f"{BASE}.5.5.{row}": "2|231231",
    }


def shaped(number: int, queue: int, tag: int, cir: int, pir: int) -> Rows:
    """A configured rate of a port."""
    values = {"1": queue, "2": tag, "3": cir, "4": pir}
    return {f"{BASE}.6.{column}.{number}.{queue}": f"2|{n}" for column, n in values.items()}


def optics(number: int, *, rx: int = -1234) -> Rows:
    """A module with diagnostics."""
    numbers = {"1": rx, "2": -567, "3": 415, "4": 1950, "5": 334}
    words = {"6": "Made Up Optics", "7": "MU-LX", "8": "OPT0001"}
    return {f"{BASE}.3.{column}.{number}": f"2|{n}" for column, n in numbers.items()} | {
        f"{BASE}.3.{column}.{number}": f"4|{word}" for column, word in words.items()
    }


def merged(*rows: Rows) -> Rows:
    """Several devices' worth of rows in one; the later ones win."""
    return {oid: value for some in rows for oid, value in some.items()}


def lines(rows: Mapping[str, str]) -> tuple[str, ...]:
    """Rows as lines of snmprec."""
    return tuple(f"{oid}|{value}" for oid, value in rows.items())
