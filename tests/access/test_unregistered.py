"""ONTs that nobody has registered: for whoever has just plugged one in at an OLT of the lab."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access import made_up as m
from tests.access.at_lab import Network, asked, since, troubled
from tests.access.made_up import Rows, lines, merged
from tests.access.played import Clock, Recordings, stocked, unchanging

from techinfo.access.freshness import CachePolicy
from techinfo.access.isolation import own
from techinfo.access.rights import Right
from techinfo.access.touched import Movements, touched
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import DUMPED
from techinfo.cli.asking.dumping import wanted
from techinfo.collect import Collector, PollingLimits
from techinfo.collect.registry import load
from techinfo.inventory import Access, Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact, Port, PortFacts, State

XPON = "1.3.6.1.4.1.2011.6.128.1.1.2"
LISTED = f"{XPON}.48.1"
COLUMNS_AFTER = (3, 4, 5, 6, 8)
PON = 4194304000
OLTS = {(8, 0): 1, (8, 1): 2, (8, 8): 3, (8, 9): 4, (16, 8): 5}
"""PON ports, and ONTs that wait on the first of them."""
ADDRESSES = {f"olt-{ports}-{count}": f"127.21.9.{n}" for (ports, count), n in OLTS.items()}
_ELEMENTS = (f"{{name: {n}, address: {at}, sys_name: {n}}}" for n, at in ADDRESSES.items())
INVENTORY = f"elements: [{', '.join(_ELEMENTS)}, {{name: olt, address: 192.0.2.9, sys_name: olt}}]"
ENGINEER = Viewer(name="eng", role=Role.ENGINEER)
POLICY = CachePolicy(deadline_s=60.0)
WINDOW = timedelta(seconds=30)


def _serial(number: int) -> bytes:
    return b"HWTC" + number.to_bytes(4, "big")


def _olt(pons: int, waiting: int) -> LabDevice:
    """A SmartAX with ONTs in service whose light stands behind the list."""
    name = f"olt-{pons}-{waiting}"
    ports = [m.pon(PON + 256 * n, f"GPON 0/0/{n}") for n in range(pons)]
    listed = {f"{LISTED}.2.{PON}.{n}": f"4x|{_serial(n).hex()}" for n in range(waiting)}
    listed |= {f"{LISTED}.{c}.{PON}.{n}": "4|" for c in COLUMNS_AFTER for n in range(waiting)}
    alarms = {f"{XPON}.50.1.4.{PON}.{n}": "2|2" for n in range(3)}
    light = {f"{XPON}.51.1.{c}.{PON}.{n}": "2|-1900" for c in range(1, 7) for n in range(30)}
    rows = merged(m.system(name, "1.3.6.1.4.1.2011.2.123"), *ports, listed, alarms, light)
    rows["1.3.6.1.2.1.1.1.0"] = "4|Huawei Integrated Access Software"
    return LabDevice(name=name, address=ADDRESSES[name], rows=lines(rows))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """OLTs on which so many ONTs wait."""
    with Lab([_olt(*one) for one in OLTS]) as lab:
        yield lab


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """With those OLTs."""
    return stocked(tmp_path, INVENTORY)


async def look(trouble: Troubleshooter, at: str = "olt") -> Movements:
    """Ask once."""
    return await touched(trouble, ENGINEER, at, POLICY, window=WINDOW)


@pytest.mark.parametrize(
    ("ports", "count", "links", "bulks"),
    [(8, 0, 1, 1), (8, 1, 1, 2), (8, 8, 1, 3), (8, 9, 1, 3), (16, 8, 2, 3)],
)
def test_an_olt_is_asked_no_more_than_the_list_needs(
    lab: Lab, inventory: Inventory, ports: int, count: int, links: int, bulks: int
) -> None:
    """Beside one request for ten links and two for who it is; no ONT is asked over OMCI."""
    name = f"olt-{ports}-{count}"

    async def words(trouble: Troubleshooter) -> tuple[Movements, dict[str, int]]:
        await look(trouble, name)
        before = asked(lab, name)
        return await look(trouble, name), since(before, asked(lab, name))

    over = lab.counts(name).omci_overrun
    found, cost = troubled(inventory, Network(lab), words, drivers=load())

    assert found.waiting is not None
    assert [one.serial_number for one in found.waiting] == [f"HWTC{n:08X}" for n in range(count)]
    assert {one.port.name for one in found.waiting} <= {"GPON 0/0/0"}
    assert cost == {"get": 2, "get_bulk": links + bulks}
    assert sum(cost.values()) <= (6 if ports <= 10 else 7)
    assert lab.counts(name).omci_overrun == over
    assert lab.counts(name).omci_asked == 0


def test_nobody_else_asks_for_the_list() -> None:
    """No dump, whole element or poll: only whoever stands at the OLT."""
    assert Fact.UNREGISTERED not in DUMPED
    assert Fact.UNREGISTERED not in wanted(groups=True, ont_light=True)


def _played(inventory: Inventory, *looks: Rows) -> list[Movements]:
    """Looks at an OLT that tells something else at each of them, 20 s apart."""
    network, clock = Recordings(), Clock()

    async def spoken() -> list[Movements]:
        limits = PollingLimits(min_interval_s=0.0)
        collector = Collector(m.registry(), network.open, polling_limits=limits, now=clock)
        trouble = Troubleshooter(inventory, collector, clock)
        found = []
        try:
            for rows in looks:
                network.rows["192.0.2.9"] = rows
                found.append(await look(trouble))
                clock.go_on(20)
        finally:
            await collector.close()
        return found

    return asyncio.run(spoken())


def _rows(*found: tuple[int, int, bytes], olt: bool = True) -> Rows:
    kind = m.OLT_ID if olt else m.SWITCH_ID
    ports = (m.pon(1, "pon1"), m.pon(2, "pon2"), m.port(3, "ge3"))
    return merged(m.system("olt", kind), *ports, m.unregistered(*found))


def _told(found: Movements) -> list[tuple[str | None, str, bool | None]]:
    assert found.waiting is not None
    return [(one.port.name, one.serial_number, one.new) for one in found.waiting]


def test_an_ont_that_was_plugged_in_is_new_and_told_first(inventory: Inventory) -> None:
    """At the first look nobody knows which are; one that moved to another port is new there."""
    old, new = _serial(0xA1B2C3D4), _serial(7)
    looks = ((1, 0, old),), ((1, 0, old), (2, 0, new)), ((1, 0, new),)

    first, second, third = _played(inventory, *(_rows(*one) for one in looks))

    assert _told(first) == [("pon1", "HWTCA1B2C3D4", None)]
    assert _told(second) == [("pon2", "HWTC00000007", True), ("pon1", "HWTCA1B2C3D4", False)]
    assert _told(third) == [("pon1", "HWTC00000007", True)]


def test_what_came_after_an_empty_list_is_new(inventory: Inventory) -> None:
    """That nobody waits is a list, too; a switch has none, and says nothing of it."""
    empty, one = _played(inventory, _rows(), _rows((2, 0, _serial(1))))
    (switch,) = _played(inventory, _rows((2, 0, _serial(1)), olt=False))

    assert _told(empty) == []
    assert _told(one) == [("pon2", "HWTC00000001", True)]
    assert switch.waiting is None
    assert switch.reading.parts[Fact.UNREGISTERED].state is State.UNSUPPORTED


def test_a_list_without_end_is_cut(inventory: Inventory) -> None:
    """Which of its ONTs are new nobody can say then."""
    many = _rows(*((1, n, _serial(n)) for n in range(500)))

    first, second = _played(inventory, many, many)

    assert first.reading.parts[Fact.UNREGISTERED].state is State.PARTIAL
    assert [len(_told(one)) for one in (first, second)] == [64, 64]
    assert {new for _, _, new in _told(second)} == {None}


_CELLS = st.binary(max_size=12) | st.binary(min_size=4, max_size=4).map(b"HWTC".__add__)
_LISTS = st.lists(
    st.tuples(st.integers(0, 2**32 - 1) | st.integers(1, 4), st.integers(0, 9), _CELLS), max_size=9
)


@given(rows=_LISTS)
def test_hostile_rows_are_left_out(rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Every serial number that is told was sent so, on a PON port that is there."""
    sent = {(port, n): octets for port, n, octets in rows}
    told = _rows(*((port, n, octets) for (port, n), octets in sent.items()))
    (found,) = _played(unchanging(INVENTORY), told)
    for one in found.waiting or ():
        number = one.port.if_index
        assert number in {1, 2}
        on_port = [octets for (port, _), octets in sent.items() if port == number]
        assert len(one.serial_number) == 12
        binary = {o[:4] + o[4:].hex().upper().encode() for o in on_port if len(o) == 8}
        texts = {o.strip().upper() for o in on_port if len(o) == 12}
        assert one.serial_number.encode() in binary or one.serial_number.upper().encode() in texts


def test_no_holder_of_an_access_is_told() -> None:
    """An ONT that nobody has registered is nobody's, and may be another's."""
    port = PortFacts(port=Port(if_index=1), unregistered=("HWTC00000001",))
    right = Right(
        access=Access(access_id="A-1"),
        at=m.NOW,
        asked_at=m.NOW,
        full_access=True,
        may_see_rows=True,
    )

    assert own(port, right, lambda _: None, traffic=True).unregistered == ()
