"""Every capture of a real server, read by its own form, against what the clients were given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.dhcp.readers.conftest import events

from techinfo.dhcp.events import REQUESTS, Event, IdentifierSeen, Kind, LeaseEvent, Message
from techinfo.dhcp.identity import Identity

KEA = ("kea-2.2.0", "kea-2.6.3", "kea-3.0.4")
DHCPD = "isc-dhcpd-4.4.3-P1"


def told(folder: Path) -> list[dict[str, Any]]:
    """What the clients of a capture were given, by case."""
    found: list[dict[str, Any]] = json.loads((folder / "expected.json").read_text())
    return found


def grants(found: list[Event]) -> dict[str, LeaseEvent]:
    """Address -> the first grant of it."""
    out: dict[str, LeaseEvent] = {}
    for event in found:
        if isinstance(event, LeaseEvent) and event.kind in {Kind.GRANTED, Kind.RENEWED}:
            out.setdefault(event.address, event)
    return out


FOUR = [
    *((f"{kea}/dhcp4/kea-leases4.csv", "kea-csv") for kea in KEA),
    *((f"{kea}/dhcp4/run_script_env.txt", "kea-script") for kea in KEA),
    ("kea-3.0.4/dhcp4/kea-legal.txt", "kea-forensic"),
    (f"{DHCPD}/dhcp4/dhcpd.leases", "dhcpd-leases"),
    (f"{DHCPD}/dhcp4/syslog-traditional.log", "dhcpd-syslog"),
    (f"{DHCPD}/dhcp4/syslog-rfc3339.log", "dhcpd-syslog"),
    ("freeradius-3.2.1/linelog-dhcp", "freeradius-linelog"),
    ("freeradius-3.2.1/linelog-acct", "freeradius-linelog"),
    ("freeradius-3.2.1/detail-acct", "freeradius-detail"),
]


@pytest.mark.parametrize(("file", "form"), FOUR, ids=lambda value: str(value))
def test_every_case_of_dhcpv4_is_read(
    captures: Path, accesses: dict[Identity, str], file: str, form: str
) -> None:
    """Address, MAC address and access of each, whatever the layout of its identifiers."""
    path = captures / file
    folder = path.parent if (path.parent / "expected.json").exists() else path.parents[1]

    found = grants(events(form, path.read_bytes()))

    read = [
        (e["mac"], e["ip"], accesses.get(found[e["ip"]].identity or Identity()), found[e["ip"]].mac)
        for e in told(folder)
    ]
    assert read == [(e["mac"], e["ip"], e["accessId"], e["mac"]) for e in told(folder)]


@pytest.mark.parametrize("kea", KEA)
def test_the_control_socket_tells_the_leases_that_run(
    captures: Path, accesses: dict[Identity, str], kea: str
) -> None:
    """Kea 2.2 shows a lease no more that was given back; later versions do."""
    folder = captures / kea / "dhcp4"

    found = events("kea-control", (folder / "lease4-get-all.json").read_bytes(), piece=100)

    running = grants(found)
    for case in told(folder):
        if not case["released"]:
            assert accesses[running[case["ip"]].identity or Identity()] == case["accessId"]
        else:
            assert case["ip"] not in running


@pytest.mark.parametrize(
    "file",
    [
        *(f"{kea}/dhcp6/kea-leases6.csv" for kea in KEA),
        *(f"{kea}/dhcp6/lease6-get-all.json" for kea in KEA),
        "kea-3.0.4/dhcp6/kea-legal6.txt",
        f"{DHCPD}/dhcp6-octal/dhcpd6.leases",
        f"{DHCPD}/dhcp6-hex/dhcpd6.leases",
        f"{DHCPD}/dhcp6-octal/syslog-traditional.log",
        f"{DHCPD}/dhcp6-hex/syslog-traditional.log",
    ],
)
def test_every_case_of_dhcpv6_is_read(
    captures: Path, accesses: dict[Identity, str], file: str
) -> None:
    """Addresses and prefixes with DUID, MAC address out of it, and the layer next to the client."""
    path, forms = (
        captures / file,
        {
            "kea-leases6.csv": "kea-csv",
            "lease6-get-all.json": "kea-control",
            "kea-legal6.txt": "kea-forensic",
            "dhcpd6.leases": "dhcpd-leases",
            "syslog-traditional.log": "dhcpd-syslog",
        },
    )

    found = grants(events(forms[path.name], path.read_bytes()))

    for case in told(path.parent):
        for lease in case["leases"]:
            event = found[lease.removesuffix("/128")]
            assert event.duid == case["duid"]
            assert event.mac == case["duid"][12:]
            assert accesses[event.identity or Identity()] == case["accessId"]
            assert event.lifetime_s == 3600


@pytest.mark.parametrize("kea", KEA)
@pytest.mark.parametrize("six", [False, True])
def test_a_log_of_kea_brings_packets_and_leases_together(
    captures: Path, accesses: dict[Identity, str], kea: str, six: bool
) -> None:
    """At INFO a line has no option 82; the packet of the same transaction has."""
    folder = captures / kea / ("dhcp6" if six else "dhcp4")
    log = merged(folder, "kea-dhcp6" if six else "kea-dhcp4")

    found = grants(events("kea-log", log))

    for case in told(folder):
        for lease in case["leases"] if six else [case["ip"]]:
            event = found[lease.removesuffix("/128")]
            assert accesses[event.identity or Identity()] == case["accessId"]


def merged(folder: Path, server: str) -> bytes:
    """The log as it was before its packets were put apart from its lines."""
    blocks: list[bytes] = []

    def order(block: bytes) -> tuple[bytes, bool]:
        return block[:23], b"QUERY_DATA" not in block

    for name in (f"{server}.info.log", f"{server}.query-data.log"):
        for line in (folder / name).read_bytes().splitlines(keepends=True):
            if line[:5] == b"2026-":
                blocks.append(line)
            else:
                blocks[-1] += line
    # Within a millisecond the packet comes first, as it did.
    blocks.sort(key=order)
    return b"".join(blocks)


@pytest.mark.parametrize("kea", KEA)
def test_packets_of_kea_alone_are_sightings(
    captures: Path, accesses: dict[Identity, str], kea: str
) -> None:
    """What was asked is no lease, but shows what and with which identifier a client asks."""
    four = events("kea-log", (captures / kea / "dhcp4/kea-dhcp4.query-data.log").read_bytes())
    six = events("kea-log", (captures / kea / "dhcp6/kea-dhcp6.query-data.log").read_bytes())

    assert {type(e) for e in six} == {IdentifierSeen}
    assert {e.type for e in four if isinstance(e, Message)} == REQUESTS
    assert {type(e) for e in four} <= {Message, IdentifierSeen}
    assert {accesses[e.identity or Identity()] for e in four} == {
        c["accessId"] for c in told(captures / kea / "dhcp4")
    }
    assert {accesses[e.identity or Identity()] for e in six} == {
        c["accessId"] for c in told(captures / kea / "dhcp6")
    }


@pytest.mark.parametrize("version", ["dnsmasq-2.90", "dnsmasq-2.93"])
def test_the_script_of_dnsmasq_keeps_values_up_to_their_first_nul(
    captures: Path, accesses: dict[Identity, str], version: str
) -> None:
    """Every lease is read; sixteen still name their access, the others are no other's."""
    folder = captures / version

    found = grants(events("dnsmasq-script", (folder / "script_env.nul").read_bytes(), piece=77))

    named = [
        (
            c["accessId"],
            next(filter(None, (resolved(i, accesses) for i in event.identities())), None),
        )
        for c in told(folder)
        for event in [found[c["ip"]]]
    ]
    assert all(access in {None, expected} for expected, access in named)
    assert sum(access is not None for _, access in named) == 16
    assert all(c["mac"] == found[c["ip"]].mac for c in told(folder))


def resolved(identity: Identity, accesses: dict[Identity, str]) -> str | None:
    """The one access with the values that are told; NULs at their end mean nothing."""

    def fits(told: bytes | None, stored: bytes | None) -> bool:
        return told is None or told.rstrip(b"\0") == (stored or b"").rstrip(b"\0")

    found = {
        access
        for stored, access in accesses.items()
        if fits(identity.circuit, stored.circuit) and fits(identity.remote, stored.remote)
    }
    return found.pop() if len(found) == 1 else None


@pytest.mark.parametrize("version", ["dnsmasq-2.90", "dnsmasq-2.93"])
def test_what_the_log_of_dnsmasq_cut_off_is_never_taken_for_the_value(
    captures: Path, accesses: dict[Identity, str], version: str
) -> None:
    """Every lease is told with its time; only an option of fourteen octets has an identifier."""
    folder = captures / version

    found = grants(events("dnsmasq-log", (folder / "dnsmasq.log").read_bytes()))

    named = {c["case"]: found[c["ip"]].identity for c in told(folder)}
    assert {case for case, identity in named.items() if identity} == {"s14-procurve"}
    assert accesses[named["s14-procurve"] or Identity()] == "HPP1-0010"
    assert all(found[c["ip"]].mac == c["mac"] for c in told(folder))
    assert all(found[c["ip"]].lifetime_s == 3600 for c in told(folder))


@pytest.mark.parametrize("version", ["dnsmasq-2.90", "dnsmasq-2.93"])
def test_the_lease_file_of_dnsmasq_tells_who_has_what_until_when(
    captures: Path, version: str
) -> None:
    """The address that was given back is not in it."""
    folder = captures / version

    found = grants(events("dnsmasq-leases", (folder / "dnsmasq.leases").read_bytes(), lease_s=3600))

    running = [c for c in told(folder) if not c["released"]]
    assert {(a, e.mac) for a, e in found.items()} == {(c["ip"], c["mac"]) for c in running}
    assert {e.lifetime_s for e in found.values()} == {3600}


def test_requests_of_a_bng_are_sightings(captures: Path, accesses: dict[Identity, str]) -> None:
    """An access request grants nothing."""
    folder = captures / "freeradius-3.2.1"

    found = events("freeradius-detail", (folder / "detail-auth").read_bytes(), piece=50)

    assert {type(e) for e in found} == {IdentifierSeen}
    assert [accesses[e.identity or Identity()] for e in found] == [
        c["accessId"] for c in told(folder)
    ]


def test_fields_of_tshark_are_sightings(captures: Path, accesses: dict[Identity, str]) -> None:
    """Every case; of two relays the one next to the client names the access."""
    folder = captures / "tshark-4.0.17"

    four = events("tshark-fields", (folder / "dhcp4-fields.tsv").read_bytes())
    six = events("tshark-fields", (folder / "dhcp6-fields.tsv").read_bytes())

    assert {accesses[e.identity or Identity()] for e in four} >= {
        c["accessId"] for c in json.loads((captures / "cases4.json").read_text())
    }
    interfaces = {i.interface: a for i, a in accesses.items() if i.interface}
    assert {interfaces[(e.identity or Identity()).interface or b""] for e in six} == {
        c["accessId"] for c in json.loads((captures / "cases6.json").read_text())
    }


@pytest.mark.parametrize(
    ("file", "form"),
    [
        *((f"{kea}/dhcp4/kea-leases4.csv", "kea-csv") for kea in KEA),
        ("kea-3.0.4/dhcp4/kea-legal.txt", "kea-forensic"),
        (f"{DHCPD}/dhcp4/dhcpd.leases", "dhcpd-leases"),
        (f"{DHCPD}/dhcp4/syslog-traditional.log", "dhcpd-syslog"),
        ("dnsmasq-2.93/dnsmasq.log", "dnsmasq-log"),
        ("dnsmasq-2.93/script_env.nul", "dnsmasq-script"),
        ("freeradius-3.2.1/linelog-dhcp", "freeradius-linelog"),
    ],
)
def test_what_was_given_back_is_told(captures: Path, file: str, form: str) -> None:
    """The released case, and none of the others."""
    path = captures / file
    folder = path.parent

    found = events(form, path.read_bytes())

    ended = {
        e.address
        for e in found
        if isinstance(e, LeaseEvent) and e.kind in {Kind.RELEASED, Kind.FREED, Kind.EXPIRED}
    }
    assert ended == {c["ip"] for c in told(folder) if c["released"]}


def test_real_relays_are_read(captures: Path) -> None:
    """dhcrelay: an interface name as circuit-id, an interface index as interface-id."""
    folder = captures / "isc-dhcrelay-4.4.3-P1"

    four = grants(events("dhcpd-leases", (folder / "dhcpd.leases").read_bytes()))
    six = grants(events("dhcpd-leases", (folder / "dhcpd6.leases").read_bytes()))
    log = grants(events("dhcpd-syslog", (folder / "syslog-traditional.log").read_bytes()))

    index = Identity(interface=bytes([1, 0, 0, 0]))
    assert four["10.83.0.100"].identity == Identity(circuit=b"c1")
    assert six["fd00:83::1dd0"].identity == index
    assert {a: e.identity for a, e in log.items()} == {
        "10.83.0.100": Identity(circuit=b"c1"),
        "fd00:83::1dd0": index,
    }
