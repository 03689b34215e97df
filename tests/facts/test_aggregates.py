"""Aggregates: rows on them are their members', by whatever table names those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    IF,
    IF_STACK,
    Q_FDB,
    VENDOR,
    Played,
    driver,
    port,
    read,
    switch,
    target,
)
from tests.collect.test_collector import ask, collector, run

from techinfo.collect.target import Reading
from techinfo.driver import (
    Column,
    GroupTable,
    LeaseTable,
    PortBy,
    PortKey,
    ShapingTable,
    index_octets,
    integer,
    ipv4,
)
from techinfo.model import Fact, Group, Lease, MacEntry, State
from techinfo.wire import Cell

ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13"
SELECTED = "1.2.840.10006.300.43.1.2.1.1.12"
OWN = f"{VENDOR}.77"
KEY = PortKey(PortBy.IF_INDEX, Column(f"{VENDOR}.6", integer))


@dataclass(frozen=True)
class Shape:
    """A switch with ge1 and ge2 in an aggregate, which has two addresses; ge3 has one.

    Attributes:
        name, if_type, number: Of the aggregate.
        joined: What names its members.
        bridge: Bridge port -> ifIndex; empty: there is no such table.
        at: The number that its rows have in the filtering database.
        q_bridge: The rows stand in Q-BRIDGE-MIB.
    """

    name: str
    if_type: int
    number: int = 100
    joined: Mapping[str, Cell] = field(default_factory=dict)
    bridge: Mapping[int, int] = field(default_factory=dict)
    at: int = 100
    q_bridge: bool = False

    def cells(self) -> dict[str, Cell]:
        """All of it."""
        cells = switch((1, 2, 3)) | port(self.number, self.name)
        cells[f"{IF}.3.{self.number}"] = self.if_type
        cells |= {f"{BASE_PORT}.{b}": i for b, i in self.bridge.items()}
        cells |= self.joined
        for n, number in ((1, self.at), (2, self.at), (3, self._ge3())):
            index = f"10.2.0.0.0.0.{n}" if self.q_bridge else f"2.0.0.0.0.{n}"
            table = Q_FDB if self.q_bridge else FDB
            at = f"{table}.2.{index}" if self.q_bridge else f"{table}.2.2.0.0.0.0.{n}"
            cells |= {at: number, at.replace(f"{table}.2.", f"{table}.3.", 1): 3}
        return cells

    def _ge3(self) -> int:
        return next((b for b, i in self.bridge.items() if i == 3), 3)


def attached(agg: int, *members: int) -> dict[str, Cell]:
    """IEEE8023-LAG-MIB, as LACP has it."""
    rows: dict[str, Cell] = {f"{ATTACHED}.{m}": agg for m in members}
    return rows | {f"{SELECTED}.{m}": agg for m in members}


def stacked(agg: int, *members: int) -> dict[str, Cell]:
    """IfStackTable with the ends that it has above and below all interfaces."""
    rows: dict[str, Cell] = {f"{IF_STACK}.{agg}.{m}": 1 for m in members}
    return rows | {f"{IF_STACK}.0.{agg}": 1} | {f"{IF_STACK}.{m}.0": 1 for m in (1, 2, 3)}


BRIDGED = {1: 1, 2: 2, 3: 3, 100: 100}
SHAPES = {
    "juniper, LACP": Shape("ae0", 161, joined=attached(100, 1, 2), bridge=BRIDGED),
    "ieee, selected alone": Shape(
        "lag1", 161, joined={f"{SELECTED}.1": 100, f"{SELECTED}.2": 100}, bridge=BRIDGED
    ),
    "attached to none, selected": Shape(
        "lag1",
        161,
        joined={f"{ATTACHED}.1": 0, f"{ATTACHED}.2": 0} | {f"{SELECTED}.{n}": 100 for n in (1, 2)},
        bridge=BRIDGED,
    ),
    "cisco, Port-channel of propVirtual, members no bridge ports": Shape(
        "Po1", 53, 5001, joined=stacked(5001, 1, 2), bridge={3: 3, 64: 5001}, at=64
    ),
    "cisco, long name": Shape(
        "Port-channel1", 53, 5001, joined=attached(5001, 1, 2), bridge={3: 3, 64: 5001}, at=64
    ),
    "hp, Trk of propMultiplexor": Shape(
        "Trk1", 54, 290, joined=stacked(290, 1, 2), bridge={3: 3, 290: 290}, at=290
    ),
    "huawei, Eth-Trunk of Ethernet": Shape(
        "Eth-Trunk1", 6, 51, joined=attached(51, 1, 2), bridge={1: 1, 2: 2, 3: 3, 52: 51}, at=52
    ),
    "omniswitch, ifIndex in Q-BRIDGE": Shape(
        "Dynamic Aggregate 10",
        161,
        40000010,
        joined=stacked(40000010, 1, 2),
        bridge={},
        at=40000010,
        q_bridge=True,
    ),
    "allied telesis, of other(1)": Shape(
        "po1", 1, 4601, joined=stacked(4601, 1, 2), bridge={1: 1, 2: 2, 3: 3, 601: 4601}, at=601
    ),
    "comware, Bridge-Aggregation": Shape(
        "Bridge-Aggregation2", 161, 8971, joined=attached(8971, 1, 2), bridge=BRIDGED | {5: 8971},
        at=5,
    ),
    "no base port table at all": Shape("lag 1", 161, joined=attached(100, 1, 2)),
    "the maker's own column": Shape(
        "TRUNK1", 161, joined={f"{OWN}.1": 100, f"{OWN}.2": 100, f"{OWN}.3": 3}, bridge=BRIDGED
    ),
}  # fmt: skip
MADE = driver(aggregates=(Column(OWN, integer),))


def macs(reading: Reading, number: int) -> list[str]:
    """Last octets of the addresses on a port, as a dump lays them."""
    return sorted(entry.mac[-2:] for entry in reading.ports[number].macs)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_all_ports_the_aggregate_has_its_rows_once(shape: Shape) -> None:
    """It names its members, and they name it."""
    reading = read(shape.cells(), MADE)

    group = reading.ports[shape.number]
    assert macs(reading, shape.number) == ["01", "02"]
    assert group.port.members == ("ge1", "ge2")
    assert [reading.ports[n].port.aggregate for n in (1, 2, 3)] == [shape.number] * 2 + [None]
    assert [macs(reading, n) for n in (1, 2, 3)] == [[], [], ["03"]]
    assert reading.parts[Fact.MACS].state is State.OK


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_one_port_a_member_has_the_rows_of_its_aggregate(shape: Shape) -> None:
    """And each says where it stands; a port that is in none has its own alone."""
    member = read(shape.cells(), MADE, name="ge2").port
    other = read(shape.cells(), MADE, name="ge3").port

    assert member is not None
    assert other is not None
    assert [(m.mac[-2:], m.aggregate) for m in member.macs] == [
        ("01", shape.name),
        ("02", shape.name),
    ]
    assert [(m.mac[-2:], m.aggregate) for m in other.macs] == [("03", None)]


def test_numbers_of_aggregators_that_are_no_ifindexes_name_nobody() -> None:
    """An agent that numbers its aggregators 1, 2, …: port 3 is no aggregate because of that."""
    cells = switch((1, 2, 3)) | {f"{BASE_PORT}.{n}": n for n in (1, 2, 3)}
    cells |= {f"{ATTACHED}.{n}": 3 for n in (1, 2)} | {f"{ATTACHED}.3": 2}
    cells |= {f"{FDB}.2.2.0.0.0.0.9": 3, f"{FDB}.3.2.0.0.0.0.9": 3}

    reading = read(cells, name="ge1")

    assert reading.port is not None
    assert reading.port.macs == ()
    assert reading.port.port.aggregate is None


def test_a_vlan_interface_that_stands_on_ports_is_no_aggregate() -> None:
    """Its rows are not those of every port below it."""
    cells = switch((1, 2)) | port(900, "10") | {f"{IF}.3.900": 53} | stacked(900, 1, 2)
    cells |= {f"{BASE_PORT}.{n}": n for n in (1, 2, 900)}
    cells |= {f"{FDB}.2.2.0.0.0.0.9": 900, f"{FDB}.3.2.0.0.0.0.9": 3}

    assert read(cells, name="ge1").ports[1].port.aggregate is None


def test_leases_groups_and_rates_of_an_aggregate_are_its_members() -> None:
    """The rates by GET, beside those of the port itself."""
    own = driver(
        leases=(LeaseTable(mib="made up", port=KEY, address=index_octets(0, 4, ipv4)),),
        groups=(
            GroupTable(
                mib="made up",
                port=PortKey(PortBy.IF_INDEX, Column(f"{VENDOR}.8", integer)),
                address=index_octets(0, 4, ipv4),
            ),
        ),
        shaping=(ShapingTable(mib="made up", cir=Column(f"{VENDOR}.9", integer)),),
    )
    cells = SHAPES["juniper, LACP"].cells()
    cells |= {f"{VENDOR}.6.192.0.2.7": 100, f"{VENDOR}.8.239.1.1.1": 100, f"{VENDOR}.9.100": 5000}

    told = read(cells, own, name="ge1")

    assert told.port is not None
    assert told.port.leases == (Lease(address="192.0.2.7", aggregate="ae0"),)
    assert told.port.groups == (Group(address="239.1.1.1", aggregate="ae0"),)
    assert [(rate.cir, rate.aggregate) for rate in told.port.shaping] == [(5000, "ae0")]


def test_a_port_that_leaves_its_aggregate_has_its_rows_no_more() -> None:
    """Its neighbours' addresses must not stay with it for as long as numbers are believed."""
    device = Played(SHAPES["juniper, LACP"].cells())
    owner = collector(device)

    async def both() -> tuple[Reading, Reading]:
        before = await ask(owner, facts=[Fact.MACS])
        device.cells |= {f"{ATTACHED}.1": 0, f"{SELECTED}.1": 0}
        device.tick(60)
        return before, await ask(owner, facts=[Fact.MACS])

    before, after = run(both())

    assert before.port is not None
    assert after.port is not None
    assert len(before.port.macs) == 2
    assert after.port.macs == ()


def test_a_port_that_joins_an_aggregate_is_not_empty() -> None:
    """The other way round: what it had learnt stands on the aggregate now."""
    shape = SHAPES["juniper, LACP"]
    device = Played(shape.cells() | {f"{ATTACHED}.3": 0, f"{SELECTED}.3": 0})
    for oid in [o for o in device.cells if o.endswith("2.0.0.0.0.3") and o.startswith(FDB)]:
        del device.cells[oid]
    owner = collector(device)

    async def both() -> tuple[Reading, Reading]:
        before = await ask(owner, target("ge3"), [Fact.MACS])
        device.cells |= {f"{ATTACHED}.3": 100, f"{SELECTED}.3": 100}
        device.tick(60)
        return before, await ask(owner, target("ge3"), [Fact.MACS])

    before, after = run(both())

    assert before.port is not None
    assert after.port is not None
    assert before.port.macs == ()
    assert len(after.port.macs) == 2


def test_a_reading_of_all_ports_serves_a_member() -> None:
    """From the shelf, without a question to the switch."""
    device = Played(SHAPES["cisco, long name"].cells())
    owner = collector(device)

    async def both() -> Reading:
        await ask(owner, target(), [Fact.MACS])
        device.silent = True
        return await ask(owner, target("ge1"), [Fact.MACS], max_age=60)

    reading = run(both())

    assert reading.port is not None
    assert [m.aggregate for m in reading.port.macs] == ["Port-channel1"] * 2


@pytest.mark.parametrize("joined", [attached(100, 1, 2), {}])
def test_what_tells_aggregates_costs_two_gets_at_first_and_none_later(
    joined: dict[str, Cell],
) -> None:
    """It is walked beside the bridge ports, and asked again with the names of the port."""
    shape = Shape("ae0", 161, joined=joined, bridge=BRIDGED)
    plain = {oid: cell for oid, cell in shape.cells().items() if not oid.startswith("1.2.840")}

    def costs(cells: Mapping[str, Cell]) -> list[int]:
        device = Played(cells)
        owner = collector(device)

        async def twice() -> list[int]:
            first = await ask(owner, facts=[Fact.MACS])
            device.tick(60)
            again = await ask(owner, facts=[Fact.MACS])
            return [first.cost.requests, again.cost.requests]

        return run(twice())

    more = [a - b for a, b in zip(costs(shape.cells()), costs(plain), strict=True)]

    assert 0 <= more[0] <= 2
    assert more[1] == 0


def test_an_aggregate_with_rows_and_members_that_nobody_names_leaves_a_doubt() -> None:
    """Of the ports that are no bridge ports of their own, as members are not (Cisco)."""
    shape = Shape("Po1", 53, 5001, bridge={2: 2, 3: 3, 64: 5001}, at=64)

    doubted = read(shape.cells(), name="ge1").parts[Fact.MACS]
    sure = read(shape.cells(), name="ge2").parts[Fact.MACS]

    assert (doubted.state, doubted.cause) == (
        State.PARTIAL,
        "nothing tells the members of an aggregate that has rows",
    )
    assert sure.state is State.OK


def test_a_row_on_the_member_itself_stands_there() -> None:
    """As agents do that learn at the port; it is told once."""
    cells = SHAPES["juniper, LACP"].cells()
    cells |= {f"{FDB}.2.2.0.0.0.0.7": 1, f"{FDB}.3.2.0.0.0.0.7": 3}

    told = read(cells, name="ge1").port

    assert told is not None
    assert told.macs[0] == MacEntry(mac="02:00:00:00:00:07")
    assert [m.aggregate for m in told.macs] == [None, "ae0", "ae0"]
