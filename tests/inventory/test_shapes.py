"""Records, tables and shapes say the same about every kind."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from techinfo.config import ServiceSettings
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import ACCESS_ID_PATTERN, shapes
from techinfo.inventory.tables import TABLES, scope_key


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_record_its_table_and_its_shape_have_the_same_fields(kind: Kind) -> None:
    """What an import reads is what a table keeps and a record shows, in the same order."""
    fields = [field.name for field in dataclasses.fields(RECORDS[kind])]
    columns = [name for name in TABLES[kind].columns.keys() if name not in {"scope", "offer"}]  # noqa: SIM118 - no mapping

    assert list(shapes()[kind].parsers) == fields
    assert columns == fields


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_identity_is_the_primary_key(kind: Kind) -> None:
    """One column identifies a record, and a new identity is never empty."""
    key = list(TABLES[kind].primary_key.columns)

    assert len(key) == 1


def test_the_settings_and_the_inventory_mean_the_same_access_id() -> None:
    """The default pattern of requests is that of imports."""
    assert ServiceSettings().access_id_pattern == ACCESS_ID_PATTERN


def test_on_api_spellings_of_an_access_are_known() -> None:
    """An export of ON-API accesses needs no renaming."""
    spellings = shapes()["accesses"].spellings

    found = {
        spelling: spellings[spelling]
        for spelling in ("accessId", "streetName", "mduApartmentNumber", "nationalAddressUUID")
    }

    assert found == {
        "accessId": "access_id",
        "streetName": "street_name",
        "mduApartmentNumber": "mdu_apartment_number",
        "nationalAddressUUID": "national_address_uuid",
    }


def test_the_closest_scope_is_the_smallest() -> None:
    """The order of the keys is the order in which declarations win."""
    keys = [
        scope_key(9, element="a", port="1"),
        scope_key(9, element="a"),
        scope_key(9, site="ELM"),
        scope_key(9),
    ]

    assert keys == sorted(keys)
    assert len(set(keys)) == 4
