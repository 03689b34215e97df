"""VLANs and MAC addresses of an ONT come over SSH, through both processes, from an accessId.

What the OLT prints is made up in the shape of public scripts (MA5800).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.cli.serving import PATIENCE_S, Running
from tests.drivers.cli.of_huawei_smartax import FLOWS, MACS, NO_FLOW, NO_MAC, RULE

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.ssh.cli_recording import CliRecording, Output

pytestmark = pytest.mark.long

OLT = Path(__file__).parents[2] / "fixtures" / "huawei_smartax" / "made_up_ma5800.snmprec"
ADDRESS = "127.21.13.1"
AUTH, PROVIDER = ("ops", "right-password-91"), ("isp", "other-password-17")
SECRET = "planted-of-olts-4c77"  # noqa: S105 - of a lab on loopback
VLANS, LEARNT = "display service-port port 0/0/0 ont 0", "display mac-address port 0/0/0 ont 0"
OUTPUTS = {
    VLANS: f"""{FLOWS}\
      22  100 common   gpon 0/0 /0  0    1     vlan  7          20   20   up
      23  400 common   gpon 0/0 /0  0    2     vlan  untag      -    -    up
{RULE}   Total : 2  (Up/Down :    2/0)
""",
    LEARNT: f"""{MACS}\
      22     -  gpon 0200-0000-00a0 dynamic  0 /0 /0   0    1         100
  -----------------------------------------------------------------------
  Total: 1
""",
    VLANS.replace("ont 0", "ont 7"): NO_FLOW,
    LEARNT.replace("ont 0", "ont 7"): NO_MAC,
}
NETWORK = """
elements:
- {{name: olt, address: {address}, port: {snmp}, ssh_login: default, ssh_port: {ssh}}}
accesses:
- {{access_id: P-0, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 0, uni: 1}}
- {{access_id: P-7, element: olt, port: GPON 0/0/0, port_by: name, ont_id: 7, uni: 1}}
services:
- {{element: olt, vlan: 100, service_type: bb}}
- {{element: olt, vlan: 400, service_type: voip}}
subscriptions:
- {{subscription_id: S-0, access_id: P-0, provider: isp, service: BB, service_type: bb}}
- {{subscription_id: S-7, access_id: P-7, provider: isp, service: BB, service_type: bb}}
"""


@pytest.fixture(scope="module")
def line() -> Iterator[SshServer]:
    """The command line of the OLT, which wants more rights, an Enter, and a space a page."""
    device = CliDevice(
        name="olt",
        recording=CliRecording("huawei_smartax", tuple(Output(*told) for told in OUTPUTS.items())),
        prompt="MA5800-X7>",
        enable=SECRET,
        smart="{ <cr>|gemport<K>|sort-by<K>||<K> }:",
        pager="  ---- More ( Press 'Q' to break ) ----",
        erase="\x1b[37D" + 37 * " " + "\x1b[37D",
        page=4,
        log_out="  Are you sure to log out? (y/n)[n]:",
    )
    server = SshServer(device, address=ADDRESS)
    with SshLab([server]):
        yield server


@pytest.fixture(scope="module")
def served(line: SshServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Collector and API."""
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
        enable_file = "enable"
        [users.ops]
        role = "operator"
        password_hash = "{cheap.hash(AUTH[1])}"
        [users.isp]
        role = "provider"
        provider = "isp"
        password_hash = "{cheap.hash(PROVIDER[1])}"
        """
    )
    for name, text in {"community": "public", "password": "techinfo", "enable": SECRET}.items():
        (folder / name).write_text(f"{text}\n")
    for name in ("community", "password", "enable", "techinfo.toml"):
        (folder / name).chmod(0o600)
    with Lab([LabDevice(name="olt", address=ADDRESS, recordings=(OLT,))]) as lab:
        network = NETWORK.format(address=ADDRESS, snmp=lab.port, ssh=line.port)
        (folder / "net.yaml").write_text(network)
        with Inventory.open(folder / "inventory.sqlite") as inventory:
            inventory.import_file(folder / "net.yaml")
        with Running(folder, "serve", "-c", "techinfo.toml") as running:
            yield running


def _ask(served: Running, path: str, auth: tuple[str, str] = AUTH) -> Any:
    headers = {"Cache-Control": "no-cache"}
    url = f"{served.url}/{path}"
    answer = httpx.get(url, auth=auth, headers=headers, trust_env=False, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_access_behind_an_ont_is_answered_by_it(served: Running, line: SshServer) -> None:
    """One command a fact, in one session; what SNMP tells is not asked again."""
    before = Counter(line.device.commands)

    told = _ask(served, "techinfo/v1/dump/P-0")

    assert told["status"]["link"] is True
    assert [(row["mac"], row["vlan"]) for row in told["macAddressTable"]] == [
        ("02:00:00:00:00:A0", 100)
    ]
    assert told["portVlans"] == [
        {"vlan": 100, "tagged": True, "userVlan": 7},
        {"vlan": 400, "tagged": False},
    ]
    sources = {name: part.get("source") for name, part in told["parts"].items()}
    assert (sources["macAddressTable"], sources["portVlans"]) == ("cli", "cli")
    assert sources["status"] is None
    assert Counter(line.device.commands) - before == Counter({VLANS: 1, LEARNT: 1})
    assert line.device.most == 1
    assert line.device.heard[0].startswith(f"enable\n{SECRET}\ndisplay ")


def test_a_provider_is_told_its_own_vlans(served: Running) -> None:
    """The telephone on the same ONT is another's."""
    told = _ask(served, "techinfo/v1/dump/P-0", PROVIDER)

    assert told["portVlans"] == [{"vlan": 100, "tagged": True, "userVlan": 7}]


def test_an_ont_without_service_ports_has_none(served: Running) -> None:
    """What the OLT says of that is an answer, and no failure."""
    told = _ask(served, "techinfo/v1/dump/P-7")

    assert (told["portVlans"], told["macAddressTable"]) == ([], [])
    assert told["parts"]["portVlans"]["state"] == "empty"


def test_nothing_secret_is_said(served: Running) -> None:
    """Neither the secret for more rights nor what the OLT printed."""
    assert SECRET not in served.errors
    assert "0200-0000-00a0" not in served.errors
