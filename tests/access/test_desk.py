"""The desk: six questions side by side."""

from __future__ import annotations

import asyncio
import gc
import warnings
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.collect import Collector

INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses: [{access_id: A-1, element: sw, port: ge1}]
"""


def test_who_goes_away_before_anything_is_asked_leaves_no_question_behind(tmp_path: Path) -> None:
    """A service that closes while link info is wanted says nothing of coroutines."""
    clock = Clock()
    devices = Recordings({"192.0.2.3": merged(m.system("elm"), m.port(1, "ge1"))})
    collector = Collector(registry(), devices.open, now=clock)
    desk = AccessService(Troubleshooter(stocked(tmp_path, INVENTORY, clock), collector, clock))

    async def cancelled() -> None:
        viewer = Viewer(name="ops", role=Role.OPERATOR)
        task = asyncio.create_task(desk.everything(viewer, "A-1", CachePolicy(max_age_s=0.0)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(cancelled())
        gc.collect()

    assert [str(one.message) for one in told] == []
