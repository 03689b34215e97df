"""What a port runs at."""

from __future__ import annotations

import pytest

from techinfo.facts.port_facts import rate

ETHERNET, LAG, VLAN, GPON, VDSL2, RADIO = 6, 161, 135, 250, 251, 71
OTHER = 1  # what BDCOM calls its PON ports
WRAP = 1 << 32


@pytest.mark.parametrize("mbit", [5_000, 10_000, 25_000, 40_000, 50_000, 100_000, 200_000, 400_000])
@pytest.mark.parametrize("high", [None, 0])
def test_a_rate_behind_a_wrap_is_the_rate(mbit: int, high: int | None) -> None:
    """An agent that puts it into 32 bits, or even into 32 bits with a sign."""
    bits = mbit * 1_000_000 % WRAP

    assert rate(high, bits, ETHERNET) == mbit
    assert rate(high, bits - WRAP if bits >= WRAP // 2 else bits, ETHERNET) == mbit


@pytest.mark.parametrize("mbit", [10, 100, 1000, 2500])
def test_a_rate_of_ethernet_is_believed_from_if_speed(mbit: int) -> None:
    """Where ifHighSpeed says nothing."""
    assert rate(None, mbit * 1_000_000, ETHERNET) == mbit
    assert rate(0, mbit * 1_000_000, None) == mbit


@pytest.mark.parametrize(
    "bits",
    [4_294_967_295, 4_294_967_294, 4_294_967_293, 4_294_000_000, 1_410_000_000, 1_410_065_407,
     3_525_000_000, 705_000_000, 1_000_000, 54_000_000, 9_999_999, 10, 1000, 0, -1],
)  # fmt: skip
def test_what_no_ethernet_runs_at_is_no_rate(bits: int) -> None:
    """Saturated, off by one, rounded, in another unit."""
    assert rate(0, bits, ETHERNET) is None


@pytest.mark.parametrize("high", [4294, 4295, 1410, 1411, 705, 706, 3525, 3526, 1345, 2755, 1215])
def test_an_if_high_speed_that_was_made_of_such_an_if_speed_is_none(high: int) -> None:
    """Whichever way the agent has rounded."""
    assert rate(high, 4_294_967_295, ETHERNET) is None
    assert rate(high, None, ETHERNET) is None


def test_an_if_high_speed_made_of_a_wrapped_if_speed_gives_way_to_it() -> None:
    """1410 beside 1410065408 is 10 Gbit/s."""
    assert rate(1410, 1_410_065_408, ETHERNET) == 10_000


@pytest.mark.parametrize(
    ("high", "bits", "mbit"),
    [
        (10_000_000, None, 10),
        (100_000_000, 100_000_000, 100),
        (1_000_000_000, 1_000_000_000, 1000),
        (1_410_065_408, 1_410_065_408, 10_000),
        (10_000_000_000, 4_294_967_295, 10_000),
        (4_294_967_295, 4_294_967_295, None),
        (123_456_789, None, None),
        (1_600_000, 4_294_967_295, 1_600_000),
        (1, 1_000_000_000, 1000),
        (1000, 1000, 1000),
        (1000, 1_000_000, 1000),
        (10_000, 1_410_065_408, 10_000),
        (20_000, 2_820_130_816, 20_000),
    ],
)
def test_an_if_high_speed_in_another_unit_is_recognised(
    high: int, bits: int | None, mbit: int | None
) -> None:
    """A million and more is in bit/s (D-Link, Aruba Instant On); 1 beside 1000000000 in Gbit/s."""
    assert rate(high, bits, ETHERNET) == mbit


@pytest.mark.parametrize(
    ("if_type", "high", "bits", "mbit"),
    [
        (GPON, 0, 2_488_320_000, 2488),
        (GPON, None, 1_244_160_000, 1244),
        (VDSL2, 0, 97_000_000, 97),
        (RADIO, 0, 54_000_000, 54),
        (VDSL2, 63, 63_000_000, 63),
        (GPON, 2488, 4_294_967_295, 2488),
        (VDSL2, 0, 4_294_967_295, None),
        (GPON, 4294, 4_294_967_295, None),
        (OTHER, 4295, 0, None),
    ],
)
def test_other_media_have_rates_of_their_own(
    if_type: int, high: int | None, bits: int, mbit: int | None
) -> None:
    """Nothing is known of them but what no number can mean."""
    assert rate(high, bits, if_type) == mbit


def test_an_aggregate_has_the_rate_of_its_members() -> None:
    """Three times 1 Gbit/s is a rate; behind a wrap it may be one of Ethernet's."""
    assert rate(0, 3_000_000_000, LAG) == 3000
    assert rate(3000, 3_000_000_000, LAG) == 3000
    assert rate(0, 1_410_065_408, LAG) == 10_000
    assert rate(0, 1_410_065_408, VLAN) == 10_000


def test_a_shaped_rate_is_believed_from_if_high_speed() -> None:
    """Cisco's ``bandwidth`` of 50 Mbit/s, as ever."""
    assert rate(50, 50_000_000, ETHERNET) == 50
