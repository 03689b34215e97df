"""Every field of every event, form by form: what a wrong digit in a reader would change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.dhcp.readers.conftest import events, source
from tests.dhcp.readers.test_hostile import PATTERN, SEEDS

from techinfo.dhcp.events import IdentifierSeen, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader

MAC = "02:00:5e:00:53:01"
DUID = f"00:03:00:01:{MAC}"
C1, C2 = Identity(b"c1"), Identity(b"c1", b"c2")
SIX = Identity(interface=b"eth 1", remote6=b"line", enterprise=3561)


def at(text: str) -> datetime:
    """A moment of 21 November 2026, or a whole one, UTC."""
    return datetime.fromisoformat(text if "T" in text else f"2026-11-21T{text}").replace(tzinfo=UTC)


def lease(
    when: str, kind: Kind = Kind.GRANTED, lasts: int | None = None, **more: Any
) -> LeaseEvent:
    """An event of 192.0.2.1 and the usual client."""
    told: dict[str, Any] = {"address": "192.0.2.1", "mac": MAC, "server": "made-up", **more}
    return LeaseEvent(at=at(when), kind=kind, lifetime_s=lasts, **told)


def seen(when: str, identity: Identity, **more: Any) -> IdentifierSeen:
    """A sighting of the usual client."""
    return IdentifierSeen(at=at(when), identity=identity, server="made-up", **{"mac": MAC, **more})


def said(when: str, kind: MessageType, **more: Any) -> Message:
    """A message of or to the usual client."""
    return Message(at=at(when), type=kind, server="made-up", **{"mac": MAC, **more})


def kea(message: str, words: str) -> bytes:
    """A line of kea-dhcp4 about the usual client."""
    return (
        f"2026-11-21 06:27:09.155 INFO  [kea-dhcp4.leases/1.2] {message}"
        f" [hwtype=1 {MAC}], cid=[no info], tid=0x1: {words}\n"
    ).encode()


def kea6(message: str, words: str) -> bytes:
    """A line of kea-dhcp6 about the usual client."""
    return (
        f"2026-11-21 06:27:09.155 INFO  [kea-dhcp6.leases/1.2] {message}"
        f" duid=[{DUID}], [no hwaddr info], tid=0xa1: {words}\n"
    ).encode()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("kea-csv", [lease("05:09:10", lasts=20, identity=C2)]),
        ("kea-control", [lease("05:09:23", lasts=20)]),
        ("kea-socket", [lease("05:09:23", lasts=20)]),
        ("kea-script", [lease("05:09:23", lasts=20, mac=None, identity=C1)]),
        ("kea-forensic", [lease("05:09:10", lasts=20, identity=C2)]),
        (
            "kea-log",
            [
                seen("05:27:09.154", C1),
                lease("05:27:09.155", lasts=20, identity=C1),
            ],
        ),
        ("dhcpd-leases", [lease("05:11:47", lasts=20, identity=Identity(b'a"};b'))]),
        ("openbsd-leases", [lease("05:11:47", lasts=20)]),
        ("dhcpd-syslog", [lease("05:11:47", identity=C1)]),
        ("infoblox-syslog", [lease("05:11:47", Kind.RENEWED, 119)]),
        ("dnsmasq-script", [lease("05:02:06", lasts=3600, identity=C1, cut=True)]),
        ("dnsmasq-leases", [lease("06:02:06", Kind.EXPIRED)]),
        ("dnsmasq-log", [lease("05:02:06", identity=C1)]),
        ("freeradius-linelog", [lease("05:04:45", identity=C2)]),
        ("freeradius-detail", [lease("05:04:47", mac=None, identity=C1)]),
        ("windows-dhcp", [lease("05:02:06", identity=C2)]),
        ("tshark-fields", [lease("05:06:02.73", identity=C1)]),
        ("syslog-pattern", [lease("05:11:47", identity=Identity(b"c1", b"c2"))]),
    ],
)
def test_a_good_record_is_read_to_its_last_field(form: str, expected: list[object]) -> None:
    """Time, kind, address, client, identity, how long it lasts, where it comes from."""
    pattern = PATTERN if form == "syslog-pattern" else None

    assert events(form, SEEDS[form], pattern=pattern) == expected


def test_every_form_is_read_here() -> None:
    """So that a new one is not forgotten."""
    told = test_a_good_record_is_read_to_its_last_field.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {form for form, _ in told} == set(FORMS), "add what its record in SEEDS tells, above"


@pytest.mark.parametrize(
    ("line", "kind", "address", "lasts"),
    [
        (kea("DHCP4_LEASE_ALLOC", "lease 192.0.2.1 has been allocated for 3600 seconds"),
         Kind.GRANTED, "192.0.2.1", 3600),
        (kea("DHCP4_LEASE_REUSE", "lease 192.0.2.1 has been reused for 7 seconds"),
         Kind.RENEWED, "192.0.2.1", 7),
        (kea("DHCP4_RELEASE", "address 192.0.2.1 was released properly."),
         Kind.RELEASED, "192.0.2.1", None),
        (kea6("DHCP6_LEASE_ALLOC", "lease for address 2001:db8::1 and iaid=1 has been allocated"
               " for 1 seconds"), Kind.GRANTED, "2001:db8::1", 1),
        (kea6("DHCP6_PD_LEASE_ALLOC", "lease for prefix 2001:db8::/56 and iaid=1 has been"
               " allocated for 4000000000 seconds"), Kind.GRANTED, "2001:db8::/56", 4_000_000_000),
        (kea6("DHCP6_RELEASE_NA", "binding for address 2001:db8::1 and iaid=1 was released"
               " properly"), Kind.RELEASED, "2001:db8::1", None),
    ],
)  # fmt: skip
def test_a_line_of_kea_tells_how_long_a_lease_lasts(
    line: bytes, kind: Kind, address: str, lasts: int | None
) -> None:
    """In seconds, as it stands there; what has ended lasts no longer."""
    (event,) = events("kea-log", line)

    assert isinstance(event, LeaseEvent)
    assert (event.kind, event.address, event.lifetime_s) == (kind, address, lasts)
    assert event.duid == (DUID if ":" in address else None)


@pytest.mark.parametrize(
    "front",
    [
        "Nov 21 06:27:09 vm kea-dhcp4: INFO  [kea-dhcp4.leases.140]",
        "Nov 21 06:27:09 vm kea-dhcp4[7]: INFO  [kea-dhcp4.leases/7.140]",
        "<134>1 2026-11-21T05:27:09Z vm kea-dhcp4 7 - - INFO  [kea-dhcp4.leases/7.140]",
        "Nov 21 06:27:33 vm kea-dhcp4[7]: 2026-11-21 06:27:09.000 INFO  [kea-dhcp4.leases/7.140]",
    ],
)
def test_kea_is_read_through_syslog_and_the_journal(front: str) -> None:
    """With its own time in front, or without; packets in one line, or in many."""
    who = f"[hwtype=1 {MAC}], cid=[no info], tid=0x1"
    log = (
        f"{front.replace('INFO ', 'DEBUG')} DHCP4_QUERY_DATA {who}, packet details: x"
        "#012  type=082, len=004:,#012options:#012    type=001, len=002: 63:31\n"
        f"{front} DHCP4_LEASE_ALLOC {who}: lease 192.0.2.1 has been allocated for 20 seconds\n"
    )

    found = events("kea-log", log.encode())

    assert found == [seen("05:27:09", C1), lease("05:27:09", lasts=20, identity=C1)]


@pytest.mark.parametrize(
    ("state", "lasts", "kind", "at_least"),
    [
        (0, 20, Kind.GRANTED, False),
        (0, 0, Kind.RELEASED, True),
        (1, 20, Kind.DECLINED, False),
        (1, 0, Kind.FREED, True),
        (2, 20, Kind.EXPIRED, False),
        (2, 0, Kind.FREED, True),
        (3, 20, Kind.RELEASED, True),
    ],
)
def test_states_ofkea(state: int, lasts: int, kind: Kind, at_least: bool) -> None:
    """As lease files of 2.2 to 3.0 have them; one that expired did so at its end."""
    head = b"address,hwaddr,valid_lifetime,expire,state\n"
    row = f"192.0.2.1,{MAC},{lasts},{1795237750 + lasts},{state}\n".encode()

    (event,) = events("kea-csv", head + row)

    ended = lasts if kind is Kind.EXPIRED else 0
    granted = lasts if kind is Kind.GRANTED else None
    expected = lease("05:09:10", kind, granted, at_least=at_least)
    assert isinstance(event, LeaseEvent)
    assert event == LeaseEvent(
        **{name: getattr(expected, name) for name in expected.__slots__ if name != "at"},
        at=expected.at + timedelta(seconds=ended),
    )


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("0 hrs 0 mins 20 secs", 20),
        ("0 hrs 2 mins 0 secs", 120),
        ("3 hrs 0 mins 0 secs", 10_800),
        ("1 days 2 hrs 3 mins 4 secs", 93_784),
        ("1 day 0 hrs 0 mins 1 secs", 86_401),
    ],
)
def test_the_legal_log_tells_hours_and_minutes(words: str, seconds: int) -> None:
    """And days, where there are any."""
    line = (
        f"2026-11-21 06:09:10 CET Address: 192.0.2.1 has been assigned for {words} to a device "
        f"with hardware address: hwtype=1 {MAC}\n"
    )

    assert events("kea-forensic", line.encode()) == [lease("05:09:10", lasts=seconds)]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1h", 3600), ("52m30s", 3150), ("1d1h1m1s", 90_061), ("45s", 45), ("infinite", None)],
)
def test_dnsmasq_writes_durations(written: str, seconds: int | None) -> None:
    """Option 51 stands behind the DHCPACK."""
    log = (
        SEEDS["dnsmasq-log"]
        + (
            f"Nov 21 06:02:06 dnsmasq-dhcp[1]: 7 sent size:  4 option: 51 lease-time  {written}\n"
        ).encode()
    )

    assert events("dnsmasq-log", log) == [lease("05:02:06", lasts=seconds, identity=C1)]


@pytest.mark.parametrize(
    ("state", "kind", "when", "lasts", "at_least"),
    [
        ("active", Kind.GRANTED, "05:11:47", 20, False),
        ("free", Kind.FREED, "05:12:07", None, False),
        ("expired", Kind.FREED, "05:12:07", None, False),
        ("backup", Kind.FREED, "05:12:07", None, False),
        ("released", Kind.RELEASED, "05:11:47", None, True),
        ("abandoned", Kind.DECLINED, "05:11:47", None, True),
    ],
)
def test_states_of_isc_dhcpd(
    state: str, kind: Kind, when: str, lasts: int | None, at_least: bool
) -> None:
    """dhcpd.leases(5)."""
    block = (
        "lease 192.0.2.1 {\n  starts 6 2026/11/21 05:11:47;\n  ends 6 2026/11/21 05:12:07;\n"
        f"  binding state {state};\n  hardware ethernet {MAC};\n}}\n"
    )

    found = events("dhcpd-leases", block.encode())

    assert found == [lease(when, kind, lasts, at_least=at_least)]


def test_openbsd_writes_a_lease_anew_when_it_ends() -> None:
    """Given back: the same start, and an earlier end. Abandoned: without a client."""
    block = (
        "lease 192.0.2.%d {\n\tstarts 6 2026/11/21 05:%s:00 UTC;\n\tends 6 2026/11/21 05:%s:00 UTC;"
        "\n\thardware ethernet 02:00:5e:00:53:01;\n\tuid 01:02:00:5e:00:53:01;\n}\n"
    )
    abandoned = (
        "lease 192.0.2.2 {\n\tstarts 6 2026/11/21 05:00:00 UTC;\n"
        "\tends 6 2026/11/22 05:00:00 UTC;\n\tabandoned;\n}\n"
    )
    log = (
        block % (1, "10", "50")
        + block % (1, "20", "59")
        + block % (1, "20", "30")
        + abandoned
        + block % (3, "40", "40")
        + block.replace(" UTC", "") % (1, "45", "46")
    )

    assert events("openbsd-leases", log.encode(), piece=11) == [
        lease("05:10:00", lasts=2400),
        lease("05:20:00", lasts=2340),
        lease("05:30:00", Kind.RELEASED),
        lease("05:30:00", Kind.DECLINED, address="192.0.2.2", mac=None, at_least=True),
        lease("05:40:00", Kind.FREED, address="192.0.2.3"),
        lease("05:45:00", lasts=60),
    ]


def test_a_lease_file_of_openbsd_is_not_taken_for_iscs() -> None:
    """It has no binding states; the reason names the form that it is of."""
    reader = Reader(FORMS["dhcpd-leases"], source())

    found = [*reader.feed(SEEDS["openbsd-leases"]), *reader.end()]

    assert (found, reader.tally.garbage) == ([], 1)
    assert "openbsd-leases" in reader.tally.samples[0]


@pytest.mark.parametrize(
    ("acct", "kind", "lasts"),
    [
        ("Start", Kind.GRANTED, 60),
        ("Interim-Update", Kind.RENEWED, 60),
        ("Alive", Kind.RENEWED, 60),
        ("Stop", Kind.RELEASED, None),
    ],
)
def test_accounting_of_a_bng(acct: str, kind: Kind, lasts: int | None) -> None:
    """The log does not tell the lease time; the source does."""
    detail = SEEDS["freeradius-detail"].replace(b"= Start", b"= " + acct.encode())
    line = f"2026-11-21 06:04:45 acct={acct} mac={MAC} ip=192.0.2.1\n".encode()

    assert events("freeradius-detail", detail, lease_s=60) == [
        lease("05:04:47", kind, lasts, mac=None, identity=C1)
    ]
    assert events("freeradius-linelog", line, lease_s=60) == [lease("05:04:45", kind, lasts)]


@pytest.mark.parametrize(
    ("attribute", "circuit"),
    [
        ("ADSL-Agent-Circuit-Id = 0x6331", b"c1"),
        ('Agent-Circuit-Id = "c\\0011"', b"c\x011"),
        ('DHCP-Relay-Circuit-Id = "ge\\a1"', b"ge\a1"),
        ("Relay-Agent-Information.Circuit-Id = 0x6331", b"c1"),
        ('Cisco-AVPair = "circuit-id-tag=6331"', b"c1"),
        ('Cisco-AVPair = "circuit-id-tag=eth 0/1"', b"eth 0/1"),
        ('User-Name = "00046331:0006aabb"', b"\0\4c1"),
    ],
)
def test_attributes_that_name_a_port(attribute: str, circuit: bytes) -> None:
    """RFC 4679, Ericsson, FreeRADIUS 3 and 4, Cisco; the letters of escapes are C's everywhere."""
    packet = (
        f"Sat Nov 21 06:04:47 2026\n\tAcct-Status-Type = Start\n\tFramed-IP-Address = 192.0.2.1\n"
        f"\t{attribute}\n\n"
    )

    (event,) = events("freeradius-detail", packet.encode())

    assert event.identity is not None
    assert event.identity.circuit == circuit


@pytest.mark.parametrize(
    "front",
    [
        b"<30>1 2026-11-21T05:11:47Z vm dhcpd 7 - - ",
        b"<30>1 2026-11-21T05:11:47Z vm dhcpd 7 - - \xef\xbb\xbf",
        b'<30>1 2026-11-21T05:11:47Z vm dhcpd 7 ID [a@1 b="c \\" \\] d"][e@2 f="[g]"] ',
        b"1 2026-11-21T05:11:47Z vm dhcpd 7 - - ",
        b"<30>Nov 21 06:11:47 vm dhcpd[7]: ",
        b"\xef\xbb\xbfNov 21 06:11:47 vm dhcpd[7]: ",
    ],
)
@pytest.mark.parametrize("counted", [False, True])
def test_fronts_of_syslog(front: bytes, counted: bool) -> None:
    """Structured data, byte order marks, octet counts without line feeds (RFC 6587)."""
    counted = counted and front.startswith(b"<")  # only messages with a priority are
    lines = [
        front + b"COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=63:31 rid=",
        front.removeprefix(b"\xef\xbb\xbf") + b"DHCPACK on 192.0.2.1 to 2:0:5e:0:53:1 via x",
    ]
    log = b"".join(b"%d %b" % (len(x), x) for x in lines) if counted else b"\n".join(lines)

    assert events("dhcpd-syslog", log, piece=7) == [lease("05:11:47", identity=C1)]


@pytest.mark.parametrize(
    ("recipe", "identity"),
    [
        ("COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=63:31 rid=63:32", C2),
        ("COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid= rid=63:32", Identity(None, b"c2")),
        ("COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=63:31 rid=", C1),
        ("COMMIT ip=192.0.2.1 rid=63:32 cid=63:31", C2),
        ("o82hex 192.0.2.1 circuit-id 63:31", C1),
        ("o82hex 192.0.2.1 circuit-id a", Identity(b"\n")),
        ("Lease for 192.0.2.1 raw option-82 info is CID: 99.49 AID: 63.32", C2),
    ],
)
def test_recipes_of_dhcpd(recipe: str, identity: Identity) -> None:
    """Whichever values a relay has sent."""
    front = "Nov 21 06:11:47 vm dhcpd[7]: "
    log = f"{front}{recipe}\n{front}DHCPACK on 192.0.2.1 to {MAC} via x\n"

    assert events("dhcpd-syslog", log.encode()) == [lease("05:11:47", identity=identity)]


@pytest.mark.parametrize("length", [1022, 1023])
def test_a_recipe_that_dhcpd_has_cut_off_is_no_value(length: int) -> None:
    """It logs 1,023 octets and no more: what stands at their end may go on."""
    message = "COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=63:31 rid="
    message += ("63:" * 400)[: length - len(message) - 1] + "3"
    reader = Reader(FORMS["dhcpd-syslog"], source())

    list(reader.feed(f"Nov 21 06:11:47 vm dhcpd[7]: {message}\n".encode()))

    assert reader.tally.garbage == (length == 1023)


def test_six_of_dhcpd() -> None:
    """The lines behind a Reply; the first four octets of a remote-id are the enterprise number."""
    front = "Nov 21 06:11:47 vm dhcpd[7]: "
    reply = (
        f"Reply NA: address 2001:db8::1 to client with duid {DUID} iaid = 1 valid for 99 seconds"
    )
    log = f"{front}{reply}\n{front}o18 65:74:68:20:31\n{front}o37 0:0:d:e9:6c:69:6e:65\n"

    assert events("dhcpd-syslog", log.encode()) == [
        lease("05:11:47", lasts=99, address="2001:db8::1", duid=DUID, identity=SIX)
    ]
