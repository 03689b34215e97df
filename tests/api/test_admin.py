"""The administrators' listener: how the service is, and who may order what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.served import CHEAP, OPERATOR, PROVIDER, USERS, ServedApi

from techinfo.access.logins import Logins
from techinfo.api.admin.app import PEER, Health, admin_app
from techinfo.api.admin.metrics import AuditNumbers, Metrics, WatchNumbers
from techinfo.api.asgi.auth import AuthMiddleware
from techinfo.collect import CollectorStats
from techinfo.errors import CollectorError, ConfigError
from techinfo.maintenance.pause import PauseService
from techinfo.polling.poller import PollNumbers
from techinfo.store.pauses import PausesFile

HERE, ELSEWHERE = ("127.0.0.1", 40_000), ("192.0.2.99", 40_000)
JSON = {"Content-Type": "application/json"}


class Admin:
    """The application, asked from some address."""

    def __init__(self, served: ServedApi, folder: Path, **more: Any) -> None:
        assert served.clock is not None
        self.clock = served.clock
        self.pauses = PauseService(
            file=PausesFile(folder / "pauses.json"),
            inventory=served.inventory,
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
        given.setdefault("names", ("noc.example",))
        self.app = admin_app(
            auth=lambda app: AuthMiddleware(app, logins, hasher=CHEAP, hold_s=0.0), **given
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        client: tuple[str, int] | None = None,
        base: str = "http://localhost",
        **more: Any,
    ) -> httpx.Response:
        """One request: over the Unix socket by root, or, with a ``client``, over TCP."""

        async def over_the_socket(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("state", {})[PEER] = "root"
            await self.app(scope, receive, send)

        async def asked() -> httpx.Response:
            app = self.app if client else over_the_socket
            transport = httpx.ASGITransport(
                app, raise_app_exceptions=False, client=client or ("", 0)
            )
            async with httpx.AsyncClient(transport=transport, base_url=base) as c:
                return await c.request(method, path, **more)

        return asyncio.run(asyncio.wait_for(asked(), 300))


@pytest.fixture
def admin(served: ServedApi, tmp_path: Path) -> Admin:
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


def test_without_a_collector_nothing_is_ready(served: ServedApi, tmp_path: Path) -> None:
    """And the metrics say so, instead of failing."""

    class Gone:
        async def numbers(self) -> CollectorStats:
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
    served: ServedApi, tmp_path: Path
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


def test_metrics_have_the_numbers_of_polls_and_watches(served: ServedApi, tmp_path: Path) -> None:
    """Where something is polled; elsewhere there is no line of them."""
    admin = Admin(served, tmp_path)
    without = admin.ask("GET", "/metrics").text
    polling = PollNumbers(elements=9, silent=2, under_way=1, polls={("light", "answered"): 7})
    numbers = WatchNumbers(
        polling=polling, lost=3, watches=4, live_views=5, looks=8, looks_dropped=2
    )
    health = replace(admin.health, watching=lambda: numbers)
    admin.app = admin_app(health=health, pauses=admin.pauses)

    told = admin.ask("GET", "/metrics").text

    assert "techinfo_polled_elements" not in without
    for line in (
        "polled_elements 9.0",
        "polled_elements_silent 2.0",
        "polled_elements_paused 0.0",
        "polls_under_way 1.0",
        'polls_total{kind="light",outcome="answered"} 7.0',
        "polls_lost_total 3.0",
        "heard_looks_total 8.0",
        "heard_looks_dropped_total 2.0",
        "watches 4.0",
        "live_views 5.0",
    ):
        assert f"techinfo_{line}" in told


def test_metrics_have_the_numbers_of_the_collector(admin: Admin, served: ServedApi) -> None:
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
    answered = [
        line
        for line in found
        if line.startswith("techinfo_element_visits_total{") and 'outcome="answered"' in line
    ]
    assert [found[line] for line in answered] == ["1.0"]
    assert any(line.startswith("techinfo_elements{driver=") for line in found)
    assert any(line.startswith("techinfo_element_visit_duration_seconds_sum{") for line in found)
    assert float(found["process_cpu_seconds_total"]) > 0
    assert float(found["techinfo_collector_process_resident_memory_bytes"]) > 0
    assert float(found["techinfo_collector_requests_total"]) > 0
    assert found["techinfo_collector_elements"] == "1.0"
    assert found["techinfo_collector_elements_silent"] == "0.0"
    assert float(found["techinfo_inventory_age_seconds"]) >= 7


async def _twice(client: httpx.AsyncClient, path: str) -> None:
    for _ in range(2):
        await client.get(path)


def test_over_the_socket_a_switch_is_paused_and_resumed(admin: Admin) -> None:
    """What is ordered is carried out, in the name of who has opened the socket."""
    order = {"switch": "sw-elm-3", "until": "30m", "why": "too hot"}

    paused = admin.ask("POST", "/pause", json=order)

    assert paused.status_code == 200
    assert (paused.json()["name"], paused.json()["by"]) == ("sw-elm-3", "root")
    assert [p.name for p in admin.pauses.pauses()] == ["sw-elm-3"]
    assert admin.ask("POST", "/resume", json={"all": True}).status_code == 200
    assert admin.pauses.pauses() == ()


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({}, 200),
        ({"client": HERE}, 401),
        ({"client": ("::1", 1)}, 401),
        ({"client": ("::ffff:127.0.0.1", 1)}, 401),
        ({"client": HERE, "auth": PROVIDER}, 403),
        ({"client": HERE, "auth": OPERATOR}, 200),
        ({"client": ELSEWHERE}, 401),
        ({"client": ELSEWHERE, "auth": PROVIDER}, 403),
        ({"client": ELSEWHERE, "auth": OPERATOR}, 200),
        ({"headers": {"Origin": "http://evil.test"}}, 403),
        ({"headers": {"Origin": "http://evil.test"}, "client": HERE, "auth": OPERATOR}, 403),
        ({"base": "http://evil.test"}, 421),
        ({"base": "http://localhost.evil.test", "client": HERE, "auth": OPERATOR}, 421),
        ({"base": "http://127.0.0.1.evil.test:8081", "client": HERE, "auth": OPERATOR}, 421),
        ({"base": "http://127.0.0.1:8081", "client": HERE, "auth": OPERATOR}, 200),
        ({"base": "http://[::1]:8081", "client": HERE, "auth": OPERATOR}, 200),
        ({"base": "http://NOC.example:8081", "client": ELSEWHERE, "auth": OPERATOR}, 200),
        ({"headers": {"Host": ""}, "client": HERE, "auth": OPERATOR}, 421),
        ({"headers": {"Content-Type": "text/plain"}}, 415),
        ({"headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415),
        ({"headers": {"Content-Type": "application/json; charset=utf-8"}}, 200),
    ],
)
def test_who_may_order(admin: Admin, how: dict[str, Any], status: int) -> None:
    """Who may open the socket, or an operator who logs in, wherever they stand; no browser."""
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
    answer = admin.ask("POST", "/pause", content=body, headers=JSON)

    assert answer.status_code == 400
    assert cause in answer.json()["cause"]
    assert admin.pauses.pauses() == ()


def test_too_much_is_refused(admin: Admin) -> None:
    """An order is small."""
    answer = admin.ask("POST", "/pause", content=b" " * 70_000, headers=JSON)

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/pause", "/resume", "/forget", "/reload"])
def test_no_order_is_taken_without_a_login_or_without_its_type(
    served: ServedApi, tmp_path: Path, path: str
) -> None:
    """Nor a body of nothing, which a page can send anywhere without having asked."""

    async def reload() -> Sequence[str]:
        raise AssertionError("nobody has ordered it")

    admin = Admin(served, tmp_path, reload=reload)

    assert admin.ask("POST", path, client=HERE, json={"all": True}).status_code == 401
    assert admin.ask("POST", path).status_code == 415


def test_who_only_reads_needs_no_login_and_no_name(admin: Admin) -> None:
    """A scraper goes on as it did, by whatever name it calls this host."""
    for path in ("/health", "/ready", "/metrics"):
        assert admin.ask("GET", path, client=HERE, base="http://any.example").status_code == 200


def test_reload_says_what_is_wrong_and_with_which_key(served: ServedApi, tmp_path: Path) -> None:
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

    assert admin.ask("POST", "/reload", json={}).json() == {
        "reloaded": True,
        "afterRestart": ["service.port"],
    }
    refused = admin.ask("POST", "/reload", json={})
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
