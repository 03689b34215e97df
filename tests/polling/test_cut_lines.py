"""Disturbances as polls find them over UDP; `tests.polling.cut_lines` is the long form."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.history.cuts import wrong
from tests.polling.cut_lines import WITHIN, network, story_of, told_over_udp


@pytest.mark.long
def test_cuts_are_found_within_a_minute_once_with_their_lines_and_single_faults_are_none(
    tmp_path: Path,
) -> None:
    """Of streets, switches and sites, while lines beside them fail alone."""
    chance = random.Random(16)  # noqa: S311 - a lot, and no secret
    net = network(12)
    story = story_of(net, chance, 4, 30)

    found, _ = told_over_udp(net, story, tmp_path, chance)

    assert wrong(story, found, WITHIN) == []
    assert len(found.kept) > 1
