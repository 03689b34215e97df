"""What another provider holds on an access changes nothing in what this one is told of it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access import made_up as m
from tests.access.made_up import merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.api.documents.diagnosis import Judged, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.collect import Collector, PollingLimits

ISP, OPS = (
    Viewer(name="a", role=Role.PROVIDER, provider="isp-a"),
    Viewer(name="o", role=Role.OPERATOR),
)
OTHER = Viewer(name="b", role=Role.PROVIDER, provider="isp-b")
ADDRESS = "192.0.2.3"
MINE, THEIRS = "02:00:00:00:00:A1", "02:00:00:00:00:B1"
HEAD = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm3}]
accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]
services:
  - {vlan: 10, service_type: bb}
  - {vlan: 20, service_type: iptv}
  - {vlan: 30, service_type: voip}
subscriptions:
"""
VLANS = {"bb": 10, "iptv": 20, "voip": 30}
STATES = st.sampled_from(("ACTIVATED", "SUSPENDED", "ORDERED"))
DATES = st.sampled_from(("2019-01-01", "2025-06-01", "2026-11-01", "2027-03-01"))
LINES = st.sampled_from((merged(m.port(1, "ge1")), merged(m.port(1, "ge1", up=False))))


def listed(provider: str, held: dict[str, tuple[str, str]]) -> str:
    """Subscriptions as YAML: service -> state and date."""
    return "".join(
        f"  - {{subscription_id: {provider}-{service}, access_id: A-1, provider: {provider},"
        f" service: X, service_type: {service}, state: {state}, connection_date: {date}}}\n"
        for service, (state, date) in held.items()
    )


def judged(records: str, switch: m.Rows, viewer: Viewer = ISP, *, silent: bool = False) -> Judged:
    """The verdict of the one access."""

    async def told(folder: str) -> Judged:
        clock = Clock()
        inventory = stocked(Path(folder), records, lambda: m.NOW.replace(year=2018))
        collector = Collector(
            registry(),
            Recordings({ADDRESS: switch}, silent={ADDRESS} if silent else set()).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        service = AccessService(Troubleshooter(inventory, collector, clock))
        try:
            access, answers = await service.everything(viewer, "A-1", CachePolicy())
            answer = await assembled(service.troubleshooter, access, answers)
            return await judge(service, viewer, answer)
        finally:
            await collector.close()

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(told(folder))


def learnt(services: set[str], whose: str) -> m.Rows:
    """A device in the VLAN of each service."""
    number = {"bb": 1, "iptv": 2, "voip": 3}
    return merged(
        *(m.learnt(1, f"{whose[:-2]}{whose[-2]}{number[s]}", VLANS[s]) for s in sorted(services))
    )


@settings(max_examples=25)
@given(st.data())
def test_a_verdict_does_not_depend_on_what_others_hold(data: st.DataObject) -> None:
    """Ordered, suspended, activated, of any date, or not there at all: the same to the letter.

    Rows tell their VLAN, and nobody else's broadband runs beside this provider's own: who then may
    see volumes is no matter of the verdict.
    """
    own = data.draw(st.sets(st.sampled_from(sorted(VLANS)), min_size=1))
    others = sorted(set(VLANS) - own)
    mine = {service: data.draw(st.tuples(STATES, DATES)) for service in sorted(own)}
    switch = merged(
        m.system("elm3"),
        data.draw(LINES),
        learnt(data.draw(st.sets(st.sampled_from(sorted(own)))), MINE),
        learnt(
            set(data.draw(st.lists(st.sampled_from(others), unique=True))) if others else set(),
            THEIRS,
        ),
    )
    theirs = [
        {
            service: data.draw(st.tuples(STATES, DATES))
            for service in others
            if data.draw(st.booleans())
        }
        for _ in range(2)
    ]

    one, other = (
        judged(HEAD + listed("isp-a", mine) + listed("isp-b", held), switch) for held in theirs
    )

    assert one.diagnosis == other.diagnosis
    assert one.case == other.case
    assert "isp-b" not in str(one.case)


@pytest.mark.parametrize(
    ("mine", "code"),
    [
        ({"bb": ("ACTIVATED", "2019-01-01")}, "no_lease"),
        ({"bb": ("SUSPENDED", "2019-01-01")}, "service_suspended"),
        ({"bb": ("ORDERED", "2027-03-01")}, "service_not_yet_active"),
        ({"bb": ("ORDERED", "2026-11-01")}, "activation_overdue"),
        ({"bb": ("ACTIVATED", "2027-03-01")}, "service_not_yet_active"),
    ],
)
def test_the_asker_s_own_order_decides(mine: dict[str, tuple[str, str]], code: str) -> None:
    """By its state and dates, beside another provider's suspended television."""
    switch = merged(m.system("elm3"), m.port(1, "ge1"), m.learnt(1, MINE, 10))
    records = HEAD + listed("isp-a", mine) + listed("isp-b", {"iptv": ("SUSPENDED", "2019-01-01")})

    told: dict[str, Any] = judged(records, switch).diagnosis

    assert told["code"] == code


@pytest.mark.parametrize("port", ["up", "down", "shut", "dark", "silent"])
def test_a_suspended_service_is_told_before_any_technical_cause(port: str) -> None:
    """To its holder and the operator; another holder on the same line is told of the line."""
    rows = [m.system("elm3"), m.port(1, "ge1", up=port == "up")]
    if port == "shut":
        rows.append({f"{m.IF}.7.1": "2|2"})
    if port == "dark":
        rows.append(m.optics(1, rx=-4000))
    records = HEAD + listed("isp-a", {"bb": ("SUSPENDED", "2019-01-01")})
    records += listed("isp-b", {"iptv": ("ACTIVATED", "2019-01-01")})
    mine, of_all, theirs = (
        judged(records, merged(*rows), who, silent=port == "silent").diagnosis["code"]
        for who in (ISP, OPS, OTHER)
    )

    assert mine == of_all == "service_suspended"
    assert theirs != "service_suspended"


def test_the_operator_is_told_of_every_service() -> None:
    """Of whoever's; without one in the whole inventory nothing is known of orders."""
    switch = merged(m.system("elm3"), m.port(1, "ge1"), m.learnt(1, MINE, 10))
    records = HEAD + listed("isp-b", {"bb": ("SUSPENDED", "2019-01-01")})

    of_all = judged(records, switch, OPS)
    of_none = judged(HEAD.replace("subscriptions:\n", ""), switch, OPS)

    assert of_all.diagnosis["code"] == "service_suspended"
    assert "services" not in of_none.case["expected"]
    assert of_none.diagnosis["code"] == "no_lease"
