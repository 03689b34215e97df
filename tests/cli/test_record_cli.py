"""``techinfo record --cli`` and ``techinfo ssh``, as a person calls them; real SSH on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.drivers.cli.of_huawei_smartax import MACS
from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import ConfigError, DriverError, SshError
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice, CliFaults
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.recordings.recording import load as load_recording
from techinfo.ssh.cli_recording import CliRecording, Output, load
from techinfo.ssh.sessions.memory import SshMemory

STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   Villa Solgarden    connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/2                      notconnect   1            auto   auto 10/100/1000BaseTX
"""
LEASES = """
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
3C:52:82:11:22:33   81.230.17.201    1512        dhcp-snooping   10   GigabitEthernet1/0/1
Total number of bindings: 1
"""
COMMANDS = ("show interfaces status", "show ip dhcp snooping binding")


@contextmanager
def serving(device: CliDevice, address: str = "127.0.0.1") -> Iterator[SshServer]:
    """A device of the lab, in a thread of its own."""
    server = SshServer(device, address=address)
    with SshLab([server]):
        yield server


@pytest.fixture
def switch() -> CliDevice:
    """A switch with a customer's name on a port."""
    outputs = tuple(map(Output, COMMANDS, (STATUS, LEASES)))
    return CliDevice(name="sw", recording=CliRecording("cisco_ios", outputs), prompt="sw-elm#")


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log-in for it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password").write_text("techinfo\n")
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "techinfo.toml").write_text(
        '[logins.default]\nuser = "techinfo"\npassword_file = "password"\n'
    )


def techinfo(*words: str) -> Result:
    """A command in this process, with nobody at the keyboard."""
    return CliRunner().invoke(app, words)


def _asked(port: int, *more: str) -> list[str]:
    commands = [word for c in COMMANDS for word in ("--command", c)]
    where = ["--cli", "--platform", "cisco_ios", "--ssh-port", str(port)]
    return ["record", "127.0.0.1", *where, *commands, "-c", "techinfo.toml", *more]


@pytest.mark.long
def test_both_are_recorded_beside_each_other(switch: CliDevice, tmp_path: Path) -> None:
    """The platform is that of the driver which SNMP has found."""
    (tmp_path / "community").write_text("public\n")
    rows = merged(m.system("sw", "1.3.6.1.4.1.9.1.1208"), m.port(1, "Gi1/0/1"))
    site = LabDevice(name="sw", address="127.21.13.1", rows=lines(rows))
    with Lab([site]) as lab, serving(switch, site.address) as server:
        words = _asked(server.port, "--yes", "--both", "--community-file", "community")
        words = [w for w in words if w not in ("--cli", "--platform", "cisco_ios")]
        words[1] = site.address
        more = ["--port", str(lab.port), "--driver", "cisco_ios", "-o", "sw.snmprec"]
        done = techinfo(*words, *more)

    assert done.exit_code == 0, done.stderr
    assert len(load_recording(tmp_path / "sw.snmprec"))
    assert load(tmp_path / "sw.cli").platform == "cisco_ios"


@pytest.mark.long
def test_a_command_line_is_recorded_without_people(switch: CliDevice, tmp_path: Path) -> None:
    """The commands are named first; what replay reads from the file is what the device told."""
    with serving(switch) as server:
        done = techinfo(*_asked(server.port, "--yes", "-o", "sw.cli"))

    assert done.exit_code == 0, done.stderr
    assert all(f"  {command}\n" in done.stderr for command in COMMANDS)
    text = (tmp_path / "sw.cli").read_text()
    assert "Solgarden" not in text
    assert "81.230" not in text
    assert "3C:52:82" not in text
    assert [o.command for o in load(tmp_path / "sw.cli").outputs] == list(COMMANDS)
    told = techinfo("replay", "sw.cli")
    assert told.exit_code == 0
    assert '"link": true' in told.stdout
    assert '"ip": "192.0.2.1"' in told.stdout
    assert '"partial"' not in told.stdout
    assert (tmp_path / "sw.cli").stat().st_mode & 0o077 == 0


def test_one_ont_of_an_olt_is_recorded_by_its_own_command(tmp_path: Path) -> None:
    """More rights are named before they are asked for; what else is typed answers a question."""
    command = "display mac-address port 0/1/0 ont 5"
    learnt = MACS + "       1     -  gpon 3c52-8211-2233 dynamic  0 /1 /0   5    1         100\n"
    olt = CliDevice(
        name="olt",
        recording=CliRecording("huawei_smartax", (Output(command, learnt),)),
        prompt="MA5800-X7>",
        enable="planted-enable-88",
        smart="{ <cr>|sort-by<K>||<K> }:",
        log_out="  Are you sure to log out? (y/n)[n]:",
    )
    (tmp_path / "enable").write_text("planted-enable-88\n")
    (tmp_path / "enable").chmod(0o600)
    settings = tmp_path / "techinfo.toml"
    settings.write_text(settings.read_text() + 'enable_file = "enable"\n')
    with serving(olt) as server:
        words = ["--cli", "--platform", "huawei_smartax", "--ssh-port", str(server.port)]
        asked = ["--command", command, "-c", "techinfo.toml", "--yes", "-o", "olt.cli"]
        done = techinfo("record", "127.0.0.1", *words, *asked)

    assert done.exit_code == 0, done.stderr
    assert "  enable   (for this session, and its secret)\n" in done.stderr
    assert olt.heard == [f"enable\nplanted-enable-88\n{command}\n\nquit\ny\n"]
    text = (tmp_path / "olt.cli").read_text()
    assert "3c52-82" not in text
    assert "planted" not in text + done.stderr
    told = techinfo("replay", "olt.cli")
    assert '"ont": "5"' in told.stdout
    assert '"partial"' not in told.stdout


def test_nothing_is_sent_that_nobody_has_agreed_to(
    switch: CliDevice,
) -> None:
    """Standard input is empty: nobody is there to agree."""
    with serving(switch) as server:
        done = techinfo(*_asked(server.port))

    assert done.exit_code != 0
    assert "Send them?" in done.stderr
    assert switch.heard == []


@pytest.mark.long
def test_a_command_that_fails_is_told_and_the_others_are_kept(
    switch: CliDevice, tmp_path: Path
) -> None:
    """How an output ended stands in the file."""
    switch.faults = CliFaults(cut_after=120)

    with serving(switch) as server:
        done = techinfo(*_asked(server.port, "--yes", "-o", "sw.cli"))

    assert done.exit_code == 1
    assert "closed the session" in done.stderr
    assert [o.cut for o in load(tmp_path / "sw.cli").outputs] == ["closed", "closed"]


@pytest.mark.parametrize(
    ("more", "said", "kind"),
    [
        (["--platform", "nobody"], "--platform", ConfigError),
        (["--login", "other"], "logins.other", ConfigError),
        (["--command", "reload"], "does not declare", DriverError),
        (["--old", "none"], "no algorithm that can be named", SshError),
    ],
)
def test_what_cannot_be_is_told(
    switch: CliDevice, more: list[str], said: str, kind: type[Exception]
) -> None:
    """Before anything is sent."""
    with serving(switch) as server:
        done = techinfo(*_asked(server.port, "--yes", *more))

    assert isinstance(done.exception, kind)
    assert said in str(done.exception)
    assert switch.heard == []


def test_a_person_says_what_becomes_of_keys_and_log_ins(
    tmp_path: Path,
) -> None:
    """``techinfo ssh`` shows both, and lets both be used again."""
    memory = SshMemory(tmp_path / "ssh.json")
    memory.accepted("good", "sw-1", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==")
    memory.offered("sw-1", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB==")
    memory.refused("bad", "sw-2")

    listed = techinfo("ssh", "list", "-c", "techinfo.toml")
    unsure = techinfo("ssh", "trust", "sw-1", "-c", "techinfo.toml")
    trusted = techinfo("ssh", "trust", "sw-1", "--yes", "-c", "techinfo.toml")
    allowed = techinfo("ssh", "allow", "bad", "--device", "sw-2", "-c", "techinfo.toml")
    again = techinfo("ssh", "allow", "bad", "-c", "techinfo.toml")

    assert listed.stdout.count("SHA256:") == 2
    assert "log-in bad: stopped on sw-2" in listed.stdout
    assert unsure.exit_code == 1
    assert trusted.exit_code == 0
    assert memory.key_of("sw-1").endswith("AAAAIB==")
    assert allowed.exit_code == 0
    memory.check("bad", "sw-2")
    assert isinstance(again.exception, ConfigError)
    unknown = techinfo("ssh", "trust", "sw-9", "-c", "techinfo.toml")
    assert isinstance(unknown.exception, ConfigError)
    assert techinfo("ssh", "trust", "sw-1", "--forget", "-c", "techinfo.toml").exit_code == 0
    assert memory.key_of("sw-1") == ""
