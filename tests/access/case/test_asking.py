"""A device that asks for an address and gets none: the verdict, from a switch and a log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.api.documents.diagnosis import Judged, case_of_document, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.api.v1.access_document import access_document
from techinfo.collect import Collector, PollingLimits
from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
OPS = Viewer(name="o", role=Role.OPERATOR)
ROUTER, BOX, ELSEWHERE = "02:00:5e:00:53:01", "02:00:5e:00:53:02", "02:00:5e:00:53:77"
INVENTORY = f"""
elements: [{{name: sw, address: 192.0.2.3, sys_name: elm3}}]
accesses:
  - {{access_id: A-1, element: sw, port: ge1, port_by: name}}
  - {{access_id: A-2, element: sw, port: ge2, port_by: name}}
services: [{{vlan: 10, service_type: bb}}, {{vlan: 20, service_type: iptv}}]
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp-a, service: BB, service_type: bb}}
  - {{subscription_id: S-2, access_id: A-1, provider: isp-b, service: TV, service_type: iptv}}
  - {{subscription_id: S-3, access_id: A-2, provider: isp-a, service: BB, service_type: bb,
     equipment: '[{{"macAddress": "{ELSEWHERE}"}}]'}}
"""
SWITCH = merged(
    m.system("elm3"),
    m.port(1, "ge1"),
    m.port(2, "ge2"),
    m.learnt(1, ROUTER, 10),
    m.learnt(1, BOX, 20),
)


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """An identifier is the name of its access."""
    return [AccessRef((identity.circuit or b"").decode()) for identity, _ in asked]


def said(ago_s: float, kind: str = "DISCOVER", mac: str = ROUTER, on: str | None = None) -> Message:
    """A message that a server's log has, with the relay's identifier or without."""
    return Message(
        at=NOW - timedelta(seconds=ago_s),
        type=MessageType(kind),
        server="log",
        mac=mac,
        identity=Identity(circuit=on.encode()) if on else None,
    )


def granted(ago_s: float, mac: str = ROUTER) -> LeaseEvent:
    """A lease of ten minutes, which is over when it was granted long ago."""
    return LeaseEvent(
        at=NOW - timedelta(seconds=ago_s),
        kind=Kind.GRANTED,
        address="198.51.100.7",
        server="log",
        mac=mac,
        lifetime_s=600,
    )


def judged(
    folder: Path,
    *events: Event,
    viewer: Viewer = ISP,
    access_id: str = "A-1",
    records: str = INVENTORY,
) -> tuple[Judged, dict[str, Any]]:
    """The verdict of an access, and its document."""

    async def told() -> tuple[Judged, dict[str, Any]]:
        clock = Clock()
        collector = Collector(
            registry(),
            Recordings({"192.0.2.3": SWITCH}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        inventory = stocked(folder, records, lambda: NOW.replace(year=2018))
        with LeaseFile.open(folder / "leases.sqlite") as file:
            log = LeaseLog(file, where, now=clock)
            log.take(events)
            log.looked(["log"])
            service = AccessService(Troubleshooter(inventory, collector, clock), lease_log=log)
            try:
                access, answers = await service.everything(viewer, access_id, CachePolicy())
                answer = await assembled(service.troubleshooter, access, answers)
                found = await judge(service, viewer, answer)
                return found, access_document(answer, found)
            finally:
                await collector.close()

    return asyncio.run(told())


WHO = said(3000, mac="02:00:5e:00:53:99"), said(5, mac="02:00:5e:00:53:99")
"""Somebody else asks meanwhile: the log is written to."""


@pytest.mark.parametrize(("whose", "code"), [("sp", "dhcp_sp_server"), ("co", "dhcp_no_answer")])
def test_whose_the_silent_server_is_decides_who_acts(tmp_path: Path, whose: str, code: str) -> None:
    """As the order says it."""
    records = INVENTORY.replace("service: BB, ", f"service: BB, dhcp_server: {whose}, ", 1)

    found, _ = judged(tmp_path, said(100), said(90), said(70), records=records)

    assert found.diagnosis["code"] == code


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((said(100), said(90), said(70)), "dhcp_no_answer"),
        ((said(100, on="A-1"), said(90, on="A-1"), said(70, on="A-1")), "dhcp_no_answer"),
        ((said(100), said(95, "OFFER")), "no_lease"),
        (
            tuple(said(s, kind) for s in (90, 60, 30) for kind in ("REQUEST", "NAK")),
            "nak_loop",
        ),
        ((said(2900), granted(2800), *WHO), "no_dhcp_request"),
        (WHO, "no_lease"),
        ((said(100, on="A-2"),), "no_lease"),
    ],
)
def test_what_the_log_tells_decides(tmp_path: Path, events: tuple[Event, ...], code: str) -> None:
    """Each code of an address, from a living switch; the document gives the same verdict again."""
    found, document = judged(tmp_path, *events)
    again = diagnose(read_case(case_of_document(document)))

    assert found.diagnosis["code"] == code
    assert (again["code"], again["confidence"]) == (code, found.diagnosis["confidence"])


def test_a_provider_hears_nothing_of_another_s_box(tmp_path: Path) -> None:
    """What a television box of another provider asks is the operator's to see alone."""
    events = (said(100, mac=BOX), said(90, mac=BOX), said(80), said(70, mac=BOX, on="A-1"))

    theirs = tmp_path / "operator"
    theirs.mkdir()

    mine, _ = judged(tmp_path, *events)
    all_of_it, _ = judged(theirs, *events, viewer=OPS)

    assert BOX.upper() not in str(mine.case)
    assert [row["mac"] for row in mine.case["dhcp"]["requests"]] == [ROUTER.upper()]
    assert len(all_of_it.case["dhcp"]["requests"]) == 4


def test_ordered_equipment_that_asks_elsewhere_is_told_without_where(tmp_path: Path) -> None:
    """And not at all in the document, which others may read."""
    events = tuple(said(s, mac=ELSEWHERE, on="A-1") for s in (90, 60, 30))

    found, document = judged(tmp_path, *events, access_id="A-2")

    assert {(r["resolvedTo"], r["near"]) for r in found.case["dhcp"]["requests"]} == {
        ("other", True)
    }
    assert "A-1" not in str(found.case)
    assert document["dhcp"]["requests"] == []
