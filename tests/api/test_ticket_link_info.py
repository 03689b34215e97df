"""Link info of tickets: whatever the network does, no ticket is lost or waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Recordings, stocked
from tests.api.served import ONE_SWITCH, PATIENCE_S
from tests.api.ticketed import (
    BITVIS,
    ISP,
    OPS,
    OTHER,
    SUBSCRIBED,
    Ticketed,
    allow_growth,
    created,
    settled,
    ticketed,
)

from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.api.documents.checksum import is_whole
from techinfo.api.state import AppState
from techinfo.collect.remote.client import RemoteCollector
from techinfo.model import utc_now
from techinfo.tickets import link_info
from techinfo.tickets.link_info import JobLimits, LinkInfoJobs
from techinfo.tickets.records import Attachment, Moment, NewTicket, Problem, Reach
from techinfo.tickets.store import TicketFile

BB, OLD, TV = "02:00:00:00:00:11", "02:00:00:00:00:12", "02:00:00:00:00:22"
SWITCH = "192.0.2.3"
LINK_UP = {"parts": {"status": {"state": "ok"}}, "status": {"link": True}}


def switch(*, up: bool = True, rx: int = -1820, macs: tuple[str, ...] = (BB,)) -> m.Rows:
    """A switch with a port, light on it, customers of two services, and their leases."""
    return merged(
        m.system("elm3"),
        m.port(1, "ge1", up=up),
        m.optics(1, rx=rx),
        *(m.learnt(1, mac, 10) for mac in macs),
        m.learnt(1, TV, 20),
        m.lease(1, 1, "198.51.100.11", BB, 10),
        m.lease(2, 1, "198.51.100.22", TV, 20),
    )


@pytest.fixture
def network() -> Recordings:
    """The switch as it is when nothing is wrong."""
    return Recordings({SWITCH: switch()})


@pytest.fixture
def desk(tmp_path: Path, network: Recordings) -> Iterator[Ticketed]:
    """A ticket desk over it."""
    made = ticketed(tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open)
    with made.file:
        yield made


def test_link_info_is_attached_with_the_rights_of_the_owner(desk: Ticketed) -> None:
    """Each provider's document has its own rows, and the element's name is in none."""

    async def words(client: httpx.AsyncClient) -> dict[str, Any]:
        told = {}
        for who in (ISP, OTHER):
            ref = await created(client, who)
            told[who[0]] = await settled(client, ref, who=who)
            told[f"ops on {who[0]}"] = await settled(client, ref, who=OPS)
        return told

    told = desk.talk(words)

    for who, mac, ip in (("isp", BB, "198.51.100.11"), ("tv", TV, "198.51.100.22")):
        document = told[who]["created"]["document"]
        assert told[who]["created"]["state"] == "attached"
        assert document["schema"] == "techinfo.access/1"
        assert is_whole(document)
        assert document["status"]["link"] is True
        assert [row["mac"] for row in document["macAddressTable"]] == [mac]
        assert [row["lease"] for row in document["leaseInfo"]] == [ip]
        assert "sw-elm-3" not in str(told[who])
        assert "elm3" not in str(told[who])
        assert told[f"ops on {who}"] == told[who]


@pytest.mark.parametrize(
    ("sent", "filled"),
    [
        (None, {"ip": "198.51.100.11", "mac": BB, "link": True}),
        ({"link": ""}, {"ip": "198.51.100.11", "mac": BB, "link": True}),
        (
            {"ip": "203.0.113.9", "link": "false"},
            {"ip": "203.0.113.9", "mac": BB, "link": False},
        ),
        (
            {"mac": "02-00-00-00-00-99"},
            {"ip": "198.51.100.11", "mac": "02:00:00:00:00:99", "link": True},
        ),
    ],
)
def test_what_the_provider_sent_stays_and_what_is_empty_is_filled(
    desk: Ticketed, sent: Any, filled: dict[str, Any]
) -> None:
    """With what is of the ticket's own service."""

    async def words(client: httpx.AsyncClient) -> Any:
        ref = await created(client, additionalInfo=sent, subscriptionId="S-1")
        await settled(client, ref)
        return (await client.get(f"/2.6/tickets/{ref}", auth=ISP)).json()["additionalInfo"]

    assert desk.talk(words) == filled


def test_two_customers_on_the_service_are_not_one(desk: Ticketed, network: Recordings) -> None:
    """Nobody knows which of them the ticket is about."""
    network.rows[SWITCH] = switch(macs=(BB, OLD))

    async def words(client: httpx.AsyncClient) -> Any:
        ref = await created(client)
        await settled(client, ref)
        return (await client.get(f"/2.6/tickets/{ref}", auth=ISP)).json()["additionalInfo"]

    assert desk.talk(words) == {"ip": "198.51.100.11", "link": True}


def test_what_has_changed_is_told_when_the_ticket_is_closed(
    tmp_path: Path, network: Recordings
) -> None:
    """Before and after side by side, and the difference in words."""
    network.rows[SWITCH] = switch(up=False, rx=-2740, macs=(OLD,))
    made = ticketed(
        tmp_path / "tickets.sqlite",
        stocked(tmp_path, SUBSCRIBED),
        network.open,
    )

    async def words(client: httpx.AsyncClient) -> Any:
        ref = await created(client)
        before = await settled(client, ref)
        assert "difference" not in before
        network.rows[SWITCH] = switch(rx=-1910)
        closing = {"status": "CLOSED", "responsible": "CO"}
        await client.patch(f"/2.6/tickets/{ref}", json=closing, auth=ISP)
        return await settled(client, ref, "closed")

    with made.file:
        told = made.talk(words)

    assert told["created"]["document"]["status"]["link"] is False
    assert told["closed"]["document"]["status"]["link"] is True
    assert any(words.startswith("the link came up") for words in told["difference"])
    assert "the light received rose by 8.3 dB, from -27.40 to -19.10 dBm" in told["difference"]
    assert f"a MAC address appeared: {BB}" in told["difference"]
    assert f"a MAC address disappeared: {OLD}" in told["difference"]


def test_a_silent_switch_is_said_to_be_silent(desk: Ticketed, network: Recordings) -> None:
    """The ticket is there at once; its link info is worth nothing, and says why."""
    network.silent.add(SWITCH)

    async def words(client: httpx.AsyncClient) -> tuple[Any, Any]:
        ref = await created(client)
        return await settled(client, ref), (
            await client.get(f"/2.6/tickets/{ref}", auth=ISP)
        ).json()

    told, ticket = desk.talk(words)

    assert told["created"]["state"] == "failed"
    assert told["created"]["worth"].startswith("nothing: the network element does not answer")
    assert "additionalInfo" not in ticket


def test_a_ticket_never_waits_for_a_slow_switch(desk: Ticketed, network: Recordings) -> None:
    """It is acknowledged, listed and changed while the switch is still read; then it comes."""
    held = network.held[m.FDB] = asyncio.Event()

    async def words(client: httpx.AsyncClient) -> tuple[str, int, Any]:
        ref = await created(client)
        before = (await client.get(f"/techinfo/v1/tickets/{ref}/linkinfo", auth=ISP)).json()
        patched = await client.patch(f"/2.6/tickets/{ref}", json={"responsible": "CO"}, auth=ISP)
        assert not held.is_set()
        held.set()
        return before["created"]["state"], patched.status_code, await settled(client, ref)

    before, patched, after = desk.talk(words)

    assert (before, patched) == ("pending", 204)
    assert after["created"]["state"] == "attached"
    assert after["created"]["document"]["macAddressTable"]


def test_a_switch_that_is_too_slow_leaves_the_rest(tmp_path: Path, network: Recordings) -> None:
    """What came in time is attached, and what did not is named."""
    network.held[m.FDB] = asyncio.Event()
    made = ticketed(
        tmp_path / "tickets.sqlite",
        stocked(tmp_path, SUBSCRIBED),
        network.open,
        linkinfo_deadline_s=0.3,
    )

    async def words(client: httpx.AsyncClient) -> Any:
        return await settled(client, await created(client))

    with made.file:
        told = made.talk(words)["created"]

    assert told["state"] == "attached"
    assert "macAddressTable: the network element answers too slowly" in told["why"]
    assert "but not all of it" in told["worth"]
    assert told["document"]["status"]["link"] is True


def test_another_device_gives_no_data_to_a_ticket(desk: Ticketed, network: Recordings) -> None:
    """Nothing of it is attached, and nothing is filled."""
    network.rows[SWITCH] = merged(switch(), m.system("fir9"))

    async def words(client: httpx.AsyncClient) -> tuple[Any, Any]:
        ref = await created(client)
        return await settled(client, ref), (
            await client.get(f"/2.6/tickets/{ref}", auth=ISP)
        ).json()

    told, ticket = desk.talk(words)

    assert told["created"]["state"] == "failed"
    assert "is not the equipment that the inventory names" in told["created"]["why"]
    assert "additionalInfo" not in ticket
    assert BB not in str(told)


def test_a_provider_without_a_subscription_has_a_ticket_but_no_link_info(desk: Ticketed) -> None:
    """NO_ACCESS comes before activation; the reason is told."""

    async def words(client: httpx.AsyncClient) -> list[Any]:
        refs = [await created(client, BITVIS), await created(client, accessId="A-2")]
        return [
            await settled(client, ref, who=who)
            for ref, who in zip(refs, (BITVIS, ISP), strict=True)
        ]

    for told in desk.talk(words):
        assert told["created"]["state"] == "failed"
        assert "you have no subscription and no order" in told["created"]["why"]


def test_a_collector_that_is_down_is_told_of(tmp_path: Path, network: Recordings) -> None:
    """The ticket is kept; nobody listens at the collector's socket."""
    inventory = stocked(tmp_path, SUBSCRIBED)
    gone = RemoteCollector(tmp_path / "no.sock")

    def without_collector(state: AppState) -> AppState:
        return replace(state, access_service=AccessService(Troubleshooter(inventory, gone)))

    made = ticketed(tmp_path / "tickets.sqlite", inventory, network.open, before=without_collector)

    async def words(client: httpx.AsyncClient) -> Any:
        try:
            return await settled(client, await created(client))
        finally:
            await gone.close()

    with made.file:
        told = made.talk(words)["created"]

    assert told["state"] == "failed"
    assert told["why"]
    assert "no.sock" not in str(told)


def test_a_full_disk_leaves_link_info_pending_and_it_is_tried_again(tmp_path: Path) -> None:
    """The ticket is on disk already, and nothing is pretended."""
    inventory = stocked(tmp_path, SUBSCRIBED)
    with TicketFile.open(tmp_path / "tickets.sqlite") as file:
        new = NewTicket(
            provider="isp",
            access_id="A-1",
            created_by="A",
            heading="h",
            description="d",
            problem=Problem.OTHER,
        )
        number = file.create(new, None, utc_now).ticket.number

        async def capture(_: Viewer, access_id: str) -> Any:
            return {**LINK_UP, "accessId": access_id, "filler": "x" * 200_000}

        async def spoken() -> tuple[Attachment, Attachment]:
            captures = LinkInfoJobs(
                file, capture, inventory.subscriptions_on, job_limits=JobLimits(again_s=0.01)
            )
            allow_growth(file, None)
            captures.start()
            try:
                await until(lambda: captures._rests_until > 0.0)
                before = link_info.attached(file, number)[Moment.CREATED].state
                allow_growth(file, 2**30)
                await until(lambda: not link_info.pending(file))
                return before, link_info.attached(file, number)[Moment.CREATED].state
            finally:
                await captures.close()

        told = asyncio.run(asyncio.wait_for(spoken(), PATIENCE_S))

    assert told == (Attachment.PENDING, Attachment.ATTACHED)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    while not condition():  # noqa: ASYNC110 - what is waited for is in a file
        await asyncio.sleep(0)


def test_what_was_wanted_when_the_service_stopped_is_read_by_the_next(
    tmp_path: Path, network: Recordings
) -> None:
    """If it is still of that moment; else it says why there is none."""
    inventory = stocked(tmp_path, SUBSCRIBED)
    path = tmp_path / "tickets.sqlite"
    with TicketFile.open(path) as file:
        for case in ("young", "old"):
            new = NewTicket(
                provider="isp",
                access_id="A-1",
                created_by="A",
                heading=case,
                description="d",
                problem=Problem.OTHER,
                sp_ticket_reference=case,
            )
            file.create(new, None, utc_now)
        refs = {t.heading: t.own_reference for t in file.tickets(Reach())}
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE link_info SET asked_at = asked_at - 3600000000 WHERE ticket = 2")
    connection.close()
    made = ticketed(path, inventory, network.open)

    async def words(client: httpx.AsyncClient) -> dict[str, Any]:
        return {name: (await settled(client, ref))["created"] for name, ref in refs.items()}

    with made.file:
        told = made.talk(words)

    assert told["young"]["state"] == "attached"
    assert told["old"]["state"] == "failed"
    assert "nothing could be read within 600 s of that moment" in told["old"]["why"]


def test_a_reading_that_breaks_leaves_its_reason_and_no_other_waits(tmp_path: Path) -> None:
    """An error that nobody expected is told with an id, not with its words."""
    inventory = stocked(tmp_path, ONE_SWITCH)

    async def capture(_: Viewer, access_id: str) -> Any:
        if access_id == "A-bad":
            raise RuntimeError("secret detail")
        return LINK_UP

    async def spoken(file: TicketFile) -> list[tuple[str, str]]:
        captures = LinkInfoJobs(file, capture, inventory.subscriptions_on)
        captures.start()
        try:
            await until(lambda: not link_info.pending(file))
        finally:
            await captures.close()
        found = [link_info.attached(file, n)[Moment.CREATED] for n in (1, 2)]
        return [(info.state.value, info.why) for info in found]

    with TicketFile.open(tmp_path / "tickets.sqlite") as file:
        for access_id in ("A-bad", "A-1"):
            new = NewTicket(
                provider="isp",
                access_id=access_id,
                created_by="A",
                heading="h",
                description="d",
                problem=Problem.OTHER,
            )
            file.create(new, None, utc_now)
        bad, good = asyncio.run(spoken(file))

    assert bad[0] == "failed"
    assert bad[1].startswith("the access could not be read (error ")
    assert "secret" not in bad[1]
    assert good == ("attached", "")
