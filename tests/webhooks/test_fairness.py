"""Nobody's silent webhooks keep those of others waiting, and those that fail are left alone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest
from tests.webhooks.receiving import Received, Reply, receiver
from tests.webhooks.test_hub import (
    ISP,
    OPS,
    TV,
    Later,
    a_ticket,
    received,
    until,
    wanted,
    with_hub,
)

from techinfo.errors import UnknownWebhookError, WebhookTargetError
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.failures import FairQueue, Waiting, next_due, troubles, waiting
from techinfo.webhooks.hub import DeliveryLimits, Hub, Listed
from techinfo.webhooks.targets import resolved

OTHER_ADDRESS = "127.0.0.2"
THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TicketFile]:
    """An empty file of tickets."""
    with TicketFile.open(tmp_path / "tickets.sqlite") as opened:
        yield opened


def test_ten_silent_webhooks_keep_nobody_elses_waiting(file: TicketFile) -> None:
    """With thirty messages each; what is good is told while all of them hang."""
    let_go = Event()

    def hang(_: Received) -> Reply:
        let_go.wait(60)
        return Reply()

    with receiver(hang) as silent, receiver(address=OTHER_ADDRESS) as good:

        async def words(hub: Hub) -> None:
            for _ in range(10):
                await hub.register(ISP, wanted(silent.url))
            await hub.register(TV, wanted(good.url))
            for n in range(30):
                a_ticket(file, hub, sp_ticket_reference=f"CASE#{n}")
            await until(lambda: len(hub.running) == 1)
            a_ticket(file, hub, provider="tv")
            await received(good, 1)
            assert silent.received == []
            let_go.set()

        try:
            with_hub(file, words, timeout_s=60.0)
        finally:
            let_go.set()


def test_names_that_nobody_resolves_keep_nobody_elses_waiting(file: TicketFile) -> None:
    """Nor when they are registered: that ends, too."""
    with receiver() as good:

        async def resolve(host: str, port: int) -> Sequence[str]:
            if host.startswith("silent"):
                await asyncio.Event().wait()
            if host.startswith("later"):
                return ["93.184.215.14"] if not deaf else await resolve("silent", port)
            return await resolved(host, port)

        deaf: list[bool] = []

        async def words(hub: Hub) -> None:
            with pytest.raises(WebhookTargetError, match="cannot be resolved"):
                await hub.register(ISP, wanted("https://silent.example/"))
            for n in range(9):
                await hub.register(ISP, wanted(f"https://later-{n}.example/"))
            await hub.register(TV, wanted(good.url))
            deaf.append(True)
            a_ticket(file, hub)
            await until(lambda: len(hub.running) >= 3)
            a_ticket(file, hub, provider="tv")
            await received(good, 1)

        with_hub(file, words, resolve=resolve, timeout_s=1.0)


def test_the_resolver_takes_no_thread_that_others_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may take as long as it likes: everything else of the service goes on."""
    answer, real = Event(), socket.getaddrinfo

    def slow(host: Any, *more: Any, **others: Any) -> Any:
        if host == "silent.example":
            answer.wait(60)
            raise OSError("no such name")
        return real(host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", slow)

    async def words() -> str:
        asked = [asyncio.ensure_future(resolved("silent.example", 443)) for _ in range(50)]
        await asyncio.sleep(0)
        told = await asyncio.to_thread(lambda: "done")
        answer.set()
        for one in asked:
            with pytest.raises(OSError, match="no such name"):
                await one
        return told

    assert asyncio.run(asyncio.wait_for(words(), 300)) == "done"


def test_at_one_address_one_is_tried_at_a_time(file: TicketFile) -> None:
    """Whosever webhooks they are, and tests of them, too."""
    guard, running, peak = Lock(), [0], [0]

    def counted(_: Received) -> Reply:
        with guard:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        Event().wait(0.02)
        with guard:
            running[0] -= 1
        return Reply()

    with receiver(counted) as busy:

        async def words(hub: Hub) -> None:
            hooks = [await hub.register(who, wanted(busy.url)) for who in (ISP, ISP, ISP, OPS)]
            for n in range(3):
                a_ticket(file, hub, sp_ticket_reference=f"CASE#{n}")
            await asyncio.gather(*(hub.test(ISP, hook.id) for hook in hooks[:3]))
            await received(busy, 3 * 4 + 3)

        with_hub(file, words)

    assert peak == [1]


def test_a_webhook_that_fails_is_left_alone_whatever_waits_for_it(file: TicketFile) -> None:
    """One try, then none until its rest is over, then one; a success ends it."""
    later, down = Later(), [True]
    with (
        receiver(lambda _: Reply(500 if down[0] else 204)) as bad,
        receiver(address=OTHER_ADDRESS) as good,
    ):

        async def words(hub: Hub) -> None:
            hook = await hub.register(ISP, wanted(bad.url))
            await hub.register(TV, wanted(good.url))
            for n in range(20):
                a_ticket(file, hub, sp_ticket_reference=f"CASE#{n}")
            for failures, rest_s in ((1, 5), (2, 30)):
                await until(lambda n=failures: told_failures(file, hook.id) == n)  # type: ignore[misc]
                a_ticket(file, hub, provider="tv", sp_ticket_reference=f"CASE#{failures}")
                await received(good, failures)
                assert len(bad.received) == failures
                later.by += timedelta(seconds=rest_s + 1)
                down[0] = failures < 2
                hub.wake()
            await received(bad, 2 + 20)
            await until(lambda: next_due(file) is None)
            assert troubles(file, [hook.id]) == {}

        with_hub(file, words, now=later)


def told_failures(file: TicketFile, hook: str) -> int:
    """How often a webhook has failed."""
    found = troubles(file, [hook]).get(hook)
    return found.failures if found else 0


def test_a_webhook_that_keeps_failing_is_switched_off_until_its_owner_switches_it_on(
    file: TicketFile, caplog: pytest.LogCaptureFixture
) -> None:
    """The list says since when and why; nothing is lost meanwhile, nor changed by a restart."""
    later, down = Later(), [True]
    limits = DeliveryLimits(off_after=3)
    with receiver(lambda _: Reply(503 if down[0] else 204)) as bad:

        async def failing(hub: Hub) -> str:
            hook = await hub.register(ISP, wanted(bad.url))
            a_ticket(file, hub)
            for failures in range(1, 4):
                await until(lambda n=failures: told_failures(file, hook.id) == n)  # type: ignore[misc]
                later.by += timedelta(hours=2)
                hub.wake()
            return hook.id

        async def off(hub: Hub) -> Listed:
            a_ticket(file, hub, sp_ticket_reference="CASE#2")
            later.by += timedelta(days=2)
            assert waiting(file, later()) == []
            assert next_due(file) is None
            for stranger in (TV, OPS):
                with pytest.raises(UnknownWebhookError):
                    await hub.enable(stranger, hook)
            (listed,) = await hub.webhooks(ISP)
            return listed

        async def on(hub: Hub) -> Listed:
            down[0] = False
            await hub.enable(ISP, hook)
            await received(bad, 3 + 2)
            await until(lambda: next_due(file) is None)
            (listed,) = await hub.webhooks(ISP)
            return listed

        hook = with_hub(file, failing, now=later, delivery_limits=limits)
        listed = with_hub(file, off, now=later, delivery_limits=limits)
        after = with_hub(file, on, now=later, delivery_limits=limits)

    assert listed.trouble is not None
    assert (listed.trouble.failures, listed.trouble.why) == (3, "answered 503")
    assert listed.trouble.off_since is not None
    assert after.trouble is None
    assert caplog.text.count("is switched off after 3 failures: answered 503") == 1
    told = {r.told["data"]["spTicketReference"] for r in bad.received[3:]}
    assert told == {"CASE#1", "CASE#2"}


@pytest.mark.parametrize("count", [1, 10])
def test_owners_take_turns_and_so_do_their_webhooks(count: int) -> None:
    """However many one of them has, and however long they have been due."""
    turns = FairQueue(2, lambda url: url)
    many = [
        Waiting(f"isp-{n}", "isp", f"https://isp-{n}", THEN - timedelta(days=1))
        for n in range(count)
    ]
    one = Waiting("tv-0", "tv", "https://tv", THEN)

    picked = [turns.next([*many, one], {}, (), 1)[0] for _ in range(2 * count + 2)]

    owners = [found.owner for found in picked]
    assert owners == ["isp", "tv"] * (count + 1)
    assert {found.hook for found in picked} == {found.hook for found in [*many, one]}


def test_no_owner_has_more_than_its_turns_and_no_address_more_than_one() -> None:
    """What is under way counts."""
    turns = FairQueue(2, lambda url: url.partition("/")[0])
    isp = [Waiting(f"isp-{n}", "isp", f"isp-{n}", THEN) for n in range(5)]
    same = [Waiting(f"tv-{n}", "tv", f"shared/{n}", THEN) for n in range(3)]

    assert len(turns.next(isp, {}, (), 10)) == 2
    assert len(turns.next(isp, {"isp-0": "isp"}, (), 10)) == 1
    assert len(turns.next(same, {}, (), 10)) == 1
    assert turns.next(same, {}, {"shared"}, 10) == []


def test_a_webhook_that_is_removed_while_it_fails_leaves_nothing_behind(file: TicketFile) -> None:
    """Its rest and its failures go with it."""
    with receiver(lambda _: Reply(500)) as bad:

        async def words(hub: Hub) -> str:
            hook = await hub.register(ISP, wanted(bad.url))
            a_ticket(file, hub)
            await until(lambda: told_failures(file, hook.id) == 1)
            await hub.remove(ISP, hook.id)
            return hook.id

        hook = with_hub(file, words)

    assert troubles(file, [hook]) == {}
