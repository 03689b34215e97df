"""Rows of switch-wide tables, and when they are not believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    NOW,
    Q_FDB,
    VENDOR,
    driver,
    read,
    read_both,
    switch,
)

from techinfo.collect.target import Reading
from techinfo.driver import (
    Column,
    GroupTable,
    LeaseTable,
    PortBy,
    PortKey,
    ShapingTable,
    Valid,
    index_octets,
    integer,
    ip_address,
    ipv4,
    raw_text,
)
from techinfo.model import Fact, Group, Lease, MacEntry, Part, State
from techinfo.wire import Cell

T = VENDOR
KEY = PortKey(PortBy.IF_INDEX, Column(f"{T}.6", integer))


def fdb(numbers: dict[int, int]) -> dict[str, Cell]:
    """Learnt addresses 02:00:00:00:00:NN, each with its bridge port."""
    cells: dict[str, Cell] = {f"{FDB}.2.2.0.0.0.0.{n}": port for n, port in numbers.items()}
    return cells | {f"{FDB}.3.2.0.0.0.0.{n}": 3 for n in numbers}


def part(reading: Reading, fact: Fact = Fact.MACS) -> Part:
    """The state of a fact."""
    return reading.parts[fact]


def test_addresses_of_the_switch_itself_are_no_customers() -> None:
    """Dot1dTpFdbStatus self(4) and invalid(2)."""
    cells = switch() | fdb({1: 1, 2: 1, 3: 1})
    cells |= {f"{FDB}.3.2.0.0.0.0.2": 4, f"{FDB}.3.2.0.0.0.0.3": 2}

    assert read_both(cells).ports[1].macs == (MacEntry(mac="02:00:00:00:00:01"),)


def test_f19_all_addresses_behind_a_port_are_told() -> None:
    """An unmanaged switch shows several clients on one access."""
    reading = read_both(switch() | fdb(dict.fromkeys(range(5), 1)))

    assert len(reading.ports[1].macs) == 5


def test_f9_of_a_row_the_first_table_that_places_it_is_believed() -> None:
    """Q-BRIDGE before BRIDGE, which is not even asked where the first has placed all."""
    cells = switch() | fdb({8: 1, 9: 2, 7: 1})
    cells |= {f"{Q_FDB}.{c}.5.2.0.0.0.0.{n}": x for n in (8, 9) for c, x in ((2, 1), (3, 3))}

    reading = read_both(cells)

    told = {n: sorted(m.mac[-2:] for m in reading.ports[n].macs) for n in (1, 2)}
    assert told == {1: ["08", "09"], 2: []}
    assert part(reading).state is State.OK


def test_one_address_in_two_databases_is_two_rows() -> None:
    """Though nothing tells their VLANs."""
    cells: dict[str, Cell] = {f"{Q_FDB}.2.{f}.2.0.0.0.0.9": 1 for f in (5, 6)}
    cells |= {f"{Q_FDB}.3.{f}.2.0.0.0.0.9": 3 for f in (5, 6)}

    assert len(read_both(switch() | cells).ports[1].macs) == 2


def test_f1_a_guess_that_fails_is_refused() -> None:
    """No dot1dBasePortTable, and the numbers are no ifIndexes: those that meet one do so by chance.

    JetStream: port 1 is ifIndex 49153.
    """
    reading = read(switch((1, 2)) | fdb({n: n for n in range(1, 20)}))

    assert not any(facts.macs for facts in reading.ports.values())
    assert part(reading).state is State.PARTIAL
    assert "19 rows name ports that are not there" in part(reading).cause


def test_f1_a_mapping_that_lacks_ports_is_partial() -> None:
    """The rows that it maps are right (RouterOS: a bridge that is no interface)."""
    joined: dict[str, Cell] = {f"{BASE_PORT}.{n}": 1 if n == 1 else 99 for n in range(1, 20)}

    reading = read(switch() | joined | fdb({n: n for n in range(1, 20)}))

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01"),)
    assert part(reading).state is State.PARTIAL


def test_f1_a_few_rows_without_a_port_cost_themselves_and_are_counted() -> None:
    """However many others there are: an uplink has nearly all rows of a table."""
    reading = read(switch() | fdb({n: 1 if n < 41 else 99 for n in range(1, 43)}))

    assert len(reading.ports[1].macs) == 40
    assert part(reading).state is State.PARTIAL
    assert part(reading).cause == "2 rows name ports that are not there"


def test_nothing_read_is_empty() -> None:
    """And not failed."""
    bridge: dict[str, Cell] = {f"{BASE_PORT}.1": 1}

    assert part(read(switch() | bridge)) == Part(state=State.EMPTY, read_at=NOW)


def test_an_agent_without_a_bridge_has_no_mac_table() -> None:
    """A router, or a switch without the bridge MIB: not a port without an address."""
    told = part(read(switch()))

    assert told.state is State.UNSUPPORTED
    assert told.cause == "the agent has neither bridge ports nor a row of a MAC table"


def test_an_agent_that_numbers_ports_by_ifindex_may_have_an_empty_table() -> None:
    """Its driver says so, and then no bridge port is looked for (F2)."""
    told = part(read(switch(), driver(bridge_port_is_if_index=True)))

    assert told.state is State.EMPTY


def leases(cells: dict[str, Cell], **columns: Any) -> tuple[Lease, ...]:
    """Of port 1, with these columns in the table."""
    table = LeaseTable(mib="made up", port=KEY, **columns)
    return read_both(switch() | cells, driver(leases=(table,))).ports[1].leases


@pytest.mark.parametrize(
    ("remaining", "end"),
    [
        (3600, NOW + timedelta(hours=1)),
        (0, None),
        (-5, None),
        (0xFFFFFFFF, None),
        (0x7FFFFFFF, None),
        (1 << 63, None),
        (b"later", None),
    ],
)
def test_the_end_of_a_lease(remaining: Cell, end: object) -> None:
    """What has run out, never ends or cannot be has none."""
    cells: dict[str, Cell] = {f"{T}.6.192.0.2.7": 1, f"{T}.4.192.0.2.7": remaining}

    found = leases(
        cells, address=index_octets(0, 4, ipv4), time_remaining=Column(f"{T}.4", integer)
    )

    assert [x.end for x in found] == [end]


@pytest.mark.parametrize(
    ("address", "length", "expected"),
    [
        (b"\x20\x01\x0d\xb8" + b"\0" * 12, 56, "2001:db8::/56"),
        (b"\x20\x01\x0d\xb8" + b"\0" * 12, 0, "2001:db8::"),
        (b"\x20\x01\x0d\xb8" + b"\0" * 12, 4294967295, "2001:db8::"),
        (b"\xc0\x00\x02\x07", 24, "192.0.2.7"),
    ],
)
def test_a_prefix_has_a_length(address: bytes, length: int, expected: str) -> None:
    """An IPv4 lease is one address."""
    cells: dict[str, Cell] = {f"{T}.6.1": 1, f"{T}.5.1": address, f"{T}.7.1": length}

    found = leases(
        cells, address=Column(f"{T}.5", ip_address), prefix_length=Column(f"{T}.7", integer)
    )

    assert [x.address for x in found] == [expected]


def test_a_binding_that_stands_twice_is_one() -> None:
    """In two tables, or under two indexes."""
    cells: dict[str, Cell] = {f"{T}.6.1": 1, f"{T}.5.1": b"192.0.2.7"}
    cells |= {f"{T}.6.2": 1, f"{T}.5.2": b"192.0.2.7"}

    assert leases(cells, address=Column(f"{T}.5", ipv4)) == (Lease(address="192.0.2.7"),)


def test_f20_a_lease_is_where_the_switch_saw_it() -> None:
    """Its own port column counts, and not where the address was learnt last."""
    cells: dict[str, Cell] = {f"{T}.6.192.0.2.7": 1} | fdb({1: 2})

    assert leases(cells, address=index_octets(0, 4, ipv4)) == (Lease(address="192.0.2.7"),)


def test_many_rows_of_one_port_take_no_time_each() -> None:
    """A trusted uplink may hold every binding of the switch: 30,000 must not be 450,000,000."""
    cells: dict[str, Cell] = {f"{T}.6.10.{n >> 8}.{n & 255}.1": 1 for n in range(30_000)}
    table = LeaseTable(mib="made up", port=KEY, address=index_octets(0, 4, ipv4))

    reading = read(switch() | cells, driver(leases=(table,)), facts=[Fact.LEASES])

    assert len(reading.ports[1].leases) == 30_000


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (b"239.1.1.1", True),
        (b"232.9.9.9", True),
        (b"ff3e::8000:1", True),
        (b"224.0.0.251", False),
        (b"ff02::1:ff00:7", False),
        (b"192.0.2.7", False),
        (b"0.0.0.0", False),
        (b"group", False),
    ],
)
def test_only_a_group_is_a_group(address: bytes, expected: bool) -> None:
    """Link-local groups are no viewing; a unicast address is no group at all."""
    table = GroupTable(mib="made up", port=KEY, address=Column(f"{T}.5", raw_text))
    cells: dict[str, Cell] = {f"{T}.6.1": 1, f"{T}.5.1": address}

    found = read_both(switch() | cells, driver(groups=(table,))).ports[1].groups

    assert bool(found) is expected


@pytest.mark.parametrize(
    ("up_time", "joined_at"),
    [(90, NOW - timedelta(seconds=90)), (0, NOW), (-1, None), (1 << 63, None), (0x7FFFFFFF, None)],
)
def test_when_a_group_was_joined(up_time: int, joined_at: object) -> None:
    """An up-time that cannot be tells nothing."""
    table = GroupTable(
        mib="made up", port=KEY, address=index_octets(0, 4, ipv4), up_time=Column(f"{T}.4", integer)
    )
    cells = {f"{T}.6.239.1.1.1": 1, f"{T}.4.239.1.1.1": up_time}

    reading = read_both(switch() | cells, driver(groups=(table,)))

    assert [g.joined_at for g in reading.ports[1].groups] == [joined_at]


def test_several_hosts_in_a_group_are_one_membership() -> None:
    """Since the latest join (contract: igmpsnooping)."""
    table = GroupTable(
        mib="made up", port=KEY, address=index_octets(0, 4, ipv4), up_time=Column(f"{T}.4", integer)
    )
    cells = {f"{T}.6.239.1.1.1.{n}": 1 for n in (1, 2)}
    cells |= {f"{T}.4.239.1.1.1.1": 900, f"{T}.4.239.1.1.1.2": 60}

    reading = read_both(switch() | cells, driver(groups=(table,)))

    assert reading.ports[1].groups == (
        Group(address="239.1.1.1", joined_at=NOW - timedelta(seconds=60)),
    )


@pytest.mark.parametrize(("cir", "pir"), [(-1, -1), (4294967295, 1 << 63)])
def test_a_rate_that_cannot_be_is_none(cir: int, pir: int) -> None:
    """And a row without a rate tells nothing."""
    table = ShapingTable(
        mib="made up", cir=Column(f"{T}.1", integer), pir=Column(f"{T}.2", integer)
    )

    reading = read_both(switch() | {f"{T}.1.1": cir, f"{T}.2.1": pir}, driver(shaping=(table,)))

    assert reading.ports[1].shaping == ()


def _snooped(cells: dict[str, Cell]) -> Part:
    """The part of leases of a driver that has a scalar for whether anybody looks."""
    lease = LeaseTable(
        mib="made up",
        port=KEY,
        address=Column(f"{T}.7", ipv4),
        enabled=Valid(f"{T}.99.0", frozenset({1})),
    )
    group = GroupTable(mib="made up", port=KEY, address=Column(f"{T}.8", ipv4))
    made = driver(leases=(lease,), groups=(group,))
    return read(switch() | cells, made, facts=(Fact.LEASES,)).parts[Fact.LEASES]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, State.EMPTY),
        ({f"{T}.99.0": 1}, State.EMPTY),
        ({f"{T}.99.0": 2}, State.UNSUPPORTED),
        ({f"{T}.99.0": b"off"}, State.EMPTY),
        ({f"{T}.99.0": 2, f"{T}.6.1": 1, f"{T}.7.1": b"\xc0\x00\x02\x01"}, State.OK),
    ],
)
def test_nobody_has_a_lease_only_where_somebody_looks(cells: dict[str, Cell], state: State) -> None:
    """Snooping that is switched off tells of nobody; what it tells all the same is told."""
    part = _snooped(cells)

    assert part.state is state
    assert (part.code == "not_available_here") is (state is State.UNSUPPORTED)
