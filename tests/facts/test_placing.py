"""Which port a learnt address stands at, by tables that are numbered each in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    FDB_ID,
    IF,
    PVID,
    Q_FDB,
    VENDOR,
    Played,
    driver,
    port,
    read,
    switch,
    system,
    target,
)
from tests.collect.test_collector import ask, collector, run

from techinfo.collect.target import Reading
from techinfo.driver import Column, LeaseTable, PortBy, PortKey, index_octets, integer, ipv4
from techinfo.model import Fact, State
from techinfo.wire import Cell

EGRESS = "1.3.6.1.2.1.17.7.1.4.2.1.4"
STATIC_EGRESS = "1.3.6.1.2.1.17.7.1.4.3.1.2"
IF_PHYS_ADDRESS = f"{IF}.6"


def bridge(rows: Mapping[int, int], status: int = 3) -> dict[str, Cell]:
    """BRIDGE-MIB: address 02:00:00:00:00:NN -> its number."""
    out: dict[str, Cell] = {f"{FDB}.2.2.0.0.0.0.{n}": number for n, number in rows.items()}
    return out | {f"{FDB}.3.2.0.0.0.0.{n}": status for n in rows}


def q_bridge(rows: Mapping[int, int], vlan: int = 10, status: int = 3) -> dict[str, Cell]:
    """Q-BRIDGE-MIB: the same in one filtering database."""
    out: dict[str, Cell] = {f"{Q_FDB}.2.{vlan}.2.0.0.0.0.{n}": x for n, x in rows.items()}
    out |= {f"{Q_FDB}.3.{vlan}.2.0.0.0.0.{n}": status for n in rows}
    return out | {f"{FDB_ID}.0.{vlan}": vlan}


def based(numbers: Mapping[int, int]) -> dict[str, Cell]:
    """Dot1dBasePortIfIndex."""
    return {f"{BASE_PORT}.{b}": i for b, i in numbers.items()}


def numbered(first: int, count: int, name: str) -> dict[str, Cell]:
    """A switch whose ports have ifIndexes from ``first`` on."""
    cells = system()
    for n in range(count):
        cells |= port(first + n, name.format(n + 1))
    return cells


def told(reading: Reading) -> dict[int, list[int]]:
    """Port -> last octets of the addresses on it."""
    rows = {n: sorted(int(m.mac[-2:], 16) for m in f.macs) for n, f in reading.ports.items()}
    return {n: found for n, found in rows.items() if found}


@dataclass(frozen=True)
class Numbering:
    """A switch with addresses 1, 2 and 3 on its first, second and third port.

    Attributes:
        first, name: Of its ports.
        q: Numbers in Q-BRIDGE; empty: it has none.
        b: Numbers in BRIDGE.
        base: Bridge port -> ifIndex.
    """

    first: int
    name: str
    base: Mapping[int, int]
    q: tuple[int, ...] = ()
    b: tuple[int, ...] = ()
    vlan: int | None = 10
    more: Mapping[str, Cell] = field(default_factory=dict)

    def cells(self) -> dict[str, Cell]:
        """All of it."""
        cells = numbered(self.first, 4, self.name) | based(self.base)
        cells |= q_bridge(dict(enumerate(self.q, 1))) if self.q else {}
        return cells | bridge(dict(enumerate(self.b, 1))) | dict(self.more)


def _base(first: int, number: int = 1) -> dict[int, int]:
    return {number + n: first + n for n in range(4)}


NUMBERINGS = {
    "both right": Numbering(1, "ge{}", _base(1), (1, 2, 3), (1, 2, 3)),
    "aos6: ifIndexes in Q-BRIDGE": Numbering(
        1001, "1/{}", _base(1001), (1001, 1002, 1003), (1, 2, 3)
    ),
    "microsens: the same, and no BRIDGE": Numbering(101, "1/{}", _base(101), (101, 102, 103)),
    "ifIndexes in BRIDGE alone": Numbering(
        201, "port{}", _base(201), (), (201, 202, 203), vlan=None
    ),
    "allied: Q-BRIDGE of no meaning": Numbering(5001, "p{}", _base(5001), (77, 78, 79), (1, 2, 3)),
    "allied: the same, and hits by chance": Numbering(
        5001, "p{}", _base(5001), (2, 3, 77), (1, 2, 3)
    ),
    "fortiswitch: no bridge ports, ifIndexes": Numbering(1, "port{}", {}, (1, 2, 3)),
    "no bridge ports, BRIDGE alone": Numbering(7, "eth{}", {}, (), (7, 8, 9), vlan=None),
    "bridge ports far from ifIndexes": Numbering(
        2082476033, "xe{}", _base(2082476033, 33), (33, 34, 35)
    ),
    "ifIndexes beyond any bridge port": Numbering(
        2082476033, "xe{}", _base(2082476033), (2082476033, 2082476034, 2082476035)
    ),
    "one row that is lost in Q-BRIDGE": Numbering(1, "ge{}", _base(1), (1, 2, 300), (1, 2, 3)),
    "dell: bridge ports of thousands": Numbering(
        1048580, "Te0/{}", _base(1048580, 953), (953, 954, 955)
    ),
}


@pytest.mark.parametrize("numbering", NUMBERINGS.values(), ids=list(NUMBERINGS))
def test_an_address_is_on_its_port_however_the_tables_number_it(numbering: Numbering) -> None:
    """With its VLAN where Q-BRIDGE tells it, though BRIDGE had to place it."""
    reading = read(numbering.cells())

    assert told(reading) == {numbering.first + n: [n + 1] for n in range(3)}
    assert reading.parts[Fact.MACS].state is State.OK
    rows = [row for facts in reading.ports.values() for row in facts.macs]
    assert {row.vlan for row in rows} == {numbering.vlan}


@pytest.mark.parametrize("numbering", NUMBERINGS.values(), ids=list(NUMBERINGS))
def test_one_port_tells_the_same(numbering: Numbering) -> None:
    """And a port without an address is told to have none."""
    names = [numbering.name.format(n) for n in (2, 4)]
    second, fourth = (read(numbering.cells(), name=name) for name in names)

    assert second.port is not None
    assert fourth.port is not None
    assert [row.mac[-2:] for row in second.port.macs] == ["02"]
    assert fourth.port.macs == ()
    assert fourth.parts[Fact.MACS].state is State.OK


LOST: dict[str, dict[str, Cell]] = {
    "one row": switch() | based({1: 1, 2: 2}) | bridge({1: 9}),
    "two rows": switch() | based({1: 1, 2: 2}) | bridge({1: 9, 2: 9}),
    "in Q-BRIDGE": switch() | based({1: 1, 2: 2}) | q_bridge({1: 9}),
    "in both": switch() | based({1: 1, 2: 2}) | q_bridge({1: 9}) | bridge({1: 9}),
    "of a mapping into nothing (F4)": switch() | based({1: 1, 2: 2, 9: 0}) | bridge({1: 9}),
    "of an interface that is not there": switch() | based({1: 1, 2: 2, 9: 77}) | bridge({1: 9}),
    "beside very many of the uplink": switch()
    | based({1: 1, 2: 2})
    | bridge(dict.fromkeys(range(1, 250), 2) | {250: 9}),
    "without a status": {
        oid: cell
        for oid, cell in (switch() | based({1: 1, 2: 2}) | bridge({1: 9})).items()
        if not oid.startswith(f"{FDB}.3")
    },
    "without bridge ports": switch() | bridge({1: 1 << 20, 2: 1 << 21}),
    "of a number that could be either": numbered(2, 4, "ge{}")
    | based({1: 2, 2: 3, 3: 4, 4: 5})
    | bridge({1: 5}),
    "of VLANs that nobody tells the ports of": switch()
    | based({1: 1, 2: 2})
    | q_bridge({1: 9})
    | {f"{EGRESS}.0.99": b"\xc0"},
}
LOST["of a number that could be either"] |= bridge({2: 5, 3: 99})


@pytest.mark.parametrize("cells", LOST.values(), ids=list(LOST))
def test_a_row_that_no_table_places_may_be_anybodys(cells: dict[str, Cell]) -> None:
    """So nobody who has none of the others is told that there is none."""
    reading = read(cells)

    part = reading.parts[Fact.MACS]
    empty = [n for n, facts in reading.ports.items() if not facts.macs]
    assert part.state is State.PARTIAL
    assert "not there" in part.cause
    assert empty
    assert {part.of_port(n).state for n in empty} == {State.PARTIAL}


OWN: dict[str, dict[str, Cell]] = {
    "self(4)": bridge({1: 9}, status=4),
    "mgmt(5) on no port": bridge({1: 9}, status=5),
    "invalid(2)": bridge({1: 9}, status=2),
    "port 0": bridge({1: 0}),
    "a negative port": bridge({1: -1}),
    "the CPU's interface": bridge({1: 59}) | port(59, "CPU Interface:  5/1"),
    "a stack port's interface": bridge({1: 60}) | port(60, "StackPort1"),
    "its own address": bridge({1: 9}) | {f"{IF_PHYS_ADDRESS}.1": b"\x02\0\0\0\0\x01"},
    "self(4) in Q-BRIDGE": q_bridge({1: 9}, status=4),
    "port 0 in Q-BRIDGE": q_bridge({1: 0}),
    "its own address in both": bridge({1: 9})
    | q_bridge({1: 9})
    | {f"{IF_PHYS_ADDRESS}.2": b"\x02\0\0\0\0\x01"},
}


@pytest.mark.parametrize("rows", OWN.values(), ids=list(OWN))
def test_the_switches_own_addresses_are_nobodys(rows: dict[str, Cell]) -> None:
    """Empty stays empty."""
    reading = read(switch() | based({1: 1, 2: 2}) | rows, name="ge1")

    assert reading.parts[Fact.MACS].state in {State.OK, State.EMPTY}
    assert reading.port is not None
    assert reading.port.macs == ()


@pytest.mark.parametrize("group", ["1.0.94.1.2.3", "51.51.0.0.0.1", "255.255.255.255.255.255"])
@pytest.mark.parametrize("number", [1, 99])
def test_a_group_is_nobodys_address(group: str, number: int) -> None:
    """It is told of no port, and is not missed where its number is none."""
    entry = f"10.{group}"
    cells = switch((1, 2)) | based({1: 1, 2: 2}) | q_bridge({5: 2})
    cells |= {f"{Q_FDB}.2.{entry}": number, f"{Q_FDB}.3.{entry}": 3}

    reading = read(cells)

    assert told(reading) == {2: [5]}
    assert reading.parts[Fact.MACS].state is State.OK


@pytest.mark.parametrize("column", [EGRESS, STATIC_EGRESS])
def test_a_lost_row_of_a_vlan_is_of_those_who_can_carry_it(column: str) -> None:
    """Port 2 is in VLAN 10, port 1 is not, and is told to have none."""
    cells = switch() | based({1: 1, 2: 2}) | q_bridge({1: 9})
    index = "0.10" if column == EGRESS else "10"
    cells |= {f"{column}.{index}": b"\x40", f"{PVID}.1": 20, f"{PVID}.2": 10}

    whole = read(cells).parts[Fact.MACS]

    assert whole.state is State.PARTIAL
    assert whole.of_port(1).state is State.OK
    assert whole.of_port(2).state is State.PARTIAL
    assert read(cells, name="ge1").parts[Fact.MACS].state is State.OK
    assert read(cells, name="ge2").parts[Fact.MACS].state is State.PARTIAL


def test_a_port_that_enters_a_vlan_can_carry_it_though_it_does_not_leave_there() -> None:
    """By its PVID."""
    cells = switch() | based({1: 1, 2: 2}) | q_bridge({1: 9})
    cells |= {f"{EGRESS}.0.10": b"\x20", f"{PVID}.1": 10, f"{PVID}.2": 20}

    part = read(cells).parts[Fact.MACS]

    assert [part.of_port(n).state for n in (1, 2)] == [State.PARTIAL, State.OK]


def test_whose_lost_rows_can_be_is_asked_once() -> None:
    """And only where some are lost."""
    device = Played(switch() | based({1: 1, 2: 2}) | bridge({1: 9}))
    owner = collector(device)

    async def thrice() -> list[bool]:
        asked = []
        for _ in range(3):
            await ask(owner, target("ge1"), [Fact.MACS])
            asked.append(EGRESS in device.walks())
            device.tick(60)
        return asked

    assert run(thrice()) == [True, False, False]


def test_a_table_that_places_all_is_the_only_one_that_is_walked() -> None:
    """The next one costs as much again."""
    device = Played(NUMBERINGS["both right"].cells())

    run(ask(collector(device), target("ge1"), [Fact.MACS]))

    assert f"{FDB}.2" not in device.walks()


def test_two_databases_that_have_both_lost_rows_and_differ_are_not_believed() -> None:
    """Of an address that each has on another port nobody knows where it is."""
    cells = switch((1, 2)) | based({1: 1, 2: 2})
    cells |= q_bridge({1: 1, 2: 2, 3: 300}) | bridge({1: 2, 2: 2, 4: 301})

    reading = read(cells)

    assert told(reading) == {2: [2]}
    assert reading.parts[Fact.MACS].cause == "3 rows name ports that are not there"


def test_bridge_ports_that_were_not_all_told_are_not_guessed_at() -> None:
    """F3: the number of a port that was left out is not an ifIndex because of that."""
    device = Played(numbered(101, 4, "ge{}") | based(_base(101)) | bridge({1: 102}))
    device.cuts = (BASE_PORT,)

    reading = run(ask(collector(device), target("ge2"), [Fact.MACS]))

    assert reading.port is not None
    assert reading.port.macs == ()
    assert reading.parts[Fact.MACS].state in {State.PARTIAL, State.FAILED}


def test_a_sub_interface_stands_on_the_port_of_its_name_where_nothing_else_says_so() -> None:
    """Junos without ifStackTable: ge-0/0/0.0 is a unit of ge-0/0/0."""
    cells = system() | port(501, "ge-0/0/0") | port(502, "ge-0/0/0.0") | {f"{IF}.3.502": 53}
    cells |= based({1: 502}) | bridge({1: 1})

    assert told(read(cells)) == {501: [1]}


def test_a_lease_without_a_port_is_not_left_out_in_silence() -> None:
    """So it is with groups, which are read in the same way."""
    key = PortKey(PortBy.IF_INDEX, Column(f"{VENDOR}.6", integer))
    own = driver(leases=(LeaseTable(mib="made up", port=key, address=index_octets(0, 4, ipv4)),))

    part = read(switch() | {f"{VENDOR}.6.192.0.2.7": 77}, own, name="ge1").parts[Fact.LEASES]

    assert (part.state, part.cause) == (State.PARTIAL, "1 row names a port that is not there")
