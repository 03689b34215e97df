"""``--json`` of lists: an object a line, what the table has, and no secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run
from typer.testing import CliRunner

from techinfo.cli.main import COMMANDS, app, command
from techinfo.dhcp.readers import FORMS
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.store.tokens import Token, TokensFile
from techinfo.store.user_records import Use
from techinfo.store.users import UsersFile


def told(done: Any) -> list[dict[str, Any]]:
    """The objects of a command that went well."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_command_called_list_prints_json() -> None:
    """Whatever its group."""
    groups = [found for name in COMMANDS if hasattr(found := command(name), "commands")]
    groups += [
        sub for found in groups for sub in found.commands.values() if hasattr(sub, "commands")
    ]
    lists = [found.commands["list"] for found in groups if "list" in found.commands]

    assert len(lists) > 4
    for one in lists:
        assert "--json" in {option for parameter in one.params for option in parameter.opts}


def test_users_and_their_passwords_and_keys(techinfo: Run, tmp_path: Path) -> None:
    """Of the file and of the configuration, without a hash."""
    (tmp_path / "techinfo.toml").write_text(
        '[users.isp]\nrole = "provider"\n'
        'password_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"\n'
    )
    config = ("--config", "techinfo.toml")
    techinfo("user", "add", "noc", "--role", "operator", "--label", "é", *config)
    techinfo("user", "key", "add", "noc", "--scope", "tech.read", *config)
    with UsersFile.open(tmp_path / "users.sqlite") as file:
        at = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
        file.note_uses([Use(user="noc", credential=1, at=at, address="192.0.2.9")])

    users = {one["user"]: one for one in told(techinfo("user", "list", "--json", *config))}
    (password,) = told(techinfo("user", "credential", "list", "noc", "--json", *config))
    (key,) = told(techinfo("user", "key", "list", "noc", "--json", *config))

    noc = {"role": "operator", "state": "holds", "credentials": 2, "stands_in": "file"}
    assert users["noc"] == {"user": "noc", "last_used": "2026-11-27T12:00:00Z", **noc}
    assert (users["isp"]["provider"], users["isp"]["stands_in"]) == ("isp", "configuration")
    created = password.pop("created")
    assert datetime.fromisoformat(created).tzinfo == UTC
    assert password == {
        "id": 1,
        "user": "noc",
        "state": "holds",
        "last_used": "2026-11-27T12:00:00Z",
        "last_address": "192.0.2.9",
        "label": "é",
    }
    assert (key["id"], key["scopes"], key["state"]) == (2, ["tech.read"], "holds")


def test_tokens(techinfo: Run, tmp_path: Path) -> None:
    """Those that hold, without their hashes."""
    now = datetime.now(UTC)
    with TokensFile.open(tmp_path / "tokens.sqlite") as file:
        for name, minutes in (("isp", 14), ("ended", -1)):
            token = Token(
                token_hash=f"hash of {name}",
                id=f"id of {name}",
                user=name,
                credential=1,
                password_digest="x",  # noqa: S106 - none
                scopes="tech.read tickets.read",
                created=now,
                ends=now + timedelta(minutes=minutes),
                address="192.0.2.7",
            )
            file.add(token, most=10)

    (one,) = told(techinfo("tokens", "list", "--json"))

    assert set(one) == {"id", "user", "scopes", "created", "ends", "address"}
    assert (one["id"], one["scopes"]) == ("id of isp", ["tech.read", "tickets.read"])


def test_host_keys_and_log_ins(techinfo: Run, tmp_path: Path) -> None:
    """A key that has changed is beside the known one; a log-in says where it is stopped."""
    memory = SshMemory(tmp_path / "ssh.json")
    memory.accepted("good", "sw-1", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==")
    memory.offered("sw-1", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAJA==")
    memory.refused("bad", "sw-2")

    device, *logins = told(techinfo("ssh", "list", "--json"))

    assert device["device"] == "sw-1"
    assert device["host_key"].startswith("ssh-ed25519 SHA256:")
    assert device["offered"] not in ("", device["host_key"])
    assert {one["login"]: list(one["stopped_on"]) for one in logins} == {
        "bad": ["sw-2"],
        "good": [],
    }


def test_forms_and_sources_of_leases(techinfo: Run, tmp_path: Path) -> None:
    """A source that was never read has no position."""
    (tmp_path / "techinfo.toml").write_text(
        '[[leases.sources]]\nname = "dhcp1"\nform = "kea-csv"\npath = "kea.csv"\n'
    )

    forms = told(techinfo("leases", "forms", "--json"))
    (source,) = told(techinfo("leases", "sources", "--json", "--config", "techinfo.toml"))

    assert [one["form"] for one in forms] == list(FORMS)
    assert (source["name"], source["form"]) == ("dhcp1", "kea-csv")
    assert "read_to" not in source


def test_drivers_and_platforms() -> None:
    """A single driver is shown to people only, and that is said."""
    shown = CliRunner().invoke(app, ["drivers", "--json"])
    one = CliRunner().invoke(app, ["drivers", "generic", "--json"])
    listed = [json.loads(line) for line in shown.stdout.splitlines()]

    assert {"cisco_ios", "generic"} <= {one.get("driver") for one in listed}
    assert any("platform" in one and "driver" not in one for one in listed)
    assert "--json" in str(one.exception)
