"""What a switch did not stand is remembered across restarts, for its model and software."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.learning import PORTS, element, started, switch

from techinfo.collect import Reading
from techinfo.lab import Lab
from techinfo.model import Device, Fact, State
from techinfo.store.agent_limits import AgentLimitsFile

ELM, OAK, FIR = "127.21.6.1", "127.21.6.2", "127.21.6.3"
SHORT = (0.1, 0.1)
"""Time-outs of a switch that will stay silent now and then."""
FDB_PORTS = f"{m.FDB}.2"


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """Two switches with one software, and one with another."""
    with Lab([switch("elm", ELM), switch("oak", OAK), switch("fir", FIR, software="7.2")]) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    for name in ("elm", "oak", "fir"):
        running.clear(name)


def named(reading: Reading) -> Device:
    """What a switch says that it is; how long its clock has run is said a moment apart."""
    assert reading.device is not None
    return replace(reading.device, up_since=None, agent_since=None)


def whole(reading: Reading) -> bool:
    """Whether nothing is missing."""
    every = {mac.mac for facts in reading.ports.values() for mac in facts.macs}
    return len(every) == len(PORTS) and all(p.state is State.OK for p in reading.parts.values())


def test_after_a_restart_the_first_request_stays_below(tmp_path: Path) -> None:
    """A switch that refuses more than four repetitions is asked for no more again (A5, A6)."""
    path = tmp_path / "learnt.sqlite"
    with Lab([switch("elm", ELM), switch("oak", OAK)]) as lab:  # whom nobody has asked before
        for name in ("elm", "oak"):
            lab.fault(name, "too_big_over_repetitions", limit=4)
        (first,) = started(lab, path, element("elm", ELM))
        before = lab.counts("elm").requests["get_bulk"]
        second, other = started(lab, path, element("elm", ELM), element("oak", OAK))
        elm, oak = lab.counts("elm"), lab.counts("oak")

    assert whole(first)
    assert whole(second)
    assert whole(other)
    assert elm.most_repetitions == 10
    assert elm.requests["get_bulk"] - before < before
    assert oak.most_repetitions == 2
    with AgentLimitsFile.open(path) as file:
        (lesson,) = file.lessons()
    assert (lesson.element, lesson.max_repetitions, lesson.sure) == ("elm", 2, True)
    assert (lesson.kind.driver, lesson.kind.model) == ("made_up_os", "MU-2600")


def test_another_software_is_asked_as_its_driver_says(lab: Lab, tmp_path: Path) -> None:
    """It may well be mended."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("elm", "too_big_over_repetitions", limit=4)

    started(lab, path, element("elm", ELM))
    started(lab, path, element("fir", FIR))

    assert lab.counts("fir").most_repetitions >= 10


def test_a_silence_over_repetitions_is_remembered_of_the_element(lab: Lab, tmp_path: Path) -> None:
    """After a restart it costs no time-out; others are asked as before until it is theirs too."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("elm", "silent_over_repetitions", limit=4)
    short = {ELM: SHORT}

    (first,) = started(lab, path, element("elm", ELM), timeouts=short)
    (second,) = started(lab, path, element("elm", ELM), timeouts=short)
    with AgentLimitsFile.open(path) as file:
        (lesson,) = file.lessons()

    assert whole(first)
    assert whole(second)
    assert first.cost.retries > 0
    assert second.cost.retries == 0
    assert lesson.sure is False
    assert "silent" in lesson.why


def test_fewer_varbinds_are_remembered_from_the_very_first_request(
    lab: Lab, tmp_path: Path
) -> None:
    """Before anybody knows what it is, the element's own lessons count."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("elm", "too_big_over_octets", limit=150)

    (first,) = started(lab, path, element("elm", ELM), facts=(Fact.DEVICE,))
    with AgentLimitsFile.open(path) as file:
        (lesson,) = file.lessons()
    before = lab.counts("elm")
    (second,) = started(lab, path, element("elm", ELM), facts=(Fact.DEVICE,))
    after = lab.counts("elm")

    assert named(first) == named(second)
    assert lesson.varbinds is not None
    assert lesson.varbinds < 6
    assert after.varbinds_asked - before.varbinds_asked < before.varbinds_asked


def test_rows_in_any_order_are_read_whole_and_remembered(lab: Lab, tmp_path: Path) -> None:
    """No driver said so (A3); a table that begins twice is read once from then on."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("elm", "unordered_rows", column=FDB_PORTS)

    (first,) = started(lab, path, element("elm", ELM))
    (second,) = started(lab, path, element("elm", ELM))
    with AgentLimitsFile.open(path) as file:
        (lesson,) = file.lessons()

    assert whole(first)
    assert whole(second)
    assert lesson.unordered
    assert second.cost.requests < first.cost.requests
    assert second.limits is not None
    assert second.limits.unordered


def test_a_loop_teaches_nothing(lab: Lab, tmp_path: Path) -> None:
    """It is cut, and the fact is partial, every time."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("elm", "looping_rows", column=FDB_PORTS)

    (reading,) = started(lab, path, element("elm", ELM))
    with AgentLimitsFile.open(path) as file:
        lessons = file.lessons()

    assert reading.parts[Fact.MACS].state is State.PARTIAL
    assert lessons == ()


def test_an_honest_switch_teaches_nothing(lab: Lab, tmp_path: Path) -> None:
    """Its limits are its driver's."""
    path = tmp_path / "learnt.sqlite"

    (reading,) = started(lab, path, element("elm", ELM))
    with AgentLimitsFile.open(path) as file:
        lessons = file.lessons()

    assert whole(reading)
    assert lessons == ()
    assert reading.limits is None
