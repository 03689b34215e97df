"""A port by the name that the inventory has for it."""

from __future__ import annotations

import pytest

from techinfo.collect.identity import bears, find_port
from techinfo.collect.target import PortName
from techinfo.facts.joins import Joins
from techinfo.model import Port

PORTS = (
    Port(if_index=10101, name="Gi1/0/1", descr="GigabitEthernet1/0/1", alias="A-1001"),
    Port(if_index=10102, name="Gi1/0/2", descr="GigabitEthernet1/0/2", alias="spare"),
    Port(if_index=10103, name="Gi1/0/3", descr="GigabitEthernet1/0/3", alias="spare"),
    Port(if_index=10104, name="10101", descr="Gi1/0/1"),
)
JOINS = Joins(ports={p.if_index: p for p in PORTS})


@pytest.mark.parametrize(
    ("name", "by", "expected"),
    [
        ("Gi1/0/2", "name", 10102),
        ("GigabitEthernet1/0/2", "descr", 10102),
        ("A-1001", "alias", 10101),
        ("10102", "index", 10102),
        ("Gi1/0/2", "any", 10102),
        ("GigabitEthernet1/0/3", "any", 10103),
        ("A-1001", "any", 10101),
        ("Gi1/0/1", "any", 10101),  # ifName is asked before ifDescr
        ("10101", "any", 10104),  # and before the number
        ("spare", "alias", None),  # two of them
        ("spare", "any", None),
        ("gi1/0/2", "name", None),
        ("Gi1/0/2", "alias", None),
        ("Gi1/0/9", "any", None),
        ("", "any", None),
    ],
)
def test_one_port_has_the_name_or_none_has(name: str, by: str, expected: int | None) -> None:
    """A name that two ports share is not taken for either."""
    assert find_port(JOINS, PortName(name=name, by=by)) == expected


@pytest.mark.parametrize(
    ("name", "by", "expected"),
    [
        ("Gi1/0/1", "any", True),
        ("A-1001", "any", True),
        ("10101", "any", True),
        ("A-1001", "name", False),
        ("Gi1/0/2", "any", False),
    ],
)
def test_a_port_bears_its_names(name: str, by: str, expected: bool) -> None:
    """In the way that the inventory names it."""
    assert bears(PORTS[0], PortName(name=name, by=by)) is expected
