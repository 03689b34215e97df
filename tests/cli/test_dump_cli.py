"""``techinfo dump`` of a device with a command line, beside SNMP or alone; real SSH on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.test_record_cli import LEASES, STATUS, serving, techinfo

from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice
from techinfo.ssh.cli_recording import CliRecording, Output

pytestmark = pytest.mark.long
CLOSED = """
Port      Name               Status       Reason               Err-disabled Vlans
Gi1/0/2                      err-disabled bpduguard
"""


@pytest.fixture
def switch() -> CliDevice:
    """One that prints its ports, its leases, and why a port is closed."""
    printed = {
        "show interfaces status": STATUS,
        "show ip dhcp snooping binding": LEASES,
        "show interfaces status err-disabled": CLOSED,
    }
    outputs = tuple(Output(command, text) for command, text in printed.items())
    return CliDevice(name="sw", recording=CliRecording("cisco_ios", outputs), prompt="sw-elm#")


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log-in for it, and a community."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("password", "techinfo\n"), ("community", "public\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "techinfo.toml").write_text(
        '[logins.default]\nuser = "techinfo"\npassword_file = "password"\n'
        '[credentials.default]\ncommunity_file = "community"\n'
    )


def _dumped(*words: str) -> dict[str, Any]:
    done = techinfo("dump", *words, "-c", "techinfo.toml")
    assert done.exit_code == 0, (done.stderr, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _stocked(tmp_path: Path, **element: object) -> None:
    record = {"name": "sw", "address": "127.0.0.1", "ssh_login": "default", **element}
    (tmp_path / "net.json").write_text(
        json.dumps(
            {
                "elements": [record],
                "accesses": [{"access_id": "A-1", "element": "sw", "port": "GigabitEthernet1/0/1"}],
            }
        )
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "net.json")


def test_an_element_without_an_agent_is_dumped(switch: CliDevice, tmp_path: Path) -> None:
    """All its ports, or that of an access in another spelling; no community is needed."""
    (tmp_path / "community").unlink()
    (tmp_path / "techinfo.toml").write_text(
        '[logins.default]\nuser = "techinfo"\npassword_file = "password"\n'
    )
    with serving(switch) as server:
        _stocked(tmp_path, ssh_port=server.port, ssh_platform="cisco_ios", engine="none")
        whole, port = _dumped("--switch", "sw"), _dumped("A-1")

    ports = {port["name"]: port for port in whole["ports"]}
    assert {p["name"]: p["status"]["link"] for p in ports.values()} == {
        "Gi1/0/1": True,
        "Gi1/0/2": False,
    }
    assert (whole["device"]["up"], whole["device"]["vendor"]) == (True, "Cisco")
    (lease,) = ports["Gi1/0/1"]["dhcpSnooping"]
    assert (lease["ip"], lease["vlan"]) == ("81.230.17.201", 10)
    assert ports["Gi1/0/2"]["protection"]["reason"] == "bpdu-guard"
    assert whole["parts"]["status"]["source"] == "cli"
    assert [p["name"] for p in port["ports"]] == ["Gi1/0/1"]
    assert len(port["ports"][0]["dhcpSnooping"]) == 1


def test_what_the_agent_does_not_tell_comes_from_the_command_line(
    switch: CliDevice, tmp_path: Path
) -> None:
    """With a log-in that cannot be read, the agent's own facts are told all the same."""
    rows = merged(m.system("sw", "1.3.6.1.4.1.9.1.1208"), m.port(1, "Gi1/0/1"))
    site = LabDevice(name="sw", address="127.21.13.2", rows=lines(rows))
    with Lab([site]) as lab, serving(switch, site.address) as server:
        where = {"address": site.address, "port": lab.port, "ssh_port": server.port}
        _stocked(tmp_path, **where, driver="cisco_ios")
        told = _dumped("--switch", "sw")
        (tmp_path / "password").unlink()
        less = techinfo("dump", "--switch", "sw", "-c", "techinfo.toml")

    assert told["parts"]["dhcpSnooping"] | {"readAt": ""} == {
        "state": "ok",
        "readAt": "",
        "source": "cli",
    }
    assert len(told["ports"][0]["dhcpSnooping"]) == 1
    assert "source" not in told["parts"]["status"]
    assert less.exit_code == 0, less.stderr
    assert "command lines are not asked" in less.stderr
    assert json.loads(less.stdout)["parts"]["status"]["state"] == "ok"


def test_any_device_is_dumped_by_its_command_line(switch: CliDevice) -> None:
    """It needs no inventory, but a platform."""
    with serving(switch) as server:
        where = ("--host", "127.0.0.1", "--engine", "none", "--ssh-port", str(server.port))
        told = _dumped(*where, "--platform", "cisco_ios")

    assert {p["name"] for p in told["ports"]} == {"Gi1/0/1", "Gi1/0/2"}
    for words in ((), ("--platform", "nobodys_os")):
        refused = techinfo("dump", *where, *words, "-c", "techinfo.toml")
        assert isinstance(refused.exception, ConfigError)
        assert "--platform" in str(refused.exception)


def test_a_port_is_judged_by_its_command_line(switch: CliDevice, tmp_path: Path) -> None:
    """Why it is closed stands nowhere else."""
    with serving(switch) as server:
        _stocked(tmp_path, ssh_port=server.port, ssh_platform="cisco_ios", engine="none")
        with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
            more = {"accesses": [{"access_id": "A-2", "element": "sw", "port": "Gi1/0/2"}]}
            (tmp_path / "more.json").write_text(json.dumps(more))
            inventory.import_file(tmp_path / "more.json")
        done = techinfo("diagnose", "A-2", "-c", "techinfo.toml")

    assert done.exit_code == 0, (done.stderr, done.exception)
    assert json.loads(done.stdout)["diagnosis"]["code"] == "port_blocked_by_customer"
