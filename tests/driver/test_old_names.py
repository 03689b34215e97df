"""Old keywords of the driver language: an operator's own drivers go on for one release."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import techinfo.driver as d
from techinfo.driver.old_names import OLD_NAMES

_COLUMN = d.Column("1.3.6.1.4.1.99999.1", d.integer)
_OLD: dict[type[Any], dict[str, object]] = {
    d.Driver: {"layout": "procurve", "seen": {"one": ("link",)}},
    d.LeaseTable: {"lease": _COLUMN, "remaining": _COLUMN, "proven": ("one",), "counts": _COLUMN},
    d.CpeTable: {"hears": _COLUMN, "quiet": _COLUMN},
    d.MacTable: {"counts": _COLUMN, "proven": ("one",)},
}
_NEEDED: dict[type[Any], dict[str, object]] = {
    d.Driver: {"name": "own", "vendor": "Own"},
    d.LeaseTable: {"mib": "MIB", "address": _COLUMN},
    d.CpeTable: {"mib": "MIB", "number": d.index_at(0, d.integer)},
    d.MacTable: {"mib": "MIB", "mac": _COLUMN},
}


@pytest.mark.parametrize("cls", list(_OLD), ids=lambda c: c.__name__)
def test_a_table_is_made_with_the_old_names(cls: type[Any]) -> None:
    """As a keyword, and in `replace`."""
    needed = _NEEDED[cls]

    made = cls(**needed, **_OLD[cls])
    changed = replace(cls(**needed), **_OLD[cls])

    told = {OLD_NAMES[old]: value for old, value in _OLD[cls].items()}
    assert {new: getattr(made, new) for new in told} == told
    assert made == changed


def test_a_name_that_never_was_is_refused() -> None:
    """An old name of another table is none of this one."""
    unknown: Any = {"quiet": _COLUMN}

    with pytest.raises(TypeError, match="quiet"):
        d.LeaseTable(mib="MIB", address=d.Column("1.3.6", d.text), **unknown)
