"""Secrets are planted in a running service; then everything that it says and leaves is searched.

The network is a lab over UDP, the service a process of its own. It is asked well and badly, with
its files damaged under its hands, and at last it crashes. Searched are its answers, its standard
output and error (with ``--verbose``), the command lines and environments of its processes, the
files that it writes, and what the commands print.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sqlite3
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.acs.serving import FakeAcs, acs_server
from tests.cli.conftest import Run
from tests.cli.serving import Running, children, gone

from techinfo.lab import Lab, LabDevice

COMMUNITY, SILENT_COMMUNITY = "pl4nted-community", "pl4nted-other-community"
AUTH_KEY, PRIV_KEY = "pl4nted-auth-key", "pl4nted-priv-key"
VARIABLE_COMMUNITY = "pl4nted-in-a-variable"
OPS_PASSWORD, ISP_PASSWORD = "pl4nted-ops-password", "pl4nted-isp-password"
HOOK_TOKEN = "pl4nted-token-of-a-webhook"  # noqa: S105 - planted
ACS_PASSWORD = "pl4nted-acs-password"  # noqa: S105 - planted
WRONG_PASSWORD = "pl4nted-wrong-password"  # noqa: S105 - planted

INVENTORY = """
elements:
  - {{name: sw-1, address: 127.0.0.1, port: {port}, sys_name: elm}}
  - {{name: sw-silent, address: 127.9.9.9, port: {port}, credential: other}}
  - {{name: sw-v3, address: 127.9.9.8, port: {port}, credential: core}}
  - {{name: sw-variable, address: 127.9.9.7, port: {port}, credential: variable}}
accesses:
  - {{access_id: A-1, element: sw-1, port: ge1, port_by: name}}
  - {{access_id: A-2, element: sw-silent, port: ge1, port_by: name}}
  - {{access_id: A-3, element: sw-v3, port: ge1, port_by: name}}
  - {{access_id: A-4, element: sw-variable, port: ge1, port_by: name}}
cpes:
  - {{access_id: A-1, engine: none, acs: homes, serial_number: SN0001}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}}
"""
SETTINGS = """
[service]
port = 0
[inventory]
authoritative = true
[snmp]
timeouts = [0.1]
[tickets]
desk = "here"
[webhooks]
allow = ["127.0.0.0/8"]
[credentials.default]
community_file = "community"
[credentials.other]
community = "{silent}"
[credentials.core]
user = "alice"
auth = "SHA-256"
auth_key_file = "auth"
priv = "AES-128"
priv_key_file = "priv"
[credentials.variable]
community_env = "PLANTED_COMMUNITY"
[acs.homes]
url = "{acs}"
user = "reader"
password_file = "acs"
[users.ops]
role = "operator"
password_hash = "{hash}"
"""


@dataclass
class Planted:
    """The secrets, and everything in which they were looked for.

    Attributes:
        hashes: Of passwords; they stand in the users' file, and nowhere else.
        made: By the service: told once, in an answer that is not searched.
    """

    hashes: list[str]
    made: list[str] = field(default_factory=list)
    searched: dict[str, str] = field(default_factory=dict)

    def forms(self) -> Iterator[tuple[str, str]]:
        """Each secret as it is, and in the spellings in which it may slip through."""
        for secret in (
            COMMUNITY, SILENT_COMMUNITY, AUTH_KEY, PRIV_KEY, VARIABLE_COMMUNITY, OPS_PASSWORD,
            ISP_PASSWORD, WRONG_PASSWORD, HOOK_TOKEN, ACS_PASSWORD, *self.hashes, *self.made,
        ):  # fmt: skip
            octets = secret.encode()
            yield secret, secret
            yield secret, octets.hex()
            yield secret, octets.hex().upper()
            yield secret, octets.hex(":")
            yield secret, urllib.parse.quote(secret, safe="")
            yield secret, base64.b64encode(octets).decode().rstrip("=")
        for name, password in (
            ("ops", OPS_PASSWORD),
            ("isp", ISP_PASSWORD),
            ("ops", WRONG_PASSWORD),
            ("reader", ACS_PASSWORD),
        ):
            yield password, base64.b64encode(f"{name}:{password}".encode()).decode().rstrip("=")

    def found(self) -> list[str]:
        """Which secret stands where."""
        return sorted(
            {
                f"{secret!r} in {where}"
                for where, text in self.searched.items()
                for secret, form in self.forms()
                if form in text
            }
        )


@pytest.fixture
def acs() -> Iterator[FakeAcs]:
    """An ACS that refuses every password but its own."""
    with acs_server() as fake:
        fake.logs_in = True
        yield fake


@pytest.fixture
def planted(tmp_path: Path, techinfo: Run, acs: FakeAcs) -> Planted:
    """A configured folder with users of both kinds, each secret in its own way."""
    hashed = PasswordHasher().hash(OPS_PASSWORD)
    (tmp_path / "techinfo.toml").write_text(
        SETTINGS.format(silent=SILENT_COMMUNITY, hash=hashed, acs=acs.url), encoding="utf-8"
    )
    secrets = {"community": COMMUNITY, "auth": AUTH_KEY, "priv": PRIV_KEY, "acs": ACS_PASSWORD}
    for name, secret in secrets.items():
        (tmp_path / name).write_text(f"{secret}\n", encoding="utf-8")
    (tmp_path / "password").write_text(f"{ISP_PASSWORD}\n", encoding="utf-8")
    added = techinfo(
        "user", "add", "isp", "--password-file", "password",
        TECHINFO_CONFIG="techinfo.toml", PLANTED_COMMUNITY=VARIABLE_COMMUNITY,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    connection = sqlite3.connect(tmp_path / "users.sqlite")
    (kept,) = connection.execute("SELECT password_hash FROM credentials").fetchone()
    connection.close()
    return Planted([hashed, kept], searched={"user add": added.stdout + added.stderr})


@pytest.fixture
def lab() -> Iterator[Lab]:
    """One switch that knows the planted community; all the others stay silent."""
    rows = lines(merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:11", 10)))
    device = LabDevice(name="sw-1", address="127.0.0.1", rows=rows, community=COMMUNITY)
    with Lab([device]) as running:
        yield running


@pytest.mark.long
def test_no_secret_is_anywhere(
    tmp_path: Path, techinfo: Run, lab: Lab, acs: FakeAcs, planted: Planted
) -> None:
    """Not in an answer, a log, a dump, a list of processes, a file, a crash."""
    (tmp_path / "inventory.yaml").write_text(INVENTORY.format(port=lab.port), encoding="utf-8")
    environment = {"TECHINFO_CONFIG": "techinfo.toml", "PLANTED_COMMUNITY": VARIABLE_COMMUNITY}
    imported = techinfo("inventory", "import", "inventory.yaml", **environment)
    assert imported.returncode == 0, imported.stderr

    serving = ("--verbose", "serve", "--config", "techinfo.toml")
    crashing = {"PYTHONFAULTHANDLER": "1", "PLANTED_COMMUNITY": VARIABLE_COMMUNITY}
    with Running(tmp_path, *serving, **crashing) as service:
        _ask(service.url, planted)
        _hook(service.url, planted)
        _look_at_processes(service, planted)
        _damage(tmp_path, service.url, planted)
        for command in ("collector", "serve"):
            pid = service.child(command)
            os.kill(pid, signal.SIGABRT)
            assert gone(pid)
        service.signal(signal.SIGTERM)
        service.status()
        assert service._process.stdout is not None
        printed = service.ready + service._process.stdout.read().decode("utf-8", "replace")
        planted.searched["standard output"] = printed
        planted.searched["standard error"] = service.errors
    _run_commands(techinfo, environment, lab, planted)
    _look_at_files(tmp_path, planted)

    assert planted.searched["standard error"].count("Current thread") >= 2
    assert acs.asked
    assert planted.found() == []


def _ask(base: str, planted: Planted) -> None:
    """Well and badly, so that every kind of refusal and error is among the answers."""
    ops, isp, wrong = ("ops", OPS_PASSWORD), ("isp", ISP_PASSWORD), ("ops", WRONG_PASSWORD)
    asked = [
        *((f"/onapi/2.6/tech/access/{a}/{q}", who, {})
          for a in ("A-1", "A-2", "A-3", "A-4", "A-5", "A_6")
          for q in ("hardware", "link/status", "link/macaddresstable")
          for who in (ops, isp)),
        ("/2.6/openapi.json", ops, {}),
        ("/2.6/accesses", ops, {}),
        ("/2.6/tech/access/A-1", ops, {}),
        ("/2.6/tech/cpe/A-1/status", ops, {}),
        ("/2.6/tech/access/A-1/hardware", wrong, {}),
        ("/2.6/tech/access/A-1/hardware", (WRONG_PASSWORD, "name and password mixed up"), {}),
        ("/2.6/tech/access/A-1/hardware", ops, {"Cache-Control": "max-age=nonsense"}),
        ("/2.6/tech/access/A-1/hardware", isp, {"X-On-Behalf-Of": "x" * 500}),
        ("/nowhere", ops, {}),
    ]  # fmt: skip
    statuses = set()
    with httpx.Client(base_url=base, timeout=300, trust_env=False) as client:
        for number, (path, who, headers) in enumerate(asked):
            answer = client.get(path, auth=who, headers=headers)
            statuses.add(answer.status_code)
            told = f"{answer.status_code} {dict(answer.headers)} {answer.text}"
            planted.searched[f"answer {number} of {path}"] = told
    assert {200, 400, 401, 403, 404, 504} <= statuses


def _hook(base: str, planted: Planted) -> None:
    """Register a webhook with a token, let it fail, and look at all that is told of it."""
    hooks, listener = "/techinfo/v1/webhooks", "http://127.0.0.1:9/hook"
    wanted = {"url": listener, "events": [], "headers": {"X-Token": HOOK_TOKEN}}
    ticket = {
        "accessId": "A-1", "createdBy": "x", "heading": "x", "description": "x",
        "problemType": "NO_LINK",
    }  # fmt: skip
    asked = httpx.Client(base_url=base, auth=("ops", OPS_PASSWORD), timeout=300, trust_env=False)
    with asked as client:
        made = client.post(hooks, json=wanted)
        assert made.status_code == 201, made.text
        planted.made.append(made.json()["secret"])
        answers = [
            client.post(f"{hooks}/{made.json()['id']}/test"),
            client.post("/2.6/tickets", json=ticket),
            client.get(hooks),
            client.get(f"{hooks}/dead-letters"),
        ]
    assert not answers[0].json()["delivered"]
    assert answers[1].status_code == 201, answers[1].text
    for number, answer in enumerate(answers):
        planted.searched[f"answer {number} about webhooks"] = f"{answer.headers} {answer.text}"


def _damage(folder: Path, base: str, planted: Planted) -> None:
    """Take a table away while the service runs: an error that it cannot have foreseen."""
    connection = sqlite3.connect(folder / "inventory.sqlite")
    with connection:
        connection.execute("DROP TABLE accesses")
    connection.close()
    answer = httpx.get(
        f"{base}/2.6/tech/access/A-1/hardware", auth=("ops", OPS_PASSWORD), timeout=300,
        headers={"Cache-Control": "no-cache"}, trust_env=False,
    )  # fmt: skip
    assert answer.status_code == 500
    planted.searched["answer of the damaged"] = f"{dict(answer.headers)} {answer.text}"


def _look_at_processes(service: Running, planted: Planted) -> None:
    """Command lines of all; environments of those that were started by it and face the public.

    The operator gave the first process a secret in a variable; the collector needs it, too.
    """
    for pid in (service.pid, *children(service.pid)):
        command = _read(pid, "cmdline")
        planted.searched[f"command line {command}"] = command
        if pid != service.pid and " collector " not in command:
            planted.searched[f"environment of {command}"] = _read(pid, "environ")


def _read(pid: int, name: str) -> str:
    octets = Path(f"/proc/{pid}/{name}").read_bytes()
    return octets.replace(b"\0", b" ").decode("utf-8", "replace")


def _run_commands(techinfo: Run, environment: dict[str, str], lab: Lab, planted: Planted) -> None:
    """Everything that an operator may show to somebody else."""
    imported = techinfo("inventory", "import", "inventory.yaml", "--accept", **environment)
    told = [f"{imported.stdout}{imported.stderr}"]
    for arguments in (
        ["dump", "--host", "127.0.0.1", "--port", str(lab.port)],
        ["dump", "--host", "127.9.9.8", "--port", str(lab.port), "--credential", "core"],
        ["probe", "127.0.0.1", "--port", str(lab.port)],
        ["user", "list"],
        ["user", "show", "isp"],
        ["user", "credential", "list", "isp"],
        ["audit", "show"],
        ["audit", "show", "--json"],
        ["inventory", "show"],
    ):
        done = techinfo("--verbose", *arguments, **environment)
        planted.searched[f"techinfo {' '.join(arguments)}"] = done.stdout + done.stderr
    planted.searched["inventory import"] = "".join(told)
    dumped = planted.searched[f"techinfo dump --host 127.0.0.1 --port {lab.port}"]
    assert '"elm"' in dumped
    audit = planted.searched["techinfo audit show --json"].splitlines()
    assert any(json.loads(line).get("access_id") == "A-1" for line in audit if "{" in line)


def _look_at_files(folder: Path, planted: Planted) -> None:
    """Whatever it has written.

    In the users' file stand hashes, and no password; in the tickets' file what signs messages and
    is sent along, for nothing could be sent without.
    """
    given = {"techinfo.toml", "community", "auth", "priv", "password", "acs"}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in given:
            text = path.read_bytes().decode("latin-1")
            here = {"users.sqlite": planted.hashes, "tickets.sqlite": [*planted.made, HOOK_TOKEN]}
            for kept in here.get(path.name.removesuffix("-wal"), ()):
                text = text.replace(kept, "")
            planted.searched[f"file {path.name}"] = text
