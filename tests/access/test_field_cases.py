"""Cases of the field notes that only a whole question shows; the names bear their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from tests.access import made_up as m
from tests.access.played import Recordings, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, PollingLimits

ELM, OAK = "192.0.2.1", "192.0.2.2"
INVENTORY = f"""
elements:
  - {{name: sw-elm, address: {ELM}, sys_name: elm}}
  - {{name: sw-oak, address: {OAK}, sys_name: oak}}
accesses:
  - {{access_id: A-1, element: sw-elm, port: ge1}}
  - {{access_id: B-1, element: sw-oak, port: ge1}}
services:
  - {{vlan: 10, service_type: bb}}
"""
HOME, OTHER = "02:00:00:00:00:11", "02:00:00:00:00:22"


def asked(rows: Mapping[str, m.Rows], question: str, access: str, folder: Path) -> Answer:
    """What a service answers over these devices."""
    inventory = stocked(folder, INVENTORY)
    collector = Collector(
        m.registry(),
        Recordings(rows=dict(rows)).open,
        polling_limits=PollingLimits(min_interval_s=0.0),
        now=lambda: m.NOW,
    )

    async def words() -> Answer:
        try:
            service = Troubleshooter(inventory, collector, now=lambda: m.NOW)
            answer: Answer = await getattr(service, question)(access, CachePolicy(deadline_s=30.0))
            return answer
        finally:
            await collector.close()

    return asyncio.run(words())


def test_a10_without_ifxtable_a_port_is_read_from_iftable(tmp_path: Path) -> None:
    """Found by its ifDescr; rate and octets are those of 32 bits."""
    whole = m.merged(m.system("elm", m.PLAIN_ID), m.port(1, "ge1"))
    rows = {oid: value for oid, value in whole.items() if not oid.startswith(f"{m.IFX}.")}
    rows |= {f"{m.IF}.2.1": "4|ge1", f"{m.IF}.10.1": "65|4000", f"{m.IF}.16.1": "65|5000"}

    answer = asked({ELM: rows}, "link_status", "A-1", tmp_path)

    assert answer.port is not None
    assert answer.port.link is not None
    assert answer.port.counters is not None
    assert (answer.port.link.up, answer.port.link.speed) == (True, 1000)
    assert answer.port.counters.input.bytes == 4000
    assert answer.port.counters.output.bytes == 5000


def test_f18_only_the_port_of_the_access_answers(tmp_path: Path) -> None:
    """An address that other switches see on their uplinks is told where the access is."""
    elm = m.merged(m.system("elm"), m.port(1, "ge1"), m.port(24, "up24"), m.learnt(1, HOME, 10))
    oak = m.merged(
        m.system("oak"),
        *(m.port(n, name) for n, name in ((1, "ge1"), (24, "up24"))),
        m.learnt(24, HOME, 10),
        m.learnt(1, OTHER, 10),
    )
    devices = {ELM: elm, OAK: oak}

    told = [asked(devices, "mac_addresses", access, tmp_path) for access in ("A-1", "B-1")]

    assert [[entry.mac for entry in answer.port.macs] for answer in told if answer.port] == [
        [HOME],
        [OTHER],
    ]


def test_f22_without_a_vlan_no_service_is_told(tmp_path: Path) -> None:
    """An address in a filtering database of which no VLAN is known is there all the same."""
    rows = m.merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, HOME, 10))
    private = {oid: value for oid, value in rows.items() if not oid.startswith(m.VLAN_FDB)}

    known = asked({ELM: rows}, "mac_addresses", "A-1", tmp_path)
    unknown = asked({ELM: private}, "mac_addresses", "A-1", tmp_path)

    for answer, vlan, service in ((known, 10, "bb"), (unknown, None, None)):
        assert answer.port is not None
        (entry,) = answer.port.macs
        assert (entry.mac, entry.vlan) == (HOME, vlan)
        assert answer.service(entry.vlan) == service
