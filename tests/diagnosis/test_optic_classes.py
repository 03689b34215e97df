"""Which class a module's part number names."""

from __future__ import annotations

import pytest

from techinfo.diagnosis.optic_classes import class_of_part


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1000BASE-LX10", "1000BASE-LX10"),
        ("SFP-1000BASE-BX10-D", "1000BASE-BX10"),
        ("1000BASELX", "1000BASE-LX"),
        ("10GBASE-LR SFP+", "10GBASE-LR"),
        ("GLC-BX-D", "1000BASE-BX10"),
        ("glc-lh-smd ", "1000BASE-LX"),
        ("SFP-10G-LR-S", "10GBASE-LR"),
        ("GLC-FE-100BX-U", "100BASE-BX10"),
    ],
)
def test_a_number_that_names_its_class(number: str, name: str) -> None:
    """The IEEE name as it is spelt, or a number of Cisco's data sheets."""
    assert class_of_part(number) == name


@pytest.mark.parametrize(
    "number",
    [
        "",
        "SFP-GE-BX",
        "MU-LX",
        "1000BASE-T",
        "1000BASE-LX100",
        "GLC-BX80-D-I",
        "FTLX1471D3BCL",
        "LX10",
    ],
)
def test_a_number_that_does_not(number: str) -> None:
    """The same letters mean another reach with each maker: no class, and no verdict on light."""
    assert class_of_part(number) is None
