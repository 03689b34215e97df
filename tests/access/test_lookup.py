"""Look-ups against an inventory: tiers, uniqueness, whose it is, when it was, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.dhcp_lab import folder, told

from techinfo.access.explaining import Explainer, LookupOutcome
from techinfo.access.log_lookup import LogLookup
from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.access.viewer import Options, Role, Viewer
from techinfo.dhcp.identity import Field
from techinfo.dhcp.log_lines import LogTime
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, of_mention
from techinfo.dhcp.spellings import Tier, readings
from techinfo.errors import SharedIdentifierError, UnknownIdentifierError
from techinfo.inventory import Inventory

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
OPERATOR = Viewer(name="ops", role=Role.OPERATOR)
PROVIDER = Viewer(name="isp-1", role=Role.PROVIDER, provider="isp-1")
NETWORK = """
elements:
- {name: asw-1, address: 192.0.2.1, mac: "00:1b:54:aa:02:00", layout: cisco-ios-mac}
- {name: asw-2, address: 192.0.2.2, mac: "00:1b:54:aa:03:00", layout: cisco-ios-mac}
- {name: tr-1, address: 192.0.2.3, layout: tr101-eth}
accesses:
- {access_id: A-1, element: asw-1, port: g3, module: 1, port_number: 3}
- {access_id: A-2, element: asw-2, port: g3, module: 1, port_number: 3}
- {access_id: A-3, element: tr-1, port: g7, module: 0, port_number: 7}
- {access_id: A-4, element: asw-2, port: g4, module: 1, port_number: 4}
services:
- {vlan: 100, service_type: bb}
- {vlan: 200, service_type: iptv}
subscriptions:
- {subscription_id: S-1, access_id: A-1, provider: isp-1, service: BB, service_type: bb}
- {subscription_id: S-2, access_id: A-1, provider: isp-2, service: TV, service_type: iptv}
- {subscription_id: S-4, access_id: A-4, provider: isp-2, service: BB, service_type: bb,
   ipv4_circuit_id: Port-X, ipv4_remote_id: Sw-X, disconnection_date: 2026-01-01}
"""
_REMOTE = "0x0006001b54aa0200"


class _Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """The time of an import; it moves when a test moves it."""
    return _Clock()


@pytest.fixture
def inventory(tmp_path: Path, clock: _Clock) -> Iterator[Inventory]:
    """The network above."""
    with Inventory.in_memory(clock=clock) as found:
        _import(found, tmp_path, NETWORK)
        yield found


def _import(inventory: Inventory, tmp_path: Path, text: str) -> None:
    file = tmp_path / "network.yaml"
    file.write_text(text, encoding="utf-8")
    inventory.import_file(file)


def _asked(**values: str) -> Asked:
    return Asked(
        readings={
            Field(name): readings([value.encode()], Field(name)) for name, value in values.items()
        }
    )


def test_a_provider_is_told_its_own_and_what_is_nobodys(inventory: Inventory) -> None:
    """The VLAN of another provider's service is unknown to it; an ended one is nobody's."""
    lookup = Lookup(inventory)
    ours, theirs = (_asked(circuit=c, remote=_REMOTE) for c in ("0x000400640103", "0x000400c80103"))
    vacant = _asked(circuit="Port-X", remote="Sw-X")

    assert lookup.access(ours, PROVIDER, NOW).access_id == "A-1"
    assert lookup.access(theirs, OPERATOR, NOW).access_id == "A-1"
    with pytest.raises(UnknownIdentifierError):
        lookup.access(theirs, PROVIDER, NOW)
    assert lookup.access(vacant, PROVIDER, NOW).access_id == "A-4"
    with pytest.raises(UnknownIdentifierError):
        lookup.access(vacant, PROVIDER, datetime(2025, 1, 1, tzinfo=UTC))


def test_a_strict_provider_is_not_told_interpretations(inventory: Inventory) -> None:
    """Nothing of the third tier."""
    asked = _asked(circuit="000400640103", remote=_REMOTE)
    strict = replace(PROVIDER, options=Options(strict=True))

    assert Lookup(inventory).access(asked, PROVIDER, NOW).tier is Tier.INTERPRETED
    with pytest.raises(UnknownIdentifierError):
        Lookup(inventory).access(asked, strict, NOW)


def test_what_is_unique_in_the_inventory_only_is_not_unique(inventory: Inventory) -> None:
    """The inventory does not say that it is complete: only a value that names the switch counts."""
    bare, named = _asked(circuit="0x000400c80103"), _asked(circuit="tr-1 eth 0/7:100")

    with pytest.raises(SharedIdentifierError):
        Lookup(inventory).access(bare, OPERATOR, NOW)
    assert Lookup(inventory).access(named, OPERATOR, NOW).access_id == "A-3"


def test_d4_an_interface_id_is_tried_as_well_as_a_remote_id(
    tmp_path: Path, inventory: Inventory
) -> None:
    """Switches differ in where they put themselves in DHCPv6; each value alone can match (D4)."""
    _import(
        inventory,
        tmp_path,
        NETWORK.replace(
            "ipv4_circuit_id: Port-X, ipv4_remote_id: Sw-X", "ipv6_interface_id: asw-2-port-4"
        ),
    )
    lookup = Lookup(inventory)

    assert lookup.access(_asked(interface="asw-2-port-4"), OPERATOR, NOW).access_id == "A-4"
    both = _asked(interface="asw-2-port-4", remote6="0x00000009aabb")
    assert lookup.access(both, OPERATOR, NOW).access_id == "A-4"


def test_d6_an_identifier_names_the_port_that_it_is_seen_on(inventory: Inventory) -> None:
    """Whatever access is asked about: a lease with the value of another is elsewhere (D6)."""
    lookup = Lookup(inventory)
    held = {known.identity for known in inventory.identified.held_by("A-1")}

    seen = lookup.access(_asked(circuit="0x000400640103", remote=_REMOTE), OPERATOR, NOW)
    elsewhere = lookup.access(
        _asked(circuit="0x000400640103", remote="0x0006001b54aa0300"), OPERATOR, NOW
    )

    assert seen.known[0].identity in held
    assert elsewhere.access_id == "A-2"
    assert elsewhere.known[0].identity not in held


def test_an_index_that_differs_from_the_patterns_finds_nothing(
    inventory: Inventory, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has changed the accesses behind the index: an alarm, and no answer."""
    asked = _asked(circuit="0x000400640103", remote=_REMOTE)
    with inventory._database.write() as connection:
        connection.exec_driver_sql("UPDATE accesses SET port_number = 9 WHERE access_id = 'A-1'")
        connection.exec_driver_sql("UPDATE accesses SET element = 'asw-1' WHERE access_id = 'A-2'")

    for _ in range(3):
        with pytest.raises(UnknownIdentifierError):
            Lookup(inventory).access(asked, OPERATOR, NOW)

    assert caplog.text.count("out of date") == 1
    assert "asw-1" in caplog.text


def test_a_common_circuit_id_costs_no_more_than_a_few_rows(
    tmp_path: Path, inventory: Inventory
) -> None:
    """A value that hundreds of switches write is not unique; with its remote-id it is."""
    elements, accesses = [], []
    for n in range(300):
        mac = f"02:00:00:00:{n // 256:02x}:{n % 256:02x}"
        elements.append(
            f'- {{name: s{n}, address: 10.0.{n // 250}.{n % 250}, mac: "{mac}", layout: procurve}}'
        )
        accesses.append(f"- {{access_id: B-{n}, element: s{n}, port: p, port_number: 10}}")
    _import(
        inventory,
        tmp_path,
        "\n".join(["elements:", *elements, "accesses:", *accesses, "subscriptions: []"]),
    )
    lookup = Lookup(inventory)

    assert lookup.resolve([_asked(circuit="0x000a")]) == [Miss.NOT_UNIQUE]
    (found,) = lookup.resolve([_asked(circuit="0x000a", remote="02:00:00:00:01:02")])
    assert isinstance(found, Match)
    assert found.access_id == "B-258"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"circuit": "0x000400640109", "remote": _REMOTE}, "port without access: switch asw-1"),
        ({"circuit": "0x0004012c0103", "remote": _REMOTE}, "VLAN 300 is not sold there"),
        ({"circuit": "eth 0/1", "remote": _REMOTE}, "unknown port: switch asw-1"),
        ({"circuit": "0x000400640103", "remote": "0x0006001b54aaff00"}, "unknown switch"),
        ({"remote": "0x0006001b54aaff00"}, "unknown switch"),
        ({"circuit": "tr-1 eth 0/9:100"}, "port without access: switch tr-1"),
        ({"circuit": "tr-2 eth 0/9:100"}, "unknown: circuit-id tr-2 eth 0/9:100"),
        ({"circuit": "0x000400640104", "remote": "001b54aa0300"}, "stored values of its own"),
        ({"remote": _REMOTE}, "the circuit-id is missing"),
        ({"circuit": "0x000400640103"}, "the remote-id is missing"),
        ({"circuit": "Port-X", "remote": _REMOTE}, "unknown port: switch asw-1"),
    ],
)
def test_the_operator_is_told_what_is_missing(
    inventory: Inventory, values: dict[str, str], words: str
) -> None:
    """Switch, port, access, VLAN, or the other value."""
    asked = _asked(**values)
    (miss,) = Lookup(inventory).resolve([asked])

    assert isinstance(miss, Miss)
    assert words in Explainer(inventory).missed(asked, miss)


def test_the_operator_is_told_why_an_access_is_named(inventory: Inventory) -> None:
    """Tier, spelling, and the pattern or the stored value."""
    written, stored = _asked(circuit="0:4:0:64:1:3", remote=_REMOTE), _asked(circuit="PORT-X")
    found = Lookup(inventory).resolve([written, stored])
    explainer = Explainer(inventory)

    assert isinstance(found[0], Match)
    why = explainer.found(found[0]).why
    assert why.startswith("notation (circuit-id separated octets, remote-id as published)")
    assert '"bin: 00 04 <vlan:u16> <module:u8> <port:u8>"' in why
    assert found[1] is Miss.NOT_UNIQUE


def test_many_are_found_as_each_of_them_alone(
    inventory: Inventory, tmp_path: Path, clock: _Clock
) -> None:
    """Halves of identities, digits that are text, values of the past; now and then."""
    circuits = [None, "0x000400640103", "0:4:0:64:1:3", "Port-X", "0x00", "port-x", "0x3078"]
    remotes = [None, _REMOTE, "Sw-X", "7", "sw-x", "0x37", "0x0107"]
    asked = [
        _asked(
            **{
                name: value
                for name, value in zip(("circuit", "remote"), both, strict=True)
                if value
            }
        )
        for both in product(circuits, remotes)
    ]
    halves = [
        f"- {{subscription_id: H-{n}, access_id: A-{n}, provider: p, service: BB, service_type: bb,"
        f" {value}}}"
        for n, value in ((2, "ipv4_remote_id: '7'"), (3, "option82: 520c010430783030020430783337"))
    ]
    clock.now = NOW + timedelta(days=2)
    _import(inventory, tmp_path, "\n".join([NETWORK.strip(), *halves]))

    lookup = Lookup(inventory)
    for time in (None, NOW):
        many = lookup.resolve(asked, times=[time] * len(asked))
        assert many == [lookup.resolve([one], times=[time])[0] for one in asked]
        assert len({found.access_id for found in many if isinstance(found, Match)}) > 1


def _answers(work: LogLookup, log: list[bytes]) -> list[LookupOutcome]:
    return [outcome for found in work.resolve(log) for _, _, outcome in found]


def test_a_line_of_a_log_is_resolved_at_its_own_time(
    inventory: Inventory, tmp_path: Path, clock: _Clock
) -> None:
    """Whoever held the identifier then, and nobody else."""
    clock.now = NOW + timedelta(days=2)
    _import(inventory, tmp_path, NETWORK.replace("A-2, element", "A-9, element"))
    line = "circuit=0x000400640103 remote=0x0006001b54aa0300"
    log = [f"2026-11-{day}T12:00:00Z DHCP-Request {line}".encode() for day in ("20", "28", "30")]
    work = LogLookup(inventory, LogTime(UTC, NOW + timedelta(days=9)))

    found = [one.access_id for one in _answers(work, [*log, line.encode()])]

    assert found == ["A-2", "A-2", "A-9", "A-9"]
    assert work.counted.early == 1
    assert (work.counted.lines, work.counted.found, work.counted.missed) == (4, 4, 0)


def test_a_repeated_line_is_resolved_once(inventory: Inventory) -> None:
    """And answered every time; garbage is counted and sampled."""
    log = [
        b"circuit=0x000400640103 remote=0x0006001b54aa0200",
        b'"sub-options": "0x01"',
        b"\xff\xfe circuit=\x00\x01",
        b"agent-id  01:06:00:04:00...",
    ] * 1500
    work = LogLookup(inventory, LogTime(UTC, NOW))

    found = _answers(work, log)

    assert sum(one.access_id == "A-1" for one in found) == 1500
    assert work.counted.distinct <= 8
    assert work.counted.unreadable == 1500
    assert work.counted.cut_off == 1500
    assert work.counted.samples[0] == (2, "0x01")
    assert len(work.counted.samples) <= 5


@pytest.mark.parametrize(
    "capture",
    [
        "kea-2.2.0/dhcp4/kea-leases4.csv",
        "kea-2.6.3/dhcp4/kea-dhcp4.query-data.log",
        "kea-3.0.4/dhcp4/kea-legal.txt",
        "kea-3.0.4/dhcp4/lease4-get-all.json",
        "kea-3.0.4/dhcp4/run_script_env.txt",
        "isc-dhcpd-4.4.3-P1/dhcp4/dhcpd.leases",
        "isc-dhcpd-4.4.3-P1/dhcp4/syslog-traditional.log",
        "freeradius-3.2.1/detail-acct",
        "freeradius-3.2.1/linelog-dhcp",
    ],
)
def test_every_client_of_a_capture_is_found(capture: str) -> None:
    """All 22 cases, and no access that is not the case's."""
    file = folder() / capture
    expected = {case["accessId"] for case in told("cases4.json")}

    with Inventory.in_memory() as inventory:
        inventory.import_file(folder() / "inventory.json")
        work = LogLookup(inventory, LogTime(UTC, NOW))
        lines = file.read_bytes().split(b"\n")
        found = {one.access_id for one in _answers(work, lines) if one.access_id}

    assert found == expected


_TEXTS = st.sampled_from(["eth 0/1", "ETH 0/1", "eth 0/10", "A", "a", "00:1b", "0x41", "10.0.0.1"])
_VALUES = _TEXTS.map(str.encode) | st.binary(min_size=1, max_size=8)


@pytest.mark.long
@example(stored=[(b"A", b"eth 0/1"), (b"0x41", b"eth 0/1")], asked=(b"eth 0/1", b"eth 0/1"))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stored=st.lists(st.tuples(_VALUES, _VALUES), min_size=1, max_size=6, unique=True),
    asked=st.tuples(_VALUES, _VALUES),
)
def test_no_spelling_finds_an_access_with_other_octets(
    tmp_path: Path, stored: list[tuple[bytes, bytes]], asked: tuple[bytes, bytes]
) -> None:
    """Octets in full find the access that has them, or one that has none other; else nothing."""
    rows = [
        f"- {{subscription_id: S-{n}, access_id: A-{n}, provider: p, service: BB,"
        f" service_type: bb, option82: {_option(circuit, remote)}}}"
        for n, (circuit, remote) in enumerate(stored)
    ]
    accesses = [f"- {{access_id: A-{n}}}" for n in range(len(stored))]
    with Inventory.in_memory() as inventory:
        _import(
            inventory,
            tmp_path,
            "\n".join(["accesses:", *accesses, "subscriptions:", *rows]),
        )
        lookup = Lookup(inventory)
        for circuit, remote in (*stored, asked):
            question = of_mention(Mention(circuit=_digits(circuit), remote=_digits(remote)))
            (found,) = lookup.resolve([question], strict=True)
            assert set(map(repr, lookup.resolve([question] * 40, strict=True))) == {repr(found)}
            holders = [n for n, values in enumerate(stored) if values == (circuit, remote)]
            if isinstance(found, Match):
                assert _reads(question, found)
            # Who stores the digits themselves, as text, may be meant as well: then it is nobody.
            spelt = {(c, r) for c in (circuit, _digits(circuit)) for r in (remote, _digits(remote))}
            rivals = [values for values in stored if values in spelt - {(circuit, remote)}]
            if holders and rivals:
                assert found is Miss.NOT_UNIQUE
            elif holders:
                assert isinstance(found, Match)
                assert found.access_id == f"A-{holders[0]}"


def _digits(octets: bytes) -> bytes:
    """Octets as hexadecimal digits that say so."""
    return b"0x" + octets.hex().encode()


def _reads(question: Asked, match: Match) -> bool:
    """Whether the identity found is one of the readings, octet for octet."""
    identity = match.known[0].identity
    return all(
        field.of(identity) in {one.octets for one in found if one.tier < Tier.INTERPRETED}
        for field, found in question.readings.items()
    )


def _option(circuit: bytes, remote: bytes) -> str:
    row = bytes([1, len(circuit)]) + circuit + bytes([2, len(remote)]) + remote
    return (bytes([0x52, len(row)]) + row).hex()
