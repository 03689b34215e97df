"""The cause of a ticket, told by the network's own people, and what it does to later verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.ticketed import ISP, OPS, SUBSCRIBED, Ticketed, created, settled, ticketed

from techinfo.tickets.grades import ENOUGH, grades

DIAGNOSIS = "/techinfo/v1/diagnosis/A-1"


@pytest.fixture
def clock() -> Clock:
    """A clock that goes when it is told to."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Ticketed]:
    """A ticket desk over a switch on which all is well, at a site."""
    rows = merged(
        m.system("elm3"),
        m.port(1, "ge1"),
        m.optics(1),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.lease(1, 1, "198.51.100.11", "02:00:00:00:00:11", 10),
    )
    sited = SUBSCRIBED.replace("sys_name: elm3", "sys_name: elm3, site: elm")
    inventory = stocked(tmp_path, sited, clock)
    network = Recordings({"192.0.2.3": rows})
    made = ticketed(tmp_path / "tickets.sqlite", inventory, network.open, clock=clock)
    with made.file:
        yield made


def closing(cause: str | None) -> dict[str, Any]:
    """The body of a change."""
    return {"status": "CLOSED", "responsible": "CO", "cause": cause}


def test_the_cause_is_told_by_the_network_alone(desk: Ticketed) -> None:
    """A provider's is refused, and so is a word that is no code."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        reference = await created(client)
        await settled(client, reference, who=ISP)
        path = f"/2.6/tickets/{reference}"
        out = []
        for who, cause in ((ISP, "no_mac"), (OPS, "bad luck"), (OPS, "no_mac")):
            answer = await client.patch(path, json=closing(cause), auth=who)
            out.append(answer.status_code)
        return out

    assert desk.talk(words) == [403, 400, 204]
    (grade,) = grades(desk.file)
    assert (grade.code, grade.cause, grade.site) == ("all_fine", "no_mac", "elm")


def test_what_was_wrong_often_is_told_less_surely(desk: Ticketed, clock: Clock) -> None:
    """Once enough is known; the document has it, so that it gives the same verdict again."""

    async def words(client: httpx.AsyncClient) -> tuple[float, dict[str, Any]]:
        before = (await client.get(DIAGNOSIS, auth=ISP)).json()["confidence"]
        with desk.file.write() as connection:
            rows = [
                {"ticket": n, "at": 0, "code": "all_fine", "sure": 90, "cause": "no_mac"}
                for n in range(1, ENOUGH + 1)
            ]
            connection.exec_driver_sql(
                "INSERT INTO grades (ticket, at, code, sure, cause)"
                " VALUES (:ticket, :at, :code, :sure, :cause)",
                rows,
            )
        clock.go_on(601.0)
        return before, (await client.get("/techinfo/v1/dump/A-1", auth=ISP)).json()

    before, document = desk.talk(words)

    assert before > 0.5
    assert document["diagnosis"]["confidence"] == 0.05
    assert document["experience"] == {"all_fine": 0.0}
