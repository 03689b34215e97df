"""``techinfo serve`` follows the sources of leases while it answers."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent

import httpx
import pytest
from tests.cli.serving import PATIENCE_S, Running, until
from tests.cli.test_two_processes import AUTH, ask, folder, lab, running_lab

from techinfo.inventory import Inventory

__all__ = ["folder", "lab", "running_lab"]

LEASES = "/onapi/2.6/tech/access/A-1/link/leaseinfo"
SOURCE = """
[leases]
poll_s = 0.1
[[leases.sources]]
name = "kea"
form = "kea-csv"
path = "kea-leases4.csv"
[portal]
url = "https://portal.example/guide"
user = "ops"
asks_from = ["127.0.0.1"]
networks = ["127.0.0.1"]
"""
SUBSCRIPTION = """
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv4_circuit_id: "eth 1", ipv4_remote_id: "sw 1"}
"""


def row(last: int, network: str = "192.0.2") -> str:
    """A lease of an hour that begins now, with the access's option 82."""
    end = int(time.time()) + 3600
    option = b"\x01\x05eth 1\x02\x04sw 1".hex()
    context = f'{{ "ISC": {{ "relay-agent-info": "0x{option}" }} }}'
    return f"{network}.{last},02:00:5e:00:53:{last:02x},3600,{end},0,{context}\n"


@pytest.mark.long
def test_leases_are_answered_from_the_log_as_it_grows(folder: Path) -> None:
    """A switch without a table of leases; what is appended while it runs is there soon.

    And the portal is told whose the address is that a browser comes from.
    """
    config = folder / "techinfo.toml"
    config.write_text(config.read_text() + SOURCE)
    inventory_file = folder / "inventory.yaml"
    inventory_file.write_text(dedent(inventory_file.read_text()) + SUBSCRIPTION)
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(inventory_file)
    leases = folder / "kea-leases4.csv"
    leases.write_text("address,hwaddr,valid_lifetime,expire,state,user_context\n" + row(1))

    def told(served: Running) -> list[str]:
        answer = ask(served, LEASES)
        return [row["lease"] for row in answer.json()] if answer.status_code == 200 else []

    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        until(lambda: told(served) == ["192.0.2.1"])
        with leases.open("a") as file:
            file.write(row(2))
        until(lambda: told(served) == ["192.0.2.1", "192.0.2.2"])
        with leases.open("a") as file:
            file.write(row(1, "127.0.0"))
        until(lambda: "127.0.0.1" in told(served))
        whole_window = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        sent = httpx.get(
            f"{served.url}/portal/bounce",
            headers=whole_window,
            trust_env=False,
            timeout=PATIENCE_S,
        )
        back = httpx.URL(sent.headers["location"])
        exchanged = httpx.post(
            f"{served.url}/portal/identify",
            json={"token": back.params["token"]},
            auth=AUTH,
            trust_env=False,
            timeout=PATIENCE_S,
        )

    assert (back.host, back.params["status"]) == ("portal.example", "ok")
    assert exchanged.json() == {"accessId": "A-1"}
    assert (folder / "leases.sqlite").is_file()
