"""Rows that found no port, and rows of aggregates: the same in every answer of every version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import PROVIDER, ServedApi, serve

BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13"
MAC_1, MAC_2 = "02:00:00:00:00:11", "02:00:00:00:00:12"
INVENTORY = """
elements: [{name: sw, address: 192.0.2.5}]
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: ge2, port_by: name}
  - {access_id: A-AE, element: sw, port: ae0, port_by: name}
services: [{vlan: 10, service_type: bb}]
"""
PATH = "tech/access/A-1/link/macaddresstable"
BASED = {f"{BASE_PORT}.{n}": f"2|{n}" for n in (1, 2, 100)}
LOST = m.learnt(9, MAC_1, 10)
"""An address on bridge port 9, which is in no table."""
GROUPED = {f"{ATTACHED}.1": "2|100", f"{ATTACHED}.2": "2|0"}
ON_GROUP = m.learnt(100, MAC_2, 10)


def network(**rows: str) -> Recordings:
    """A switch with two ports and an aggregate."""
    switch = merged(
        m.system("plain", m.PLAIN_ID), m.port(1, "ge1"), m.port(2, "ge2"), m.port(100, "ae0")
    )
    return Recordings({"192.0.2.5": merged(switch, {f"{m.IF}.3.100": "2|161"}, BASED, rows)})


def served(folder: Path, devices: Recordings) -> ServedApi:
    """The service over it."""
    return serve(stocked(folder, INVENTORY), devices.open, clock=Clock(NOW))


@pytest.mark.parametrize("version", ["2.4", "2.5", "2.6"])
def test_what_may_be_there_is_never_an_empty_list(tmp_path: Path, version: str) -> None:
    """504, and it may be asked again."""
    answer = served(tmp_path, network(**LOST)).get(f"/{version}/{PATH}")

    assert answer.status_code == 504
    assert (answer.json()["code"], answer.json()["retryable"]) == ("incomplete", True)


def test_rows_that_are_there_are_told_with_what_may_be_missing(tmp_path: Path) -> None:
    """200, and the header says that it may not be all."""
    answer = served(tmp_path, network(**merged(LOST, m.learnt(1, MAC_2, 10)))).get(f"/2.6/{PATH}")

    assert answer.status_code == 200
    assert [row["mac"] for row in answer.json()] == [MAC_2]
    assert answer.headers["Techinfo-Incomplete"] == "macAddressTable; partial"


def test_read_and_empty_stays_so(tmp_path: Path) -> None:
    """Nothing is lost, and nothing is there."""
    answer = served(tmp_path, network(**m.learnt(2, MAC_2, 10))).get(f"/2.6/{PATH}")

    assert (answer.status_code, answer.json()) == (200, [])
    assert "Techinfo-Incomplete" not in answer.headers


def test_2_3_1_tells_the_link_without_its_clients(tmp_path: Path) -> None:
    """And names what it lacks."""
    answer = served(tmp_path, network(**LOST)).get("/2.3.1/accesses/A-1/link")

    assert answer.status_code == 200
    assert answer.json()["link"] == "UP"
    assert "clients" not in answer.json()["up"]
    assert answer.headers["Techinfo-Incomplete"] == "macAddressTable; partial"


@pytest.mark.parametrize("path", ["/2.6/tech/access/A-1", "/techinfo/v1/access/A-1"])
def test_all_in_one_has_no_list_of_it(tmp_path: Path, path: str) -> None:
    """The part says why."""
    answer = served(tmp_path, network(**LOST)).get(path)

    body = answer.json()
    assert body["parts"]["macAddressTable"]["code"] == "incomplete"
    assert body["parts"]["macAddressTable"]["state"] == "failed"
    assert "macAddressTable" not in body
    assert body["parts"]["status"]["state"] == "ok"
    assert "macAddressTable" in answer.headers["Techinfo-Incomplete"]


def test_a_document_of_the_access_has_none_either(tmp_path: Path) -> None:
    """As tickets carry it."""
    body = served(tmp_path, network(**LOST)).get("/techinfo/v1/dump/A-1").json()

    assert body["schema"] == "techinfo.access/1"
    assert body["parts"]["macAddressTable"]["code"] == "incomplete"
    assert "macAddressTable" not in body


def test_a_batch_has_none_either(tmp_path: Path) -> None:
    """By what is known already."""
    service = served(tmp_path, network(**LOST))

    async def words(client: httpx.AsyncClient) -> Any:
        await client.get(f"/2.6/{PATH}")
        await client.get("/2.6/tech/access/A-1/link/status")
        return (await client.post("/techinfo/v1/batch", json={"accessIds": ["A-1"]})).json()

    (told,) = service.talk(words)["accesses"]

    assert told["access"]["parts"]["macAddressTable"]["code"] == "incomplete"
    assert "macAddressTable" not in told["access"]


def test_max_stale_gives_the_last_known(tmp_path: Path) -> None:
    """What was read before the switch told a row that nobody can place."""
    devices = network(**m.learnt(1, MAC_2, 10))
    service = served(tmp_path, devices)
    stale = {"Cache-Control": "no-cache, max-stale=600"}

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.get(f"/2.6/{PATH}")
        devices.rows["192.0.2.5"] = network(**LOST).rows["192.0.2.5"]
        assert service.clock
        service.clock.go_on(60)
        plain = await client.get(f"/2.6/{PATH}", headers={"Cache-Control": "no-cache"})
        return [plain, await client.get(f"/2.6/{PATH}", headers=stale)]

    plain, last = service.talk(words)

    assert plain.status_code == 504
    assert last.status_code == 200
    assert [row["mac"] for row in last.json()] == [MAC_2]
    assert last.headers["Age"] == "60"


def test_a_member_has_the_rows_of_its_aggregate(tmp_path: Path) -> None:
    """At the access, each with the aggregate; of 2.5 with what 2.5 has."""
    service = served(tmp_path, network(**GROUPED, **ON_GROUP))

    row = {"mac": MAC_2, "serviceType": "bb"}
    newest = row | {"vlan": 10, "port": "ge1", "aggregate": "ae0"}
    assert service.get(f"/2.6/{PATH}").json() == [newest]
    assert service.get(f"/2.5/{PATH}").json() == [row]
    assert service.get("/2.6/tech/access/A-1").json()["macAddressTable"] == [newest]
    assert service.get("/techinfo/v1/dump/A-1").json()["macAddressTable"] == [newest]
    clients = service.get("/2.3.1/accesses/A-1/link").json()["up"]["clients"]
    assert clients == [{"mac": MAC_2}]


def test_who_is_no_member_has_none_of_them(tmp_path: Path) -> None:
    """And that is sure."""
    answer = served(tmp_path, network(**GROUPED, **ON_GROUP)).get(
        "/2.6/tech/access/A-2/link/macaddresstable"
    )

    assert (answer.status_code, answer.json()) == (200, [])


def test_an_access_on_the_aggregate_itself_has_its_rows(tmp_path: Path) -> None:
    """They stand where it hangs."""
    answer = served(tmp_path, network(**GROUPED, **ON_GROUP)).get(
        "/2.6/tech/access/A-AE/link/macaddresstable"
    )

    assert [(row["port"], row.get("aggregate")) for row in answer.json()] == [("ae0", None)]


def test_a_whole_element_has_the_rows_of_an_aggregate_once(tmp_path: Path) -> None:
    """Techinfo.dump/1."""
    body = (
        served(tmp_path, network(**GROUPED, **ON_GROUP))
        .get("/techinfo/v1/dump/A-1?device=true")
        .json()
    )

    found = {port["name"]: port for port in body["ports"]}
    assert found["ge1"]["aggregate"] == "ae0"
    assert found["ae0"]["members"] == ["ge1"]
    assert "macAddressTable" not in found["ge1"]
    assert [row["mac"] for row in found["ae0"]["macAddressTable"]] == [MAC_2]


def test_two_ports_of_one_name_are_told_as_that_cold_and_warm(tmp_path: Path) -> None:
    """Not as a port that is not there."""
    devices = network(**{f"{m.IFX}.1.2": "4|ge1", f"{m.IF}.2.2": "4|ge1"})
    service = served(tmp_path, devices)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        cold = await client.get("/2.6/tech/access/A-1/link/status")
        assert service.clock
        service.clock.go_on(60)
        await client.get("/techinfo/v1/dump/A-AE?device=true")
        warm = await client.get("/2.6/tech/access/A-1/link/status")
        return [cold, warm]

    cold, warm = service.talk(words)

    assert cold.status_code == warm.status_code == 500
    assert cold.json()["code"] == warm.json()["code"] == "port_not_unique"
    assert "several ports" in cold.json()["cause"]


SHARED = (
    INVENTORY
    + """
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB-100, service_type: bb}
  - {subscription_id: S-2, access_id: A-AE, provider: tele, service: BB-100, service_type: bb}
"""
)


@pytest.mark.parametrize("by_the_way", [False, True])
def test_rows_of_an_aggregate_that_two_providers_share_are_neithers(
    tmp_path: Path, *, by_the_way: bool
) -> None:
    """Nothing tells whose they are: 504, never another's address; so from the shelf as well."""
    devices = network(**GROUPED, **ON_GROUP)
    service = serve(stocked(tmp_path, SHARED), devices.open, clock=Clock(NOW))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        if by_the_way:
            await client.get("/techinfo/v1/dump/A-AE?device=true")
        return [
            await client.get(f"/2.6/{PATH}", auth=PROVIDER),
            await client.get("/2.6/tech/access/A-1", auth=PROVIDER),
            await client.get(f"/2.6/{PATH}"),
        ]

    alone, together, operators = service.talk(words)

    assert (alone.status_code, alone.json()["code"]) == (504, "incomplete")
    assert MAC_2 not in alone.text + together.text
    assert [row["mac"] for row in operators.json()] == [MAC_2]


def test_rows_of_an_aggregate_that_is_one_providers_are_its(tmp_path: Path) -> None:
    """Though the inventory has it by two names."""
    devices = network(**GROUPED, **ON_GROUP)
    inventory = stocked(tmp_path, SHARED.replace("tele", "isp"))

    answer = serve(inventory, devices.open, clock=Clock(NOW)).get(f"/2.6/{PATH}", auth=PROVIDER)

    assert [row["mac"] for row in answer.json()] == [MAC_2]
