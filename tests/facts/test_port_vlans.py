"""Which VLANs a port carries: lists of ports, witnessed by the PVIDs."""

from __future__ import annotations

import pytest
from tests.collect.playing import BASE_PORT, read, switch

from techinfo.model import Fact, PortVlan, State
from techinfo.wire import Cell

Q = "1.3.6.1.2.1.17.7.1.4"
VLANS = (Fact.VLANS,)


def vlan(
    tag: int, members: bytes, untagged: bytes | None = b"", mark: str = "0."
) -> dict[str, Cell]:
    """A row of dot1qVlanCurrentTable."""
    rows: dict[str, Cell] = {f"{Q}.2.1.4.{mark}{tag}": members}
    return rows | ({f"{Q}.2.1.5.{mark}{tag}": untagged} if untagged is not None else {})


def bridge(*pvids: int) -> dict[str, Cell]:
    """Bridge ports 1 and 2 are interfaces 1 and 2, with these PVIDs."""
    told: dict[str, Cell] = {f"{BASE_PORT}.{n}": n for n in (1, 2)}
    return told | {f"{Q}.5.1.1.{n}": pvid for n, pvid in enumerate(pvids, 1)}


ACCESS = bridge(100, 200) | vlan(100, b"\xc0", b"\x80") | vlan(200, b"\x40", b"\x40")
"""Port 1 is in VLAN 100; port 2 in 200, and in 100 with a tag."""


def test_a_port_carries_what_lists_it() -> None:
    """The high bit of the first octet is bridge port 1; one without a tag is in both lists."""
    reading = read(switch() | ACCESS, facts=VLANS)

    assert reading.ports[1].vlans == (PortVlan(vlan=100, tagged=False),)
    assert reading.ports[2].vlans == (
        PortVlan(vlan=100, tagged=True),
        PortVlan(vlan=200, tagged=False),
    )
    assert reading.parts[Fact.VLANS].state is State.OK


def test_without_the_list_of_untagged_ports_nobody_tells_which() -> None:
    """Not read is not tagged."""
    cells = switch() | bridge(100, 100) | vlan(100, b"\xc0", None)

    assert read(cells, facts=VLANS).ports[1].vlans == (PortVlan(vlan=100, tagged=None),)


def test_what_is_configured_counts_where_nothing_says_what_is() -> None:
    """dot1qVlanStaticTable, by VLAN alone; never beside dot1qVlanCurrentTable."""
    static: dict[str, Cell] = {f"{Q}.3.1.2.300": b"\xc0", f"{Q}.3.1.4.300": b"\xc0"}

    alone = read(switch() | bridge(300, 300) | static, facts=VLANS)
    beside = read(switch() | ACCESS | static, facts=VLANS)

    assert alone.ports[1].vlans == (PortVlan(vlan=300, tagged=False),)
    assert beside.ports[1].vlans == (PortVlan(vlan=100, tagged=False),)


def test_lists_with_numbers_of_their_own_are_not_told() -> None:
    """Where the PVIDs say otherwise (OmniSwitch, Junos, Comware): wrong is worse than missing."""
    cells = switch() | bridge(100, 200) | vlan(100, b"\x40") | vlan(200, b"\x80")

    reading = read(cells, facts=VLANS)

    assert not any(facts.vlans for facts in reading.ports.values())
    assert reading.parts[Fact.VLANS].state is State.FAILED


def test_lists_without_any_pvid_are_not_told() -> None:
    """Nothing then says how they number ports."""
    reading = read(switch() | bridge() | vlan(100, b"\xc0"), facts=VLANS)

    assert reading.parts[Fact.VLANS].state is State.FAILED


def test_a_printed_list_is_read_to_the_end_of_its_line() -> None:
    """What a tool left of the second line is no bit of anything."""
    printed = b"\xc0" + bytes(15) + b"\n00 00 00 40 00 \n"

    reading = read(switch() | bridge(100, 100) | vlan(100, printed, printed), facts=VLANS)

    assert reading.ports[1].vlans == (PortVlan(vlan=100, tagged=False),)
    assert reading.parts[Fact.VLANS].state is State.PARTIAL


def test_an_agent_without_lists_has_told_nothing() -> None:
    """That it carries no VLAN would be another thing, and false: it says nothing of them."""
    part = read(switch(), facts=VLANS).parts[Fact.VLANS]

    assert (part.state, part.code) == (State.UNSUPPORTED, "not_available_here")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ge1", (PortVlan(vlan=100, tagged=False),)), ("ge2", (PortVlan(vlan=200, tagged=False),))],
)
def test_one_port_is_asked_for_its_own_vlan_alone(
    name: str, expected: tuple[PortVlan, ...]
) -> None:
    """Its PVID and the rows of that VLAN; what it carries with a tag stands in every other list."""
    reading = read(switch() | ACCESS, name=name, facts=VLANS)

    assert reading.port is not None
    assert reading.port.vlans == expected
    assert reading.parts[Fact.VLANS].state is State.PARTIAL


def test_a_trunk_whose_pvid_it_does_not_carry_is_told_nothing_of_it() -> None:
    """PVID 1 is where most agents begin, whether or not the port is in VLAN 1."""
    cells = switch() | bridge(100, 1) | vlan(100, b"\xc0", b"\x80") | vlan(1, b"\x80", b"")

    reading = read(cells, name="ge2", facts=VLANS)

    assert reading.port is not None
    assert reading.port.vlans == ()
    assert reading.parts[Fact.VLANS].state is State.FAILED
