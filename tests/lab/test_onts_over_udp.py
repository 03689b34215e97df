"""The light of ONTs is never walked: an OLT of the lab counts what it would ask over OMCI."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.collect.once import read_once
from techinfo.collect.registry import load
from techinfo.collect.target import PortName, Target
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact
from techinfo.recordings.recorder import Bounds, Recorder, merged, over_omci
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.oid import numbers
from techinfo.wire import SnmpLimits

FIXTURES = Path(__file__).parents[2] / "fixtures"
OLTS = ("huawei_smartax/made_up_ma5800", "nokia_isam/made_up_7360", "zte_zxa10/made_up_c320")
PON = "4194304000"
REGISTRY = load()
STATE = tuple(f for f in Fact if f is not Fact.ONT_LIGHT)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """An OLT of each kind."""
    devices = [
        LabDevice(name=name, address=f"127.38.0.{n}", recordings=(FIXTURES / f"{name}.snmprec",))
        for n, name in enumerate(OLTS, 1)
    ]
    with Lab(devices) as running:
        yield running


def _read(
    lab: Lab, name: str, facts: tuple[Fact, ...], port: str = "", ont: int | None = None
) -> tuple[int, int]:
    """Values asked over OMCI, and requests that walked them."""

    async def run() -> None:
        async with SnmpEngine() as engine:
            target = Target(
                element=name,
                host="lab",
                port_name=PortName(name=port, by="index") if port else None,
                ont=ont,
            )
            conversation = engine.conversation(lab.target(name), SnmpLimits())
            await read_once(conversation, target, REGISTRY, facts, datetime.now(UTC))

    return _counted(lab, name, run())


def _counted(lab: Lab, name: str, work: Coroutine[None, None, None]) -> tuple[int, int]:
    before = lab.counts(name)
    asyncio.run(work)
    after = lab.counts(name)
    return after.omci_asked - before.omci_asked, after.omci_walked - before.omci_walked


@pytest.mark.parametrize("name", OLTS)
def test_a_whole_olt_is_read_without_a_word_to_any_ont(lab: Lab, name: str) -> None:
    """Ports, modules, ONTs with their state: all of it is the OLT's own."""
    assert _read(lab, name, STATE) == (0, 0)
    assert lab.counts(name).requests["get_bulk"] > 0


@pytest.mark.parametrize("name", OLTS)
def test_no_walk_runs_over_its_end_into_the_light(lab: Lab, name: str) -> None:
    """What stands before it is asked for no more rows than there are (line cards have crashed)."""
    before = lab.counts(name).omci_overrun

    _read(lab, name, STATE)
    _read(lab, name, tuple(Fact))

    assert lab.counts(name).omci_overrun == before


def test_one_ont_is_asked_for_one_row(lab: Lab) -> None:
    """Six columns of hwGponDeviceOntOpticalDdmInfoTable, and three of the EPON table."""
    assert _read(lab, OLTS[0], tuple(Fact), PON, ont=0) == (9, 0)


@pytest.mark.parametrize("name", OLTS)
def test_the_light_of_all_onts_is_no_walk_either(lab: Lab, name: str) -> None:
    """One after the other."""
    asked, walked = _read(lab, name, tuple(Fact))

    assert asked > 0
    assert walked == 0


def test_a_walk_of_ont_light_is_seen(lab: Lab) -> None:
    """Else the other tests would prove nothing."""
    _, walked = _recorded(lab, skipped=())

    assert walked > 0


def test_a_recording_of_everything_steps_over_it(lab: Lab) -> None:
    """Also where the whole tree of the maker is asked for."""
    assert _recorded(lab, over_omci(REGISTRY.drivers.values())) == (0, 0)


def _recorded(lab: Lab, skipped: frozenset[str] | tuple[str, ...]) -> tuple[int, int]:
    async def run() -> None:
        async with SnmpEngine() as engine:
            recorder = Recorder(
                engine.conversation(lab.target(OLTS[0]), SnmpLimits(max_repetitions=1)),
                lambda _: None,
                bounds=Bounds(requests_per_s=100_000),
                skipped=merged(skipped),
            )
            await recorder.walk((numbers("1.3.6.1.4.1.2011"),))

    return _counted(lab, OLTS[0], run())
