"""A real bridge of Linux behind OpenSSH's own server, over REST: what iproute2 says is told.

Its agent is the lab's, and names its interfaces; all else that it tells of them is wrong, and is
not asked.
"""

from __future__ import annotations

import getpass
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, Running
from tests.ssh.sessions.openssh import sshd
from tests.ssh.sessions.test_linux import (
    CUSTOMER,
    IP,
    NAME,
    TELEVISION,
    bridge,
    pytestmark,
    shown,
)

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

__all__ = ["bridge", "pytestmark"]
ADDRESS = "127.0.0.1"
AUTH = ("ops", "right-password-91")
OWN_DRIVER = """
from dataclasses import replace
from techinfo_drivers.generic import DRIVER as GENERIC
DRIVER = replace(GENERIC, name="bridge_of_linux", sys_object_ids=("1.3.6.1.4.1.8072.3.2.10",),
                 links=(), counters=(), transceivers=(), macs=(), neighbours=(), seen={})
"""


@pytest.fixture(scope="module", params=["slim", "none"])
def served(
    tmp_path_factory: pytest.TempPathFactory,
    bridge: None,  # noqa: ARG001
    request: pytest.FixtureRequest,
) -> Iterator[Running]:
    """The service over it, with an access on each of its ports; once as if it had no agent."""
    tmp_path = tmp_path_factory.mktemp("served")
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "own.py").write_text(OWN_DRIVER)
    links = {link["ifname"]: link for link in shown("ip", "-j", "link", "show")}
    ports = [
        m.port(links[name]["ifindex"], name, up=links[name]["operstate"] != "UP")
        for name in ("lan1", "lan2")
    ]
    system = m.system("cpe", "1.3.6.1.4.1.8072.3.2.10")
    device = LabDevice(name="cpe", address=ADDRESS, rows=lines(merged(system, *ports)))
    shell = f"{IP} netns exec {NAME} env PS1='root@cpe:~# ' sh -i"
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(AUTH[1])
    with Lab([device]) as lab, sshd(tmp_path, shell) as (port, key):
        files = {
            "community": "public\n",
            "key": key,
            "techinfo.toml": f"""
                [service]
                port = 0
                [collect]
                min_interval_s = 0
                deadline_s = 30
                [drivers]
                folders = ["drivers"]
                [credentials.default]
                community_file = "community"
                [logins.default]
                user = "{getpass.getuser()}"
                key_file = "key"
                [logins.homes]
                user = "{getpass.getuser()}"
                key_file = "key"
                [users.ops]
                role = "operator"
                password_hash = "{hashed}"
            """,
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o600)
        (tmp_path / "net.yaml").write_text(
            f"elements: [{{name: cpe, address: {ADDRESS}, port: {lab.port}, ssh_login: default,"
            f" ssh_port: {port}, ssh_platform: linux, engine: {request.param}}}]\n"
            "accesses: [{access_id: A-1, element: cpe, port: lan1},"
            " {access_id: A-2, element: cpe, port: lan2}]\n"
            "cpes:\n"
            + "".join(
                f"  - {{access_id: {access}, address: {ADDRESS}, mac: '{mac}', engine: none,"
                f" ssh_login: {login}, ssh_port: {port}, ssh_platform: openwrt}}\n"
                for access, mac, login in (
                    ("A-1", links["lan1"]["address"], "homes"),
                    ("A-2", "02:00:5e:00:53:99", "homes"),
                )
            )
        )
        with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
            inventory.import_file(tmp_path / "net.yaml")
        with Running(tmp_path, "serve", "-c", "techinfo.toml") as running:
            yield running


def _everything(served: Running, access: str) -> dict[str, Any]:
    answer = httpx.get(
        f"{served.url}/onapi/2.6/tech/access/{access}",
        auth=AUTH,
        headers={"Cache-Control": "no-cache"},
        trust_env=False,
        timeout=PATIENCE_S,
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["parts"]["macAddressTable"].get("source") == "cli", (found, served.errors)
    return found


def test_addresses_and_groups_of_a_real_bridge_are_told(served: Running) -> None:
    """Those of the port that is asked for, as ``bridge -j`` prints them; of another one, none."""
    entries = [e for e in shown("bridge", "-j", "fdb", "show") if e.get("master") == "br0"]
    learnt = {e["mac"].upper() for e in entries if e["ifname"] == "lan1" and not _own(e)}
    members = [e for told in shown("bridge", "-j", "mdb", "show") for e in told.get("mdb", ())]
    groups = {e["grp"] for e in members if e["port"] == "lan1" and not e["grp"].startswith("ff02")}
    assert (CUSTOMER.upper() in learnt, TELEVISION in groups) == (True, True)
    (before,) = shown("ip", "-j", "-s", "link", "show", "dev", "lan1")

    one, other = _everything(served, "A-1"), _everything(served, "A-2")

    assert {row["mac"] for row in one["macAddressTable"]} == learnt
    assert {row["multicast"] for row in one["igmpSnooping"]} == groups
    (after,) = shown("ip", "-j", "-s", "link", "show", "dev", "lan1")
    assert one["status"]["link"] is (after["operstate"] == "UP") is True
    assert one["hardware"]["up"] is True
    least, most = (link["stats64"]["rx"]["bytes"] for link in (before, after))
    assert least <= one["status"]["statistics"]["input"]["bytes"] <= most
    assert other["status"]["link"] is False
    assert (other["macAddressTable"], other["igmpSnooping"]) == ([], [])


def test_what_a_real_queue_limits_is_told(served: Running) -> None:
    """A token bucket on lan1, as ``tc`` prints it; nothing limits lan2."""
    tc = [str(IP), "netns", "exec", NAME, "tc"]
    bucket = ["rate", "20480kbit", "burst", "32kbit", "latency", "400ms"]
    made = ["qdisc", "replace", "dev", "lan1", "root", "tbf", *bucket]
    if subprocess.run([*tc, *made], check=False).returncode:
        pytest.skip("this kernel has no token buckets")

    one, other = _everything(served, "A-1"), _everything(served, "A-2")

    assert one["status"]["configuredSpeed"] == [{"queue": "out", "pir": "20480"}]
    assert other["status"]["configuredSpeed"] == []


def _own(entry: dict[str, Any]) -> bool:
    return entry.get("state") == "permanent" or json.dumps(entry).count("33:33:") > 0


def test_a_cpe_is_believed_by_an_address_of_its_own(served: Running) -> None:
    """It has no agent, and a log-in of its own; one whose addresses are others is not told."""
    (link,) = shown("ip", "-j", "link", "show", "dev", "lan1")
    urls = [f"{served.url}/onapi/2.6/tech/cpe/{access}/status" for access in ("A-1", "A-2")]
    fresh = {"Cache-Control": "no-cache"}

    right, wrong = (
        httpx.get(url, auth=AUTH, headers=fresh, trust_env=False, timeout=PATIENCE_S)
        for url in urls
    )

    assert right.status_code == 200, (right.text, served.errors)
    told = right.json()
    assert (told["up"], told["mac"]) == (True, link["address"].upper())
    ports = {port["name"]: port for port in told["ports"]}
    assert ports["lan1"]["link"] is True
    assert CUSTOMER.upper() in {row["mac"] for row in told["macAddressTable"]}
    assert wrong.json()["code"] == "inventory_mismatch"
    assert "ports" not in wrong.text
