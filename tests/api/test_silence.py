"""A switch that does not answer, over real UDP: what its accesses are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.access import made_up as m
from tests.access.at_lab import HASTY, Network
from tests.access.made_up import lines, merged
from tests.access.played import stocked
from tests.api.served import ServedApi, serve

from techinfo.collect import PollingLimits
from techinfo.lab import Lab, LabDevice

ELM, FIR, CPE = "127.21.2.1", "127.21.2.2", "127.21.2.77"
INVENTORY = f"""
elements:
  - {{name: sw-elm, address: {ELM}, sys_name: elm}}
  - {{name: sw-fir, address: {FIR}, sys_name: fir, credential: old}}
accesses:
  - {{access_id: A-1, element: sw-elm, port: ge1, port_by: name}}
  - {{access_id: A-2, element: sw-fir, port: ge1, port_by: name}}
cpes:
  - {{access_id: A-1, address: {CPE}, mac: "02:00:00:00:00:77"}}
services:
  - {{vlan: 10, service_type: bb}}
"""
TECH = "/onapi/2.6/tech"
QUESTIONS = ("link/status", "link/macaddresstable", "link/leaseinfo", "link/igmpsnooping")
SINCE = re.compile(
    r"the network element does not answer, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "
    r"\(error [0-9a-f]{12}\)"
)


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """A switch with somebody on its port, another one, and no CPE at the CPE's address."""
    elm = merged(
        m.system("elm"),
        m.port(1, "ge1"),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.lease(1, 1, "198.51.100.11", "02:00:00:00:00:11", 10),
    )
    fir = merged(m.system("fir"), m.port(1, "ge1"))
    with Lab(
        [
            LabDevice(name="elm", address=ELM, rows=lines(elm)),
            LabDevice(name="fir", address=FIR, rows=lines(fir)),
        ]
    ) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    running.clear("elm")
    running.clear("fir")


@pytest.fixture
def served(lab: Lab, tmp_path: Path) -> ServedApi:
    """The service, which does not wait long and leaves the silent alone for an hour."""
    network = Network(
        lab,
        {ELM: HASTY, FIR: HASTY, CPE: HASTY},
        {"default": b"public", "old": b"not-the-community"},
    )
    polling_limits = PollingLimits(min_interval_s=0.0, silent_first_s=3600.0, silent_most_s=3600.0)
    inventory = stocked(tmp_path, INVENTORY)
    return serve(inventory, network.open, polling_limits=polling_limits, closing=(network.close,))


@pytest.mark.parametrize("question", QUESTIONS)
def test_silence_is_504_and_since_when(served: ServedApi, lab: Lab, question: str) -> None:
    """Found silent, and then known to be: never DOWN, never an empty list."""
    lab.fault("elm", "silent")

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(f"{TECH}/access/A-1/{question}") for _ in range(3)]

    answers = served.talk(words)

    for answer in answers:
        assert answer.status_code == 504
        body = answer.json()
        assert SINCE.fullmatch(body["cause"])
        assert (body["code"], body["retryable"]) == ("element_silent", True)
    assert len({a.json()["cause"].partition("(")[0] for a in answers}) == 1
    assert served.collector.visits == 1


def test_hardware_that_is_silent_is_not_up(served: ServedApi, lab: Lab) -> None:
    """That is an answer, and all of it."""
    lab.fault("elm", "silent")

    answer = served.get(f"{TECH}/access/A-1/hardware")

    assert (answer.status_code, answer.json()) == (200, {"up": False})


def test_a_wrong_community_looks_like_silence(served: ServedApi) -> None:
    """With a cause that says so, and without the community."""
    answer = served.get(f"{TECH}/access/A-2/link/status")

    assert answer.status_code == 504
    assert SINCE.fullmatch(answer.json()["cause"])
    assert "not-the-community" not in answer.text


def test_all_six_of_a_silent_switch(served: ServedApi, lab: Lab) -> None:
    """Each says that it failed, since when, and why; one visit has shown it for all."""
    lab.fault("elm", "silent")

    answer = served.get(f"{TECH}/access/A-1")

    body = answer.json()
    assert answer.status_code == 200
    assert body["hardware"] == {"up": False}
    assert body["cpe"] == {"mac": "02:00:00:00:00:77", "up": False}
    assert not {"status", "macAddressTable", "leaseInfo", "igmpSnooping"} & body.keys()
    for part in ("status", "macAddressTable", "leaseInfo", "igmpSnooping"):
        assert body["parts"][part]["state"] == "failed"
        assert body["parts"][part]["code"] == "element_silent"
        assert SINCE.fullmatch(body["parts"][part]["cause"])
    assert "does not answer, since " in body["parts"]["hardware"]["cause"]
    assert body["parts"]["cpe"]["cause"] == "the CPE does not answer"
    assert answer.headers["Techinfo-Incomplete"].count("timeout") == 6
    assert "Age" not in answer.headers
    assert served.collector.visits == 2


def test_a_cpe_that_does_not_answer_is_told_from_the_access_side(served: ServedApi) -> None:
    """Not up; its MAC from the inventory, and whom the switch has lately seen on the port."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        alone = await client.get(f"{TECH}/cpe/A-1/status")
        await client.get(f"{TECH}/access/A-1/link/macaddresstable")
        await client.get(f"{TECH}/access/A-1/link/leaseinfo")
        return [alone, await client.get(f"{TECH}/cpe/A-1/status")]

    alone, beside = served.talk(words)

    assert alone.status_code == 200
    assert alone.json() == {"mac": "02:00:00:00:00:77", "up": False}
    assert beside.json()["up"] is False
    assert beside.json()["macAddressTable"] == [{"mac": "02:00:00:00:00:11", "serviceType": "bb"}]
    (lease,) = beside.json()["dhcpSnooping"]
    assert lease["ip"] == "198.51.100.11"


def test_the_log_says_once_that_a_switch_went_away(
    served: ServedApi, lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    """Each refused question has its own line with its id; none holds a community."""
    lab.fault("elm", "silent")

    async def words(client: httpx.AsyncClient) -> None:
        for question in QUESTIONS:
            await client.get(f"{TECH}/access/A-1/{question}")
        await client.get(f"{TECH}/access/A-2/link/status")

    served.talk(words)

    told = [record.getMessage() for record in caplog.records]
    assert sum(line == "sw-elm does not answer" for line in told) == 1
    assert sum("element_silent" in line for line in told) == 5
    assert not any("public" in line or "not-the-community" in line for line in told)
    assert not any("pass:word" in line for line in told)
