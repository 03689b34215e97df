"""What is shipped for production agrees with itself, with the commands and with the settings."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from techinfo.cli.main import app
from techinfo.config import load
from techinfo.config.loading import without_device_secrets

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("techinfo-collector", "techinfo-api")
Unit = dict[str, list[str]]


def unit(name: str) -> Unit:
    """Directive -> its values, whatever section it is in."""
    out: Unit = {}
    for line in (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            out.setdefault(key, []).append(value)
    return out


def rows(name: str) -> list[list[str]]:
    """Lines of a file of sysusers.d or tmpfiles.d."""
    text = (DEPLOY / name / "techinfo.conf").read_text(encoding="utf-8")
    return [shlex.split(line) for line in text.splitlines() if line and not line.startswith("#")]


def variable(told: Unit, name: str) -> str:
    """A variable of a unit's environment."""
    (found,) = [v.partition("=")[2] for v in told["Environment"] if v.startswith(f"{name}=")]
    return found


@pytest.mark.parametrize("name", [*UNITS, "techinfo-follow@"])
def test_a_unit_is_valid(name: str, tmp_path: Path) -> None:
    """By the word of systemd itself; the program stands elsewhere on this host."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for other in (*UNITS, "techinfo-follow@"):
        text = (DEPLOY / "systemd" / f"{other}.service").read_text(encoding="utf-8")
        there = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text)
        (tmp_path / f"{other}.service").write_text(there, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / f"{name}.service")],  # noqa: S607 - found above
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_calls_a_command_that_there_is(name: str) -> None:
    """With options that it has."""
    (start,) = unit(name)["ExecStart"]
    program, command, *options = shlex.split(start)

    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})

    assert program == "/opt/techinfo/bin/techinfo"
    assert shown.exit_code == 0
    assert all(o in shown.output for o in options if o.startswith("--"))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_gives_away_nothing(name: str) -> None:
    """No privilege, no writing outside its own folder, no memory left behind."""
    told = unit(name)

    assert told["NoNewPrivileges"] == ["yes"]
    assert told["CapabilityBoundingSet"] == [""]
    assert told["ProtectSystem"] == ["strict"]
    assert told["LimitCORE"] == ["0"]
    assert told["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
    assert told["User"] == [name]
    assert told["StateDirectory"] == [name]
    assert told["StateDirectoryMode"] == ["0700"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_replaced_when_it_hangs_and_however_often_it_ends(name: str) -> None:
    """By the word of the process itself (tests/cli/test_kept_alive.py), within half a minute."""
    told = unit(name)

    assert told["Type"] == ["notify"]
    assert int(told["WatchdogSec"][0]) + int(told["RestartSec"][0]) < 30
    assert told["WatchdogSignal"] == ["SIGKILL"]
    assert told["Restart"] == ["always"]
    assert told["StartLimitIntervalSec"] == ["0"]


def test_only_the_collector_gets_the_secrets() -> None:
    """And it opens no TCP port."""
    collector, api = map(unit, UNITS)

    assert collector["LoadCredential"] == ["community:/etc/techinfo/secrets/community"]
    assert "LoadCredential" not in api
    assert not any("CREDENTIALS" in value for value in api["Environment"])
    assert variable(collector, "TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY_FILE") == "%d/community"
    assert collector["SocketBindDeny"] == ["ipv4:tcp", "ipv6:tcp"]
    assert "/etc/techinfo/secrets" in api["InaccessiblePaths"][0]


def test_orders_are_followed_by_a_unit_that_alone_has_the_password() -> None:
    """Of the API's user, whose inventory it writes; the API's own unit cannot read what it has."""
    told, api = unit("techinfo-follow@"), unit("techinfo-api")
    (start,) = told["ExecStart"]
    _, *command, _name = shlex.split(start)

    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})

    assert shown.exit_code == 0
    assert told["User"] == api["User"]
    assert told["LoadCredential"] == ["password:/etc/techinfo/secrets/onapi-%i"]
    assert api["InaccessiblePaths"] == ["-/etc/techinfo/secrets -/run/credentials"]
    assert variable(told, "TECHINFO_CONFIG") == variable(api, "TECHINFO_CONFIG")
    assert told["SocketBindDeny"] == ["any"]
    hardened = ("NoNewPrivileges", "CapabilityBoundingSet", "ProtectSystem", "ProtectProc")
    assert all(told[name] == api[name] for name in hardened)
    assert (told["Restart"], told["StartLimitIntervalSec"]) == (["always"], ["0"])


def test_users_groups_and_folders_agree() -> None:
    """Of units, sysusers.d and tmpfiles.d; the API alone is in the group that may ask."""
    collector, api = map(unit, UNITS)
    users = {row[1] for row in rows("sysusers.d") if row[0] == "u"}
    groups = {row[1] for row in rows("sysusers.d") if row[0] == "g"}
    members = [row[1:] for row in rows("sysusers.d") if row[0] == "m"]
    folders = {row[1]: row[2:5] for row in rows("tmpfiles.d") if row[0] == "d"}
    links = {row[1]: row[-1] for row in rows("tmpfiles.d") if row[0] == "L"}

    assert users == set(UNITS)
    assert groups == {"techinfo-ask"}
    assert members == [["techinfo-api", "techinfo-ask"]]
    assert collector["Group"] == api["SupplementaryGroups"] == ["techinfo-ask"]
    assert api["Group"] == ["techinfo-api"]
    for name, told in zip(UNITS, (collector, api), strict=True):
        assert folders[f"/var/lib/{name}"] == ["0700", name, told["Group"][0]]
        assert variable(told, "TECHINFO_CONFIG") == f"/var/lib/{name}/techinfo.toml"
        assert links[f"/var/lib/{name}/techinfo.toml"] == "/etc/techinfo/techinfo.toml"
    assert folders["/etc/techinfo/secrets"] == ["0700", "root", "root"]


def test_both_mean_the_same_socket() -> None:
    """In the runtime folder of the collector, which its group may enter."""
    collector, api = map(unit, UNITS)
    (start,) = api["ExecStart"]
    told = tomllib.loads((DEPLOY / "techinfo.toml").read_text(encoding="utf-8"))

    path = shlex.split(start)[shlex.split(start).index("--collector-socket") + 1]

    assert path == told["collector"]["socket"]
    assert Path(path).parent == Path("/run") / collector["RuntimeDirectory"][0]
    assert collector["RuntimeDirectoryMode"] == ["0750"]


def test_the_settings_are_read_by_both(tmp_path: Path) -> None:
    """The collector with the variables of its unit; the API sees no secret in them."""
    file = tmp_path / "techinfo.toml"
    shutil.copy(DEPLOY / "techinfo.toml", file)
    (tmp_path / "community").write_text("x", encoding="utf-8")
    given = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY_FILE": "community"}

    collector = load(file, given, without=("users",))
    api = load(file, {}, without=("credentials",))
    without_device_secrets(tomllib.loads(file.read_text(encoding="utf-8")), {})

    assert collector.credentials["default"].secret.get_secret_value() == b"x"
    assert api.credentials == {}
    assert collector.collect.learnt.parent == api.inventory.path.parent == tmp_path


def test_the_container_installs_from_the_lock() -> None:
    """Every file that it takes is there, and it ends as a user."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")

    taken = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ")]
    paths = [path for some in taken for path in some if not path.startswith("--from")]

    assert all((ROOT / path.lstrip("/")).exists() for path in paths if path != "/opt/techinfo")
    assert "-r /src/requirements/run.txt" in text
    assert re.findall(r"(?m)^USER (\S+)", text)[-1] == "techinfo-api"
    assert [line.split()[1] for line in text.splitlines() if line.startswith("FROM")] == [
        "${BASE}"
    ] * 2
    assert re.findall(r"(?m)^ARG BASE=(\S+)", text) == ["docker.io/library/python:3.11-slim"]


def test_the_words_name_what_there_is() -> None:
    """The page that an operator follows speaks of files, units and commands that exist."""
    words = (DEPLOY / "README.md").read_text(encoding="utf-8")

    for path in re.findall(r"deploy/[\w./-]+\w", words):
        assert (ROOT / path).exists(), path
    for command in re.findall(r"techinfo (\w+) (?:--|import)", words):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command
