"""The evidence that stands in the tree: each fixture is read as its ``expected.json`` says.

A fixture with ``made_up = true`` in its ``recording.toml`` has the shape that a MIB states; what
real devices show is in `test_recordings`.
"""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Expected

from techinfo.collect import Reading, Target, load, read_once
from techinfo.model import Fact, PortFacts
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED = sorted(p.with_name("expected.json") for p in FIXTURES.glob("*/*/device.snmprec"))
REGISTRY = load()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
READINGS = ("rx_power", "tx_power", "temperature", "bias", "voltage", "serial_number")


def _read(folder: Path) -> Reading:
    conversation = RecordedConversation(recording.load(folder / "device.snmprec"))
    target = Target(element=folder.name, host="recording")
    return asyncio.run(read_once(conversation, target, REGISTRY, tuple(Fact), NOW))


def _plain(value: object) -> object:
    """Words for what is dark; numbers as far as a module can measure."""
    return round(value, 4) if isinstance(value, float) else getattr(value, "value", value)


def _told(facts: PortFacts) -> dict[str, Any]:
    """What a port says, in the words of ``expected.json``; what it does not say is not in it."""
    out: dict[str, Any] = {}
    if facts.transceiver is not None:
        values = {name: getattr(facts.transceiver, name) for name in READINGS}
        out = {name: _plain(value) for name, value in values.items() if value is not None}
        lanes = [_plain(lane.rx_power) for lane in facts.transceiver.lanes]
        out |= {"lanes_rx": lanes} if lanes else {}
    lists = {
        "macs": sorted([m.mac, m.vlan] for m in facts.macs),
        "leases": sorted(x.address for x in facts.leases),
        "groups": sorted(x.address for x in facts.groups),
        "shaping": sorted([x.queue, x.pir] for x in facts.shaping),
        "gasps": [at.isoformat() for at in facts.gasps],
    }
    return out | {name: told for name, told in lists.items() if told}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: f"{p.parts[-3]}/{p.parts[-2]}")
def test_a_fixture_is_read_as_expected(path: Path, expected: Expected) -> None:
    """Light, MACs, leases, groups and rates of every port, and nothing beside."""
    note = tomllib.loads((path.parent / "recording.toml").read_text(encoding="utf-8"))

    reading = _read(path.parent)

    told = {str(n): found for n, facts in reading.ports.items() if (found := _told(facts))}
    named = note["device.snmprec"]["driver"]
    assert reading.driver == named, (
        f"{reading.driver} claims the sysObjectID of this fixture. Is the recording its device's:"
        f" move the folder to fixtures/{reading.driver}/ and change `driver` in recording.toml."
        f" Is it made up for {named}: give it a number that nobody claims"
    )
    expected(path, told)


@pytest.mark.parametrize("folder", sorted({path.parents[1] for path in EXPECTED}))
def test_evidence_stands_under_the_name_of_its_driver(folder: Path) -> None:
    """A folder is a driver, or the file that declares several of one family."""
    files = {Path(file.replace(".", "/")).name for file in REGISTRY.files.values()}

    assert folder.name in {*REGISTRY.drivers, *files}
