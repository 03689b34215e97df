"""Rows of a command line stand on the port that they mean, or on none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from techinfo.collect.command_line.placing import KINDS, Ports, placed
from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import (
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliRate,
    CliRow,
)
from techinfo.facts.joins import Joins
from techinfo.facts.rows import Lost
from techinfo.model import (
    Counters,
    Fact,
    Flow,
    Group,
    Lease,
    Link,
    MacEntry,
    Neighbour,
    Port,
    Shaping,
)
from techinfo.units import Celsius, Dark, Dbm, KilobitPerSecond, MegabitPerSecond

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ETHERNET = 6


def joins(*names: str, kind: int = ETHERNET) -> Joins:
    """A device with these ports, from 1 on."""
    return Joins(
        ports={n: Port(if_index=n, name=name, if_type=kind) for n, name in enumerate(names, 1)}
    )


@pytest.mark.parametrize(
    ("names", "spelt", "found"),
    [
        (("GPON 0/1/0", "GPON 0/11/0"), "0/1/0", 1),
        (("GPON 0/1/0", "ethernet0/8/1"), "0/8/1", 2),
        (("GPON 0/1/0", "ethernet0/1/0"), "0/1/0", None),
        (("vlanif100",), "100", None),
        (("GPON 0/1/0",), "0/1", None),
    ],
)
def test_a_port_may_be_a_part_of_its_name(
    names: tuple[str, ...], spelt: str, found: int | None
) -> None:
    """One of several that it could be is none."""
    in_name = cli_platforms()["huawei_smartax"].in_name

    assert Ports(joins(*names, kind=250), in_name).named(spelt) == found


@pytest.mark.parametrize(
    ("names", "spelt", "found"),
    [
        (("Gi1/0/1", "Gi1/0/2"), "GigabitEthernet1/0/2", 2),
        (("GigabitEthernet0/0/1",), "GE0/0/1", 1),
        (("1/1", "1/2"), "2", 2),
        (("1/1", "2/1"), "1", None),
        (("1/1",), "11", None),
        (("1/11",), "1", None),
        (("Gi1/0/1", "Gi1/0/1"), "Gi1/0/1", None),
        (("Gi1/0/1",), "CPU", None),
    ],
)
def test_a_port_is_found_in_any_spelling_and_never_guessed(
    names: tuple[str, ...], spelt: str, found: int | None
) -> None:
    """A number alone means a port whose name ends in it, where there is one such."""
    assert Ports(joins(*names)).named(spelt) == found


def test_a_number_is_no_interface_of_another_kind() -> None:
    """VLAN 24 is not port 24."""
    assert Ports(joins("Vlan24", kind=136)).named("24") is None


def test_a_sub_interface_is_its_port() -> None:
    """As in a table of SNMP."""
    ports = joins("ge-0/0/7", "ge-0/0/7.0")
    ports.parents = {2: 1}

    assert Ports(ports).named("ge-0/0/7.0") == 1


def test_a_lease_ends_when_it_says() -> None:
    """One that is written down does not; an address that is none is lost."""
    rows = [
        CliLease(ip="192.0.2.1", mac="0200.0000.0011", port="Gi0/1", vlan=10, left_s=60),
        CliLease(ip="192.0.2.2", mac="02:00:00:00:00:12", port="Gi0/1", left_s=60, kind="static"),
        CliLease(ip="192.0.2.3", mac="02-00-00-00-00-13", port="Gi0/9", vlan=20),
        CliLease(ip="192.0.2", mac="02-00-00-00-00-14", port="Gi0/1"),
    ]

    found = placed(Fact.LEASES, rows, joins("GigabitEthernet0/1"), NOW)

    end = NOW + timedelta(seconds=60)
    assert found.ports[1] == (
        Lease(address="192.0.2.1", mac="02:00:00:00:00:11", vlan=10, end=end),
        Lease(address="192.0.2.2", mac="02:00:00:00:00:12"),
    )
    assert found.lost == (Lost(20), Lost(None))


def test_groups_that_nobody_views_are_left_out() -> None:
    """Link-local ones, on whatever port they stand."""
    rows = [CliGroup(group=g, port=p) for g, p in (("239.1.1.1", "Gi0/1"), ("224.0.0.22", "Gi0/9"))]

    found = placed(Fact.GROUPS, rows, joins("GigabitEthernet0/1"), NOW)

    assert (found.ports, found.lost) == ({1: (Group(address="239.1.1.1"),)}, ())


def test_an_address_is_told_once_and_a_name_of_a_vlan_is_no_number() -> None:
    """What is no MAC address is lost; the switch's own is not."""
    ports = joins("Gi0/1")
    ports.own_macs = frozenset({"02:00:00:00:00:99"})
    rows = [
        CliMac(mac="0200.0000.0011", port="Gi0/1", vlan=10),
        CliMac(mac="02:00:00:00:00:11", port="Gi0/1", vlan=10),
        CliMac(mac="02:00:00:00:00:12", port="Gi0/1", vlan="default"),
        CliMac(mac="02:00:00:00:00:99", port="CPU", vlan=10),
        CliMac(mac="abcdef", port="Gi0/1"),
    ]

    found = placed(Fact.MACS, rows, ports, NOW)

    assert found.ports[1] == (
        MacEntry(mac="02:00:00:00:00:11", vlan=10),
        MacEntry(mac="02:00:00:00:00:12"),
    )
    assert found.lost == (Lost(),)


def test_a_module_is_put_together_of_its_rows() -> None:
    """-40 dBm and less is no light, as over SNMP."""
    rows: list[CliRow] = [
        CliModule(port="Gi0/1", vendor="ACME", serial="S1"),
        CliOptic(port="Gi0/1", rx=Dbm(-40.0), tx=Dbm(-5.5), temperature=Celsius(31.0)),
    ]

    (told,) = placed(Fact.TRANSCEIVER, rows, joins("Gi0/1"), NOW).ports.values()

    assert (told.vendor, told.serial_number, told.present) == ("ACME", "S1", True)
    assert (told.rx_power, told.tx_power, told.temperature) == (Dark.NO_LIGHT, -5.5, 31.0)


def test_lanes_are_told_one_by_one() -> None:
    """The lowest is the module's."""
    rows = [CliOptic(port="Gi0/1", lane=n, rx=Dbm(-n), tx=Dbm(1.0)) for n in (1, 2, 3, 4)]

    (told,) = placed(Fact.TRANSCEIVER, rows, joins("Gi0/1"), NOW).ports.values()

    assert [lane.rx_power for lane in told.lanes] == [-1.0, -2.0, -3.0, -4.0]
    assert told.rx_power == -4.0


def test_links_and_counters_of_two_commands_are_one() -> None:
    """Speed only of a link that is up."""
    rows = [
        CliPort(port="Gi0/1", link_up=True, speed=MegabitPerSecond(1000)),
        CliPort(port="GigabitEthernet0/1", admin_up=True, full_duplex=True),
        CliPort(port="Gi0/2", link_up=False, admin_up=False, speed=MegabitPerSecond(100)),
        CliPort(port="Gi0/3"),
    ]
    counts = [CliCounters(port="Gi0/1", in_bytes=5, in_crc=1, out_bytes=7)]
    ports = joins("Gi0/1", "Gi0/2", "Gi0/3")

    links = placed(Fact.LINK, rows, ports, NOW).ports
    counters = placed(Fact.COUNTERS, counts, ports, NOW).ports

    speed = MegabitPerSecond(1000)
    assert links == {
        1: Link(up=True, admin_down=False, speed=speed, full_duplex=True),
        2: Link(up=False, admin_down=True),
    }
    assert counters == {
        1: Counters(input=Flow(bytes=5, crc_errors=1), output=Flow(bytes=7)),
    }


def test_a_neighbour_without_an_identifier_is_not_told() -> None:
    """There is somebody: so the table is not whole."""
    rows = [
        CliNeighbour(port="Gi0/1", chassis_id="0200.0000.0001", port_id="ge1", system_name="cpe"),
        CliNeighbour(port="Gi0/1", system_name="other"),
    ]

    found = placed(Fact.NEIGHBOURS, rows, joins("Gi0/1"), NOW)

    told = Neighbour(chassis_id="02:00:00:00:00:01", port_id="ge1", system_name="cpe")
    assert (found.ports, len(found.lost)) == ({1: (told,)}, 1)


def test_a_limit_is_a_rate_and_none_is_none() -> None:
    """A port without a limit has no rate of 0; one that is not there is lost where it has one."""
    rows = [
        CliRate(port="Gi0/1", queue="in", pir=KilobitPerSecond(100_000)),
        CliRate(port="Gi0/1", queue="out"),
        CliRate(port="Gi0/2", queue="out", cir=KilobitPerSecond(0), pir=KilobitPerSecond(0)),
        CliRate(port="Gi0/8", queue="in"),
        CliRate(port="Gi0/9", queue="in", pir=KilobitPerSecond(64)),
    ]

    found = placed(Fact.SHAPING, rows, joins("Gi0/1", "Gi0/2"), NOW)

    nothing = KilobitPerSecond(0)
    assert found.ports == {
        1: (Shaping(queue="in", pir=KilobitPerSecond(100_000)),),
        2: (Shaping(queue="out", cir=nothing, pir=nothing),),
    }
    assert found.lost == (Lost(),)


def test_onts_and_cpes_stand_on_no_command_line() -> None:
    """No row tells them."""
    assert {Fact.ONTS, Fact.CPE, Fact.DEVICE}.isdisjoint(KINDS)
