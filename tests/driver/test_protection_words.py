"""What a column says that a protection has done."""

from __future__ import annotations

import pytest

import techinfo.driver as d
from techinfo.driver.protection_words import OPEN, blocked, restricted
from techinfo.model import Protection
from techinfo.wire import Cell


def test_the_words_of_a_text_count_from_one() -> None:
    """A number beyond them closes the port for no known reason."""
    found = d.closed_by_number("udld bpduGuard", "cause")

    assert [found(n) for n in (1, 2, 3)] == [
        blocked("udld"),
        blocked("bpduGuard"),
        blocked("cause 3"),
    ]


def test_the_bits_of_a_text_count_from_one() -> None:
    """Bit 0, the high one of the first octet, is none of them."""
    found = d.closed_by_bits("stpLbd stpBpduGuard", "reason")

    told = [found(bytes([octet])) for octet in (0x80, 0x40, 0x20, 0x60)]
    assert told == [OPEN, blocked("stpLbd"), blocked("stpBpduGuard"), blocked("stpLbd")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"link-flap", blocked("link-flap")),
        (b" bpduguard\x00", blocked("bpduguard")),
        (b"", OPEN),
        (b" \x00", OPEN),
        (b"\x1b[31mstorm\x1b[0m\n", blocked("storm")),
        (7, None),
    ],
)
def test_a_text_closes_the_port(cell: Cell, expected: Protection | None) -> None:
    """Empty, it is open; nothing in it controls a terminal; a number tells nothing."""
    assert d.closed_by_text("reason")(cell) == expected


@pytest.mark.parametrize(("port", "vlans"), [(1, 2), (2, 1)])
def test_what_a_loop_closes_is_said_by_the_mode(port: int, vlans: int) -> None:
    """The port itself, or VLANs of it while the others go on; of a third mode nothing is known."""
    found = d.closed_by_mode(
        "1.3.6.1.4.1.99999.1.0", {1: "", 2: "loop"}, "status", port=port, vlans=vlans
    )

    assert found.cases[port](2) == blocked("loop")
    assert found.cases[vlans](2) == restricted("loop")
    assert (found.cases[port](1), found.cases[vlans](1)) == (None, None)
    assert set(found.cases) == {1, 2}
