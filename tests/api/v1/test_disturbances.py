"""Disturbances over HTTP: to whom they are told, and how much."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, serve
from tests.api.test_past_isolation import DAY, day
from tests.api.ticketed import ISP, OTHER, TICKET, settled, ticketed

from techinfo.access.past import History
from techinfo.cli.service.watching import Watching
from techinfo.config import PollingSettings, WebhookSettings
from techinfo.history.disturbed import Disturbed
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.store.batches import Batches
from techinfo.tickets import tables as t

CUT = NOW - timedelta(minutes=30)
INVENTORY = "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\naccesses:\n" + "".join(
    f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name}}\n" for n in range(1, 9)
)


def subscribed(access: str, since: str) -> str:
    """One holder."""
    return (
        f"subscriptions:\n  - {{subscription_id: S, access_id: {access}, provider: isp,"
        f" service: x, service_type: bb, connection_date: '{since}'}}\n"
    )


@pytest.mark.parametrize(
    ("access", "since", "status", "count"),
    [
        ("A-1", day(NOW - 30 * DAY), 200, 1),
        ("A-1", day(NOW - timedelta(minutes=5)), 200, 0),
        ("A-8", day(NOW - 30 * DAY), 200, 0),
        ("A-2", day(NOW - 30 * DAY), 403, 0),
    ],
    ids=["part of it", "came after it", "no part of it", "another's"],
)
def test_a_disturbance_is_told_to_who_was_part_of_it(
    tmp_path: Path, access: str, since: str, status: int, count: int
) -> None:
    """A provider hears of several; the operator how many, and which."""
    asked = "A-1" if status == 403 else access
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        ports = {}
        for n in range(1, 9):
            at = CUT + n * timedelta(seconds=5)
            down = Transition(at=at, earliest=at, up=False, exact=True)
            gone = (down,) if n <= 5 else ()
            ports[f"ge{n}"] = PortNote(transitions=gone, tenants=Tenants(accesses=(f"A-{n}",)))
        HistoryWriter(file).write([PollNote(element="sw", at=NOW, ports=ports)])
        inventory = stocked(tmp_path, INVENTORY + subscribed(access, since), clock)
        service = serve(
            inventory, Recordings({}).open, clock=clock, history=History(file, now=clock)
        )

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            path = f"/techinfo/v1/disturbances?accessId={asked}"
            return [await client.get(path, auth=who) for who in (PROVIDER, OPERATOR)]

        theirs, operators = service.talk(words)

    assert theirs.status_code == status
    if status == 200:
        found = theirs.json()["disturbances"]
        assert len(found) == count
        assert not {"accessIds", "lines", "of", "element"} & set().union(*found, set())
        assert "A-2" not in theirs.text
    if asked == "A-1":
        (whole,) = operators.json()["disturbances"]
        assert (whole["lines"], whole["of"], whole["running"]) == (5, 8, True)
        assert whole["accessIds"] == [f"A-{n}" for n in range(1, 6)]
        assert whole["since"] == "2026-11-21T09:30:05Z"


STREET = (
    "elements:\n"
    "  - {name: sw, address: 192.0.2.3, sys_name: elm, site: ELM}\n"
    "  - {name: sw2, address: 192.0.2.4, sys_name: oak, site: OAK}\n"
    "accesses:\n"
    + "".join(
        f"  - {{access_id: {letter}-{n}, element: {element}, port: ge{n}, port_by: name"
        f"{', cable_group: K7, street_name: Elm Street' if n <= 2 else ''}}}\n"
        for element, letter in (("sw", "A"), ("sw2", "B"))
        for n in range(1, 9)
    )
    + "subscriptions:\n"
    + "".join(
        f"  - {{subscription_id: S{n}, access_id: {access}, provider: {who}, service: x,"
        f" service_type: bb, connection_date: '2026-10-01'}}\n"
        for n, (access, who) in enumerate(
            (("A-1", "isp"), ("B-2", "isp"), ("B-1", "tv"), ("A-5", "isp"))
        )
    )
)


def polled(element: str, letter: str, *, lost: datetime, back: datetime | None) -> PollNote:
    """A switch of which the first two lines were lost; all is told by its agent's clock."""
    ports = {}
    for n in range(1, 9):
        moves = [(lost, False)] + ([(back, True)] if back is not None else [])
        told = tuple(Transition(at=at, earliest=at, up=up, exact=True) for at, up in moves)
        ports[f"ge{n}"] = PortNote(
            transitions=told if n <= 2 else (), tenants=Tenants(accesses=(f"{letter}-{n}",))
        )
    return PollNote(element=element, at=NOW, ports=ports)


def test_a_street_is_found_over_two_switches_and_told_to_each_provider_of_its_own(
    tmp_path: Path,
) -> None:
    """Found with the poll that makes it enough, over when all are back; by REST and by webhook."""
    clock = Clock()
    cut, over = NOW - timedelta(minutes=3), NOW - timedelta(minutes=1)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        notes = Batches[PollNote](writer.write, "polls")
        made = ticketed(
            tmp_path / "tickets.sqlite",
            stocked(tmp_path, STREET, Clock(NOW - 30 * DAY)),
            Recordings(
                {
                    "192.0.2.3": merged(
                        m.system("elm"), *(m.port(n, f"ge{n}", up=n > 2) for n in range(1, 9))
                    )
                }
            ).open,
            clock=clock,
            webhooks=WebhookSettings(
                enabled=True, allow=("127.0.0.1/32",), allow_for_providers=("127.0.0.1/32",)
            ),
            history=History(file, now=clock),
        )
        state = made.served.app.state.app_state
        Watching(file, notes, PollingSettings(sites=("*",)), writer).attached(state, made.file)

        async def get(client: httpx.AsyncClient, path: str, who: tuple[str, str]) -> httpx.Response:
            return await client.get(f"/techinfo/v1/disturbances{path}", auth=who)

        async def words(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
            hook = {"url": "http://127.0.0.1:9/hooks", "events": ["disturbance"]}
            for who in (ISP, OTHER):
                answer = await client.post("/techinfo/v1/webhooks", json=hook, auth=who)
                assert answer.status_code == 201, answer.text
            await asyncio.to_thread(writer.write, [polled("sw", "A", lost=cut, back=None)])
            found = {"one switch": await get(client, "", OPERATOR)}
            await asyncio.to_thread(writer.write, [polled("sw2", "B", lost=cut, back=None)])
            found["running"] = await get(client, "", OPERATOR)
            ref = found["running"].json()["disturbances"][0]["reference"]
            found |= {
                "theirs": await get(client, "", ISP),
                "accesses": await get(client, f"/{ref}/accesses", ISP),
                "others": await get(client, f"/{ref}/accesses", OTHER),
                "no part": await get(client, f"/{ref}/accesses", ("bit", "bit-word")),
                "unknown": await get(client, "/D-0/accesses", OPERATOR),
                "link": await client.get("/2.6/tech/access/A-1/link/status", auth=ISP),
                "beside": await client.get("/2.6/tech/access/A-5/link/status", auth=ISP),
                "report": await client.get("/techinfo/v1/access/A-1", auth=ISP),
                "ticket": await client.post("/2.6/tickets", json=TICKET, auth=ISP),
            }
            reference = found["ticket"].json()["coTicketReference"]
            document = (await settled(client, reference, who=ISP))["created"]["document"]
            assert document["disturbances"][0]["id"] == ref
            clock.go_on(60)
            await asyncio.to_thread(writer.write, [polled("sw", "A", lost=cut, back=over)])
            await asyncio.to_thread(writer.write, [polled("sw2", "B", lost=cut, back=over)])
            return found | {"over": await get(client, "", OPERATOR)}

        told = made.talk(words)
        with made.file.write() as connection:
            rows = connection.execute(t.messages.select()).mappings().all()
        notes.close()
        made.file.close()

    assert told["one switch"].json() == {"disturbances": []}  # two of eight are single faults
    (whole,) = told["running"].json()["disturbances"]
    assert (whole["scope"], whole["name"], whole["running"]) == ("street", "K7", True)
    assert (whole["lines"], whole["of"]) == (4, 4)
    assert whole["accessIds"] == ["A-1", "A-2", "B-1", "B-2"]
    (theirs,) = told["theirs"].json()["disturbances"]
    assert theirs == {
        "reference": whole["reference"],
        "scope": "street",
        "several": True,
        "since": "2026-11-21T09:57:00Z",
        "running": True,
    }
    own = told["accesses"].json()["accesses"]
    assert [one["accessId"] for one in own] == ["A-1", "B-2"]
    assert own[0]["address"] == {"streetName": "Elm Street"}
    assert [one["accessId"] for one in told["others"].json()["accesses"]] == ["B-1"]
    assert told["unknown"].json()["code"] == "unknown_disturbance"
    assert told["no part"].status_code == 404
    named = {name: one.headers.get("Techinfo-Disturbances") for name, one in told.items()}
    assert (named["link"], named["report"]) == (whole["reference"], whole["reference"])
    assert named["beside"] is None
    assert told["report"].json()["disturbances"] == [
        {
            "id": whole["reference"],
            "type": "DISTURBANCE",
            "status": "ACTIVE",
            "from": "2026-11-21T09:57:00Z",
            "scope": "street",
        }
    ]
    (ended,) = told["over"].json()["disturbances"]
    assert (ended["reference"], ended["until"]) == (whole["reference"], "2026-11-21T09:59:00Z")
    sent = [(row["provider"], json.loads(row["facts"])["disturbance"]) for row in rows]
    assert [(who, one["state"], one["accessIds"]) for who, one in sent] == [
        ("isp", "ONGOING", ["A-1", "B-2"]),
        ("tv", "ONGOING", ["B-1"]),
        ("isp", "OVER", ["A-1", "B-2"]),
        ("tv", "OVER", ["B-1"]),
    ]
    assert {one["disturbanceReference"] for _, one in sent} == {whole["reference"]}


def test_what_is_erased_of_an_access_is_no_part_of_a_disturbance(tmp_path: Path) -> None:
    """Nor is a disturbance told that is older than links are kept."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        for element, letter in (("sw", "A"), ("sw2", "B")):
            note = polled(element, letter, lost=NOW, back=None)
            ports = {line: one for line, one in note.ports.items() if line in {"ge1", "ge2"}}
            ports["ge3"] = replace(ports["ge1"], tenants=Tenants(accesses=(f"{letter}-3",)))
            HistoryWriter(file).write([replace(note, ports=ports)])
        before = Disturbed(file).since(NOW - DAY)
        exported = [row for row in file.about(access_id="A-1") if row["row"] == "disturbance"]
        file.erase(access_id="A-1")
        after = Disturbed(file).since(NOW - DAY)
        file.drop_old(NOW + 31 * DAY, Keep())
        late = Disturbed(file).since(NOW - DAY)

    assert [one.accesses for one in before] == [("A-1", "A-2", "A-3"), ("B-1", "B-2", "B-3")]
    assert len(exported) == 1
    assert {one.accesses for one in after} == {("A-2", "A-3"), ("B-1", "B-2", "B-3")}
    assert late == ()
