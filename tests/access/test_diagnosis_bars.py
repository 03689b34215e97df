"""What a diagnosis costs a switch: the six questions, nothing else; and what faults make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.at_lab import HASTY, Network, asked, since, troubled
from tests.access.made_up import lines, merged
from tests.access.played import stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.api.documents.diagnosis import judge
from techinfo.api.onapi.part_states import assembled
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

ELM = "127.21.7.1"
CODES = {
    1: "all_fine",
    2: "no_lease",
    3: "no_mac",
    4: "port_admin_down",
    5: "no_light_check_power",
    6: "light_no_link_restart",
    7: "no_link_check_customer",
}
"""Port -> what a switch in this state must give."""
ACCESSES = "".join(
    f"  - {{access_id: A-{n}, element: elm, port: ge{n}, port_by: name}}\n" for n in CODES
)
HELD = "".join(
    f"  - {{subscription_id: S-{n}, access_id: A-{n}, provider: isp-a, service: BB,"
    " service_type: bb}\n"
    for n in CODES
)
INVENTORY = f"""
elements: [{{name: elm, address: {ELM}, sys_name: elm}}]
accesses:
{ACCESSES}
services: [{{vlan: 10, service_type: bb}}]
subscriptions:
{HELD}
"""
ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
NOW = CachePolicy(max_age_s=0.0, deadline_s=60.0)


def rows() -> m.Rows:
    """A switch with a port in each state."""
    return merged(
        m.system("elm"),
        *(m.port(n, f"ge{n}", up=n <= 3) for n in CODES),
        {f"{m.IF}.7.4": "2|2"},
        *(m.optics(n) for n in (1, 2, 3, 6)),
        *(m.optics(n, rx=-4000) for n in (4, 5)),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.learnt(2, "02:00:00:00:00:12", 10),
        m.lease(1, 1, "198.51.100.1", "02:00:00:00:00:11", 10),
    )


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The switch, on loopback."""
    with Lab([LabDevice(name="elm", address=ELM, rows=lines(rows()))]) as running:
        yield running


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """An access on each port."""
    return stocked(tmp_path, INVENTORY)


async def judged(trouble: Troubleshooter, access_id: str) -> dict[str, Any]:
    """The verdict of an access, for its provider."""
    service = AccessService(trouble)
    access, answers = await service.everything(ISP, access_id, NOW)
    answer = await assembled(trouble, access, answers)
    return (await judge(service, ISP, answer)).diagnosis


def test_each_state_of_a_port_has_its_verdict(lab: Lab, inventory: Inventory) -> None:
    """From a switch that is asked over UDP, not from a file."""

    async def words(trouble: Troubleshooter) -> dict[int, str]:
        return {n: (await judged(trouble, f"A-{n}"))["code"] for n in CODES}

    assert troubled(inventory, Network(lab), words) == CODES


def test_a_diagnosis_asks_what_the_six_questions_ask(lab: Lab, inventory: Inventory) -> None:
    """PDU for PDU, of a line that works and of one that is down; nothing is ever written."""

    async def words(trouble: Troubleshooter) -> list[tuple[dict[str, int], dict[str, int]]]:
        costs = []
        for access_id in ("A-1", "A-5"):
            await judged(trouble, access_id)
            before = asked(lab, "elm")
            await AccessService(trouble).everything(ISP, access_id, NOW)
            between = asked(lab, "elm")
            await judged(trouble, access_id)
            costs.append((since(before, between), since(between, asked(lab, "elm"))))
        return costs

    costs = troubled(inventory, Network(lab), words)

    assert all(six == whole for six, whole in costs)
    assert lab.counts("elm").sets_refused == 0


@pytest.mark.parametrize("fault", ["silent", "wrong_community", "garbage"])
def test_a_switch_that_misbehaves_makes_no_false_verdict(
    lab: Lab, inventory: Inventory, fault: str
) -> None:
    """What was not read is missing, and decides nothing about the line."""
    network = Network(lab, timeouts={ELM: HASTY})
    lab.fault("elm", fault)

    async def words(trouble: Troubleshooter) -> dict[str, Any]:
        return await judged(trouble, "A-1")

    try:
        told = troubled(inventory, network, words)
    finally:
        lab.clear("elm")

    assert told["code"] == "undecided"
    assert "status" in told["missing"]
