"""A customer's link: one access, one path, half an hour, in the name of whoever has made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, stocked
from tests.api.served import ServedApi, serve
from tests.api.v1.network import (
    BASE,
    INVENTORY,
    ISP_A,
    ISP_B,
    ISP_C,
    MAC_A,
    OPS,
    SECRET,
    USERS,
    recordings,
)

LINK, LOOK = f"{BASE}/access/A-1/selfcheck", f"{BASE}/selfcheck"


@pytest.fixture
def clock() -> Clock:
    """It stands still until it is told."""
    return Clock()


@pytest.fixture
def served(tmp_path: Path, clock: Clock) -> ServedApi:
    """The service over a port that is dark."""
    network = recordings()
    network.rows["192.0.2.3"] = merged(
        m.system("elm3.example"), m.port(1, "ge1", up=False), m.optics(1, rx=-4000)
    )
    made = serve(stocked(tmp_path, INVENTORY), network.open, clock=clock, users=USERS)
    made.app.state.app_state.middleware.selfchecks._now = clock
    return made


def bearer(token: str) -> dict[str, str]:
    """The header of a link."""
    return {"Authorization": f"Bearer {token}"}


async def made(client: httpx.AsyncClient, whose: tuple[str, str] = ISP_A) -> str:
    """A link's token."""
    answer = await client.post(LINK, auth=whose)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def talk(served: ServedApi, words: Any) -> Any:
    """Ask without a password of one's own."""

    async def without(client: httpx.AsyncClient) -> Any:
        client.auth = httpx.Auth()
        return await words(client)

    return served.talk(without)


def test_the_customer_answers_and_the_verdict_is_another(served: ServedApi) -> None:
    """Whoever made the link sees the answer, and nobody else does; nothing personal is told."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        token = await made(client)
        asked = await client.get(LOOK, headers=bearer(token))
        body = {"question": "powerOn", "answer": "yes"}
        said = await client.post(LOOK, headers=bearer(token), json=body)
        mine = await client.get(LINK, auth=ISP_A)
        theirs = [await client.get(LINK, auth=whose) for whose in (ISP_B, ISP_C, OPS)]
        return [asked, said, mine, *theirs]

    asked, said, mine, *theirs = talk(served, words)

    assert asked.json()["ask"]["id"] == "powerOn"
    assert said.json()["text"] != asked.json()["text"]
    assert said.json()["answers"] == mine.json()["answers"] == {"powerOn": "yes"}
    assert [x.status_code for x in theirs] == [404, 403, 404]
    for text in (*SECRET, "A-1", MAC_A, "lgatan", "isp"):
        assert text not in asked.text + said.text


def test_a_link_opens_its_path_alone(served: ServedApi) -> None:
    """Not what whoever made it may see, nor another link, and a password opens no link's path."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        token = await made(client, OPS)
        paths = (
            "access/A-1",
            "status",
            "quota",
            "search?q=A-",
            "switch/sw-elm-3/panel",
            "sessions",
        )
        told = [(await client.get(f"{BASE}/{p}", headers=bearer(token))).status_code for p in paths]
        told.append((await client.post(LINK, headers=bearer(token))).status_code)
        told.append((await client.get("/2.6/tech/access/A-1", headers=bearer(token))).status_code)
        return [*told, (await client.get(LOOK, auth=OPS)).status_code]

    assert talk(served, words) == [401] * 8 + [403]


@pytest.mark.parametrize(
    "body", [{}, {"question": "powerOn", "answer": "x"}, {"question": "x", "answer": "yes"}]
)
def test_what_is_no_answer_is_refused(served: ServedApi, body: dict[str, str]) -> None:
    """And is not kept."""

    async def words(client: httpx.AsyncClient) -> tuple[int, Any]:
        token = await made(client)
        answer = await client.post(LOOK, headers=bearer(token), json=body)
        return answer.status_code, (await client.get(LINK, auth=ISP_A)).json()["answers"]

    assert talk(served, words) == (400, {})


def test_a_link_ends_after_half_an_hour(served: ServedApi, clock: Clock) -> None:
    """Its answers, too."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        token = await made(client)
        told = [(await client.get(LOOK, headers=bearer(token))).status_code]
        clock.go_on(1799)
        told.append((await client.get(LOOK, headers=bearer(token))).status_code)
        clock.go_on(1)
        told.append((await client.get(LOOK, headers=bearer(token))).status_code)
        told.append((await client.get(LINK, auth=ISP_A)).status_code)
        return [*told, (await client.get(LOOK, headers=bearer("check-guessed"))).status_code]

    assert talk(served, words) == [200, 200, 401, 404, 401]


def test_who_holds_nothing_makes_no_link(served: ServedApi) -> None:
    """Neither a stranger, nor for what is not there; and a link ends with who has made it."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        told = [(await client.post(LINK, auth=ISP_C)).status_code]
        told.append((await client.post(f"{BASE}/access/A-99/selfcheck", auth=OPS)).status_code)
        token = await made(client)
        served.app.state.app_state.middleware.logins.deny(["a"])
        return [*told, (await client.get(LOOK, headers=bearer(token))).status_code]

    assert talk(served, words) == [403, 404, 401]


def test_what_is_erased_takes_its_links_with_it(served: ServedApi) -> None:
    """Erasing an access ends its links."""
    checks = served.app.state.app_state.middleware.selfchecks

    async def words(client: httpx.AsyncClient) -> int:
        token = await made(client)
        checks.forget("A-1")
        return (await client.get(LOOK, headers=bearer(token))).status_code

    assert talk(served, words) == 401
