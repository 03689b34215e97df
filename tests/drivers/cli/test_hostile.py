"""Texts that are not as they should be: nothing breaks, nothing is made up or called empty.

``CLI_MUTATIONS`` says how many texts are tried (make soak: 200,000).
"""

from __future__ import annotations

import os
import random
import re

import pytest
from tests.drivers.cli.mutations import by_lines, mutated
from tests.drivers.cli.samples import Sample, samples

from techinfo.driver.cli import (
    NO_PORT,
    CliGroup,
    CliLease,
    CliMac,
    CliPortVlan,
    CliRate,
    CliRow,
)
from techinfo.model import State
from techinfo.ssh.cli_reading import clean

ALL = tuple(samples())
EACH = max(1, int(os.environ.get("CLI_MUTATIONS", "2000")) // (2 * len(ALL)))


def _of(sample: Sample) -> random.Random:
    return random.Random(f"{sample.platform} {sample.command}")  # noqa: S311 - repeatable texts


def _names(text: str) -> str:
    return re.sub(r"\s", "", text).lower()


@pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.platform}: {s.command}")
def test_no_text_breaks_a_template_or_makes_a_port_up(sample: Sample) -> None:
    """Whatever is printed, each row is of a port whose name stands in the text or the command."""
    chance = _of(sample)

    for _ in range(EACH):
        text = mutated(sample.text, chance)
        reading, _, _ = sample.read(text)

        told = _names(clean(text) + sample.command)
        for row in reading.rows:
            at = "" if row.port == NO_PORT else row.port
            assert all(part in told for part in _parts(at)), text


def _parts(port: str) -> list[str]:
    """A name as it stands; of three numbers that make one, each."""
    return port.split("/") if re.fullmatch(r"\d+(/\d+)+", port) else [_names(port)]


@pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.platform}: {s.command}")
def test_a_text_with_a_row_in_it_is_never_empty(sample: Sample) -> None:
    """Where a line of a row is left, the part is whole or partial, and not empty."""
    chance = _of(sample)
    rows = _lines_of_rows(sample)

    for _ in range(EACH):
        text = mutated(sample.text, chance)
        _, state, _ = sample.read(text)

        left = rows & {line.rstrip() for line in clean(text).split("\n")}
        assert not (left and state is State.EMPTY), text


def _lines_of_rows(sample: Sample) -> set[str]:
    """Lines with the name of a row's port, or with its number."""
    ports = {_names(row.port) for row in sample.rows if row.port != NO_PORT}
    lines = {line.rstrip() for line in sample.text.split("\n")}
    return {line for line in lines if any(p in _names(line) for p in ports) and "/" in line}


@pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.platform}: {s.command}")
def test_what_a_line_tells_is_told_of_its_own_port(sample: Sample) -> None:
    """Log lines between the rows, rows twice, the end missing: no row moves to another port."""
    chance = _of(sample)
    told = {_bound(row) for row in sample.rows}

    for _ in range(EACH):
        reading, _, _ = sample.read(by_lines(sample.text, chance))

        assert {_bound(row) for row in reading.rows} <= told


def _bound(row: CliRow) -> tuple[str, ...]:
    """What must never be told of another port."""
    match row:
        case CliMac():
            return (row.port, row.mac, str(row.vlan), str(row.ont))
        case CliLease():
            return (row.port, row.ip, row.mac, str(row.vlan))
        case CliGroup():
            return (row.port, row.group, str(row.vlan))
        case CliPortVlan():
            return (row.port, str(row.ont), str(row.vlan), str(row.user_vlan), str(row.tagged))
        case CliRate(pir=int()):
            return (row.port, row.queue.split()[0], str(row.pir))
        case _:
            return (row.port,)
