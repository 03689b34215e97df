"""The administrators' listener: how the house is, and who may order what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.served import CHEAP, OPERATOR, PROVIDER, USERS, House

from techinfo.api.admin import admin_app
from techinfo.api.door import Door
from techinfo.api.health import Health
from techinfo.api.metrics import AuditNumbers, Metrics
from techinfo.collect import Numbers
from techinfo.errors import CollectorError, ConfigError
from techinfo.service.logins import Logins
from techinfo.service.pause import PauseDesk
from techinfo.store.pauses import PausesFile

HERE, ELSEWHERE = ("127.0.0.1", 40_000), ("192.0.2.99", 40_000)


class Admin:
    """The application over a house, asked from some address."""

    def __init__(self, served: House, folder: Path, **more: Any) -> None:
        assert served.clock is not None
        self.clock = served.clock
        self.pauses = PauseDesk(
            file=PausesFile(folder / "pauses.json"),
            inventory=served.inventory,
            registry=served.collector.registry,
            now=served.clock,
        )
        self.health = Health(
            inventory=served.inventory,
            collector=served.collector,
            pauses=self.pauses,
            metrics=Metrics(),
            most_age=timedelta(hours=24),
            now=served.clock,
        )
        logins = Logins(USERS)
        given: dict[str, Any] = {"health": self.health, "pauses": self.pauses} | more
        self.app = admin_app(door=lambda app: Door(app, logins, hasher=CHEAP, hold_s=0.0), **given)

    def ask(
        self, method: str, path: str, *, client: tuple[str, int] = HERE, **more: Any
    ) -> httpx.Response:
        """One request."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=client)
            async with httpx.AsyncClient(transport=transport, base_url="http://admin.test") as c:
                return await c.request(method, path, **more)

        return asyncio.run(asyncio.wait_for(asked(), 30))


@pytest.fixture
def admin(served: House, tmp_path: Path) -> Admin:
    """Over one switch; its inventory was imported a moment ago, by the clock of the machine."""
    admin = Admin(served, tmp_path)
    imported_at = served.inventory.imported_at
    assert imported_at is not None
    admin.clock.at = imported_at
    return admin


def test_a_house_with_an_inventory_and_a_collector_is_ready(admin: Admin) -> None:
    """It lives, and says how old its inventory is."""
    admin.clock.go_on(60)

    assert admin.ask("GET", "/health").json() == {"status": "alive"}
    ready = admin.ask("GET", "/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "missing": [], "inventoryAgeSeconds": 60, "paused": 0, "stores": {}},
    )


def test_an_old_inventory_is_not_ready(admin: Admin) -> None:
    """Whose subscriptions may have moved since; the process lives all the same."""
    admin.clock.go_on(25 * 3600)

    ready = admin.ask("GET", "/ready")

    assert ready.status_code == 503
    assert ready.json()["missing"] == ["the inventory is older than 24 hours"]
    assert admin.ask("GET", "/health").status_code == 200


def test_without_a_collector_nothing_is_ready(served: House, tmp_path: Path) -> None:
    """And the metrics say so, instead of failing."""

    class Gone:
        async def numbers(self) -> Numbers:
            raise CollectorError("the collector's process is not there")

    admin = Admin(served, tmp_path)
    health = Health(
        inventory=served.inventory,
        collector=Gone(),  # type: ignore[arg-type]  # nothing else of it is asked
        pauses=admin.pauses,
        metrics=Metrics(),
    )
    admin.app = admin_app(health=health, pauses=admin.pauses)

    assert admin.ask("GET", "/ready").json()["missing"] == ["the collector does not answer"]
    assert "techinfo_collector_up 0.0" in admin.ask("GET", "/metrics").text


def test_with_an_audit_log_that_cannot_be_written_nothing_is_ready(
    served: House, tmp_path: Path
) -> None:
    """And the metrics say what that has cost."""
    admin = Admin(served, tmp_path)
    numbers = AuditNumbers(writable=False, lost=1, commits=2, withheld=3, unrecorded=4)
    admin.app = admin_app(health=replace(admin.health, audit=lambda: numbers), pauses=admin.pauses)

    ready, metrics = admin.ask("GET", "/ready"), admin.ask("GET", "/metrics").text

    assert ready.status_code == 503
    assert "the audit log cannot be written" in ready.json()["missing"]
    for line in (
        "audit_writable 0.0",
        "audit_entries_lost_total 1.0",
        "audit_commits_total 2.0",
        "audit_withheld_total 3.0",
        "audit_unrecorded_total 4.0",
    ):
        assert f"techinfo_{line}" in metrics


def test_metrics_have_the_numbers_of_the_collector(admin: Admin, served: House) -> None:
    """What was asked, of how many, and what it has cost."""
    served.talk(lambda c: _twice(c, "/2.6/tech/access/A-1/link/status"))
    admin.clock.go_on(7)

    metrics = admin.ask("GET", "/metrics")

    found = dict(
        line.rsplit(" ", 1) for line in metrics.text.splitlines() if not line.startswith("#")
    )
    assert metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert found["techinfo_collector_up"] == "1.0"
    assert found["techinfo_collector_visits_total"] == "1.0"
    assert float(found["techinfo_collector_requests_total"]) > 0
    assert found["techinfo_collector_elements"] == "1.0"
    assert found["techinfo_collector_elements_silent"] == "0.0"
    assert float(found["techinfo_inventory_age_seconds"]) >= 7


async def _twice(client: httpx.AsyncClient, path: str) -> None:
    for _ in range(2):
        await client.get(path)


def test_from_this_host_a_switch_is_paused_and_resumed(admin: Admin) -> None:
    """And what is ordered is carried out."""
    order = {"switch": "sw-elm-3", "until": "30m", "why": "too hot"}

    paused = admin.ask("POST", "/pause", json=order)

    assert paused.status_code == 200
    assert (paused.json()["name"], paused.json()["by"]) == ("sw-elm-3", "this host")
    assert [p.name for p in admin.pauses.pauses()] == ["sw-elm-3"]
    assert admin.ask("POST", "/resume", json={"all": True}).status_code == 200
    assert admin.pauses.pauses() == ()


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"client": ELSEWHERE}, 401),
        ({"client": ELSEWHERE, "auth": PROVIDER}, 403),
        ({"client": ELSEWHERE, "auth": OPERATOR}, 200),
        ({"headers": {"X-Forwarded-For": "192.0.2.99"}}, 401),
        ({"headers": {"Origin": "http://evil.test"}}, 403),
        ({"headers": {"Origin": "http://evil.test"}, "client": ELSEWHERE, "auth": OPERATOR}, 403),
        ({"client": ("::1", 1)}, 200),
        ({"client": ("::ffff:127.0.0.1", 1)}, 200),
    ],
)
def test_who_may_order(admin: Admin, how: dict[str, Any], status: int) -> None:
    """This host, or an operator who logs in; no provider, no proxy's client, no browser."""
    answer = admin.ask("POST", "/pause", json={"all": True}, **how)

    assert answer.status_code == status
    assert bool(admin.pauses.pauses()) is (status == 200)


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "exactly one"),
        (b"{", "no JSON"),
        (b"[]", "no JSON object"),
        (b'{"switch": 7}', "switch: is a text"),
        (b'{"switch": "sw-elm-4"}', "did you mean sw-elm-3?"),
        (b'{"all": true, "site": "elm"}', "exactly one"),
        (b'{"all": false}', "all: is true"),
        (b'{"all": true, "until": "x"}', "until: 'x' is neither"),
        (b'{"all": true, "unitl": "1h"}', "exactly one"),
    ],
)
def test_what_is_no_order_is_told(admin: Admin, body: bytes, cause: str) -> None:
    """400 with the key, and nothing is paused."""
    answer = admin.ask("POST", "/pause", content=body)

    assert answer.status_code == 400
    assert cause in answer.json()["cause"]
    assert admin.pauses.pauses() == ()


def test_too_much_is_refused(admin: Admin) -> None:
    """An order is small."""
    assert admin.ask("POST", "/pause", content=b" " * 70_000).status_code == 413


def test_reload_says_what_is_wrong_and_with_which_key(served: House, tmp_path: Path) -> None:
    """What reloads is handed in; its error is the answer."""
    outcomes: list[Callable[[], Awaitable[Sequence[str]]]] = []

    async def reload() -> Sequence[str]:
        return await outcomes.pop()()

    async def good() -> Sequence[str]:
        return ["service.port"]

    async def bad() -> Sequence[str]:
        raise ConfigError("is missing", key="users.ann.role")

    admin = Admin(served, tmp_path, reload=reload)
    outcomes.extend([bad, good])

    assert admin.ask("POST", "/reload").json() == {
        "reloaded": True,
        "afterRestart": ["service.port"],
    }
    refused = admin.ask("POST", "/reload")
    assert (refused.status_code, refused.json()["cause"]) == (400, "users.ann.role: is missing")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/pause", 405), ("GET", "/", 404), ("POST", "/x", 404)]
)
def test_what_is_not_there_is_in_the_cause_form(
    admin: Admin, method: str, path: str, status: int
) -> None:
    """As everywhere."""
    answer = admin.ask(method, path)

    assert answer.status_code == status
    assert answer.json()["cause"]
