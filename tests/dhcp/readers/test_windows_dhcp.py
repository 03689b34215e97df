"""What Windows' audit log says of a lease, and what a client cannot make it say."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import MAC, lease, said

from techinfo.dhcp.events import Kind, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader

WHEN = "05:02:06"
HEAD = b"""\t\tMicrosoft DHCP Service Activity Log\r
\r
Event ID  Meaning\r
00\tThe log was started.\r
10\tA new IP address was leased to a client.\r
50+\tCodes above 50 are used for Rogue Server Detection information.\r
\r
QResult: 0: NoQuarantine, 1:Quarantine, 2:Drop Packet, 3:Probation,6:No Quarantine Information\r
\r
ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,\
Probationtime, CorrelationID,Dhcid,VendorClass(Hex),VendorClass(ASCII),UserClass(Hex),\
UserClass(ASCII),RelayAgentInformation,DnsRegError.\r
00,11/21/26,06:00:00,Started,,,,,0,6,,,,,,,,,0\r
24,11/21/26,06:00:04,Database Cleanup Begin,,,,,0,6,,,,,,,,,0\r
"""


def row(
    number: int, address: str = "192.0.2.1", host: str = "host", mac: str = MAC, relay: str = ""
) -> bytes:
    """A row of 06:02:06 in Stockholm."""
    client = mac.replace(":", "").upper()
    front = f"{number:02},11/21/26,06:02:06,Word,{address},{host},{client},,7,0"
    return f"{front},,,,,,,,{relay},0\r\n".encode()


@pytest.mark.parametrize(
    ("number", "kind", "lasts"),
    [
        (10, Kind.GRANTED, 3600),
        (11, Kind.RENEWED, 3600),
        (12, Kind.RELEASED, None),
        (13, Kind.DECLINED, None),
        (16, Kind.FREED, None),
        (17, Kind.EXPIRED, None),
        (18, Kind.EXPIRED, None),
        (20, Kind.GRANTED, 3600),
        (21, Kind.GRANTED, 3600),
        (23, Kind.FREED, None),
    ],
)
def test_a_number_says_what_happened(number: int, kind: Kind, lasts: int | None) -> None:
    """The lease time is the source's; the text in front of the rows is no garbage."""
    assert events("windows-dhcp", HEAD + row(number), lease_s=3600) == [lease(WHEN, kind, lasts)]


@pytest.mark.parametrize("number", [0, 2, 14, 24, 25, 30, 32, 36, 55, 11010])
def test_what_is_about_no_lease_tells_nothing(number: int) -> None:
    """Starts, clean-ups, DNS, an empty pool, DHCPv6."""
    assert events("windows-dhcp", row(number)) == []


def test_a_refusal_is_told_of_a_client_that_is_known() -> None:
    """Its reason does not stand there."""
    told = said(WHEN, MessageType.NAK, address="192.0.2.1")

    assert events("windows-dhcp", row(15)) == [told]
    assert events("windows-dhcp", row(15, mac="")) == []


def test_an_address_in_use_has_no_client() -> None:
    """The row of Microsoft's article."""
    conflict = row(13, host="BAD_ADDRESS", mac="")

    assert events("windows-dhcp", conflict) == [lease(WHEN, Kind.DECLINED, mac=None)]


@pytest.mark.parametrize(
    ("relay", "identity"),
    [
        ("0x010C766C616E2D323032382D6871", Identity(b"vlan-2028-hq")),
        ("0x01020001", Identity(b"\x00\x01")),
        ("0x", None),
        ("", None),
    ],
)
def test_option_82_stands_in_the_last_field_but_one(relay: str, identity: Identity | None) -> None:
    """The first is that of Microsoft's article."""
    assert events("windows-dhcp", row(11, relay=relay)) == [
        lease(WHEN, Kind.RENEWED, identity=identity)
    ]


@pytest.mark.parametrize("relay", ["vlan-2028-hq", "0x01", "0x0109633", "0x01ff63"])
def test_an_option_that_cannot_be_read_leaves_the_lease(relay: str) -> None:
    """And is counted."""
    reader = Reader(FORMS["windows-dhcp"], source())

    found = [*reader.feed(row(10, relay=relay))]

    assert found == [lease(WHEN)]
    assert reader.tally.garbage == 1


@pytest.mark.parametrize(
    "hostile",
    [
        {"host": "me,0200AABBCCDD,,7,0,,,,,,,,0x01026331,0"},
        {"host": "me,0200AABBCCDD"},
        {"host": ","},
        {"host": "a,b,c,d,e,f,g"},
    ],
)
def test_a_client_cannot_forge_what_stands_behind_its_name(hostile: dict[str, Any]) -> None:
    """A row with a comma too many is counted and not taken."""
    reader = Reader(FORMS["windows-dhcp"], source())

    assert [*reader.feed(row(10, **hostile))] == []
    assert reader.tally.garbage == 1


def test_a_name_of_another_alphabet_is_no_matter() -> None:
    """The log is written in the server's code page."""
    assert events("windows-dhcp", row(10).replace(b"host", b"k\xf6k")) == [lease(WHEN)]
