"""Many accesses at once: by what is known, each with a status of its own."""

from __future__ import annotations

from typing import Any

import httpx
from tests.access.played import Recordings
from tests.api.served import ServedApi
from tests.api.v1.network import BASE, ISP_A, ISP_B, MAC_A, MAC_B, OPS

BATCH = f"{BASE}/batch"


def told(
    served: ServedApi,
    ids: list[str],
    whose: tuple[str, str],
    *,
    asked_before: tuple[str, ...] = (),
    **more: Any,
) -> list[dict[str, Any]]:
    """The items of a batch, after somebody has asked for some accesses and ten seconds passed."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        for access in asked_before:
            await client.get(f"{BASE}/access/{access}", auth=OPS)
        assert served.clock
        served.clock.go_on(10)
        return await client.post(BATCH, json={"accessIds": ids}, auth=whose, **more)

    answer = served.talk(words)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["accesses"]
    return items


def test_nothing_is_asked_of_a_switch(served: ServedApi, network: Recordings) -> None:
    """What nobody has asked for before is not known."""
    (item,) = told(served, ["A-1"], OPS)

    assert (item["status"], item["code"], item["retryable"]) == (404, "not_read", True)
    assert network.asked == []


def test_each_item_has_its_status_in_the_order_asked(served: ServedApi) -> None:
    """Of 200 some are known, some foreign, some unknown, some malformed."""
    ids = ["A-2", "A-1", "A-9", "A 1", "A-4", "KGX1", "A-1"]
    items = told(served, ids, ISP_A, asked_before=("A-1", "A-2"))

    assert [item["accessId"] for item in items] == ids
    assert [item["status"] for item in items] == [403, 200, 404, 400, 403, 200, 200]
    assert items[5]["access"]["accessId"] == "A-1"
    assert items[0]["code"] == "forbidden"


def test_every_part_tells_its_age_and_is_the_askers_own(served: ServedApi) -> None:
    """The isolation is that of every other answer."""
    (of_b,) = told(served, ["A-1"], ISP_B, asked_before=("A-1",))
    (of_ops,) = told(served, ["A-1"], OPS)
    parts = of_b["access"]["parts"]

    assert {parts[n]["age"] for n in ("hardware", "status", "macAddressTable")} == {10}
    assert [row["mac"] for row in of_b["access"]["macAddressTable"]] == [MAC_B]
    assert [row["mac"] for row in of_ops["access"]["macAddressTable"]] == [MAC_A, MAC_B]


def test_the_link_of_a_switch_that_was_read_as_a_whole_is_known(
    served: ServedApi, network: Recordings
) -> None:
    """As its panel or a poll reads it: link and light; what those leave out is left out."""

    async def words(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.get(f"{BASE}/switch/sw-elm-3/panel", auth=OPS)
        asked = list(network.asked)
        answer = await client.post(BATCH, json={"accessIds": ["A-1"]}, auth=ISP_A)
        assert network.asked == asked
        (item,) = answer.json()["accesses"]
        access: dict[str, Any] = item["access"]
        return access

    access = served.talk(words)

    assert access["status"]["link"] is True
    assert access["status"]["transceiver"]["dbmRx"] == "-12.34"
    assert "statistics" not in access["status"]
    assert "configuredSpeed" not in access["status"]
    assert "configuredSpeed" not in access["capabilities"]
    assert access["diagnosis"]["code"] == "all_fine"


def test_what_is_too_old_for_the_asker_is_left_out(served: ServedApi) -> None:
    """Cache-Control: max-age says what is."""
    headers = {"Cache-Control": "max-age=5"}
    (item,) = told(served, ["A-1"], OPS, asked_before=("A-1",), headers=headers)

    assert item["status"] == 404


def test_a_silent_switch_is_told_as_silent(served: ServedApi) -> None:
    """It is known that it was, and nobody asks it again."""
    (item,) = told(served, ["A-3"], ISP_A, asked_before=("A-3",))

    assert item["code"] == "not_read"


def test_it_counts_as_so_many_requests(served: ServedApi) -> None:
    """A batch of 200 is no way round a quota."""

    async def words(client: httpx.AsyncClient) -> list[Any]:
        before = await client.get(f"{BASE}/quota", auth=ISP_A)
        answer = await client.post(BATCH, json={"accessIds": ["A-1"] * 200}, auth=ISP_A)
        after = await client.get(f"{BASE}/quota", auth=ISP_A)
        left = [quota.json()["requests"]["remaining"] for quota in (before, after)]
        return [len(answer.json()["accesses"]), left[0] - left[1]]

    assert served.talk(words) == [200, 201]
