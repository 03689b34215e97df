"""Packets, rows and lines of Kea to their last field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_exact import C2, DUID, MAC, SIX, at, kea, kea6, lease, said, seen

from techinfo.dhcp.events import Kind, LeaseEvent, MessageType
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
        said("05:27:09.100", MessageType.REQUEST, identity=C2, address="192.0.2.1"),
        lease("05:27:09.155", lasts=20, identity=C2),
    ]


def test_who_asks_kea_and_is_refused() -> None:
    """At INFO from 3.0 on; a packet that is logged again with what is in it is one, not two."""
    received, sent = "DHCPDISCOVER (type 1) received from 192.0.2.9 to", "DHCPNAK (type 6) from 192"
    short = kea("DHCP4_PACKET_RECEIVED", received)
    log = b"".join(
        (
            short,
            kea("DHCP4_LEASE_OFFER", "lease 192.0.2.1 will be offered"),
            kea("DHCP4_PACKET_SEND", f"trying to send packet {sent}"),
            kea("DHCP4_PACKET_SEND", "trying to send packet DHCPOFFER (type 2) from 192"),
        )
    )
    when = "05:27:09.155"

    assert events("kea-log", log) == [
        said(when, MessageType.DISCOVER),
        said(when, MessageType.OFFER, address="192.0.2.1"),
        said(when, MessageType.NAK),
    ]
    asked = (
        short + _ASKED.replace(":09.100", ":09.900").replace("REQUEST (3)", "DISCOVER (1)").encode()
    )
    assert [event.at for event in events("kea-log", asked)] == [at(when), at(when)]


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


def answered(*leases: dict[str, Any]) -> bytes:
    """An answer of Kea's control socket."""
    return json.dumps({"arguments": {"leases": leases}, "result": 0}).encode()


_AT = "05:09:23"
_ANSWER = {"cltt": 1795237763, "state": 0, "valid-lft": 20}
_ANSWER_6 = _ANSWER | {"ip-address": "2001:db8::1", "duid": DUID}


def test_leases_of_an_answer_are_read_to_their_last_field() -> None:
    """Of both families, prefixes, and the identity of the relay next to the client."""
    layers = [
        {"hop": 1, "options": "0x001200027a7a"},
        {"hop": 0, "options": "0x0012000565746820310025000800000de96c696e65"},
    ]
    six = _ANSWER_6 | {"user-context": {"ISC": {"relay-info": layers}}}
    delegated = _ANSWER_6 | {"ip-address": "2001:db8::", "type": "IA_PD", "prefix-len": 56}
    address = _ANSWER_6 | {"type": "IA_NA", "prefix-len": 56}
    four = _ANSWER | {
        "ip-address": "192.0.2.1",
        "hw-address": MAC,
        "user-context": {"ISC": {"relay-agent-info": {"sub-options": "0x0102633102026332"}}},
    }

    assert events("kea-control", answered(six)) == [
        lease(_AT, lasts=20, address="2001:db8::1", duid=DUID, identity=SIX)
    ]
    assert events("kea-control", answered(delegated)) == [
        lease(_AT, lasts=20, address="2001:db8::/56", duid=DUID)
    ]
    assert events("kea-control", answered(address)) == [
        lease(_AT, lasts=20, address="2001:db8::1", duid=DUID)
    ]
    assert events("kea-control", answered(four)) == [lease(_AT, lasts=20, identity=C2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"cltt": "1795237763"},
        {"cltt": None},
        {"valid-lft": -1},
        {"valid-lft": 2**33},
        {"state": 0.5},
        {"ip-address": None},
    ],
)
def test_a_lease_of_an_answer_with_something_else_in_it_is_none(wrong: dict[str, Any]) -> None:
    """Numbers are whole, and no larger than any that Kea writes."""
    reader = Reader(FORMS["kea-control"], source())
    told = _ANSWER | {"ip-address": "192.0.2.1", "hw-address": MAC}

    found = list(reader.feed(answered(told | wrong, told | {"valid-lft": 2**33 - 1})))

    assert [event.lifetime_s for event in found if isinstance(event, LeaseEvent)] == [2**33 - 1]
    assert reader.tally.garbage == 1
    assert reader.tally.samples[0].startswith("an address or a number is missing: ")


@pytest.mark.parametrize("written", [5, "63:3", None])
def test_options_that_are_no_hex_are_told_in_words(written: object) -> None:
    """The lease is there without an identity."""
    reader = Reader(FORMS["kea-control"], source())
    context = {"ISC": {"relay-agent-info": {"sub-options": written}}}
    told = _ANSWER | {"ip-address": "192.0.2.1", "hw-address": MAC, "user-context": context}

    assert list(reader.feed(answered(told))) == [lease(_AT, lasts=20)]
    assert reader.tally.samples[0].startswith("octet 0: is no hex: ")


def test_what_is_no_json_among_leases_is_told_in_words() -> None:
    """The next one is read."""
    reader = Reader(FORMS["kea-control"], source())
    octets = answered(_ANSWER_6).replace(b"[", b"[{nothing}, ")

    assert len(list(reader.feed(octets))) == 1
    assert reader.tally.samples == ["is no JSON: {nothing}"]


def test_the_words_of_the_forensic_log_tell_the_identity_of_dhcpv6() -> None:
    """An interface-id and a remote-id, whose first four octets are the enterprise number."""
    line = (
        f"2026-11-21 06:09:10 CET Address: 2001:db8::1 has been renewed for 1 days 2 hrs 3 mins"
        f" 4 secs to a device with DUID: {DUID} connected via relay at address: fe80::1"
        " for client on link address: ::, hop count: 0, identified by remote-id:"
        " 00:00:0d:e9:6c:69:6e:65, connected at location interface-id: 65:74:68:20:31\n"
    )
    told: dict[str, Any] = {
        "address": "2001:db8::1",
        "duid": DUID,
        "lasts": 86_400 + 2 * 3600 + 3 * 60 + 4,
    }

    assert events("kea-forensic", line.encode()) == [
        lease("05:09:10", Kind.RENEWED, identity=SIX, **told)
    ]
    alone = line.partition(", connected at")[0] + "\n"
    assert events("kea-forensic", alone.encode()) == [
        lease(
            "05:09:10",
            Kind.RENEWED,
            identity=Identity(remote6=b"line", enterprise=3561),
            **told,
        )
    ]
