"""Every request's id, log line and metrics, and what they do not tell."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from tests.access.played import Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve

from techinfo.api.admin.metrics import _BUCKETS, AuditNumbers, Metrics, ServiceStats
from techinfo.api.asgi.paths import UNMATCHED, RouteNames
from techinfo.api.state import AppState
from techinfo.cli.logs import formatter

LINK = "/2.6/tech/access/A-1/link/status"
NOTHING = ServiceStats(
    now=datetime(2026, 10, 1, tzinfo=UTC),
    imported_at=None,
    audit=AuditNumbers(),
    pauses=0,
    collector=None,
)


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [vars(r)["facts"] for r in caplog.records if r.name == "techinfo.request"]


def _metrics(served: ServedApi) -> Metrics:
    state = served.app.state.app_state
    assert isinstance(state, AppState)
    return state.metrics


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        ("abc-123_X.y", "abc-123_X.y"),
        ("x" * 64, "x" * 64),
        (None, None),
        ("x" * 65, None),
        ('"}\n{"level": "error', None),
        ("", None),
    ],
)
def test_a_sane_request_id_is_taken_over(
    served: ServedApi, sent: str | None, echoed: str | None
) -> None:
    """Any other is replaced, and none is made up where there was one."""
    headers = {} if sent is None else {"X-Request-ID": sent.encode("ascii")}

    found = served.get(LINK, headers=headers).headers["X-Request-ID"]

    assert found == (echoed or found)
    assert echoed is not None or re.fullmatch("[0-9a-f]{16}", found)


def test_each_request_is_one_line(served: ServedApi, caplog: pytest.LogCaptureFixture) -> None:
    """Method, route, status, duration, user and access; never query, header or body."""
    secret = {"Cookie": "session=planted-1", "X-Planted": "planted-2"}

    async def asked(client: httpx.AsyncClient) -> None:
        await client.get(f"{LINK}?password=planted-3", headers=secret)
        await client.get(f"/onapi{LINK}/", auth=("isp", "planted-4"))
        await client.get("/2.6/nowhere/planted-5")

    with caplog.at_level(logging.INFO):
        served.talk(asked)

    first, second, third = _lines(caplog)
    assert isinstance(first.pop("ms"), float)
    assert first == {
        "method": "GET",
        "route": "/2.6/tech/access/{id}/link/status",
        "status": 200,
        "user": "ops",
        "access": "A-1",
    }
    assert (second["status"], second["route"]) == (401, "/2.6/tech/access/{id}/link/status")
    assert "user" not in second
    assert (third["status"], third["route"]) == (501, UNMATCHED)
    lines = [formatter("json").format(r) for r in caplog.records if r.name == "techinfo.request"]
    assert not any("planted" in line for line in lines)
    assert not any(OPERATOR[1] in line for line in lines)


def test_an_error_id_and_the_request_id_stand_in_the_same_lines(
    served: ServedApi, network: Recordings, caplog: pytest.LogCaptureFixture
) -> None:
    """From the cause that a provider quotes to the whole story."""
    network.silent.add("192.0.2.3")

    with caplog.at_level(logging.INFO):
        answer = served.get(LINK, headers={"X-Request-ID": "quoted"})

    found = re.search(r"\(error ([0-9a-f]{12})\)", answer.json()["cause"])
    assert found is not None
    assert _lines(caplog)[0]["error"] == found[1]


def test_an_error_of_our_own_is_a_line_too(
    served: ServedApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Status 500, its error id, and the request id in the answer."""
    monkeypatch.setattr(type(served.inventory), "access", lambda _self, _id: 1 / 0)

    with caplog.at_level(logging.INFO):
        answer = served.get(LINK)

    assert answer.status_code == 500
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])
    (line,) = _lines(caplog)
    assert line["status"] == 500
    assert f"error {line['error']}" in answer.json()["cause"]


def test_metrics_tell_of_routes_and_of_nobody(served: ServedApi) -> None:
    """Counted by route and status; no accessId, provider, user or device is a label."""

    async def asked(client: httpx.AsyncClient) -> None:
        for path in (LINK, LINK, "/2.6/tech/access/A-9/link/status", "/2.6/nowhere"):
            await client.get(path)
        await client.get(LINK, auth=PROVIDER)
        await client.request("BREW", LINK)

    served.talk(asked)
    text = _metrics(served).exposition(NOTHING).decode()

    route = 'route="/2.6/tech/access/{id}/link/status"'
    assert f'techinfo_requests_total{{method="GET",{route},status="2xx",version="2.6"}} 2.0' in text
    assert f'techinfo_requests_total{{method="GET",{route},status="4xx",version="2.6"}} 2.0' in text
    assert f'method="other",{route},status="4xx"' in text
    assert f'techinfo_request_duration_seconds_count{{{route},version="2.6"}} 5.0' in text
    assert "techinfo_requests_in_flight 0.0" in text
    assert "techinfo_collector_up 0.0" in text
    assert not re.search("A-1|A-9|isp|ops|sw-elm|elm3|192\\.0\\.2", text)


def test_whatever_paths_are_sent_the_series_stay_few(tmp_path: Path, network: Recordings) -> None:
    """A client that invents paths does not fill the memory."""
    served = serve(
        stocked(tmp_path, "elements: []\naccesses: []"), network.open, prefixes=("/onapi",)
    )

    async def asked(client: httpx.AsyncClient) -> None:
        for n in range(60):
            await client.get(f"/onapi/2.6/tech/access/X-{n}/hardware")
            await client.get(f"/onapi/2.6/{n}/{n}")
            await client.get(f"/{n}", auth=("a", str(n)) if n < 3 else OPERATOR)

    served.talk(asked)
    text = _metrics(served).exposition(NOTHING).decode()

    counted = [line for line in text.splitlines() if line.startswith("techinfo_requests_total")]
    assert len(counted) <= 4


def test_a_request_is_known_by_its_route_before_any_was_answered(served: ServedApi) -> None:
    """Of routes with one path the one of the method; a path of none has no name."""
    names = RouteNames(served.app.router.routes)

    assert names.of("GET", "/2.6/tech/access/A-1/hardware") == "/2.6/tech/access/{id}/hardware"
    assert names.of("PUT", "/2.6/tech/access/A-1/hardware") == "/2.6/tech/access/{id}/hardware"
    hooks = "/techinfo/v1/webhooks"
    assert names.of("GET", f"{hooks}/dead-letters") == f"{hooks}/dead-letters"
    assert names.of("DELETE", f"{hooks}/dead-letters") == f"{hooks}/{{hook}}"
    assert names.of("GET", "/2.6/tech/access/B/light") == UNMATCHED
    assert names.of("GET", "/") == UNMATCHED


def test_times_are_told_as_the_library_itself_would() -> None:
    """What is just as long as a bucket counts in it."""
    metrics, library = Metrics(), CollectorRegistry()
    name = "techinfo_request_duration_seconds"
    times = Histogram(name, "How long a request took.", buckets=_BUCKETS, registry=library)
    for seconds in (0.0, 0.001, 0.0011, 0.25, 10.0, 10.1, 3600.0):
        metrics.answered("GET", "/2.6", 200, seconds)
        times.observe(seconds)

    told = metrics.exposition(NOTHING).decode().replace('route="/2.6",version="2.6"', "")
    told = told.replace("{}", "").replace(",}", "}")
    expected = [line for line in generate_latest(library).decode().splitlines() if line[0] != "#"]

    assert len(expected) == len(_BUCKETS) + 4
    assert {line for line in expected if "_created" not in line} <= set(told.splitlines())
    assert f"{name}_created " in told


def test_requests_under_way_are_counted() -> None:
    """As many as there are when somebody looks."""
    metrics = Metrics()
    metrics.in_flight += 2

    assert "techinfo_requests_in_flight 2.0" in metrics.exposition(NOTHING).decode()
