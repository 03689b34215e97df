"""The network that the pages tell of, small: a switch, a service over it, and those beside it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.access import made_up as m
from tests.access.made_up import Rows, lines, merged
from tests.netbox_client.serving import TOKEN, netbox_server, small_network
from tests.onapi_client.ordering import operator
from tests.onapi_client.serving import PASSWORD, USER
from tests.webhooks.receiving import Reply, receiver

from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.ssh.cli_recording import CliRecording, Output

ADDRESS = "127.24.19.1"
NETWORK = "127.24.19.0/29"
_CATALYST = "1.3.6.1.4.1.9.1.1208"
_PORT = "GigabitEthernet1/0/7"
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_SENSOR = "1.3.6.1.4.1.9.9.91.1.1.1.1"
_DBM = 14
"""CISCO-ENTITY-SENSOR-MIB: the kind of a value."""
_STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/7                      connected    100        a-full a-1000 10/100/1000BaseTX
Gi1/0/8                      notconnect   1            auto   auto 10/100/1000BaseTX
"""
_LEASES = f"""
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
3C:52:82:11:22:33   192.0.2.91       1512        dhcp-snooping   100  {_PORT}
Total number of bindings: 1
"""
_SETTINGS = """
[service]
port = 0

[admin]
port = {admin}

[inventory]
path = "inventory.sqlite"

[credentials.default]
community_file = "community"
networks = ["{network}"]

[logins.default]
user = "techinfo"
password_file = "password"
networks = ["{network}"]

[tickets]
desk = "here"

[webhooks]
allow = ["127.0.0.1/32"]

[polling]
sites = ["north"]

[leases]
path = "leases.sqlite"

[[leases.sources]]
name = "dhcp1"
form = "dhcpd-syslog"
path = "dhcpd.log"
zone = "Europe/Stockholm"

[netbox]
url = "{netbox}"
token_file = "token"
elements = {{role = ["access-switch"]}}
provider_field = "provider"
service_field = "service"
service_type_field = "service_type"

[onapi.isp-1]
url = "{onapi}/onapi"
user = "{user}"
password_file = "onapi-password"
provider = "isp-1"
"""
_INVENTORY = """
elements:
  - {{name: sw-elm-3, address: {address}, sys_name: sw-elm-3, port: {snmp}, site: north,
     ssh_login: default, ssh_port: {ssh}}}
accesses:
  - {{access_id: A-1001, element: sw-elm-3, port: {port}}}
services:
  - {{vlan: 100, service_type: bb}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1001, provider: isp-1, service: BB-100, service_type: bb,
     ipv4_circuit_id: "0x000400640103"}}
"""
_LOG = (
    "Nov 29 10:00:00 dhcp1 dhcpd[1]: COMMIT ip=192.0.2.91 mac=3c:52:82:11:22:33"
    " cid=00:04:00:64:01:03 rid=\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What stands, and where.

    Attributes:
        folder: Its ``techinfo.toml`` is the configuration.
        admin: TCP port of the service's other listener.
        names: Of numbers, by what they are called in commands.
    """

    folder: Path
    admin: int
    names: dict[str, str]


def _secret(path: Path, text: str) -> None:
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)


def _files(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in (
        ("community", "public"),
        ("password", "techinfo"),
        ("token", TOKEN),
        ("onapi-password", PASSWORD),
    ):
        _secret(folder / name, text)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _module(number: int, port: str) -> Rows:
    """A module in a port, and what it says of its light."""
    rows = {
        f"{_ENTITY}.4.1032": "2|1031",
        f"{_ENTITY}.5.1032": "2|10",
        f"{_ENTITY}.7.1032": f"4|{port}",
        f"{_ENTITY}.4.1031": "2|1002",
        f"{_ENTITY}.5.1031": "2|5",
        "1.3.6.1.2.1.47.1.3.2.1.2.1032.0": f"6|1.3.6.1.2.1.2.2.1.1.{number}",
    }
    for entity, name, value in ((1055, "Transmit", -58), (1056, "Receive", -81)):
        rows[f"{_ENTITY}.4.{entity}"] = "2|1032"
        rows[f"{_ENTITY}.5.{entity}"] = "2|8"
        rows[f"{_ENTITY}.7.{entity}"] = f"4|{port} {name} Power Sensor"
        for column, cell in enumerate((_DBM, 9, 1, value, 1), 1):
            rows[f"{_SENSOR}.{column}.{entity}"] = f"2|{cell}"
    return rows


def _switch() -> LabDevice:
    rows = merged(
        m.system("sw-elm-3", _CATALYST),
        {"1.3.6.1.2.1.1.1.0": "4|Cisco IOS Software, C2960X Software, Version 15.2(2)E7"},
        m.port(7, _PORT),
        m.port(8, f"{_PORT[:-1]}8"),
        _module(7, _PORT),
    )
    return LabDevice(name="sw-elm-3", address=ADDRESS, rows=lines(rows))


def _command_line() -> SshServer:
    outputs = (
        Output("show interfaces status", _STATUS),
        Output("show ip dhcp snooping binding", _LEASES),
    )
    device = CliDevice(
        name="sw-elm-3", recording=CliRecording("cisco_ios", outputs), prompt="sw-elm-3#"
    )
    return SshServer(device, address=ADDRESS)


@contextmanager
def standing(folder: Path) -> Iterator[Standing]:
    """All of it but the service, and no inventory is there yet."""
    with ExitStack() as stack:
        lab, ssh = stack.enter_context(Lab([_switch()])), _command_line()
        stack.enter_context(SshLab([ssh]))
        netbox = stack.enter_context(netbox_server())
        small_network(netbox)
        there = stack.enter_context(operator(datetime.now(UTC)))
        desk = stack.enter_context(receiver(lambda _: Reply()))
        admin = _free_port()
        settings = _SETTINGS.format(
            admin=admin, network=NETWORK, netbox=netbox.url, onapi=there.url, user=USER
        )
        inventory = _INVENTORY.format(address=ADDRESS, snmp=lab.port, ssh=ssh.port, port=_PORT)
        _files(folder, {"techinfo.toml": settings, "site.yaml": inventory, "dhcpd.log": _LOG})
        names = {"snmp": str(lab.port), "ssh": str(ssh.port), "admin": str(admin), "desk": desk.url}
        yield Standing(folder=folder, admin=admin, names=names)
