"""Addresses, numbers and moments as logs write them, and the memory of a reader."""

from __future__ import annotations

import pytest

from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import duid, leased, mac_of_duid, whole
from techinfo.dhcp.readers.reader import BoundedMemory, Tally
from techinfo.dhcp.readers.syslog import split

MAC = "02:00:5e:00:53:01"


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [
        (946_684_799, False),
        (946_684_800, True),
        (4_102_444_800, True),
        (4_102_444_801, False),
        ("never", False),
    ],
)
def test_an_epoch_is_of_this_century(seconds: int | str, taken: bool) -> None:
    """2000 to 2100, both ends included."""
    assert (epoch(seconds) is not None) is taken


@pytest.mark.parametrize(
    ("written", "length", "expected"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1/32", None, "192.0.2.1"),
        ("2001:DB8::1", "128", "2001:db8::1"),
        ("2001:db8::", "56", "2001:db8::/56"),
        ("2001:db8::1/56", None, None),
        ("2001:db8::", "129", None),
        ("192.0.2.300", None, None),
        ("192.0.2.1", "", "192.0.2.1"),
    ],
)
def test_addresses_and_prefixes(written: str, length: str | None, expected: str | None) -> None:
    """A length of one address is none."""
    assert leased(written, length) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f"00:03:00:01:{MAC}", MAC),
        (f"00:01:00:01:2a:bb:cc:dd:{MAC}", MAC),
        (f"00:03:00:02:{MAC}", None),
        (f"00:01:00:02:2a:bb:cc:dd:{MAC}", None),
        (f"00:03:00:01:{MAC}:00", None),
        (f"00:02:00:01:{MAC}", None),
        ("", None),
        (None, None),
    ],
)
def test_a_duid_may_hold_a_mac_address(written: str | None, expected: str | None) -> None:
    """Of type 1 and 3 over Ethernet."""
    assert mac_of_duid(written) == expected


def test_numbers_and_duids_are_bounded() -> None:
    """Ten digits, no sign, no other script's digits."""
    assert [whole(x) for x in ("0", "4294967295", "12345678901", "-1", "", "\u0661")] == [
        *(0, 4_294_967_295, None, None, None, None)
    ]
    assert [duid(x) for x in ("0:3:a", "00030a", "0003a", "xx", "")] == [
        *("00:03:0a", "00:03:0a", None, None, None)
    ]


def test_a_memory_forgets_what_is_oldest() -> None:
    """And what was told again is young."""
    memory: BoundedMemory[str, int] = BoundedMemory(2)
    for name in ("a", "b", "a", "c"):
        memory[name] = 1

    assert list(memory) == ["a", "c"]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (b"Nov 21 06:11:47 vm dhcpd[7]: a: b", ("Nov 21 06:11:47", "vm dhcpd[7]", "a: b")),
        (b"<30>Nov 21 06:11:47 vm dhcpd: a", ("Nov 21 06:11:47", "vm dhcpd", "a")),
        (b"2026-11-21T05:11:47Z vm dhcpd: a", ("2026-11-21T05:11:47Z", "vm dhcpd", "a")),
        (b"Nov 21 06:11:47 vm dhcpd:", ("Nov 21 06:11:47", "", "vm dhcpd")),
        (b"Nov 21 06:11:47 vm dhcpd", None),
        (
            b"<30>1 2026-11-21T05:11:47Z vm dhcpd 7 - - a: b",
            ("2026-11-21T05:11:47Z", "vm dhcpd 7", "a: b"),
        ),
        (
            b'<30>1 2026-11-21T05:11:47Z vm dhcpd 7 ID [a@1 b="] "][c] \xef\xbb\xbfd',
            ("2026-11-21T05:11:47Z", "vm dhcpd 7", "d"),
        ),
        (b"<30>1 2026-11-21T05:11:47Z vm dhcpd 7 ID [a", None),
        (b"<30>1 2026-11-21T05:11:47Z vm dhcpd", None),
    ],
)
def test_a_line_of_syslog_has_a_time_a_tag_and_a_message(
    line: bytes, parts: tuple[str, str, str] | None
) -> None:
    """As RFC 3164 and RFC 5424 write them; what is cut off before its message is no line."""
    assert split(line) == parts


def test_garbage_is_counted_and_its_first_few_are_shown() -> None:
    """As they begin, with control characters escaped."""
    tally = Tally()
    for _ in range(6):
        tally.bad("odd", b"a\tb\x1b\xff" + b"c" * 200)

    assert tally.garbage == 6
    assert tally.samples == [rf"odd: a\x09b\x1b\xff{'c' * 115}"] * 5
