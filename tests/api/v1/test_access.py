"""One access as a report and as a document: for whom it is, and what it is worth."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.played import Recordings
from tests.api.served import ServedApi
from tests.api.v1.network import (
    BASE,
    ENGINEER,
    ISP_A,
    ISP_B,
    ISP_C,
    MAC_A,
    MAC_B,
    OPS,
    SECRET,
    cause,
)

from techinfo.api.documents.checksum import checksum, is_whole

_REPORTS = [f"{BASE}/access/A-1", f"{BASE}/dump/A-1"]


def posted(served: ServedApi, body: object, **more: Any) -> httpx.Response:
    """A request for link info."""
    return served.request("POST", f"{BASE}/linkinfo", json=body, **more)


def test_the_report_has_all_facts_with_state_and_age(served: ServedApi) -> None:
    """And says what the access can tell at all, inside the status too."""
    answer = served.get(f"{BASE}/access/A-1", auth=OPS)
    body = answer.json()

    assert answer.status_code == 200
    assert answer.headers["Age"] == "0"
    assert (body["accessId"], body["legacyAccessId"]) == ("A-1", "KGX1")
    assert body["address"]["streetName"] == "Ålgatan"
    assert {(name, part["state"], part["age"]) for name, part in body["parts"].items()} == {
        (name, "ok", 0)
        for name in ("hardware", "status", "macAddressTable", "leaseInfo", "igmpSnooping", "cpe")
    }
    assert {"cpe", "transceiver", "statistics", "configuredSpeed"} <= set(body["capabilities"])
    assert [row["mac"] for row in body["macAddressTable"]] == [MAC_A, MAC_B]
    assert body["status"]["transceiver"]["dbmRx"] == "-12.34"


@pytest.mark.parametrize("path", _REPORTS)
def test_each_provider_has_its_own_rows(served: ServedApi, path: str) -> None:
    """Of one port the holder of each service sees its own, and the port's state."""
    of_a = served.get(path, auth=ISP_A)
    of_b = served.get(path, auth=ISP_B)

    assert [row["mac"] for row in of_a.json()["macAddressTable"]] == [MAC_A]
    assert [row["mac"] for row in of_b.json()["macAddressTable"]] == [MAC_B]
    assert [row["lease"] for row in of_a.json()["leaseInfo"]] == ["198.51.100.10"]
    assert MAC_B not in of_a.text
    assert MAC_A not in of_b.text
    assert of_a.json()["status"]["link"] is of_b.json()["status"]["link"] is True
    assert "packets" in of_a.json()["status"]["statistics"]["input"]
    assert "packets" not in of_b.json()["status"]["statistics"]["input"]


@pytest.mark.parametrize("path", _REPORTS)
def test_nothing_of_the_equipment_reaches_a_provider(served: ServedApi, path: str) -> None:
    """No name, no address, no serial number of an element."""
    text = served.get(path, auth=ISP_A).text

    assert not [secret for secret in SECRET if secret in text]


@pytest.mark.parametrize("path", ["access/A-1", "dump/A-1"])
def test_who_holds_nothing_is_refused(served: ServedApi, path: str, network: Recordings) -> None:
    """And nothing is asked for it."""
    cause(served.get(f"{BASE}/{path}", auth=ISP_C), 403, "forbidden")

    assert network.asked == []


def test_a_document_has_groups_as_a_number(served: ServedApi) -> None:
    """Which ones somebody watches stands in no document."""
    of_b = served.get(f"{BASE}/dump/A-1", auth=ISP_B)
    of_a = served.get(f"{BASE}/dump/A-1", auth=ISP_A)

    assert of_b.json()["igmpGroups"] == 1
    assert of_a.json()["igmpGroups"] == 0
    assert "233.252" not in of_b.text
    assert "igmpSnooping" not in of_b.text


def test_the_document_of_an_access(served: ServedApi) -> None:
    """As the dump format has it, to the letter."""
    document = served.get(f"{BASE}/dump/A-1", auth=ISP_A).json()
    document["status"] = {"link": document["status"]["link"]}
    document["cpe"] = {"up": document["cpe"]["up"]}
    tool, told = document.pop("tool"), document.pop("checksum")
    verdict, imported = document.pop("diagnosis"), document["expected"].pop("importedAt")
    names = ("hardware", "status", "macAddressTable", "leaseInfo", "igmpGroups", "cpe")
    part = {"state": "ok", "readAt": "2026-11-21T10:00:00Z", "age": 0}

    assert tool.startswith("techinfo ")
    assert told.startswith("sha256:")
    assert document == {
        "schema": "techinfo.access/1",
        "accessId": "A-1",
        "collectedAt": "2026-11-21T10:00:00Z",
        # Another provider's group is not hinted at: the table is empty, as where nobody has any.
        "parts": dict.fromkeys(names, part) | {"igmpGroups": part | {"state": "empty"}},
        "hardware": {
            "up": True,
            "upSince": "2026-11-20T10:00:00Z",
            "vendor": "Made Up",
            "model": "MU-2600",
        },
        "status": {"link": True},
        "macAddressTable": [{"mac": MAC_A, "serviceType": "bb", "vlan": 10, "port": "ge1"}],
        "leaseInfo": [
            {
                "lease": "198.51.100.10",
                "mac": MAC_A,
                "serviceType": "bb",
                "end": "2026-11-21T11:00:00Z",
            }
        ],
        "igmpGroups": 0,
        "cpe": {"up": True},
        "expected": {
            "cpe": {"managed": True, "mac": "02:00:00:00:00:77"},
            "services": [{"serviceType": "bb", "vlan": 10, "state": "ACTIVATED", "holder": "own"}],
        },
    }
    assert verdict["code"] == "all_fine"
    assert imported.endswith("Z")


def test_a_checksum_shows_damage(served: ServedApi) -> None:
    """Whatever the order of the keys; one changed value is seen."""
    document = served.get(f"{BASE}/dump/A-1", auth=OPS).json()
    turned = dict(reversed(document.items()))
    damaged = document | {"accessId": "A-2"}

    assert is_whole(document)
    assert checksum(turned) == document["checksum"]
    assert not is_whole(damaged)
    assert not is_whole({k: x for k, x in document.items() if k != "checksum"})
    assert not is_whole(document | {"checksum": "sha256:é"})


def test_engineers_may_have_the_whole_element(served: ServedApi) -> None:
    """With name, address of nobody and without groups; for providers it is forbidden."""
    answer = served.get(f"{BASE}/dump/A-1?device=true", auth=ENGINEER)
    body = answer.json()

    assert answer.status_code == 200
    assert body["schema"] == "techinfo.dump/1"
    assert body["device"]["name"] == "elm3.example"
    assert [(p["name"], p.get("accessId")) for p in body["ports"]] == [
        ("ge1", "A-1"),
        ("ge2", "A-2"),
        ("ge3", None),
    ]
    assert body["ports"][0]["macAddressTable"][0]["serviceType"] == "bb"
    assert "igmpSnooping" not in answer.text
    cause(served.get(f"{BASE}/dump/A-1?device=true", auth=ISP_A), 403, "forbidden")
    cause(served.get(f"{BASE}/dump/A-99?device=true", auth=ISP_A), 403, "forbidden")
    cause(served.get(f"{BASE}/dump/A-1?device=perhaps", auth=OPS), 400, "malformed")


def test_link_info_of_a_silent_switch_is_an_answer(served: ServedApi) -> None:
    """Each part says what it is worth: never a 5xx, never an empty list for something unread."""
    answer = posted(served, {"accessId": "A-3", "deadline": 1.5}, auth=ISP_A)
    body = answer.json()

    assert answer.status_code == 200
    assert is_whole(body)
    assert body["hardware"] == {"up": False}
    assert body["parts"]["status"]["code"] == "element_silent"
    assert body["parts"]["status"]["state"] == "failed"
    assert "macAddressTable" not in body
    assert "status; timeout" in answer.headers["Techinfo-Incomplete"]


def test_link_info_comes_in_time(served: ServedApi, network: Recordings) -> None:
    """A walk that does not end is told as too slow, and the rest is there."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        network.held[m.FDB] = asyncio.Event()
        return await client.post(
            f"{BASE}/linkinfo", json={"accessId": "A-1", "deadline": 0.3}, auth=OPS
        )

    answer = served.talk(words)

    assert answer.status_code == 200
    assert answer.json()["parts"]["macAddressTable"]["code"] == "element_slow"
    assert answer.json()["hardware"]["up"] is True


def test_link_info_takes_what_is_young_enough(served: ServedApi, network: Recordings) -> None:
    """A second request with maxAge asks nobody; one with 0 asks anew."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        assert served.clock
        counted = []
        for age in (30, 30, 0):
            served.clock.go_on(5)
            body = {"accessId": "KGX2", "maxAge": age}
            answer = await client.post(f"{BASE}/linkinfo", json=body, auth=ISP_B)
            assert answer.json()["accessId"] == "A-2"
            counted.append(len(network.asked))
        return counted

    first, second, third = served.talk(words)

    assert first == second < third


def test_link_info_is_for_who_holds_the_access(served: ServedApi) -> None:
    """403 and 404 stay what they are."""
    cause(posted(served, {"accessId": "A-1"}, auth=ISP_C), 403, "forbidden")
    cause(posted(served, {"accessId": "A-9"}, auth=OPS), 404, "unknown_access")
    cause(posted(served, {"accessId": "A-4"}, auth=OPS), 404, "not_connected")
