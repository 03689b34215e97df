"""What the operator should look at: from what is known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
from tests.access.made_up import NOW
from tests.access.played import Recordings
from tests.api.served import ServedApi
from tests.api.v1.network import BASE, ENGINEER, ISP_A, OPS

from techinfo.store.pauses import Pause, Reach

ATTENTION = f"{BASE}/attention"


def test_silence_findings_and_pauses_are_told(served: ServedApi, network: Recordings) -> None:
    """Of a switch that was asked and did not answer; a provider hears nothing of the network."""
    pause = Pause(
        reach=Reach.SITE, name="elm", since=NOW, until=NOW + timedelta(hours=1), why="works"
    )
    app = served.app.state
    app.app_state = replace(app.app_state, pauses=lambda: (pause,))
    network.silent.add("192.0.2.4")

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        before = await client.get(ATTENTION, auth=OPS)
        await client.get(f"{BASE}/access/A-3", auth=OPS)
        asked = len(network.asked)
        told = [before, *[await client.get(ATTENTION, auth=x) for x in (OPS, ENGINEER, ISP_A)]]
        assert len(network.asked) == asked
        return told

    before, of_ops, of_engineer, of_isp = served.talk(words)

    assert before.json()["silent"] == []
    (silent,) = of_ops.json()["silent"]
    assert (silent["element"], silent["since"]) == ("sw-oak-1", "2026-11-21T10:00:00Z")
    assert of_ops.json()["pauses"] == [
        {
            "reach": "site",
            "name": "elm",
            "since": "2026-11-21T10:00:00Z",
            "until": "2026-11-21T11:00:00Z",
            "why": "works",
        }
    ]
    assert of_ops.json()["more"] is False
    assert of_engineer.json() == of_ops.json()
    assert of_isp.status_code == 403
    assert "sw-" not in of_isp.text


def test_what_the_inventory_lacks_is_told(served: ServedApi) -> None:
    """As the check has it that asks no switch."""
    found = served.app.state.app_state.inventory.findings()

    told = served.get(ATTENTION, auth=OPS).json()["findings"]

    assert [(one["who"], one["what"]) for one in told] == [(x.who, x.what) for x in found]
