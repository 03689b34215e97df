"""Packets, rows and lines of Kea to their last field."""

from __future__ import annotations

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import C2, DUID, MAC, SIX, kea, kea6, lease, seen

from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader

_ASKED = (
    f"2026-11-21 06:27:09.100 DEBUG [kea-dhcp4.packets/1.2] DHCP4_QUERY_DATA [hwtype=1 {MAC}],"
    " cid=[01:02], tid=0x1, packet details: local_address=192.0.2.9:67\n"
    "msg_type=DHCPREQUEST (3), trans_id=0x1,\noptions:\n"
    "  type=043, len=004:,\noptions:\n    type=001, len=002: 7a:7a\n"
    "  type=050, len=004: 192.0.2.1 (ipv4-address)\n"
    "  type=082, len=012:,\noptions:\n    type=001, len=002: 63:31 'c1'\n"
    "    type=002, len=002: 63:32\n    type=006, len=002: 63:33\n"
    '  type=060, len=007: "cpe-1.0" (string)\n    type=002, len=002: 7a:7a\n'
)
_ASKED_6 = (
    f"2026-11-21 06:27:09.100 DEBUG [kea-dhcp6.packets/1.2] DHCP6_QUERY_DATA duid=[{DUID}],"
    " [no hwaddr info], tid=0xa1, packet details: local_address=[::1]:0\n"
    "msg_type=REQUEST (3), trans_id=0xa1,\noptions:\n"
    f"  type=00001, len=00010: {DUID}\n"
    "  type=00003(IA_NA), len=00040: iaid=1, t1=900, t2=1440,\noptions:\n"
    "    type=00005(IAADDR), len=00024: address=2001:db8::1, preferred-lft=1, valid-lft=2\n"
    "  type=00018, len=00002: 7a:7a\n"
    "2 relay(s):\nrelay[0]: msg-type=12(RELAY_FORWARD), hop-count=1,\n"
    "type=00018, len=00004: 00:00:00:03\ntype=00037, len=00005: 9 (uint32) 7A\n"
    "relay[1]: msg-type=12(RELAY_FORWARD), hop-count=0,\n"
    "link-address=::, peer-address=fe80::1, 2 option(s)\n"
    "type=00018, len=00005: 65:74:68:20:31 'eth 1'\n"
    "type=00037, len=00008: 3561 (uint32) 6C696E65 'line' (binary)\n\n"
)


def test_a_packet_of_kea_is_read_to_its_last_line() -> None:
    """What is asked for, and option 82: not what stands in other options."""
    log = (
        _ASKED
        + kea("DHCP4_LEASE_ALLOC", "lease 192.0.2.1 has been allocated for 20 seconds").decode()
    )

    assert events("kea-log", log.encode()) == [
        seen("05:27:09.100", C2, address="192.0.2.1"),
        lease("05:27:09.155", lasts=20, identity=C2),
    ]


def test_a_packet_of_kea_6_names_the_relay_next_to_the_client() -> None:
    """The last of them; the address that is asked for; nothing of the client's own options."""
    log = (
        _ASKED_6
        + kea6(
            "DHCP6_LEASE_ALLOC",
            "lease for address 2001:db8::1 and iaid=1 has been allocated for 9 seconds",
        ).decode()
    )

    assert events("kea-log", log.encode()) == [
        seen("05:27:09.100", SIX, duid=DUID, address="2001:db8::1"),
        lease("05:27:09.155", lasts=9, identity=SIX, address="2001:db8::1", duid=DUID),
    ]


@pytest.mark.parametrize(
    ("lines", "garbage"),
    [
        ("no line of Kea\n", 1),
        ("  a line that goes on with another\n", 0),
        ("2026-11-21 06:27:09.155 INFO  [kea-dhcp4.hosts/1.2] HOSTS_BACKENDS_REGISTERED x\n", 0),
        (kea("DHCP4_LEASE_ALLOC", "lease 192.0.2.300 has been allocated").decode(), 1),
        (kea("DHCP4_LEASE_ALLOC", "nothing").decode(), 1),
        (kea("DHCP4_LEASE_ALLOC", "lease 192.0.2.1").decode().replace("hwtype", "x"), 1),
        ("2026-13-41 06:27:09.155 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC x\n", 1),
        ("INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC x\n", 1),
        (_ASKED + "a line of the packet that says nothing\n", 0),
    ],
)
def test_what_is_no_line_of_kea_is_counted(lines: str, garbage: int) -> None:
    """And what is one, though it tells nothing, is not."""
    reader = Reader(FORMS["kea-log"], source())

    found = [*reader.feed(lines.encode()), *reader.end()]

    assert reader.tally.garbage == garbage
    assert not any(isinstance(event, LeaseEvent) for event in found)


@pytest.mark.parametrize("form", ["kea-log", "dhcpd-syslog", "infoblox-syslog", "dnsmasq-log"])
def test_a_log_of_many_lines_an_event_is_read_again_a_little(form: str) -> None:
    """So much of what was read before a restart may belong to what comes after; in local time."""
    assert (FORMS[form].overlap, FORMS[form].zoned) == (16_384, True)


def test_a_packet_is_read_where_syslog_has_each_line() -> None:
    """As the journal shows it: every line has the front of its own."""
    front = "Nov 21 06:27:09 vm kea-dhcp4[7]: "
    lines = (
        f"DEBUG [kea-dhcp4.packets/1.2] DHCP4_QUERY_DATA [hwtype=1 {MAC}], cid=[01], tid=0x1, x",
        "options:",
        "  type=082, len=008:,",
        "options:",
        "    type=001, len=002: 63:31",
        "    type=002, len=002: 63:32",
    )
    log = "".join(f"{front}{line}\n" for line in lines)

    assert events("kea-log", log.encode()) == [seen("05:27:09", C2)]


_ROW6 = f"2001:db8::1,{DUID},20,1795237770,0,128,0,"
_HEAD6 = "address,duid,valid_lifetime,expire,lease_type,prefix_len,state,user_context\n"


@pytest.mark.parametrize(
    ("row", "address", "identity", "garbage"),
    [
        (f"2001:db8::1,{DUID},20,1795237770,0,128,0,", "2001:db8::1", None, 0),
        (f"2001:db8::,{DUID},20,1795237770,2,56,0,", "2001:db8::/56", None, 0),
        (f"2001:db8::1,{DUID},20,1795237770,0,56,0,", "2001:db8::1", None, 0),
        (f"2001:db8::1,{DUID},x,1795237770,0,128,0,", None, None, 1),
        (f"2001:db8::1,{DUID},20,x,0,128,0,", None, None, 1),
        (f"2001:db8::1,{DUID},20,1795237770,0,128,x,", None, None, 1),
        (f"2001:db8::x,{DUID},20,1795237770,0,128,0,", None, None, 1),
        (f"2001:db8::1,{DUID},20,1795237770,0,128,9,", None, None, 0),
        (f"2001:db8::1,{DUID},20,7,0,128,0,", None, None, 0),
        (f"2001:db8::1,{DUID},20,1795237770,0,128,0", None, None, 1),
        (
            f'{_ROW6}{{ "ISC": {{ "relay-info": [ {{ "hop": 1&#x2c'
            ' "options": "0x0012000400000003" }&#x2c { "hop": 0&#x2c "options":'
            ' "0x0012000565746820310025000800000de96c696e65" } ] } }',
            "2001:db8::1",
            SIX,
            0,
        ),
        (
            f'{_ROW6}{{ "ISC": {{ "relays": [ {{ "options": '
            '"0x0012000565746820310025000800000de96c696e65" } ] } }',
            "2001:db8::1",
            SIX,
            0,
        ),
        (
            f'{_ROW6}{{ "ISC": {{ "relays": [ 7 ] }} }}',
            "2001:db8::1",
            None,
            0,
        ),
        (
            f'{_ROW6}{{ "ISC": {{ "relays": "x" }} }}',
            "2001:db8::1",
            None,
            0,
        ),
        (
            f'{_ROW6}{{ "ISC": {{ "relay-agent-info": "0x1" }} }}',
            "2001:db8::1",
            None,
            1,
        ),
    ],
)
def test_rows_of_kea_6(
    row: str, address: str | None, identity: Identity | None, garbage: int
) -> None:
    """Addresses and prefixes; the relay with the lowest hop; what cannot be read is counted."""
    reader = Reader(FORMS["kea-csv"], source())

    found = [*reader.feed((_HEAD6 + row + "\n").encode()), *reader.end()]

    assert [e.address for e in found] == ([address] if address else [])
    assert [e.identity for e in found] == ([identity] if address else [])
    assert reader.tally.garbage == garbage


def test_a_lease_for_ever_says_nothing_of_the_time() -> None:
    """It has no lifetime, and what is told later happened no later for it."""
    head = b"address,hwaddr,valid_lifetime,expire,state\n"
    rows = (
        f"192.0.2.2,{MAC},4294967295,{1795237750 + 4294967295},0\n"
        f"192.0.2.1,{MAC},20,1795237720,0\n192.0.2.1,{MAC},0,1795237700,3\n"
    ).encode()

    assert events("kea-csv", head + rows) == [
        lease("05:09:10", address="192.0.2.2"),
        lease("05:08:20", lasts=20),
        lease("05:08:20", Kind.RELEASED, at_least=True),
    ]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("address,valid_lifetime,expire\n", "a row before its columns"),
        ("address,hwaddr,valid_lifetime,expire,state,more\n", "a row of other columns"),
    ],
)
def test_a_file_of_other_columns_is_told(head: str, why: str) -> None:
    """Nothing is taken out of the wrong one."""
    reader = Reader(FORMS["kea-csv"], source())

    row = f"192.0.2.1,{MAC},20,1795237770,0\n"
    assert list(reader.feed((head + row).encode())) == []
    assert reader.tally.samples[-1].startswith(why)


def block(event: str, **variables: str) -> bytes:
    """What a script writes down of an event."""
    told = "".join(f"{name}={value}\n" for name, value in variables.items())
    return f"--- {event}\n{told}".encode()


_LEASE_4 = {"LEASE4_ADDRESS": "192.0.2.1", "LEASE4_HWADDR": MAC, "TIME": "1795237763"}
_LEASE_6 = {"LEASE6_ADDRESS": "2001:db8::1", "LEASE6_DUID": DUID, "TIME": "1795237763"}
_COMMITTED = {
    "QUERY4_HWADDR": MAC,
    "QUERY4_OPTION_82_SUB_OPTION_1": "0x6331",
    "QUERY4_OPTION_82_SUB_OPTION_2": "0x6332",
    "TIME": "1795237763",
}
_AT = "05:09:23"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("expire", Kind.EXPIRED),
        ("release", Kind.RELEASED),
        ("decline", Kind.DECLINED),
        ("recover", Kind.FREED),
    ],
)
def test_an_end_in_the_words_of_kea_s_hook(event: str, kind: Kind) -> None:
    """Of both families; how long it would have lasted does not count any more."""
    four = block(f"lease4_{event}", **_LEASE_4, LEASE4_VALID_LIFETIME="20")
    six = block(f"lease6_{event}", **_LEASE_6, LEASE6_VALID_LIFETIME="20")
    prefix = _LEASE_6 | {"LEASE6_TYPE": "IA_PD", "LEASE6_PREFIX_LEN": "56"}
    delegated = block(f"lease6_{event}", **(prefix | {"LEASE6_ADDRESS": "2001:db8::"}))

    assert events("kea-script", four) == [lease(_AT, kind)]
    assert events("kea-script", six) == [lease(_AT, kind, address="2001:db8::1", duid=DUID)]
    assert events("kea-script", delegated) == [lease(_AT, kind, address="2001:db8::/56", duid=DUID)]


def test_an_end_has_the_identity_that_was_asked_with() -> None:
    """By the whole option, else by its two sub-options."""
    parts = {name: value for name, value in _COMMITTED.items() if name.startswith("QUERY4_OPT")}
    whole = {"QUERY4_OPTION_82": "0x010263310202633206026333"}

    for asked in (parts, whole):
        assert events("kea-script", block("lease4_release", **_LEASE_4, **asked)) == [
            lease(_AT, Kind.RELEASED, identity=C2)
        ]


@pytest.mark.parametrize(
    ("asked", "kind", "lasts"),
    [
        ("DHCPREQUEST", Kind.GRANTED, 20),
        ("DHCPDECLINE", Kind.DECLINED, None),
    ],
)
def test_what_is_committed_is_granted_or_declined(
    asked: str, kind: Kind, lasts: int | None
) -> None:
    """Every lease of it, up to the first number that is not there."""
    told = _COMMITTED | {
        "QUERY4_TYPE": asked,
        "LEASES4_AT0_ADDRESS": "192.0.2.1",
        "LEASES4_AT0_VALID_LIFETIME": "20",
        "LEASES4_AT1_ADDRESS": "192.0.2.2",
        "LEASES4_AT1_HWADDR": f"{MAC[:-1]}2",
        "LEASES4_AT1_VALID_LIFETIME": "20",
        "LEASES4_AT3_ADDRESS": "192.0.2.4",
    }

    assert events("kea-script", block("leases4_committed", **told)) == [
        lease(_AT, kind, lasts, identity=C2),
        lease(_AT, kind, lasts, identity=C2, address="192.0.2.2", mac=f"{MAC[:-1]}2"),
    ]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("RELEASE", Kind.RELEASED),
        ("REQUEST", Kind.FREED),
        ("DHCPRELEASE", Kind.RELEASED),
    ],
)
def test_what_is_deleted_by_a_commit_was_released_or_is_free(asked: str, kind: Kind) -> None:
    """Of DHCPv6 by its own type of message."""
    six = {
        "QUERY6_TYPE": asked,
        "QUERY6_DUID": DUID,
        "DELETED_LEASES6_AT0_ADDRESS": "2001:db8::1",
        "TIME": "1795237763",
    }
    four = {"DELETED_LEASES4_AT0_ADDRESS": "192.0.2.1", "DELETED_LEASES4_AT0_HWADDR": MAC}

    assert events("kea-script", block("leases6_committed", **six)) == [
        lease(_AT, kind, address="2001:db8::1", duid=DUID)
    ]
    assert events(
        "kea-script", block("leases4_committed", **four, QUERY4_TYPE=asked, TIME=six["TIME"])
    ) == [lease(_AT, kind)]


def test_a_grant_without_a_time_is_of_its_cltt() -> None:
    """Which a time that the script wrote down is before."""
    told = {"LEASES4_AT0_ADDRESS": "192.0.2.1", "LEASES4_AT0_HWADDR": MAC}
    cltt = {"LEASES4_AT0_CLTT": "1795237750"}

    assert events("kea-script", block("leases4_committed", **told, **cltt)) == [lease("05:09:10")]
    assert events("kea-script", block("leases4_committed", **told, **cltt, TIME="1795237763")) == [
        lease(_AT)
    ]
    assert events("kea-script", block("leases4_committed", **told)) == [
        lease("2026-11-27T12:00:00")
    ]


def test_who_asks_with_an_identifier_and_gets_nothing_was_seen() -> None:
    """By its hardware address; with a lease it is told by that."""
    assert events("kea-script", block("leases4_committed", **_COMMITTED)) == [seen(_AT, C2)]
    nobody = {name: value for name, value in _COMMITTED.items() if name != "QUERY4_HWADDR"}
    assert events("kea-script", block("leases4_committed", **nobody)) == []
    assert events("kea-script", block("lease4_renew", **_LEASE_4)) == []


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (block("lease4_expire", TIME="1795237763"), "an address cannot be read"),
        (
            block("leases4_committed", LEASES4_AT0_ADDRESS="x", TIME="1795237763"),
            "an address cannot be read",
        ),
        (block("lease4_expire", **(_LEASE_4 | {"TIME": "now"})), "TIME is no time"),
        (
            block("lease4_expire", **_LEASE_4) + b"TIME=1795237763\n",
            "a variable stands twice: a value may hold a line feed",
        ),
    ],
)
def test_what_a_script_cannot_mean_is_told_in_words(octets: bytes, why: str) -> None:
    """With how it begins."""
    reader = Reader(FORMS["kea-script"], source())

    assert [*reader.feed(octets), *reader.end()] == []
    assert reader.tally.garbage == 1
    assert reader.tally.samples[0].startswith(f"{why}: ")
