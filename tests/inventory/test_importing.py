"""An import as a whole: all or nothing, what it counts, and what it warns of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Counts, Inventory

Write = Callable[[str, str], Path]


def _ids(inventory: Inventory) -> list[str]:
    return [access.access_id for access in inventory.accesses()]


def test_an_import_counts_what_it_did(inventory: Inventory, write: Write) -> None:
    """Added, changed, removed and unchanged, for the kinds in the file."""
    inventory.import_file(write("a.csv", "access_id,city\nA-1,Lund\nA-2,Lund\nA-3,Lund\n"))

    report = inventory.import_file(write("b.csv", "access_id,city\nA-1,Lund\nA-2,\nA-4,Lund\n"))

    assert report.counts == {"accesses": Counts(added=1, changed=1, removed=1, unchanged=1)}
    assert _ids(inventory) == ["A-1", "A-2", "A-4"]


def test_only_the_kinds_in_the_file_are_replaced(network: Inventory, write: Write) -> None:
    """Services alone can be imported; accesses and elements stay."""
    report = network.import_file(write("s.yaml", "services:\n- {vlan: 9, service_type: bb}\n"))

    assert list(report.counts) == ["services"]
    assert len(_ids(network)) == 4
    assert network.service_type("sw-elm-3", None, 100) is None


def test_an_empty_section_removes_its_kind(network: Inventory, write: Write) -> None:
    """Said explicitly, nothing is an inventory too; the loss is pointed out."""
    report = network.import_file(write("s.yaml", "services: []\n"))

    assert report.counts["services"] == Counts(removed=5)
    assert report.warnings == ("5 of 5 services were removed",)


def test_a_trial_tells_and_changes_nothing(network: Inventory, write: Write) -> None:
    """A dry run reports the same counts as the import, twice."""
    path = write("a.csv", "access_id\nA-9\n")
    before = _ids(network)

    trials = [network.import_file(path, dry_run=True) for _ in range(2)]

    assert trials[0] == trials[1]
    assert trials[0].dry_run
    assert trials[0].counts["accesses"] == Counts(added=1, removed=4)
    assert _ids(network) == before
    assert network.cpe("A-1001") is not None


def test_one_wrong_record_changes_nothing(network: Inventory, write: Write) -> None:
    """Everything or nothing: also the kinds that were fine stay as they were."""
    before = _ids(network)
    path = write("a.yaml", "services: []\naccesses:\n- access_id: A-9\n- access_id: 'no id'\n")

    with pytest.raises(InventoryImportError):
        network.import_file(path)

    assert _ids(network) == before
    assert network.service_type("sw-elm-3", None, 100) == "iptv"


def test_a_file_that_breaks_off_changes_nothing(network: Inventory, write: Write) -> None:
    """Records in front of a syntax error are not taken, even when wrong ones are skipped."""
    path = write("a.json", '{"accesses": [{"access_id": "A-9"}, {"access')

    with pytest.raises(InventoryImportError, match="not JSON"):
        network.import_file(path, skip_bad=True)

    assert network.access("A-9") is None


def test_all_mistakes_are_told_together(inventory: Inventory, write: Write) -> None:
    """The first is the error, the others stand in its message."""
    path = write("a.csv", "access_id,s_vlan,c_vlan\nA-1,x,y\nA-2,1,1\nA-3,z,1\n")

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    first, *others = str(caught.value).splitlines()
    assert (caught.value.line, caught.value.key) == (2, "s_vlan")
    assert first.startswith(f"{path}:2: s_vlan: 'x' is not")
    assert [other.split(": ")[:2] for other in others] == [
        [f"  {path}:2", "c_vlan"],
        [f"  {path}:4", "s_vlan"],
    ]


def test_a_hundred_mistakes_are_shown_and_all_counted(inventory: Inventory, write: Write) -> None:
    """A file of another sort altogether does not fill the screen."""
    path = write("a.csv", "access_id,c_vlan\n" + "no id,1\n" * 1000 + "A-1,0\n")

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    lines = str(caught.value).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "  … and 901 more (access_id 900, c_vlan 1)"


def test_all_files_and_all_sorts_of_mistakes_are_told_at_once(
    inventory: Inventory, write: Write
) -> None:
    """A wrong header, a file that is not there, a wrong value, an id that stands twice."""
    header = write("e.csv", "name,address,switch,prot\nsw,192.0.2.1,,\n")
    absent = header.with_name("absent.csv")
    values = write("a.csv", "access_id,element\nA-1,sw\nA 2,\nA-1,sw\n")

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_files([header, absent, values])
    with pytest.raises(InventoryImportError) as also:
        inventory.import_files([values])

    said = str(caught.value)
    assert caught.value.path == header
    assert "unknown column 'switch'" in said
    assert "unknown column 'prot'" in said
    assert "there is no such file" in said
    assert "a.csv:3: access_id: 'A 2' is not an id" in said
    assert "a.csv:3: access_id: 'A 2' is not an id" in str(also.value)
    assert "a.csv:4: access_id: 'A-1' stands 2 times" in str(also.value)


def test_a_reference_is_checked_while_other_records_are_wrong(
    inventory: Inventory, write: Write
) -> None:
    """But not one to a record that is wrong itself."""
    path = write(
        "a.yaml",
        "elements:\n- {name: sw, address: 192.0.2.1}\n"
        "accesses:\n- {access_id: A-1, element: sw-9}\n- {access_id: A-2, c_vlan: x}\n"
        "cpes:\n- {access_id: A-2, mac: 'AA:BB:CC:DD:EE:FF'}\n",
    )

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    said = str(caught.value).splitlines()
    assert len(said) == 2
    assert "c_vlan" in said[0]
    assert "no element 'sw-9' is in the inventory" in said[1]


def test_a_file_with_a_key_that_is_no_kind_is_refused_even_when_records_are_skipped(
    inventory: Inventory, write: Write
) -> None:
    """Nobody knows what it should have replaced."""
    path = write("a.yaml", "accesses:\n- {access_id: A-1}\nswitches:\n- {name: sw}\nlines: 7\n")

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path, skip_bad=True)

    assert "unknown key 'switches'; did you mean 'elements'?" in str(caught.value)
    assert "unknown key 'lines'; did you mean 'accesses'?" in str(caught.value)


def test_what_was_skipped_is_counted_and_not_kept_without_end(
    inventory: Inventory, write: Write
) -> None:
    """A report of a wrong file stays small; the count is true."""
    path = write("a.csv", "access_id\nA-1\n" + "no id\n" * 3000)

    report = inventory.import_file(path, skip_bad=True)

    assert _ids(inventory) == ["A-1"]
    assert report.rejected_count == 3000
    assert len(report.rejected) == 1000
    assert report.rejected[0].path == path


def test_a_cpe_goes_with_its_access(network: Inventory, write: Write) -> None:
    """A file of accesses that lacks one takes its CPE along, and says so."""
    report = network.import_file(write("a.csv", "access_id\nA-1002\nA-1003\nA-1004\n"))

    assert network.cpe("A-1001") is None
    assert report.counts["cpes"] == Counts(removed=1)
    assert "1 cpes were removed, because what they belong to is gone" in report.warnings


def test_an_access_that_changes_keeps_its_cpe(network: Inventory, write: Write) -> None:
    """A new street name is no reason to forget the CPE."""
    ids = "A-1001,Lund\nA-1002,Lund\nA-1003,Lund\nA-1004,Lund\n"

    network.import_file(write("a.csv", f"access_id,city\n{ids}"))

    assert network.cpe("A-1001") is not None


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ("A-1,a,1,,,\nA-2,a,1,,,\n", True),
        ("A-1,a,1,1,1,\nA-2,a,1,1,2,\n", False),
        ("A-1,a,1,1,,\nA-2,a,1,1,,\n", True),
        ("A-1,a,1,,,100\nA-2,a,1,,,101\n", False),
        ("A-1,a,1,,,100\nA-2,a,1,,,\n", True),
        ("A-1,a,1,,,\nA-2,a,2,,,\n", False),
        ("A-1,a,,,,\nA-2,a,,,,\n", False),
    ],
)
def test_accesses_that_nothing_tells_apart_are_warned_of(
    inventory: Inventory, write: Write, rows: str, warned: bool
) -> None:
    """A shared port needs ont_id and uni, or VLANs, different for each access."""
    elements = write("e.csv", "name,address\na,192.0.2.1\n")
    accesses = write("a.csv", f"access_id,element,port,ont_id,uni,c_vlan\n{rows}")

    report = inventory.import_files([elements, accesses])

    told = [warning for warning in report.warnings if "nothing tells all of them apart" in warning]
    assert bool(told) is warned
    assert all("a port 1: 2 accesses" in warning for warning in told)


def test_legacy_ids_that_find_nothing_are_warned_of(inventory: Inventory, write: Write) -> None:
    """One that several bear, and one that is another's id; not one that is its own."""
    path = write("a.csv", "access_id,legacy_access_id\nA-1,7\nA-2,7\nA-3,A-1\nA-4,A-4\nA-5,8\n")

    report = inventory.import_file(path)

    assert report.warnings == (
        "legacy_access_id '7' stands 2 times and so finds nothing",
        "legacy_access_id 'A-1' is the access_id of another access, which it finds",
    )


def test_a_service_at_an_unknown_site_is_warned_of(inventory: Inventory, write: Write) -> None:
    """A misspelt site would silently hold nowhere."""
    path = write("a.yaml", "services:\n- {vlan: 7, service_type: bb, site: ELMM}\n")

    report = inventory.import_file(path)

    assert report.warnings == ("no element stands at site 'ELMM', which a service names",)


def test_warnings_of_one_sort_are_bounded(inventory: Inventory, write: Write) -> None:
    """Twenty examples and a number are enough."""
    sites = "\n".join(f"- {{vlan: 7, service_type: bb, site: S{n}}}" for n in range(100))

    report = inventory.import_file(write("a.yaml", f"services:\n{sites}\n"))

    assert len(report.warnings) == 21
    assert report.warnings[-1] == "… and 80 more of this sort"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.csv", r"missing\.csv: there is no such file"),
        ("folder.csv", r"folder\.csv: is not a file"),
        ("accesses.xlsx", r"accesses\.xlsx: is neither \.csv nor \.json nor \.yaml"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named(
    inventory: Inventory, tmp_path: Path, name: str, said: str
) -> None:
    """No file, a folder, another format."""
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "accesses.xlsx").write_bytes(b"PK")

    with pytest.raises(InventoryImportError, match=said):
        inventory.import_file(tmp_path / name)


def test_a_secret_in_an_inventory_is_not_repeated(inventory: Inventory, write: Write) -> None:
    """Whoever puts the community itself into the inventory is told where it belongs."""
    path = write(
        "a.yaml",
        "elements:\n- {name: a, address: 192.0.2.1, community: s3cret, credential: s3 !}\n",
    )

    with pytest.raises(InventoryImportError, match="secrets stand in the configuration") as caught:
        inventory.import_file(path)

    assert "s3" not in str(caught.value).replace(str(path), "")


def test_another_form_of_access_ids_can_be_set(write: Write) -> None:
    """An operator whose ids hold a slash says so once."""
    with Inventory.in_memory(access_id_pattern="[A-Z]+/[0-9]+") as inventory:
        inventory.import_file(write("a.csv", "access_id\nELM/7\n"))

        assert inventory.access("ELM/7") is not None
        with pytest.raises(InventoryImportError, match="is not an id of the form"):
            inventory.import_file(write("b.csv", "access_id\nA-1\n"))


def test_twenty_thousand_accesses_are_imported_and_found(tmp_path: Path, write: Write) -> None:
    """A town's worth of accesses goes in and out again, and the second import changes nothing."""
    count = 20_000
    elements = write(
        "e.csv",
        "name,address\n" + "".join(f"sw-{n},10.0.{n >> 8}.{n & 255}\n" for n in range(1, 902)),
    )
    rows = (
        f"A-{n:06};L-{n};sw-{n // 24 + 1};GigabitEthernet0/0/{n % 24 + 1};name;Älvgatan;{n}\n"
        for n in range(count)
    )
    accesses = write(
        "a.csv",
        "access_id;legacy_access_id;element;port;port_by;street_name;street_number\n"
        + "".join(rows),
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        first = inventory.import_files([elements, accesses])
        second = inventory.import_files([elements, accesses])

        assert first.counts["accesses"] == Counts(added=count)
        assert second.counts["accesses"] == Counts(unchanged=count)
        assert first.warnings == second.warnings == ()
        assert sum(1 for _ in inventory.accesses()) == count
        assert inventory.access("A-012345") == inventory.access("L-12345")
        assert len(inventory.accesses_on("sw-7")) == 24
