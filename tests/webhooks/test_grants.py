"""Webhooks that send a token along, which Authlib's own server gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.issuing import Client, Issuing, issuing
from tests.webhooks.receiving import Received, Reply, receiver
from tests.webhooks.test_hub import ISP, a_ticket, received, until, wanted, with_hub

from techinfo.errors import WebhookError, WebhookTargetError
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.hub import Hub
from techinfo.webhooks.targets import Allowed

NAME, SECRET = "desk", "planted+word/ä:=&"


@pytest.fixture(scope="module")
def there() -> Iterator[Issuing]:
    """Whoever gives tokens to the client `desk`."""
    with issuing(Client(NAME, SECRET)) as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TicketFile]:
    """An empty file of tickets."""
    with TicketFile.open(tmp_path / "tickets.sqlite") as opened:
        yield opened


def told(there: Issuing, **more: str) -> dict[str, str]:
    """How a token is to be had."""
    grant = {"token_url": f"{there.url}/token", "client_id": NAME, "client_secret": SECRET}
    return grant | more


def test_a_token_is_sent_along_and_asked_for_once(file: TicketFile, there: Issuing) -> None:
    """The secret goes to the token's URL alone."""
    there.given.clear()
    with receiver() as desk:

        async def words(hub: Hub) -> list[Received]:
            grant = told(there, scope="events.write")
            await hub.register(ISP, wanted(f"{desk.url}/in", oauth2=grant))
            for number in range(3):
                a_ticket(file, hub, sp_ticket_reference=f"CASE#{number}")
            return list(await received(desk, 3))

        found = with_hub(file, words)

    (token,) = there.given
    assert {one.headers["authorization"] for one in found} == {f"Bearer {token}"}
    assert {one.headers["content-type"] for one in found} == {"application/json"}
    assert not any(SECRET in f"{one.headers}{one.body!r}" for one in found)
    assert all(one.headers["webhook-signature"] for one in found)


def test_a_token_that_has_ended_there_is_asked_for_once_more(
    file: TicketFile, there: Issuing
) -> None:
    """At once, and the message comes; a new one that is refused is not tried on and on."""
    there.given.clear()
    refused, everything = set[str](), [False]

    def reply(one: Received) -> Reply:
        return Reply(401 if everything[0] or one.headers["authorization"] in refused else 204)

    with receiver(reply) as desk:

        async def words(hub: Hub) -> list[tuple[bool, int]]:
            hook = await hub.register(ISP, wanted(desk.url, oauth2=told(there)))
            out = []
            for closed in (False, False, True, True):
                before, everything[0] = len(desk.received), closed
                outcome = await hub.test(ISP, hook.id)
                refused.update(one.headers["authorization"] for one in desk.received)
                out.append((outcome.delivered, len(desk.received) - before))
            return out

        found = with_hub(file, words)

    assert found == [(True, 1), (True, 2), (False, 2), (False, 1)]
    assert len(there.given) == 4


def test_without_a_token_nothing_is_sent(file: TicketFile, there: Issuing) -> None:
    """The owner is told why, and never the secret; it is tried again as all else."""
    with receiver() as desk:

        async def words(hub: Hub) -> str:
            grant = told(there, client_secret="wrong-word")  # noqa: S106 - of a test
            await hub.register(ISP, wanted(desk.url, oauth2=grant))
            a_ticket(file, hub)

            def failed() -> bool:
                with file.database.read() as connection:
                    rows = connection.exec_driver_sql("SELECT why FROM trouble").all()
                return bool(rows)

            await until(failed)
            (listed,) = await hub.webhooks(ISP)
            assert listed.trouble is not None
            return listed.trouble.why

        why = with_hub(file, words)
        assert desk.received == []

    assert "gives no token: 401" in why
    assert "wrong-word" not in why


def test_a_token_is_had_from_nowhere_that_may_not_be_sent_to(
    file: TicketFile, there: Issuing
) -> None:
    """It would be a way into the operator's network."""
    grant = told(there)

    async def words(hub: Hub) -> None:
        with pytest.raises(WebhookTargetError):
            await hub.register(ISP, wanted("https://192.0.32.8/in", oauth2=grant))

    with_hub(file, words, allowed=Allowed())


@pytest.mark.parametrize(
    ("lacking", "headers", "words"),
    [
        ("token_url", {}, "oauth2.token_url: is missing"),
        ("client_secret", {}, "oauth2.client_secret: is missing"),
        ("", {"authorization": "Basic eA=="}, "name one of both"),
    ],
)
def test_what_is_no_way_to_a_token_is_refused(
    file: TicketFile, there: Issuing, lacking: str, headers: dict[str, str], words: str
) -> None:
    """In words, and nothing is kept."""
    grant = {name: value for name, value in told(there).items() if name != lacking}

    async def asked(hub: Hub) -> None:
        with pytest.raises(WebhookError, match=words):
            await hub.register(ISP, wanted("http://127.0.0.1:9/", oauth2=grant, headers=headers))
        assert await hub.webhooks(ISP) == []

    with_hub(file, asked)


def test_the_secret_is_in_no_word_of_a_webhook(file: TicketFile, there: Issuing) -> None:
    """Neither when it is shown nor where it is logged; it is kept, and found again."""

    async def words(hub: Hub) -> str:
        await hub.register(ISP, wanted("http://127.0.0.1:9/", oauth2=told(there)))
        (listed,) = await hub.webhooks(ISP)
        assert listed.webhook.oauth2 == told(there)
        return repr(listed)

    shown = with_hub(file, words)
    assert SECRET not in shown
    assert json.dumps(SECRET)[1:-1] not in shown
