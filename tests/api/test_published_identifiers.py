"""What a provider is told of its identifiers is what its own logs will say."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.access.played import Recordings, stocked
from tests.api.served import PROVIDER, serve

SITE = """
elements:
  - {name: sw, address: 192.0.2.3, mac: "00:1b:54:aa:02:00", layout: cisco-ios-mac}
accesses:
  - {access_id: A-1, element: sw, port: ge3, port_by: name, module: 1, port_number: 3,
     state: CONNECTED, street_name: Gata, postal_code: "10000", city: By, country_code: SE,
     premises_type: RESIDENTIAL_HOUSE}
services: [{vlan: 100, service_type: bb, element: sw}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     connection_date: 2019-01-03, sp_reference: R-1, sp_subscription_id: T-1}
offers: [{access_id: A-1, service: BB, connection: 2014-03-01, available: 2014-03-01}]
"""
CIRCUIT, REMOTE = "0x000400640103", "0x0006001b54aa0200"


def test_a_pattern_writes_what_a_subscription_publishes(tmp_path: Path) -> None:
    """Alone, in the list and with the access; and what was published is found again."""
    served = serve(stocked(tmp_path, SITE), Recordings().open)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        paths = ["2.6/subscriptions/A-1", "2.6/subscriptions", "2.5/accesses/A-1"]
        out = [await client.get(f"/{path}", auth=PROVIDER) for path in paths]
        query = f"ipv4CircuitId={CIRCUIT}&ipv4RemoteId={REMOTE}"
        return [*out, await client.get(f"/2.6/dhcplookup?{query}", auth=PROVIDER)]

    alone, listed, access, found = (answer.json() for answer in served.talk(words))

    for told in (alone, listed[0], access):
        (subscription,) = told["subscriptions"]
        assert subscription["dhcpIdentifier"] == {
            "ipv4CircuitId": CIRCUIT,
            "ipv4RemoteId": REMOTE,
        }
        assert subscription["option82"] == "5212010600040064010302080006001B54AA0200"
    assert found == {"accessId": "A-1"}
