"""Whatever a file holds: an import succeeds or raises InventoryImportError, and nothing else."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory
from techinfo.inventory.importing import yaml_source

_TRIES = int(os.environ.get("TECHINFO_FUZZ_IMPORTS", "50"))
"""Files to try of each sort; `make soak` tries more."""

_few = settings(
    max_examples=_TRIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_keys = st.sampled_from(
    ["access_id", "accessId", "element", "name", "address", "port", "vlan", "service_type", "mac"]
) | st.text(max_size=8)
_values = st.recursive(
    _scalars | st.sampled_from(["A-1", "192.0.2.1", "7", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=6,
)
_records = st.lists(st.dictionaries(_keys, _values, max_size=5) | _values, max_size=4)
_inventories = st.dictionaries(
    st.sampled_from(["elements", "accesses", "cpes", "services"]) | st.text(max_size=5),
    _records | _values,
    max_size=4,
)
_csv_text = st.lists(
    st.sampled_from(["access_id", "name", "address", "vlan", "service_type", "city", "A-1", "7"])
    | st.sampled_from([",", ";", "\n", "\r\n", "\r", '"', '""', "\0", "\ufeff", " "])
    | st.text(max_size=4),
    max_size=40,
).map("".join)
_yaml_text = st.lists(
    st.sampled_from(["accesses:", "elements:", "access_id:", "name:", "A-1", "\n", "\n- ", "\n  "])
    | st.sampled_from(["[", "]", "{", "}", ",", ": ", "- ", "? ", "&a ", "*a", "!!int ", "|", ">"])
    | st.sampled_from(["---\n", "...\n", "%YAML 1.1\n", "<<", "'", '"', "\t", "#", "\\U0011ffff"])
    | st.text(max_size=4),
    max_size=30,
).map("".join)


_names = st.sampled_from("abcd")
_elements = st.lists(st.tuples(_names, st.sampled_from(["1", "2", "3", "x.."])), max_size=5).map(
    lambda rows: "name,address\n" + "".join(f"{name},192.0.2.{last}\n" for name, last in rows)
)
_accesses = st.lists(st.tuples(_names, _names, st.sampled_from("12")), max_size=5).map(
    lambda rows: "access_id,element,port\n" + "".join(f"{','.join(row)}\n" for row in rows)
)
_cpes = st.lists(_names, max_size=4).map(
    lambda rows: "access_id,serial_number\n" + "".join(f"{row},S\n" for row in rows)
)
_services = st.lists(st.tuples(st.sampled_from("12"), _names), max_size=4).map(
    lambda rows: "vlan,element,service_type\n" + "".join(f"{','.join(row)},bb\n" for row in rows)
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for one file after the other."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _try(folder: Path, name: str, octets: bytes) -> None:
    """Import in every way, then see that the inventory still answers."""
    path = folder / name
    path.write_bytes(octets)
    with Inventory.in_memory() as inventory:
        for skip_bad in (False, True):
            error = _refused(inventory, path, skip_bad=skip_bad)
            assert error is None or error.path == path
            assert len(str(error)) < 50_000
        assert all(inventory.access(access.access_id) == access for access in inventory.accesses())


def _refused(inventory: Inventory, path: Path, *, skip_bad: bool) -> InventoryImportError | None:
    try:
        inventory.import_file(path, skip_bad=skip_bad)
    except InventoryImportError as error:
        return error
    return None


@pytest.mark.long
@_few
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.json", "a.yaml"]))
def test_any_octets(folder: Path, octets: bytes, name: str) -> None:
    """Octets that mean nothing."""
    _try(folder, name, octets)


@pytest.mark.long
@_few
@given(_inventories)
def test_any_json(folder: Path, document: object) -> None:
    """Well-formed JSON with anything in any place."""
    _try(folder, "a.json", json.dumps(document).encode())


@pytest.mark.long
@_few
@given(_inventories, st.integers(min_value=0, max_value=400), st.binary(max_size=3))
def test_json_with_a_hole(folder: Path, document: object, at: int, hole: bytes) -> None:
    """JSON in which a few octets are something else."""
    octets = json.dumps(document).encode()

    _try(folder, "a.json", octets[:at] + hole + octets[at + len(hole) :])


@pytest.mark.long
@_few
@given(_yaml_text)
@example("accesses:\n- access_id: &a A\n- access_id: *a\n")
@example('accesses:\n- access_id: "\\UFFFFFFFF"\n')
def test_any_yaml(folder: Path, text: str) -> None:
    """What YAML is made of, in any order, read by libyaml where it is there."""
    _try(folder, "a.yaml", text.encode("utf-8", "surrogatepass"))


@pytest.mark.long
@_few
@given(_yaml_text)
@example('accesses:\n- access_id: "\\UFFFFFFFF"\n')
@example("%YAML " + "9" * 5000 + ".1\n---\n")
def test_any_yaml_without_libyaml(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The same, read by PyYAML itself."""
    monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)

    _try(folder, "a.yaml", text.encode("utf-8", "surrogatepass"))


@pytest.mark.long
@_few
@given(_csv_text)
def test_any_csv(folder: Path, text: str) -> None:
    """What CSV is made of, in any order."""
    _try(folder, "a.csv", text.encode("utf-8", "surrogatepass"))


@pytest.mark.long
@_few
@given(st.lists(_csv_text, max_size=4))
def test_any_rows_of_accesses(folder: Path, rows: list[str]) -> None:
    """Anything below a good header."""
    _try(
        folder,
        "a.csv",
        "\n".join(["access_id,city", *rows]).encode("utf-8", "surrogatepass"),
    )


@pytest.mark.long
@_few
@given(
    st.lists(
        st.tuples(st.one_of(_elements, _accesses, _cpes, _services), st.booleans()), max_size=6
    )
)
def test_any_row_of_imports_leaves_nothing_dangling(
    folder: Path, steps: list[tuple[str, bool]]
) -> None:
    """Whatever comes after what: every reference leads somewhere, no address stands twice."""
    path = folder / "a.csv"
    with Inventory.in_memory() as inventory:
        for text, skip_bad in steps:
            path.write_text(text)
            _refused(inventory, path, skip_bad=skip_bad)

        elements = {element.name: element.address for element in inventory.elements()}
        accesses = {access.access_id: access.element for access in inventory.accesses()}
        cpes = [name for name in "abcd" if inventory.cpe(name)]
        services = [name for name in "abcd" if inventory.service_type(name, None, 1)]

    assert len(set(elements.values())) == len(elements)
    assert set(accesses.values()) <= set(elements)
    assert set(cpes) <= set(accesses)
    assert set(services) <= set(elements)
