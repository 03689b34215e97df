"""Our own API as the other operator's: what it tells a provider comes whole into an inventory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from tests.access.played import Recordings, stocked
from tests.api.served import PROVIDER, serve

from techinfo.access.published import published
from techinfo.inventory import Guard, Inventory
from techinfo.onapi_client import Server, fetch
from techinfo.onapi_client.fetching import FetchPlan
from techinfo.onapi_client.store import FetchedFile
from techinfo.server import web

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ACCESS = (
    "street_name: Testvägen, street_number: '100', postal_code: '10000', city: Ankeborg,"
    " country_code: SE, premises_type: RESIDENTIAL_HOUSE, state: CONNECTED,"
    " national_address_uuid: 1ce88c93-b310-11eb-bdc2-000c29f11131"
)
THERE = f"""
elements: [{{name: sw-there, address: 192.0.2.1}}]
accesses:
  - {{access_id: A-1, element: sw-there, port: ge1, port_by: name, {ACCESS}}}
  - {{access_id: A-2, element: sw-there, port: ge2, port_by: name, {ACCESS}}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB-1000, service_type: bb,
     connection_date: 2026-01-03, sp_reference: ref-1, sp_subscription_id: sub-1,
     ipv4_circuit_id: CO-1, note: "smörgås, with a comma", characteristics: '{{"SLA":"SLA-3"}}'}}
  - {{subscription_id: S-2, access_id: A-2, provider: isp, service: IPTV, service_type: iptv,
     state: SUSPENDED, connection_date: 2026-02-01, sp_reference: ref-2, sp_subscription_id: sub-2}}
  - {{subscription_id: S-9, access_id: A-2, provider: other, service: BB-9, service_type: bb,
     connection_date: 2026-01-01, sp_reference: ref-9, sp_subscription_id: sub-9}}
offers:
  - {{access_id: A-1, service: BB-1000, connection: 2014-03-01T14:09:23Z,
     available: 2014-03-01T14:09:23Z}}
"""
HERE = """
elements: [{name: sw-here, address: 192.0.2.7}]
accesses:
  - {access_id: A-1, element: sw-here, port: ge7, port_by: name}
  - {access_id: A-2, element: sw-here, port: ge8, port_by: name}
"""


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """An application behind a real server on loopback."""
    bound = web.bound("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def taken_over(folder: Path, url: str, version: str) -> Inventory:
    """An inventory that has fetched what the server tells."""
    (folder / "here").mkdir()
    inventory = stocked(folder / "here", HERE)
    name, password = PROVIDER
    with (
        FetchedFile.open(folder / "fetched.sqlite") as file,
        Server(f"{url}/onapi", version, user=name, password=password) as server,
    ):
        report = fetch(
            server,
            FetchPlan(
                name="there",
                provider="isp",
                service_types={"BB": "bb", "IPTV": "iptv"},
                accesses=True,
                version=version,
            ),
            inventory,
            file,
            now=NOW,
            access_id_pattern="[-0-9a-zA-Z.]{1,36}",
            guard=Guard(),
        )
    assert report.refused == []
    return inventory


@pytest.mark.parametrize("version", ["2.4", "2.5", "2.6"])
def test_what_we_tell_a_provider_comes_whole_into_another_inventory(
    tmp_path: Path, version: str
) -> None:
    """Its own subscriptions in every version's shape, and no other provider's; no port moves."""
    (tmp_path / "there").mkdir()
    there = stocked(tmp_path / "there", THERE)

    with listening(serve(there, Recordings().open).app) as url:
        here = taken_over(tmp_path, url, version)

    kept = [there.subscription(key) for key in ("S-1", "S-2")]
    told = [x and published(x, there) for x in kept]
    taken = [here.subscription(key) for key in ("S-1", "S-2", "S-9")]
    if version != "2.6":  # the dates of a subscription came with 2.6
        told = [x and replace(x, connection_date=None) for x in told]
    assert taken == [*told, None]
    access = here.access("A-1")
    assert access is not None
    assert (access.element, access.port, access.city) == ("sw-here", "ge7", "Ankeborg")
    assert [(o.access_id, o.service) for o in here.offers()] == [("A-1", "BB-1000")]
