"""What moves of the links of a front panel: asked in the way that takes fewest requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from tests.collect.playing import IF, NOW, Played, driver, port, registry, switch, target

from techinfo.collect.device_state import contact
from techinfo.collect.target import Reading
from techinfo.collect.visit import Visit
from techinfo.driver import Column, LinkTable, Row, SnmpLimits, standard
from techinfo.model import Fact
from techinfo.wire import Cell

UP, CHANGED, ADMIN = f"{IF}.8", f"{IF}.9", f"{IF}.7"


def _asked(
    cells: dict[str, Cell], *, limits: SnmpLimits | None = None, **tables: object
) -> tuple[Reading, list[tuple[str, tuple[str, ...]]], int]:
    """A second look at a device that is known: its reading, what was asked, and requests."""

    async def words() -> tuple[Reading, list[tuple[str, tuple[str, ...]]], int]:
        made = driver(limits=limits or SnmpLimits(), **tables)
        device, wanted = Played(cells), target(moving=True)
        talk = device.open(wanted, made.limits)
        known = await contact(talk, wanted, registry(made), NOW)
        await Visit(talk, wanted, known, NOW).read((Fact.LINK,))
        device.asked.clear()
        device.tick(5)
        before = talk.counted.requests
        reading = await Visit(talk, wanted, known, device.now).read((Fact.LINK,))
        return reading, device.asked, talk.counted.requests - before

    return asyncio.run(words())


def _types(cells: dict[str, Cell], numbers: Iterable[int], if_type: int) -> dict[str, Cell]:
    return cells | {f"{IF}.3.{number}": if_type for number in numbers}


def test_two_columns_of_a_link_are_walked() -> None:
    """Between a look at who it is, and another."""
    reading, asked, _ = _asked(switch(range(1, 25)))

    assert [kind for kind, _ in asked] == ["get", "walk", "get"]
    assert set(asked[1][1]) == {UP, CHANGED}
    link = reading.ports[24].link
    assert link is not None
    assert (link.up, link.speed, link.admin_down) == (True, None, None)
    assert link.last_change is not None


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (SnmpLimits(bulk=False), 5 + 2),
        (SnmpLimits(max_repetitions=2), 5 + 2),
        (SnmpLimits(max_repetitions=1), 5 + 2),
        (SnmpLimits(bulk=False, varbinds=4), 12 + 2),
    ],
)
def test_an_agent_that_stands_little_is_asked_by_get(limits: SnmpLimits, most: int) -> None:
    """24 ports would be as many GETNEXTs; never more varbinds than it stands."""
    reading, asked, requests = _asked(switch(range(1, 25)), limits=limits)

    assert {kind for kind, _ in asked} == {"get"}
    assert requests == most
    assert all(facts.link is not None and facts.link.up for facts in reading.ports.values())


def test_interfaces_that_are_no_ports_are_not_read() -> None:
    """VLANs behind the ports, or many between them and a port far off."""
    cells = _types(switch((*range(1, 25), *range(100, 200), 500)), range(100, 200), 53)

    reading, asked, _ = _asked(cells)

    assert [kind for kind, _ in asked] == ["get", "walk", "walk", "get"]
    read = {number for number, facts in reading.ports.items() if facts.link is not None}
    assert read == {*range(1, 25), 500}


def test_a_device_without_a_port_of_a_known_kind_is_read_as_a_whole() -> None:
    """Its numbers say nothing of a panel."""
    reading, asked, _ = _asked(_types(switch((1, 2)), (1, 2), 1))

    assert [kind for kind, _ in asked] == ["get", "walk", "get"]
    assert all(facts.link is not None for facts in reading.ports.values())


def test_a_table_whose_rows_have_the_last_word_is_read_as_a_whole() -> None:
    """What that word needs nobody knows."""

    def unless_off(values: Row) -> Row:
        return {"up": False} if values.get("admin_down") else values

    link = LinkTable(
        mib="IF-MIB",
        up=Column(UP, standard.up),
        admin_down=Column(ADMIN, standard.admin_down),
        row=unless_off,
    )
    cells = switch((1, 2)) | port(1) | {f"{ADMIN}.1": 2}

    reading, asked, _ = _asked(cells, links=(link,))

    assert set(asked[1][1]) == {UP, ADMIN}
    ups = [facts.link.up for facts in reading.ports.values() if facts.link is not None]
    assert ups == [False, True]
