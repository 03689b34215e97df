"""One visit: what is asked, what is checked, and what a failure costs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

import pytest
from tests.collect.playing import (
    BASE_PORT,
    DAY,
    ENTITY,
    ENTITY_CHANGED,
    FDB,
    FDB_ID,
    IF,
    IFX,
    NOW,
    Q_FDB,
    SENSOR,
    SYS_NAME,
    SYS_UP_TIME,
    VENDOR,
    Played,
    driver,
    port,
    read,
    registry,
    switch,
    target,
)

from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.identity import RestartedError
from techinfo.collect.target import Reading, Target
from techinfo.collect.visit import Visit
from techinfo.driver import (
    Column,
    Driver,
    FromIndex,
    LeaseTable,
    MacTable,
    PortBy,
    PortKey,
    Row,
    SnmpLimits,
    TransceiverTable,
    celsius,
    index_at,
    index_octets,
    integer,
    ipv4,
    mac,
    standard,
    vlan,
)
from techinfo.errors import (
    SnmpProtocolError,
    SnmpTimeoutError,
    WrongDeviceError,
    WrongPortError,
)
from techinfo.model import Fact, Lease, MacEntry, PortFacts, State
from techinfo.units import Celsius

T = VENDOR
OPTICS = TransceiverTable(mib="made up", temperature=Column(f"{T}.1", celsius()))
LEASES = LeaseTable(
    mib="made up",
    port=PortKey(PortBy.IF_INDEX, Column(f"{T}.6", integer)),
    address=index_octets(0, 4, ipv4),
    time_remaining=Column(f"{T}.4", integer),
)
TELLS_LIGHT = driver(transceivers=(OPTICS,))
LINK = (Fact.LINK, Fact.COUNTERS)


class Met:
    """A device that has introduced itself, and what is remembered of it between visits."""

    def __init__(self, device: Played, own: Driver, **asked: str) -> None:
        self.device = device
        self.known: DeviceState = asyncio.run(
            contact(device.open(target(), SnmpLimits()), target(**asked), registry(own), device.now)
        )

    def visit(
        self, facts: Iterable[Fact] = LINK, asked: Target | None = None, seconds: float = 10
    ) -> Reading:
        """Ask some time later; ``ge1`` unless another target is given."""
        self.device.tick(seconds)
        self.device.asked.clear()
        visit = Visit(
            conversation=self.device.open(target(), self.known.limits),
            target=asked or target("ge1"),
            known=self.known,
            now=self.device.now,
        )
        return asyncio.run(visit.read(frozenset(facts)))


def met(cells: dict[str, int | bytes | tuple[int, ...]], own: Driver = TELLS_LIGHT) -> Met:
    """A device, after one visit to its first port."""
    there = Met(Played(cells), own)
    there.visit()
    return there


def facts_of(reading: Reading) -> PortFacts:
    """Of the one port."""
    assert reading.port is not None
    return reading.port


@pytest.mark.parametrize("varbinds", [10, 4, 1])
def test_a_known_port_costs_a_few_gets_and_no_walk(varbinds: int) -> None:
    """As few as its instances need, at the varbinds that the agent stands."""
    limits = SnmpLimits(varbinds=varbinds)
    there = met(switch(), driver(transceivers=(OPTICS,), limits=limits))

    reading = there.visit([Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER])

    asked = [oids for kind, oids in there.device.asked if kind == "get"]
    assert there.device.walks() == []
    assert len(asked) == 1
    assert len(asked[0]) == len(set(asked[0]))
    assert reading.cost.requests == -(-len(asked[0]) // varbinds)
    assert reading.cost.walks == 0


def test_every_answer_tells_whose_it_is() -> None:
    """SysName and the port's names stand in the same request as its rows (contract)."""
    there = met(switch())

    there.visit()

    (_, oids), *_ = there.device.asked
    assert {SYS_NAME, f"{IFX}.1.1", f"{IF}.2.1", f"{IF}.8.1"} <= set(oids)


def test_the_device_alone_costs_no_walk() -> None:
    """Hardware asks for nothing of the ports."""
    there = met(switch())

    reading = there.visit([Fact.DEVICE], target())

    assert there.device.walks() == []
    assert reading.parts[Fact.DEVICE].state is State.OK


def test_i1_a_port_is_found_again_under_its_new_number() -> None:
    """The numbers changed: read them once more, and give the right port."""
    there = met(switch((1, 2)))
    there.device.cells |= port(1, "ge2") | port(2, "ge1") | {f"{IF}.8.2": 2}

    reading = there.visit()

    assert reading.if_index == 2
    assert facts_of(reading).link is not None
    assert reading.ports[2].link.up is False  # type: ignore[union-attr]  # asserted above


def test_i1_a_port_that_is_gone_is_an_error() -> None:
    """Nobody else's facts are given for it."""
    there = met(switch((1, 2)))
    there.device.cells |= port(1, "ge9")

    with pytest.raises(WrongPortError) as caught:
        there.visit()

    assert caught.value.port == "ge1"


def test_a_port_whose_alias_moved_is_not_believed() -> None:
    """Also when the inventory does not say that the name is an alias."""
    there = met(switch() | {f"{IFX}.18.1": b"A-1001", f"{IFX}.18.2": b""})
    first = there.visit(asked=target("A-1001"))
    there.device.cells |= {f"{IFX}.18.1": b"", f"{IFX}.18.2": b"A-1001"}

    second = there.visit(asked=target("A-1001"))

    assert (first.if_index, second.if_index) == (1, 2)


def test_a_port_list_that_was_cut_is_no_missing_port() -> None:
    """The port may be among those that did not come: that is no fault of the inventory."""
    there = Met(Played(switch()), TELLS_LIGHT)
    there.device.cuts = (f"{IFX}.1", f"{IF}.2", f"{IFX}.18", f"{IF}.3", f"{IF}.9")

    with pytest.raises(SnmpProtocolError):
        there.visit()


def test_another_device_is_an_error() -> None:
    """Its name changed, or is not the one of the inventory."""
    there = met(switch())
    there.device.cells[SYS_NAME] = b"sw-2"

    for asked in (target("ge1"), target(), target(sys_name="sw-1")):
        with pytest.raises(WrongDeviceError) as caught:
            there.visit(asked=asked)
        assert (caught.value.expected, caught.value.found) == ("sw-1", "sw-2")


def test_a_device_of_another_name_is_never_met() -> None:
    """Not even asked what it is."""
    with pytest.raises(WrongDeviceError):
        read(switch(), sys_name="sw-9")


@pytest.mark.parametrize("asked", [target("ge1"), target()])
def test_a_silent_device_is_silent(asked: Target) -> None:
    """And not empty."""
    there = met(switch())
    there.device.silent = True

    with pytest.raises(SnmpTimeoutError):
        there.visit(asked=asked)


@pytest.mark.parametrize("how", ["chokes_on", "refuses"])
@pytest.mark.parametrize("asked", [target("ge1"), target()])
def test_one_fact_that_fails_leaves_the_others_alone(how: str, asked: Target) -> None:
    """The agent chokes on its optics: link and counters are told, for one port as for all."""
    there = met(switch() | {f"{T}.1.1": 40})
    setattr(there.device, how, (f"{T}.1",))

    reading = there.visit([Fact.LINK, Fact.TRANSCEIVER], asked)

    assert reading.ports[1].link is not None
    assert reading.parts[Fact.LINK].state is State.OK
    part = reading.parts[Fact.TRANSCEIVER]
    assert part.state is State.FAILED
    assert part.code == ("element_silent" if how == "chokes_on" else "element_error")


def test_entities_that_cannot_be_read_cost_the_optics_alone() -> None:
    """The joins of one fact are its own."""
    there = Met(Played(switch()), driver(transceivers=standard.TRANSCEIVERS))
    there.device.chokes_on = (ENTITY,)

    reading = there.visit([Fact.LINK, Fact.TRANSCEIVER])

    assert reading.parts[Fact.LINK].state is State.OK
    assert reading.parts[Fact.TRANSCEIVER].state is State.FAILED


def test_a_second_silence_ends_the_visit() -> None:
    """What is left is not asked, and fails."""
    there = met(switch(), driver(transceivers=(OPTICS,), leases=(LEASES,)))
    there.device.chokes_on = (f"{T}", Q_FDB, FDB)

    reading = there.visit([Fact.LINK, Fact.TRANSCEIVER, Fact.MACS, Fact.LEASES], target())

    states = {f: p.state for f, p in reading.parts.items()}
    assert states.pop(Fact.LINK) is State.OK
    assert set(states.values()) == {State.FAILED}
    walked = there.device.walks()
    assert not any(column == f"{T}.6" for column in walked)


def test_what_no_table_tells_is_unsupported() -> None:
    """At once; nobody is asked for it."""
    reading = read(switch(), driver(), facts=[Fact.LEASES, Fact.LINK], name="ge1")

    part = reading.parts[Fact.LEASES]
    assert (part.state, part.code, part.read_at) == (State.UNSUPPORTED, "not_available_here", None)
    assert reading.parts[Fact.LINK].state is State.OK


def test_a_hook_that_fails_costs_its_own_fact(caplog: pytest.LogCaptureFixture) -> None:
    """An operator's driver with a slip; logged once and not at every read."""

    def slips(row: Row) -> Row:
        return {"vendor": row["vendro"]}

    table = TransceiverTable(mib="", row=slips, temperature=Column(f"{T}.1", celsius()))
    there = met(switch() | {f"{T}.1.1": 40}, driver(transceivers=(table,)))

    with caplog.at_level(logging.ERROR):
        readings = [there.visit([Fact.LINK, Fact.TRANSCEIVER]) for _ in range(3)]

    assert {r.parts[Fact.TRANSCEIVER].code for r in readings} == {"driver_error"}
    assert {r.parts[Fact.LINK].state for r in readings} == {State.OK}
    assert len(caplog.records) == 1


def sensors(module: int) -> dict[str, int | bytes | tuple[int, ...]]:
    """A pluggable in port ge1 whose entities have these numbers."""
    rows = {5: {70: 10, module: 8}, 4: {70: 1, module: 70}}
    cells: dict[str, int | bytes | tuple[int, ...]] = {
        f"{ENTITY}.{column}.{n}": cell for column, told in rows.items() for n, cell in told.items()
    }
    cells |= {f"{ENTITY}.7.70": b"ge1", f"{ENTITY}.7.{module}": b"Temperature"}
    for column, cell in {1: 8, 2: 9, 3: 0, 4: module, 5: 1}.items():
        cells[f"{SENSOR}.{column}.{module}"] = cell
    return cells


SENSED = driver(transceivers=standard.TRANSCEIVERS)


def test_a_pluggable_that_is_swapped_is_found_again() -> None:
    """EntLastChangeTime stands in the same answer; entities have other numbers."""
    there = met(switch() | sensors(40) | {ENTITY_CHANGED: 5}, SENSED)
    first = facts_of(there.visit([Fact.TRANSCEIVER])).transceiver
    for oid in list(there.device.cells):
        if oid.endswith(".40"):
            del there.device.cells[oid]
    there.device.cells |= sensors(41) | {ENTITY_CHANGED: 6}

    second = facts_of(there.visit([Fact.TRANSCEIVER])).transceiver
    every = there.visit([Fact.TRANSCEIVER], target()).ports[1].transceiver

    assert first is not None
    assert second is not None
    assert (first.temperature, second.temperature) == (40, 41)  # type: ignore[comparison-overlap]  # a NewType of float
    assert every == second


def test_an_agent_whose_stamp_never_rests_is_read_all_the_same() -> None:
    """EntLastChangeTime that is sysUpTime: the entities are read again a few times, then kept."""
    there = met(switch() | sensors(40) | {ENTITY_CHANGED: 5}, SENSED)
    walked = []
    for n in range(9):
        there.device.cells[ENTITY_CHANGED] = 100 + n
        reading = there.visit([Fact.TRANSCEIVER])
        assert reading.parts[Fact.TRANSCEIVER].state is State.OK
        walked.append(bool(there.device.walks()))

    assert not any(walked[5:])


def test_numbers_are_read_again_after_an_hour() -> None:
    """And in between they are believed."""
    there = met(switch())

    there.visit(seconds=1800)
    young = there.device.walks()
    there.visit(seconds=3600)

    assert young == []
    assert f"{IFX}.1" in there.device.walks()


def test_f3_a_busy_switch_does_not_lose_its_bridge_ports() -> None:
    """Fewer bridge ports than before, and no start in between: the others are still there."""
    joined = {f"{BASE_PORT}.{n}": n for n in range(1, 21)}
    learnt = {f"{FDB}.2.2.0.0.0.0.{n}": n for n in range(1, 21)}
    learnt |= {f"{FDB}.3.2.0.0.0.0.{n}": 3 for n in range(1, 21)}
    there = met(switch(range(1, 21)) | joined | learnt, driver())
    there.visit([Fact.MACS])
    for n in range(5, 21):
        del there.device.cells[f"{BASE_PORT}.{n}"]

    reading = there.visit([Fact.MACS], target("ge20"), seconds=4000)

    assert facts_of(reading).macs == (MacEntry(mac="02:00:00:00:00:14"),)


def test_f2_bridge_ports_that_did_not_come_are_not_missing_ones() -> None:
    """Their table was cut before its first row: no bridge port is an ifIndex for that."""
    there = met(switch() | {f"{FDB}.2.2.0.0.0.0.1": 1, f"{FDB}.3.2.0.0.0.0.1": 3}, driver())
    there.device.cuts = (BASE_PORT,)

    reading = there.visit([Fact.MACS])

    assert facts_of(reading).macs == ()
    assert reading.parts[Fact.MACS].state is State.FAILED


def test_f15_a_table_that_was_cut_is_no_missing_one() -> None:
    """The default VLAN's rows of BRIDGE-MIB are not published as the whole."""
    cells = switch() | {f"{FDB}.2.2.0.0.0.0.1": 1, f"{FDB}.3.2.0.0.0.0.1": 3}
    there = met(cells | {f"{Q_FDB}.2.5.2.0.0.0.0.1": 1}, driver())
    there.device.cuts = (f"{Q_FDB}.2", f"{Q_FDB}.3")

    reading = there.visit([Fact.MACS])

    assert facts_of(reading).macs == ()
    assert reading.parts[Fact.MACS].state is State.FAILED


def test_a_struggling_agent_is_not_walked_again_and_again() -> None:
    """What could not be read to its end is tried once in a visit, for all facts together."""
    there = met(switch(), driver())
    there.device.cuts = (BASE_PORT, f"{IFX}.1")
    there.known.forget_joins()

    there.visit([Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.MACS], target())

    walked = there.device.walks()
    assert walked.count(f"{IFX}.1") == 1
    assert walked.count(BASE_PORT) == 1


def test_rows_below_a_port_are_walked_and_no_others() -> None:
    """F21: a table whose index begins with the port."""
    table = MacTable(
        mib="made up", port=PortKey(), vlan=index_at(1, vlan), mac=Column(f"{T}.3", mac)
    )
    cells = switch() | {f"{T}.3.{n}.100.1": b"\x02\0\0\0\0\x01" for n in (1, 2)}
    there = met(cells, driver(macs=(table,)))

    reading = there.visit([Fact.MACS])

    assert facts_of(reading).macs == (MacEntry(mac="02:00:00:00:00:01", vlan=100),)
    assert f"{T}.3.1" in there.device.walks()
    assert f"{T}.3" not in there.device.walks()


def _number_of(index: tuple[int, ...]) -> int | None:
    return 1000 + index[1] if len(index) == 2 and index[0] == 9 else None


BESIDE = TransceiverTable(
    mib="made up: cages that ifTable does not have",
    port=PortKey(
        source=FromIndex(_number_of, integer, "cage"),
        unlisted=True,
        index_of=lambda number: (9, number - 1000) if number > 1000 else None,
    ),
    temperature=Column(f"{T}.1", celsius()),
)


def test_a_port_beside_if_table_is_asked_for_by_its_number() -> None:
    """One GET says whether it is there; the next one whose row it is, and reads it."""
    there = met(switch() | {f"{T}.1.9.7": 41, f"{T}.1.9.8": 42}, driver(transceivers=(BESIDE,)))

    reading = there.visit([Fact.TRANSCEIVER], target("1008", by="index"))

    optic = facts_of(reading).transceiver
    assert optic is not None
    assert optic.temperature == Celsius(42)
    assert [kind for kind, _ in there.device.asked] == ["get", "get"]
    assert SYS_NAME in there.device.asked[1][1]
    assert f"{T}.1.9.7" not in {oid for _, oids in there.device.asked for oid in oids}


def test_a_port_beside_if_table_that_has_no_row_is_an_error() -> None:
    """As any port that is not there."""
    there = met(switch() | {f"{T}.1.9.7": 41}, driver(transceivers=(BESIDE,)))

    with pytest.raises(WrongPortError):
        there.visit([Fact.LINK, Fact.TRANSCEIVER], target("1008", by="index"))


def test_f21_only_the_databases_of_the_wanted_vlans_are_walked() -> None:
    """On a shared port the VLAN tells whose rows they are."""
    cells = switch() | {f"{FDB_ID}.0.100": 5, f"{FDB_ID}.0.200": 6}
    cells |= {f"{Q_FDB}.2.{f}.2.0.0.0.0.{f}": 1 for f in (5, 6)}
    cells |= {f"{Q_FDB}.3.{f}.2.0.0.0.0.{f}": 3 for f in (5, 6)}
    there = met(cells, driver())

    reading = there.visit([Fact.MACS], target("ge1", vlans=(200,)))

    assert facts_of(reading).macs == (MacEntry(mac="02:00:00:00:00:06", vlan=200),)
    walked = there.device.walks()
    assert f"{Q_FDB}.2.6" in walked
    assert not {f"{Q_FDB}.2", f"{Q_FDB}.2.5"} & set(walked)


def test_times_do_not_jitter_from_visit_to_visit() -> None:
    """LinkSince, upSince and the end of a lease, over answers that come a little late."""
    cells = switch() | {f"{T}.6.192.0.2.7": 1, f"{T}.4.192.0.2.7": 3600}
    there = met(cells, driver(leases=(LEASES,)))
    told = []
    for n, late in enumerate((0, 40, -30, 80)):
        there.device.cells[f"{T}.4.192.0.2.7"] = 3600 - 10 * (n + 1) + late // 40
        ticks = there.device.cells[SYS_UP_TIME]
        assert isinstance(ticks, int)
        there.device.cells[SYS_UP_TIME] = ticks + late
        reading = there.visit([Fact.LINK, Fact.COUNTERS, Fact.LEASES])
        facts = facts_of(reading)
        assert facts.link is not None
        assert reading.device is not None
        told.append((facts.link.last_change, reading.device.up_since, facts.leases))

    assert set(told) == {told[0]}
    assert told[0][2] == (Lease(address="192.0.2.7", end=NOW + timedelta(seconds=3610)),)


@pytest.mark.parametrize("asked", [target("ge1"), target()])
def test_a_long_walk_is_no_start(asked: Target) -> None:
    """Minutes pass on the device's clock between the first question and the last."""
    there = met(switch() | {f"{FDB}.2.2.0.0.0.0.1": 1, f"{FDB}.3.2.0.0.0.0.1": 3}, driver())
    there.device.lag_s = 90

    reading = there.visit([Fact.LINK, Fact.MACS], asked)

    assert {p.state for p in reading.parts.values()} == {State.OK}


def test_a_device_that_has_been_up_for_a_day_says_so() -> None:
    """UpSince, by its own clock."""
    reading = read(switch(ticks=DAY))

    assert reading.device is not None
    assert reading.device.up_since == NOW - timedelta(days=1)


def test_the_alias_is_asked_for_where_it_is_the_name() -> None:
    """Then the very answer must have it."""
    there = met(switch() | {f"{IFX}.18.1": b"house 7"})

    there.visit(asked=target("house 7", by="alias"))

    assert f"{IFX}.18.1" in there.device.asked[0][1]
    there.device.cells[f"{IFX}.18.1"] = b"house 8"
    with pytest.raises(WrongPortError):
        there.visit(asked=target("house 7", by="alias"))


IN_OCTETS, HC_IN_OCTETS = f"{IF}.10.1", f"{IFX}.6.1"


def counted(there: Met) -> int | None:
    """Octets that came in, as they are told now."""
    found = facts_of(there.visit()).counters
    return found.input.bytes if found else None


def test_32_bits_are_asked_for_only_where_64_tell_nothing() -> None:
    """Of a port that was asked before, in the same GET."""
    there = met(switch() | {HC_IN_OCTETS: 5_000_000_000, IN_OCTETS: 705_032_704})

    assert counted(there) == 5_000_000_000
    (_, oids), *more = there.device.asked
    assert (IN_OCTETS in oids, more) == (False, [])


def test_c4_a_64_bit_counter_that_falls_to_zero_gives_way_at_once() -> None:
    """In a second GET, that also tells who answers; the next time in the first."""
    there = met(switch() | {HC_IN_OCTETS: 5_000_000_000, IN_OCTETS: 7})
    counted(there)
    there.device.cells |= {HC_IN_OCTETS: 0, IN_OCTETS: 8}

    assert counted(there) == 8
    assert [kind for kind, _ in there.device.asked] == ["get", "get"]
    assert {SYS_NAME, IN_OCTETS, f"{IFX}.1.1"} <= set(there.device.asked[1][1])
    assert counted(there) == 8
    assert [kind for kind, _ in there.device.asked] == ["get"]


def test_a_device_that_changes_between_both_gets_is_found_out() -> None:
    """The second says who answers, too."""
    there = met(switch() | {HC_IN_OCTETS: 5_000_000_000, IN_OCTETS: 7})
    counted(there)
    there.device.cells[HC_IN_OCTETS] = 0
    there.device.starts_on = (IN_OCTETS,)

    with pytest.raises(RestartedError):
        there.visit()
