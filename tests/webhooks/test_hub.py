"""The hub: registered, signed, told at least once, given up after a day, and tried again."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import pytest
from standardwebhooks.webhooks import Webhook as StandardWebhook
from standardwebhooks.webhooks import WebhookVerificationError
from tests.webhooks.receiving import Received, Receiver, Reply, Zammad, receiver

from techinfo.access.viewer import Role, Viewer
from techinfo.errors import UnknownWebhookError, WebhookError, WebhookTargetError
from techinfo.tickets.records import Change, NewTicket, Party, Problem, Reach, Status
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import store as stored
from techinfo.webhooks.failures import next_due
from techinfo.webhooks.hub import PAUSES_S, Hub, Wanted
from techinfo.webhooks.sending import new_secret
from techinfo.webhooks.store import State, Webhook
from techinfo.webhooks.targets import Allowed, resolved

T = TypeVar("T")

ISP = Viewer(name="isp-login", role=Role.PROVIDER, provider="isp")
TV = Viewer(name="tv", role=Role.PROVIDER, provider="tv")
OPS = Viewer(name="ops", role=Role.OPERATOR)
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
HERE = Allowed(operator=LOOPBACK, providers=LOOPBACK)
PATIENCE_S = 300.0
NEW = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="No link",
    description="ÅÄÖ: nothing works",
    problem=Problem.NO_LINK,
    sp_ticket_reference="CASE#1",
)


@dataclass(slots=True)
class Later:
    """The true time, and what was put on top of it."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.by


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TicketFile]:
    """An empty file of tickets."""
    with TicketFile.open(tmp_path / "tickets.sqlite") as opened:
        yield opened


def with_hub(
    file: TicketFile, words: Callable[[Hub], Awaitable[T]], *, allowed: Allowed = HERE, **more: Any
) -> T:
    """What comes of a talk while a hub sends."""

    async def spoken() -> T:
        hub = Hub(file, allowed=allowed, **more)
        hub.start()
        try:
            return await asyncio.wait_for(words(hub), PATIENCE_S)
        finally:
            await hub.close()

    return asyncio.run(spoken())


def wanted(url: str, **more: Any) -> Wanted:
    """A webhook as it is asked for."""
    return Wanted(url=url, **{"options": {}, "headers": {}, **more})


def a_ticket(file: TicketFile, hub: Hub | None = None, **more: Any) -> str:
    """The reference of a new ticket, of which webhooks are told."""
    new = NewTicket(**{**{n: getattr(NEW, n) for n in NewTicket.__dataclass_fields__}, **more})
    made = file.create(new, None, lambda: datetime.now(UTC)).ticket.own_reference
    if hub is not None:
        hub.wake()
    return made


async def received(who: Receiver, count: int) -> Sequence[Received]:
    """What a receiver has been told, once it is so much."""
    return await asyncio.to_thread(who.wait_for, count)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    while not condition():  # noqa: ASYNC110 - what is waited for is in a file
        await asyncio.sleep(0)


def test_a_message_is_signed_so_that_an_independent_library_verifies_it(file: TicketFile) -> None:
    """The same octets; one octet or another secret, and it does not."""
    with receiver() as plain:

        async def words(hub: Hub) -> tuple[Webhook, Received]:
            hook = await hub.register(ISP, wanted(f"{plain.url}/in?x=1"))
            a_ticket(file, hub)
            return hook, (await received(plain, 1))[0]

        hook, told = with_hub(file, words)

    verified = StandardWebhook(hook.secret).verify(told.body, told.headers)
    assert told.path == "/in?x=1"
    assert told.headers["host"] == plain.url.removeprefix("http://")
    assert (verified["type"], verified["version"]) == ("ticket.created", 1)
    assert verified["id"] == told.headers["webhook-id"]
    data = verified["data"]
    assert data["description"] == "ÅÄÖ: nothing works"
    assert (data["accessId"], data["spTicketReference"], data["status"]) == (
        "A-1",
        "CASE#1",
        "CREATED",
    )
    with pytest.raises(WebhookVerificationError):
        StandardWebhook(hook.secret).verify(told.body.replace(b"A-1", b"A-2"), told.headers)
    other = StandardWebhook(new_secret())
    with pytest.raises(WebhookVerificationError):
        other.verify(told.body, told.headers)


def test_everybody_is_told_of_their_own_tickets_and_the_operator_of_all(file: TicketFile) -> None:
    """And only of what they want to be told."""
    with receiver() as isp, receiver() as tv, receiver() as ops:

        async def words(hub: Hub) -> None:
            await hub.register(ISP, wanted(isp.url, kinds=("ticket.closed",)))
            await hub.register(TV, wanted(tv.url))
            await hub.register(OPS, wanted(ops.url))
            ref = a_ticket(file, hub)
            close = Change(by=Party.SP, status=Status.CLOSED, responsible=Party.SP)
            file.change(ref, Reach(provider="isp"), close, None, lambda: datetime.now(UTC))
            a_ticket(file, hub, provider="tv")
            await received(ops, 3)
            await received(isp, 1)
            await received(tv, 1)

        with_hub(file, words)

    assert [r.told["type"] for r in isp.received] == ["ticket.closed"]
    assert [r.told["data"]["provider"] for r in tv.received] == ["tv"]
    assert [r.told["type"] for r in ops.received] == [
        "ticket.created",
        "ticket.closed",
        "ticket.created",
    ]
    assert [r.told["data"]["version"] for r in ops.received] == [1, 2, 1]


def test_what_failed_is_sent_again_with_the_same_id_until_it_is_taken(file: TicketFile) -> None:
    """The body is the same octet for octet; the pauses grow."""
    later = Later()
    replies = iter([Reply(500), Reply(302, headers={"Location": "/elsewhere"}), Reply(200)])
    with receiver(lambda _: next(replies)) as plain:

        async def words(hub: Hub) -> None:
            await hub.register(ISP, wanted(plain.url))
            a_ticket(file, hub)
            for n in range(1, 3):
                await received(plain, n)
                await tried(file, n)
                later.by += timedelta(seconds=PAUSES_S[n - 1] + 1)
                hub.wake()
            await received(plain, 3)
            await until(lambda: next_due(file) is None)

        with_hub(file, words, now=later)

    assert len({r.headers["webhook-id"] for r in plain.received}) == 1
    assert len({r.body for r in plain.received}) == 1
    assert [r.path for r in plain.received] == ["/", "/", "/"]


def test_after_a_day_it_is_given_up_listed_and_can_be_tried_again(
    file: TicketFile, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names neither secret nor address."""
    later, down = Later(), [True]
    with receiver(lambda _: Reply(503 if down[0] else 200)) as plain:

        async def words(hub: Hub) -> tuple[Webhook, list[Any]]:
            hook = await hub.register(ISP, wanted(plain.url, headers={"X-Key": "hush-hush"}))
            a_ticket(file, hub)
            for n, pause in enumerate((*PAUSES_S, 0), start=1):
                await received(plain, n)
                await tried(file, n)
                later.by += timedelta(seconds=pause + 1)
                hub.wake()
            await until(lambda: bool(stored.dead(file, Reach())))
            dead = list(await hub.dead(ISP))
            assert not await hub.dead(TV)
            down[0] = False
            assert stored.revive(file, later()) == 1
            hub.wake()
            await received(plain, len(PAUSES_S) + 2)
            await until(lambda: stored.counts(file, hook.id).get(State.DELIVERED) == 1)
            return hook, dead

        with caplog.at_level(logging.INFO):
            hook, dead = with_hub(file, words, now=later)

    assert sum(PAUSES_S) == 24 * 3600
    assert [(d.tries, d.outcome) for d in dead] == [(len(PAUSES_S) + 1, "answered 503")]
    told = caplog.text + repr(hook) + repr(dead)
    assert "is given up" in caplog.text
    assert not [secret for secret in ("hush-hush", hook.secret) if secret in told]
    assert plain.url not in caplog.text


def test_410_is_not_asked_again(file: TicketFile) -> None:
    """The receiver says that it will never want it."""
    with receiver(lambda _: Reply(410)) as plain:

        async def words(hub: Hub) -> None:
            await hub.register(ISP, wanted(plain.url))
            a_ticket(file, hub)
            await until(lambda: bool(stored.dead(file, Reach())))

        with_hub(file, words)

    assert len(plain.received) == 1


def test_what_was_not_delivered_is_sent_by_the_next_run(file: TicketFile) -> None:
    """A hub that was not there when the ticket came is told by the file."""
    with receiver() as plain:

        async def first(hub: Hub) -> None:
            await hub.register(ISP, wanted(plain.url))

        async def second(_: Hub) -> None:
            await received(plain, 1)

        with_hub(file, first)
        a_ticket(file)
        with_hub(file, second)

    assert plain.received[0].told["type"] == "ticket.created"


def test_a_receiver_that_hangs_delays_no_other(file: TicketFile) -> None:
    """Each has its own turn; a try ends at its time-out."""
    let_go = Event()

    def hang(_: Received) -> Reply:
        let_go.wait(30)
        return Reply()

    with receiver(hang) as slow, receiver() as quick:

        async def words(hub: Hub) -> None:
            await hub.register(ISP, wanted(slow.url))
            await hub.register(ISP, wanted(quick.url))
            a_ticket(file, hub)
            a_ticket(file, hub, sp_ticket_reference="CASE#2")
            await received(quick, 2)
            await until(lambda: "no answer" in outcomes(file))
            let_go.set()

        with_hub(file, words, timeout_s=0.5)


def tries(file: TicketFile) -> int:
    """How often the only delivery was tried."""
    with file.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT tries FROM deliveries").scalar_one())


async def tried(file: TicketFile, count: int) -> None:
    """Wait until the only delivery was tried so often."""
    await until(lambda: tries(file) == count)


def outcomes(file: TicketFile) -> str:
    """What has come of all tries."""
    with file.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT outcome FROM deliveries").all()
    return " ".join(r.outcome for r in rows)


def test_a_private_target_is_refused_when_it_is_registered(file: TicketFile) -> None:
    """A provider's where only the operator's own is allowed."""
    with receiver() as plain:
        only_operator = Allowed(operator=LOOPBACK)

        async def words(hub: Hub) -> None:
            await hub.register(OPS, wanted(plain.url))
            for url in (plain.url, "https://169.254.169.254/latest", "https://[::1]/"):
                with pytest.raises(WebhookTargetError, match="not allowed"):
                    await hub.register(ISP, wanted(url))

        with_hub(file, words, allowed=only_operator)


def test_a_name_that_means_another_address_later_is_refused_when_it_is_sent(
    file: TicketFile,
) -> None:
    """DNS rebinding: public when it was registered, loopback when the message goes out."""
    with receiver() as plain:
        port = plain.url.rpartition(":")[2]
        answers = iter([["93.184.215.14"]])

        async def resolve(_host: str, port: int) -> Sequence[str]:
            return next(answers, None) or await resolved("127.0.0.1", port)

        async def words(hub: Hub) -> str:
            await hub.register(ISP, wanted(f"https://rebind.example:{port}/x"))
            a_ticket(file, hub)
            await until(lambda: bool(outcomes(file).strip()))
            return outcomes(file)

        told = with_hub(file, words, allowed=Allowed(), resolve=resolve)

    assert "not allowed" in told
    assert plain.received == []


def test_a_redirect_is_not_followed(file: TicketFile) -> None:
    """Or it would lead where a webhook may not."""
    with receiver() as inside:
        moved = Reply(307, headers={"Location": inside.url})
        with receiver(lambda _: moved) as plain:

            async def words(hub: Hub) -> tuple[bool, str]:
                hook = await hub.register(ISP, wanted(plain.url))
                outcome = await hub.test(ISP, hook.id)
                return outcome.delivered, outcome.words

            told = with_hub(file, words)

    assert told == (False, "answered 307")
    assert inside.received == []


def test_a_test_message_is_sent_once_and_told_of(file: TicketFile) -> None:
    """Signed like every other; nobody may test somebody else's."""
    with receiver() as plain:

        async def words(hub: Hub) -> Webhook:
            hook = await hub.register(ISP, wanted(plain.url, headers={"Authorization": "Bearer t"}))
            outcome = await hub.test(ISP, hook.id)
            assert (outcome.delivered, outcome.words) == (True, "answered 204")
            for stranger in (TV, OPS):
                with pytest.raises(UnknownWebhookError):
                    await hub.test(stranger, hook.id)
                with pytest.raises(UnknownWebhookError):
                    await hub.remove(stranger, hook.id)
            return hook

        hook = with_hub(file, words)

    (told,) = plain.received
    assert told.headers["authorization"] == "Bearer t"
    assert StandardWebhook(hook.secret).verify(told.body, told.headers)["type"] == "webhook.test"


def test_nobody_has_more_than_ten_and_what_is_no_webhook_is_refused(file: TicketFile) -> None:
    """Each refusal says which key."""
    with receiver() as plain:

        async def words(hub: Hub) -> None:
            for _ in range(10):
                await hub.register(ISP, wanted(plain.url))
            with pytest.raises(WebhookError, match="10 webhooks"):
                await hub.register(ISP, wanted(plain.url))
            refused = [
                (TV, wanted(plain.url, kinds=("weather",)), "events: weather"),
                (TV, wanted(plain.url, form="xml"), "form"),
                (TV, wanted(f"{plain.url}/api/v1/tickets", form="zammad"), "operator"),
                (OPS, wanted(plain.url, form="zammad"), "must end in"),
                (OPS, wanted(f"{plain.url}/api/v1/tickets", form="zammad"), "options.group"),
            ]
            for viewer, asked, why in refused:
                with pytest.raises(WebhookError, match=why):
                    await hub.register(viewer, asked)

        with_hub(file, words)


def test_zammad_takes_a_ticket_and_its_number_becomes_the_reference(file: TicketFile) -> None:
    """What the provider writes becomes an article; what the operator writes back does not."""
    zammad = Zammad()
    with receiver(zammad) as desk:

        async def words(hub: Hub) -> str:
            hook = await hub.register(
                OPS,
                wanted(
                    f"{desk.url}/api/v1/tickets",
                    form="zammad",
                    options={"group": "Field", "customer": "noc@example.org"},
                    headers={"Authorization": f"Token token={zammad.token}"},
                ),
            )
            assert (await hub.test(OPS, hook.id)).delivered
            ref = a_ticket(file, hub)
            await until(lambda: file.ticket(ref, Reach()).desk_reference is not None)
            isp = Reach(provider="isp")
            for by, reach, words in (
                (Party.SP, isp, "Any news?"),
                (Party.CO, Reach(), "We look"),
                (Party.SP, isp, "Thanks"),
            ):
                change = Change(by=by, comment=("somebody", words))
                file.change(ref, reach, change, None, lambda: datetime.now(UTC))
            hub.wake()
            await until(lambda: len(zammad.articles.get(1, ())) >= 3)
            await until(lambda: next_due(file) is None)
            return ref

        ref = with_hub(file, words, owns_references=True)

    ticket = file.ticket(ref, Reach())
    assert (ticket.reference, ticket.desk_key) == ("22001", "1")
    assert file.ticket("22001", Reach()).own_reference == ref
    assert zammad.tickets[1]["title"] == "No link"
    assert f"coTicketReference: {ref}" in zammad.articles[1][0]["body"]
    assert [a["body"].splitlines()[0] for a in zammad.articles[1][1:]] == ["Any news?", "Thanks"]


def test_a_desk_that_only_listens_does_not_own_the_reference(file: TicketFile) -> None:
    """Where this service is the desk, Zammad's number is only noted."""
    zammad = Zammad()
    with receiver(zammad) as desk:

        async def words(hub: Hub) -> str:
            await hub.register(
                OPS,
                wanted(
                    f"{desk.url}/api/v1/tickets",
                    form="zammad",
                    options={"group": "Field", "customer": "noc@example.org"},
                    headers={"Authorization": f"Token token={zammad.token}"},
                ),
            )
            ref = a_ticket(file, hub)
            await until(lambda: file.ticket(ref, Reach()).desk_key is not None)
            return ref

        ref = with_hub(file, words)

    ticket = file.ticket(ref, Reach())
    assert (ticket.reference, ticket.version) == (ref, 1)


def test_the_body_of_the_plain_form_is_json_of_known_keys(file: TicketFile) -> None:
    """What a receiver of version 1 may count on."""
    with receiver() as plain:

        async def words(hub: Hub) -> None:
            await hub.register(ISP, wanted(plain.url))
            a_ticket(file, hub)
            await received(plain, 1)

        with_hub(file, words)

    told = json.loads(plain.received[0].body)
    assert list(told) == ["id", "type", "version", "timestamp", "data"]
    assert set(told["data"]) == {
        "coTicketReference",
        "ownTicketReference",
        "version",
        "provider",
        "accessId",
        "createdBy",
        "heading",
        "description",
        "problemType",
        "spTicketReference",
        "status",
        "createdAt",
        "updatedAt",
    }
