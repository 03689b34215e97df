"""Ports against orders: what is missing on a port, and what a switch does not tell."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.port_audit import Audit, What, audit, audit_switch
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import whole_element
from techinfo.api.documents.diagnosis import case_of_document, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.api.v1.access_document import access_document
from techinfo.collect import Collector, PollingLimits, Reading
from techinfo.collect.registry import registry_of
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.driver.cells import Column, PortBy, PortKey, Valid
from techinfo.driver.convert import kilobits, text
from techinfo.driver.tables import ShapingTable
from techinfo.model import Fact

Q, BASE_PORT = "1.3.6.1.2.1.17.7.1.4", "1.3.6.1.2.1.17.1.4.1.2"
PVID = 1
SNOOPS, SNOOPS_IN = f"{m.BASE}.4.90.0", f"{m.BASE}.4.91"
DRIVER = replace(
    m.SWITCH,
    leases=tuple(
        replace(
            table,
            enabled=Valid(SNOOPS, frozenset({1})),
            of_vlans=Valid(SNOOPS_IN, frozenset({1})),
        )
        for table in m.SWITCH.leases
    ),
    shaping=(
        ShapingTable(
            mib="made up",
            port=PortKey(PortBy.IF_INDEX, trailing=((0,), (1,))),
            queue=Column(f"{m.BASE}.6.1", text),
            pir=Column(f"{m.BASE}.6.4", kilobits()),
        ),
    ),
)
INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm3, site: elm}]
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: ge2, port_by: name}
  - {access_id: A-3, element: sw, port: ge3, port_by: name}
services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp-a, service: BB-1000-100,
     service_type: bb, state: ACTIVATED}
  - {subscription_id: S-2, access_id: A-1, provider: isp-b, service: TV, service_type: iptv}
  - {subscription_id: S-3, access_id: A-2, provider: isp-a, service: BB-100-100, service_type: bb}
  - {subscription_id: S-4, access_id: A-3, provider: isp-a, service: BB-100-100, service_type: bb,
     state: ORDERED}
"""
ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")


def carried(tag: int, *ports: int) -> m.Rows:
    """A VLAN on ports, with a tag on each."""
    octet = sum(0x80 >> (n - 1) for n in ports)
    return {f"{Q}.2.1.4.0.{tag}": f"4x|{octet:02x}", f"{Q}.2.1.5.0.{tag}": "4x|00"}


def switch(*more: m.Rows) -> m.Rows:
    """Three ports in VLAN 1, and what else they carry."""
    bridge = {f"{BASE_PORT}.{n}": f"2|{n}" for n in (1, 2, 3)}
    pvids = {f"{Q}.5.1.1.{n}": f"66|{PVID}" for n in (1, 2, 3)}
    ports = (m.port(n, f"ge{n}") for n in (1, 2, 3))
    return merged(m.system("elm3"), bridge, pvids, *ports, carried(PVID, 1, 2, 3), *more)


def audited(folder: Path, rows: m.Rows, *, not_ordered: bool = False) -> Audit:
    """The ports of the one switch."""

    async def told() -> Audit:
        clock = Clock()
        collector = Collector(
            registry_of([(DRIVER, "made up")]),
            Recordings({"192.0.2.3": rows}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        inventory = stocked(folder, INVENTORY, lambda: NOW.replace(year=2018))
        try:
            return await audit(
                Troubleshooter(inventory, collector, clock),
                inventory.elements(),
                parallel=2,
                policy=CachePolicy(),
                not_ordered=not_ordered,
            )
        finally:
            await collector.close()

    return asyncio.run(told())


def snoops(on: int, **vlans: int) -> m.Rows:
    """A switch that snoops or not: 1 or 2, in the element and by VLAN (``v10=1``)."""
    return {SNOOPS: f"2|{on}"} | {f"{SNOOPS_IN}.{v[1:]}": f"2|{cell}" for v, cell in vlans.items()}


def looked(
    folder: Path, rows: m.Rows, *, snooping: bool = True, inventory: str = INVENTORY
) -> tuple[Audit, Reading]:
    """The same switch for a person, and what it cost."""

    async def told() -> tuple[Audit, Reading]:
        clock = Clock()
        collector = Collector(
            registry_of([(DRIVER, "made up")]),
            Recordings({"192.0.2.3": rows}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        troubleshooter = Troubleshooter(
            stocked(folder, inventory, lambda: NOW.replace(year=2018)), collector, clock
        )
        ops = Viewer(name="ops", role=Role.OPERATOR)
        try:
            return await audit_switch(troubleshooter, ops, "sw", CachePolicy(), snooping=snooping)
        finally:
            await collector.close()

    return asyncio.run(told())


def found(told: Audit) -> list[tuple[str, str, str, int | None, tuple[int, ...]]]:
    """The differences, without where and when."""
    return [
        (d.access_id, str(d.what), d.service_type, d.ordered, d.configured)
        for d in told.differences
    ]


def test_a_service_that_is_not_on_its_port_is_found(tmp_path: Path) -> None:
    """By the one VLAN that the records have for it; what is only ordered need not be there yet."""
    told = audited(tmp_path, switch(carried(10, 1), carried(20, 2)))

    assert found(told) == [
        ("A-1", "vlan_missing", "iptv", 20, (1, 10)),
        ("A-2", "vlan_missing", "bb", 10, (1, 20)),
    ]
    assert (told.ports, told.untold, told.unread) == (3, 0, {})
    assert told.differences[0].read_at == NOW


def test_what_nobody_has_ordered_is_told_to_who_asks_for_it(tmp_path: Path) -> None:
    """Networks that put every service on every port need not hear it."""
    rows = switch(carried(10, 1, 2, 3), carried(20, 1, 2))

    assert found(audited(tmp_path, rows)) == []
    assert found(audited(tmp_path, rows, not_ordered=True)) == [
        ("A-2", str(What.VLAN_NOT_ORDERED), "iptv", None, (20,)),
        ("A-3", str(What.VLAN_NOT_ORDERED), "bb", None, (10,)),
    ]


def test_a_rate_below_the_order_is_found(tmp_path: Path) -> None:
    """In either direction, from 95 % on; more than ordered is right."""
    table = f"{m.BASE}.6"
    rates = {
        f"{table}.1.1.0": "4|out",
        f"{table}.4.1.0": "2|940000",
        f"{table}.1.1.1": "4|in",
        f"{table}.4.1.1": "2|95000",
        f"{table}.1.2.0": "4|out",
        f"{table}.4.2.0": "2|200000",
    }

    rows = switch(carried(10, 1, 2), carried(20, 1), rates)

    assert found(audited(tmp_path, rows)) == [
        ("A-1", "rate_below_order", "bb", 1_000_000, (940_000,))
    ]


CARRIED = (carried(10, 1, 2, 3), carried(20, 1))
"""Every VLAN that is ordered, where it is ordered."""


def test_snooping_that_is_off_in_the_switch_is_found(tmp_path: Path) -> None:
    """On each port whose broadband gets its address by DHCP; not of what is only ordered."""
    told, _ = looked(tmp_path, switch(*CARRIED, snoops(2, v10=1)))

    assert found(told) == [
        ("A-1", "snooping_off", "bb", 10, ()),
        ("A-2", "snooping_off", "bb", 10, ()),
    ]
    assert told.differences[0].read_at == NOW


@pytest.mark.parametrize(
    ("rows", "on"),
    [
        (snoops(1, v10=1, v20=2), None),
        (snoops(1, v10=2, v20=1), (20,)),
        (snoops(1, v20=1), (20,)),
        (snoops(1, v10=2), ()),
        (snoops(1), None),  # a switch that tells it of no VLAN
        ({}, None),
    ],
)
def test_snooping_is_looked_for_in_the_vlan_of_broadband(
    tmp_path: Path, rows: m.Rows, on: tuple[int, ...] | None
) -> None:
    """Where it is on in the switch; what a switch does not tell is no difference."""
    told, _ = looked(tmp_path, switch(*CARRIED, rows))

    assert [(d.access_id, d.configured) for d in told.differences] == (
        [] if on is None else [("A-1", on), ("A-2", on)]
    )


def test_a_fixed_address_needs_no_snooping(tmp_path: Path) -> None:
    """As the verdict needs no lease for it."""
    fixed = INVENTORY.replace(
        "service_type: bb, state: ACTIVATED}",
        "service_type: bb, state: ACTIVATED, characteristics: '{\"fixedIp\": true}'}",
    )
    assert fixed != INVENTORY

    told, _ = looked(tmp_path, switch(*CARRIED, snoops(2)), inventory=fixed)

    assert [d.access_id for d in told.differences] == ["A-2"]


def test_no_lease_is_read_for_it(tmp_path: Path) -> None:
    """One GET while it is off, one question more for the VLANs while it is on; nobody's rows."""
    leases = {f"{m.BASE}.4.{column}.1": "2|1" for column in (1, 2, 3, 4)}
    costs = {}
    for name, rows in {"off": snoops(2, v10=1), "on": snoops(1, v10=1)}.items():
        whole = switch(*CARRIED, rows, leases)
        told, reading = looked(tmp_path, whole)
        without, plain = looked(tmp_path, whole, snooping=False)
        costs[name] = reading.cost.requests - plain.cost.requests
        assert Fact.LEASES not in reading.parts
        assert Fact.SNOOPING not in plain.parts
        assert without.differences == []
        assert bool(told.differences) is (name == "off")

    assert costs == {"off": 1, "on": 2}


def test_what_a_switch_does_not_tell_is_no_difference(tmp_path: Path) -> None:
    """Lists that number ports otherwise than the PVIDs; a switch that is silent is named."""
    rows = switch(carried(10, 3), carried(20, 3))
    unwitnessed = {k: v for k, v in rows.items() if not k.startswith(f"{Q}.5.")}

    told = audited(tmp_path, unwitnessed)

    assert (told.differences, told.ports, told.untold) == ([], 0, 3)
    assert audited(tmp_path, {}).unread.keys() == {"sw"}


@pytest.mark.parametrize("read_before", [True, False])
def test_the_verdict_knows_what_was_read_of_the_whole_switch(
    tmp_path: Path, read_before: bool
) -> None:
    """It is told the asker's own VLANs, and reads nothing for it."""
    rows = switch(carried(10, 1), carried(20, 1, 2))

    async def told() -> tuple[dict[str, Any], dict[str, Any]]:
        clock = Clock()
        collector = Collector(
            registry_of([(DRIVER, "made up")]),
            Recordings({"192.0.2.3": rows}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        inventory = stocked(tmp_path, INVENTORY, lambda: NOW.replace(year=2018))
        service = AccessService(Troubleshooter(inventory, collector, clock))
        try:
            if read_before:
                (element,) = inventory.elements()
                facts = (Fact.DEVICE, Fact.VLANS)
                await whole_element(service.troubleshooter, element, CachePolicy(), facts)
            access, answers = await service.everything(ISP, "A-2", CachePolicy())
            answer = await assembled(service.troubleshooter, access, answers)
            judged = await judge(service, ISP, answer)
            return judged.case, access_document(answer, judged)
        finally:
            await collector.close()

    case, document = asyncio.run(told())

    assert case["facts"].get("portVlans") == ([] if read_before else None)
    assert (document["diagnosis"]["code"] == "service_not_on_port") is read_before
    again = diagnose(read_case(case_of_document(document)))
    assert again["code"] == document["diagnosis"]["code"]
