"""What the readers' tests share: the captures of real servers, and whose identifiers they show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from techinfo.dhcp.events import Event
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.readers import FORMS, Reader, Source

CAPTURED = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
"""Some days after the captures were made."""
CET = ZoneInfo("Europe/Stockholm")
_CAPTURES = Path(__file__).parents[4] / "shared" / "dhcp"


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of captures beside the repository."""
    if not _CAPTURES.is_dir():
        pytest.skip("no captures: ../shared/dhcp is not there")
    return _CAPTURES


@pytest.fixture(scope="session")
def accesses(captures: Path) -> dict[Identity, str]:
    """Identity -> accessId of every case; the enterprise number is that of the case."""
    four = {
        Identity(_octets(c["circuitIdHex"]), _octets(c["remoteIdHex"])): c["accessId"]
        for c in json.loads((captures / "cases4.json").read_text())
    }
    six = {
        Identity(
            interface=_octets(c["interfaceIdHex"]),
            remote6=_octets(c["remoteIdHex"]),
            enterprise=c.get("enterpriseNumber"),
        ): c["accessId"]
        for c in json.loads((captures / "cases6.json").read_text())
    }
    return {**four, **six}


def _octets(written: str | None) -> bytes | None:
    return bytes.fromhex(written) if written else None


def source(**more: Any) -> Source:
    """A source in Stockholm, read some days after the captures were made."""
    return Source(**{"name": "made-up", "zone": CET, "now": lambda: CAPTURED, **more})


def events(form: str, octets: bytes, piece: int = 4096, **more: Any) -> list[Event]:
    """What a form reads out of octets, fed in pieces; garbage fails the test."""
    reader = Reader(FORMS[form], source(**more))
    found = list(_fed(reader, octets, piece))
    assert not reader.tally.garbage, reader.tally.samples
    return found


def _fed(reader: Reader, octets: bytes, piece: int) -> Iterator[Event]:
    for at in range(0, len(octets), piece):
        yield from reader.feed(octets[at : at + piece])
    yield from reader.end()
