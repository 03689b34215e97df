"""Disturbances of a whole network, found by polls as they come, against the generator's truth."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.history.cuts import Network, cuts, overlapping, singles, told, wrong


@pytest.mark.long
def test_fifty_cuts_are_found_within_a_minute_once_with_their_lines(tmp_path: Path) -> None:
    """Of streets, PON ports, switches and sites, in 200 switches that are polled every minute."""
    chance = random.Random(16)  # noqa: S311 - a lot, and no secret
    network = Network.made()
    story = cuts(network, chance, 50)

    found = told(network, story, tmp_path, chance)

    assert wrong(story, found) == []
    assert len(found.kept) == 50
    assert len({cut.scope for cut in story}) == 4


@pytest.mark.long
def test_a_thousand_single_faults_are_no_disturbance(tmp_path: Path) -> None:
    """Not one, however they fall in a day on the lines of 40 switches."""
    chance = random.Random(17)  # noqa: S311 - a lot, and no secret
    network = Network.made(40)

    found = told(network, singles(network, chance, 1000), tmp_path, chance)

    assert found.kept == ()
    assert found.first == {}


@pytest.mark.long
def test_cuts_within_a_minute_and_of_lines_that_are_down_are_told_apart(tmp_path: Path) -> None:
    """Each with the lines that were still up; single faults beside them change nothing."""
    chance = random.Random(18)  # noqa: S311 - a lot, and no secret
    network = Network.made(40)
    story = overlapping(network, chance, 15, 500)

    found = told(network, story, tmp_path, chance)

    assert wrong(story, found) == []
    fallen = [(found.fallen.get(n, frozenset()), cut) for n, cut in enumerate(story)]
    assert any(cut.scope and places < cut.places for places, cut in fallen)
    assert len(found.kept) > 20
