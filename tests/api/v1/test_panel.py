"""The front panel: all ports at a glance, for the operator's own people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve
from tests.api.v1.network import (
    BASE,
    ENGINEER,
    INVENTORY,
    ISP_A,
    OPS,
    USERS,
    cause,
    recordings,
)

from techinfo.collect import PollingLimits

PANEL = f"{BASE}/switch/sw-elm-3/panel"
OLT = "  - {name: olt-1, address: 192.0.2.9, sys_name: olt-1}"
TOUCHED = f"{BASE}/switch/sw-elm-3/touched"


@pytest.mark.parametrize("whose", [OPS, ENGINEER])
def test_every_port_is_on_it(served: ServedApi, whose: tuple[str, str]) -> None:
    """Link, light, who is there and how many VLANs; what is not known is left out."""
    answer = served.get(PANEL, auth=whose)
    body = answer.json()
    first, second, third = body["ports"]

    assert answer.headers["Age"] == "0"
    assert (body["element"], body["site"], body["model"]) == ("sw-elm-3", "elm", "MU-2600")
    assert first == {
        "ifIndex": 1,
        "name": "ge1",
        "description": "A-1",
        "link": True,
        "adminDown": False,
        "linkSince": "2026-11-20T11:00:00Z",
        "linkSpeed": 1000,
        "light": "-12.34",
        "accessIds": ["A-1"],
        "vlanCount": 2,
    }
    assert (second["accessIds"], second["vlanCount"]) == (["A-2"], 1)
    assert (third["link"], third["accessIds"], third["vlanCount"]) == (False, [], 0)
    assert "light" not in third


def test_it_is_one_reading(served: ServedApi, network: Recordings) -> None:
    """And asked again within its freshness none at all."""

    async def words(client: httpx.AsyncClient) -> None:
        for _ in range(3):
            assert (await client.get(PANEL, auth=OPS)).status_code == 200

    served.talk(words)

    assert network.asked == ["192.0.2.3"]


@pytest.mark.parametrize("element", ["sw-elm-3", "sw-nothing", "%2e%2e"])
def test_a_provider_is_refused_whatever_it_names(
    served: ServedApi, element: str, network: Recordings
) -> None:
    """Whether there is such a switch cannot be told from it."""
    cause(served.get(f"{BASE}/switch/{element}/panel", auth=ISP_A), 403, "forbidden")

    assert network.asked == []


def test_a_switch_that_is_not_there_or_silent(served: ServedApi) -> None:
    """404 and 504."""
    cause(served.get(f"{BASE}/switch/sw-nothing/panel", auth=OPS), 404, "unknown_element")
    cause(served.get(f"{BASE}/switch/sw-oak-1/panel", auth=OPS), 504, "element_silent")
    cause(served.get(f"{BASE}/switch/{'x' * 300}/panel", auth=OPS), 400, "malformed")


def test_a_port_that_has_just_moved_is_told_with_its_access(tmp_path: Path) -> None:
    """The link has changed since the reading before; where that was is known from the inventory."""
    network, clock = recordings(), Clock()
    served = serve(
        stocked(tmp_path, INVENTORY),
        network.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
    )
    unplugged = merged(m.system("elm3.example"), m.port(1, "ge1"), m.port(2, "ge2", up=False))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(TOUCHED, auth=ENGINEER)
        network.rows["192.0.2.3"] = unplugged
        clock.go_on(20)
        second = await client.get(TOUCHED, auth=ENGINEER)
        return [first, second, await client.get(f"{TOUCHED}?seconds=1", auth=OPS)]

    first, second, malformed = served.talk(words)

    assert first.json()["ports"] == []
    assert "comparedWith" not in first.json()
    (port,) = second.json()["ports"]
    assert (port["name"], port["moved"], port["link"], port["linkBefore"]) == (
        "ge2",
        "link",
        False,
        True,
    )
    (access,) = port["accesses"]
    assert (access["accessId"], access["address"]["outlet"]) == ("A-2", "OUT-4711")
    assert second.json()["comparedWith"] == first.json()["readAt"]
    assert malformed.status_code == 400


def test_an_ont_that_nobody_has_registered_is_told_with_its_port(tmp_path: Path) -> None:
    """Which is new, after the first look; a switch says nothing of any."""
    network, clock = recordings(), Clock()
    served = serve(
        stocked(tmp_path, INVENTORY.replace("accesses:", f"{OLT}\naccesses:")),
        network.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
    )
    olt = merged(m.system("olt-1", m.OLT_ID), m.pon(1, "pon1"))
    at_olt = f"{BASE}/switch/olt-1/touched"

    async def words(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        switch = await client.get(TOUCHED, auth=ENGINEER)
        network.rows["192.0.2.9"] = olt
        first = await client.get(at_olt, auth=ENGINEER)
        network.rows["192.0.2.9"] = olt | m.unregistered((1, 0, b"HWTC\xa1\xb2\xc3\xd4"))
        clock.go_on(20)
        second = await client.get(at_olt, auth=ENGINEER)
        return [answer.json() for answer in (switch, first, second)]

    switch, first, second = served.talk(words)

    assert "unregistered" not in switch
    assert first["unregistered"] == []
    assert second["unregistered"] == [
        {"ifIndex": 1, "name": "pon1", "serialNumber": "HWTCA1B2C3D4", "new": True}
    ]


def test_what_has_moved_is_not_told_a_provider(served: ServedApi, network: Recordings) -> None:
    """Nor is the switch asked."""
    cause(served.get(TOUCHED, auth=ISP_A), 403, "forbidden")

    assert network.asked == []
