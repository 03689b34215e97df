"""The ports of a switch against the orders on them, over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.access.test_port_audit import DRIVER, INVENTORY, carried, snoops, switch
from tests.api.served import ServedApi, serve
from tests.api.v1.network import BASE, ENGINEER, ISP_A, OPS, USERS

from techinfo.collect.registry import registry_of

AUDIT = f"{BASE}/switch/sw/audit"


@pytest.fixture
def network() -> Recordings:
    """A port without the VLAN of its television, and one with a VLAN that nobody has ordered."""
    rows = switch(carried(10, 1, 2), carried(20, 2))
    return Recordings({"192.0.2.3": rows})


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service over it."""
    inventory = stocked(tmp_path, INVENTORY, lambda: NOW.replace(year=2018))
    return serve(inventory, network.open, clock=Clock(), users=USERS)


@pytest.mark.parametrize("whose", [OPS, ENGINEER])
def test_a_switch_is_compared_with_its_orders(served: ServedApi, whose: tuple[str, str]) -> None:
    """Each difference with its port and access, and how many ports tell nothing."""
    answer = served.get(AUDIT, auth=whose)

    missing = {
        "port": "ge1",
        "accessId": "A-1",
        "what": "vlan_missing",
        "serviceType": "iptv",
        "ordered": 20,
        "configured": [1, 10],
    }
    assert answer.json() == {
        "element": "sw",
        "readAt": "2026-11-21T10:00:00Z",
        "ports": 3,
        "untold": 0,
        "differences": [missing],
    }
    assert answer.headers["Age"] == "0"
    more = served.get(f"{AUDIT}?notOrdered=true", auth=whose).json()["differences"]
    assert [(one["accessId"], one["what"]) for one in more] == [
        ("A-1", "vlan_missing"),
        ("A-2", "vlan_not_ordered"),
    ]
    assert "ordered" not in more[1]


@pytest.mark.parametrize(("query", "told"), [("", [True, True]), ("?snooping=false", [])])
def test_snooping_that_is_off_is_told(tmp_path: Path, query: str, told: list[bool]) -> None:
    """Of broadband that runs, and not where nobody wants it."""
    rows = switch(carried(10, 1, 2), carried(20, 1), snoops(1, v10=2, v20=1))
    inventory = stocked(tmp_path, INVENTORY, lambda: NOW.replace(year=2018))
    opened = Recordings({"192.0.2.3": rows}).open
    drivers = registry_of([(DRIVER, "made up")])
    served = serve(inventory, opened, clock=Clock(), users=USERS, drivers=drivers)

    answer = served.get(f"{AUDIT}{query}", auth=ENGINEER)

    assert answer.status_code == 200
    differences = answer.json()["differences"]
    assert [
        (one["what"], one["ordered"], one["configured"]) == ("snooping_off", 10, [20])
        for one in differences
    ] == told


def test_no_provider_is_told_and_no_switch_asked_for_one(
    served: ServedApi, network: Recordings
) -> None:
    """Whether or not there is such a switch."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get(AUDIT, auth=ISP_A),
            await client.get(f"{BASE}/switch/other/audit", auth=ISP_A),
            await client.get(f"{BASE}/switch/other/audit", auth=OPS),
        ]

    own, other, unknown = served.talk(words)

    assert [own.status_code, other.status_code, unknown.status_code] == [403, 403, 404]
    assert own.json()["code"] == other.json()["code"] == "forbidden"
    assert "sw" not in own.json()["cause"].split()
    assert network.asked == []
