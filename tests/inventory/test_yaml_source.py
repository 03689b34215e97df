"""Inventories in YAML: text stays text, every mistake has its line, nothing is expanded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory
from techinfo.inventory.importing import yaml_source

Write = Callable[[str, str], Path]


@pytest.fixture(params=["fastest", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test holds with and without libyaml."""
    if request.param == "python":
        monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)


def test_a_plain_value_is_what_is_written(inventory: Inventory, write: Write) -> None:
    """Norway is no boolean, an old id no octal number, a port no time of day."""
    path = write(
        "a.yaml",
        "elements: [{name: 1e3, address: 192.0.2.1}]\n"
        "accesses:\n- access_id: 0123\n  element: 1e3\n  port: 1:30\n  country_code: NO\n"
        "  outlet: yes\n  city: ~\n  population: 'null'\n  street_name: ''\n",
    )

    inventory.import_file(path)

    found = inventory.access("0123")
    assert found is not None
    assert (found.element, found.port, found.country_code) == ("1e3", "1:30", "NO")
    assert (found.outlet, found.city, found.population) == ("yes", None, "null")
    assert found.street_name is None


def test_a_mistake_names_file_line_and_key(inventory: Inventory, write: Write) -> None:
    """The line is that of the key, not of the record."""
    path = write(
        "inventory.yaml",
        "accesses:\n- access_id: A-1\n- access_id: A-2\n- access_id: A-3\n\n  port_by: ifname\n",
    )

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    assert str(caught.value) == (
        f"{path}:6: accesses[2].port_by: 'ifname' is not one of name, descr, alias, index, any"
    )
    assert (caught.value.path, caught.value.line) == (path, 6)
    assert caught.value.key == "accesses[2].port_by"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accesses: [\n", r"a\.yaml:\d: not YAML"),
        ("accesses:\n\t- access_id: A\n", r"a\.yaml:2: not YAML"),
        ("- access_id: A-1\n", r":1: expected keys such as accesses:, found a list"),
        ("accesses\n", r":1: expected keys such as accesses:, found 'accesses'"),
        ("accesses:\n", r":1: expected a list under accesses:, found nothing"),
        ("accesses: {A-1: {}}\n", r":1: expected a list under accesses:, found a mapping"),
        ("acesses: []\n", r":1: unknown key 'acesses'; did you mean 'accesses'\?"),
        ("about: []\n", r":1: unknown key 'about'; known are elements, accesses, cpes, services"),
        ("accesses: []\naccesses: []\n", r":2: accesses: stands twice"),
        ("accesses: []\n---\naccesses: []\n", r":2: expected one document, found another document"),
        ("accesses:\n- A-1\n", r":2: accesses\[0\]: expected keys and values, found 'A-1'"),
        ("accesses:\n- [[A-1]]\n", r":2: accesses\[0\]: expected keys and values, found a list"),
        ("accesses:\n- access_id: [A-1]\n", r"expected text or a whole number, found a list"),
        ("accesses:\n- access_id: {a: b}\n", r"expected text or a whole number, found a mapping"),
        ("accesses:\n- ? [a]\n  : b\n", r":2: expected a key, found a list"),
        ("accesses:\n- access_id: A\n  accessId: B\n", r":3: .*accessId: stands twice in one"),
        ("accesses:\n- access_id: A\n  prot: 1\n", r":3: .*prot: unknown key; did you mean 'port'"),
        ("accesses:\n- port_by: any\n", r":2: accesses\[0\]\.access_id: is missing"),
        ("accesses:\n- access_id:\n", r":2: accesses\[0\]\.access_id: is missing"),
        ("accesses: &a []\ncpes: *a\n", r":1: anchors and aliases are not read"),
        ("accesses: !!python/object:os.system []\n", r":1: tags are not read"),
        ("accesses:\n- access_id: !!int 7\n", r":2: tags are not read"),
        ('accesses:\n- access_id: "\\ud800"\n', r"not YAML|is not an id"),
        ("accesses:\n- access_id: a\x07\n", r":2: holds a control character"),
        ("%YAML " + "9" * 5000 + ".1\n---\na: b\n", "not YAML|unknown key"),
        ("\0", r"NUL"),
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("# nothing\n", "expected a document"),
    ],
)
def test_a_file_that_is_no_inventory_is_told(
    inventory: Inventory, write: Write, text: str, said: str
) -> None:
    """Broken YAML, another layout and everything that YAML can do and an inventory needs not."""
    with pytest.raises(InventoryImportError, match=said):
        inventory.import_file(write("a.yaml", text))


def test_aliases_do_not_grow(inventory: Inventory, write: Write) -> None:
    """A billion laughs end at the first anchor."""
    lines = ["a0: &a0 [lol, lol]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
    ]

    with pytest.raises(InventoryImportError, match="unknown key 'a0'"):
        inventory.import_file(write("a.yaml", "\n".join(lines)))
    with pytest.raises(InventoryImportError, match="anchors and aliases are not read"):
        inventory.import_file(write("b.yaml", "accesses:\n- &a {access_id: A}\n- *a\n"))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_does_not_hurt(inventory: Inventory, write: Write, opening: str) -> None:
    """Deep nesting is skipped or refused, never followed."""
    path = write("a.yaml", f"accesses:\n- access_id: A\n  city:\n    {opening * 20_000}")

    with pytest.raises(InventoryImportError):
        inventory.import_file(path)


def test_a_file_that_is_too_long_is_refused(
    inventory: Inventory, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size is known before anything is read into memory."""
    monkeypatch.setattr(yaml_source, "MOST_OCTETS", 2**20)
    path = write("a.yaml", "# " + "x" * 2**20)

    with pytest.raises(InventoryImportError, match="is longer than 1 MiB; CSV is the format"):
        inventory.import_file(path)


def test_another_encoding_is_told_with_its_line(inventory: Inventory, tmp_path: Path) -> None:
    """Latin-1 is found where its first letter stands."""
    path = tmp_path / "a.yaml"
    path.write_bytes("accesses:\n- access_id: A\n  city: Älmhult\n".encode("latin-1"))

    with pytest.raises(InventoryImportError, match=r":3: is not UTF-8"):
        inventory.import_file(path)
