"""A port that is asked alone tells what it tells among all others: every recording of fixtures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.collect import Reading, Target, load, read_once
from techinfo.collect.target import PortName
from techinfo.model import Fact, PortFacts
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation

FIXTURES = Path(__file__).parents[2] / "fixtures"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0|"
RECORDINGS = sorted(f for f in FIXTURES.rglob("*.snmprec") if SYS_OBJECT_ID in f.read_text("utf-8"))
"""Whole devices: no contexts beside one, nor what the demo adds to a walk of others."""
REGISTRY = load()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FACTS = (
    *(Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.MACS, Fact.LEASES, Fact.GROUPS),
    *(Fact.SHAPING, Fact.ONTS, Fact.ONT_LIGHT),
)


def _read(file: Path, port: str | None = None) -> Reading:
    name = PortName(name=port, by="index") if port else None
    target = Target(element=file.stem, host="recording", port_name=name)
    conversation = RecordedConversation(recording.load(file))
    return asyncio.run(read_once(conversation, target, REGISTRY, FACTS, NOW))


def _told(facts: PortFacts) -> dict[Fact, object]:
    told = {fact: getattr(facts, fact.value) for fact in FACTS}
    return {fact: frozenset(x) if isinstance(x, tuple) else x for fact, x in told.items()}


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda p: str(p.relative_to(FIXTURES)))
def test_one_port_is_read_like_all_of_them(file: Path) -> None:
    """Its light by GET or below its number, its rows of whole tables by a walk."""
    whole = _read(file)

    for port, facts in whole.ports.items():
        alone = _read(file, str(port))

        assert _told(alone.ports[port]) == _told(facts)
