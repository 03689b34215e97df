"""Every table that a platform knows: rows right, nothing lost, nothing made up, nothing silent."""

from __future__ import annotations

import pytest
from tests.drivers.cli.samples import Sample, samples

from techinfo.driver.cli import CliRow
from techinfo.model import State

ALL = tuple(samples())
of_each = pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.platform}: {s.command}")
ODD = "¡zażółć! nobody knows this line"


def _plain(rows: list[CliRow] | tuple[CliRow, ...]) -> list[CliRow]:
    return sorted(rows, key=repr)


@of_each
def test_rows_of_an_output_are_told(sample: Sample) -> None:
    """Every row, with everything that it tells, and the part is whole."""
    reading, state, cause = sample.read(sample.text)

    assert _plain(reading.rows) == _plain(sample.rows)
    assert (state, cause) == (State.OK, "")


@of_each
def test_one_odd_line_keeps_the_rest_and_is_quoted(sample: Sample) -> None:
    """A line that fits nothing loses no row, and the part says so."""
    reading, state, cause = sample.read(sample.with_line(ODD))

    assert _plain(reading.rows) == _plain(sample.rows)
    assert state is State.PARTIAL
    assert ODD in cause


@pytest.mark.parametrize(
    "sample",
    [s for s in ALL if s.empty is not None],
    ids=lambda s: f"{s.platform}: {s.command}",
)
def test_a_table_without_rows_is_empty(sample: Sample) -> None:
    """Headings, legends and totals are no rows, and nothing odd."""
    assert sample.empty is not None

    reading, state, _ = sample.read(sample.empty)

    assert reading.rows == []
    assert state is State.EMPTY


@of_each
def test_a_refused_command_is_unsupported(sample: Sample) -> None:
    """A device that does not know the command has told nothing, not that there is nothing."""
    reading, state, _ = sample.read("         ^\n% Invalid input detected at '^' marker.\n")

    assert reading.rows == []
    assert state is State.UNSUPPORTED


def test_every_table_has_a_sample() -> None:
    """No command of a platform that has samples goes without one."""
    told = {id(table) for s in samples() for table in s.driver.tables if table.named(s.command)}
    missing = [
        f"{s.driver.names[0]}: {table.command}"
        for s in samples()
        for table in s.driver.tables
        if id(table) not in told
    ]

    assert sorted(set(missing)) == []
