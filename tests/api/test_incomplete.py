"""Parts that could not be had: the rest stands, and says what is missing."""

from __future__ import annotations

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Recordings
from tests.api.served import ServedApi

from techinfo.errors import SnmpProtocolError, SnmpTimeoutError

STATUS = "/2.6/tech/access/A-1/link/status"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (SnmpTimeoutError("no answer"), "timeout"),
        (SnmpProtocolError("not in order"), "failed"),
    ],
)
def test_a_part_that_could_not_be_had_is_named(
    served: ServedApi, network: Recordings, error: SnmpTimeoutError, why: str
) -> None:
    """The CPE's MAC table fails: the rest is answered, and the header names what is missing."""
    network.failing[m.FDB] = error

    answer = served.get("/2.6/tech/cpe/A-1/status")

    assert answer.status_code == 200
    assert answer.headers["Techinfo-Incomplete"] == f"macAddressTable; {why}"
    assert "macAddressTable" not in answer.json()
    assert answer.json()["dhcpSnooping"] == []


def test_light_that_could_not_be_had_does_not_cost_the_link(
    served: ServedApi, network: Recordings
) -> None:
    """A switch whose entities do not answer: link and counters stand, ``transceiver`` is named."""
    network.rows["192.0.2.3"] = merged(m.system("elm3", m.PLAIN_ID), m.port(1, "ge1"))
    network.failing["1.3.6.1.2.1.47"] = SnmpTimeoutError("no answer")

    answer = served.get(STATUS)

    assert answer.status_code == 200
    assert answer.json()["link"] is True
    assert answer.headers["Techinfo-Incomplete"] == "transceiver; timeout"


def test_the_combined_answer_names_the_parts_that_failed(
    served: ServedApi, network: Recordings
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
