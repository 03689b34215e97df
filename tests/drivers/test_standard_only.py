"""Access gear known by its maker alone, and that none of it is left to the generic driver."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.collect import Target, load, read_once
from techinfo.collect.target import Reading
from techinfo.model import Fact
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation

Play = Callable[..., Reading]

SHARED = Path(__file__).parents[3] / "shared"
PLATFORMS = SHARED / "access.regex"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)


def _access_gear() -> list[Path]:
    if not PLATFORMS.is_file():
        return []
    platform = re.compile(PLATFORMS.read_text(encoding="utf-8").strip())
    every = (p for f in ("recordings", "recordings-2") for p in (SHARED / f).glob("*.snmprec"))
    return sorted(p for p in every if platform.match(p.name) and "@" not in p.name)


@pytest.mark.skipif(not PLATFORMS.is_file(), reason="../shared/access.regex is not here")
def test_no_access_platform_is_left_to_the_generic_driver() -> None:
    """But for a walk that was cut to some tables and does not say whose it is."""
    registry = load()
    left = set()
    for path in _access_gear():
        walk = recording.load(path)
        conversation = RecordedConversation(walk)
        target = Target(element=path.stem, host="recording")
        reading = asyncio.run(read_once(conversation, target, registry, (Fact.LINK,), NOW))
        if reading.driver == "generic" and walk.get(SYS_OBJECT_ID):
            left.add(path.stem)

    assert left == set()


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "driver"),
    [
        ("1.3.6.1.4.1.16177", "Westermo Wolverine", "westermo_weos"),
        ("1.3.6.1.4.1.10456.9.1", "WGS-4215", "planet"),
        ("1.3.6.1.4.1.4413", "EdgeSwitch 24-Port Lite, 1.8.2", "ubiquiti_edgeswitch"),
        ("1.3.6.1.4.1.4413", "XG6846_4.12", "inteno_xg6846"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux OpenWrt 5.4.137", "openwrt"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux host 6.1", "generic"),
        ("1.3.6.1.4.1.8691.600.1", "MX-NOS", "moxa_mx_nos"),
        ("1.3.6.1.4.1.8691.7.84", "EDS-510E", "moxa_etherdevice"),
    ],
)
def test_a_platform_is_known_by_its_number_and_what_it_says(
    play: Play, sys_object_id: str, sys_descr: str, driver: str
) -> None:
    """Several makers sell what another numbered; plain Linux is nobody's."""
    assert play({}, sys_object_id=sys_object_id, sys_descr=sys_descr).driver == driver
