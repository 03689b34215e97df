"""What is told of devices that have gone silent, or are slow: the last known, with its age."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
from tests.access import made_up as m
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ONE_SWITCH, ServedApi, serve

from techinfo.access.freshness import CachePolicy
from techinfo.collect import PollingLimits

STATUS = "/2.6/tech/access/A-1/link/status"
MACS = "/2.6/tech/access/A-1/link/macaddresstable"


def test_a_silent_switch_gives_the_last_known_only_to_who_asks_for_it(
    served: ServedApi, network: Recordings
) -> None:
    """``max-stale`` takes what there is, with its age; without it 504, and too old is too old."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = [await client.get(STATUS)]
        network.silent.add("192.0.2.3")
        assert served.clock
        served.clock.go_on(60)
        asked = ("", "max-stale=60", "max-stale", "max-stale=59", "no-cache, max-stale=600")
        return answers + [
            await client.get(STATUS, headers={"Cache-Control": header}) for header in asked
        ]

    before, plain, stale, any_age, too_old, strict = served.talk(words)

    assert [plain.status_code, too_old.status_code] == [504, 504]
    for answer in (stale, any_age, strict):
        assert answer.status_code == 200
        assert answer.json() == before.json()
        assert answer.headers["Age"] == "60"
        assert answer.headers["Last-Modified"] == before.headers["Last-Modified"]


def test_a_known_silence_ends_a_fresh_hardware_answer(
    served: ServedApi, network: Recordings
) -> None:
    """What was read twenty seconds ago does not mean that it is up now; nor does max-stale."""
    hardware = "/2.6/tech/access/A-1/hardware"

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = [await client.get(hardware)]
        network.silent.add("192.0.2.3")
        assert served.clock
        served.clock.go_on(20)
        await client.get(STATUS, headers={"Cache-Control": "no-cache"})
        answers.append(await client.get(hardware))
        answers.append(await client.get(hardware, headers={"Cache-Control": "max-stale"}))
        return answers

    up, down, stale = served.talk(words)

    assert up.json()["up"] is True
    assert down.json() == stale.json() == {"up": False}
    assert "Age" not in down.headers


def test_a_silent_cpe_gives_the_last_known_only_to_who_asks_for_it(
    served: ServedApi, network: Recordings
) -> None:
    """It is not up, whatever it said last; how long it had been up is then no news."""
    cpe = "/2.6/tech/cpe/A-1/status"

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.get(cpe)
        network.silent.add("192.0.2.77")
        assert served.clock
        served.clock.go_on(60)
        headers = {"Cache-Control": "max-stale"}
        return [await client.get(cpe), await client.get(cpe, headers=headers)]

    plain, stale = served.talk(words)

    assert plain.json() == {"mac": "02:00:00:00:00:77", "up": False}
    assert stale.json()["up"] is False
    assert stale.json()["ports"][0]["name"] == "wan"
    assert "upSince" not in stale.json()
    assert stale.headers["Age"] == "60"


def test_a_slow_table_answers_its_last_snapshot_and_is_read_behind(
    tmp_path: Path, network: Recordings
) -> None:
    """The walk outlasts the deadline: the rows of before, with their age; then the new ones."""
    served = serve(
        stocked(tmp_path, ONE_SWITCH),
        network.open,
        clock=Clock(),
        policy=CachePolicy(deadline_s=0.05),
        polling_limits=PollingLimits(min_interval_s=5.0),
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = [await client.get(MACS)]
        network.rows["192.0.2.3"] |= m.learnt(1, "02:00:00:00:00:12", 10)
        network.held[m.FDB] = walk = asyncio.Event()
        assert served.clock
        served.clock.go_on(300)
        answers.append(await client.get(MACS))
        walk.set()
        while answers[-1].headers["Age"] != "0":
            answers.append(await client.get(MACS))
        return answers

    first, snapshot, *_, refreshed = served.talk(words)

    assert snapshot.json() == first.json()
    assert snapshot.headers["Age"] == "300"
    assert [row["mac"][-2:] for row in refreshed.json()] == ["11", "12"]
    assert served.collector.visits == 2


def test_a_slow_table_that_was_never_read_is_not_an_empty_one(
    tmp_path: Path, network: Recordings
) -> None:
    """504, and says so; the link of the same port is not asked of the table."""
    served = serve(stocked(tmp_path, ONE_SWITCH), network.open, policy=CachePolicy(deadline_s=0.05))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.get("/2.6/tech/access/A-1/hardware")
        network.held[m.FDB] = asyncio.Event()
        return [await client.get(MACS)]

    (answer,) = served.talk(words)

    assert answer.status_code == 504
    assert answer.json()["code"] == "element_slow"
    assert answer.json()["retryable"] is True
