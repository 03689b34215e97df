"""The CPE behind an access: whose answer counts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import Rows, merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.answer import CpeAnswer
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, PollingLimits
from techinfo.errors import WrongDeviceError

MAC, SERIAL = {f"{m.BASE}.9.4.0": "4x|0200000000ab"}, {f"{m.BASE}.9.3.0": "4|SnX1"}


def ask(folder: Path, known: str, told: Rows) -> CpeAnswer:
    """What comes of asking a CPE of which the inventory knows this, and which tells that."""
    rows = {oid: v for oid, v in m.system("x", m.CPE_ID).items() if not oid.endswith(".9.3.0")}
    device = merged(rows, m.port(1, "wan"), told)
    inventory = stocked(
        folder,
        f"accesses: [{{access_id: A-1}}]\ncpes: [{{access_id: A-1, address: c.test, {known}}}]",
    )

    async def asked() -> CpeAnswer:
        collector = Collector(
            registry(),
            Recordings({"c.test": device}).open,
            polling_limits=PollingLimits(),
            now=Clock(),
        )
        try:
            return await Troubleshooter(inventory, collector, Clock()).cpe("A-1", CachePolicy())
        finally:
            await collector.close()

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ('mac: "02:00:00:00:00:AB"', MAC),
        ("serial_number: SNX1", SERIAL),
        ('mac: "02:00:00:00:00:AB", serial_number: other', MAC | SERIAL),
        ('mac: "02:00:00:00:00:01", serial_number: snx1', MAC | SERIAL),
    ],
)
def test_a_cpe_counts_by_its_mac_or_its_serial_number(
    tmp_path: Path, known: str, told: Rows
) -> None:
    """Either is enough, in any case of letters."""
    answer = ask(tmp_path, known, told)

    assert answer.up
    assert answer.reading
    assert answer.reading.device


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ('mac: "02:00:00:00:00:01"', MAC | SERIAL),
        ("serial_number: other", MAC | SERIAL),
        ('mac: "02:00:00:00:00:AB"', {}),
        ('mac: "02:00:00:00:00:AB"', SERIAL),
    ],
)
def test_another_device_at_its_address_does_not_count(
    tmp_path: Path, known: str, told: Rows
) -> None:
    """One that says nothing of itself neither."""
    with pytest.raises(WrongDeviceError) as wrong:
        ask(tmp_path, known, told)

    assert wrong.value.address == "c.test"
