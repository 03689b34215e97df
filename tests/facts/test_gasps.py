"""Dying gasps of the far end by the log of events of Ethernet OAM: none that is not sure.

The rows are made up in the shape of DOT3-OAM-MIB (RFC 4878); no recording has shown them.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.collect.playing import DAY, NOW, read, switch

from techinfo.model import Fact, State
from techinfo.wire import Cell

LOG = "1.3.6.1.2.1.158.1.6.1"
IEEE = b"\x01\x80\xc2"
WRAP = 1 << 32


def event(
    port: int,
    number: int,
    ticks: Cell = DAY - 6000,
    *,
    space: Cell = IEEE,
    kind: Cell = 257,
    end: Cell = 2,
) -> dict[str, Cell]:
    """A row of the log: a dying gasp of the far end, a minute ago."""
    index = f"{port}.{number}"
    return {
        f"{LOG}.2.{index}": ticks,
        f"{LOG}.3.{index}": space,
        f"{LOG}.4.{index}": kind,
        f"{LOG}.5.{index}": end,
    }


A_MINUTE_AGO = NOW - timedelta(minutes=1)


def test_a_gasp_of_the_far_end_is_told_at_its_port() -> None:
    """With the time at which the element has heard it; one port is told as among all."""
    cells = switch() | event(2, 7)

    one = read(cells, name="ge2", facts=(Fact.GASPS,))

    assert one.port is not None
    assert one.port.gasps == (A_MINUTE_AGO,)
    assert one.parts[Fact.GASPS].state is State.OK
    whole = read(cells, facts=(Fact.GASPS,))
    assert (whole.ports[1].gasps, whole.ports[2].gasps) == ((), (A_MINUTE_AGO,))


def test_the_rows_of_the_port_alone_are_asked_for_and_in_few_requests() -> None:
    """Another port's thousand events cost nothing; sixteen of its own are one request more."""
    log = {oid: cell for n in range(1, 17) for oid, cell in event(1, n, DAY - n * 6000).items()}
    others = {oid: cell for n in range(1, 1001) for oid, cell in event(2, n).items()}

    without = read(switch(), name="ge1", facts=(Fact.GASPS,))
    found = read(switch() | log | others, name="ge1", facts=(Fact.GASPS,))

    assert found.port is not None
    assert len(found.port.gasps) == 16
    assert list(found.port.gasps) == sorted(found.port.gasps)
    assert found.cost.varbinds - without.cost.varbinds <= 4 * 32


def test_a_log_without_end_is_cut_and_said_to_be() -> None:
    """Nobody reads ten thousand rows of one port for a gasp."""
    log = {oid: cell for n in range(1, 1001) for oid, cell in event(1, n, kind=3).items()}

    found = read(switch() | log, name="ge1", facts=(Fact.GASPS,))

    assert found.parts[Fact.GASPS].state is State.FAILED
    assert "200 rows" in found.parts[Fact.GASPS].cause
    assert found.cost.varbinds < 1200


@pytest.mark.parametrize(
    "row",
    [
        event(1, 1, end=1),
        event(1, 1, end=3),
        event(1, 1, kind=256),
        event(1, 1, kind=0xFFFF_FFFF),
        event(1, 1, kind=b"dying"),
        event(1, 1, space=b"\x00\x1b\x63"),
        event(1, 1, space=b""),
        event(1, 1, space=71874),
        event(1, 1, DAY + 60_000),
        event(1, 1, WRAP - 1),
        event(1, 1, WRAP),
        event(1, 1, -1),
        event(1, 1, b"\x00"),
        {f"{LOG}.4.1.1": 257},
    ],
    ids=str,
)
def test_what_is_no_sure_gasp_of_the_far_end_is_none(row: dict[str, Cell]) -> None:
    """The near end is the switch's own; an event to come, or a row that is cut, proves nothing."""
    found = read(switch() | row, name="ge1", facts=(Fact.GASPS,))

    assert found.port is not None
    assert found.port.gasps == ()


def test_a_gasp_of_before_a_wrap_keeps_its_time() -> None:
    """497 days: by an engine's time that says that sysUpTime has wrapped once."""
    ticks = 60_000
    engine = (WRAP + ticks) // 100
    cells = switch(ticks=ticks) | {"1.3.6.1.6.3.10.2.1.3.0": engine}

    before = read(cells | event(1, 1, WRAP - 60_000), name="ge1", facts=(Fact.GASPS,))
    unsure = read(cells | event(1, 1, 30_000), name="ge1", facts=(Fact.GASPS,))

    assert before.port is not None
    (at,) = before.port.gasps
    assert abs(at - (NOW - timedelta(minutes=20))) < timedelta(seconds=2)
    assert unsure.port is not None
    assert unsure.port.gasps == ()


def test_an_element_without_the_log_tells_no_gasp() -> None:
    """Which is not the same as to know that there was none: nothing is made of it."""
    found = read(switch(), name="ge1", facts=(Fact.GASPS,))

    assert found.parts[Fact.GASPS].state is State.EMPTY
