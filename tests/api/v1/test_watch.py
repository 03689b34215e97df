"""Watches over HTTP, and accesses live: who may start them, what they see, when they end."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, Rows, merged
from tests.access.played import Clock, Recordings, imported, stocked
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve
from tests.api.test_past_isolation import DAY, INVENTORY, day, held

from techinfo.access.past import History
from techinfo.api.state import AppState
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.watches import Seen, Watch, Watches
from techinfo.watch.watcher import Report, Watcher

LONG = {"connection_date": day(NOW - 30 * DAY)}
OTHER = ("tele", "tele-word")
UNTIL = (NOW + timedelta(hours=1)).isoformat()


@dataclass
class Watched:
    """The service over a switch whose port does what it is told to.

    Attributes:
        told: What was told of watches as it was seen.
        ended: The reports of those that have ended.
        changed: Seconds after the start at which the link changed last.
    """

    file: HistoryFile
    folder: Path
    clock: Clock
    devices: Recordings
    api: ServedApi
    told: list[Seen]
    ended: list[Report]
    state: list[AppState]
    up: bool = True
    speed: int = 1000
    rx: int = -1000
    changed: int = 3600
    asked: int = field(default=0)

    def rows(self) -> Rows:
        """The switch now."""
        seconds = 86_400 + int((self.clock.at - NOW).total_seconds())
        link = {
            "1.3.6.1.2.1.1.3.0": f"67|{seconds * 100}",
            "1.3.6.1.6.3.10.2.1.3.0": f"2|{seconds}",
            f"{m.IF}.9.1": f"67|{self.changed * 100}",
            f"{m.IFX}.15.1": f"66|{self.speed}",
            f"{m.IFX}.6.1": f"70|{5_000_000_000 + seconds * 1000}",
        }
        return merged(m.system("elm"), m.port(1, "ge1", up=self.up), m.optics(1, rx=self.rx), link)

    @property
    def watcher(self) -> Watcher:
        """Who watches."""
        watcher = self.state[0].watcher
        assert watcher is not None
        return watcher

    async def minutes(self, count: int = 1) -> None:
        """Let time pass, and read what is due after each minute."""
        for _ in range(count):
            self.clock.go_on(60)
            self.devices.rows["192.0.2.3"] = self.rows()
            self.watcher.tick()
            await self.watcher.settled()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[[str], Watched]]:
    """The service; who holds what is given."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        yield lambda subscriptions: made(tmp_path, file, subscriptions)


def made(folder: Path, file: HistoryFile, subscriptions: str) -> Watched:
    """As the service is wired."""
    clock, devices = Clock(), Recordings()
    told: list[Seen] = []
    ended: list[Report] = []
    states: list[AppState] = []

    async def tell(_watch: Watch, seen: Seen) -> None:
        told.append(seen)

    async def end(_watch: Watch, report: Report) -> None:
        ended.append(report)

    async def pause(seconds: float) -> None:
        clock.go_on(seconds)
        devices.rows["192.0.2.3"] = running.rows()

    def attach(state: AppState) -> AppState:
        watcher = Watcher(state.access_service, Watches(file), now=clock, on_event=tell, on_end=end)
        states.append(replace(state, watcher=watcher, pause=pause))
        return states[0]

    inventory = stocked(folder, INVENTORY.replace("OTHER", "ge2") + subscriptions, clock)
    api = serve(
        inventory,
        devices.open,
        clock=clock,
        history=History(file, now=clock),
        attach_tickets=attach,
    )
    running = Watched(file, folder, clock, devices, api, told, ended, states)
    devices.rows["192.0.2.3"] = running.rows()
    return running


def talk(watched: Watched, words: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """Ask several things while it watches."""

    async def begun(client: httpx.AsyncClient) -> Any:
        await watched.watcher.start()
        try:
            return await words(client)
        finally:
            await watched.watcher.close()

    return watched.api.talk(begun)


def wanted(**more: Any) -> dict[str, Any]:
    """The body of a request."""
    return {"accessId": "A-1", "until": UNTIL, **more}


def test_flaps_between_two_readings_are_seen_and_told(watched: Any) -> None:
    """By ifLastChange: up at both readings, lost in between; once each, and none is invented."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> Any:
        answer = await client.post("/techinfo/v1/watch", json=wanted(), auth=PROVIDER)
        assert answer.status_code == 201, answer.text
        await one.watcher.settled()
        await one.minutes(3)
        for _ in range(4):
            one.changed = 86_400 + int((one.clock.at - NOW).total_seconds()) + 20
            await one.minutes()
        await one.minutes(3)
        one.up, one.changed = False, 86_400 + int((one.clock.at - NOW).total_seconds()) + 30
        await one.minutes()
        return (await client.get("/techinfo/v1/watch/A-1", auth=PROVIDER)).json()

    told = talk(one, words)

    assert told["losses"] == 5
    assert [event["what"] for event in told["events"]] == ["link_down", "link_up"] * 4 + [
        "link_down"
    ]
    assert "earliest" not in told["events"][-1]
    assert (told["running"], told["reads"], told["missed"]) == (True, 12, 0)
    assert [seen.told for seen in one.told] == told["events"]


def test_light_speed_and_silence_are_seen(watched: Any) -> None:
    """Each once, until it is otherwise again."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> Any:
        await client.post("/techinfo/v1/watch", json=wanted(), auth=PROVIDER)
        await one.watcher.settled()
        one.rx = -1180
        await one.minutes(2)
        one.speed = 100
        await one.minutes(2)
        one.devices.silent.add("192.0.2.3")
        await one.minutes(3)
        one.devices.silent.clear()
        await one.minutes(15)
        return (await client.get("/techinfo/v1/watch/A-1", auth=PROVIDER)).json()["events"]

    events = talk(one, words)

    assert [event["what"] for event in events] == ["light", "speed", "silent", "answers"]
    assert (events[0]["dbmRxBefore"], events[0]["dbmRx"]) == ("-10.00", "-11.80")
    assert events[1]["speed"] == 100


def test_it_ends_by_itself_and_is_forgotten_fourteen_days_later(watched: Any) -> None:
    """The port is read once a minute until then, and no more afterwards."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> tuple[Any, Any, int]:
        until = (NOW + timedelta(minutes=5)).isoformat()
        await client.post("/techinfo/v1/watch", json=wanted(until=until), auth=PROVIDER)
        await one.watcher.settled()
        await one.minutes(8)
        visits = one.api.collector.visits
        await one.minutes(8)
        assert one.api.collector.visits == visits
        told = (await client.get("/techinfo/v1/watch/A-1", auth=PROVIDER)).json()
        again = await client.post("/techinfo/v1/watch", json=wanted(), auth=PROVIDER)
        return told, again, visits

    told, again, visits = talk(one, words)

    assert (told["running"], told["why"], told["reads"]) == (False, "its time is up", 5)
    assert visits <= 6
    assert "5 readings" in one.ended[0].text()
    assert "was not lost" in one.ended[0].text()
    assert again.status_code == 201
    end = NOW + timedelta(minutes=16)
    one.file.drop_old(end + timedelta(days=13), Keep())
    assert len(Watches(one.file).of_access("A-1")) == 2
    one.file.drop_old(end + timedelta(days=15), Keep())
    assert [watch.ended for watch in Watches(one.file).of_access("A-1")] == [None]
    assert any(row["row"] == "watch" for row in one.file.about(access_id="A-1"))
    one.file.erase(access_id="A-1")
    assert Watches(one.file).of_access("A-1") == ()


def test_a_watch_of_who_is_erased_ends_and_tells_nothing(watched: Any) -> None:
    """The switch is asked once more, and never again."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> int:
        await client.post("/techinfo/v1/watch", json=wanted(), auth=PROVIDER)
        await one.watcher.settled()
        one.file.erase(access_id="A-1")
        one.up = False
        await one.minutes(1)
        visits = one.api.collector.visits
        await one.minutes(3)
        assert one.watcher.count == 0
        return int(one.api.collector.visits - visits)

    assert talk(one, words) == 0
    assert (one.told, one.ended) == ([], [])


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (0, "Nothing was read, so that nothing is known of the link."),
        (2, "The link was not seen to be lost."),
    ],
)
def test_a_report_says_nothing_of_what_was_not_read(watched: Any, read: int, line: str) -> None:
    """The switch is silent for all of the watch, or from its third minute on."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> None:
        if not read:
            one.devices.silent.add("192.0.2.3")
        until = (NOW + timedelta(minutes=5)).isoformat()
        await client.post("/techinfo/v1/watch", json=wanted(until=until), auth=PROVIDER)
        await one.watcher.settled()
        await one.minutes(read - 1 if read else 0)
        one.devices.silent.add("192.0.2.3")
        await one.minutes(8)

    talk(one, words)

    (report,) = one.ended
    assert (report.watch.reads, report.watch.missed) == (read, 5 - read)
    assert report.text().splitlines()[1] == line


def test_it_ends_with_the_right_of_whoever_started_it(watched: Any) -> None:
    """And who comes then is told nothing of it."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.post("/techinfo/v1/watch", json=wanted(), auth=PROVIDER)
        await one.minutes(2)
        later = INVENTORY.replace("OTHER", "ge2") + held("tele", connection_date=day(one.clock.at))
        imported(one.api.inventory, one.folder, later)
        await one.minutes(2)
        return [
            await client.get("/techinfo/v1/watch/A-1", auth=PROVIDER),
            await client.get("/techinfo/v1/watch/A-1"),
        ]

    theirs, operators = talk(one, words)

    assert theirs.status_code == 403
    assert operators.json()["running"] is False
    assert "starter" in operators.json()["why"]


def test_it_goes_on_after_a_restart_and_not_all_at_once(watched: Any) -> None:
    """What was not read meanwhile is no event."""
    one = watched(held("isp", **LONG))
    kept = Watches(one.file)
    for number in range(1, 5):
        watch = Watch(
            id=f"w{number}",
            access_id=f"A-{number}",
            by="ops",
            role="operator",
            begun=NOW,
            until=NOW + timedelta(hours=2),
            reads=7,
        )
        assert kept.begin(watch)
    assert not kept.begin(replace(watch, id="again"))

    async def words(_client: httpx.AsyncClient) -> list[int]:
        asked = []
        for _ in range(4):
            one.clock.go_on(1)
            one.watcher.tick()
            await one.watcher.settled()
            asked.append(sum(w.reads + w.missed for w in kept.running()))
            one.clock.go_on(14)
        return asked

    asked = talk(one, words)

    # are not in the inventory: their watches end when it is their turn.
    assert asked[0] == 4 * 7 + 1
    assert {w.access_id for w in kept.running()} == {"A-1", "A-2"}
    assert next(w.reads for w in kept.running() if w.access_id == "A-1") == 8
    assert [seen.told["what"] for seen in one.told] == ["silent"]  # of A-2, whose port is not there


def test_who_may_watch_what(watched: Any) -> None:
    """A holder; the operator with a reason; one at a time, until a time that is to come."""
    one = watched(held("isp", **LONG))
    path = "/techinfo/v1/watch"

    async def words(client: httpx.AsyncClient) -> list[tuple[int, str]]:
        far = (NOW + timedelta(days=30)).isoformat()
        answers = [
            await client.post(path, json=wanted(accessId="A-2"), auth=PROVIDER),
            await client.post(path, json=wanted(), auth=OPERATOR),
            await client.post(path, json=wanted(until=day(NOW - DAY)), auth=PROVIDER),
            await client.post(path, json=wanted(until="2026-11-21T12:00:00"), auth=PROVIDER),
            await client.post(path, json=wanted(until=far), auth=PROVIDER),
            await client.post(path, json=wanted(reason="fibre works"), auth=OPERATOR),
            await client.get(path, auth=PROVIDER),
            await client.delete(f"{path}/A-1", auth=PROVIDER),
            await client.post(path, json=wanted(reason="fibre works"), auth=OPERATOR),
            await client.get(f"{path}/A-1", auth=PROVIDER),
            await client.get(path, auth=PROVIDER),
            await client.get(path, auth=OPERATOR),
        ]
        assert answers[4].json()["until"] == "2026-11-24T10:00:00Z"
        assert [len(answers[n].json()["watches"]) for n in (6, 10, 11)] == [1, 0, 1]
        assert answers[7].json()["why"] == "isp has ended it"
        assert answers[9].json()["running"] is False  # their own of before
        return [(one.status_code, one.json().get("code", "")) for one in answers]

    told = talk(one, words)

    assert told[:4] == [
        (403, "forbidden"),
        (400, "malformed"),
        (400, "malformed"),
        (400, "malformed"),
    ]
    assert told[4][0] == 201
    assert told[5] == (409, "conflict")
    assert told[8][0] == 201


def sent(answer: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream."""
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    found = []
    for block in answer.text.strip().split("\n\n"):
        kind, data = block.split("\n")
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_an_access_is_shown_live_for_fifteen_minutes(watched: Any) -> None:
    """Every five seconds, with what was counted in them."""
    one = watched(held("isp", **LONG))

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/techinfo/v1/live/A-1", auth=PROVIDER)

    told = sent(talk(one, words))

    readings = [body for kind, body in told if kind == "reading"]
    assert len(readings) == 180
    assert readings[0]["dbmRx"] == "-10.00"
    assert readings[1]["input"]["bytes"] == 5000
    assert readings[1]["seconds"] == 5.0
    assert [kind for kind, _ in told if kind != "reading"] == ["end"]


def test_a_live_view_is_of_who_may_see_the_access_and_one_for_a_switch(watched: Any) -> None:
    """Volumes are of broadband's holder; a second access of the switch waits."""
    one = watched(held("isp", "iptv", **LONG) + held("tele", **LONG))

    async def words(client: httpx.AsyncClient) -> list[Any]:
        path = "/techinfo/v1/live"
        quiet = await client.get(f"{path}/A-1", auth=PROVIDER)
        with one.state[0].live_views.entered(viewer("ops"), "sw", "A-2"):
            busy = await client.get(f"{path}/A-1", auth=PROVIDER)
        foreign = await client.get(f"{path}/A-2", auth=PROVIDER)
        return [quiet, busy, foreign]

    quiet, busy, foreign = talk(one, words)

    readings = [body for kind, body in sent(quiet) if kind == "reading"]
    assert readings[1]["link"] is True
    assert readings[1]["input"] == {"errors": 0, "discards": 0, "crcErrors": 0}
    assert (busy.status_code, busy.json()["code"]) == (409, "conflict")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "forbidden")


def test_a_live_view_ends_with_the_right(watched: Any) -> None:
    """In the middle of it."""
    one = watched(
        held(
            "isp",
            connection_date=day(NOW - DAY),
            disconnection_date=day(NOW + timedelta(minutes=2)),
        )
    )

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/techinfo/v1/live/A-1", auth=PROVIDER)

    told = sent(talk(one, words))

    times = [body["at"] for kind, body in told if kind == "reading"]
    assert 20 <= len(times) <= 25
    assert max(times) < "2026-11-21T10:02:05Z"


@pytest.mark.parametrize("way", ["password", "token", "session"])
def test_a_live_view_ends_with_the_log_in(watched: Any, way: str) -> None:
    """A user who is denied is shown nothing more, whatever they have logged in by."""
    one = watched(held("isp", **LONG))
    asked_before: list[int] = []
    waited = one.state[0].pause

    async def pause(seconds: float) -> None:
        await waited(seconds)
        if one.clock.at >= NOW + timedelta(minutes=1) and not asked_before:
            one.state[0].middleware.logins.deny(["isp"])
            asked_before.append(len(one.devices.asked))

    one.api.app.state.app_state = replace(one.state[0], pause=pause)

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        headers = {}
        if way == "token":
            form = {"grant_type": "client_credentials"}
            made = await client.post("/oauth2/token", data=form, auth=PROVIDER)
            headers = {"Authorization": f"Bearer {made.json()['access_token']}"}
        if way == "session":
            await client.post("/techinfo/v1/sessions", auth=PROVIDER)
        auth = PROVIDER if way == "password" else None
        return await client.get("/techinfo/v1/live/A-1", auth=auth, headers=headers)

    told = sent(talk(one, words))

    kind, body = told[-1]
    assert (kind, body["code"]) == ("end", "unauthorised")
    assert len([kind for kind, _ in told if kind == "reading"]) == 12
    assert asked_before == [len(one.devices.asked)]


def viewer(name: str) -> Any:
    """Somebody of the operator's."""
    from techinfo.access.viewer import Role, Viewer

    return Viewer(name=name, role=Role.OPERATOR)
