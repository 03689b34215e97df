"""A cable is tested from an accessId through both processes, by whom it is let, and never else.

The switches are the lab's: SNMP for the link and for who is fed (RFC 3621), SSH for the test. What
they print is made up in the form of a real DES-3528's and of the Catalyst guides.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, Running

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice, CliFaults
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.store.audit import AuditFile

pytestmark = pytest.mark.long

PASSWORD = "right-password-91"  # noqa: S105 - of a lab on loopback
SECRET = "planted-of-testers-77c1"  # noqa: S105 - the same
START = "cable_diag ports {}"
TESTED = """\
Command: cable_diag ports {0}

 Perform Cable Diagnostics ...

 Port    Type      Link Status          Test Result          Cable Length (M)
 -----  -------  --------------  -------------------------  -----------------
 {0}        FE       Link Down        Pair1 Open      at 31  M         -
                                  Pair2 Short     at 36  M
"""
PORTS = """\
Command: show ports

 Port   State/       Settings             Connection           Address
        MDIX         Speed/Duplex/FlowCtrl Speed/Duplex/FlowCtrl Learning
 -----  --------  ---------------------  ---------------------  --------
""" + "".join(
    f" {n}      Enabled   Auto/Disabled          LinkDown               Enabled\n"
    for n in (1, 2, 3, 4, 5)
)
OUTPUTS = (
    Output("show ports", PORTS),
    *(Output(START.format(n), TESTED.format(n)) for n in (1, 2, 3, 4, 5)),
)
FEEDS = "1.3.6.1.2.1.105.1.1.1.6.1"
SWITCHES = {"cables": "127.21.14.1", "feeding": "127.21.14.2", "busy": "127.21.14.3"}
"""Port 1 has no link, of the second neither has port 2; all others have one."""
SERVICES = {"cables-2": ("bb", "iptv"), "cables-3": ("bb", "voip"), "cables-5": ("sensors",)}


def _switch(name: str) -> LabDevice:
    fed = {f"{FEEDS}.{n}": f"2|{3 if n == 1 else 2}" for n in range(1, 6)}
    ports = (m.port(n, f"1/{n}", up=n > (2 if name == "feeding" else 1)) for n in range(1, 6))
    rows = merged(m.system(name), *ports, fed if name == "feeding" else {})
    return LabDevice(name=name, address=SWITCHES[name], rows=lines(rows))


def _line(name: str) -> SshServer:
    no_test = "% Cable diagnostics is in progress\n" if name == "busy" else ""
    device = CliDevice(
        name=name,
        recording=CliRecording("dlink_ds", OUTPUTS),
        prompt=f"{name}#",
        password=SECRET,
        pager="",
        page=1000,
        faults=CliFaults(no_test=no_test),
    )
    return SshServer(device, address=SWITCHES[name])


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, SshServer]]:
    """The switches, by their command lines."""
    made = {name: _line(name) for name in SWITCHES}
    with SshLab(list(made.values())):
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service has its files."""
    return tmp_path_factory.mktemp("cables")


@pytest.fixture(scope="module")
def served(servers: dict[str, SshServer], folder: Path) -> Iterator[Running]:
    """Collector and API over them; ``eng`` and ``ops`` may test, ``other`` may not."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    roles = {"eng": "engineer", "ops": "operator", "other": "engineer", "isp": "provider"}
    users = "\n".join(
        f"""
        [users.{name}]
        role = "{role}"
        password_hash = "{cheap}"
        cable_test = {"true" if name in ("eng", "ops", "isp") else "false"}
        """
        for name, role in roles.items()
    )
    (folder / "techinfo.toml").write_text(
        f"""
        [service]
        port = 0
        [collect]
        min_interval_s = 0
        deadline_s = 20
        [credentials.default]
        community_file = "community"
        [logins.default]
        user = "techinfo"
        password_file = "password"
        [logins.tester]
        user = "techinfo"
        password_file = "password"
        networks = ["127.21.14.0/24"]
        [danger]
        cable_test = true
        cable_test_login = "tester"
        {users}
        """
    )
    for name, secret in {"community": "public", "password": SECRET}.items():
        (folder / name).write_text(f"{secret}\n")
    for name in ("community", "password", "techinfo.toml"):
        (folder / name).chmod(0o600)
    with Lab([_switch(name) for name in SWITCHES]) as lab:
        elements = "\n".join(
            f"- {{name: {name}, address: {SWITCHES[name]}, port: {lab.port}, ssh_login: default,"
            f" ssh_port: {server.port}, ssh_platform: dlink_ds}}"
            for name, server in servers.items()
        )
        accesses = "\n".join(
            f"- {{access_id: {name}-{n}, element: {name}, port: 1/{n}}}"
            for name in SWITCHES
            for n in range(1, 6)
        )
        subscriptions = "\n".join(
            f"- {{subscription_id: {access}-{kind}, access_id: {access}, provider: isp,"
            f" service: S, service_type: {kind}}}"
            for access, kinds in SERVICES.items()
            for kind in kinds
        )
        (folder / "net.yaml").write_text(
            f"elements:\n{elements}\naccesses:\n{accesses}\nsubscriptions:\n{subscriptions}\n"
        )
        with Inventory.open(folder / "inventory.sqlite") as inventory:
            inventory.import_file(folder / "net.yaml")
        with Running(folder, "serve", "-c", "techinfo.toml") as running:
            yield running


def _ask(
    served: Running, path: str, user: str = "eng", method: str = "POST", **body: Any
) -> httpx.Response:
    return httpx.request(
        method,
        f"{served.url}/techinfo/v1/{path}",
        auth=(user, PASSWORD),
        json=body if method == "POST" else None,
        trust_env=False,
        timeout=PATIENCE_S,
    )


def _force(served: Running, access: str, *kinds: str, user: str = "eng") -> httpx.Response:
    named = [f"{access}-{kind}" for kind in kinds]
    path = f"access/{access}/cabletest/despite-link"
    return _ask(served, path, user, onSite=True, interrupts=named, feedsNothing=True)


def _started(servers: dict[str, SshServer], name: str = "cables") -> int:
    commands = servers[name].device.commands
    return sum(n for command, n in commands.items() if command.startswith("cable_diag"))


def test_a_cable_without_a_link_is_tested(
    served: Running, servers: dict[str, SshServer], folder: Path
) -> None:
    """What came of it stands in all answers of the access, in the audit log, and in no log."""
    before = _started(servers)

    answer = _ask(served, "access/cables-1/cabletest", feedsNothing=True)

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["accessId"], told["linkBefore"]) == ("cables-1", False)
    pairs = [(p["pair"], p["status"], p["length"]) for p in told["cableTest"]]
    assert pairs == [("1", "open", 31.0), ("2", "short", 36.0)]
    assert _started(servers) == before + 1
    for path in (
        "access/cables-1",
        "dump/cables-1",
        "diagnosis/cables-1",
        "access/cables-1/cabletest",
    ):
        found = _ask(served, path, method="GET")
        assert found.json()["cableTest"] == told["cableTest"], path
    whole = _ask(served, "dump/cables-1?device=true", method="GET").json()
    by_name = {port["name"]: port for port in whole["ports"]}
    assert by_name["1/1"]["cableTest"] == told["cableTest"]
    assert "cableTest" not in by_name["1/4"]
    with AuditFile.open(folder / "audit.sqlite") as file:
        entries = file.entries(access_id="cables-1", user="eng")
    assert ("POST", 200) in {(e.method, e.status) for e in entries if e.path.endswith("cabletest")}


@pytest.mark.parametrize(
    ("access", "feeds_nothing", "cause"),
    [
        ("cables-2", True, "the link is up"),
        ("cables-1", False, "does not tell whether the port feeds"),
        ("feeding-1", True, "feeds the equipment behind it"),
    ],
)
def test_what_stands_against_it(
    served: Running,
    servers: dict[str, SshServer],
    access: str,
    feeds_nothing: bool,
    cause: str,
) -> None:
    """Nothing is sent then."""
    before = [_started(servers, name) for name in servers]

    answer = _ask(served, f"access/{access}/cabletest", feedsNothing=feeds_nothing)

    assert (answer.status_code, answer.json()["code"]) == (409, "cable_test_refused")
    assert cause in answer.json()["cause"]
    assert [_started(servers, name) for name in servers] == before


def test_an_engineer_on_site_names_what_is_interrupted(
    served: Running, servers: dict[str, SshServer]
) -> None:
    """As it was shown; and nobody else may."""
    before = _started(servers)
    shown = _ask(served, "access/cables-2/cabletest", method="GET").json()
    assert {s["subscriptionId"] for s in shown["services"]} == {"cables-2-bb", "cables-2-iptv"}
    assert shown["againstForce"] == []

    assert _force(served, "cables-2", "bb").json()["code"] == "cable_test_refused"
    assert _force(served, "cables-2", "bb", "iptv", user="ops").status_code == 403
    assert _started(servers) == before
    answer = _force(served, "cables-2", "bb", "iptv")

    assert answer.status_code == 200, answer.text
    assert answer.json()["linkBefore"] is True
    assert _started(servers) == before + 1


@pytest.mark.parametrize(
    ("access", "kinds", "cause"),
    [
        ("cables-3", ("bb", "voip"), "112"),
        ("cables-4", (), "no service on the port"),
        ("cables-5", ("sensors",), "nobody knows whether"),
    ],
)
def test_what_nobody_may_interrupt(
    served: Running,
    servers: dict[str, SshServer],
    access: str,
    kinds: tuple[str, ...],
    cause: str,
) -> None:
    """Telephony, and what may be."""
    before = _started(servers)
    shown = _ask(served, f"access/{access}/cabletest", method="GET").json()
    assert cause in shown["againstForce"][0]

    answer = _force(served, access, *kinds)

    assert (answer.status_code, answer.json()["code"]) == (409, "cable_test_refused")
    assert _started(servers) == before


def test_where_another_port_feeds_no_word_is_needed(served: Running) -> None:
    """The switch tells of this one that it does not."""
    assert _ask(served, "access/feeding-2/cabletest").status_code == 200


@pytest.mark.parametrize("user", ["other", "isp"])
def test_it_takes_a_permission_of_its_own(served: Running, user: str) -> None:
    """Which a provider cannot have."""
    for method in ("GET", "POST"):
        answer = _ask(served, "access/cables-1/cabletest", user, method)
        assert answer.status_code == 403


def test_a_switch_that_is_at_another_test_says_so(served: Running) -> None:
    """It may go later."""
    answer = _ask(served, "access/busy-1/cabletest", feedsNothing=True)

    assert (answer.status_code, answer.json()["code"]) == (409, "cable_test_running")
    assert answer.json()["retryable"] is True


@pytest.mark.usefixtures("served")
def test_the_command_tests_too(folder: Path) -> None:
    """With a collector of its own; the audit log has it before it begins."""
    typed = [sys.executable, "-m", "techinfo.cli", "cable-test", "-c", "techinfo.toml", "--yes"]

    made = subprocess.run(
        [*typed, "cables-1", "--feeds-nothing"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    refused = subprocess.run(
        [*typed, "cables-2", "--feeds-nothing"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert made.stdout == "pair 1: open, 31 m\npair 2: short, 36 m\n", made.stderr
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the link is up" in refused.stderr
    assert "on the port: S (bb) of isp, cables-2" in refused.stderr
    with AuditFile.open(folder / "audit.sqlite") as file:
        users = [e.user for e in file.entries(access_id="cables-1")]
    assert "command line" in users
