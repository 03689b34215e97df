"""Inventories in JSON: every record has its line, no key stands twice, no depth hurts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory

Write = Callable[[str, str], Path]


def test_an_on_api_export_is_read(inventory: Inventory, write: Write) -> None:
    """ON-API's own spellings and numbers are taken as they come."""
    access = {"accessId": "A-1", "streetName": "Älvgatan", "priceGroup": 3, "postalCode": 12345}
    path = write("a.json", json.dumps({"accesses": [access]}))

    inventory.import_file(path)

    found = inventory.access("A-1")
    assert found is not None
    assert (found.street_name, found.price_group, found.postal_code) == ("Älvgatan", 3, "12345")


def test_a_byte_order_mark_does_not_matter(inventory: Inventory, tmp_path: Path) -> None:
    """Editors write one; it is no part of the text."""
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"accesses": [{"access_id": "A-1"}]}')

    inventory.import_file(path)

    assert inventory.access("A-1") is not None


@pytest.mark.parametrize("text", ["{}", ' {\n"accesses" : [ ] , "cpes":[]\n}\n '])
def test_an_empty_inventory_is_an_inventory(inventory: Inventory, write: Write, text: str) -> None:
    """Nothing in it is not the same as nothing readable."""
    report = inventory.import_file(write("a.json", text))

    assert all(count.added == 0 for count in report.counts.values())


def test_a_mistake_names_the_line_of_its_record(inventory: Inventory, write: Write) -> None:
    """The record begins on the line that is told."""
    path = write(
        "a.json",
        '{\n "accesses": [\n  {"access_id": "A-1"},\n\n  {\n   "access_id": "A-2",\n'
        '   "s_vlan": 4095\n  }\n ]\n}\n',
    )

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    assert caught.value.line == 5
    assert caught.value.key == "accesses[1].s_vlan"
    assert str(caught.value).endswith("'4095' is not a whole number from 1 to 4094")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", r":1: expected an object with keys such as accesses, found '\[\]'"),
        ("{", r":1: expected a key in double quotes"),
        ("{\n'accesses': []}", r":2: expected a key in double quotes"),
        ('{"accesses"', r"expected a colon, found the end of the file"),
        ('{"accesses": {}}', r"expected a list under accesses, found '\{\}\}'"),
        ('{"accesses": [],}', r"expected a key in double quotes"),
        ('{"accesses": [\n{"access_id": "A"}\n{"access_id": "B"}]}', r":3: expected a comma or"),
        ('{"accesses": [] "cpes": []}', r"expected a comma or the closing brace"),
        ('{"accesses": [{"access_id": }]}', r":1: not JSON: Expecting value \(column 29\)"),
        ('{"accesses": [{"access_id": "A]}', r"not JSON: Unterminated string"),
        ('{"accesses": []} x', r"expected nothing more, found 'x'"),
        ('{"acceses": []}', r"unknown key 'acceses'; did you mean 'accesses'"),
        ('{"accesses": [], "accesses": []}', r"accesses: stands twice"),
        ('{"accesses": [7]}', r"accesses\[0\]: expected an object"),
        ('{"accesses": [{"access_id": "A", "access_id": "B"}]}', r"access_id: stands twice"),
        ('{"accesses": [{"access_id": true}]}', r"access_id: expected .*, found true"),
        ('{"accesses": [{"access_id": 1.5}]}', r"found a number with decimals"),
        ('{"accesses": [{"access_id": NaN}]}', r"found a number with decimals"),
        ('{"accesses": [{"access_id": ["A"]}]}', r"found a list or an object"),
        ('{"accesses": [{"access_id": null}]}', r"access_id: is missing"),
        ('{"accesses": [{"access_id": "A", "city": "\\ud800"}]}', r"half of a character"),
        ('{"accesses": [{"access_id": ' + "9" * 10_000 + "}]}", r"is not an id"),
        ('{"accesses": [' + "[" * 100_000, r"nested too deeply|not JSON"),
        ('{"accesses": [' + '{"a":' * 100_000, r"nested too deeply|not JSON"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_no_inventory_is_told(
    inventory: Inventory, write: Write, text: str, said: str
) -> None:
    """Broken JSON, another layout, values of another type."""
    with pytest.raises(InventoryImportError, match=said):
        inventory.import_file(write("a.json", text))
