"""A look-up finds in every log what the reader of its form finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.dhcp.readers.conftest import source
from tests.dhcp.readers.test_hostile import SEEDS
from tests.dhcp_lab import folder

from techinfo.dhcp.gathering import Gatherer
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.log_lines import LogTime, messages
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, of_mention
from techinfo.dhcp.readers import FORMS, Reader
from techinfo.dhcp.spellings import Tier, readings

_FORM_OF = {
    "kea-leases4.csv": "kea-csv",
    "kea-leases6.csv": "kea-csv",
    "lease4-get-all.json": "kea-control",
    "lease6-get-all.json": "kea-control",
    "kea-legal.txt": "kea-forensic",
    "kea-legal6.txt": "kea-forensic",
    "run_script_env.txt": "kea-script",
    "kea-dhcp4.query-data.log": "kea-log",
    "kea-dhcp6.query-data.log": "kea-log",
    "dhcpd.leases": "dhcpd-leases",
    "dhcpd6.leases": "dhcpd-leases",
    "syslog-traditional.log": "dhcpd-syslog",
    "syslog-rfc3339.log": "dhcpd-syslog",
    "dnsmasq.log": "dnsmasq-log",
    "script_env.nul": "dnsmasq-script",
    "linelog-dhcp": "freeradius-linelog",
    "linelog-acct": "freeradius-linelog",
    "detail-acct": "freeradius-detail",
    "detail-auth": "freeradius-detail",
    "dhcp4-fields.tsv": "tshark-fields",
    "dhcp6-fields.tsv": "tshark-fields",
}


def _read(form: str, log: bytes) -> set[Identity]:
    reader = Reader(FORMS[form], source())
    return {e.identity for e in (*reader.feed(log), *reader.end()) if e.identity}


def _mentioned(log: bytes) -> tuple[list[Mention], list[object]]:
    """What the lines say, and those that are not understood."""
    puzzling: list[object] = []
    times = LogTime(UTC, datetime(2026, 11, 27, tzinfo=UTC))
    gatherer = Gatherer(times, puzzled=lambda *line: puzzling.append(line))
    lines = (message for line in log.split(b"\n") for message in messages(line))
    return [one for found in gatherer.gather(lines) for _, one, _ in found], puzzling


def _asks_for(asked: Asked, identity: Identity) -> bool:
    values = {field: value for field in Field if (value := field.of(identity)) is not None}
    return all(
        any(reading.octets == value for reading in asked.readings.get(field, ()))
        for field, value in values.items()
    )


def _missed(identities: Iterable[Identity], mentions: list[Mention]) -> list[Identity]:
    asked = [of_mention(mention) for mention in mentions]
    return [one for one in identities if not any(_asks_for(question, one) for question in asked)]


def test_every_capture_is_read_alike() -> None:
    """All logs of real servers; of none a line is called not understood."""
    paths = [path for path in sorted(folder().rglob("*")) if path.name in _FORM_OF]
    failed: dict[Path, object] = {}
    for path in paths:
        log = path.read_bytes()
        mentions, puzzling = _mentioned(log)
        if missed := _missed(_read(_FORM_OF[path.name], log), mentions):
            failed[path] = missed
        elif puzzling:
            failed[path] = "puzzled"

    assert len(paths) > 40
    assert failed == {}


@pytest.mark.parametrize("form", sorted(set(SEEDS) - {"syslog-pattern"}))
def test_a_record_of_every_form_is_read_alike(form: str) -> None:
    """Whatever a reader makes an identifier of, a look-up sees."""
    assert _missed(_read(form, SEEDS[form]), _mentioned(SEEDS[form])[0]) == []


@pytest.mark.parametrize(
    ("form", "log"),
    [
        ("dhcpd-syslog", '<30>1 2026-11-21T05:11:47Z vm dhcpd 7 - [a@1 b="] c"] {}'),
        ("dhcpd-syslog", "Nov 21 06:11:47 vm dhcpd[7]: {}"),
    ],
)
@pytest.mark.parametrize(
    "recipe",
    [
        "COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=0:4:0:64:1:3 rid=",
        "COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid= rid=0:6:0:1b:54:aa:2:0",
        "COMMIT ip=192.0.2.1 mac=2:0:5e:0:53:1 cid=a rid=b",
        "o82hex 192.0.2.1 circuit-id 0:4:0:64:1:3",
        "o82hex 192.0.2.1 remote-id 7",
        "o82raw 192.0.2.1 circuit-id eth 0/1, and more; of (it)",
        "o82raw 192.0.2.1 remote-id #001#005bs3g2",
        "Lease for 192.0.2.1 raw option-82 info is CID: 0.4.0.100 AID: 0.6.a",
        "Lease for 192.0.2.1 raw option-82 info is CID: 7 AID: ",
        "Option 82: received a REQUEST DHCP packet from relay-agent eth2 with a circuit-id of "
        '"1a:2", a remote-id of "a:4" for 192.0.2.1 (02:00:5e:00:53:01) lease time is 9 seconds.',
    ],
)
def test_a_recipe_is_read_alike(form: str, log: str, recipe: str) -> None:
    """With one value or two, short and odd ones, behind every header."""
    line = log.format(recipe)
    ack = log.format("DHCPACK on 192.0.2.1 to 02:00:5e:00:53:01 via eth0")
    identities = _read(form, f"{line}\n{ack}\n".encode())

    assert identities
    assert _missed(identities, _mentioned(line.encode())[0]) == []


@pytest.mark.parametrize(
    ("escaped", "octets"),
    [
        (r"ge\a1", b"ge\x071"),
        (r"\b\f\v\t\r\n", b"\b\f\v\t\r\n"),
        (r"ge\0071", b"ge\x071"),
        (r"ge\x071", b"ge\x071"),
        (r"ge\\a1", rb"ge\a1"),
        (r"ge\q1", b"geq1"),
        (r"\377\000\1", b"\xff\x001"),
        (r"\477", b"477"),
    ],
)
@pytest.mark.parametrize(
    ("form", "log", "spelt"),
    [
        (
            "freeradius-detail",
            "Sat Nov 21 06:04:47 2026\n\tAcct-Status-Type = Start\n"
            '\tFramed-IP-Address = 192.0.2.1\n\tAgent-Circuit-Id = "{}"\n\n',
            '"{}"',
        ),
        (
            "freeradius-linelog",
            "2026-11-21 06:04:45 acct=Start ip=192.0.2.1 mac=02:00:5e:00:53:01 circuit={}\n",
            "{}",
        ),
        (
            "dhcpd-leases",
            "lease 192.0.2.1 {{\n  starts 6 2026/11/21 05:11:47;\n  binding state active;\n"
            '  option agent.circuit-id "{}";\n}}\n',
            '"{}"',
        ),
    ],
)
def test_an_escape_is_read_alike(
    form: str, log: str, spelt: str, escaped: str, octets: bytes
) -> None:
    """A look-up of the value makes of a backslash what the reader of the lease does."""
    values = readings([spelt.format(escaped).encode()], Field.CIRCUIT)

    assert _read(form, log.format(escaped).encode()) == {Identity(circuit=octets)}
    assert octets in {one.octets for one in values if one.tier <= Tier.NOTATION}
