"""LLDP: neighbours on the right port, in words that can be read."""

from __future__ import annotations

import pytest
from tests.collect.playing import BASE_PORT, read, switch

from techinfo.facts.row_facts import identifier
from techinfo.model import Fact, Neighbour, State
from techinfo.wire import Cell

REM = "1.0.8802.1.1.2.1.4.1.1"
LOC = "1.0.8802.1.1.2.1.3.7.1"


def neighbour(number: int) -> dict[str, Cell]:
    """A switch that has told of itself on an LLDP port."""
    index = f"700.{number}.1"
    return {
        f"{REM}.4.{index}": 4,
        f"{REM}.5.{index}": bytes.fromhex("001e585c0900"),
        f"{REM}.6.{index}": 5,
        f"{REM}.7.{index}": b"ge-0/0/1",
        f"{REM}.9.{index}": b"sw-2",
    }


TOLD = Neighbour(chassis_id="00:1E:58:5C:09:00", port_id="ge-0/0/1", system_name="sw-2")


def test_the_ports_name_says_which_it_is() -> None:
    """The agent numbers its LLDP ports as it likes; lldpLocPortId has the name."""
    cells = switch() | neighbour(9) | {f"{LOC}.2.9": 5, f"{LOC}.3.9": b"ge2"}

    reading = read(cells)

    assert reading.ports[2].neighbours == (TOLD,)
    assert reading.ports[1].neighbours == ()


def test_without_names_a_bridge_counts_its_bridge_ports() -> None:
    """LldpPortNumber: the number is that of dot1dBasePort."""
    cells = switch() | neighbour(9) | {f"{BASE_PORT}.9": 2}

    assert read(cells).ports[2].neighbours == (TOLD,)


def test_a_number_that_leads_nowhere_is_no_port() -> None:
    """A neighbour on a port that is not there is put on no other one."""
    reading = read(switch() | neighbour(9))

    assert not any(facts.neighbours for facts in reading.ports.values())


def test_one_port_is_told_as_among_all() -> None:
    """The table is walked; only that port's neighbours are given."""
    cells = switch() | neighbour(1) | neighbour(2)

    reading = read(cells, name="ge2", facts=(Fact.NEIGHBOURS,))

    assert reading.port is not None
    assert reading.port.neighbours == (TOLD,)
    assert reading.parts[Fact.NEIGHBOURS].state is State.OK


@pytest.mark.parametrize(
    ("kind", "octets", "words"),
    [
        (4, bytes.fromhex("a0f849f12584"), "A0:F8:49:F1:25:84"),
        (5, b"\x01\xc0\x00\x02\x07", "192.0.2.7"),
        (7, b"rack 3", "rack 3"),
        (7, b"\x01\x02\xff\xfe", "0102fffe"),
        (None, b"sw-2", "sw-2"),
        (4, b"", None),
        (4, None, None),
    ],
)
def test_an_identifier_is_read_by_its_subtype(
    kind: int | None, octets: bytes | None, words: str | None
) -> None:
    """MAC and network addresses, text, and octets that are none of them."""
    assert identifier(kind, octets, mac=4, address=5) == words
