"""The service over one switch with a managed CPE, for what is not about the equipment."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ONE_SWITCH, ServedApi, serve

from techinfo.collect import PollingLimits


@pytest.fixture
def network() -> Recordings:
    """A switch with one MAC address, and the CPE behind it."""
    switch = merged(m.system("elm3"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:11", 10))
    cpe = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )
    return Recordings({"192.0.2.3": switch, "192.0.2.77": cpe})


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service over them, with a clock that stands still."""
    return serve(
        stocked(tmp_path, ONE_SWITCH),
        network.open,
        clock=Clock(),
        polling_limits=PollingLimits(min_interval_s=5.0),
    )
