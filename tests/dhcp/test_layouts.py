"""The layouts that drivers name."""

from __future__ import annotations

from techinfo.collect.registry import load
from techinfo.dhcp.layouts import LAYOUTS


def test_every_layout_that_a_driver_names_is_there() -> None:
    """And some driver names one."""
    named = load().layouts()

    assert set(named.values()) <= set(LAYOUTS)
    assert named["cisco_ios"] == "cisco-ios-mac"
    assert "huawei_vrpv8" not in named
