"""One port, many spellings."""

from __future__ import annotations

import pytest

from techinfo.ssh.neighbours import port_key


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("GE0/0/1", "GigabitEthernet 0/0/1"),
        ("Fou1/0/27", "FourHundredGigE1/0/27"),
        ("Po1", "Port-channel1"),
        ("A2", "A2-Trk1"),
        ("GigabitEthernet15/1/0", "GigabitEthernet15/1/0(10G)"),
    ],
)
def test_spellings_of_one_port_are_one(a: str, b: str) -> None:
    """As different commands of one device write it."""
    assert port_key(a) == port_key(b)


@pytest.mark.parametrize(
    ("a", "b"), [("Gi1/0/1", "Te1/0/1"), ("Gi1/0/1", "Gi1/0/11"), ("Trk1", "A1"), ("1", "11")]
)
def test_two_ports_stay_two(a: str, b: str) -> None:
    """However much alike."""
    assert port_key(a) != port_key(b)
