"""What devices have said by themselves crosses to the other process, and waits there if need be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.collect.across import across
from tests.collect.playing import Played, driver, registry, switch

from techinfo.collect import Collector
from techinfo.traps.heard import Heard, Said

MOST_S = 20.0
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
GASP = Heard(
    source="192.0.2.1", said=Said.DYING_GASP, at=AT, last=AT, times=3, if_index=7, proven=True
)
LINE = Heard(source="192.0.2.1", said=Said.LINK_UP, at=AT, last=AT, port="Gi0/3")


def test_what_was_heard_comes_out_as_it_went_in() -> None:
    """With what proves it; and where nobody listens, nothing comes."""
    waited: list[float] = []

    async def heard(wait_s: float) -> Sequence[Heard]:
        waited.append(wait_s)
        return [GASP, LINE]

    async def words() -> tuple[tuple[Heard, ...], tuple[Heard, ...]]:
        owner = Collector(registry(driver()), Played(switch()).open)
        try:
            async with across(owner, heard=heard) as remote:
                found = await asyncio.wait_for(remote.heard(20.0), MOST_S)
            async with across(owner) as deaf:
                return found, await asyncio.wait_for(deaf.heard(0.0), MOST_S)
        finally:
            await owner.close()

    assert asyncio.run(words()) == ((GASP, LINE), ())
    assert waited == [20.0]
