"""What one switch shows, and how it misbehaves: a verdict over REST from one that answers SNMP.

Each state of a port has the code of an experienced engineer, and so has each fault of the lab.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.at_lab import HASTY, PATIENCE_S, Network
from tests.access.made_up import lines
from tests.access.played import Clock, stocked
from tests.api.served import serve
from tests.api.v1.lab_states import STATES, State, number_of, records, registry, switch
from tests.api.v1.network import BASE, ISP_A, USERS

from techinfo.access.freshness import CachePolicy
from techinfo.collect import PollingLimits
from techinfo.lab import Lab, LabDevice

pytestmark = pytest.mark.long

ELM, ASH, FIR = "127.21.31.1", "127.21.31.2", "127.21.31.3"
AGAIN = (0.2, 1.0, 5.0, PATIENCE_S)
"""Time-outs where some answers are lost, and all others come."""
FINE = {"fine": State(code="all_fine")}
SERVICES = "services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]"
MACS = "1.3.6.1.2.1.17.7.1.2.2"
FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("silent", {}, "undecided"),
    ("wrong_community", {}, "undecided"),
    ("garbage", {}, "undecided"),
    ("truncated", {"octets": 20}, "undecided"),
    ("slow", {"seconds": 0.001}, "all_fine"),
    ("lossy", {"probability": 0.2}, "all_fine"),
    ("reordered", {"count": 1}, "all_fine"),
    ("duplicated", {"count": 3}, "all_fine"),
    ("other_address", {"address": "127.21.31.99"}, "undecided"),
    ("dead_over_varbinds", {"limit": 10}, "all_fine"),
    ("dead_on_bulk", {"subtree": "1.3.6.1.4.1.99999.40"}, "all_fine"),
    ("too_big_over_repetitions", {"limit": 3}, "all_fine"),
    ("too_big_over_octets", {"limit": 484}, "all_fine"),
    ("silent_over_repetitions", {"limit": 60}, "all_fine"),
    ("skipped_rows", {"limit": 60}, "all_fine"),
    ("looping_rows", {"column": f"{m.BASE}.4.1"}, "all_fine"),
    ("unordered_rows", {"column": f"{m.BASE}.4.1"}, "all_fine"),
    ("outside_rows", {"column": f"{m.BASE}.5.1", "instead": "1.3.6.1.2.1.1"}, "all_fine"),
    ("partial_table", {"entry": f"{MACS}.1", "rows": 0}, "all_fine"),
    ("renumbered", {"offset": 100}, "all_fine"),
    ("rebooted", {}, "switch_rebooted_lately"),
    ("flapping", {"port": 1, "seconds": 3600}, "undecided"),
    ("changed", {"rows": f"{m.IF}.8.1|2|2;{m.IF}.7.1|2|2"}, "port_admin_down"),
    ("swapped", {}, "inventory_mismatch"),
)
UNREAD = {"silent", "wrong_community", "garbage", "truncated", "other_address", "swapped"}
"""Faults that let nobody read the link."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The verdict of every port of a switch, and of a port of another under every fault."""
    folder = tmp_path_factory.mktemp("lab")
    another = folder / "another.snmprec"
    another.write_text("\n".join(lines(switch("another", FINE))) + "\n")
    clock = Clock()
    with Lab(
        [
            LabDevice(name="elm", address=ELM, rows=lines(switch("elm", STATES))),
            LabDevice(name="ash", address=ASH, rows=lines(switch("ash", FINE))),
            LabDevice(name="fir", address=FIR, rows=lines(switch("fir", FINE))),
        ]
    ) as lab:
        network = Network(lab, timeouts={ASH: AGAIN, FIR: HASTY})
        written = [records("elm", STATES), records("ash", FINE), records("fir", FINE)]
        text = "\n".join(
            (
                "elements:",
                f"  - {{name: elm, address: {ELM}, sys_name: elm}}",
                f"  - {{name: ash, address: {ASH}, sys_name: ash}}",
                f"  - {{name: fir, address: {FIR}, sys_name: fir}}",
                "accesses:",
                *(line for accesses, _ in written for line in accesses),
                SERVICES,
                "subscriptions:",
                *(line for _, held in written for line in held),
            )
        )
        served = serve(
            stocked(folder, text, clock),
            network.open,
            clock=clock,
            drivers=registry(),
            policy=CachePolicy(deadline_s=PATIENCE_S),
            polling_limits=PollingLimits(min_interval_s=0.0, silent_first_s=0.0),
            users=USERS,
            closing=(network.close,),
        )

        async def asked(client: httpx.AsyncClient, access: str, body: object) -> dict[str, Any]:
            url, now = f"{BASE}/diagnosis/{access}", {"Cache-Control": "no-cache"}
            if body:
                answer = await client.post(url, json=body, auth=ISP_A, headers=now)
            else:
                answer = await client.get(url, auth=ISP_A, headers=now)
            assert answer.status_code == 200, (access, answer.text)
            found: dict[str, Any] = answer.json()
            return found

        async def walked(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
            found = {}
            for name, state in STATES.items():
                found[name] = await asked(client, f"elm-{number_of(name)}", state.words)
            for kind, args, _ in FAULTS:
                more = {"recording": str(another)} if kind == "swapped" else {}
                name = "fir" if kind in UNREAD - {"swapped"} else "ash"
                lab.fault(name, kind, **args, **more)
                clock.go_on(3600)
                found[f"fault {kind}"] = await asked(client, f"{name}-1", None)
                lab.clear(name)
                while (await asked(client, f"{name}-1", None))["code"] != "all_fine":
                    clock.go_on(60)
            return found

        yield served.talk(walked, 120.0)
        assert lab.counts("elm").sets_refused == 0


@pytest.mark.parametrize("name", STATES)
def test_each_state_of_a_port_has_its_verdict(told: dict[str, dict[str, Any]], name: str) -> None:
    """As the switch tells it, with the customer's words where the state needs them."""
    verdict = told[name]

    assert verdict["code"] == STATES[name].code, verdict


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, _, code in FAULTS])
def test_each_fault_of_the_lab_has_its_verdict(
    told: dict[str, dict[str, Any]], kind: str, code: str
) -> None:
    """What was not read decides nothing about the line."""
    verdict = told[f"fault {kind}"]

    assert verdict["code"] == code, verdict
    assert ("status" in verdict["missing"]) is (kind in UNREAD), verdict
