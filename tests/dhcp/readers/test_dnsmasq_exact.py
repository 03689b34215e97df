"""What dnsmasq writes to its last field: rows, lines, events of its script."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dhcp.readers.conftest import events
from tests.dhcp.readers.test_exact import C1, C2, DUID, MAC, lease, said

from techinfo.dhcp.events import Kind, MessageType
from techinfo.dhcp.identity import Identity

FRONT = "Nov 21 06:02:06 dnsmasq-dhcp[1]: "
WHEN = "05:02:06"
NOW = "2026-11-27T12:00:00"
"""When the tests read."""
SIX: dict[str, Any] = {"address": "2001:db8::1", "duid": DUID}


def lines(*messages: str) -> bytes:
    """Messages as syslog writes them."""
    return "".join(f"{FRONT}{message}\n" for message in messages).encode()


def called(event: str, **variables: str) -> bytes:
    """What a script writes down of an event."""
    told = "".join(f"{name}={value}\0" for name, value in variables.items())
    return f"EVENT={event}\0{told}".encode()


def test_a_row_was_granted_its_lease_time_before_its_end() -> None:
    """Where the lease time is known; of both families."""
    four = f"1795240926 {MAC} 192.0.2.1 host *\n".encode()
    six = f"duid {DUID}\n1795240926 7 2001:db8::1 host {DUID}\n".encode()

    assert events("dnsmasq-leases", four, lease_s=3600) == [lease(WHEN, lasts=3600)]
    assert events("dnsmasq-leases", six, lease_s=3600) == [lease(WHEN, lasts=3600, **SIX)]


def test_a_row_whose_lease_time_is_not_known_is_there_until_its_end() -> None:
    """One that is over has ended then; one that never ends has none."""
    over = f"1795240926 {MAC} 192.0.2.1 host *\n".encode()
    runs = f"1795780860 {MAC} 192.0.2.1 host *\n".encode()
    for_ever = f"0 {MAC} 192.0.2.1 host *\n".encode()

    assert events("dnsmasq-leases", over) == [lease("06:02:06", Kind.EXPIRED)]
    assert events("dnsmasq-leases", runs) == [lease(NOW, lasts=60)]
    assert events("dnsmasq-leases", for_ever) == [lease(NOW)]
    assert events("dnsmasq-leases", for_ever, lease_s=3600) == [lease(NOW)]


@pytest.mark.parametrize(
    ("message", "kind", "more"),
    [
        (f"DHCPDISCOVER(br0) {MAC}", "DISCOVER", {}),
        (f"7 DHCPDISCOVER(br0) {MAC} no address available", "DISCOVER", {}),
        (f"DHCPDISCOVER(br0) 192.0.2.1 {MAC}", "DISCOVER", {"address": "192.0.2.1"}),
        (f"DHCPOFFER(br0) 192.0.2.1 {MAC}", "OFFER", {"address": "192.0.2.1"}),
        (f"DHCPREQUEST(br0) 192.0.2.1 {MAC} wrong network", "REQUEST", {"address": "192.0.2.1"}),
        (
            f"DHCPNAK(br0) 192.0.2.1 {MAC} wrong network",
            "NAK",
            {"address": "192.0.2.1", "reason": "wrong address"},
        ),
        (
            f"DHCPNAK(br0) 192.0.2.1 {MAC} no leases left",
            "NAK",
            {"address": "192.0.2.1", "reason": "no free leases"},
        ),
        (f"DHCPNAK(br0) 192.0.2.1 {MAC}", "NAK", {"address": "192.0.2.1"}),
    ],
)
def test_what_is_asked_and_refused(message: str, kind: str, more: dict[str, Any]) -> None:
    """Of a refusal with its reason; a client may call itself as it likes."""
    assert events("dnsmasq-log", lines(message)) == [said(WHEN, MessageType(kind), **more)]


@pytest.mark.parametrize(
    ("verb", "kind", "lasts"),
    [
        ("ACK", Kind.GRANTED, 60),
        ("RELEASE", Kind.RELEASED, None),
        ("DECLINE", Kind.DECLINED, None),
    ],
)
@pytest.mark.parametrize("number", ["", "7 "])
def test_a_line_is_about_one_lease(number: str, verb: str, kind: Kind, lasts: int | None) -> None:
    """With or without its transaction; the lease time is the source's."""
    log = lines(f"{number}DHCP{verb}(s0) 192.0.2.1 {MAC} host")

    assert events("dnsmasq-log", log, lease_s=60) == [lease(WHEN, kind, lasts)]


def test_a_reply_of_dhcpv6_names_the_client_by_its_duid() -> None:
    """As the lease file does."""
    log = lines(f"7 DHCPREPLY(s0) 2001:db8::1 {DUID} host")

    assert events("dnsmasq-log", log, lease_s=60) == [lease(WHEN, lasts=60, **SIX)]


@pytest.mark.parametrize(
    ("written", "lasts"),
    [
        ("1h", 3600),
        ("52m30s", 3150),
        ("1d1s", 86_401),
        ("infinite", 60),
        ("", 60),
        ("1h ", 3600),
        ("1h1", 60),
    ],
)
def test_the_lease_time_stands_behind_the_acknowledgement(written: str, lasts: int) -> None:
    """What cannot be read leaves the source's."""
    log = lines(
        f"7 DHCPACK(s0) 192.0.2.1 {MAC} host",
        f"7 sent size:  4 option: 51 lease-time  {written}",
    )

    assert events("dnsmasq-log", log, lease_s=60) == [lease(WHEN, lasts=lasts)]


def test_what_another_transaction_sends_is_not_this_ones() -> None:
    """Each waits for its own, until another packet is spoken of."""
    ack = f"DHCPACK(s0) 192.0.2.1 {MAC} host"
    agent = "sent size:  4 option: 82 agent-info  01:02:63:31"

    assert events("dnsmasq-log", lines(f"7 {ack}", f"8 {agent}")) == [lease(WHEN)]
    assert events("dnsmasq-log", lines(f"7 {ack}", f"8 {ack}", f"8 {agent}")) == [
        lease(WHEN),
        lease(WHEN, identity=C1),
    ]
    for between in ("8 vendor class: x", "7 available DHCP range: x", "something else"):
        assert events("dnsmasq-log", lines(f"7 {ack}", between, f"7 {agent}")) == [lease(WHEN)]
    for between in ("7 tags: x, s0", "7 next server: 192.0.2.9"):
        assert events("dnsmasq-log", lines(f"7 {ack}", between, f"7 {agent}")) == [
            lease(WHEN, identity=C1)
        ]


def test_only_a_whole_option_82_is_one() -> None:
    """What was cut is no value, and other options are none of it."""
    ack = f"7 DHCPACK(s0) 192.0.2.1 {MAC} host"
    whole = "7 sent size:  8 option: 82 agent-info  01:02:63:31:02:02:63:32"

    assert events("dnsmasq-log", lines(ack, whole)) == [lease(WHEN, identity=C2)]
    assert events("dnsmasq-log", lines(ack, f"{whole}...")) == [lease(WHEN)]
    assert events("dnsmasq-log", lines(ack, whole.replace("82", "61"))) == [lease(WHEN)]


@pytest.mark.parametrize(
    ("event", "kind"), [("add", Kind.GRANTED), ("old", Kind.RENEWED), ("del", Kind.FREED)]
)
def test_an_event_of_the_script_has_the_time_that_it_wrote_down(event: str, kind: Kind) -> None:
    """And of a lease that is there what remains of it, and who has asked."""
    told = called(
        f"{event} {MAC} 192.0.2.1 host",
        TIME="1795237326",
        DNSMASQ_CIRCUIT_ID="c1",
        DNSMASQ_REMOTE_ID="c2",
        DNSMASQ_TIME_REMAINING="20",
        DNSMASQ_LEASE_EXPIRES="1795240926",
    )
    there = kind is not Kind.FREED

    assert events("dnsmasq-script", told) == [
        lease(WHEN, kind, 20 if there else None, identity=C2 if there else None, cut=True)
    ]


def test_without_that_time_a_grant_began_what_remains_before_its_end() -> None:
    """One that never ends began when it was read; one that is gone, not before anything else."""
    first = called(
        f"add {MAC} 192.0.2.1 host",
        DNSMASQ_LEASE_EXPIRES="1795240926",
        DNSMASQ_TIME_REMAINING="3600",
        DNSMASQ_CIRCUIT_ID="c1",
    )
    gone = called(f"del {MAC} 192.0.2.1 host")
    early = called(f"del {MAC} 192.0.2.1 host", DNSMASQ_LEASE_EXPIRES="1795237325")

    assert events("dnsmasq-script", first) == [
        lease(WHEN, lasts=3600, identity=Identity(b"c1"), cut=True)
    ]
    assert events("dnsmasq-script", called(f"add {MAC} 192.0.2.1 host")) == [lease(NOW, cut=True)]
    assert events("dnsmasq-script", first + gone)[1:] == [
        lease(WHEN, Kind.FREED, cut=True, at_least=True)
    ]
    assert events("dnsmasq-script", first + early)[1:] == [
        lease("05:02:05", Kind.FREED, cut=True, at_least=True)
    ]
    assert events("dnsmasq-script", gone) == [lease(NOW, Kind.FREED, cut=True, at_least=True)]


def test_the_script_names_clients_of_dhcpv6_by_their_duid() -> None:
    """Beside the hardware address that dnsmasq may know."""
    other = f"{MAC[:-1]}2"

    assert events("dnsmasq-script", called(f"add {DUID} 2001:db8::1 host", TIME="1795237326")) == [
        lease(WHEN, cut=True, **SIX)
    ]
    told = called(f"add {DUID} 2001:db8::1 host", TIME="1795237326", DNSMASQ_MAC=other)
    assert events("dnsmasq-script", told) == [lease(WHEN, cut=True, **{**SIX, "mac": other})]


@pytest.mark.parametrize("value", ["c1X", "X", "c1 "])
def test_a_value_of_the_script_is_kept_to_its_last_octet(value: str) -> None:
    """What ends the record is no part of it."""
    told = called(f"add {MAC} 192.0.2.1 host", TIME="1795237326", DNSMASQ_CIRCUIT_ID=value)

    assert events("dnsmasq-script", told + b"\n") == [
        lease(WHEN, identity=Identity(value.encode()), cut=True)
    ]


def test_what_is_of_no_lease_is_none() -> None:
    """Nor is it garbage."""
    assert events("dnsmasq-script", called("tftp 512 192.0.2.1 file")) == []
    assert events("dnsmasq-script", called(f"arp-add {MAC} 192.0.2.1")) == []
