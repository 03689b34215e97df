"""What tells accesses on one port apart, and whose a row is."""

from __future__ import annotations

import pytest

from techinfo.access.attachment import Share, own, share, untagged
from techinfo.inventory import Access
from techinfo.model import Group, Lease, MacEntry, Port, PortFacts, Shaping

Tags = tuple[int | None, int | None]
"""S-VLAN and C-VLAN."""


def access(name: str, tags: Tags) -> Access:
    """An access on the port."""
    return Access(access_id=name, element="sw", port="1", s_vlan=tags[0], c_vlan=tags[1])


@pytest.mark.parametrize(
    ("mine", "others", "distinguishable", "vlans"),
    [
        ((None, None), [], True, set()),
        ((100, 10), [], True, {100, 10}),
        ((None, None), [(None, None)], False, set()),
        ((None, None), [(100, None)], False, set()),
        ((100, None), [(None, None)], True, {100}),
        ((100, None), [(101, None)], True, {100}),
        ((100, None), [(100, None)], False, set()),
        ((None, 10), [(None, 11)], True, {10}),
        ((100, 10), [(100, 11)], True, {10}),
        ((100, 10), [(101, 11)], True, {100, 10}),
        ((100, 10), [(101, 10)], False, {100}),
        ((100, 10), [(10, None)], False, {100}),
        ((100, 10), [(101, 11), (102, 10)], False, {100}),
    ],
)
def test_a_tag_that_a_neighbour_has_too_tells_nothing(
    mine: Tags, others: list[Tags], distinguishable: bool, vlans: set[int]
) -> None:
    """The inner tag must be this access's alone; the outer one helps where it is."""
    neighbours = [access(f"N-{n}", tags) for n, tags in enumerate(others)]

    found = share(access("A", mine), neighbours)

    assert found == Share(bool(others), distinguishable, frozenset(vlans))


PORT = PortFacts(
    port=Port(if_index=1),
    macs=tuple(MacEntry(mac=f"02:00:00:00:00:{n}", vlan=n) for n in (10, 11)),
    leases=(Lease(address="198.51.100.1", vlan=10), Lease(address="198.51.100.2", vlan=11)),
    groups=(Group(address="233.252.0.1", vlan=10), Group(address="233.252.0.2")),
    shaping=(Shaping(queue="0", vlan=10), Shaping(queue="1")),
)


def test_only_rows_with_a_tag_of_ones_own_are_ones_own() -> None:
    """A row without a tag is nobody's."""
    mine = own(PORT, Share(shared=True, distinguishable=True, vlans=frozenset({10})))

    assert mine.macs == PORT.macs[:1]
    assert mine.leases == PORT.leases[:1]
    assert mine.groups == PORT.groups[:1]
    assert mine.shaping == PORT.shaping[:1]


def test_who_cannot_be_told_apart_has_no_rows() -> None:
    """Not even those of a tag that seems to be its own."""
    mine = own(PORT, Share(shared=True, distinguishable=False, vlans=frozenset({10})))

    assert (mine.macs, mine.leases, mine.groups, mine.shaping) == ((), (), (), ())


def test_alone_on_a_port_every_row_is_ones_own() -> None:
    """Whatever its VLAN."""
    assert own(PORT, Share(shared=False, distinguishable=True, vlans=frozenset({10}))) is PORT


def test_rows_without_a_tag_are_noticed() -> None:
    """Nobody knows whose they are."""
    assert untagged(PORT)
    assert not untagged(PortFacts(port=Port(if_index=1), macs=PORT.macs))
