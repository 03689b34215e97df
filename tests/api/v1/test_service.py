"""The service about itself: to everybody what they need."""

from __future__ import annotations

import httpx
import pytest
from tests.api.served import ServedApi
from tests.api.v1.network import BASE, ISP_A, OPS

from techinfo import __version__
from techinfo.errors import CollectorError


def test_the_operator_hears_all(served: ServedApi) -> None:
    """Version, uptime, age of the inventory, and elements by driver as they were met."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        await client.get(f"{BASE}/access/A-1", auth=OPS)
        return await client.get(f"{BASE}/status", auth=OPS)

    body = served.talk(words).json()

    assert (body["service"], body["version"]) == ("up", __version__)
    assert body["uptime"] >= 0
    assert body["inventoryAge"] >= 0
    assert body["inventoryImportedAt"].endswith("Z")
    assert (body["elements"], body["drivers"]) == (2, {"made_up_os": 1, "unknown": 1})


def test_a_provider_hears_whether_it_works(served: ServedApi) -> None:
    """And how old the inventory is; nothing of the network."""
    body = served.get(f"{BASE}/status", auth=ISP_A).json()

    assert body.keys() == {"service", "inventoryImportedAt", "inventoryAge"}


def test_a_collector_that_is_gone_is_told(
    served: ServedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status is an answer all the same."""

    async def gone(_: object) -> tuple[()]:
        raise CollectorError("nobody listens on the socket")

    monkeypatch.setattr(served.collector, "met", gone)

    for whose in (OPS, ISP_A):
        answer = served.get(f"{BASE}/status", auth=whose)
        assert (answer.status_code, answer.json()["service"]) == (200, "degraded")


def test_what_is_left_of_a_quota(served: ServedApi) -> None:
    """As the headers of every answer have it; whoever has none hears that."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.post(f"{BASE}/batch", json={"accessIds": ["A-1"] * 9}, auth=ISP_A)
        return [await client.get(f"{BASE}/quota", auth=whose) for whose in (OPS, ISP_A)]

    of_ops, of_a = served.talk(words)
    told = of_a.json()

    assert of_ops.json() == {"limited": False}
    assert (told["limited"], told["running"], told["waiting"]) == (True, 1, 0)
    assert told["requests"]["limit"] - told["requests"]["remaining"] == 10
    assert told["requests"]["window"] == 60
    assert 0 < told["requests"]["reset"] <= 60
    assert told["lookupMisses"]["remaining"] == told["lookupMisses"]["limit"]
    assert told["inFlight"] > 0


def test_the_openapi_document_is_whole(served: ServedApi) -> None:
    """Every route with its answer and its errors; a validation error of 422 does not exist."""
    document = served.get(f"{BASE}/openapi.json", auth=ISP_A).json()
    shown = {
        (method, path.removeprefix(BASE))
        for path, methods in document["paths"].items()
        for method in methods
    }

    listed = {
        ("get", "/access/{id}"),
        ("get", "/dump/{id}"),
        ("post", "/linkinfo"),
        ("get", "/search"),
        ("get", "/switch/{element}/panel"),
        ("get", "/switch/{element}/audit"),
        ("get", "/switch/{element}/touched"),
        ("get", "/access/{id}/selfcheck"),
        ("post", "/access/{id}/selfcheck"),
        ("get", "/selfcheck"),
        ("post", "/selfcheck"),
        ("post", "/batch"),
        ("get", "/status"),
        ("get", "/quota"),
        ("get", "/history/{id}"),
        ("get", "/timeline/{id}"),
        ("get", "/installation/{id}"),
        ("post", "/installation/{id}"),
        ("get", "/diagnosis/{id}"),
        ("post", "/diagnosis/{id}"),
        ("get", "/live/{id}"),
        ("post", "/watch"),
        ("get", "/disturbances"),
        ("get", "/watch"),
        ("get", "/watch/{id}"),
        ("delete", "/watch/{id}"),
        ("get", "/sessions"),
        ("post", "/sessions"),
        ("post", "/sessions/password"),
        ("delete", "/sessions"),
        ("delete", "/sessions/{session_id}"),
        ("get", "/tickets/{ref}/linkinfo"),
        ("post", "/tickets/{ref}"),
        ("get", "/webhooks"),
        ("post", "/webhooks"),
        ("get", "/webhooks/dead-letters"),
        ("delete", "/webhooks/{hook}"),
        ("post", "/webhooks/{hook}/enable"),
        ("post", "/webhooks/{hook}/test"),
        ("get", "/access/{id}/cabletest"),
        ("post", "/access/{id}/cabletest"),
        ("post", "/access/{id}/cabletest/despite-link"),
        ("get", "/attention"),
        ("get", "/disturbances/{reference}/accesses"),
        ("get", "/fibre-weather"),
        ("get", "/lookup"),
        ("get", "/works"),
        ("post", "/works"),
        ("delete", "/works/{reference}"),
        ("get", "/works/{reference}"),
        ("get", "/wrong-ports"),
        ("post", "/wrong-ports/confirm"),
    }
    assert shown - listed == set(), "new: add it here, with what CONTRIBUTING lists for an endpoint"
    assert listed - shown == set()
    for path, methods in document["paths"].items():
        for told in methods.values():
            assert {"400", "401", "403", "404", "default"} <= told["responses"].keys(), path
            assert "422" not in told["responses"]
            assert told["security"][0] == {"basic": []}
