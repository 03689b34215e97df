"""Accesses that share a port: each sees its own rows, or is told why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, PollingLimits
from techinfo.errors import NotUniqueError
from techinfo.model import State

INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses:
  - {access_id: A-10, element: sw, port: ge1, port_by: name, c_vlan: 10}
  - {access_id: A-11, element: sw, port: ge1, port_by: name, c_vlan: 11}
  - {access_id: A-NONE, element: sw, port: ge1, port_by: name}
  - {access_id: B-NAME, element: sw, port: ge2, port_by: name}
  - {access_id: B-DESCR, element: sw, port: ge2 of the device, port_by: any}
  - {access_id: C-ALONE, element: sw, port: "3", port_by: name}
  - {access_id: D-ANY, element: sw, port: "4", port_by: any}
  - {access_id: E-INDEX, element: sw, port: "5", port_by: index}
  - {access_id: F-NAME, element: sw, port: ge5, port_by: name}
"""
SWITCH = merged(
    m.system("elm"),
    m.port(1, "ge1"),
    m.port(2, "ge2"),
    m.port(3, "4"),
    m.port(4, "3"),
    m.port(5, "ge5"),
    m.learnt(1, "02:00:00:00:00:10", 10),
    m.learnt(1, "02:00:00:00:00:11", 11),
    m.learnt(1, "02:00:00:00:00:12", 12),
    m.learnt(2, "02:00:00:00:00:20", 10),
    m.learnt(3, "02:00:00:00:00:30", 10),
    m.learnt(4, "02:00:00:00:00:40", 10),
    m.lease(1, 1, "198.51.100.10", "02:00:00:00:00:10", 10),
    m.lease(2, 1, "198.51.100.11", "02:00:00:00:00:11", None),
    m.group(1, 1, "233.252.0.7", 12),
    m.shaped(1, 0, 10, 1000, 1000),
    m.shaped(1, 1, 11, 2000, 2000),
)


def ask(folder: Path, question: Callable[[Troubleshooter], Awaitable[Answer]]) -> Answer:
    """What comes of a question about an access of this switch."""

    async def asked() -> Answer:
        clock = Clock()
        collector = Collector(
            registry(),
            Recordings({"192.0.2.3": SWITCH}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        trouble = Troubleshooter(stocked(folder, INVENTORY), collector, clock)
        try:
            return await question(trouble)
        finally:
            await collector.close()

    return asyncio.run(asked())


def macs(answer: Answer) -> list[str]:
    """The last octets of the addresses in an answer."""
    assert answer.port
    return [entry.mac[-2:] for entry in answer.port.macs]


@pytest.mark.parametrize(("access", "mac"), [("A-10", "10"), ("A-11", "11")])
def test_each_access_sees_the_rows_of_its_own_vlan(tmp_path: Path, access: str, mac: str) -> None:
    """And neither the neighbour's nor those of a VLAN that nobody has."""
    assert macs(ask(tmp_path, lambda t: t.mac_addresses(access, CachePolicy()))) == [mac]


def test_an_access_without_a_tag_is_refused_its_rows(tmp_path: Path) -> None:
    """Before anything is asked."""
    for question in ("mac_addresses", "leases", "groups"):
        with pytest.raises(NotUniqueError):
            ask(tmp_path, lambda t, q=question: getattr(t, q)("A-NONE", CachePolicy()))  # type: ignore[misc]


def test_the_link_is_everybodys_but_the_rates_are_ones_own(tmp_path: Path) -> None:
    """Link, light and errors are told to all on the port."""
    mine = ask(tmp_path, lambda t: t.link_status("A-11", CachePolicy())).port
    nobodys = ask(tmp_path, lambda t: t.link_status("A-NONE", CachePolicy())).port

    assert mine
    assert nobodys
    assert mine.link == nobodys.link
    assert mine.link
    assert mine.counters == nobodys.counters
    assert [rate.vlan for rate in mine.shaping] == [11]
    assert nobodys.shaping == ()


def test_a_row_without_a_tag_makes_the_rest_incomplete(tmp_path: Path) -> None:
    """It may be this access's: what is told is not all."""
    answer = ask(tmp_path, lambda t: t.leases("A-10", CachePolicy()))

    assert answer.port
    assert [x.address for x in answer.port.leases] == ["198.51.100.10"]
    assert answer.part
    assert answer.part.state is State.PARTIAL


def test_nothing_but_rows_without_a_tag_is_not_an_empty_list(tmp_path: Path) -> None:
    """Of A-11 no lease is known to be its own, and one may be."""
    with pytest.raises(NotUniqueError):
        ask(tmp_path, lambda t: t.leases("A-11", CachePolicy()))


def test_nothing_of_ones_own_is_an_empty_list(tmp_path: Path) -> None:
    """Where every row tells its VLAN, and it is somebody else's."""
    answer = ask(tmp_path, lambda t: t.groups("A-10", CachePolicy()))

    assert answer.port
    assert answer.port.groups == ()
    assert answer.part
    assert answer.part.state is State.OK


@pytest.mark.parametrize("access", ["B-NAME", "B-DESCR", "E-INDEX", "F-NAME"])
def test_two_spellings_of_one_port_share_it(tmp_path: Path, access: str) -> None:
    """One access says ifName, the other ifDescr or ifIndex: the rows are still not told apart."""
    with pytest.raises(NotUniqueError):
        ask(tmp_path, lambda t: t.mac_addresses(access, CachePolicy()))


@pytest.mark.parametrize(("access", "mac"), [("C-ALONE", "40"), ("D-ANY", "30")])
def test_a_number_that_is_another_ports_name_is_no_neighbour(
    tmp_path: Path, access: str, mac: str
) -> None:
    """Port "4" has ifIndex 3: an access on port "3" is not on it."""
    assert macs(ask(tmp_path, lambda t: t.mac_addresses(access, CachePolicy()))) == [mac]
