"""Golden answers: every field of the six questions, with its value and type."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from tests.access import made_up as m
from tests.access.made_up import Rows, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve

from techinfo.api.onapi import schemas as s
from techinfo.api.v1 import schemas as v

INVENTORY = """
elements:
  - {name: sw-elm-3, address: 192.0.2.3, sys_name: elm3, site: north}
  - {name: sw-ash-1, address: 192.0.2.4, sys_name: ash1, site: north}
accesses:
  - {access_id: A-1, legacy_access_id: KGX1, element: sw-elm-3, port: ge1, port_by: name}
  - {access_id: A-2, element: sw-elm-3, port: ge2, port_by: name}
  - {access_id: A-3, element: sw-ash-1, port: ge1, port_by: name}
  - {access_id: A-4, state: PLANNED}
cpes:
  - {access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}
services:
  - {vlan: 10, service_type: bb}
  - {vlan: 20, service_type: iptv, element: sw-elm-3}
"""

SWITCH: Rows = merged(
    m.system("elm3"),
    m.port(1, "ge1", alias="customer one"),
    m.port(2, "ge2", up=False),
    m.learnt(1, "02:00:00:00:00:11", 10),
    m.learnt(1, "02:00:00:00:00:12", 20),
    m.learnt(1, "02:00:00:00:00:13", 30),
    m.lease(1, 1, "198.51.100.11", "02:00:00:00:00:11", 10),
    m.group(1, 1, "233.252.0.7", 20),
    m.shaped(1, 0, 10, 3000, 4000),
    m.shaped(1, 1, 20, 12000, 12000),
    m.optics(1),
)
PLAIN: Rows = merged(
    m.system("ash1", m.PLAIN_ID), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:31", 10)
)
CPE: Rows = merged(
    m.system("cpe", m.CPE_ID),
    {f"{m.BASE}.9.4.0": "4x|020000000077"},
    m.port(1, "wan", alias="WAN"),
    m.port(2, "lan1", up=False),
    m.learnt(2, "02:00:00:00:00:11", 10),
    m.lease(1, 2, "198.51.100.11", "02:00:00:00:00:11", 10),
)

TECH = "/onapi/2.6/tech"


@pytest.fixture
def network() -> Recordings:
    """A switch that tells everything, one that does not, and a CPE."""
    return Recordings({"192.0.2.3": SWITCH, "192.0.2.4": PLAIN, "192.0.2.77": CPE})


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service over them, at ten o'clock."""
    return serve(stocked(tmp_path, INVENTORY), network.open, clock=Clock())


def keys_of(value: object) -> Iterable[object]:
    """Every value in a JSON document, at every depth."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)
    yield value


def fits(model: type[BaseModel] | Any, body: object) -> None:
    """A body must be what the OpenAPI document promises, its types exact, and nothing unknown."""
    TypeAdapter(model).validate_python(body, strict=True)
    assert not any(value is None or value == "" for value in keys_of(body))


@pytest.mark.parametrize("path", ["access/A-1/hardware", "A-1/access/hardware"])
def test_hardware_tells_what_the_switch_is(served: ServedApi, path: str) -> None:
    """Both spellings of the specification answer."""
    answer = served.get(f"{TECH}/{path}")

    assert answer.status_code == 200
    assert answer.json() == {
        "up": True,
        "upSince": "2026-11-20T10:00:00Z",
        "vendor": "Made Up",
        "model": "MU-2600",
    }
    fits(s.HardwareInfo, answer.json())


def test_link_status_tells_everything_of_the_port(served: ServedApi) -> None:
    """Decimal strings, integers, booleans and times, each in the contract's type."""
    answer = served.get(f"{TECH}/access/A-1/link/status")

    assert answer.status_code == 200
    assert answer.json() == {
        "link": True,
        "adminDown": False,
        "fullDuplex": True,
        "linkSince": "2026-11-20T11:00:00Z",
        "linkSpeed": 1000,
        "configuredSpeed": [
            {"serviceType": "bb", "queue": "0", "cir": "3000", "pir": "4000"},
            {"serviceType": "iptv", "queue": "1", "cir": "12000", "pir": "12000"},
        ],
        "statistics": {
            "counterResetAt": "2026-11-20T10:00:00Z",
            "input": {
                "packets": 87,
                "bytes": 5000000000,
                "unicast": 70,
                "broadcast": 9,
                "multicast": 8,
                "pauses": 5,
                "errors": 3,
                "crcErrors": 2,
            },
            "output": {
                "packets": 135,
                "bytes": 6000000000,
                "unicast": 110,
                "broadcast": 13,
                "multicast": 12,
                "pauses": 6,
                "errors": 4,
            },
        },
        "transceiver": {
            "dbmRx": "-12.34",
            "dbmTx": "-5.67",
            "temp": "41.5",
            "biasTx": "19.50",
            "supplyVoltage": "3.34",
            "vendor": "Made Up Optics",
            "partNumber": "MU-LX",
            "serialNumber": "OPT0001",
        },
    }
    fits(s.LinkStatus, answer.json())


def test_a_port_without_link_leaves_out_what_only_a_link_has(served: ServedApi) -> None:
    """No speed, no duplex, no light; and no configured rate is known to be none."""
    body = served.get(f"{TECH}/access/A-2/link/status").json()

    assert body["link"] is False
    assert body["adminDown"] is False
    assert body["configuredSpeed"] == []
    assert not {"linkSpeed", "fullDuplex", "transceiver", "speed"} & body.keys()
    fits(s.LinkStatus, body)


def test_no_light_is_the_floor(served: ServedApi, network: Recordings) -> None:
    """Where the same read proves that there are diagnostics, 0 mW is a level."""
    network.rows["192.0.2.3"] = merged(SWITCH, m.optics(1, rx=-4000))

    body = served.get(f"{TECH}/access/A-1/link/status").json()

    assert body["transceiver"]["dbmRx"] == "-40.00"


def test_mac_addresses_have_their_vlan_service_and_port(served: ServedApi) -> None:
    """A VLAN of no known service is ``unknown``; the port is a string."""
    answer = served.get(f"{TECH}/access/A-1/link/macaddresstable")

    assert answer.status_code == 200
    assert answer.json() == [
        {"mac": "02:00:00:00:00:11", "serviceType": "bb", "vlan": 10, "port": "ge1"},
        {"mac": "02:00:00:00:00:12", "serviceType": "iptv", "vlan": 20, "port": "ge1"},
        {"mac": "02:00:00:00:00:13", "serviceType": "unknown", "vlan": 30, "port": "ge1"},
    ]
    fits(list[s.MacRow], answer.json())


def test_leases_have_their_end(served: ServedApi) -> None:
    """What the switch does not tell (start, renewal) is left out."""
    answer = served.get(f"{TECH}/access/A-1/link/leaseinfo")

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "lease": "198.51.100.11",
            "mac": "02:00:00:00:00:11",
            "serviceType": "bb",
            "end": "2026-11-21T11:00:00Z",
        }
    ]
    fits(list[s.LeaseRow], answer.json())


def test_groups_have_their_join_and_counter(served: ServedApi) -> None:
    """The latest join is a time, the counter an integer."""
    answer = served.get(f"{TECH}/access/A-1/link/igmpsnooping")

    assert answer.status_code == 200
    assert answer.json() == [
        {"multicast": "233.252.0.7", "timestamp": "2026-11-21T09:59:00Z", "counter": 231231}
    ]
    fits(list[s.GroupRow], answer.json())


@pytest.mark.parametrize("question", ["macaddresstable", "leaseinfo", "igmpsnooping"])
def test_an_empty_list_means_read_and_empty(served: ServedApi, question: str) -> None:
    """A port on which the tables have no row answers 200 and ``[]``."""
    answer = served.get(f"{TECH}/access/A-2/link/{question}")

    assert (answer.status_code, answer.json()) == (200, [])


def test_a_cpe_tells_its_ports_under_names_of_their_own(served: ServedApi) -> None:
    """CPE statistics say ``pause`` and ``unicastPackets``; ``unicast`` would be bytes."""
    answer = served.get(f"{TECH}/cpe/A-1/status")

    assert answer.status_code == 200
    flow = {
        "input": {
            "errors": 3,
            "crcErrors": 2,
            "pause": 5,
            "bytes": 5000000000,
            "packets": 87,
            "unicastPackets": 70,
            "multicastPackets": 8,
        },
        "output": {
            "errors": 4,
            "pause": 6,
            "bytes": 6000000000,
            "packets": 135,
            "unicastPackets": 110,
            "multicastPackets": 12,
        },
    }
    assert answer.json() == {
        "firmware": "7.1",
        "vendor": "Made Up Homes",
        "model": "MU-2600",
        "mac": "02:00:00:00:00:77",
        "up": True,
        "upSince": "2026-11-20T10:00:00Z",
        "ports": [
            {
                "index": 1,
                "ifDescription": "wan of the device",
                "name": "WAN",
                "link": True,
                "fullDuplex": True,
                "changedAt": "2026-11-20T11:00:00Z",
                "linkSpeed": 1000,
                "statistics": flow,
            },
            {
                "index": 2,
                "ifDescription": "lan1 of the device",
                "name": "lan1",
                "link": False,
                "changedAt": "2026-11-20T11:00:00Z",
                "statistics": flow,
            },
        ],
        "macAddressTable": [{"mac": "02:00:00:00:00:11", "serviceType": "bb", "port": "2"}],
        "dhcpSnooping": [
            {
                "ip": "198.51.100.11",
                "mac": "02:00:00:00:00:11",
                "serviceType": "bb",
                "timeout": "2026-11-21T11:00:00Z",
            }
        ],
    }
    fits(s.CpeStatus, answer.json())


def test_tables_of_a_cpe_that_are_empty_are_empty_lists(
    served: ServedApi, network: Recordings
) -> None:
    """A table that was read and has no row is ``[]``; that is not the same as no table."""
    network.rows["192.0.2.77"] = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )

    body = served.get(f"{TECH}/cpe/A-1/status").json()

    assert body["macAddressTable"] == []
    assert body["dhcpSnooping"] == []


def test_all_six_come_in_one_answer(served: ServedApi) -> None:
    """Each as its own question answers it, with its state, its time and its age."""
    whole = served.get(f"{TECH}/access/A-1")
    alone = {
        name: served.get(f"{TECH}/{path}").json()
        for name, path in {
            "hardware": "access/A-1/hardware",
            "status": "access/A-1/link/status",
            "macAddressTable": "access/A-1/link/macaddresstable",
            "leaseInfo": "access/A-1/link/leaseinfo",
            "igmpSnooping": "access/A-1/link/igmpsnooping",
            "cpe": "cpe/A-1/status",
        }.items()
    }

    assert whole.status_code == 200
    body = whole.json()
    assert {name: body[name] for name in alone} == alone
    assert body["accessId"] == "A-1"
    assert body["capabilities"] == sorted(alone)
    assert body["parts"] == {
        name: {"state": "ok", "readAt": "2026-11-21T10:00:00Z", "age": 0} for name in alone
    }
    whole_body = v.AccessFacts.model_validate(body).model_dump(exclude_none=True, by_alias=True)
    assert whole_body == body
    assert whole.headers["Age"] == "0"
    assert "Techinfo-Incomplete" not in whole.headers


def test_the_combined_answer_tells_what_this_access_cannot_tell(served: ServedApi) -> None:
    """A plain switch without leases, groups and a CPE: unsupported, and no capability."""
    body = served.get(f"{TECH}/access/A-3").json()

    states = {name: part["state"] for name, part in body["parts"].items()}
    assert states == {
        "hardware": "ok",
        "status": "ok",
        "macAddressTable": "ok",
        "leaseInfo": "unsupported",
        "igmpSnooping": "unsupported",
        "cpe": "unsupported",
    }
    assert body["capabilities"] == ["hardware", "macAddressTable", "status"]
    assert body["parts"]["leaseInfo"]["code"] == "not_available_here"
    assert not {"leaseInfo", "igmpSnooping", "cpe"} & body.keys()


def test_a_legacy_id_is_answered_with_the_access_id_of_today(served: ServedApi) -> None:
    """Whoever asks by the old number learns the new one."""
    assert served.get(f"{TECH}/access/KGX1").json()["accessId"] == "A-1"
    assert served.get(f"{TECH}/access/KGX1/link/status").json()["link"] is True


def test_times_do_not_move_from_read_to_read(served: ServedApi) -> None:
    """While ticks and boot are the same, so are linkSince, upSince and the ends of leases."""
    paths = ("access/A-1/link/status", "access/A-1/hardware", "cpe/A-1/status")

    async def words(client: Any) -> list[list[Any]]:
        reads = []
        for _ in range(3):
            reads.append(
                [
                    (await client.get(f"{TECH}/{p}", headers={"Cache-Control": "no-cache"})).json()
                    for p in paths
                ]
            )
            assert served.clock is not None
            served.clock.go_on(0.7)
        return reads

    first, second, third = served.talk(words)
    assert first == second == third
