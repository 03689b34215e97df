"""The list of endpoints: what is served here, what elsewhere, and what is not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Recordings, stocked
from tests.api.everything import everything
from tests.api.served import PROVIDER, ServedApi, serve

from techinfo.access.past import History
from techinfo.access.viewer import Viewer
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.unsupported import WORDS
from techinfo.api.onapi.versions import ApiProfile
from techinfo.api.onapi.versions.dialect import V2_4, V2_6
from techinfo.api.routes import ENDPOINTS
from techinfo.api.state import AppState, Served
from techinfo.history.store import HistoryFile
from techinfo.inventory import Change, Event, ObjectType
from techinfo.model import Fact

ORDERS = "https://orders.example/onapi/2.6/orders/"
PLAIN = """
elements: [{name: sw-plain, address: 192.0.2.5, driver: generic}]
accesses: [{access_id: A-1, element: sw-plain, port: ge1, port_by: name}]
"""
MODELS: dict[Fact, type[BaseModel]] = {
    **dict.fromkeys((Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.SHAPING), s.LinkStatus),
    Fact.MACS: s.MacRow,
    Fact.LEASES: s.LeaseRow,
    Fact.GROUPS: s.GroupRow,
}


@pytest.fixture
def plain(tmp_path: Path) -> ServedApi:
    """A network of one switch that knows the standard MIBs only."""
    switch = merged(m.system("plain", m.PLAIN_ID), m.port(1, "ge1"))
    return serve(stocked(tmp_path, PLAIN), Recordings({"192.0.2.5": switch}).open)


def entries(service: ServedApi, version: str = "2.6", prefix: str = "/onapi") -> dict[str, Any]:
    """The list by path or URL."""
    answer = service.get(f"{prefix}/{version}/")
    assert answer.status_code == 200
    return {entry["endpoint"]: entry for entry in answer.json()}


@pytest.mark.parametrize("prefix", ["/onapi", "/api", ""])
def test_paths_begin_as_they_are_asked(tmp_path: Path, prefix: str) -> None:
    """So that a client can go on from what it is told."""
    told = entries(everything(tmp_path), prefix=prefix)

    assert f"{prefix}/2.6/accesses/" in told
    assert all(path.startswith(f"{prefix}/2.6/") for path in told)
    assert {"name", "endpoint", "version", "documentation"} <= set(*[next(iter(told.values()))])


def test_rates_are_said_to_be_kilobits(tmp_path: Path) -> None:
    """Where ON-API has no unit."""
    told = entries(everything(tmp_path))

    assert "kbit/s" in told["/onapi/2.6/tech/access/{accessId}/link/status"]["note"]


def test_what_is_elsewhere_is_listed_with_its_url_and_refused_here(tmp_path: Path) -> None:
    """Once, by that URL alone."""
    elsewhere = {"accesses": "https://orders.example/a", "orders": ORDERS}
    service = everything(tmp_path, endpoints=Served(elsewhere=elsewhere))

    told = entries(service)
    refused = service.get("/2.6/orders/1")

    assert [e["endpoint"] for e in told.values() if e["name"] == "accesses"] == [
        "https://orders.example/a"
    ]
    assert told[ORDERS]["name"] == "orders"
    assert (refused.status_code, refused.json()["code"]) == (501, "elsewhere")
    assert ORDERS in refused.json()["cause"]


@pytest.mark.parametrize("name", sorted({endpoint.name for endpoint in ENDPOINTS}))
def test_every_endpoint_can_be_switched_off(tmp_path: Path, name: str) -> None:
    """Then it is neither listed, nor described, nor answered."""
    service = everything(tmp_path, endpoints=Served(off=frozenset({name})))
    path = {"tech": "tech/access/A-1/hardware", "option82": "option82/5200"}.get(name, name)

    assert name not in {entry["name"] for entry in entries(service).values()}
    described = service.get("/2.6/openapi.json").json()["paths"]
    assert not [one for one in described if one.startswith(f"/2.6/{name}")]
    answer = service.get(f"/2.6/{path}")
    assert (answer.status_code, answer.json()["code"]) == (501, "not_implemented")


def test_lists_of_an_inventory_that_is_not_authoritative_are_not_listed(tmp_path: Path) -> None:
    """They are answered with 501."""
    names = {e["name"] for e in entries(everything(tmp_path, authoritative=False)).values()}

    assert names == {"tech", "events", "dhcplookup", "option82"}


@pytest.mark.parametrize(
    ("version", "light"), [("2.4", "fiber"), ("2.5", "fiber"), ("2.6", "transceiver")]
)
def test_what_no_element_tells_is_named_in_the_words_of_the_version(
    plain: ServedApi, version: str, light: str
) -> None:
    """Also what a version does not have is not missing in it."""
    told = entries(plain, version, "")
    status, macs, leases = (
        set(told[f"/{version}/tech/access/{{accessId}}/link/{name}"]["unsupportedFields"])
        for name in ("status", "leaseinfo", "leaseinfo")
    )

    assert {"configuredSpeed.cir", "configuredSpeed.queue"} <= status
    assert (f"{light}.vendor" in status) is (version == "2.6")
    assert not [word for word in status if word.startswith("link")]
    assert {"lease", "mac", "end"} <= leases == macs
    assert ("lastRenew" in leases) is (version == "2.6")


def test_what_only_watching_tells_is_named_where_nobody_does(
    tmp_path: Path, plain: ServedApi
) -> None:
    """The last five minutes, peaks, and since when an address is learnt."""

    def missing(api: ServedApi) -> set[str]:
        told = entries(api, "2.6", "")
        names = ("status", "macaddresstable")
        pages = (told[f"/2.6/tech/access/{{accessId}}/link/{name}"] for name in names)
        return {word for page in pages for word in page.get("unsupportedFields", ())}

    with HistoryFile.open(tmp_path / "history.sqlite") as file:

        def watching(state: AppState) -> AppState:
            service = replace(state.access_service, history=History(file))
            return replace(state, access_service=service)

        switch = merged(m.system("plain", m.PLAIN_ID), m.port(1, "ge1"))
        devices = Recordings({"192.0.2.5": switch})
        polled = serve(stocked(tmp_path, PLAIN), devices.open, attach_tickets=watching)

        assert missing(plain) - missing(polled) == {
            "statistics.lastFiveInput",
            "statistics.lastFiveOutput",
            "statistics.peakInputRate",
            "statistics.peakOutputRate",
            "learntAt",
        }


@pytest.mark.parametrize(("path", "nowhere"), [("leaseinfo", True), ("macaddresstable", False)])
def test_what_no_element_tells_is_501_and_what_another_may_is_404(
    tmp_path: Path, plain: ServedApi, path: str, nowhere: bool
) -> None:
    """The first is of the network, the second of an access."""
    here = plain.get(f"/2.6/tech/access/A-1/link/{path}")
    both = stocked(
        tmp_path,
        PLAIN.replace("]\naccesses", ", {name: sw-2, address: 192.0.2.6}]\naccesses"),
    )
    switch = merged(m.system("plain", m.PLAIN_ID), m.port(1, "ge1"))
    elsewhere = serve(both, Recordings({"192.0.2.5": switch}).open)

    if nowhere:
        assert (here.status_code, here.json()["code"]) == (501, "not_in_this_network")
        other = elsewhere.get(f"/2.6/tech/access/A-1/link/{path}")
        assert (other.status_code, other.json()["code"]) == (404, "not_available_here")
    else:
        assert (here.status_code, here.json()) == (200, [])


def test_there_is_a_word_for_everything_that_a_network_may_not_tell() -> None:
    """Every word is one of ON-API's."""
    for fact, fields in WORDS.items():
        for words in fields.values():
            model = MODELS[fact]
            assert words
            assert all(ApiProfile(V2_6).word(model, word) == word for word in words)
    assert ApiProfile(V2_4).word(s.LinkStatus, "transceiver.dbmRx") == "fiber.dbmRx"
    assert ApiProfile(V2_4).word(s.LinkStatus, "transceiver.vendor") is None
    for endpoint in ENDPOINTS:
        for page in endpoint.entries:
            for word in (*page.never, *page.logged):
                assert page.model is not None
                assert ApiProfile(V2_6).word(page.model, word) == word


def test_events_of_other_stores_stand_between_those_of_imports(tmp_path: Path) -> None:
    """In the order of time; each store says itself what a viewer may know."""
    asked: list[tuple[str | None, datetime | None]] = []

    def tickets(viewer: Viewer, since: datetime | None, _until: datetime) -> list[Event]:
        asked.append((viewer.provider, since))
        times = (NOW.replace(hour=8), NOW.replace(hour=9, minute=30, microsecond=0), NOW)
        return [
            Event(change=Change.UPDATE, object_type=ObjectType.TICKETS, object_id=f"T-{n}", at=at)
            for n, at in enumerate(times)
        ]

    service = everything(tmp_path, endpoints=Served(more_events=(tickets,)))
    answer = service.get("/api/2.5/events", auth=PROVIDER)
    rows = answer.json()
    later = service.get(
        "/api/2.5/events",
        auth=PROVIDER,
        headers={"If-Modified-Since": "Sat, 21 Nov 2026 09:00:00 GMT"},
    )

    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert [row["objectId"] for row in rows if row["objectType"] == "tickets"] == ["T-0", "T-1"]
    assert rows[0]["path"] == "/api/2.5/tickets/T-0"
    assert answer.headers["Last-Modified"] == "Sat, 21 Nov 2026 09:30:00 GMT"
    assert [row["objectId"] for row in later.json()] == ["T-1"]
    assert asked[0] == ("isp", None)
