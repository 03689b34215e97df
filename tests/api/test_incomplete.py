"""Parts that could not be had: the rest stands, and says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.served import House, house
from tests.service import made_up as m
from tests.service.made_up import merged
from tests.service.played import Clock, Recordings, stocked

from techinfo.collect import Manners
from techinfo.errors import SnmpProtocolError, SnmpTimeoutError

INVENTORY = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses: [{access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}]
cpes: [{access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}]
"""
STATUS = "/2.6/tech/access/A-1/link/status"


def rows() -> m.Rows:
    """A switch with one MAC address."""
    return merged(m.system("elm3"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:11", 10))


@pytest.fixture
def network() -> Recordings:
    """It and the CPE behind it."""
    cpe = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )
    return Recordings({"192.0.2.3": rows(), "192.0.2.77": cpe})


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> House:
    """The service over them, with a clock that stands still."""
    return house(
        stocked(tmp_path, INVENTORY),
        network.open,
        clock=Clock(),
        manners=Manners(min_interval_s=5.0),
    )


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (SnmpTimeoutError("no answer"), "timeout"),
        (SnmpProtocolError("not in order"), "failed"),
    ],
)
def test_a_part_that_could_not_be_had_is_named(
    served: House, network: Recordings, error: SnmpTimeoutError, why: str
) -> None:
    """The CPE's MAC table fails: the rest is answered, and the header names what is missing."""
    network.failing[m.FDB] = error

    answer = served.get("/2.6/tech/cpe/A-1/status")

    assert answer.status_code == 200
    assert answer.headers["Techinfo-Incomplete"] == f"macAddressTable; {why}"
    assert "macAddressTable" not in answer.json()
    assert answer.json()["dhcpSnooping"] == []


def test_light_that_could_not_be_had_does_not_cost_the_link(
    served: House, network: Recordings
) -> None:
    """A switch whose entities do not answer: link and counters stand, ``transceiver`` is named."""
    network.rows["192.0.2.3"] = merged(m.system("elm3", m.PLAIN_ID), m.port(1, "ge1"))
    network.failing["1.3.6.1.2.1.47"] = SnmpTimeoutError("no answer")

    answer = served.get(STATUS)

    assert answer.status_code == 200
    assert answer.json()["link"] is True
    assert answer.headers["Techinfo-Incomplete"] == "transceiver; timeout"


def test_the_combined_answer_names_the_parts_that_failed(
    served: House, network: Recordings
) -> None:
    """In the header, and each with its state, its code and its cause in the body."""
    network.failing[m.FDB] = SnmpProtocolError("not in order")
    network.silent.add("192.0.2.77")

    answer = served.get("/2.6/tech/access/A-1")

    body = answer.json()
    assert answer.headers["Techinfo-Incomplete"] == "macAddressTable; failed, cpe; timeout"
    assert body["parts"]["macAddressTable"]["state"] == "failed"
    assert body["parts"]["macAddressTable"]["code"] == "element_error"
    assert "(error " in body["parts"]["macAddressTable"]["cause"]
    assert body["parts"]["cpe"]["code"] == "element_silent"
    assert body["parts"]["status"]["state"] == "ok"
    assert "macAddressTable" not in body
    assert body["cpe"] == {"mac": "02:00:00:00:00:77", "up": False}
