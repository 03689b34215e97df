"""``/techinfo/v1/webhooks``: everybody manages their own, and secrets are told once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as StandardWebhook
from tests.access.played import Recordings, stocked
from tests.api.ticketed import ISP, OPS, OTHER, SUBSCRIBED, Ticketed, created, settled, ticketed
from tests.webhooks.receiving import Reply, receiver

from techinfo.config import WebhookSettings

HOOKS = "/techinfo/v1/webhooks"
LOOPBACK = WebhookSettings(allow=("127.0.0.1/32",), allow_for_providers=("127.0.0.1/32",))


@pytest.fixture
def desk(tmp_path: Path, network: Recordings) -> Iterator[Ticketed]:
    """A ticket desk whose webhooks may go to loopback."""
    made = ticketed(
        tmp_path / "tickets.sqlite",
        stocked(tmp_path, SUBSCRIBED),
        network.open,
        webhooks=LOOPBACK,
    )
    with made.file:
        yield made


def test_a_provider_registers_lists_tests_and_deletes_its_own(desk: Ticketed) -> None:
    """The secret is in the first answer alone; nobody else finds it."""
    with receiver() as plain:

        async def words(client: httpx.AsyncClient) -> dict[str, Any]:
            asked = {"url": plain.url, "events": ["ticket.created"], "headers": {"X-Key": "hush"}}
            made = await client.post(HOOKS, json=asked, auth=ISP)
            one = f"{HOOKS}/{made.json()['id']}"
            told = {"made": made, "listed": await client.get(HOOKS, auth=ISP)}
            told["test"] = await client.post(f"{one}/test", auth=ISP)
            strangers = []
            for who in (OTHER, OPS):
                strangers += [
                    await client.post(f"{one}/test", auth=who),
                    await client.delete(one, auth=who),
                ]
                assert (await client.get(HOOKS, auth=who)).json() == []
            told["gone"] = await client.delete(one, auth=ISP)
            told["after"] = await client.get(HOOKS, auth=ISP)
            assert {s.status_code for s in strangers} == {404}
            assert {s.json()["code"] for s in strangers} == {"unknown_webhook"}
            return told

        told = desk.talk(words)

    made = told["made"].json()
    assert told["made"].status_code == 201
    assert told["made"].headers["location"] == f"{HOOKS}/{made['id']}"
    assert made["secret"].startswith("whsec_")
    (listed,) = told["listed"].json()
    assert "secret" not in listed
    assert listed["headers"] == ["X-Key"]
    assert "hush" not in told["made"].text + told["listed"].text
    assert told["test"].json() == {"delivered": True, "outcome": "answered 204"}
    assert (told["gone"].status_code, told["after"].json()) == (204, [])


def test_what_is_wrong_with_a_webhook_stands_in_the_list_until_it_is_switched_on(
    desk: Ticketed,
) -> None:
    """How often it failed, why, and until when it rests; others cannot switch it on."""
    with receiver(lambda _: Reply(500)) as bad:

        async def words(client: httpx.AsyncClient) -> tuple[Any, ...]:
            made = await client.post(HOOKS, json={"url": bad.url}, auth=ISP)
            on = f"{HOOKS}/{made.json()['id']}/enable"
            await created(client)
            listed: dict[str, Any] = {}
            while "failures" not in listed:
                (listed,) = (await client.get(HOOKS, auth=ISP)).json()
            strangers = [(await client.post(on, auth=who)).status_code for who in (OTHER, OPS)]
            return listed, strangers, (await client.post(on, auth=ISP)).json()

        listed, strangers, after = desk.talk(words)

    assert (listed["failures"], listed["lastFailure"]) == (1, "answered 500")
    assert "restsUntil" in listed
    assert "offSince" not in listed
    assert strangers == [404, 404]
    assert after["id"] == listed["id"]
    assert not {"failures", "lastFailure", "restsUntil", "offSince"} & after.keys()


def test_a_ticket_and_its_link_info_reach_the_receiver(desk: Ticketed) -> None:
    """Signed, and the document is the one that the ticket carries."""
    with receiver() as plain:

        async def words(client: httpx.AsyncClient) -> tuple[str, Any]:
            made = await client.post(HOOKS, json={"url": plain.url}, auth=ISP)
            ref = await created(client)
            info = await settled(client, ref)
            await asyncio.to_thread(plain.wait_for, 2)
            return made.json()["secret"], info

        secret, info = desk.talk(words)

    first, second = plain.received[:2]
    verified = [StandardWebhook(secret).verify(r.body, r.headers) for r in (first, second)]
    assert [v["type"] for v in verified] == ["ticket.created", "ticket.linkinfo"]
    told = verified[1]["data"]["linkInfo"]
    assert told["state"] == info["created"]["state"] == "attached"
    assert told["document"] == info["created"]["document"]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "malformed", "url"),
    ({"url": 7}, "malformed", "url"),
    ({"url": "http://192.168.1.1/"}, "webhook_refused", "not allowed"),
    ({"url": "https://169.254.169.254/latest/meta-data"}, "webhook_refused", "not allowed"),
    ({"url": "https://[::ffff:10.0.0.1]/"}, "webhook_refused", "not allowed"),
    ({"url": "ftp://127.0.0.1/"}, "webhook_refused", "https://"),
    ({"url": "http://127.0.0.1/", "events": ["weather"]}, "webhook_refused", "events"),
    ({"url": "http://127.0.0.1/", "events": ["x"] * 21}, "malformed", "events"),
    ({"url": "http://127.0.0.1/", "form": "zammad"}, "webhook_refused", "form"),
    ({"url": "http://127.0.0.1/", "headers": {"Host": "x"}}, "malformed", "headers"),
    ({"url": "http://127.0.0.1/", "headers": {"webhook-id": "x"}}, "malformed", "headers"),
    ({"url": "http://127.0.0.1/", "headers": {"X": "a\r\nB: c"}}, "malformed", "headers"),
]


def test_what_cannot_be_had_is_400_and_says_why(desk: Ticketed) -> None:
    """Never 422, never 500; and nothing is kept."""

    async def words(client: httpx.AsyncClient) -> tuple[list[Any], Any]:
        client.auth = httpx.BasicAuth(*ISP)
        wrong = []
        for asked, code, why in REFUSED:
            answer = await client.post(HOOKS, json=asked)
            told = answer.json()
            if (answer.status_code, told.get("code")) != (400, code) or why not in told["cause"]:
                wrong.append((asked, answer.text))
        answers = [
            await client.delete(f"{HOOKS}/a-b"),
            await client.post(HOOKS, content=b"x" * 20_000, headers={"Content-Type": "text/plain"}),
            await client.get(f"{HOOKS}/dead-letters"),
        ]
        assert [a.status_code for a in answers] == [400, 415, 200]
        return wrong, (await client.get(HOOKS)).json()

    assert desk.talk(words) == ([], [])


def test_the_operator_may_not_lend_its_private_networks_to_providers(
    tmp_path: Path, network: Recordings
) -> None:
    """``webhooks.allow`` is for the operator's own desk alone."""
    own = WebhookSettings(allow=("127.0.0.1/32",))
    made = ticketed(
        tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open, webhooks=own
    )

    async def words(client: httpx.AsyncClient) -> list[int]:
        asked = {"url": "http://127.0.0.1:9/"}
        answers = [await client.post(HOOKS, json=asked, auth=who) for who in (OPS, ISP)]
        return [a.status_code for a in answers]

    with made.file:
        assert made.talk(words) == [201, 400]


def test_a_webhook_that_is_asked_for_again_with_its_key_is_one(desk: Ticketed) -> None:
    """With its secret, for whom the first answer was lost; with another body it is a conflict."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        key = {"X-Idempotency-Key": "k"}
        asked = {"url": "http://127.0.0.1:9/", "headers": {"X-Key": "hush"}}
        told = [await client.post(HOOKS, json=asked, headers=key, auth=ISP) for _ in range(2)]
        other = asked | {"url": "http://127.0.0.1:10/"}
        told.append(await client.post(HOOKS, json=other, headers=key, auth=ISP))
        told.append(await client.post(HOOKS, json=asked, headers=key, auth=OTHER))
        return [*told, await client.get(HOOKS, auth=ISP)]

    first, again, conflict, others, listed = desk.talk(words)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (conflict.status_code, conflict.json()["code"]) == (409, "conflict")
    assert others.status_code == 201
    assert others.json()["id"] != first.json()["id"]
    assert len(listed.json()) == 1


@pytest.mark.parametrize(
    ("query", "status", "rows", "counts"),
    [
        ("", 200, [9, 10, 11], ("3", "3")),
        ("?limit=2", 200, [9, 10], ("3", "2")),
        ("?limit=2&offset=2", 200, [11], ("3", "1")),
        ("?limit=0", 200, [], ("3", "0")),
        ("?offset=7", 200, [], ("3", "0")),
        ("?limit=-1", 400, None, None),
        ("?limit=many", 400, None, None),
        ("?offset=-1", 400, None, None),
    ],
)
def test_a_list_is_told_in_parts(
    desk: Ticketed, query: str, status: int, rows: list[int] | None, counts: tuple[str, str] | None
) -> None:
    """With how long it is, and how long the part; ``limit=0`` asks for the counts alone."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        for port in (9, 10, 11):
            await client.post(HOOKS, json={"url": f"http://127.0.0.1:{port}/"}, auth=ISP)
        return await client.get(f"{HOOKS}{query}", auth=ISP)

    answer = desk.talk(words)
    assert answer.status_code == status
    if rows is not None:
        assert [one["url"] for one in answer.json()] == [f"http://127.0.0.1:{n}/" for n in rows]
        told = (answer.headers["x-total-count"], answer.headers["x-result-count"])
        assert told == counts
