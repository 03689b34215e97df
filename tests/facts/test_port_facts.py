"""Link and counters: field notes C3, C4, T4, and the speeds that are none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.collect.playing import (
    DAY,
    ENGINE_TIME,
    HOST_UPTIME,
    IF,
    IFX,
    NOW,
    read,
    read_both,
    switch,
)

from techinfo.collect.target import Reading
from techinfo.model import Counters, Fact, Flow, Link, State
from techinfo.units import MegabitPerSecond
from techinfo.wire import Cell

DUPLEX = "1.3.6.1.2.1.10.7.2.1.19.1"
MAU_TYPE = "1.3.6.1.2.1.26.2.1.1.3.1.1"
MAU_DEFAULT = "1.3.6.1.2.1.26.2.1.1.11.1.1"
MAU_AUTO = "1.3.6.1.2.1.26.5.1.1.1.1.1"
MAU = (1, 3, 6, 1, 2, 1, 26, 4)


def link(reading: Reading, number: int = 1) -> Link:
    """Of a port that must have one."""
    found = reading.ports[number].link
    assert found is not None
    return found


def counters(cells: dict[str, Cell]) -> Counters | None:
    """Of port 1 of a switch that has these."""
    return read_both(switch() | cells).ports[1].counters


@pytest.mark.parametrize(
    ("oper", "admin", "expected"),
    [
        (1, 1, (True, False)),
        (2, 1, (False, False)),
        (2, 2, (False, True)),
        (7, 1, (False, False)),  # lowerLayerDown
        (6, 1, (False, False)),  # notPresent
        (4, 3, None),  # unknown, testing
        (0, 9, None),
        (b"up", b"up", None),
    ],
)
def test_up_and_down(oper: Cell, admin: Cell, expected: tuple[bool, bool] | None) -> None:
    """What ifOperStatus and ifAdminStatus do not say is not guessed."""
    reading = read_both(switch() | {f"{IF}.8.1": oper, f"{IF}.7.1": admin})

    found = reading.ports[1].link
    assert (found and (found.up, found.admin_down)) == expected


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        (1000, 1_000_000_000, 1000),
        (10_000, 4_294_967_295, 10_000),
        (0, 100_000_000, 100),
        (None, 100_000_000, 100),
        (None, 4_294_967_295, None),  # look at ifHighSpeed, which is not there
        (4_294_967_295, 4_294_967_295, None),
        (0, 0, None),
        (0, 10, None),
        (-1, -1, None),
        (b"1000", b"1000", MegabitPerSecond(1000)),
        (b"fast", b"1000000000", MegabitPerSecond(1000)),
        (800_000, 4_294_967_295, 800_000),
    ],
)
def test_speeds_and_what_is_none(
    high: Cell | None, low: Cell | None, expected: MegabitPerSecond | None
) -> None:
    """IfHighSpeed, else ifSpeed; sentinels are no rate (C3: some agents have only one of them)."""
    cells = switch() | {f"{IF}.5.1": low} if low is not None else switch()
    del cells[f"{IFX}.15.1"]
    cells |= {f"{IFX}.15.1": high} if high is not None else {}

    assert link(read_both(cells)).speed == expected


def test_a_port_that_is_down_has_no_speed_and_no_duplex() -> None:
    """Agents go on telling the last ones."""
    found = link(read_both(switch() | {f"{IF}.8.1": 2, DUPLEX: 3}))

    assert (found.up, found.speed, found.full_duplex) == (False, None, None)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({DUPLEX: 3}, True),
        ({DUPLEX: 2}, False),
        ({DUPLEX: 1}, None),
        ({DUPLEX: 1, MAU_TYPE: (*MAU, 30)}, True),
        ({MAU_TYPE: (*MAU, 15)}, False),
        ({MAU_TYPE: (*MAU, 35)}, True),
        ({MAU_TYPE: (*MAU, 40)}, True),  # 10GBASE-SW
        ({MAU_TYPE: (*MAU, 43)}, None),  # 10PASS-TS
        ({MAU_TYPE: (*MAU, 14)}, None),  # 100BASE-T4
        ({MAU_TYPE: (0, 0)}, None),
        ({MAU_TYPE: MAU}, None),
        ({DUPLEX: 2, MAU_TYPE: (*MAU, 30)}, False),
    ],
)
def test_duplex(cells: dict[str, Cell], expected: bool | None) -> None:
    """Dot3StatsDuplexStatus, else the type of the MAU."""
    assert link(read_both(switch() | cells)).full_duplex is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({MAU_AUTO: 1, MAU_DEFAULT: (*MAU, 30)}, "auto"),
        ({MAU_AUTO: 2, MAU_DEFAULT: (*MAU, 30)}, "1000-full"),
        ({MAU_AUTO: 2, MAU_DEFAULT: (*MAU, 15)}, "100-half"),
        ({MAU_AUTO: 2, MAU_DEFAULT: (0, 0)}, None),
        ({MAU_DEFAULT: (*MAU, 30)}, None),  # in force only while negotiation is off
    ],
)
def test_the_configured_speed(cells: dict[str, Cell], expected: str | None) -> None:
    """As ON-API spells it."""
    assert link(read_both(switch() | cells)).configured_speed == expected


def test_t4_no_change_since_boot_is_told_only_by_an_agent_that_tells_changes() -> None:
    """0 on every port: the agent does not keep ifLastChange."""
    silent = {f"{IF}.9.{n}": 0 for n in (1, 2)}

    never = link(read_both(switch() | silent))
    other = link(read_both(switch() | silent | {f"{IF}.9.2": 500}))

    assert never.last_change is None
    assert other.last_change == NOW - timedelta(days=1)
    assert (never.changed_ticks, other.changed_ticks) == (None, 0)


def test_t1_changes_later_than_now_mean_that_the_clock_is_not_to_be_believed() -> None:
    """Two ports changed later than sysUpTime says: it has wrapped, nobody knows how often."""
    wrapped = {f"{IF}.9.{n}": 9 * DAY for n in (1, 2)}

    reading = read_both(switch((1, 2, 3)) | wrapped)

    assert [link(reading, n).last_change for n in (1, 2, 3)] == [None, None, None]
    assert reading.device is not None
    assert reading.device.up_since is None
    assert [link(reading, n).changed_ticks for n in (1, 2)] == [9 * DAY] * 2
    assert reading.device.dial_since == NOW - timedelta(days=1)


def test_a_slip_of_one_port_costs_only_that_port() -> None:
    """IfLastChange of a CPU port may be anything."""
    reading = read_both(switch((1, 2, 3)) | {f"{IF}.9.3": 9 * DAY})

    assert link(reading, 3).last_change is None
    assert link(reading, 1).last_change == NOW - timedelta(days=1) + timedelta(seconds=10)
    assert reading.device is not None
    assert reading.device.up_since == NOW - timedelta(days=1)


def test_t1_with_the_engine_a_change_before_the_wrap_is_told() -> None:
    """Up 575 days, changed 100 days after boot."""
    uptime = 575 * DAY
    cells = switch(ticks=uptime % (1 << 32)) | {ENGINE_TIME: uptime // 100}

    found = link(read_both(cells | {f"{IF}.9.1": 100 * DAY}))

    assert found.last_change == NOW - timedelta(days=475)
    assert found.changed_ticks == 100 * DAY


def test_c4_a_wide_column_that_is_stuck_gives_way() -> None:
    """Aruba CX, CBS350: 64-bit multicast is there and 0, the 32-bit one counts."""
    found = counters(
        {
            f"{IFX}.6.1": 1 << 40,
            f"{IF}.10.1": 7,
            f"{IFX}.8.1": 0,
            f"{IFX}.2.1": 12,
            f"{IFX}.9.1": 0,
            f"{IFX}.3.1": 0,
        }
    )

    assert found is not None
    assert (found.input.bytes, found.input.multicast, found.input.broadcast) == (1 << 40, 12, 0)


def test_c3_what_only_one_of_them_has_is_told() -> None:
    """IBOS has no ifInOctets, old agents have nothing else."""
    found = counters({f"{IFX}.6.1": 5, f"{IF}.16.1": 6})

    assert found is not None
    assert (found.input.bytes, found.output.bytes) == (5, 6)


def test_every_counter_stands_in_its_direction() -> None:
    """Input is from the customer into the switch port."""
    columns = {f"{IFX}.{n}": n for n in range(6, 14)} | {f"{IF}.{n}": n for n in (13, 14, 19, 20)}
    ether = "1.3.6.1.2.1.10.7"
    columns |= {f"{ether}.2.1.3": 103, f"{ether}.10.1.3": 203, f"{ether}.10.1.4": 204}

    found = counters({f"{oid}.1": cell for oid, cell in columns.items()})

    assert found is not None
    assert found.input == Flow(
        bytes=6,
        unicast=7,
        multicast=8,
        broadcast=9,
        discards=13,
        errors=14,
        crc_errors=103,
        pauses=203,
    )
    assert found.output == Flow(
        bytes=10, unicast=11, multicast=12, broadcast=13, discards=19, errors=20, pauses=204
    )
    assert found.input.packets == 24


@pytest.mark.parametrize("cell", [-1, 1 << 64, b"5 octets", (1, 3)])
def test_what_cannot_be_a_counter_is_none(cell: Cell) -> None:
    """A negative number, one too many bits, another type."""
    assert counters({f"{IFX}.6.1": cell}) is None


@pytest.mark.parametrize(("ticks", "ago_s"), [(0, 86_400), (4_320_000, 43_200)])
def test_counters_count_since_boot_or_since_their_discontinuity(ticks: int, ago_s: int) -> None:
    """IfCounterDiscontinuityTime 0: there was none."""
    found = counters({f"{IFX}.6.1": 5, f"{IFX}.19.1": ticks})

    assert found is not None
    assert found.reset_at == NOW - timedelta(seconds=ago_s)


def test_a_discontinuity_alone_is_no_counter() -> None:
    """Nothing has been counted."""
    reading = read(switch() | {f"{IFX}.19.1": 100})

    assert reading.ports[1].counters is None
    assert reading.parts[Fact.COUNTERS].state is State.EMPTY


@pytest.mark.parametrize(
    "more",
    [
        {HOST_UPTIME: 30 * DAY},
        {ENGINE_TIME: 30 * 86_400},
        {HOST_UPTIME: 30 * DAY, ENGINE_TIME: 86_400},
    ],
)
def test_an_agent_that_started_anew_alone_does_not_know_since_when_is_counted(
    more: dict[str, Cell],
) -> None:
    """The element has been up for a month, its SNMP agent for a day."""
    found = counters({f"{IFX}.6.1": 5, f"{IFX}.19.1": 0} | more)

    assert found is not None
    assert found.reset_at is None


@pytest.mark.parametrize(
    "more", [{HOST_UPTIME: DAY + 3_000}, {ENGINE_TIME: 86_450}, {ENGINE_TIME: 43_036_072}]
)
def test_clocks_that_nearly_agree_started_together(more: dict[str, Cell]) -> None:
    """And an engine that is 497 days ahead has seen sysUpTime wrap."""
    found = counters({f"{IFX}.6.1": 5} | more)

    assert found is not None
    assert found.reset_at is not None


def test_a_discontinuity_counts_though_the_agent_started_anew() -> None:
    """It is on the agent's own clock."""
    found = counters({f"{IFX}.6.1": 5, f"{IFX}.19.1": 4_320_000, HOST_UPTIME: 30 * DAY})

    assert found is not None
    assert found.reset_at == NOW - timedelta(hours=12)


def test_no_change_since_an_agent_started_anew_alone_is_no_time_of_change() -> None:
    """IfLastChange 0: before the agent began (RFC 2863), which may be long ago."""
    cells = switch() | {f"{IF}.9.1": 0, HOST_UPTIME: 30 * DAY}

    link = read(cells).ports[1].link

    assert link is not None
    assert link.last_change is None


def test_octets_are_known_to_be_wide_where_64_bit_columns_count() -> None:
    """Both directions; a column that is stuck, or not there, proves nothing (C1, C4)."""
    narrow: dict[str, Cell] = {f"{IF}.10.1": 500, f"{IF}.16.1": 600}
    wide: dict[str, Cell] = {f"{IFX}.6.1": 500, f"{IFX}.10.1": 600}

    told = [counters(cells) for cells in (wide, narrow, narrow | wide | {f"{IFX}.10.1": 0})]

    assert [one.wide if one else "nothing" for one in told] == [True, None, None]


def test_an_agent_may_be_younger_than_its_element() -> None:
    """Both beginnings are told."""
    device = read_both(switch() | {HOST_UPTIME: 30 * DAY}).device

    assert device is not None
    assert device.up_since == NOW - timedelta(days=30)
    assert device.agent_since == NOW - timedelta(days=1)
