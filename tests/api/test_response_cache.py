"""Answers given again: only while nothing in them could be another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.asgi_calls import ask
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve

from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.announcing import Generations
from techinfo.api.asgi.response_cache import ResponseCache
from techinfo.collect import PollingLimits
from techinfo.inventory import Inventory

URL = "/2.6/tech/access/A-1/link/macaddresstable"
_END = NOW + timedelta(seconds=10)
SITE = f"""
elements: [{{name: sw, address: 192.0.2.3, sys_name: elm}}]
accesses: [{{access_id: A-1, element: sw, port: ge1, port_by: name}}]
services: [{{vlan: 10, service_type: bb}}]
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     disconnection_date: "{_END.isoformat()}"}}
"""


def remembered(served: ServedApi) -> ResponseCache:
    """The layer in the stack of an application that has answered."""
    layer: Any = served.app.front.app
    while not isinstance(layer, ResponseCache):
        layer = getattr(layer, "app", None) or layer._app
    return layer


@pytest.fixture
def served(tmp_path: Path) -> ServedApi:
    """One access whose subscription ends in ten seconds."""
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:10", 10))
    return serve(
        stocked(tmp_path, SITE),
        Recordings({"192.0.2.3": rows}).open,
        clock=Clock(),
        polling_limits=PollingLimits(min_interval_s=5.0),
    )


def hits(
    served: ServedApi, words: Callable[[httpx.AsyncClient], Awaitable[list[httpx.Response]]]
) -> tuple[int, list[httpx.Response]]:
    """How many answers were given again, and all of them."""
    answers = served.talk(words)
    return remembered(served).hits, answers


def test_a_fresh_answer_is_given_again_with_its_age(served: ServedApi) -> None:
    """Byte for byte, but for the age; not when it has become too old."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(URL)
        assert served.clock
        served.clock.go_on(4.0)
        second = await client.get(URL)
        served.clock.go_on(27.0)
        return [first, second, await client.get(URL)]

    again, (first, second, third) = hits(served, words)

    assert again == 1
    assert first.content == second.content != b"[]\n"
    assert first.content.endswith(b"]\n")
    assert second.headers["Content-Length"] == str(len(second.content))
    assert [a.headers["Age"] for a in (first, second, third)] == ["0", "4", "0"]
    assert first.headers["Last-Modified"] == second.headers["Last-Modified"]
    assert first.headers["Vary"] == second.headers["Vary"]


@pytest.mark.parametrize("control", ["no-cache", "max-age=3"])
def test_a_request_says_how_old_is_good_enough(served: ServedApi, control: str) -> None:
    """What is remembered for others is not for this one."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.get(URL)
        assert served.clock
        served.clock.go_on(6.0)
        return [await client.get(URL, headers={"Cache-Control": control})]

    again, (answer,) = hits(served, words)

    assert again == 0
    assert answer.headers["Age"] == "0"


def test_each_viewer_has_answers_of_its_own(served: ServedApi) -> None:
    """And none outlives the subscription that it was shown for."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        out = [await client.get(URL, auth=auth) for auth in (OPERATOR, PROVIDER, PROVIDER)]
        assert served.clock
        served.clock.go_on(10.0)
        out.append(await client.get(URL, auth=PROVIDER))
        served.clock.go_on(20.0)
        return [*out, await client.get(URL, auth=PROVIDER, headers={"Cache-Control": "no-cache"})]

    again, answers = hits(served, words)

    assert again == 1
    assert [a.status_code for a in answers] == [200] * 5
    assert answers[-1].headers["Age"] == "30"


def test_who_is_only_called_alike_has_answers_of_their_own(served: ServedApi) -> None:
    """Somebody may be another by now, or come from another issuer."""
    layer = remembered(served)
    operator = Viewer(name="x", role=Role.OPERATOR)
    provider = Viewer(name="x", role=Role.PROVIDER, provider="nobody")

    async def words() -> list[int]:
        asking = [operator, provider, operator, operator]
        return [(await ask(layer, path=URL, state={"viewer": one})).status for one in asking]

    assert asyncio.run(words()) == [200, 403, 200, 200]
    assert layer.hits == 1


def test_an_import_ends_all_of_them(served: ServedApi, tmp_path: Path) -> None:
    """What was true of the inventory before may not be."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(URL, auth=PROVIDER)
        other = tmp_path / "other.yaml"
        other.write_text(SITE.replace("provider: isp", "provider: other"), encoding="utf-8")
        served.inventory.import_file(other)
        return [first, await client.get(URL, auth=PROVIDER)]

    again, (first, second) = hits(served, words)

    assert (again, first.status_code, second.status_code) == (0, 200, 403)


def test_a_part_that_is_missing_is_asked_for_again(tmp_path: Path) -> None:
    """An incomplete answer, an error and the state of hardware are never given again."""
    served = serve(
        stocked(tmp_path, SITE),
        Recordings({"192.0.2.3": m.system("elm")}, silent={"192.0.2.3"}).open,
        clock=Clock(),
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        hardware = "/2.6/tech/access/A-1/hardware"
        return [await client.get(path) for path in (URL, URL, hardware, hardware)]

    again, answers = hits(served, words)

    assert again == 0
    assert [a.status_code for a in answers] == [504, 504, 200, 200]


def test_what_a_client_spells_otherwise_is_no_answer_more(served: ServedApi) -> None:
    """Three hundred texts of Cache-Control that mean the same find one answer, of one reading."""
    spelt = [f"max-age=3{'0' * (n % 3)}, x={'y' * (n % 90)}{n}" for n in range(300)]

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(URL, headers={"Cache-Control": control}) for control in spelt]

    again, answers = hits(served, words)

    assert {a.status_code for a in answers} == {200}
    assert again == len(spelt) - 1
    assert len(remembered(served)._kept) == 1


def test_an_answer_that_was_asked_for_fresh_serves_those_who_want_less(served: ServedApi) -> None:
    """And one that is too old for somebody stays for others, up to the usual age."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(URL, headers={"Cache-Control": "no-cache"})
        assert served.clock
        served.clock.go_on(4.0)
        controls = ("max-age=4", "max-age=5", "max-age=86400", "")
        more = [await client.get(URL, headers={"Cache-Control": c}) for c in controls]
        return [first, *more]

    again, answers = hits(served, words)

    assert again == 3
    assert [a.headers["Age"] for a in answers] == ["0", "4", "4", "4", "4"]


def test_everything_that_is_kept_is_counted(served: ServedApi) -> None:
    """Headers, path and what Python adds, too; and all of it is given back."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(URL, auth=auth) for auth in (OPERATOR, PROVIDER)]

    _, answers = hits(served, words)

    layer = remembered(served)
    texts = sum(
        len(a.content) + sum(len(name) + len(value) for name, value in a.headers.raw)
        for a in answers
    )
    assert layer.octets > texts + 2 * 1024
    for key in list(layer._kept):
        layer._drop(key)
    assert layer.octets == 0


def test_what_is_too_old_is_swept_away_by_any_other_question(served: ServedApi) -> None:
    """Rows of people do not stay in memory because nobody asks for them again."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(URL)
        assert served.clock
        served.clock.go_on(31.0)
        return [first, await client.get("/2.6/tech/access/A-9/link/status")]

    _, (first, second) = hits(served, words)

    layer = remembered(served)
    assert (first.status_code, second.status_code) == (200, 404)
    assert (len(layer._kept), layer.octets) == (0, 0)


def test_no_answer_of_the_future_is_given_again(served: ServedApi) -> None:
    """The clock was set back by two hours: nobody knows how old what was kept is."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.get(URL)
        assert served.clock
        served.clock.go_on(-7200.0)
        return [await client.get(URL)]

    again, (answer,) = hits(served, words)

    assert (again, answer.status_code) == (0, 200)


def test_works_are_named_from_the_moment_that_they_are_known(served: ServedApi) -> None:
    """Also by an answer that is given again, and was made while there were none."""
    works = {
        "reference": "W-1",
        "text": "New line cards",
        "from": NOW.isoformat(),
        "to": _END.isoformat(),
        "scopes": [{"element": "sw"}],
    }

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        before = [await client.get(URL), await client.get(URL)]
        posted = await client.post("/techinfo/v1/works", json=works)
        assert posted.status_code == 201, posted.text
        return [*before, await client.get(URL), await client.get(URL)]

    again, answers = hits(served, words)

    assert again == 2
    assert [a.headers.get("Techinfo-Works") for a in answers] == [None, None, "W-1", "W-1"]


class Counted:
    """An inventory that changes, and counts who asks whether it has."""

    def __init__(self) -> None:
        self.asked, self.changes = 0, 0

    @property
    def generation(self) -> tuple[int, ...]:
        """As the inventory's."""
        self.asked += 1
        return (self.changes,)


def test_whoever_comes_together_asks_the_inventory_once() -> None:
    """Who comes later, and who asks again, hears of every change before."""
    inventory = Counted()
    generations = Generations(cast("Inventory", inventory))

    async def one() -> tuple[int, ...]:
        return generations.now()

    async def words() -> None:
        together = await asyncio.gather(*(one() for _ in range(5)))
        assert (set(together), inventory.asked) == ({(0,)}, 1)
        inventory.changes = 1
        assert set(await asyncio.gather(one(), one())) == {(1,)}
        assert inventory.asked == 2
        assert generations.now() == (1,)
        inventory.changes = 2
        assert generations.now() == (2,)

    asyncio.run(words())
