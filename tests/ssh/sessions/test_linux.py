"""A real bridge of Linux, behind OpenSSH's own server: what iproute2 prints is what is told."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ssh.sessions.openssh import SSHD, sshd
from tests.ssh.sessions.talking import PATIENCE, Threads, login

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliCounters, CliGroup, CliMac, CliPort
from techinfo.model import State
from techinfo.ssh.cli_reading import CliReading
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.pool import SshPool
from techinfo.ssh.sessions.reading import read_kinds
from techinfo.ssh.sessions.target import SshTarget

PLATFORM = cli_platforms()["linux"]
IP, BRIDGE = shutil.which("ip"), shutil.which("bridge")
NAME = f"techinfo-{os.getpid()}"
CUSTOMER, TELEVISION = "02:00:00:00:00:01", "239.1.1.1"
PREPARED = f"""
link add br0 type bridge mcast_snooping 1
link add lan1 type veth peer name cpe1
link add lan2 type veth peer name cpe2
link set lan1 master br0 alias the-hall
link set lan2 master br0
link set br0 up
link set lan1 up
link set cpe1 address {CUSTOMER} up
link set lan2 up
"""
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        SSHD is None or IP is None or BRIDGE is None or os.geteuid() != 0,
        reason="needs root, iproute2 and OpenSSH's server",
    ),
]


def shown(*words: str) -> list[dict[str, Any]]:
    """What a command prints within."""
    command = [str(IP), "netns", "exec", NAME, *words]
    found: list[dict[str, Any]] = json.loads(subprocess.check_output(command))
    return found


@pytest.fixture(scope="module")
def bridge() -> Iterator[None]:
    """A bridge with a customer on lan1, who has joined a group, and nobody on lan2."""
    if subprocess.run([str(IP), "netns", "add", NAME], check=False).returncode:
        pytest.skip("this kernel lets nobody make a network namespace")
    try:
        for line in PREPARED.strip().splitlines():
            subprocess.run([str(IP), "-n", NAME, *line.split()], check=True)
        inside = [str(IP), "netns", "exec", NAME, str(BRIDGE)]
        entry = ["fdb", "replace", CUSTOMER, "dev", "lan1", "master", "dynamic"]
        subprocess.run([*inside, *entry], check=True)
        joined = ["mdb", "add", "dev", "br0", "port", "lan1", "grp", TELEVISION]
        subprocess.run([*inside, *joined], check=True)
        yield
    finally:
        subprocess.run([str(IP), "netns", "del", NAME], check=True)


async def _read(port: int, key: str, of: str | None) -> CliReading:
    logins = {"default": login("", user=getpass.getuser(), key=key)}
    pool = SshPool(logins, SshMemory(None), cli_platforms(), patience=PATIENCE, sessions=Threads())
    target = SshTarget(element="cpe", host="127.0.0.1", port=port, platform="linux")
    try:
        kinds = (CliPort, CliCounters, CliMac, CliGroup)
        return await read_kinds(pool, target, PLATFORM, kinds, of)
    finally:
        await pool.close()


@pytest.mark.usefixtures("bridge")
def test_what_a_bridge_says_is_what_is_told(tmp_path: Path) -> None:
    """Ports, counters, addresses and groups of one port and of all, from a shell with a prompt."""
    shell = f"{IP} netns exec {NAME} env PS1='root@cpe:~# ' sh -i"

    with sshd(tmp_path, shell) as (port, key):
        told = asyncio.run(_read(port, key, None))
        alone = asyncio.run(_read(port, key, "lan2"))
        customers = asyncio.run(_read(port, key, "lan1"))
    (link,) = shown("ip", "-j", "-s", "link", "show", "dev", "lan1")
    learnt = [e for e in shown("bridge", "-j", "fdb", "show") if e["mac"] == CUSTOMER]

    ports = {row.port: row for row in told.rows if isinstance(row, CliPort)}
    assert ports["lan1"].link_up is (link["operstate"] == "UP")
    assert (ports["lan1"].admin_up, ports["lan1"].description) == (True, "the-hall")
    assert ports["lan2"].link_up is False
    macs = [(r.mac, r.port) for r in told.rows if isinstance(r, CliMac)]
    assert macs == [(e["mac"], e["ifname"]) for e in learnt if "master" in e]
    assert (TELEVISION, "lan1") in [(r.group, r.port) for r in told.rows if isinstance(r, CliGroup)]
    assert {told.parts[part].state for part in told.parts} == {State.OK}
    assert {row.port for row in alone.rows} == {"lan2"}
    assert [r for r in customers.rows if isinstance(r, CliMac)] == [
        r for r in told.rows if isinstance(r, CliMac)
    ]
    assert alone.parts["macAddressTable"].state is State.EMPTY
    assert _counted(told, "lan1") <= link["stats64"]["rx"]["packets"]


def _counted(told: CliReading, port: str) -> int:
    (found,) = [r for r in told.rows if isinstance(r, CliCounters) and r.port == port]
    assert found.in_packets is not None
    return found.in_packets
