"""What is peculiar to each form: quoting, lost zeros, cut values, times, hostile texts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.dhcp.readers.conftest import CET, events, source

from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import Clock
from techinfo.dhcp.readers import FORMS, Reader
from techinfo.leases.following import compiled

MAC = "02:00:5e:00:53:01"


def one(found: list[Event]) -> LeaseEvent:
    """The only event, which is of a lease."""
    (event,) = found
    assert isinstance(event, LeaseEvent)
    return event


def lease(*statements: str) -> bytes:
    """A block of dhcpd.leases of an active lease."""
    lines = (
        "starts 6 2026/11/21 05:11:47;",
        "ends 6 2026/11/21 05:12:07;",
        "binding state active;",
        f"hardware ethernet {MAC};",
        *statements,
    )
    return ("lease 192.0.2.1 {\n" + "".join(f"  {line}\n" for line in lines) + "}\n").encode()


def lease6(*statements: str) -> bytes:
    """A block of dhcpd6.leases."""
    lines = ("binding state active;", "ends 6 2026/11/21 06:07:00;", *statements)
    inner = "".join(f"    {line}\n" for line in lines)
    return (
        'ia-na "\\001\\006\\000\\000\\000\\003\\000\\001\\002\\000^\\000S\\001" {\n'
        f"  cltt 6 2026/11/21 05:07:00;\n  iaaddr 2001:db8::2e {{\n{inner}  }}\n}}\n"
    ).encode()


@pytest.mark.parametrize(
    ("written", "octets"),
    [
        ("0:4:0:64:1:3", b"\0\4\0\x64\1\3"),
        ("a:d:1:5", b"\n\r\1\5"),
        ('"eth 0/1"', b"eth 0/1"),
        (r'"o\'k\|1\""', b"o'k|1\""),
        (r'"\000\004\000d\001\003"', b"\0\4\0d\1\3"),
        (r'"\35110"', b"\xe910"),
        ('"a\\"};b {"', b'a"};b {'),
        ('""', None),
    ],
)
def test_d2_octets_of_dhcpd_lack_their_leading_zeros(written: str, octets: bytes | None) -> None:
    """Or stand in quotes, with escapes of three octal digits; a value may hold anything."""
    found = one(events("dhcpd-leases", lease(f"option agent.circuit-id {written};"), piece=7))

    assert (found.identity or Identity()).circuit == octets


def test_d4_a_switch_may_put_itself_into_either_option_of_dhcpv6() -> None:
    """Interface-id when it routes, remote-id when it bridges: each is kept, neither is needed."""
    remote = r'set remote = "\000\000\015\351line";'
    bridged = one(events("dhcpd-leases", lease6(remote)))
    routed = one(events("dhcpd-leases", lease6('set iface-id = "eth 1";')))

    assert bridged.identity == Identity(remote6=b"line", enterprise=3561)
    assert routed.identity == Identity(interface=b"eth 1")
    assert (routed.mac, routed.duid) == (MAC, f"00:03:00:01:{MAC}")


def test_d5_both_halves_are_kept() -> None:
    """A server that logs the circuit-id alone does not have the last word over one with both."""
    log = (
        b"Nov 21 06:11:47 vm dhcpd[1]: o82raw 192.0.2.1 circuit-id eth 0/1\n"
        b"Nov 21 06:11:47 vm dhcpd[1]: o82hex 192.0.2.1 remote-id 1:5:62\n"
        b"Nov 21 06:11:47 vm dhcpd[1]: DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 via 192.0.2.9\n"
    )

    assert one(events("dhcpd-syslog", log)).identity == Identity(b"eth 0/1", b"\1\5b")


def test_a_nul_that_the_option_lost_is_known_from_the_variable() -> None:
    """The statement drops one NUL at the end of printable text."""
    found = one(
        events(
            "dhcpd-leases",
            lease('set circuit = "eth 1\\000";', 'option agent.circuit-id "eth 1";'),
        )
    )

    assert (found.identity or Identity()).circuit == b"eth 1\0"


def test_half_a_block_costs_no_other_lease() -> None:
    """A server that was killed leaves one behind; the next one begins on its own line."""
    reader = Reader(FORMS["dhcpd-leases"], source())
    found = list(reader.feed(lease()[:60] + b"\n" + lease()))

    assert (len(found), reader.tally.garbage) == (1, 1)


def test_the_line_of_infoblox_is_read() -> None:
    """As a customer's log has it; the lease time is not told there."""
    log = (
        b"Nov 21 06:11:47 ib dhcpd[9]: Option 82: received a REQUEST DHCP packet from relay-agent "
        b'eth2 with a circuit-id of "1a:02:30:00:2a:f0", a remote-id of "0a:44:70:46" for '
        b"192.0.2.222 (02:00:5e:00:53:01) lease time is undefined seconds. (NEW)\n"
        b"Nov 21 06:11:47 ib dhcpd[9]: DHCPACK on 192.0.2.222 to 02:00:5e:00:53:01 (lease-duration"
        b" 5) via eth2 relay 192.0.2.9 lease-duration 119 (RENEW)\n"
    )
    told, acked = events("infoblox-syslog", log)

    assert isinstance(told, LeaseEvent)
    assert isinstance(acked, LeaseEvent)
    identity = Identity(bytes.fromhex("1a0230002af0"), bytes.fromhex("0a447046"))
    assert (told.identity, told.lifetime_s, told.mac) == (identity, None, MAC)
    assert (acked.identity, acked.lifetime_s, acked.kind) == (identity, 119, Kind.RENEWED)


def test_a_recipe_of_another_client_is_not_taken() -> None:
    """What was told of an address before another client got it is not that one's."""
    log = (
        b"Nov 21 06:11:47 vm dhcpd[1]: COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:2 cid=63:31 rid=\n"
        b"Nov 21 06:11:49 vm dhcpd[1]: DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 via 192.0.2.9\n"
        b"Nov 21 06:11:50 vm dhcpd[1]: DHCPACK to 192.0.2.1 (02:00:5e:00:53:01) via eth0\n"
    )

    assert one(events("dhcpd-syslog", log)).identity is None


@pytest.mark.parametrize(
    ("recipe", "octets"),
    [
        (b"o82raw 192.0.2.1 circuit-id #001#005bs3g2", b"\1\5bs3g2"),
        (
            b"Lease for 192.0.2.1 raw option-82 info is CID: 0.4.0.100.1.3 AID: 0.6",
            b"\0\4\0d\1\3",
        ),
        (b"o82hex 192.0.2.1 circuit-id a:d:1:5", b"\n\r\1\5"),
    ],
)
def test_recipes_of_dhcpd_are_read_as_they_write(recipe: bytes, octets: bytes) -> None:
    """Raw with the escapes of rsyslog, decimal, hexadecimal."""
    front = b"<30>Nov 21 06:11:47 vm dhcpd[1]: "
    log = front + recipe + b"\n" + front + b"DHCPACK on 192.0.2.1 to 2:0:5e:0:53:1 via x\n"

    found = one(events("dhcpd-syslog", log))

    assert ((found.identity or Identity()).circuit, found.mac) == (octets, MAC)


@pytest.mark.parametrize(
    "front",
    [
        b"Nov 21 06:11:47 vm dhcpd[1]: ",
        b"2026-11-21T06:11:47+01:00 vm dhcpd[1]: ",
        b"<30>1 2026-11-21T05:11:47Z vm dhcpd 1 - - ",
    ],
)
def test_every_header_of_syslog_is_read(front: bytes) -> None:
    """Traditional, RFC 3339 and RFC 5424."""
    found = one(
        events("dhcpd-syslog", front + b"DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 via x\n")
    )

    assert found.at == datetime(2026, 11, 21, 5, 11, 47, tzinfo=UTC)


def test_a_text_in_the_forensic_log_cannot_forge_an_identifier() -> None:
    """Texts in brackets are what the client's side sent; only the hex before them counts."""
    evil = "c) and remote-id: 00:11 (x"
    octets = evil.encode().hex(":")
    line = (
        f"2026-11-21 06:09:10 CET Address: 192.0.2.1 has been assigned for 1 days 2 hrs 3 mins 4 "
        f"secs to a device with hardware address: hwtype=1 {MAC} connected via relay at address: "
        f"192.0.2.9, identified by circuit-id: {octets} ({evil}) and remote-id: 63:32 (c2)\n"
    )

    found = one(events("kea-forensic", line.encode()))

    assert found.identity == Identity(evil.encode(), b"c2")
    assert found.lifetime_s == 86_400 + 2 * 3600 + 3 * 60 + 4


def test_a_zone_that_is_not_the_configured_one_is_garbage() -> None:
    """A wrong zone would make every time an hour wrong; it is said instead."""
    line = b"2026-11-21 06:09:10 PST Address: 192.0.2.1 has been released from a device\n"
    reader = Reader(FORMS["kea-forensic"], source())

    assert list(reader.feed(line)) == []
    assert "PST" in reader.tally.samples[0]


def test_a_host_name_with_a_line_feed_forges_no_lease() -> None:
    """A variable that stands twice is garbage, whichever of the two was the client's."""
    block = (
        b"--- leases4_committed\nLEASES4_AT0_ADDRESS=192.0.2.1\nLEASES4_AT0_HOSTNAME=evil\n"
        b"LEASES4_AT0_ADDRESS=192.0.2.66\nTIME=1795237763\n"
    )
    reader = Reader(FORMS["kea-script"], source())

    assert [*reader.feed(block), *reader.end()] == []
    assert "stands twice" in reader.tally.samples[0]


def test_an_event_of_the_future_is_garbage() -> None:
    """It would be newer than whatever is told of the address until then."""
    rows = b"address,valid_lifetime,expire,state\n192.0.2.1,600,4000000000,0\n"
    reader = Reader(FORMS["kea-csv"], source())

    assert list(reader.feed(rows)) == []
    assert "future" in reader.tally.samples[0]


def test_columns_of_kea_are_known_by_their_names() -> None:
    """Their number and order change from version to version."""
    rows = b"state,expire,valid_lifetime,address\n0,1795237770,600,192.0.2.1\n0,1795237770,600\n"
    reader = Reader(FORMS["kea-csv"], source())
    (found,) = reader.feed(rows)

    assert (found.address, found.at.timestamp()) == ("192.0.2.1", 1795237170)
    assert reader.tally.garbage == 1


def test_a_lease_for_ever_has_no_end() -> None:
    """Kea writes its lifetime as 2^32 - 1."""
    rows = b"address,valid_lifetime,expire,state\n192.0.2.1,4294967295,6090201065,0\n"

    assert one(events("kea-csv", rows)).lifetime_s is None


def test_an_acknowledgement_seen_by_tshark_is_a_lease() -> None:
    """With message type, address and lease time; who asks is told as who asks."""
    rows = (
        b"frame.time_epoch\tdhcp.hw.mac_addr\tdhcp.ip.your\tdhcp.option.dhcp\t"
        b"dhcp.option.ip_address_lease_time\t"
        b"dhcp.option.agent_information_option.agent_circuit_id\t"
        b"dhcp.option.agent_information_option.agent_remote_id\n"
        b"1795237562.5\t02:00:5e:00:53:01\t192.0.2.1\t5\t600\t6331\t<MISSING>\n"
        b"1795237562.7\t02:00:5e:00:53:01\t0.0.0.0\t1\t\t6331\t\n"
    )

    acked, asked = events("tshark-fields", rows)

    assert isinstance(acked, LeaseEvent)
    assert (acked.address, acked.lifetime_s, acked.identity) == ("192.0.2.1", 600, Identity(b"c1"))
    assert isinstance(asked, Message)
    assert (asked.type, asked.identity) == (MessageType.DISCOVER, Identity(b"c1"))


def test_a_bng_that_names_the_port_as_a_user_is_read() -> None:
    """Circuit-id and remote-id in hex, as the user's name; a MAC address is none."""
    packet = (
        b'Sat Nov 21 06:04:47 2026\n\tUser-Name = "000400330001:00061cbdb965fb60"\n'
        b"\tAcct-Status-Type = Interim-Update\n\tFramed-IP-Address = 192.0.2.1\n"
        b"\tDelegated-IPv6-Prefix = 2001:db8:400::/56\n\n"
    )

    found = events("freeradius-detail", packet)

    assert [e.address for e in found] == ["192.0.2.1", "2001:db8:400::/56"]
    assert {e.identity for e in found} == {
        Identity(bytes.fromhex("000400330001"), bytes.fromhex("00061cbdb965fb60"))
    }
    assert found[0].at == datetime(2026, 11, 21, 5, 4, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "line", "identity"),
    [
        (r"(?P<address>\S+) (?P<circuit_dec>\S+)", b"192.0.2.1 0.4.0.100", Identity(b"\0\4\0d")),
        (r"(?P<address>\S+) (?P<circuit_hex>\S+)", b"192.0.2.1 00040064", Identity(b"\0\4\0d")),
        (r"(?P<address>\S+) (?P<remote_esc>.*)", b"192.0.2.1 \\000a", Identity(None, b"\0a")),
        (r"(?P<address>\S+) (?P<option82>.*)", b"192.0.2.1 5204 0102 6331", Identity(b"c1")),
        (
            r"(?P<address>\S+) (?P<interface>\S+) (?P<option37>\S+)",
            b"2001:db8::1 if1 00:00:0d:e9:6c",
            Identity(interface=b"if1", remote6=b"l", enterprise=3561),
        ),
    ],
)
def test_a_pattern_says_how_its_values_are_written(
    pattern: str, line: bytes, identity: Identity
) -> None:
    """By the names of its groups."""
    found = events(
        "syslog-pattern",
        b"Nov 21 06:11:47 vm x: " + line + b"\n",
        pattern=compiled(f"x: {pattern}", FORMS["syslog-pattern"], "pattern"),
    )

    assert one(found).identity == identity


STOCKHOLM = CET


@pytest.mark.parametrize(
    ("written", "now", "expected"),
    [
        ("Dec 31 23:59:59", "2027-01-01T00:30:00+01:00", "2026-12-31T22:59:59Z"),
        ("Jan  1 00:00:01", "2026-12-31T23:59:00+01:00", "2026-12-31T23:00:01Z"),
        ("Nov 21 06:11:47", "2026-11-27T12:00:00Z", "2026-11-21T05:11:47Z"),
        ("Dec 24 06:11:47", "2026-11-27T12:00:00Z", "2025-12-24T05:11:47Z"),
        ("Feb 29 06:11:47", "2026-11-27T12:00:00Z", "2024-02-29T05:11:47Z"),
    ],
)
def test_a_time_without_a_year_is_of_the_last_one_that_fits(
    written: str, now: str, expected: str
) -> None:
    """Around New Year, of a log that is months old, and on 29 February."""
    clock = Clock(STOCKHOLM, datetime.fromisoformat(now))

    assert clock.traditional(written) == datetime.fromisoformat(expected)


def test_the_hour_that_comes_twice_goes_on() -> None:
    """In autumn 02:30 follows 02:30; a line that is a little late is not moved an hour on."""
    clock = Clock(STOCKHOLM, datetime(2026, 10, 26, tzinfo=UTC))
    first = clock.traditional("Oct 25 02:59:58")
    late = clock.traditional("Oct 25 02:59:50")
    second = clock.traditional("Oct 25 02:00:05")

    assert first == datetime(2026, 10, 25, 0, 59, 58, tzinfo=UTC)
    assert late == datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)
    assert second == datetime(2026, 10, 25, 1, 0, 5, tzinfo=UTC)


def test_the_zone_of_a_source_is_the_zone_of_its_times() -> None:
    """The same line in two zones is of two moments."""
    line = b"2026-11-21 06:04:45 DHCP-Request mac=02:00:5e:00:53:01 ip=192.0.2.1 circuit=0x6331\n"

    hours = [
        one(events("freeradius-linelog", line, zone=ZoneInfo(zone))).at.hour
        for zone in ("UTC", "Europe/Stockholm", "America/New_York")
    ]

    assert hours == [6, 5, 11]
