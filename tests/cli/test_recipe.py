"""The recipe of docs/leases.md, tried with ISC's dhcpd and dhcrelay as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.dhcp.real_dhcpd import needs_dhcpd, running

from techinfo.dhcp.octets import from_text, text

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "leases.md"
_BINARY = bytes.fromhex("000400640103")
_REMOTE = bytes.fromhex("0006001b54aa0200")
_SENT = {
    "02:00:5e:00:53:01": (b"eth 0/1", b"10.10.10.10"),
    "02:00:5e:00:53:02": (_BINARY, _REMOTE),
    "02:00:5e:00:53:03": (b"\0\4\0\x64\1\4", b""),
    "02:00:5e:00:53:04": (b"", b"\0\6\0\x1b\x54\xaa\2\1"),
    "02:00:5e:00:53:05": (b"x", b""),
    "02:00:5e:00:53:06": (b'a";};b, rid=0:1', b"line\n\xff"),
}
"""MAC address -> circuit-id and remote-id."""
_RELAYED = "02:00:5e:00:53:77"


def _recipe() -> str:
    """The statements of the page for DHCPv4, up to the words about DHCPv6."""
    page = _PAGE.read_text(encoding="utf-8")
    found = re.search(r"^    on commit \{.*?(?=^\S)", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


def _option82(circuit: bytes, remote: bytes) -> bytes:
    row = b"".join(
        bytes([code, len(value)]) + value for code, value in ((1, circuit), (2, remote)) if value
    )
    return bytes([82, len(row)]) + row


def _inventory(sent: dict[str, tuple[bytes, bytes]]) -> str:
    """An access for each client, called by the end of its address."""
    rows = ["elements: [{name: sw-1, address: 192.0.2.3}]", "accesses:"]
    rows += [f"  - {{access_id: A{mac[-2:]}, element: sw-1, port: 'ge{mac[-2:]}'}}" for mac in sent]
    rows += ["subscriptions:"]
    for mac, (circuit, remote) in sent.items():
        values = {"ipv4_circuit_id": circuit, "ipv4_remote_id": remote}
        told = {name: text(value) for name, value in values.items() if value}
        row = {
            "subscription_id": f"S{mac[-2:]}",
            "access_id": f"A{mac[-2:]}",
            "provider": "isp",
            "service": "BB",
            "service_type": "bb",
            "state": "ACTIVATED",
            **told,
        }
        rows.append(f"  - {json.dumps(row)}")
    return "\n".join(rows)


@pytest.mark.long
@needs_dhcpd
def test_the_recipe_logs_what_relays_send(techinfo: Run, tmp_path: Path) -> None:
    """Both values or one, text or octets; a look-up and the reader of leases read the same."""
    with running(tmp_path, _recipe()) as servers:
        addresses = {mac: servers.sent(mac, _option82(*sent)) for mac, sent in _SENT.items()}
        addresses[_RELAYED] = servers.relayed(_RELAYED)
        acked = [f"DHCPACK on {address} to {mac}" for mac, address in addresses.items()]
        given_back = [f"RELEASE ip={addresses[mac]}" for mac in _SENT]
        (tmp_path / "dhcpd.log").write_bytes(servers.syslog(*acked, *given_back))
    sent = {**_SENT, _RELAYED: (b"customer1", b"")}
    (tmp_path / "net.yaml").write_text(_inventory(sent), encoding="utf-8")
    (tmp_path / "techinfo.toml").write_text('[inventory]\npath = "inventory.sqlite"\n')
    assert techinfo("inventory", "import", "net.yaml").returncode == 0

    read = techinfo("leases", "read", "dhcpd-syslog", "dhcpd.log")
    looked_up = techinfo("lookup", "--json", "--log", "dhcpd.log")

    assert (read.returncode, looked_up.returncode) == (0, 0), looked_up.stderr
    events = [json.loads(line) for line in read.stdout.splitlines()]
    granted = {
        e["mac"]: (from_text(e.get("circuit", "")), from_text(e.get("remote", "")))
        for e in events
        if e["kind"] == "granted"
    }
    assert granted == sent
    released = {e["address"] for e in events if e["kind"] == "released"}
    assert released == {addresses[mac] for mac in _SENT}
    found = [json.loads(line) for line in looked_up.stdout.splitlines()]
    assert {one["accessId"] for one in found} == {f"A{mac[-2:]}" for mac in sent}
