"""Packets that RADIUS servers, tshark and patterns of one's own tell of, to their last field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import C1, C2, DUID, MAC, SIX, lease, said, seen

from techinfo.dhcp.events import Kind, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader

OTHER = f"{MAC[:-1]}2"


def packet(**attributes: str) -> bytes:
    """A packet of FreeRADIUS' detail file; ``_`` stands for ``-``."""
    told = "".join(f"\t{name.replace('_', '-')} = {value}\n" for name, value in attributes.items())
    return f"Sat Nov 21 06:04:47 2026\n{told}\n".encode()


def told(record: bytes, **more: Any) -> list[Any]:
    """What is read out of it."""
    return events("freeradius-detail", record, **more)


@pytest.mark.parametrize(
    ("kind", "expected", "lasts"),
    [
        ("DHCP-Ack", Kind.GRANTED, 20),
        ("DHCP-Release", Kind.RELEASED, None),
        ("DHCP-Decline", Kind.DECLINED, None),
    ],
)
def test_packets_of_dhcp_are_of_leases(kind: str, expected: Kind, lasts: int | None) -> None:
    """With the lease time that they carry, else the source's."""
    record = packet(
        DHCP_Message_Type=kind,
        DHCP_Your_IP_Address="192.0.2.1",
        DHCP_Client_Hardware_Address=MAC,
        DHCP_Relay_Circuit_Id="0x6331",
        DHCP_Relay_Remote_Id="0x6332",
        DHCP_IP_Address_Lease_Time="20",
    )

    assert told(record, lease_s=60) == [lease("05:04:47", expected, lasts, identity=C2)]
    shorter = record.replace(b"DHCP-IP-Address-Lease-Time", b"Something")
    assert told(shorter, lease_s=60) == [lease("05:04:47", expected, lasts and 60, identity=C2)]


def test_a_packet_may_be_of_several_addresses() -> None:
    """IPv4, IPv6 and prefixes; what a client has before it has an address is none."""
    record = packet(
        Acct_Status_Type="Start",
        User_Name=f'"{MAC}"',
        Framed_IP_Address="192.0.2.1",
        DHCP_Your_IP_Address="0.0.0.0",  # noqa: S104 - an address, not where to listen
        Framed_IPv6_Prefix="2001:db8:1::/64",
        Delegated_IPv6_Prefix="2001:db8::/56",
    )

    assert told(record) == [
        lease("05:04:47", address=address)
        for address in ("192.0.2.1", "2001:db8:1::/64", "2001:db8::/56")
    ]


def test_a_packet_of_no_lease_shows_an_identifier() -> None:
    """With the client and the first address; without an identifier it is nothing."""
    record = packet(Calling_Station_Id=MAC, Framed_IP_Address="192.0.2.1", User_Name='"6331:6332"')

    assert told(record.replace(b"6331:6332", b"63310a:6332ff")) == [
        seen("05:04:47", Identity(b"c1\n", b"c2\xff"), address="192.0.2.1")
    ]
    assert told(packet(Calling_Station_Id=MAC, User_Name='"x"')) == []
    assert told(packet(User_Name="x", Agent_Circuit_Id='"c1"')) == [seen("05:04:47", C1, mac=None)]


def test_attributes_count_before_a_user_s_name() -> None:
    """And the first of two."""
    record = packet(
        Acct_Status_Type="Start",
        Framed_IP_Address="192.0.2.1",
        User_Name='"00046331:0006aabb"',
        ADSL_Agent_Remote_Id="0x6332",
        Agent_Remote_Id='"other"',
    )

    assert told(record) == [lease("05:04:47", mac=None, identity=Identity(None, b"c2"))]


def test_a_line_of_a_linelog_tells_what_its_type_says() -> None:
    """A release has no address: it is of the one that the client had."""
    front = "2026-11-21 06:04:45"
    log = (
        f"{front} DHCP-Request mac={MAC} ip=192.0.2.1 circuit=0x6331 remote=0x6332\n"
        f"{front} DHCP-Discover mac={MAC} circuit=c1 ip=192.0.2.7\n"
        f"{front} DHCP-Discover mac={MAC}\n"
        f"{front} DHCP-Release mac={MAC} circuit=c1\n"
        f"{front} DHCP-Release mac={OTHER}\n"
        f"{front} DHCP-Ack ip=192.0.2.2\n"
        f"{front} DHCP-Release\tx circuit=c1\n"
        f"{front} acct=Stop user={OTHER} ip=192.0.2.9\n"
        f"{front} DHCP-Release mac={OTHER}\n"
    )

    assert events("freeradius-linelog", log.encode(), lease_s=60) == [
        lease("05:04:45", lasts=60, identity=C2),
        said("05:04:45", MessageType.DISCOVER, identity=C1, address="192.0.2.7"),
        said("05:04:45", MessageType.DISCOVER),
        lease("05:04:45", Kind.RELEASED, identity=C1),
        lease("05:04:45", lasts=60, address="192.0.2.2", mac=None),
        lease("05:04:45", Kind.RELEASED, address="192.0.2.9", mac=OTHER),
    ]


COLUMNS = {
    "time": "frame.time_epoch",
    "mac": "dhcp.hw.mac_addr",
    "your": "dhcp.ip.your",
    "client": "dhcp.ip.client",
    "type": "dhcp.option.dhcp",
    "lasts": "dhcp.option.ip_address_lease_time",
    "circuit": "dhcp.option.agent_information_option.agent_circuit_id",
    "remote": "dhcp.option.agent_information_option.agent_remote_id",
    "duid": "dhcpv6.duid.bytes",
    "hops": "dhcpv6.hopcount",
    "interface": "dhcpv6.interface_id",
    "remote6": "dhcpv6.remoteid_enterprise_id",
    "enterprise": "dhcpv6.remoteid.enterprise",
}
PLAIN_DUID = DUID.replace(":", "")


def fields(**cells: str) -> bytes:
    """A table of tshark with one row, and the columns that it has."""
    row = {"time": "1795237562.5", **cells}
    head = "\t".join(COLUMNS[name] for name in row)
    return f"{head}\n{chr(9).join(row.values())}\n".encode()


def packets(**more: Any) -> list[Any]:
    """What is read out of a row."""
    source_s = {"lease_s": more.pop("lease_s")} if "lease_s" in more else {}
    return events("tshark-fields", fields(**more), **source_s)


AT = "05:06:02.5"


def test_packets_of_dhcpv4_are_of_leases_by_their_type() -> None:
    """An ACK gives your address, a release is from the client's own."""
    both = {"mac": MAC, "your": "192.0.2.1", "client": "192.0.2.2", "lasts": "20"}

    assert packets(**both, type="5") == [lease(AT, lasts=20)]
    assert packets(**both, type="7") == [lease(AT, Kind.RELEASED, address="192.0.2.2")]
    assert packets(**both, type="4,4") == [lease(AT, Kind.DECLINED, address="192.0.2.2")]
    assert packets(**(both | {"client": "0.0.0.0"}), type="7") == [  # noqa: S104 - no listener
        lease(AT, Kind.RELEASED)
    ]
    assert packets(mac=MAC, your="192.0.2.1", type="5", lease_s=60) == [lease(AT, lasts=60)]
    assert packets(mac=MAC, your="0.0.0.0", type="5") == []  # noqa: S104 - no listener
    assert packets(**both) == []


def test_a_packet_of_no_lease_is_a_sighting() -> None:
    """Of its identifier, with the address that it is about."""
    one = {"mac": f"{MAC},{OTHER}", "circuit": "63:31", "remote": "<MISSING>"}

    assert packets(**one, type="8") == [seen(AT, C1)]
    for written, kind in (("1", "DISCOVER"), ("2", "OFFER"), ("3", "REQUEST"), ("6", "NAK")):
        assert packets(**one, type=written) == [said(AT, MessageType(kind), identity=C1)]
    assert packets(mac=MAC, type="1") == [said(AT, MessageType.DISCOVER)]
    assert packets(**one, client="192.0.2.1") == [seen(AT, C1, address="192.0.2.1")]
    assert packets(**(one | {"remote": "6332"})) == [seen(AT, C2)]


def test_of_dhcpv6_the_layer_next_to_the_client_counts() -> None:
    """The last; a value of which nobody knows the layer is none."""
    client = {"duid": PLAIN_DUID, "enterprise": "9,3561"}
    sighting = {"duid": DUID}
    two = {"hops": "1,0", "interface": "7a7a,6574682031", "remote6": "7a,6c696e65"}

    assert packets(**client, **two) == [seen(AT, SIX, **sighting)]
    assert packets(**client, **(two | {"interface": "6574682031"})) == []
    assert packets(**client, **(two | {"remote6": "6c696e65"})) == [
        seen(AT, Identity(interface=b"eth 1"), **sighting)
    ]
    assert packets(**client, interface="6574682031") == [
        seen(AT, Identity(interface=b"eth 1"), **sighting)
    ]
    assert packets(**client, remote6="6c696e65") == [
        seen(AT, Identity(remote6=b"line", enterprise=3561), **sighting)
    ]
    assert packets(**client, remote6="6c696e65,6c696e65") == []
    assert packets(duid=PLAIN_DUID, remote6="6c696e65") == [
        seen(AT, Identity(remote6=b"line"), **sighting)
    ]


def test_a_table_of_tshark_may_begin_anew() -> None:
    """With other columns; a row may end before its last ones."""
    log = fields(mac=MAC, circuit="6331") + fields(circuit="6331", mac=MAC)

    assert events("tshark-fields", log) == [seen(AT, C1), seen(AT, C1)]
    assert packets(mac=MAC, circuit="6331", client="by frame.time_epoch") == [seen(AT, C1)]
    short = fields(circuit="6331", mac=MAC).replace(f"\t{MAC}".encode(), b"")
    assert events("tshark-fields", short) == [seen(AT, C1, mac=None)]


def test_a_row_that_ends_before_its_time_has_none() -> None:
    """Where that stands last."""
    log = fields(circuit="6331").replace(b"\n1795237562.5\t6331", b"\n6331")
    head, _, row = log.partition(b"\n")
    turned = b"\t".join(reversed(head.split(b"\t")))
    reader = Reader(FORMS["tshark-fields"], source())

    assert list(reader.feed(turned + b"\n" + row)) == []
    assert reader.tally.samples == ["its time cannot be read: 6331"]


def read(pattern: str, line: str, **more: Any) -> list[Any]:
    """What a pattern reads out of a line."""
    return events("syslog-pattern", f"{line}\n".encode(), pattern=re.compile(pattern), **more)


FRONT = "Nov 21 06:11:47 vm x: "


@pytest.mark.parametrize(
    ("pattern", "line", "identity"),
    [
        ("c=(?P<circuit>.*)", "c=c1", C1),
        ("c=(?P<circuit_hex>.*)", "c=63:31", C1),
        ("c=(?P<circuit_hex>.*)", "c=6331", C1),
        ("c=(?P<circuit_hex>.*)", "c=6-31", Identity(b"\x061")),
        ("c=(?P<circuit_hex>.*)", "c=636f.6c31", Identity(b"col1")),
        ("c=(?P<circuit_dec>.*)", "c=99.49", C1),
        (r"c=(?P<circuit_esc>.*)", r"c=\1431", C1),
        ("c=(?P<circuit>.*) r=(?P<remote>.*)", "c=c1 r=c2", C2),
        ("c=(?P<option82>.*)", "c=52080102633102026332", C2),
        ("c=(?P<option82>.*)", "c=0102633102026332", C2),
        ("c=(?P<option82>.*)", "c=5200", None),
        ("i=(?P<interface>.*) r=(?P<option37>.*)", "i=eth 1 r=00000de96c696e65", SIX),
        ("r=(?P<remote6>.*)", "r=line", Identity(remote6=b"line")),
    ],
)
def test_identifiers_as_a_pattern_finds_them(
    pattern: str, line: str, identity: Identity | None
) -> None:
    """In every way in which they are written."""
    whole = f"a=(?P<address>\\S+) m=(?P<mac>\\S+) {pattern}"

    assert read(whole, f"{FRONT}a=192.0.2.1 m={MAC} {line}") == [
        lease("05:11:47", identity=identity)
    ]


@pytest.mark.parametrize(
    ("word", "kind", "lasts"),
    [
        ("ACK", Kind.GRANTED, 20),
        ("renew", Kind.RENEWED, 20),
        ("stop", Kind.RELEASED, None),
        ("expiry", Kind.EXPIRED, None),
        ("dhcpdecline", Kind.DECLINED, None),
        ("free", Kind.FREED, None),
    ],
)
def test_kinds_and_lease_times_as_a_pattern_finds_them(
    word: str, kind: Kind, lasts: int | None
) -> None:
    """The lease time of grants, where it is known; without a kind it is a grant."""
    pattern = r"(?P<kind>\w+) (?P<address>\S+) (?P<duid>\S+) for (?P<lease_s>\S+)$"
    line = f"{FRONT}{word} 192.0.2.1 {DUID} for "

    assert read(pattern, f"{line}20", lease_s=60) == [lease("05:11:47", kind, lasts, duid=DUID)]
    assert read(pattern, f"{line}ever", lease_s=60) == [
        lease("05:11:47", kind, lasts and 60, duid=DUID)
    ]
    assert read(pattern, f"{FRONT}other 192.0.2.1 {DUID} for 20") == []
    assert read(r"(?P<address>192\S+)", line) == [lease("05:11:47", mac=None)]


@pytest.mark.parametrize(
    "written",
    [
        "1795237907",
        "2026-11-21 06:11:47",
        "2026-11-21T06:11:47,000",
        "2026-11-21T05:11:47Z",
        "Nov 21 06:11:47",
    ],
)
def test_times_as_a_pattern_finds_them(written: str) -> None:
    """Of lines that are none of syslog."""
    pattern = r"^\[(?P<time>.*)\] (?P<address>\S+)/(?P<length>\d+)"

    assert read(pattern, f"[{written}] 2001:db8::/56 x") == [
        lease("05:11:47", address="2001:db8::/56", mac=None)
    ]
