"""``techinfo leases``: files read, sources followed, and what is told of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from typer.testing import CliRunner

from techinfo.cli.main import app
from techinfo.dhcp.readers import FORMS

LOG = """\
Nov 21 06:11:47 vm dhcpd[1]: COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=65:74:68:20:31 rid=0:6
Nov 21 06:11:47 vm dhcpd[1]: DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 (me) via 192.0.2.9
Nov 21 06:11:48 vm dhcpd[1]: DHCPACK on 192.0.2.300 to 02:00:5e:00:53:01 via 192.0.2.9
"""
YAML = """
elements: [{name: sw-1, address: 192.0.2.3}]
accesses: [{access_id: A-1, element: sw-1, port: ge1}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, ipv4_circuit_id: "eth 1", ipv4_remote_id: "0x0006"}
"""
TOML = """
[inventory]
path = "inventory.sqlite"
[[leases.sources]]
name = "dhcp1"
form = "dhcpd-syslog"
path = "dhcpd.log"
zone = "UTC"
lease_s = 3600
"""


def of_just_now(log: str) -> str:
    """The same lines, a few minutes old: what is followed is kept for seven days only."""
    return log.replace("Nov 21 06:11", f"{datetime.now(UTC) - timedelta(minutes=5):%b %d %H:%M}")


@pytest.mark.parametrize("command", ["forms", "read", "sources", "follow", "show", "observations"])
def test_every_command_of_leases_has_help(command: str) -> None:
    """It says what it does."""
    shown = CliRunner().invoke(app, ["leases", command, "--help"])

    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_forms_lists_all_of_them(techinfo: Run) -> None:
    """With what they read."""
    done = techinfo("leases", "forms")

    assert done.returncode == 0
    assert all(form in done.stdout for form in FORMS)


def test_a_file_is_read_without_a_configuration(techinfo: Run, tmp_path: Path) -> None:
    """Events on standard output, what could not be read on the other."""
    (tmp_path / "dhcpd.log").write_text(LOG)

    done = techinfo("leases", "read", "dhcpd-syslog", "dhcpd.log", "--zone", "Europe/Stockholm")

    assert done.returncode == 0
    (event,) = map(json.loads, done.stdout.splitlines())
    assert event["at"].endswith("-11-21T05:11:47Z")
    assert (event["address"], event["kind"], event["mac"]) == (
        "192.0.2.1",
        "granted",
        "02:00:5e:00:53:01",
    )
    assert (event["circuit"], event["remote"]) == ("eth 1", "0x0006")
    assert "3 records, 1 events, 1 could not be read" in done.stderr
    assert "192.0.2.300" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("kea-cvs", "f"), "kea-csv"),
        (("kea-csv", "missing"), "No such file"),
        (("kea-csv", "f", "--zone", "Mars"), "--zone"),
        (("syslog-pattern", "f"), "--pattern"),
    ],
)
def test_what_is_called_wrongly_is_told(
    techinfo: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """With exit status 2."""
    (tmp_path / "f").touch()

    done = techinfo("leases", "read", *arguments)

    assert done.returncode == 2
    assert words in done.stderr


def test_a_file_of_garbage_ends_with_1(techinfo: Run, tmp_path: Path) -> None:
    """Nothing in it could be read: another form, perhaps."""
    (tmp_path / "f").write_text("\x1b[2Jnonsense\n" * 10)

    done = techinfo("leases", "read", "kea-csv", "f")

    assert (done.returncode, done.stdout) == (1, "")
    assert "\x1b" not in done.stderr


@pytest.mark.long
def test_sources_are_followed_into_the_file_of_leases(techinfo: Run, tmp_path: Path) -> None:
    """Once; then the access's leases are there, the position, and what is odd."""
    (tmp_path / "inventory.yaml").write_text(YAML)
    (tmp_path / "techinfo.toml").write_text(TOML)
    log = of_just_now(LOG)
    odd = log.replace("192.0.2.1 ", "192.0.2.2 ").replace("cid=65", "cid=66")
    odd = odd.replace(":01 ", ":02 ").replace("53:1 ", "53:2 ")
    (tmp_path / "dhcpd.log").write_text(log + odd)
    config = ("--config", "techinfo.toml")
    imported = techinfo("inventory", "import", "inventory.yaml", *config)
    before = techinfo("leases", "sources", *config)

    done = techinfo("leases", "follow", "--once", *config)

    assert (imported.returncode, done.returncode) == (0, 0), (imported.stderr, done.stderr)
    assert "not yet" in before.stdout
    size = f"{(tmp_path / 'dhcpd.log').stat().st_size:,}"
    assert size in techinfo("leases", "sources", *config).stdout
    (lease,) = map(json.loads, techinfo("leases", "show", "A-1", *config).stdout.splitlines())
    assert (lease["address"], lease["server"], lease["circuit"]) == ("192.0.2.1", "dhcp1", "eth 1")
    (odd_one,) = map(
        json.loads, techinfo("leases", "observations", "--json", *config).stdout.splitlines()
    )
    assert (odd_one["kind"], odd_one["client"]) == ("unknown", "02:00:5e:00:53:02")
    assert "unknown" in techinfo("leases", "observations", *config).stdout


def test_following_without_a_source_is_an_error(techinfo: Run) -> None:
    """It names the key."""
    done = techinfo("leases", "follow", "--once")

    assert done.returncode == 2
    assert "leases.sources" in done.stderr
