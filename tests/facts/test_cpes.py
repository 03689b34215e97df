"""CPEs by their announcements: rows of three tables, put together."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from tests.collect import playing
from tests.collect.playing import NOW, VENDOR

from techinfo.collect.device_state import contact
from techinfo.collect.visit import Visit
from techinfo.driver import (
    Column,
    CpeMacTable,
    CpePortTable,
    CpeTable,
    counter,
    index_at,
    integer,
    is_one_of,
    mac,
    text,
)
from techinfo.model import Cpe, CpeMac, CpePort, Fact, State
from techinfo.recordings.playback import RecordedConversation
from techinfo.wire import Cell

CPE, PORT, MAC = (f"{VENDOR}.{n}" for n in (1, 2, 3))
TABLES = (
    CpeTable(
        mib="made up",
        number=index_at(1, integer),
        model=Column(f"{CPE}.1", text),
        mac=Column(f"{CPE}.2", mac),
        idle_seconds=Column(f"{CPE}.3", integer),
        up_time=Column(f"{CPE}.4", integer),
        bidirectional=Column(f"{CPE}.5", is_one_of(frozenset({1}), "it hears")),
    ),
    CpePortTable(
        mib="made up",
        cpe=index_at(1, integer),
        index=index_at(2, integer),
        name=Column(f"{PORT}.1", text),
        in_bytes=Column(f"{PORT}.2", counter),
    ),
    CpeMacTable(
        mib="made up",
        cpe=index_at(1, integer),
        cpe_port=index_at(2, integer),
        mac=Column(f"{MAC}.1", mac),
    ),
)
DRIVER = playing.driver(cpes=TABLES)
ADDRESS = bytes.fromhex("020000000077")


def cpes(cells: dict[str, Cell], name: str | None = None) -> tuple[Cpe, ...]:
    """The CPEs behind port 1, read with all others or alone."""
    reading = playing.read(playing.switch() | cells, DRIVER, facts=(Fact.CPE,), name=name)
    return reading.ports[1].cpe


@pytest.mark.parametrize("name", [None, "ge1"])
def test_ports_and_addresses_go_to_their_cpe(name: str | None) -> None:
    """Two CPEs behind one port, and another behind the next."""
    cells: dict[str, Cell] = {
        f"{CPE}.1.1.1": b"first",
        f"{CPE}.1.1.2": b"second",
        f"{CPE}.1.2.1": b"other",
        f"{PORT}.1.1.2.4": b"LAN4",
        f"{PORT}.1.2.1.1": b"LAN1",
        f"{MAC}.1.1.2.4.1": ADDRESS,
        f"{MAC}.1.1.2.4.2": ADDRESS,
    }

    assert cpes(cells, name) == (
        Cpe(number=1, model="first"),
        Cpe(
            number=2,
            model="second",
            ports=(CpePort(index=4, name="LAN4"),),
            macs=(CpeMac(mac="02:00:00:00:00:77", port=4),),
        ),
    )


def test_what_belongs_to_no_listed_cpe_is_left_out() -> None:
    """A CPE that is gone leaves rows behind."""
    cells: dict[str, Cell] = {f"{PORT}.1.1.7.1": b"LAN1", f"{MAC}.1.1.7.1.1": ADDRESS}

    assert cpes(cells) == ()


def test_one_port_walks_nothing_of_the_others() -> None:
    """The rows of a port stand below its number."""
    device = playing.Played(playing.switch() | {f"{CPE}.1.1.1": b"first"})

    async def visit() -> list[str]:
        target = playing.target(name="ge1")
        conversation = device.open(target, DRIVER.limits)
        known = await contact(conversation, target, playing.registry(DRIVER), NOW)
        visit = Visit(conversation=conversation, target=target, known=known, now=NOW)
        await visit.read({Fact.CPE})
        return device.walks()

    walked = {column for column in asyncio.run(visit()) if column.startswith(VENDOR)}

    assert f"{CPE}.1.1" in walked
    assert {column.removesuffix(".1").rpartition(".")[0] for column in walked} == {CPE, PORT, MAC}


@pytest.mark.parametrize("index", [(), (1,), (1, 2, 3, 4, 5)])
def test_hostile_indexes_are_no_harm(index: tuple[int, ...]) -> None:
    """Too short an index names no CPE, one too long a CPE all the same."""
    tail = "".join(f".{n}" for n in index) or ".0"

    found = cpes({f"{column}{tail}": b"x" for column in (f"{CPE}.1", f"{PORT}.1", f"{MAC}.1")})

    assert len(found) == (len(index) > 1)


@pytest.mark.parametrize("up_time", [0, -5, 0x7FFFFFFF, 1 << 40])
def test_an_uptime_that_is_none_gives_no_start(up_time: int) -> None:
    """Zero is not told, and nobody is up for centuries."""
    (cpe,) = cpes({f"{CPE}.1.1.1": b"first", f"{CPE}.4.1.1": up_time})

    assert cpe.up_since is None


def test_the_start_of_a_cpe_does_not_jitter() -> None:
    """It announces itself every few seconds, and its clock is read in whole ones."""
    cells = playing.switch() | {f"{CPE}.1.1.1": b"first"}
    del cells[playing.SYS_UP_TIME]
    target = playing.target(name="ge1")

    async def starts() -> list[datetime | None]:
        device = RecordedConversation(playing.recording(cells))
        known = await contact(device, target, playing.registry(DRIVER), NOW)
        out = []
        for seconds, quiet, up_time in ((0, 0, 100), (31, 6, 120), (600, 0, 5)):
            now = NOW + timedelta(seconds=seconds)
            told = cells | {f"{CPE}.3.1.1": quiet, f"{CPE}.4.1.1": up_time}
            conversation = RecordedConversation(playing.recording(told))
            visit = Visit(conversation=conversation, target=target, known=known, now=now)
            reading = await visit.read({Fact.CPE})
            out.append(reading.ports[1].cpe[0].up_since)
        return out

    first, again, restarted = asyncio.run(starts())

    assert first == again == NOW - timedelta(seconds=100)
    assert restarted == NOW + timedelta(seconds=595)


def test_a_platform_without_such_tables_does_not_support_them() -> None:
    """It says so, and is not asked."""
    reading = playing.read(playing.switch(), playing.driver(), facts=(Fact.CPE,))

    assert reading.parts[Fact.CPE].state is State.UNSUPPORTED
