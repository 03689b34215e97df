"""What SNMP does not tell comes over SSH, through both processes, from an accessId.

The switches' outputs are made up in the form of Cisco's command reference (show ip dhcp snooping
binding, show ip igmp snooping groups, show policy-map interface).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, Running, arguments, memory_holds

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice, CliFaults
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.ssh.cli_recording import CliRecording, Output

pytestmark = pytest.mark.long

AUTH = ("ops", "right-password-91")
PASSWORD = "planted-of-switches-5d11"  # noqa: S105 - of a lab on loopback
LEASES, GROUPS = "show ip dhcp snooping binding", "show ip igmp snooping groups"
POLICY = """\
 GigabitEthernet0/1

  Service-policy output: OUT-250M

    Class-map: class-default (match-any)
      Match: any
      Queueing
      shape (average) cir 250000000, bc 1000000, be 1000000
      target shape rate 250000000
"""
POLICIES = {
    f"show policy-map interface{of}": "" if of.endswith("2") else POLICY
    for of in ("", *(f" {name}0/{n}" for name in ("Gi", "GigabitEthernet") for n in (1, 2)))
}
OUTPUTS = {
    LEASES: """\
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
02:00:00:00:00:11   192.0.2.11       9000        dhcp-snooping  10    GigabitEthernet0/1
02:00:00:00:00:12   192.0.2.12       9000        dhcp-snooping  10    GigabitEthernet0/2
Total number of bindings: 2
""",
    GROUPS: """\
Vlan      Group                    Type        Version     Port List
-----------------------------------------------------------------------
10        239.1.1.1                igmp        v2          Gi0/1
""",
    **POLICIES,
}
FAULTS = {
    "good": CliFaults(),
    "slow": CliFaults(delay_s=0.1, log_line="%LINK-3-UPDOWN: Interface Gi0/9, changed state"),
    "refuses": CliFaults(refuses=True),
    "key": CliFaults(),
    "busy": CliFaults(too_many="Too many users"),
    "cut": CliFaults(cut_after=330),
    "hangs": CliFaults(hangs=(LEASES,)),
}
ADDRESSES = {name: f"127.21.12.{n}" for n, name in enumerate(FAULTS, 1)}
ANOTHER_KEY = "SHA256:" + 43 * "A"


def _switch(name: str) -> LabDevice:
    rows = merged(
        m.system(name),
        m.port(1, "GigabitEthernet0/1"),
        m.port(2, "GigabitEthernet0/2"),
        m.learnt(1, "02:00:00:00:00:11", 10),
    )
    return LabDevice(name=name, address=ADDRESSES[name], rows=lines(rows))


def _line(name: str) -> SshServer:
    outputs = tuple(Output(command, text) for command, text in OUTPUTS.items())
    device = CliDevice(
        name=name,
        recording=CliRecording("cisco_ios", outputs),
        prompt=f"{name}#",
        password=PASSWORD,
        page=3,
        faults=FAULTS[name],
    )
    return SshServer(device, address=ADDRESSES[name])


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, SshServer]]:
    """A switch for every fault, by its command line."""
    made = {name: _line(name) for name in FAULTS}
    with SshLab(list(made.values())):
        yield made


@pytest.fixture(scope="module")
def served(
    servers: dict[str, SshServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Collector and API over all of them."""
    folder = tmp_path_factory.mktemp("served")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    (folder / "techinfo.toml").write_text(
        f"""
        [service]
        port = 0
        [collect]
        min_interval_s = 0
        deadline_s = 8
        [credentials.default]
        community_file = "community"
        [logins.default]
        user = "techinfo"
        password_file = "password"
        [users.ops]
        role = "operator"
        password_hash = "{cheap.hash(AUTH[1])}"
        """
    )
    for name, secret in {"community": "public", "password": PASSWORD}.items():
        (folder / name).write_text(f"{secret}\n")
    for name in ("community", "password", "techinfo.toml"):
        (folder / name).chmod(0o600)
    with Lab([_switch(name) for name in FAULTS]) as lab:
        elements = "\n".join(
            f"- {{name: {name}, address: {ADDRESSES[name]}, port: {lab.port}, ssh_login: default,"
            f" ssh_port: {server.port}, ssh_platform: cisco_ios"
            + (f", ssh_host_key: '{ANOTHER_KEY}'}}" if name == "key" else "}")
            for name, server in servers.items()
        )
        accesses = "\n".join(
            f"- {{access_id: {name}-{n}, element: {name}, port: GigabitEthernet0/{n}}}"
            for name in FAULTS
            for n in (1, 2)
        )
        (folder / "net.yaml").write_text(f"elements:\n{elements}\naccesses:\n{accesses}\n")
        with Inventory.open(folder / "inventory.sqlite") as inventory:
            inventory.import_file(folder / "net.yaml")
        with Running(folder, "serve", "-c", "techinfo.toml") as running:
            yield running


def _ask(served: Running, path: str) -> httpx.Response:
    return httpx.get(
        f"{served.url}/onapi/2.6/tech/access/{path}",
        auth=AUTH,
        headers={"Cache-Control": "no-cache"},
        trust_env=False,
        timeout=PATIENCE_S,
    )


def _everything(served: Running, access: str) -> dict[str, Any]:
    answer = _ask(served, access)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("name", ["good", "slow"])
def test_leases_and_groups_come_by_ssh_and_the_rest_by_snmp(
    served: Running, servers: dict[str, SshServer], name: str
) -> None:
    """Of the port that is asked for, in one session, through a pager and unasked lines."""
    device = servers[name].device
    before = Counter(device.commands)

    told = _everything(served, f"{name}-1")

    leases = [(r["lease"], r["mac"]) for r in told["leaseInfo"]]
    assert leases == [("192.0.2.11", "02:00:00:00:00:11")]
    assert [r["multicast"] for r in told["igmpSnooping"]] == ["239.1.1.1"]
    assert [r["mac"] for r in told["macAddressTable"]] == ["02:00:00:00:00:11"]
    assert told["parts"]["leaseInfo"]["source"] == "cli"
    assert "source" not in told["parts"]["macAddressTable"]
    assert device.most == 1
    known = {"terminal length 0", "terminal width 511", LEASES, GROUPS, *POLICIES}
    assert set(Counter(device.commands) - before) <= known


def test_a_configured_rate_comes_by_ssh(served: Running) -> None:
    """With the link that SNMP tells; a port without a policy has an empty list."""
    one, other = _everything(served, "good-1"), _everything(served, "good-2")

    limit = {"queue": "out", "cir": "250000", "pir": "250000"}
    assert one["status"]["configuredSpeed"] == [limit]
    assert "source" not in one["parts"]["status"]
    assert other["status"]["configuredSpeed"] == []
    dumped = httpx.get(
        f"{served.url}/techinfo/v1/dump/good-1?device=true",
        auth=AUTH,
        trust_env=False,
        timeout=PATIENCE_S,
    ).json()
    assert dumped["parts"]["configuredSpeed"]["source"] == "cli", dumped["parts"]
    rates = [port["status"].get("configuredSpeed") for port in dumped["ports"]]
    assert rates == [[limit], None]


def test_a_port_without_rows_has_none(served: Running) -> None:
    """Empty is told where the table was read to its end."""
    answer = _ask(served, "good-2/link/igmpsnooping")

    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("refuses", "element_refuses"),
        ("key", "element_refuses"),
        ("busy", "element_slow"),
        ("hangs", "element_slow"),
    ],
)
def test_an_error_of_the_command_line_is_that_facts_alone(
    served: Running, servers: dict[str, SshServer], name: str, code: str
) -> None:
    """Link and MAC addresses are told beside it, before the deadline; nobody tries again."""
    for _ in range(2):
        told = _everything(served, f"{name}-1")

        assert told["parts"]["leaseInfo"]["code"] == code, told["parts"]
        assert told["parts"]["leaseInfo"]["state"] == "failed"
        assert [r["mac"] for r in told["macAddressTable"]] == ["02:00:00:00:00:11"]
        assert told["status"]["link"] is True
    device = servers[name].device
    assert device.refused <= 1
    if name in ("refuses", "key"):
        assert device.heard == []


def test_an_output_that_was_cut_is_partial(served: Running) -> None:
    """What came of it is told, and that it is not all."""
    told = _everything(served, "cut-1")

    assert told["parts"]["leaseInfo"]["state"] == "partial", told["parts"]
    assert [row["lease"] for row in told["leaseInfo"]] == ["192.0.2.11"]
    assert [row["mac"] for row in told["macAddressTable"]] == ["02:00:00:00:00:11"]


@pytest.mark.parametrize(
    ("name", "unread"),
    [
        ("good", ()),
        ("slow", ()),
        ("refuses", ("leaseInfo", "igmpGroups")),
        ("key", ("leaseInfo", "igmpGroups")),
        ("busy", ("leaseInfo", "igmpGroups")),
        ("cut", ("leaseInfo",)),
        ("hangs", ("leaseInfo", "igmpGroups")),
    ],
)
def test_a_command_line_that_fails_makes_no_false_verdict(
    served: Running, name: str, unread: tuple[str, ...]
) -> None:
    """The line works, by SNMP; leases that were not read are missing, and never none."""
    answer = httpx.get(
        f"{served.url}/techinfo/v1/diagnosis/{name}-1",
        auth=AUTH,
        trust_env=False,
        timeout=PATIENCE_S,
    )
    told = answer.json()

    assert answer.status_code == 200, told
    assert told["code"] == "all_fine", told
    assert set(unread) <= set(told["missing"]), told["missing"]


def test_nothing_is_typed_that_no_driver_declares(
    served: Running, servers: dict[str, SshServer]
) -> None:
    """And what a device printed, and the password, are in no word of the processes."""
    allowed = {"terminal length 0", "terminal width 511", LEASES, GROUPS, *POLICIES, "exit", ""}
    allowed.add("show interfaces status err-disabled")
    for server in servers.values():
        for session in server.device.heard:
            typed = {line.strip() for line in re.split(r"[\r\n]+", session)}
            assert typed <= allowed | {" "}, typed
    assert PASSWORD not in served.errors
    assert "192.0.2.11" not in served.errors


def test_the_api_never_has_the_password(served: Running) -> None:
    """Nowhere in its memory; the collector, which must have it, is looked at in the same way."""
    api, collector = served.child("serve"), served.child("collector")
    try:
        assert memory_holds(collector, PASSWORD.encode())
    except PermissionError:
        pytest.skip("this host lets nobody look into another process's memory")
    assert not memory_holds(api, PASSWORD.encode())
    assert PASSWORD not in " ".join((*arguments(api), *arguments(collector)))
