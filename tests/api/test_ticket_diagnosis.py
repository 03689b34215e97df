"""A ticket that names a diagnosis: nothing is read again, and a contradiction is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.ticketed import ISP, OTHER, SUBSCRIBED, TICKET, Ticketed, settled, ticketed

from techinfo.api.documents.checksum import is_whole

DIAGNOSIS = "/techinfo/v1/diagnosis/A-1"
SWITCH = "192.0.2.3"


@pytest.fixture
def network() -> Recordings:
    """A switch on which all is well."""
    rows = merged(
        m.system("elm3"),
        m.port(1, "ge1"),
        m.optics(1),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.lease(1, 1, "198.51.100.11", "02:00:00:00:00:11", 10),
    )
    return Recordings({SWITCH: rows})


@pytest.fixture
def clock() -> Clock:
    """A clock that goes when it is told to."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, network: Recordings, clock: Clock) -> Iterator[Ticketed]:
    """A ticket desk over it."""
    inventory = stocked(tmp_path, SUBSCRIBED, clock)
    made = ticketed(tmp_path / "tickets.sqlite", inventory, network.open, clock=clock)
    with made.file:
        yield made


async def told(client: httpx.AsyncClient) -> dict[str, Any]:
    """A diagnosis, by the provider."""
    found: dict[str, Any] = (await client.get(DIAGNOSIS, auth=ISP)).json()
    return found


async def reported(
    client: httpx.AsyncClient, diagnosis_id: str, who: tuple[str, str] = ISP, **more: Any
) -> httpx.Response:
    """A ticket that names a diagnosis."""
    body = {**TICKET, "diagnosisId": diagnosis_id, **more}
    return await client.post("/2.6/tickets", json=body, auth=who)


def test_a_valid_diagnosis_is_the_link_info(
    desk: Ticketed, network: Recordings, clock: Clock
) -> None:
    """The switch is not asked a second time; how old it is, is said."""

    async def words(client: httpx.AsyncClient) -> tuple[dict[str, Any], httpx.Response, int, Any]:
        found = await told(client)
        clock.go_on(60.0)
        before = len(network.asked)
        answer = await reported(client, found["diagnosisId"])
        info = await settled(client, answer.json()["coTicketReference"], who=ISP)
        return found, answer, len(network.asked) - before, info["created"]

    found, answer, asked, info = desk.talk(words)

    assert answer.status_code == 201
    assert answer.json()["diagnosis"]["state"] == "attached"
    assert asked == 0
    assert info["document"]["diagnosis"]["code"] == found["code"] == "all_fine"
    assert is_whole(info["document"])
    assert "60 s before" in info["worth"]


def test_a_contradiction_is_told_and_no_ticket_is_refused(desk: Ticketed) -> None:
    """No link is reported while there was one; of a complaint about quality nothing is said."""

    async def words(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        name = (await told(client))["diagnosisId"]
        out = []
        for number, problem in enumerate(("NO_LINK", "QUALITY")):
            more: dict[str, Any] = {"problemType": problem, "spTicketReference": f"CASE#{number}"}
            answer = await reported(client, name, **more)
            assert answer.status_code == 201
            out.append(answer.json()["diagnosis"])
        return out

    no_link, quality = desk.talk(words)

    assert "NO_LINK is reported, and the link was up" in no_link["contradiction"]
    assert no_link["ticketAdvised"] is False
    assert "contradiction" not in quality


@pytest.mark.parametrize("why", ["foreign", "made up", "too old"])
def test_an_id_that_is_not_known_means_a_reading(
    desk: Ticketed, network: Recordings, clock: Clock, why: str
) -> None:
    """Of another provider, of nobody, or no longer valid: the ticket is kept, the port is read."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, int]:
        name = (await told(client))["diagnosisId"]
        clock.go_on(86_400.0 if why == "too old" else 60.0)
        before = len(network.asked)
        who = OTHER if why == "foreign" else ISP
        answer = await reported(client, "00ff" if why == "made up" else name, who)
        await settled(client, answer.json()["coTicketReference"], who=who)
        return answer, len(network.asked) - before

    answer, asked = desk.talk(words)

    assert answer.status_code == 201
    assert answer.json()["diagnosis"]["state"] == "unknown"
    assert "code" not in answer.json()["diagnosis"]
    assert asked > 0
