"""History and timeline over HTTP: what was seen, of the time in which the asker held the access."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve
from tests.api.test_past_isolation import DAY, FIVE, INVENTORY, MAC, day, held

from techinfo.access.past import History
from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.events import Happened, PortEvent
from techinfo.history.frames import Sample
from techinfo.history.light import Baseline, Source
from techinfo.history.links import Transition
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Flow
from techinfo.units import Dbm

HOUR = timedelta(hours=1)
FLOW = Flow(bytes=3000, unicast=30, errors=2)
TV = "02:00:00:00:00:22"
Service = Callable[..., ServedApi]


def polled(file: HistoryFile, element: str = "sw") -> None:
    """Two hours: an hour ago the link was lost for five minutes, and came back slower, weaker."""
    writer = HistoryWriter(file)

    def note(at: Any, port: PortNote) -> None:
        writer.write([PollNote(element=element, at=at, ports={"ge1": port})])

    note(NOW - 5 * DAY, PortNote(macs=(), tenants=Tenants(accesses=("A-1",))))
    note(
        NOW - 4 * DAY,
        PortNote(
            baseline=Baseline(at=NOW - 4 * DAY, rx=-10.0, serial="S-1", source=Source.ENGINEER)
        ),
    )
    for n in range(24, -1, -1):
        end = NOW - n * FIVE
        lost = n == 12
        note(
            end,
            PortNote(
                samples=(
                    Sample(
                        port=0,
                        change=Change(
                            begin=end - FIVE,
                            end=end,
                            seconds=300.0,
                            input=Flow() if lost else FLOW,
                            output=Flow() if lost else FLOW,
                            why=Why.REBOOT if lost else None,
                        ),
                        up=not lost,
                        up_s=0.0 if lost else 300.0,
                        down_s=300.0 if lost else 0.0,
                        losses=int(lost),
                        rx=None if lost else Dbm(-10.0 if n > 12 else -12.5),
                    ),
                )
            ),
        )
    down = Transition(at=NOW - HOUR - FIVE, earliest=NOW - HOUR - FIVE, up=False, exact=True)
    up = Transition(at=NOW - HOUR, earliest=NOW - HOUR - FIVE, up=True, exact=False)
    slower = PortEvent(kind=Happened.SPEED, at=NOW - HOUR + FIVE, earliest=NOW - HOUR, value=100)
    note(NOW - HOUR, PortNote(transitions=(down, up), events=(slower,)))
    sights = (
        Sight(mac=MAC, vlan=10, since=NOW - 3 * HOUR, until=NOW - HOUR),
        Sight(mac=TV, vlan=20, since=NOW - 2 * HOUR, until=NOW),
    )
    note(NOW - HOUR, PortNote(macs=sights[:1]))
    note(NOW, PortNote(macs=sights[1:]))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """The service over a port that was polled; who holds what is given."""
    clock = Clock()
    rows = merged(m.system("elm"), m.port(1, "ge1"))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        polled(file)

        def made(subscriptions: str) -> ServedApi:
            inventory = stocked(tmp_path, INVENTORY.replace("OTHER", "ge9") + subscriptions, clock)
            return serve(
                inventory,
                Recordings({"192.0.2.3": rows}).open,
                clock=clock,
                history=History(file, now=clock),
            )

        yield made


LONG = {"connection_date": day(NOW - 30 * DAY)}


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    """What has happened, and when, of a timeline."""
    assert answer.status_code == 200, answer.text
    return [(one["what"], one["at"]) for one in answer.json()["events"]]


def test_the_history_of_an_access_has_every_five_minutes_of_a_day(service: Service) -> None:
    """With light, what was counted, why that is not known, and how long the link was down."""
    answer = service(held("isp", **LONG)).get("/techinfo/v1/history/A-1", auth=PROVIDER)

    body = answer.json()
    assert answer.status_code == 200
    assert (body["accessId"], body["step"], body["more"]) == ("A-1", "5m", False)
    assert (body["from"], body["to"]) == ("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z")
    assert len(body["samples"]) == 25
    assert body["samples"][0] == {
        "begin": "2026-11-21T07:55:00Z",
        "end": "2026-11-21T08:00:00Z",
        "link": True,
        "upSeconds": 300.0,
        "downSeconds": 0.0,
        "losses": 0,
        "dbmRx": "-10.00",
        "seconds": 300.0,
        "input": {"bytes": 3000, "unicast": 30, "errors": 2},
        "output": {"bytes": 3000, "unicast": 30, "errors": 2},
    }
    assert body["samples"][12]["unknown"] == "the element has started anew"
    assert "input" not in body["samples"][12]
    day_s = 24 * 3600
    assert body["downtime"] == {
        "upSeconds": 24 * 300,
        "downSeconds": 300,
        "unknownSeconds": day_s - 25 * 300,
    }
    assert body["installation"]["dbmRx"] == "-10.00"
    assert body["installation"]["source"] == "engineer"


def test_hours_are_told_once_they_are_over(service: Service) -> None:
    """By their sums."""
    api = service(held("isp", **LONG))

    body = api.get("/techinfo/v1/history/A-1", params={"step": "hour"}, auth=PROVIDER).json()

    by_end = {one["end"]: one for one in body["samples"]}
    assert by_end["2026-11-21T09:00:00Z"]["downSeconds"] == 300.0
    assert by_end["2026-11-21T09:00:00Z"]["input"]["bytes"] == 11 * 3000


def test_a_time_is_chosen_by_from_and_to(service: Service) -> None:
    """And what is not before what ends it is malformed, as is a time without a zone."""
    api = service(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        chosen = [
            {"from": "2026-11-21T09:30:00Z", "to": "2026-11-21T09:40:00Z"},
            {"from": "2026-11-21T09:40:00Z", "to": "2026-11-21T09:30:00Z"},
            {"from": "2026-11-21T09:40:00"},
            {"step": "week"},
            {"to": "0001-01-01T00:00:00+14:00"},
        ]
        path = "/techinfo/v1/history/A-1"
        return [await client.get(path, params=one) for one in chosen]

    good, *bad = api.talk(words)

    ends = [one["end"] for one in good.json()["samples"]]
    assert ends == ["2026-11-21T09:35:00Z", "2026-11-21T09:40:00Z"]
    assert [(one.status_code, one.json()["code"]) for one in bad] == [(400, "malformed")] * 4
    step = next(one.json()["cause"] for one in bad if "step" in str(one.request.url))
    assert step == "malformed request: query.step: Input should be '5m', 'hour' or 'day'"


def test_a_timeline_has_link_light_speed_and_addresses(service: Service) -> None:
    """By age; of addresses those of the holder's service."""
    api = service(held("isp", **LONG) + held("tele", "iptv", **LONG))

    answer = api.get("/techinfo/v1/timeline/A-1", auth=PROVIDER)

    assert told(answer) == [
        ("installed", "2026-11-17T10:00:00Z"),
        ("mac_came", "2026-11-21T07:00:00Z"),
        ("link_down", "2026-11-21T08:55:00Z"),
        ("link_up", "2026-11-21T09:00:00Z"),
        ("element_restarted", "2026-11-21T09:00:00Z"),
        ("mac_went", "2026-11-21T09:00:00Z"),
        ("speed", "2026-11-21T09:05:00Z"),
        ("light", "2026-11-21T09:05:00Z"),
    ]
    slower = next(one for one in answer.json()["events"] if one["what"] == "speed")
    assert slower == {
        "at": "2026-11-21T09:05:00Z",
        "what": "speed",
        "earliest": "2026-11-21T09:00:00Z",
        "speed": 100,
    }
    assert MAC in answer.text
    assert TV not in answer.text


@pytest.mark.parametrize(
    "since", [NOW - 30 * timedelta(minutes=1), NOW - 90 * timedelta(minutes=1)]
)
def test_nothing_is_told_of_the_time_before_a_holder(service: Service, since: Any) -> None:
    """Whatever is asked for."""
    api = service(held("isp", connection_date=day(since)))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        asked = {"from": day(NOW - 20 * DAY)}
        return [
            await client.get(f"/techinfo/v1/{path}/A-1", params=asked | more, auth=PROVIDER)
            for path in ("history", "timeline")
            for more in ({}, {"format": "csv"})
        ]

    history, history_csv, timeline, timeline_csv = api.talk(words)

    assert history.json()["samples"]
    assert all(one["begin"] >= f"{since:%Y-%m-%dT%H:%M:%SZ}" for one in history.json()["samples"])
    assert "installation" not in history.json()
    assert all(at >= f"{since:%Y-%m-%dT%H:%M:%SZ}" for _, at in told(timeline))
    for answer in (history, history_csv, timeline, timeline_csv):
        assert MAC not in answer.text
        assert "2026-11-17" not in answer.text


@pytest.mark.parametrize(
    ("subscriptions", "status"),
    [
        (held("tele", **LONG), 403),
        (held("isp", state="ORDERED", connection_date=day(NOW + DAY)), 403),
        (held("isp", connection_date=day(NOW - 30 * DAY), disconnection_date=day(NOW - HOUR)), 200),
    ],
)
def test_who_holds_nothing_is_refused_and_who_held_it_is_told_until_then(
    service: Service, subscriptions: str, status: int
) -> None:
    """Fourteen days after the end, as of everything."""
    api = service(subscriptions)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        paths = ("/techinfo/v1/history/A-1", "/techinfo/v1/timeline/A-1")
        return [await client.get(path, auth=PROVIDER) for path in paths]

    answers = api.talk(words)

    assert [answer.status_code for answer in answers] == [status] * 2
    if status == 200:
        assert all(one["end"] <= "2026-11-21T09:00:00Z" for one in answers[0].json()["samples"])
        assert all(at <= "2026-11-21T09:00:00Z" for _, at in told(answers[1]))


def test_errors_without_volumes_are_told_where_the_port_is_shared(service: Service) -> None:
    """Broadband is another's."""
    api = service(held("isp", "iptv", **LONG) + held("tele", **LONG))

    body = api.get("/techinfo/v1/history/A-1", auth=PROVIDER).json()

    assert body["samples"][0]["input"] == {"errors": 2}


def test_both_are_csv_where_that_is_asked_for(service: Service) -> None:
    """By a parameter or by Accept."""
    api = service(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        accept = {"Accept": "text/csv"}
        return [
            await client.get("/techinfo/v1/history/A-1", headers=accept, auth=OPERATOR),
            await client.get("/techinfo/v1/timeline/A-1?format=csv", auth=OPERATOR),
        ]

    history, timeline = api.talk(words)

    for answer in (history, timeline):
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert "no-store" in answer.headers["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(history.text)))
    assert len(rows) == 25
    assert (rows[0]["dbmRx"], rows[0]["input.bytes"], rows[0]["link"]) == ("-10.00", "3000", "true")
    happened = list(csv.DictReader(io.StringIO(timeline.text)))
    assert {"link_down", "mac_came"} <= {row["what"] for row in happened}
    assert {row["mac"] for row in happened if row["what"] == "mac_came"} == {MAC, TV}


def test_without_polling_there_is_no_history(tmp_path: Path) -> None:
    """501, and 403 all the same for those who may not ask."""
    inventory = stocked(tmp_path, INVENTORY.replace("OTHER", "ge9") + held("tele"), Clock())
    api = serve(inventory, Recordings({}).open, clock=Clock())

    async def words(client: httpx.AsyncClient) -> list[int]:
        return [
            (await client.get("/techinfo/v1/history/A-1", auth=who)).status_code
            for who in (OPERATOR, PROVIDER)
        ]

    assert api.talk(words) == [501, 403]


def test_an_engineer_says_that_a_line_is_done_and_later_light_is_compared(tmp_path: Path) -> None:
    """A provider cannot say it, and sees it as long as it was its own time."""
    clock = Clock()
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.optics(1, rx=-900))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        inventory = stocked(
            tmp_path, INVENTORY.replace("OTHER", "ge9") + held("isp", **LONG), clock
        )
        devices = Recordings({"192.0.2.3": rows})
        api = serve(
            inventory,
            devices.open,
            clock=clock,
            history=History(file, now=clock, put=lambda note: writer.write([note])),
        )
        path = "/techinfo/v1/installation/A-1"

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            fresh = {"Cache-Control": "no-cache"}
            answers = [
                await client.get(path, auth=PROVIDER),
                await client.post(path, auth=PROVIDER),
                await client.post(path),
            ]
            clock.go_on(600)
            devices.rows = {"192.0.2.3": {**rows, **m.optics(1, rx=-1180)}}
            answers.append(await client.get(path, auth=PROVIDER, headers=fresh))
            answers.append(await client.get("/techinfo/v1/access/A-1", auth=PROVIDER))
            clock.go_on(600)
            devices.rows = {
                "192.0.2.3": merged(m.system("elm"), m.port(1, "ge1", up=False), m.optics(1))
            }
            answers.append(await client.post(path, headers=fresh))
            return answers

        none, refused, done, later, report, down = api.talk(words)

    assert (none.status_code, none.json()["code"]) == (404, "not_available_here")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert done.status_code == 201
    assert done.json()["installation"] == {
        "at": "2026-11-21T10:00:00Z",
        "source": "engineer",
        "dbmRx": "-9.00",
        "dbmTx": "-5.67",
        "serialNumber": "OPT0001",
    }
    assert later.json()["weakerBy"] == 2.8
    assert report.json()["installation"]["weakerBy"] == 2.8
    assert (down.status_code, down.json()["code"]) == (404, "not_available_here")
