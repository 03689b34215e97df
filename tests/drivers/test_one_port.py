"""A port that is asked alone tells what it tells among all others: every fixture of a driver."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.collect import Reading, Target, load, read_once
from techinfo.collect.target import PortName
from techinfo.model import Fact, PortFacts
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED = sorted(FIXTURES.glob("*/*/expected.json"))
REGISTRY = load()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FACTS = (Fact.LINK, Fact.TRANSCEIVER, Fact.MACS, Fact.LEASES, Fact.GROUPS, Fact.SHAPING)


def _read(folder: Path, port: str | None = None) -> Reading:
    name = PortName(name=port, by="index") if port else None
    target = Target(element=folder.name, host="recording", port_name=name)
    conversation = RecordedConversation(recording.load(folder / "device.snmprec"))
    return asyncio.run(read_once(conversation, target, REGISTRY, FACTS, NOW))


def _told(facts: PortFacts) -> tuple[object, ...]:
    rows = (facts.macs, facts.leases, facts.groups, facts.shaping)
    return facts.link, facts.transceiver, *map(frozenset, rows)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: f"{p.parts[-3]}/{p.parts[-2]}")
def test_one_port_is_read_like_all_of_them(path: Path) -> None:
    """Its light by GET or below its number, its rows of whole tables by a walk."""
    whole = _read(path.parent)

    for port in json.loads(path.read_text(encoding="utf-8")):
        alone = _read(path.parent, port)

        assert _told(alone.ports[int(port)]) == _told(whole.ports[int(port)])
