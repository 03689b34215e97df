"""The usual way of two observations into a frame, against a close look at each port."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.history.frames import unnumbered
from techinfo.history.observation import NO_FLOW, Observation
from techinfo.history.samples import noted, usual
from techinfo.model import Flow
from techinfo.units import Dark, Dbm, MegabitPerSecond

AT = datetime(2026, 10, 1, 12, 2, tzinfo=UTC)
BOOT = datetime(2026, 9, 1, tzinfo=UTC)
FIVE = timedelta(minutes=5)
WRAP = 1 << 32
FLOW = Flow(
    bytes=WRAP + 9_000_000, unicast=10_000, multicast=500, broadcast=50, errors=7, discards=0
)
QUIET = Observation(
    at=AT,
    name="ge1",
    if_index=1,
    up=True,
    last_change=BOOT,
    input=FLOW,
    output=FLOW,
    reset_at=BOOT,
    agent_boot=BOOT,
    boot=BOOT,
    speed=MegabitPerSecond(1000),
    rx=Dbm(-9.5),
    tx=Dbm(-6.0),
    steady_s=1000.0,
    wide=True,
)
LATER = replace(
    QUIET,
    at=AT + FIVE,
    steady_s=1300.0,
    input=replace(FLOW, bytes=WRAP + 9_500_000, unicast=10_400),
)


def is_taken(before: Observation, now: Observation, of: Observation | None = None) -> bool:
    """Whether a port goes the usual way; then it leaves what a close look leaves."""
    alike = usual(of or before, now)
    if alike is None or not alike.take(before, now):
        return False
    samples, transitions, fell = noted(before, now)

    assert (transitions, fell) == ((), None)
    assert alike.rows == {one.change.end: {now.name: unnumbered(one)} for one in samples}
    return True


_counters = st.none() | st.sampled_from([0, 1, 999, 1000, WRAP - 1, WRAP, 1 << 63]).flatmap(
    lambda n: st.integers(max(0, n - 2000), n + 2000)
)
_growth = st.sampled_from([0, 0, 1, 300, 5_000_000, WRAP - 1, WRAP, -1, -5000, 1 << 40])
_flows = st.just(NO_FLOW) | st.builds(Flow, **dict.fromkeys(Flow.__dataclass_fields__, _counters))
_moments = st.none() | st.sampled_from(
    [BOOT, AT - FIVE, AT - timedelta(seconds=1), AT, AT + FIVE / 2, AT + 2 * FIVE]
)
_light = st.sampled_from([None, Dark.NO_LIGHT, Dark.NO_MODULE, Dbm(-40.0), Dbm(-9.53), Dbm(2.5)])
_observations = st.builds(
    replace,
    st.just(QUIET),
    up=st.none() | st.booleans(),
    last_change=_moments,
    changed_ticks=st.sampled_from([None, 77, 364_000]),
    dial_since=st.sampled_from([None, AT - timedelta(hours=1)]),
    input=_flows,
    output=_flows,
    reset_at=_moments,
    agent_boot=st.just(BOOT),
    speed=st.sampled_from([None, 10, 1000, 10_000]),
    rx=_light,
    tx=_light,
    steady_s=st.sampled_from([None, 1000.0]),
    wide=st.sampled_from([None, True]),
)


def _moved(before: Flow, grown: list[int]) -> Flow:
    names = Flow.__dataclass_fields__
    counts = {name: getattr(before, name) for name in names}
    moved = {
        name: max(0, n + by) if n is not None else None
        for (name, n), by in zip(counts.items(), grown, strict=True)
    }
    return Flow(**moved)


@given(
    before=_observations,
    other=_observations,
    growths=st.lists(st.lists(_growth, min_size=8, max_size=8), min_size=2, max_size=2),
    changed=st.sets(
        st.sampled_from(
            ["up", "last_change", "changed_ticks", "reset_at", "speed", "wide", "input"]
        )
    ),
    after=st.sampled_from([FIVE, timedelta(minutes=11), timedelta(hours=2), timedelta(0)]),
    late_s=st.sampled_from([0.0, 0.0, 1.5, 90.0]),
    begin_min=st.sampled_from([0, 2, 55, 58]),
)
def test_what_goes_the_usual_way_leaves_what_a_close_look_leaves(
    before: Observation,
    other: Observation,
    growths: list[list[int]],
    changed: set[str],
    after: timedelta,
    late_s: float,
    begin_min: int,
) -> None:
    """Whatever was drawn: wraps, 32 bits, nothing told, discontinuities, hours that end."""
    before = replace(before, at=AT.replace(minute=begin_min))
    steady_s = None if before.steady_s is None else 1000.0 + after.total_seconds() + late_s
    now = replace(
        before,
        at=before.at + after,
        steady_s=steady_s,
        rx=other.rx,
        input=_moved(before.input, growths[0]),
        output=_moved(before.output, growths[1]),
    )
    now = replace(now, **{name: getattr(other, name) for name in changed})

    is_taken(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (QUIET, LATER),
        (replace(QUIET, at=AT + timedelta(minutes=55)), replace(LATER, at=AT + timedelta(hours=1))),
        (replace(QUIET, last_change=None), replace(LATER, last_change=None)),
        (replace(QUIET, up=False, speed=None), replace(LATER, up=False, speed=None)),
        (
            replace(QUIET, wide=None, input=Flow(bytes=0)),
            replace(LATER, wide=None, input=Flow(bytes=0)),
        ),
        (replace(QUIET, output=NO_FLOW), replace(LATER, output=NO_FLOW)),
        (QUIET, replace(LATER, rx=Dark.NO_LIGHT, tx=None)),
    ],
)
def test_a_port_of_which_only_counters_and_light_have_moved_goes_the_usual_way(
    before: Observation, now: Observation
) -> None:
    """Over the end of an hour, too, and where a link or a counter is not told."""
    assert is_taken(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (QUIET, replace(LATER, up=False)),
        (QUIET, replace(LATER, up=None)),
        (QUIET, replace(LATER, last_change=AT + FIVE / 2)),
        (replace(QUIET, changed_ticks=77), replace(LATER, changed_ticks=78)),
        (QUIET, replace(LATER, if_index=2)),
        (QUIET, replace(LATER, reset_at=AT + FIVE / 2)),
        (QUIET, replace(LATER, reset_at=None)),
        (replace(QUIET, reset_at=AT + FIVE), replace(LATER, reset_at=AT + FIVE)),
        (QUIET, replace(LATER, input=Flow(bytes=5), output=Flow(bytes=5))),
        (QUIET, replace(LATER, input=replace(FLOW, bytes=1 << 60))),
    ],
)
def test_a_port_of_which_more_has_moved_is_looked_at_closely(
    before: Observation, now: Observation
) -> None:
    """Its link, its number, or the beginning of its counters."""
    assert not is_taken(before, now, QUIET)


def test_a_port_that_was_last_seen_at_another_time_is_looked_at_closely() -> None:
    """What was worked out holds of two times."""
    assert not is_taken(replace(QUIET, at=AT - FIVE), LATER, QUIET)


@pytest.mark.parametrize(
    "now",
    [
        replace(LATER, at=AT),
        replace(LATER, steady_s=1700.0),
        replace(LATER, boot=AT + FIVE / 2),
        replace(LATER, agent_boot=AT + FIVE / 2),
    ],
)
def test_an_element_that_has_not_run_on_is_looked_at_closely(now: Observation) -> None:
    """All of its ports, as its clock or ours says."""
    assert usual(QUIET, now) is None
