"""What an element names must exist: a mistake shows at the import, and not at night."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory, Names

_NAMES = Names(drivers=("generic", "huawei_vrp"), credentials=("default", "core"))
_HEAD = "name,address,driver,credential\n"


@pytest.mark.parametrize(
    ("row", "key", "said"),
    [
        ("sw-1,192.0.2.1,huawei_vrb,core", "driver", "did you mean 'huawei_vrp'?"),
        ("sw-1,192.0.2.1,qqq,core", "driver", "there are generic, huawei_vrp"),
        ("sw-1,192.0.2.1,generic,defualt", "credential", "did you mean 'default'?"),
        ("sw-1,192.0.2.1,generic,zq9-s3x", "credential", "there are core, default"),
    ],
)
def test_a_name_that_nothing_has_is_refused(tmp_path: Path, row: str, key: str, said: str) -> None:
    """With file, line, key and a near miss; what may be a secret is not repeated."""
    path = tmp_path / "elements.csv"
    path.write_text(_HEAD + "sw-0,192.0.2.9,generic,core\n" + row + "\n")

    with Inventory.in_memory() as inventory, pytest.raises(InventoryImportError) as caught:
        inventory.import_files([path], names=_NAMES)

    error = caught.value
    assert (error.path, error.line, error.key) == (path, 3, key)
    assert said in str(error)
    assert "zq9" not in str(error)


def test_names_that_exist_are_taken(tmp_path: Path) -> None:
    """And those of CPEs are looked at as well."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "elements: [{name: sw-1, address: 192.0.2.1, driver: generic, credential: core}]\n"
        "accesses: [{access_id: A-1, element: sw-1, port: ge1}]\n"
        "cpes: [{access_id: A-1, address: 192.0.2.3, mac: '02:00:5e:00:53:01', driver: nonesuch}]\n"
    )

    with Inventory.in_memory() as inventory:
        with pytest.raises(InventoryImportError, match="nonesuch"):
            inventory.import_files([path], names=_NAMES)
        path.write_text(path.read_text().replace("nonesuch", "generic"))
        inventory.import_files([path], names=_NAMES)

        assert len(inventory.elements()) == 1
