"""What protections have done to ports: blocked, restricted, open, or not told."""

from __future__ import annotations

import pytest
from tests.collect.playing import IF, VENDOR, driver, read, read_both, switch

from techinfo import driver as d
from techinfo.driver.protection_words import reason_of
from techinfo.model import Fact, State
from techinfo.protection import Guard, Protection
from techinfo.wire import Cell

ENTRY, INTERVAL = f"{VENDOR}.3.1.1", f"{VENDOR}.1.0"
CAUSES = d.closed_by_number({1: "", 2: "bpduGuard", 3: "linkFlap"}, "cause")
CLOSED = d.ProtectionTable(
    mib="made up",
    port=d.PortKey(trailing=((0,),)),
    found=d.Column(f"{ENTRY}.2", CAUSES),
    recovers_in=d.Column(f"{ENTRY}.3", d.integer),
    interval=INTERVAL,
    lists_all=True,
)
EACH = d.ProtectionTable(
    mib="made up",
    found=d.Column(f"{ENTRY}.4", CAUSES),
    recovers=d.Column(f"{ENTRY}.5", d.one_of({1: True, 2: False}, "TruthValue")),
    interval=INTERVAL,
)
OPEN = Protection(state=Guard.OK)
BPDU = Protection(state=Guard.BLOCKED, reason="bpdu-guard", text="bpduGuard")


def told(
    cells: dict[str, Cell], *tables: d.ProtectionTable, port: int = 1
) -> tuple[Protection | None, State]:
    """Of a port, as the whole switch and as that port alone tells it."""
    made = driver(protections=tables)
    whole = read(switch() | cells, made)
    one = read(switch() | cells, made, name=f"ge{port}")
    found = whole.ports[port].protection

    assert one.port is not None
    assert one.port.protection == found
    return found, whole.parts[Fact.PROTECTION].state


@pytest.mark.parametrize(
    ("cells", "port", "expected"),
    [
        ({f"{ENTRY}.2.1.0": 2, f"{ENTRY}.3.1.0": 0}, 1, (BPDU, State.OK)),
        (
            {f"{ENTRY}.2.1.0": 2, f"{ENTRY}.3.1.0": 90},
            1,
            (Protection(state=Guard.BLOCKED, reason="bpdu-guard", text="bpduGuard", recovers_in=90),
             State.OK),
        ),
        ({f"{ENTRY}.2.1.0": 2}, 2, (OPEN, State.OK)),
        (
            {f"{ENTRY}.2.1.0": 99, f"{ENTRY}.3.1.0": 0},
            1,
            (Protection(state=Guard.BLOCKED, text="cause 99"), State.OK),
        ),
        ({f"{ENTRY}.2.1.0": b"2"}, 1, (OPEN, State.OK)),
    ],
)  # fmt: skip
def test_a_list_of_closed_ports_tells_of_all(
    cells: dict[str, Cell], port: int, expected: tuple[Protection, State]
) -> None:
    """While its scalar answers, a port without a row is open; an unknown cause closes as well."""
    assert told(cells | {INTERVAL: 300}, CLOSED, port=port) == expected


def test_without_its_scalar_no_row_tells_nothing() -> None:
    """An agent that lacks the table is not one whose ports are all open."""
    found, state = told({}, CLOSED)

    assert (found, state) == (None, State.UNSUPPORTED)


def test_a_vlan_that_is_closed_is_not_the_port() -> None:
    """Its row stands beside where that of the port would be."""
    assert told({INTERVAL: 300, f"{ENTRY}.2.1.20": 2, f"{ENTRY}.3.1.20": 0}, CLOSED)[0] == OPEN


@pytest.mark.parametrize(("recovers", "seconds"), [(1, 300), (2, None), (7, 300)])
def test_a_port_opens_after_the_interval_if_it_does(recovers: int, seconds: int | None) -> None:
    """A row that says that it stays closed is believed."""
    found, _ = told({INTERVAL: 300, f"{ENTRY}.4.1": 3, f"{ENTRY}.5.1": recovers}, EACH)

    assert found is not None
    assert (found.reason, found.recovers_in) == ("link-flap", seconds)


def test_a_table_of_loops_alone_says_of_no_port_that_it_is_open() -> None:
    """It was read, and tells of nothing."""
    assert told({f"{ENTRY}.4.1": 1, INTERVAL: 0}, EACH) == (None, State.EMPTY)


def test_of_two_tables_the_one_counts_that_has_closed_the_port() -> None:
    """An open list does not hide what another protection has done."""
    assert told({INTERVAL: 300, f"{ENTRY}.4.1": 2, f"{ENTRY}.5.1": 2}, CLOSED, EACH) == (
        BPDU,
        State.OK,
    )


def test_vlans_and_tunnels_are_not_told_to_be_open() -> None:
    """What is no Ethernet port is closed by no such protection."""
    cells = switch() | {INTERVAL: 300, f"{IF}.3.2": 131}
    found = read(cells, driver(protections=(CLOSED,)))

    assert (found.ports[1].protection, found.ports[2].protection) == (OPEN, None)
    assert read_both(switch()).parts[Fact.PROTECTION].state is State.UNSUPPORTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("psecure-violation", "security"),
        ("portSecurityViolation", "security"),
        ("security-violation", "security"),
        ("dot1x-src-address", "security"),
        ("arp-inspection", "security"),
        ("bpduguard", "bpdu-guard"),
        ("stp-bpdu-guard", "bpdu-guard"),
        ("loopback", "loop"),
        ("stpLbd", "loop"),
        ("Loop-Disabled", "loop"),
        ("linkFlapErrDisabled, port: error", "link-flap"),
        ("storm-control", "storm"),
        ("atcBstorm", "storm"),
        ("mac-limit", "mac-limit"),
        ("udldTxRxLoop", None),
        ("pagp-flap", None),
        ("gbic-invalid", None),
        ("err-disabled", None),
    ],
)
def test_words_of_makers_become_ours(text: str, reason: str | None) -> None:
    """What none of our words means is left out."""
    assert reason_of(text) == reason
