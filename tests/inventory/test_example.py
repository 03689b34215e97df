"""What explains an inventory: the columns, and an example that can be imported."""

from __future__ import annotations

import pytest
from tests.inventory.conftest import Write

from techinfo.inventory import Inventory
from techinfo.inventory.columns import columns
from techinfo.inventory.example import EXAMPLE, as_csv, as_yaml
from techinfo.inventory.records import FIELDS, RECORDS, Kind
from techinfo.inventory.shapes import shapes


def test_the_yaml_example_can_be_imported(inventory: Inventory, write: Write) -> None:
    """As it is, and without a warning."""
    report = inventory.import_file(write("a.yaml", as_yaml()))

    assert {kind: count.added for kind, count in report.counts.items()} == {
        kind: len(rows) for kind, rows in EXAMPLE.items()
    }
    assert report.warnings == ()
    assert inventory.findings() == ()


def test_the_csv_examples_are_the_same(inventory: Inventory, write: Write) -> None:
    """One file for each kind; an import of them after the YAML changes nothing."""
    inventory.import_file(write("a.yaml", as_yaml()))

    report = inventory.import_files([write(f"{kind}.csv", as_csv(kind)) for kind in RECORDS])

    assert not any(count.differ for count in report.counts.values())


@pytest.mark.parametrize("kind", list(RECORDS))
def test_every_column_is_explained_with_a_value_that_is_taken(kind: Kind) -> None:
    """In the order of the record, none too many."""
    shape = shapes()[kind]

    told = list(columns(kind, shape))

    assert [column.name for column in told] == list(FIELDS[kind])
    for column in told:
        shape.parsers[column.name](column.example)
        assert column.about
