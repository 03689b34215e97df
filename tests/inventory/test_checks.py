"""What shows only between records: what stands twice, what leads nowhere, what hangs on what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory

Write = Callable[[str, str], Path]

_TWO = "elements:\n- {name: a, address: 192.0.2.1}\n- {name: b, address: 192.0.2.2}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "accesses:\n- access_id: A-1\n- access_id: A-2\n- access_id: A-1\n",
            r":4: accesses\[2\]\.access_id: 'A-1' stands 2 times, first on line 2",
        ),
        (
            _TWO + "- {name: a, address: 192.0.2.3}\n",
            r":4: elements\[2\]\.name: 'a' stands 2 times, first on line 2",
        ),
        (
            _TWO + "- {name: c, address: 192.0.2.2}\n",
            r":4: elements\[2\]\.address: '192\.0\.2\.2' with this port stands 2 times, .* line 3",
        ),
        (
            "elements:\n- {name: a, address: '2001:db8::1'}\n"
            "- {name: b, address: '2001:DB8:0::1', port: 161}\n",
            r":3: elements\[1\]\.address: '2001:db8::1' with this port stands 2 times",
        ),
        (
            "services:\n- {vlan: 7, service_type: bb}\n- {vlan: 7, service_type: voip}\n",
            r":3: services\[1\]\.vlan: '7' with the same element, site and port stands 2 times",
        ),
        (
            "accesses:\n- {access_id: A-1, element: x, port: 1}\n",
            r":2: accesses\[0\]\.element: no element 'x' is in the inventory",
        ),
        (
            "cpes:\n- {access_id: A-1, mac: '00:00:5e:00:53:01'}\n",
            r":2: cpes\[0\]\.access_id: no access 'A-1' is in the inventory",
        ),
        (
            "services:\n- {vlan: 7, service_type: bb, element: x}\n",
            r":2: services\[0\]\.element: no element 'x' is in the inventory",
        ),
        (
            "services:\n- {vlan: 7, service_type: bb, port: 1}\n",
            r":2: services\[0\]\.port: a port without an element",
        ),
        (
            "services:\n- {vlan: 7, service_type: bb, element: a, site: b}\n",
            r":2: services\[0\]\.site: element and site are both given",
        ),
        ("accesses:\n- {access_id: A-1, port: 1}\n", r"accesses\[0\]\.port: a port without"),
        (
            _TWO + "accesses:\n- {access_id: A-1, element: a, port: Gi1, port_by: index}\n",
            r"accesses\[0\]\.port: port_by is index, so the port must be a number",
        ),
        (
            "accesses:\n- access_id: A-1\ncpes:\n- access_id: A-1\n",
            r":4: cpes\[0\]\.mac: neither mac nor serial_number",
        ),
    ],
)
def test_a_contradiction_is_told_where_it_stands(
    inventory: Inventory, write: Write, text: str, said: str
) -> None:
    """The later record is named, and where the first one is."""
    with pytest.raises(InventoryImportError, match=said):
        inventory.import_file(write("a.yaml", text))


def test_a_wrong_element_is_told_without_its_consequences(
    inventory: Inventory, write: Write
) -> None:
    """The accesses on an element that cannot be read are not wrong themselves."""
    path = write(
        "a.yaml",
        "elements:\n- {name: a, address: 192.0.2.300}\naccesses:\n"
        "- {access_id: A-1, element: a, port: 1}\n",
    )

    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(path)

    assert "192.0.2.300" in str(caught.value)
    assert "A-1" not in str(caught.value)
    assert "no element" not in str(caught.value)


def test_skipping_leaves_out_whoever_bears_an_id_twice(inventory: Inventory, write: Write) -> None:
    """Which of two records is true nobody knows: an answer about another's port is worse."""
    path = write("a.csv", "access_id,city\nA-1,Lund\nA-2,Lund\nA-1,Oskarshamn\n")

    report = inventory.import_file(path, skip_bad=True)

    assert [access.access_id for access in inventory.accesses()] == ["A-2"]
    assert [bad.line for bad in report.rejected] == [2, 4]


def test_skipping_leaves_out_what_hangs_on_a_wrong_record(
    inventory: Inventory, write: Write
) -> None:
    """Element, access, CPE and service go together, each with its reason."""
    path = write(
        "a.yaml",
        "elements:\n- {name: a, address: 192.0.2.300}\n- {name: b, address: 192.0.2.2}\n"
        "accesses:\n- {access_id: A-1, element: a, port: 1}\n"
        "- {access_id: A-2, element: b, port: 1}\n"
        "cpes:\n- {access_id: A-1, serial_number: S1}\n- {access_id: A-2, serial_number: S2}\n"
        "services:\n- {vlan: 7, service_type: bb, element: a}\n- {vlan: 7, service_type: bb}\n",
    )

    report = inventory.import_file(path, skip_bad=True)

    assert [bad.key for bad in report.rejected] == [
        "elements[0].address",
        "accesses[0].element",
        "cpes[0].access_id",
        "services[0].element",
    ]
    assert [access.access_id for access in inventory.accesses()] == ["A-2"]
    assert inventory.cpe("A-1") is None
    assert inventory.cpe("A-2") is not None
    assert inventory.service_type("a", "1", 7) == "bb"


def test_an_element_with_accesses_is_not_taken_away(inventory: Inventory, write: Write) -> None:
    """A file of elements that lacks one with accesses on it is refused, and nothing changes."""
    access = "accesses:\n- {access_id: A-1, element: a, port: 1}\n"
    inventory.import_file(write("a.yaml", _TWO + access))

    with pytest.raises(InventoryImportError, match=r"b\.csv: elements: 'a' is missing.*A-1"):
        inventory.import_file(write("b.csv", "name,address\nb,192.0.2.9\n"))

    element = inventory.element("b")
    assert element is not None
    assert element.address == "192.0.2.2"


def test_skipping_keeps_an_element_with_accesses(inventory: Inventory, write: Write) -> None:
    """A wrong line about an element does not take its accesses away; its address stays its own."""
    access = "accesses:\n- {access_id: A-1, element: a, port: 1}\n"
    inventory.import_file(write("a.yaml", _TWO + access))
    path = write("b.csv", "name,address\na,192.0.2.300\nc,192.0.2.1\nd,192.0.2.4\n")

    report = inventory.import_file(path, skip_bad=True)

    assert [element.name for element in inventory.elements()] == ["a", "d"]
    assert [bad.line for bad in report.rejected] == [2, 3]
    assert "kept from before" in report.rejected[1].why


def test_skipping_keeps_every_element_that_is_needed(inventory: Inventory, write: Write) -> None:
    """An element that is kept may push out another, whose old record is then kept too."""
    accesses = "accesses:\n- {access_id: A-1, element: a, port: 1}\n"
    accesses += "- {access_id: A-2, element: b, port: 1}\n"
    inventory.import_file(write("a.yaml", _TWO + accesses))
    path = write("b.csv", "name,address\nb,192.0.2.1\nc,192.0.2.2\na,192.0.2.9\nd,192.0.2.9\n")

    report = inventory.import_file(path, skip_bad=True)

    assert {element.name: element.address for element in inventory.elements()} == {
        "a": "192.0.2.1",
        "b": "192.0.2.2",
    }
    assert report.rejected_count == 4


def test_elements_and_accesses_change_together(inventory: Inventory, write: Write) -> None:
    """Two files are one source: an element may be renamed with the accesses on it."""
    access = "accesses:\n- {access_id: A-1, element: a, port: 1}\n"
    inventory.import_file(write("a.yaml", _TWO + access))

    inventory.import_files(
        [
            write("accesses.csv", "access_id,element,port\nA-1,a-new,1\n"),
            write("elements.csv", "name,address\na-new,192.0.2.1\n"),
        ]
    )

    assert [element.name for element in inventory.elements()] == ["a-new"]
    assert [access.access_id for access in inventory.accesses_on("a-new")] == ["A-1"]


def test_a_kind_may_be_spread_over_files(inventory: Inventory, write: Write) -> None:
    """One file per region; an id in two of them is a contradiction of the second."""
    north, south = write("n.csv", "access_id\nA-1\n"), write("s.csv", "access_id\nA-2\n")
    twice = write("t.csv", "access_id\nA-3\nA-1\n")

    inventory.import_files([north, south])

    assert [access.access_id for access in inventory.accesses()] == ["A-1", "A-2"]
    with pytest.raises(InventoryImportError, match=r"t\.csv:3: .*'A-1'.* on line 2 of n\.csv"):
        inventory.import_files([north, twice])
