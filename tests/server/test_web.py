"""What a process that serves does before it answers."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from techinfo.server.web import settle


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    frozen, *thresholds = gc.get_freeze_count(), *gc.get_threshold()
    yield
    if not frozen:
        gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_garbage_is_seldom_looked_for_and_never_in_what_the_start_has_made() -> None:
    """Of what a poll makes hardly anything is left when it is looked at."""
    gc.set_threshold(700)
    made_at_the_start: list[object] = []

    settle()

    assert all(found is not made_at_the_start for found in gc.get_objects())
    assert gc.get_threshold()[0] >= 10_000
