"""Whatever another holder has, does or asks, a provider is told the same: with all that is known.

Over everything a case is made of: a log of DHCP servers, the whole switch read before, VLANs of
the port, the path above, neighbours that fell, equipment that is seen, how verdicts were graded.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access import made_up as m
from tests.access.made_up import NOW, merged, registry
from tests.access.played import Clock, Recordings, stocked
from tests.access.test_port_audit import BASE_PORT, PVID, Q, carried

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import whole_element
from techinfo.api.documents.diagnosis import judge
from techinfo.api.onapi.part_states import assembled
from techinfo.api.v1.access_document import access_document
from techinfo.collect import Collector, PollingLimits
from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.model import Fact

ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
VLANS = {"bb": 10, "iptv": 20, "voip": 30}
MINE, THEIRS = "02:00:00:00:00:A", "02:00:00:00:00:B"
HEAD = """
elements:
  - {name: sw, address: 192.0.2.3, sys_name: elm3, uplink_element: core, uplink_port: ge9}
  - {name: core, address: 192.0.2.4, sys_name: core-1}
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name, cable_group: K7}
  - {access_id: A-2, element: sw, port: ge2, port_by: name, cable_group: K7}
services:
  - {vlan: 10, service_type: bb}
  - {vlan: 20, service_type: iptv}
  - {vlan: 30, service_type: voip}
subscriptions:
"""
STATES = st.sampled_from(("ACTIVATED", "SUSPENDED", "ORDERED"))
DATES = st.sampled_from(("2019-01-01", "2026-11-01", "2027-03-01"))
KINDS = st.sampled_from(("DISCOVER", "REQUEST", "NAK", "OFFER", "granted"))
Held = dict[str, tuple[str, str]]


SOMEBODY = [
    Message(
        at=NOW - timedelta(seconds=ago),
        type=MessageType.DISCOVER,
        server="log",
        mac="02:00:00:00:00:c1",
    )
    for ago in (3000, 1)
]
"""The log is of a whole network: it goes on."""


def mac(whose: str, service: str) -> str:
    """The device of a service."""
    return f"{whose}{list(VLANS).index(service) + 1}"


def listed(provider: str, access: str, held: Held, equipment: bool = False) -> str:
    """Subscriptions as YAML."""
    named = f', equipment: \'[{{"macAddress": "{mac(MINE, "bb")}"}}]\'' if equipment else ""
    return "".join(
        f"  - {{subscription_id: {provider}-{access}-{service}, access_id: {access},"
        f" provider: {provider}, service: BB-100-100, service_type: {service}, state: {state},"
        f" connection_date: {date}{named}}}\n"
        for service, (state, date) in held.items()
    )


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """An identifier is the name of its access, and of its VLAN."""
    out: list[AccessRef | None] = []
    for identity, _ in asked:
        name, vlan = (identity.circuit or b"").decode().split("/")
        out.append(AccessRef(name, int(vlan)))
    return out


def said(kind: str, ago_s: int, whose: str, service: str, access: str, named: bool) -> Event:
    """What a device has asked, or got."""
    at, hardware = NOW - timedelta(seconds=ago_s), mac(whose, service).lower()
    identity = Identity(circuit=f"{access}/{VLANS[service]}".encode()) if named else None
    if kind == "granted":
        return LeaseEvent(
            at=at,
            kind=Kind.GRANTED,
            address=f"198.51.100.{VLANS[service]}",
            server="log",
            mac=hardware,
            identity=identity,
            lifetime_s=300,
        )
    return Message(at=at, type=MessageType(kind), server="log", mac=hardware, identity=identity)


def told(records: str, switch: m.Rows, events: Sequence[Event]) -> tuple[dict[str, Any], ...]:
    """Case, verdict and document of the access for the provider."""

    async def words(folder: Path) -> tuple[dict[str, Any], ...]:
        clock = Clock()
        collector = Collector(
            registry(),
            Recordings(
                {"192.0.2.3": switch, "192.0.2.4": merged(m.system("core-1"), m.port(9, "ge9"))}
            ).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        inventory = stocked(folder, records, lambda: NOW.replace(year=2018))
        with LeaseFile.open(folder / "leases.sqlite") as file:
            log = LeaseLog(file, where, now=clock)
            log.take(sorted([*SOMEBODY, *events], key=lambda event: event.at))
            log.looked(["log"])
            service = AccessService(
                Troubleshooter(inventory, collector, clock),
                lease_log=log,
                experience=lambda: {"no_lease": 0.5},
            )
            trouble = service.troubleshooter
            try:
                for element in inventory.elements():
                    facts = (Fact.DEVICE, Fact.LINK, Fact.VLANS)
                    await whole_element(trouble, element, CachePolicy(), facts)
                access, answers = await service.everything(ISP, "A-1", CachePolicy())
                answer = await assembled(trouble, access, answers)
                judged = await judge(service, ISP, answer)
                return judged.case, judged.diagnosis, access_document(answer, judged)
            finally:
                await collector.close()

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(words(Path(folder)))


def _uncounted(document: dict[str, Any]) -> dict[str, Any]:
    status = {k: v for k, v in document["status"].items() if k != "statistics"}
    return {k: v for k, v in document.items() if k != "checksum"} | {"status": status}


def draw_events(
    data: st.DataObject, whose: str, services: Sequence[str], access: str
) -> list[Event]:
    """What devices of somebody's services ask within a quarter of an hour."""
    if not services:
        return []
    one = st.tuples(KINDS, st.integers(1, 900), st.sampled_from(services), st.booleans())
    return [
        said(kind, ago, whose, service, access, named)
        for kind, ago, service, named in data.draw(st.lists(one, max_size=5))
    ]


@pytest.mark.long
@settings(max_examples=25)
@given(st.data())
def test_nothing_that_another_holder_has_or_does_changes_what_a_provider_is_told(
    data: st.DataObject,
) -> None:
    """Orders of every state and date, devices that ask or are refused, VLANs of the port."""
    own = sorted(data.draw(st.sets(st.sampled_from(sorted(VLANS)), min_size=1)))
    others = sorted(set(VLANS) - set(own))
    mine = {service: data.draw(st.tuples(STATES, DATES)) for service in own}
    up = data.draw(st.booleans())
    here = [s for s in own if data.draw(st.booleans())]
    events = draw_events(data, MINE, own, "A-1")
    equipment = data.draw(st.booleans())
    carries = [VLANS[s] for s in own if data.draw(st.booleans())]

    def world() -> tuple[dict[str, Any], ...]:
        held = {s: data.draw(st.tuples(STATES, DATES)) for s in others if data.draw(st.booleans())}
        theirs = [s for s in others if data.draw(st.booleans())]
        more = [VLANS[s] for s in others if data.draw(st.booleans())]
        bridge = {f"{BASE_PORT}.{n}": f"2|{n}" for n in (1, 2)}
        pvids = {f"{Q}.5.1.1.{n}": f"66|{PVID}" for n in (1, 2)}
        switch = merged(
            m.system("elm3"),
            bridge,
            pvids,
            m.port(1, "ge1", up=up),
            m.port(2, "ge2"),
            carried(PVID, 1, 2),
            *(carried(tag, 1) for tag in sorted({*carries, *more})),
            *(m.learnt(1, mac(MINE, s), VLANS[s]) for s in here),
            *(m.learnt(1, mac(THEIRS, s), VLANS[s]) for s in theirs),
        )
        records = (
            HEAD
            + listed("isp-a", "A-1", mine, equipment)
            + listed("isp-b", "A-1", held)
            + listed("isp-b", "A-2", held)
        )
        return told(records, switch, [*events, *draw_events(data, THEIRS, others, "A-1")])

    one, other = world(), world()

    for name in one[0]["parts"] | other[0]["parts"]:
        assert one[0]["parts"].get(name) == other[0]["parts"].get(name), name
    assert one[0] == other[0]
    assert one[1] == other[1]
    # What the port has counted is told to whom the contract says, and makes no verdict.
    assert _uncounted(one[2]) == _uncounted(other[2])
    assert "isp-b" not in str(one)
    assert THEIRS not in str(one)
    assert "A-2" not in str(one)
