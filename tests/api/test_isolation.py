"""What providers are refused, and what they see."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, imported, stocked
from tests.api.served import PROVIDER, ServedApi, serve

from techinfo.collect import PollingLimits

MINE, THEIRS = "02:00:00:00:00:11", "02:00:00:00:00:12"
INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]
services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]
"""
TABLE = "/2.6/tech/access/A-1/link/macaddresstable"


def subscribed(*held: tuple[str, str]) -> str:
    """The inventory, with who has which service on the access."""
    return (
        INVENTORY
        + "subscriptions:\n"
        + "".join(
            f"  - {{subscription_id: S-{number}, access_id: A-1, provider: {provider},"
            f" service: x, service_type: {kind}}}\n"
            for number, (provider, kind) in enumerate(held)
        )
    )


def switch() -> Recordings:
    """A port with an address in each of two VLANs."""
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, MINE, 10), m.learnt(1, THEIRS, 20))
    return Recordings({"192.0.2.3": rows})


def test_a_provider_is_refused_what_is_not_its_own(served: ServedApi) -> None:
    """Right credentials and no subscription: 403, and nothing read."""
    answer = served.get("/2.6/tech/access/A-1/hardware", auth=PROVIDER)

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"
    assert "the inventory is of" in answer.json()["cause"]
    assert served.collector.visits == 0


def test_of_a_port_a_provider_is_told_the_rows_of_its_service(tmp_path: Path) -> None:
    """Alone and with all the rest that is told of an access; the operator is told both."""
    clock = Clock()
    inventory = stocked(tmp_path, subscribed(("isp", "bb"), ("tele", "iptv")), clock)
    service = serve(inventory, switch().open, clock=clock)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get(TABLE),
            await client.get(TABLE, auth=PROVIDER),
            await client.get("/2.6/tech/access/A-1", auth=PROVIDER),
            await client.get("/techinfo/v1/access/A-1", auth=PROVIDER),
        ]

    operators, alone, together, extended = service.talk(words)

    assert sorted(row["mac"] for row in operators.json()) == [MINE, THEIRS]
    assert [row["mac"] for row in alone.json()] == [MINE]
    for answer in (together, extended):
        assert answer.status_code == 200
        assert MINE in answer.text
        assert THEIRS not in answer.text


def test_what_was_read_seconds_before_a_takeover_is_not_the_new_holders(tmp_path: Path) -> None:
    """While the port may not be asked again: 504, and the rows as soon as it may."""
    clock = Clock()
    inventory = stocked(tmp_path, subscribed(("tele", "bb")), clock)
    service = serve(
        inventory, switch().open, clock=clock, polling_limits=PollingLimits(min_interval_s=5.0)
    )

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        fresh = {"Cache-Control": "no-cache"}
        assert (await client.get(TABLE, headers=fresh)).status_code == 200
        clock.go_on(2)
        imported(inventory, tmp_path, subscribed(("isp", "bb")))
        clock.go_on(1)
        early = await client.get(TABLE, auth=PROVIDER, headers=fresh)
        operators = await client.get(TABLE, headers=fresh)
        clock.go_on(4)
        return [early, operators, await client.get(TABLE, auth=PROVIDER, headers=fresh)]

    early, operators, later = service.talk(words)

    assert (early.status_code, early.json()["code"]) == (504, "element_slow")
    assert MINE not in early.text
    assert (operators.status_code, operators.headers["Age"]) == (200, "3")
    assert [row["mac"] for row in later.json()] == [MINE]
