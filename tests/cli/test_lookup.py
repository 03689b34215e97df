"""``techinfo lookup``, and a demo of an inventory alone, as processes of their own."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Run
from tests.cli.demoing import Demo
from typer.testing import CliRunner

from techinfo.cli.main import app

NETWORK = """
{"complete": true,
 "switches": [
  {"name": "asw-1", "mac": "00:1b:54:aa:02:00", "ip": "192.0.2.1", "layout": "cisco-ios-mac"}],
 "accesses": [
  {"accessId": "A-1", "switch": "asw-1", "module": 1, "port": 3, "vlans": {"bb": 100},
   "subscriptions": []},
  {"accessId": "A-2", "switch": "asw-1", "module": 1, "port": 4, "vlans": {"bb": 100},
   "subscriptions": [{"subscriptionId": "S-2", "service": "BB-100-100",
    "dhcpIdentifier": {"ipv4CircuitId": "eth 0/1", "ipv4RemoteId": "[red]x"}}]}]}
"""
LOG = b"""\
2026-11-21 06:04:45 DHCP-Request circuit=0x000400640103 remote=0x0006001b54aa0200
2026-11-21 06:04:46 DHCP-Request circuit=eth 0/1 remote=[red]x
2026-11-21 06:04:47 DHCP-Request circuit=0x000400640109 remote=0x0006001b54aa0200
\xff\xfe\x00 garbage circuit-id
agent-id  01:06:00:04...
"sub-options": "0x01"
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose inventory has the network, and a log."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "network.json").write_text(NETWORK, encoding="utf-8")
    (folder / "dhcp.log").write_bytes(LOG)
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, ["inventory", "import", "network.json"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def network(techinfo: Run, tmp_path: Path, imported: Path) -> Run:
    """The command, in a copy of it."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return techinfo


def test_each_value_is_answered_in_a_line_with_its_reason(network: Run) -> None:
    """Exit status 0 when all are found; how it was spelt, and what says so."""
    done = network("lookup", "eth 0/1", "52120106000400640103 02080006001b54aa0200")

    first, second = done.stdout.splitlines()
    assert first.split("\t")[:2] == ["eth 0/1", "A-2"]
    assert "stored (circuit-id as is); stored with the subscription" in first
    assert second.split("\t")[1] == "A-1"
    assert "of asw-1" in second
    assert done.returncode == 0


@pytest.mark.long
def test_values_together_ask_for_one_access(network: Run) -> None:
    """And what is missing is said; exit status 1."""
    found = network("lookup", "--circuit", "0:4:0:64:1:3", "--remote", "001b.54aa.0200")
    missed = network("lookup", "--circuit", "0:4:0:64:1:9", "--remote", "001b.54aa.0200")

    assert (found.returncode, found.stdout.split("\t")[0]) == (0, "A-1")
    assert missed.returncode == 1
    assert missed.stdout.startswith("-\tport without access: switch asw-1, module 1, port 9")


def test_a_pasted_line_of_a_log_is_a_value(network: Run) -> None:
    """It names its values itself."""
    values = "circuit-id: 00:04:00:64:01:03 and remote-id: 00:06:00:1b:54:aa:02:00"
    line = f"has been assigned, identified by {values}, context"

    done = network("lookup", "--json", line)

    told = json.loads(done.stdout)
    assert told["accessId"] == "A-1"
    assert told["match"] == "notation"
    assert told["spelling"] == {"circuit": "separated octets", "remote": "separated octets"}
    assert told["value"] == line


def test_a_log_is_answered_line_by_line(network: Run) -> None:
    """With the number of the line; garbage is counted and shown, and ends nothing."""
    done = network("lookup", "--log", "dhcp.log", "--tz", "Europe/Oslo")

    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["1", "A-1"], ["2", "A-2"], ["3", "-"]]
    assert "port without access" in lines[2][2]
    assert "6 lines: 2 identifiers found, 1 not" in done.stderr
    assert "1 values are cut off" in done.stderr
    assert "line 6: 0x01" in done.stderr
    assert done.returncode == 1


@pytest.mark.long
def test_a_log_comes_from_standard_input_too(network: Run, tmp_path: Path) -> None:
    """As JSON, with the time in UTC."""
    del network
    done = subprocess.run(
        [sys.executable, "-m", "techinfo.cli", "lookup", "--log", "-", "--json", "--tz", "CET"],
        cwd=tmp_path,
        input=LOG.splitlines(keepends=True)[0],
        capture_output=True,
        timeout=300,
        check=False,
    )

    told = json.loads(done.stdout)
    assert (told["line"], told["time"], told["accessId"]) == (1, "2026-11-21T05:04:45+00:00", "A-1")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lookup",), "one of the three"),
        (("lookup", "x", "--circuit", "y"), "one of the three"),
        (("lookup", "--option82", "5204010361"), "octet 1"),
        (("lookup", "--log", "nothing.log"), "nothing.log"),
        (("lookup", "--log", "dhcp.log", "--tz", "Mars"), "--tz"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    network: Run, arguments: tuple[str, ...], words: str
) -> None:
    """Exit status 2."""
    done = network(*arguments)

    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.long
def test_a_demo_serves_an_inventory_alone(tmp_path: Path) -> None:
    """No switch is asked: look-ups are answered, link status is not."""
    file = tmp_path / "network.json"
    file.write_text(NETWORK, encoding="utf-8")

    with Demo(tmp_path / "errors", "--inventory", str(file), "--port", "0") as demo:
        base = demo.commands[0][-1].split("/dhcplookup")[0]
        with httpx.Client(auth=("demo", "demo")) as client:
            found = client.get(f"{base}/dhcplookup/?ipv4circuitid=eth+0/1")
            option = client.get(f"{base}/option82/0106000400640103020800 06001b54aa0200")
            link = client.get(f"{base}/tech/access/A-1/link/status")
        labs = demo.labs

    assert found.json() == {"accessId": "A-2"}
    assert option.json() == {"accessId": "A-1"}
    assert link.status_code == 504
    assert labs == []


def test_a_demo_of_a_wrong_inventory_says_what_is_wrong(techinfo: Run, tmp_path: Path) -> None:
    """And does not begin."""
    (tmp_path / "wrong.json").write_text('{"switches": [7], "accesses": []}', encoding="utf-8")

    done = techinfo("demo", "--inventory", "wrong.json", "--port", "0")

    assert done.returncode == 1
    assert "switches[0]" in done.stderr


@pytest.mark.long
def test_who_had_it_at_a_time_is_told_as_far_as_the_inventory_goes(network: Run) -> None:
    """Before it began nothing is known; a log says the times of its lines itself."""
    before = network("lookup", "--at", "2001-01-01T00:00:00Z", "eth 0/1")
    since = network("lookup", "--at", "2999-01-01T00:00:00Z", "eth 0/1", "eth 9/9")
    both = network("lookup", "--at", "2001-01-01T00:00:00Z", "--log", "dhcp.log")
    odd = network("lookup", "--at", "yesterday", "eth 0/1")

    assert before.returncode == 1
    assert "\t-\tnothing is known of that time; the inventory begins at 20" in before.stdout
    assert [line.split("\t")[1] for line in since.stdout.splitlines()] == ["A-2", "-"]
    assert (both.returncode, odd.returncode) == (2, 2)
    assert "--at" in both.stderr
    assert "2026-11-29T10:00:00Z" in odd.stderr
