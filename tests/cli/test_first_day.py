"""From an empty folder to a provider's first answer about a switch that is only in NetBox."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Run
from tests.cli.serving import Running
from tests.netbox_client.serving import TOKEN, netbox_server, small_network

from techinfo.lab import Lab, LabDevice

NETBOX = """
[netbox]
url = "{url}"
token_file = "token"
elements = {{role = ["access-switch"]}}
provider_field = "provider"
service_field = "service"
service_type_field = "service_type"
element_fields = {{port = "snmp_port"}}
"""


@pytest.mark.long
def test_a_provider_is_answered_about_a_switch_of_netbox(
    techinfo: Run, walk: Path, tmp_path: Path
) -> None:
    """By four commands, and a token."""
    (tmp_path / "phrase").write_text("public\n", encoding="utf-8")
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    config = {"TECHINFO_CONFIG": "techinfo.toml"}

    with (
        netbox_server() as fake,
        Lab([LabDevice(name="sw", address="127.23.9.1", recordings=(walk,))]) as lab,
    ):
        small_network(fake)
        custom = {"snmp_port": lab.port}
        address = {"address": "127.23.9.1/24"}
        fake.save("dcim/devices", 1, primary_ip=address, custom_fields=custom)
        fake.save("dcim/interfaces", 102, name="port1")
        begun = techinfo(
            *("init", "--network", "127.23.9.0/24", "--community-file", "phrase"),
            *("--listen", "127.0.0.1:0"),
        )
        with (tmp_path / "techinfo.toml").open("a", encoding="utf-8") as file:
            file.write(NETBOX.format(url=fake.url))
        imported = techinfo("inventory", "netbox", **config)
        user = techinfo("user", "add", "isp-1", **config)
        with Running(tmp_path, "serve", **config) as running:
            told = httpx.get(
                f"{running.url}/onapi/2.6/tech/access/A-2/link/status",
                auth=("isp-1", user.stdout.strip()),
                timeout=300,
            )

    assert (begun.returncode, imported.returncode, user.returncode) == (0, 0, 0), imported.stderr
    assert told.status_code == 200, told.text
    assert told.json()["link"] is True
