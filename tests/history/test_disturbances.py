"""Lines that are lost together are one disturbance; single faults are none."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from techinfo.history.disturbances import Scope, Standing, disturbances, over
from techinfo.history.links import Transition
from techinfo.history.observation import name_of, port_of

AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LINES = tuple(f"ge{n}" for n in range(1, 25))
S = timedelta(seconds=1)


def lost(at: datetime, back: datetime | None = None, *, exact: bool = True) -> list[Transition]:
    """A link that went, and came back."""
    found = [Transition(at=at, earliest=at, up=False, exact=exact)]
    return found + ([Transition(at=back, earliest=back, up=True, exact=True)] if back else [])


def test_a_cut_is_found_once_with_its_lines() -> None:
    """Since the first loss, until the last line is back."""
    cut = LINES[4:16]
    seen = {line: lost(AT + n * 4 * S, AT + (300 + n) * S) for n, line in enumerate(cut)}
    seen["ge1"] = lost(AT - timedelta(hours=2), AT - timedelta(hours=1))

    (found,) = disturbances("sw", seen, LINES)

    assert found.lines == tuple(sorted(cut))
    assert (found.scope, found.of, found.restart) == (Scope.SWITCH, 24, False)
    assert (found.since, found.until) == (AT, AT + 311 * S)
    assert disturbances("sw", seen, LINES) == [found]
    still = seen | {cut[0]: lost(AT)}
    assert disturbances("sw", still, LINES)[0].until is None


def test_single_faults_are_none_however_many() -> None:
    """A thousand in a day, by lot: less than a third of the lines in any minute."""
    chance = random.Random(7)  # noqa: S311 - a lot, and no secret
    seen: dict[str, list[Transition]] = {}
    for _ in range(1000):
        at = AT + chance.random() * timedelta(days=7)
        seen.setdefault(chance.choice(LINES), []).extend(lost(at, at + 20 * S))
    for told in seen.values():
        told.sort(key=lambda one: one.at)

    assert disturbances("sw", seen, LINES) == []


def test_losses_without_a_time_of_the_agent_prove_nothing() -> None:
    """They were seen by the same poll, and may be minutes apart."""
    seen = {line: lost(AT, exact=False) for line in LINES}

    assert disturbances("sw", seen, LINES) == []


def test_the_onts_of_a_pon_port_are_counted_by_themselves() -> None:
    """Those of another port are no part of it."""
    onts = [name_of("gpon 0/1", n) for n in range(8)]
    others = [name_of("gpon 0/2", n) for n in range(8)]
    seen = {line: lost(AT + n * S) for n, line in enumerate(onts[:4])} | {others[0]: lost(AT)}

    (found,) = disturbances("olt", seen, [*onts, *others, "ge1"])

    assert (found.scope, found.lines, found.of) == (Scope.PON, tuple(onts[:4]), 8)
    assert port_of(onts[0]) == "gpon 0/1"
    assert port_of("ge 1 ont x") == "ge 1 ont x"


H = timedelta(hours=1)
BACK = Standing(up=True, first_back=AT, last_back=AT)
DOWN, TROUBLED = Standing(up=False), Standing(up=False, troubled=True)


@pytest.mark.parametrize(
    ("lines", "after", "is_over"),
    [
        ([BACK] * 10, 0 * H, True),
        ([BACK] * 9 + [DOWN], 23 * H, False),
        ([BACK] * 9 + [DOWN], 24 * H, True),
        ([BACK] * 8 + [DOWN] * 2, 24 * H, True),
        ([BACK] * 7 + [DOWN] * 3, 48 * H, False),
        ([BACK] * 2 + [DOWN], 24 * H, True),
        ([BACK, DOWN], 48 * H, False),
        ([DOWN] * 3, 48 * H, False),
        ([BACK] * 3 + [TROUBLED] * 2, 0 * H, True),
        ([BACK] * 2 + [TROUBLED] * 2, H, False),
    ],
)
def test_lines_that_stay_away_for_a_reason_of_their_own_do_not_hold_it(
    lines: list[Standing], after: timedelta, *, is_over: bool
) -> None:
    """Those in trouble before at once; a fifth at most a day after the others are back."""
    assert over(lines, AT + after) == (AT if is_over else None)
