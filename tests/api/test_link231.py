"""The link of ON-API 2.3.1 at its edges: what is missing, what is refused, odd speeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.everything import BITVIS, TELE, everything, network
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve

from techinfo.errors import SnmpProtocolError

PATH = "/2.3.1/accesses/A-1/link"


def served(folder: Path, **more: Any) -> ServedApi:
    """The service over a plain switch."""
    switch = merged(m.system("plain", m.PLAIN_ID), m.port(1, "ge1"), more.get("rows", {}))
    inventory = stocked(
        folder,
        "elements: [{name: sw, address: 192.0.2.5}]\n"
        "accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]",
    )
    return serve(inventory, Recordings({"192.0.2.5": switch}).open, clock=Clock(NOW))


@pytest.mark.parametrize(("speed", "told"), [(10, 10), (100, 100), (1000, 1000), (2500, None)])
def test_only_its_own_speeds_are_told(tmp_path: Path, speed: int, told: int | None) -> None:
    """10, 100 and 1000; faster is left out."""
    rows = {f"{m.IFX}.15.1": f"66|{speed}", f"{m.IF}.5.1": f"66|{min(speed * 10**6, 2**32 - 1)}"}

    up = served(tmp_path, rows=rows).get(PATH).json()["up"]

    assert up.get("mbps") == told


def test_other_speeds_are_told_to_who_wants_them(tmp_path: Path) -> None:
    """A provider's option."""
    app_state = everything(tmp_path)
    switch = network().rows["192.0.2.3"]
    rows = {f"{m.IFX}.15.1": "66|10000", f"{m.IF}.5.1": "66|4294967295"}
    fast = everything(tmp_path, devices=Recordings({"192.0.2.3": merged(switch, rows)}))

    assert app_state.get(PATH, auth=BITVIS).json()["up"]["mbps"] == 1000
    assert fast.get(PATH, auth=BITVIS).json()["up"]["mbps"] == 10_000
    assert "mbps" not in fast.get(PATH, auth=PROVIDER).json()["up"]


def test_clients_are_those_of_the_own_service(tmp_path: Path) -> None:
    """On a household that two providers share."""
    service = everything(tmp_path)
    macs = {
        asker: [row["mac"][-2:] for row in service.get(PATH, auth=asker).json()["up"]["clients"]]
        for asker in (OPERATOR, PROVIDER, TELE)
    }

    assert macs == {OPERATOR: ["11", "12", "21"], PROVIDER: ["11", "12"], TELE: ["21"]}


def test_an_order_sees_the_link_without_its_clients(tmp_path: Path) -> None:
    """Rows belong to a service that is held."""
    answer = everything(tmp_path).get("/2.3.1/accesses/A-2/link", auth=TELE)

    assert (answer.status_code, answer.json()) == (200, {"link": "DOWN"})


def test_addresses_that_no_element_tells_are_no_ones(tmp_path: Path) -> None:
    """MAC addresses without leases: the clients have no address, and nothing is incomplete."""
    answer = served(tmp_path, rows=m.learnt(1, "02:00:00:00:00:11", 10)).get(PATH)

    assert answer.json()["up"]["clients"] == [{"mac": "02:00:00:00:00:11"}]
    assert "Techinfo-Incomplete" not in answer.headers


def test_an_empty_table_is_no_clients(tmp_path: Path) -> None:
    """Read, and empty."""
    assert served(tmp_path).get(PATH).json()["up"]["clients"] == []


def test_a_table_that_fails_is_left_out_and_named(tmp_path: Path) -> None:
    """Who has leased an address stands in for it; the link is told all the same."""
    devices = network()
    devices.failing = {"1.3.6.1.2.1.17": SnmpProtocolError("garbled")}
    answer = everything(tmp_path, devices=devices).get(PATH, auth=PROVIDER)

    assert answer.status_code == 200
    assert answer.json()["link"] == "UP"
    assert "macAddressTable; failed" in answer.headers["Techinfo-Incomplete"]
    assert answer.json()["up"]["clients"] == [{"mac": "02:00:00:00:00:11", "ip": "192.0.2.111"}]
