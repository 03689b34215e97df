"""What each form says of records that it cannot read: why, in words, and how they begin."""

from __future__ import annotations

import pytest
from tests.dhcp.readers.conftest import source
from tests.dhcp.readers.test_exact import MAC
from tests.dhcp.readers.test_hostile import PATTERN

from techinfo.dhcp.readers import FORMS, Reader

_SYSLOG = "Nov 21 06:11:47 vm x"
_CSV = "address,hwaddr,valid_lifetime,expire,state"
_PACKET = "Sat Nov 21 06:04:47 2026\n"
_FIELDS = "frame.time_epoch\tdhcp.ip.your\tdhcp.option.agent_information_option.agent_circuit_id\n"


@pytest.mark.parametrize(
    ("form", "octets", "why"),
    [
        ("kea-csv", "a,b\n", "a row before its columns"),
        ("kea-csv", f"{_CSV}\na,b\n", "a row of other columns"),
        ("kea-csv", f"{_CSV}\nx,,20,1795237770,0\n", "an address or a number cannot be read"),
        (
            "kea-csv",
            f"{_CSV}\n192.0.2.1,,x,1795237770,0\n",
            "an address or a number cannot be read",
        ),
        ("kea-csv", f"{_CSV}\n192.0.2.1,,20,x,0\n", "an address or a number cannot be read"),
        (
            "kea-csv",
            f"{_CSV}\n192.0.2.1,,20,1795237770,x\n",
            "an address or a number cannot be read",
        ),
        (
            "kea-control",
            '{"arguments": {"leases": [{"cltt": 1795237763, "state": 0, "valid-lft": 20}]}}',
            "an address or a number is missing",
        ),
        (
            "kea-control",
            '{"arguments": {"leases": [{"ip-address": "192.0.2.1", "cltt": 1795237763,'
            ' "state": 0}]}}',
            "an address or a number is missing",
        ),
        (
            "kea-control",
            '{"arguments": {"leases": [{"ip-address": "192.0.2.1", "cltt": 8589934592,'
            ' "state": 0, "valid-lft": 20}]}}',
            "an address or a number is missing",
        ),
        ("kea-forensic", "nothing\n", "is no line of a lease"),
        (
            "kea-forensic",
            "2026-11-21 06:09:10 CET Address: x has been assigned\n",
            "is no line of a lease",
        ),
        ("kea-log", "nothing\n", "is no line of this log"),
        ("dnsmasq-leases", "nothing\n", "is no row of a lease"),
        ("dnsmasq-leases", f"x {MAC} 192.0.2.1 host *\n", "is no row of a lease"),
        ("dnsmasq-leases", f"1 {MAC} 192.0.2.1 host *\n", "is no row of a lease"),
        ("dnsmasq-leases", f"1795240926 {MAC} 192.0.2.1 host\n", "is no row of a lease"),
        ("windows-dhcp", f"10,21.11.26,06:02:06{',' * 16}\n", "is no row of this log"),
        (
            "windows-dhcp",
            f"10,21/11/26,06:02:06,Assign,192.0.2.1,h,{MAC},,7,0{',' * 9}\n",
            "has not the 19 fields of Server 2012, or no time",
        ),
        (
            "windows-dhcp",
            f"10,11/21/26,06:02:06,Assign,192.0.2.1,h,{MAC},,7,0,,\n",
            "has not the 19 fields of Server 2012, or no time",
        ),
        (
            "windows-dhcp",
            f"10,11/21/26,06:02:06,Assign,x,h,{MAC},,7,0{',' * 9}\n",
            "an address cannot be read",
        ),
        ("dnsmasq-log", "nothing\n", "is no line of syslog"),
        (
            "dnsmasq-log",
            f"{_SYSLOG}: DHCPACK(s0) 192.0.2.300 {MAC} host\n",
            "an address or a time cannot be read",
        ),
        (
            "dnsmasq-log",
            f"Nov 31 06:11:47 vm x: DHCPACK(s0) 192.0.2.1 {MAC} host\n",
            "an address or a time cannot be read",
        ),
        ("dnsmasq-script", "EVENT=add x\0", "does not begin with EVENT= and its arguments"),
        (
            "dnsmasq-script",
            f"EVENT=add {MAC} 192.0.2.300\0",
            "an address or a time cannot be read",
        ),
        (
            "dnsmasq-script",
            f"EVENT=add {MAC} 192.0.2.1\0TIME=x\0",
            "an address or a time cannot be read",
        ),
        ("freeradius-detail", f"{_PACKET}\n", "is no packet with a time"),
        ("freeradius-detail", "today\n\tUser-Name = x\n\n", "is no packet with a time"),
        ("freeradius-linelog", "nothing\n", "does not begin with a time"),
        (
            "freeradius-linelog",
            "2026-11-21 06:04:45 DHCP-Request\n",
            "has none of the fields mac, user, ip, circuit, remote",
        ),
        ("freeradius-linelog", f"2026-11-21 06:04:45 DHCP-Ack mac={MAC}\n", "has no address"),
        ("tshark-fields", "1795237562.5\t192.0.2.1\n", "a row before its columns"),
        ("tshark-fields", f"{_FIELDS}abc\tb\tc\td\n", "a row of other columns"),
        ("tshark-fields", f"{_FIELDS}now\t192.0.2.1\t6331\n", "its time cannot be read"),
        (
            "syslog-pattern",
            f"{_SYSLOG}: ack 192.0.2.300 {MAC} 63:31 c2\n",
            "an address or a time cannot be read",
        ),
        (
            "syslog-pattern",
            f"Nov 31 06:11:47 vm x: ack 192.0.2.1 {MAC} 63:31 c2\n",
            "an address or a time cannot be read",
        ),
        (
            "dhcpd-leases",
            "lease 192.0.2.1 {\n  starts 6 2026/11/21 05:11:47;\n}\n",
            "no binding state (OpenBSD's file is of the form openbsd-leases)",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_words(form: str, octets: str, why: str) -> None:
    """Once, and nothing is made of it."""
    pattern = PATTERN if form == "syslog-pattern" else None
    reader = Reader(FORMS[form], source(pattern=pattern))

    found = [*reader.feed(octets.encode()), *reader.end()]

    assert (found, reader.tally.garbage) == ([], 1)
    (sample,) = reader.tally.samples
    said, _, begins = sample.partition(": ")
    assert said == why
    assert begins[:3] in octets


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("tshark-fields", "frame.time\tdhcp.ip.your"),
        ("kea-csv", "address,hwaddr,valid_lifetime,expire"),
    ],
)
def test_a_head_without_its_columns_is_told_in_words(form: str, head: str) -> None:
    """It was kept from the beginning of the file, of which the end is read."""
    reader = Reader(FORMS[form], source(head=head.encode()))

    assert list(reader.feed(b"a\tb,c\n")) == []
    assert reader.tally.garbage == 2
    missing = {
        "tshark-fields": "the column frame.time_epoch is missing",
        "kea-csv": "a column of these is missing: address, valid_lifetime, expire, state",
    }
    assert reader.tally.samples[0] == f"{missing[form]}: {head}".replace("\t", r"\x09")
