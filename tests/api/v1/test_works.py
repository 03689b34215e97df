"""Works over HTTP: who announces them, who is told of what, and where they are named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.made_up import NOW, merged, port, system
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, serve
from tests.api.test_past_isolation import day
from tests.api.ticketed import ENGINEER, EVERYBODY, ISP, OTHER, created, ticketed

from techinfo.access.past import History
from techinfo.access.past.contradicted import contradiction
from techinfo.config import WebhookSettings
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory.works import Place, Scope, Works
from techinfo.tickets import tables as t

BEGIN, END = NOW - timedelta(hours=30), NOW + timedelta(hours=2)
NETWORK = (
    "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\naccesses:\n"
    + "".join(
        f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name}}\n" for n in range(1, 5)
    )
    + f"""subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: x, service_type: bb}}
  - {{subscription_id: S-2, access_id: A-2, provider: tv, service: x, service_type: bb}}
  - {{subscription_id: S-3, access_id: A-3, provider: isp, service: x, service_type: bb,
      disconnection_date: '{day(NOW - timedelta(days=2))}'}}
"""
)
ASKED: dict[str, Any] = {
    "reference": "W-1",
    "text": "New line cards",
    "from": day(BEGIN),
    "to": day(END),
    "scopes": [{"element": "sw"}],
}
WORKS = "/techinfo/v1/works"


def switch(*, up: bool) -> Recordings:
    """A switch whose ports' links changed 23 hours ago."""
    ports = (port(n, f"ge{n}", up=up) for n in range(1, 5))
    return Recordings({"192.0.2.3": merged(system("elm"), *ports)})


@pytest.mark.long
def test_the_operator_announces_and_each_provider_is_told_of_its_own(tmp_path: Path) -> None:
    """By webhook, in lists, by accessId, in headers; what one held once is not its own."""
    clock = Clock()
    hooks = WebhookSettings(
        enabled=True, allow=("127.0.0.1/32",), allow_for_providers=("127.0.0.1/32",)
    )
    inventory = stocked(tmp_path, NETWORK, clock)
    made = ticketed(
        tmp_path / "tickets.sqlite",
        inventory,
        switch(up=False).open,
        clock=clock,
        webhooks=hooks,
    )

    async def words(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        hook = {"url": "http://127.0.0.1:9/hooks", "events": ["works"]}
        for who in (ISP, OTHER):
            answer = await client.post("/techinfo/v1/webhooks", json=hook, auth=who)
            assert answer.status_code == 201, answer.text
        found = {}
        for n, who in enumerate((ISP, ENGINEER, OPERATOR, OPERATOR)):
            found[f"post {n}"] = await client.post(WORKS, json=ASKED, auth=who)
        elsewhere = {**ASKED, "reference": "W-2", "scopes": [{"accessId": "A-2"}]}
        found["elsewhere"] = await client.post(WORKS, json=elsewhere)
        for name, who in (("isp", ISP), ("tv", OTHER), ("ops", OPERATOR)):
            found[f"list {name}"] = await client.get(WORKS, auth=who)
            found[f"one {name}"] = await client.get(f"{WORKS}/W-1", auth=who)
        found["hidden"] = await client.get(f"{WORKS}/W-2", auth=ISP)
        found["nowhere"] = await client.get(f"{WORKS}/W-9", auth=ISP)
        found["of access"] = await client.get(f"{WORKS}?accessId=A-1", auth=ISP)
        found["of another's"] = await client.get(f"{WORKS}?accessId=A-2", auth=ISP)
        found["of a former"] = await client.get(f"{WORKS}?accessId=A-3", auth=ISP)
        status = "/2.6/tech/access/A-{}/link/status"
        found["status"] = await client.get(status.format(1), auth=ISP)
        found["again"] = await client.get(status.format(1), auth=ISP)
        found["former"] = await client.get(status.format(3), auth=ISP)
        found["refused"] = await client.get(status.format(2), auth=ISP)
        ref = await created(client, ISP)
        found["ticket"] = await client.get(f"/2.6/tickets/{ref}", auth=ISP)
        found["diagnosis"] = await client.get("/techinfo/v1/diagnosis/A-1", auth=ISP)
        found["report"] = await client.get("/techinfo/v1/access/A-1", auth=ISP)
        found["dump"] = await client.get("/techinfo/v1/dump/A-1", auth=ISP)
        found["not theirs to end"] = await client.delete(f"{WORKS}/W-1", auth=ISP)
        found["end"] = await client.delete(f"{WORKS}/W-1")
        found["after"] = await client.get(status.format(1), auth=ISP)
        found["list after"] = await client.get(WORKS, auth=ISP)
        return found

    found = made.talk(words)
    with made.file.write() as connection:
        sent = connection.execute(t.messages.select()).mappings().all()
    made.file.close()
    statuses = {name: answer.status_code for name, answer in found.items()}

    assert [statuses[f"post {n}"] for n in range(4)] == [403, 403, 201, 200]
    assert (statuses["hidden"], statuses["nowhere"], statuses["of another's"]) == (404, 404, 403)
    assert found["hidden"].json() == found["nowhere"].json()
    assert [one["reference"] for one in found["list isp"].json()["works"]] == ["W-1"]
    assert [one["reference"] for one in found["list tv"].json()["works"]] == ["W-1", "W-2"]
    theirs = found["one isp"].json()
    assert (theirs["accesses"], theirs["accessIds"], theirs["several"]) == (1, ["A-1"], True)
    assert "scopes" not in theirs
    assert "sw" not in json.dumps(found["list isp"].json())
    whole = found["one ops"].json()
    assert whole["accessIds"] == ["A-1", "A-2", "A-3", "A-4"]
    assert whole["scopes"] == [{"element": "sw"}]
    assert [one["reference"] for one in found["of access"].json()["works"]] == ["W-1"]
    assert found["of a former"].json() == {"works": []}
    named = {name: answer.headers.get("Techinfo-Works") for name, answer in found.items()}
    for name in ("status", "again", "ticket", "diagnosis", "report", "dump"):
        assert (name, named[name]) == (name, "W-1")
    for name in ("refused", "former", "after", "list isp"):
        assert (name, named[name]) == (name, None)
    assert found["diagnosis"].json()["code"] == "planned_works"
    assert found["report"].json()["diagnosis"]["code"] == "planned_works"
    for name in ("report", "dump"):
        (notice,) = found[name].json()["disturbances"]
        assert (notice["id"], notice["status"], notice["scope"]) == ("W-1", "ACTIVE", "element")
    assert statuses["not theirs to end"] == 403
    assert found["end"].json()["status"] == "ENDED"
    assert [one["status"] for one in found["list after"].json()["works"]] == ["ENDED"]
    told = [
        (row["provider"], json.loads(row["facts"])["works"])
        for row in sent
        if row["kind"] == "works"
    ]
    assert [
        (provider, facts["worksReference"], facts["accessIds"], facts["status"])
        for provider, facts in sorted(told, key=lambda one: (one[0], one[1]["worksReference"]))
    ] == [
        ("isp", "W-1", ["A-1"], "ACTIVE"),
        ("isp", "W-1", ["A-1"], "ENDED"),
        ("tv", "W-1", ["A-2"], "ACTIVE"),
        ("tv", "W-1", ["A-2"], "ENDED"),
        ("tv", "W-2", ["A-2"], "ACTIVE"),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"to": day(BEGIN)}, "to"),
        ({"scopes": [{"element": "nowhere"}]}, "element"),
        ({"scopes": [{"port": "ge1"}]}, "port"),
        ({"scopes": []}, "scopes"),
        ({"reference": "a\nb"}, "reference"),
        ({"from": "2026-12-01T22:00"}, "from"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    """A time without its zone is none."""
    made = serve(stocked(tmp_path, NETWORK), switch(up=True).open)

    answer = made.request("POST", WORKS, json={**ASKED, **change})

    assert answer.status_code == 400
    assert why in answer.json()["cause"]


def test_an_access_that_works_is_fine_while_works_go_on(tmp_path: Path) -> None:
    """The notice is told beside, and explains nothing; a silent switch is named with the works."""
    clock, devices = Clock(), switch(up=True)
    made = serve(stocked(tmp_path, NETWORK, clock), devices.open, clock=clock, users=EVERYBODY)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.post(WORKS, json=ASKED)
        found = [await client.get("/techinfo/v1/diagnosis/A-1", auth=ISP)]
        devices.silent.add("192.0.2.3")
        clock.go_on(600)
        live = {"Cache-Control": "no-cache"}
        path = "/2.6/tech/access/A-1/link/status"
        return [*found, await client.get(path, auth=ISP, headers=live)]

    fine, silent = made.talk(words)

    assert fine.json()["code"] != "planned_works"
    assert (silent.status_code, silent.headers["Techinfo-Works"]) == (504, "W-1")


def polled(path: Path, *, back_min: float, up: bool = True, read_min: float = 1.0) -> HistoryFile:
    """Two lines that fell an hour ago; the second came back so many minutes ago."""
    file = HistoryFile.open(path / "history.sqlite")
    fell, back = NOW - timedelta(hours=1), NOW - timedelta(minutes=back_min)
    end = NOW - timedelta(minutes=read_min)
    change = Change(begin=end - timedelta(minutes=5), end=end, seconds=300.0)
    ports = {}
    for n, at in ((1, fell + timedelta(minutes=1)), (2, back)):
        told = [Transition(at=fell, earliest=fell, up=False, exact=True)]
        told += [Transition(at=at, earliest=at, up=True, exact=True)] if up or n == 1 else []
        ports[f"ge{n}"] = PortNote(
            samples=(Sample(port=0, change=change, up=up or n == 1),),
            transitions=tuple(told),
            tenants=Tenants(accesses=(f"A-{n}",)),
        )
    HistoryWriter(file).write([PollNote(element="sw", at=end, ports=ports)])
    return file


@pytest.mark.parametrize(
    ("seen", "works", "lost"),
    [
        ({"back_min": 20}, {}, 2),
        ({"back_min": 5}, {}, None),
        ({"back_min": 20, "up": False}, {}, None),
        ({"back_min": 40, "read_min": 30}, {}, None),
        ({"back_min": 20}, {"end": NOW - timedelta(minutes=1)}, None),
        ({"back_min": 20}, {"scopes": (Scope(Place.ACCESS, "A-1"),)}, 1),
        ({"back_min": 20}, {"scopes": (Scope(Place.ACCESS, "A-4"),)}, None),
        ({"back_min": 20}, {"begin": NOW - timedelta(minutes=20)}, None),
    ],
    ids=[
        "all are back",
        "just now",
        "one is down",
        "nobody polls any more",
        "over",
        "one of them",
        "none fell",
        "fell long before",
    ],
)
def test_works_whose_lines_are_back_ask_to_be_closed(
    tmp_path: Path, seen: dict[str, Any], works: dict[str, Any], lost: int | None
) -> None:
    """Only where polls of the last minutes have seen every line up that fell."""
    usual = {"begin": BEGIN, "end": END, "scopes": (Scope(Place.ELEMENT, "sw"),)}
    told = Works(reference="W-1", text="x", **{**usual, **works})
    with polled(tmp_path, **seen) as file, stocked(tmp_path, NETWORK) as inventory:
        found = contradiction(file, inventory, told, NOW)

    assert (found.lost if found else None) == lost


def test_the_timeline_has_works_and_the_list_what_contradicts_them(tmp_path: Path) -> None:
    """The operator alone is told of that."""
    clock = Clock()
    with polled(tmp_path, back_min=20) as file:
        made = serve(
            stocked(tmp_path, NETWORK, clock),
            switch(up=True).open,
            clock=clock,
            users=EVERYBODY,
            history=History(file, now=clock),
        )

        async def words(client: httpx.AsyncClient) -> list[Any]:
            await client.post(WORKS, json=ASKED | {"from": day(NOW - timedelta(hours=2))})
            paths = ("/techinfo/v1/timeline/A-1", WORKS)
            return [
                (await client.get(path, auth=who)).json()
                for path in paths
                for who in (ISP, OPERATOR)
            ]

        timeline, _, theirs, whole = made.talk(words)

    kinds = [(one["what"], one.get("text")) for one in timeline["events"]]
    assert kinds == [("works_began", "W-1"), ("link_down", None), ("link_up", None)]
    assert "asksToBeClosed" not in theirs["works"][0]
    assert whole["works"][0]["asksToBeClosed"]["lost"] == 2
