"""A CPE that nobody can ask, told by what it has announced to the access switch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import Rows, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve

from techinfo.collect import load
from techinfo.errors import SnmpTimeoutError

TECH = "/2.6/tech"
MS4026 = "1.3.6.1.4.1.9303.1.5.64"
NEIGHBOUR = "1.3.6.1.4.1.9303.4.1.3.1.1"
PORT = "1.3.6.1.4.1.9303.4.1.3.2.1"
ADDRESS = "1.3.6.1.4.1.9303.4.1.3.3.1.6"
INVENTORY = """
elements: [{name: sw-elm, address: 192.0.2.3}, {name: sw-old, address: 192.0.2.4}]
accesses:
  - {access_id: A-1, element: sw-elm, port: gi1}
  - {access_id: A-2, element: sw-elm, port: gi2}
  - {access_id: A-3, element: sw-elm, port: gi3}
  - {access_id: A-4, element: sw-elm, port: gi4}
  - {access_id: A-5, element: sw-elm, port: gi5}
  - {access_id: A-6a, element: sw-elm, port: gi6, c_vlan: 60}
  - {access_id: A-6b, element: sw-elm, port: gi6, c_vlan: 61}
  - {access_id: A-7, element: sw-elm, port: gi7}
  - {access_id: A-9, element: sw-old, port: gi1}
cpes:
  - {access_id: A-2, mac: "02:00:00:00:00:02"}
  - {access_id: A-3, mac: "02:00:00:00:00:33"}
  - {access_id: A-4, address: 192.0.2.77, mac: "02:00:00:00:00:04"}
  - {access_id: A-6b, mac: "02:00:00:00:00:61"}
  - {access_id: A-7, serial_number: SN7}
"""


def cpe(port: int, last: int, number: int = 1, *, state: int = 1) -> Rows:
    """A CPE that has announced itself, with a port and somebody on it."""
    row = f"{port}.{number}"
    return {
        f"{NEIGHBOUR}.3.{row}": "4|hostname-of-a-customer",
        f"{NEIGHBOUR}.6.{row}": "4|DRG590",
        f"{NEIGHBOUR}.7.{row}": "2|0",
        f"{NEIGHBOUR}.8.{row}": "4|R3.2.1",
        f"{NEIGHBOUR}.9.{row}": f"4x|0200000000{last:02x}",
        f"{NEIGHBOUR}.10.{row}": "66|3600",
        f"{NEIGHBOUR}.11.{row}": f"2|{state}",
        f"{PORT}.4.{row}.1": "4|LAN1",
        f"{PORT}.5.{row}.1": "4x|07",
        f"{PORT}.6.{row}.1": "70|6000",
        f"{PORT}.14.{row}.1": "70|14000",
        f"{PORT}.25.{row}.1": "66|25",
        f"{ADDRESS}.{row}.1.1": "4x|0200000000aa",
    }


SWITCH = merged(
    m.system("elm", MS4026),
    *(m.port(number, f"gi{number}") for number in range(1, 8)),
    cpe(1, 1),
    *(cpe(2, last, number) for number, last in ((1, 0x22), (2, 2))),
    cpe(3, 3),
    cpe(4, 4, state=2),
    cpe(5, 5),
    cpe(5, 6, 2),
    cpe(6, 0x60),
    cpe(6, 0x61, 2),
    cpe(7, 7),
)


@pytest.fixture
def devices() -> Recordings:
    """An iBOS switch, one of no driver's, and a CPE's address at which nobody is."""
    old = merged(m.system("old", m.PLAIN_ID), m.port(1, "gi1"))
    nobody = m.system("nobody", m.CPE_ID)
    return Recordings(
        {"192.0.2.3": SWITCH, "192.0.2.4": old, "192.0.2.77": nobody}, silent={"192.0.2.77"}
    )


@pytest.fixture
def served(tmp_path: Path, devices: Recordings) -> ServedApi:
    """The service with the drivers that there are."""
    return serve(stocked(tmp_path, INVENTORY), devices.open, clock=Clock(), drivers=load())


def body_of(served: ServedApi, access: str) -> dict[str, Any]:
    """What is told of a CPE."""
    answer = served.get(f"{TECH}/cpe/{access}/status")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_cpe_without_a_managed_address_is_told_by_the_access_side(served: ServedApi) -> None:
    """All that it has announced, under the names that a CPE's statistics have; no host name."""
    answer = served.get(f"{TECH}/cpe/A-1/status")

    assert answer.headers["Age"] == "0"
    assert answer.json() == {
        "firmware": "R3.2.1",
        "model": "DRG590",
        "mac": "02:00:00:00:00:01",
        "up": True,
        "upSince": "2026-11-21T09:00:00Z",
        "ports": [
            {
                "index": 1,
                "name": "LAN1",
                "link": True,
                "fullDuplex": True,
                "linkSpeed": 100,
                "statistics": {
                    "input": {"bytes": 14000, "crcErrors": 25},
                    "output": {"bytes": 6000},
                },
            }
        ],
        "macAddressTable": [{"mac": "02:00:00:00:00:AA", "port": "1"}],
    }


def test_only_the_cpe_that_the_inventory_names_counts(served: ServedApi) -> None:
    """The second of two behind a port; and where only a stranger is, nothing is told of it."""
    assert body_of(served, "A-2")["mac"] == "02:00:00:00:00:02"


@pytest.mark.parametrize("access", ["A-3", "A-7"])
def test_a_stranger_behind_the_port_is_told_to_nobody(served: ServedApi, access: str) -> None:
    """Another MAC than the known one; and a serial number is in no announcement."""
    answer = served.get(f"{TECH}/cpe/{access}/status")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_available_here")
    assert "02:00" not in answer.text


@pytest.mark.parametrize("access", ["A-5", "A-6a"])
def test_a_cpe_that_could_be_anothers_is_refused(served: ServedApi, access: str) -> None:
    """Two behind one port, or two accesses on it, and the inventory names none."""
    answer = served.get(f"{TECH}/cpe/{access}/status")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_unique")


def test_on_a_shared_port_the_known_cpe_is_told(served: ServedApi) -> None:
    """Its MAC address tells it from the neighbour's."""
    assert body_of(served, "A-6b")["mac"] == "02:00:00:00:00:61"


def test_a_cpe_that_does_not_answer_is_not_up_whatever_it_announced(served: ServedApi) -> None:
    """Management does not answer; what it has told the switch is given all the same."""
    body = body_of(served, "A-4")

    assert body["up"] is False
    assert (body["mac"], body["model"], body["firmware"]) == (
        "02:00:00:00:00:04",
        "DRG590",
        "R3.2.1",
    )
    assert "upSince" not in body


def test_the_part_says_that_it_is_from_the_access_side(served: ServedApi) -> None:
    """Of a CPE that cannot be asked, and of one that does not answer."""

    def part(access: str) -> dict[str, Any]:
        told: dict[str, Any] = served.get(f"{TECH}/access/{access}").json()["parts"]["cpe"]
        return told

    unmanaged, silent = part("A-1"), part("A-4")

    assert (unmanaged["state"], unmanaged["source"]) == ("ok", "access side")
    assert (silent["state"], silent["source"]) == ("failed", "access side")
    assert silent["cause"] == "the CPE does not answer"


def test_an_announcement_that_is_stale_is_no_word_on_whether_it_is_up(
    served: ServedApi, devices: Recordings
) -> None:
    """Neither up nor down is told."""
    devices.rows["192.0.2.3"] = SWITCH | {f"{NEIGHBOUR}.7.1.1": "2|4000"}

    body = body_of(served, "A-1")

    assert "up" not in body
    assert body["model"] == "DRG590"


def test_a_port_without_announcements_leaves_it_not_available(
    served: ServedApi, devices: Recordings
) -> None:
    """Not every CPE speaks to its switch: nothing is concluded from silence."""
    devices.rows["192.0.2.3"] = {o: v for o, v in SWITCH.items() if not o.startswith(NEIGHBOUR)}

    answer = served.get(f"{TECH}/cpe/A-1/status")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_available_here")


def test_a_table_that_fails_is_not_an_empty_one(served: ServedApi, devices: Recordings) -> None:
    """The switch could have told it, and did not."""
    devices.failing[NEIGHBOUR] = SnmpTimeoutError("no answer")

    answer = served.get(f"{TECH}/cpe/A-1/status")

    assert (answer.status_code, answer.json()["code"]) == (504, "element_silent")


def test_a_switch_that_has_no_such_table_is_asked_once_who_it_is(
    served: ServedApi, devices: Recordings
) -> None:
    """Then it is known, and left alone."""
    for _ in range(3):
        answer = served.get(f"{TECH}/cpe/A-9/status")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_available_here")

    assert devices.asked == ["192.0.2.4"]
