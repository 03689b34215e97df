"""Inventories in CSV: the header tells the kind, a broken line spoils only itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory
from techinfo.inventory.records import Kind

Write = Callable[[str, str], Path]


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        ("name,address", "sw-1,192.0.2.1", "elements"),
        ("access_id", "A-1", "accesses"),
        ("accessId,streetName", "A-1,Älvgatan", "accesses"),
        ("vlan,service_type", "100,bb", "services"),
    ],
)
def test_the_header_tells_the_kind(
    inventory: Inventory, write: Write, header: str, row: str, kind: Kind
) -> None:
    """The columns are enough; nothing else in the file or its name says what it is."""
    report = inventory.import_file(write("export.csv", f"{header}\n{row}\n"))

    assert {kind: count.added for kind, count in report.counts.items()} == {kind: 1}


def test_a_file_of_cpes_is_not_one_of_accesses(inventory: Inventory, write: Write) -> None:
    """Both have an access_id; a MAC address or a serial number makes the difference."""
    inventory.import_file(write("a.csv", "access_id\nA-1\n"))

    report = inventory.import_file(write("c.csv", "access_id,serial_number\nA-1,S7\n"))

    assert report.counts["cpes"].added == 1


@pytest.mark.parametrize(
    "text",
    [
        "access_id;city\nA-1;Lund, Norra\n",
        'access_id,city\nA-1,"Lund, Norra"\n',
        '"access_id" , "city"\r\n"A-1" , "Lund, Norra"\r\n'.replace(" , ", ","),
        "\ufeffaccess_id;city\r\n A-1 ; Lund, Norra \r\n;\r\n\r\n",
        'city;access_id\n"Lund, Norra";A-1',
    ],
)
def test_what_spreadsheets_write_is_read(inventory: Inventory, write: Write, text: str) -> None:
    """Either delimiter, quotes, a byte order mark, blank lines, no last line end."""
    inventory.import_file(write("a.csv", text))

    found = inventory.access("A-1")

    assert found is not None
    assert found.city == "Lund, Norra"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"a\.csv: is empty"),
        ("\n\n", r"a\.csv: is empty"),
        (
            "access_id,prot\nA-1,7\n",
            r":1: unknown column 'prot' in a file of accesses; did",
        ),
        ("name,adress\nsw,192.0.2.1\n", r":1: unknown column 'adress' in a file of elements"),
        ("access_id,accessId\nA-1,A-1\n", r":1: accessId: the column stands twice"),
        (
            "name,address,community\nsw,192.0.2.1,s3cret\n",
            r":1: unknown column 'community' in a file of elements; secrets stand in the",
        ),
        ("access_id,\nA-1,7\n", r":1: unknown column '' in a file of accesses"),
        ("vlan\n100\n", r"a file of services needs the column service_type"),
        ('"access_id\nA-1\n', r":1: not CSV: .*a quoted cell must end on its line"),
        ("access_id,city\nA-1\n", r":2: 1 cells, but the header names 2 columns"),
        ("access_id,city\nA-1,Lund,Norra\n", r":2: 3 cells, but the header names 2 columns"),
        ('access_id,city\nA-1,"Lund\nA-2,x\n', r":2: not CSV"),
        ("access_id\nA-1\x00\n", r":2: holds a NUL byte"),
        ("access_id\nA 1\n", r":2: access_id: 'A 1' is not an id of the form"),
        ("access_id,s_vlan\nA-1,0\n", r":2: s_vlan: '0' is not a whole number from 1 to 4094"),
        ("access_id,city\nA-1," + "x" * 70_000 + "\n", r":2: a line of more than 64 KiB"),
        ("access_id\rA-1\rA-2\r", r":1: "),
    ],
)
def test_a_mistake_names_line_and_column(
    inventory: Inventory, write: Write, text: str, said: str
) -> None:
    """Header and rows are told apart, and each row by its line."""
    with pytest.raises(InventoryImportError, match=said):
        inventory.import_file(write("a.csv", text))


def test_a_wrong_column_is_told_once_beside_the_other_mistakes(
    inventory: Inventory, write: Write
) -> None:
    """Told again for each of many rows it would hide what is wrong in them."""
    rows = "".join(f"A-{number},x,x,{number}\n" for number in range(1, 4200))
    path = write("a.csv", f"access_id,latitude,accessId,s_vlan\n{rows}")

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    assert str(caught.value).count("latitude") == 1
    assert str(caught.value).count("accessId") == 1
    assert ":4096: s_vlan: '4095' is not a whole number" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_is_told(inventory: Inventory, tmp_path: Path, encoding: str) -> None:
    """What a spreadsheet saves unless it is told to use UTF-8."""
    path = tmp_path / "a.csv"
    path.write_bytes("access_id,city\nA-1,Älmhult\n".encode(encoding))

    with pytest.raises(InventoryImportError, match=r"is UTF-16|is not UTF-8|NUL byte"):
        inventory.import_file(path)


def test_a_broken_line_spoils_only_itself(inventory: Inventory, write: Write) -> None:
    """An open quote, a wrong number of cells and a wrong value each cost one record."""
    path = write(
        "a.csv", 'access_id,c_vlan\nA-1,1\nA-2,"2\nA-3,3\nA-4\nA-5,5000\nA-6,6\n' + "x" * 70_000
    )

    report = inventory.import_file(path, skip_bad=True)

    assert [access.access_id for access in inventory.accesses()] == ["A-1", "A-3", "A-6"]
    assert [(bad.line, bad.key) for bad in report.rejected] == [
        (3, None),
        (5, None),
        (6, "c_vlan"),
        (8, None),
    ]
    assert report.rejected_count == 4
