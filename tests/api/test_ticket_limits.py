"""One provider fills no disk: what its tickets may take, and how it is told."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.ticketed import (
    EVERYBODY,
    ISP,
    OPS,
    OTHER,
    SUBSCRIBED,
    TICKET,
    created,
    settled,
    ticketed,
)

from techinfo.access.logins import options_of
from techinfo.access.viewer import Options
from techinfo.config import Settings
from techinfo.tickets.records import Limits

LIMITS = Limits(octets=100_000, open_tickets=2, comments=1)


def test_a_provider_is_told_in_words_what_is_too_much(tmp_path: Path, network: Recordings) -> None:
    """429 with a code of its own; others and the operator go on, and so does a user with more."""
    users = EVERYBODY | {"tv": EVERYBODY["tv"].model_copy(update={"open_tickets": 4})}
    made = ticketed(
        tmp_path / "tickets.sqlite",
        stocked(tmp_path, SUBSCRIBED),
        network.open,
        limits=LIMITS,
        users=users,
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        told = []
        for who in (ISP, OTHER, OPS):
            for n in range(5):
                body = {**TICKET, "spTicketReference": f"C-{n}"}
                told.append(await client.post("/2.6/tickets", json=body, auth=who))
        comment = {"comment": {"createdBy": "Anna", "message": "Hello?"}}
        path = told[0].headers["Location"]
        told += [await client.patch(path, json=comment, auth=ISP) for _ in range(2)]
        for made in (answer.json() for answer in told if answer.status_code == 201):
            await settled(client, made["coTicketReference"], who=OPS)
        return told

    with made.file:
        answers = made.talk(words)

    assert [a.status_code for a in answers] == [
        *(201, 201, 429, 429, 429),
        *(201, 201, 201, 201, 429),
        *(201, 201, 201, 201, 201),
        *(204, 429),
    ]
    refused = [a.json() for a in answers if a.status_code == 429]
    assert {(a["code"], a["retryable"]) for a in refused} == {("ticket_quota", False)}
    assert refused[0]["cause"] == "you have 2 open tickets, which is the most; close one first"
    assert refused[-1]["cause"] == "this ticket has 1 comments, which is the most"


def test_a_ticket_that_is_too_much_leaves_nothing(tmp_path: Path, network: Recordings) -> None:
    """The same request may come again when there is room; its key is not used up."""
    made = ticketed(
        tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open, limits=LIMITS
    )

    async def words(client: httpx.AsyncClient) -> list[int]:
        client.auth = httpx.BasicAuth(*ISP)
        refs = [await created(client, spTicketReference=f"C-{n}") for n in range(2)]
        key = {"Idempotency-Key": "k"}
        first = await client.post("/2.6/tickets", json=TICKET, headers=key)
        close = {"status": "CLOSED", "responsible": "SP"}
        closed = await client.patch(f"/2.6/tickets/{refs[0]}", json=close)
        second = await client.post("/2.6/tickets", json=TICKET, headers=key)
        for ref in (*refs, second.json()["coTicketReference"]):
            await settled(client, ref)
        await settled(client, refs[0], "closed")
        return [first.status_code, closed.status_code, second.status_code]

    with made.file:
        assert made.talk(words) == [429, 204, 201]


def test_options_say_how_many_or_leave_it_to_the_settings() -> None:
    """A number from 1, or no."""
    assert options_of({"open_tickets": 7, "ticket_octets": False}) == Options(open_tickets=7)
    for value in (0, -1, True, "many"):
        with pytest.raises(ValueError, match="open_tickets is a number"):
            options_of({"open_tickets": value})


def test_the_settings_have_limits_unless_somebody_says_otherwise() -> None:
    """Half a gibibyte, five thousand open tickets, five hundred comments."""
    told = Settings().tickets

    assert (told.octets_per_provider, told.open_per_provider) == (512 << 20, 5000)
    assert told.comments_per_ticket == 500
