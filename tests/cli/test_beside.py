"""Every command that writes, beside a service that runs, is old, was reloaded and is busy."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.cli import storing
from tests.cli.conftest import Run
from tests.cli.serving import PATIENCE_S, Running, gone, until
from tests.cli.storing import ALICE, ANN, OPEN

from techinfo.tickets.records import NewTicket, Problem
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import store as webhooks
from techinfo.webhooks.store import State, Webhook

pytestmark = pytest.mark.long
TICKETS = "/onapi/2.6/tickets"


class Load:
    """Clients that write tickets as long as it is entered.

    Attributes:
        kept: References of those that were acknowledged.
        refused: Whatever else was answered.
    """

    def __init__(self, url: str) -> None:
        self.kept: list[str] = []
        self.refused: list[str] = []
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(2)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _write(self) -> None:
        with httpx.Client(auth=ANN, timeout=PATIENCE_S) as client:
            while not self._stop.wait(0.4):
                try:
                    answer = client.post(f"{self._url}{TICKETS}", json=ticket("A-1"))
                except httpx.HTTPError:  # it is killed in the end
                    return
                if answer.status_code == 201:
                    self.kept.append(answer.json()["coTicketReference"])
                else:
                    self.refused.append(answer.text)


def ticket(access_id: str) -> dict[str, str]:
    """As a client sends it."""
    return {
        "accessId": access_id,
        "createdBy": "Anna",
        "heading": "no link",
        "description": "x" * 500,
        "problemType": "NO_LINK",
    }


def _dead_letter(path: Path) -> None:
    now = datetime.now(UTC)
    new = NewTicket(
        provider="isp",
        access_id="A-1",
        created_by="Anna",
        heading="no link",
        description="x",
        problem=Problem.NO_LINK,
    )
    with TicketFile.open(path) as file:
        hook = Webhook(id="wh_1", provider="isp", url="https://x.invalid/", created_at=now)
        webhooks.add(file, hook, most=10)
        file.create(new, None, lambda: now)
        (letter,) = webhooks.due(file, now).values()
        webhooks.settle(file, letter, State.DEAD, "answered 503", now, now)


@contextmanager
def old_service(folder: Path, **environment: str) -> Iterator[Running]:
    """A service that has had its first clearance, and new settings."""
    with Running(folder, "serve", "-c", "techinfo.toml", **environment) as served:
        for _ in range(2):
            said = served.errors.count("new settings are in force")
            until(lambda: not storing.rows(folder / "audit.sqlite", _OLD))
            served.signal(signal.SIGHUP)
            until(lambda said=said: served.errors.count("new settings are in force") > said)  # type: ignore[misc]
        yield served


_OLD = "SELECT path FROM entries WHERE path = '/old'"


def test_nothing_is_lost_whatever_is_done_beside_it(techinfo: Run, tmp_path: Path) -> None:
    """It keeps its locks, sees every change, and what it acknowledged outlives a kill -9."""
    folder = tmp_path
    storing.house(folder)
    _dead_letter(folder / "tickets.sqlite")
    watched = storing.watched(folder, tmp_path / "hook")

    def status(access_id: str, who: tuple[str, str] = ANN) -> int:
        body = ticket(access_id)
        return httpx.post(
            f"{served.url}{TICKETS}", json=body, auth=who, timeout=PATIENCE_S
        ).status_code

    def done(*arguments: str, code: int = 0) -> str:
        said = techinfo(*arguments, "--config", "techinfo.toml", **watched)
        assert said.returncode == code, (arguments, said.stdout, said.stderr)
        api = served.child("serve")
        for name in OPEN:
            assert storing.unlocked(api, folder / f"{name}.sqlite") == [], arguments
        return said.stdout + said.stderr

    with old_service(folder, **watched) as served, Load(served.url) as load:
        api = served.child("serve")
        assert storing.unlocked(served.child("collector"), folder / "learnt.sqlite") == []

        done("backup", "saved")
        for count in (2, 3, 4):
            new = f"A-{count}"
            assert status(new) == 404
            storing.imported(folder, *(f"A-{n}" for n in range(1, count + 1)))
            done("inventory", "import", "network.yaml")
            assert status(new) == 201
        done("tickets", "retry", "--all")
        with (folder / "kea.csv").open("a") as file:
            file.write(storing.lease(1))
        done("leases", "follow", "--once")
        done("pause", "--all")
        done("user", "add", "bob", "--role", "engineer")
        assert status("A-1", ALICE) == 201
        done("user", "disable", "alice")
        until(lambda: status("A-1", ALICE) == 401)
        done("privacy", "erase", "--access", "A-4", "--yes")
        assert "is in use; stop the service first" in done("restore", "saved", "--yes", code=1)
        before = len(load.kept)
        until(lambda: len(load.kept) >= before + 5)

        os.kill(api, signal.SIGKILL)
        assert gone(api)

    kept = storing.rows(folder / "tickets.sqlite", "SELECT own_reference FROM tickets")
    assert len(load.kept) > 20
    assert set(load.kept) <= kept
    assert load.refused == []
    assert dict(storing.integrity(folder)) == {p.name: "ok" for p in folder.glob("*.sqlite")}
    assert storing.opened(tmp_path / "hook") == []
