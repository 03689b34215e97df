"""What a watch sees goes to webhooks, and its report to the ticket that was named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.ticketed import ISP, OTHER, SUBSCRIBED, created, ticketed

from techinfo.access.past import History
from techinfo.access.viewer import Role, Viewer
from techinfo.cli.service.watching import Watching
from techinfo.config import PollingSettings, WebhookSettings
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote
from techinfo.store.batches import Batches
from techinfo.tickets import tables as t

PROVIDERS = Viewer(name="isp", role=Role.PROVIDER, provider="isp")


def test_events_are_told_to_webhooks_and_the_report_to_its_ticket(tmp_path: Path) -> None:
    """The link is lost and the watch ends: one message each for the starter, and one comment."""
    clock = Clock()
    devices = Recordings()

    def port(*, up: bool) -> None:
        devices.rows["192.0.2.3"] = merged(m.system("elm3"), m.port(1, "ge1", up=up))

    port(up=True)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        notes = Batches[PollNote](HistoryWriter(file).write, "polls")
        made = ticketed(
            tmp_path / "tickets.sqlite",
            stocked(tmp_path, SUBSCRIBED, clock),
            devices.open,
            clock=clock,
            webhooks=WebhookSettings(
                enabled=True, allow=("127.0.0.1/32",), allow_for_providers=("127.0.0.1/32",)
            ),
            history=History(file, now=clock),
        )
        state = made.served.app.state.app_state
        watching = Watching(file, notes, PollingSettings(sites=("*",)))
        watcher = watching.watcher(state.access_service, state.tickets, made.file)

        async def words(client: httpx.AsyncClient) -> Any:
            hook = {"url": "http://127.0.0.1:9/hooks", "events": ["watch"]}
            for who in (ISP, OTHER):
                answer = await client.post("/techinfo/v1/webhooks", json=hook, auth=who)
                assert answer.status_code == 201, answer.text
            ref = await created(client, ISP)
            await watcher.start()
            until = NOW + timedelta(minutes=10)
            await watcher.begin(PROVIDERS, "A-1", until, "it comes and goes", ref)
            await watcher.settled()
            for up in (True, False, False):
                clock.go_on(60)
                port(up=up)
                watcher.tick()
                await watcher.settled()
            clock.go_on(600)
            watcher.tick()
            await watcher.settled()
            await watcher.close()
            return (await client.get(f"/2.6/tickets/{ref}", auth=ISP)).json()

        told = made.talk(words)
        with made.file.write() as connection:
            sent = connection.execute(t.messages.select()).mappings().all()
        notes.close()
        made.file.close()

    (comment,) = told["comments"]
    assert comment["createdBy"] == "techinfo"
    assert "The link was lost at least once." in comment["message"]
    of_watch = [row for row in sent if row["kind"] == "watch"]
    assert [row["provider"] for row in of_watch] == ["isp"]
    assert '"what":"link_down"' in of_watch[0]["facts"]
