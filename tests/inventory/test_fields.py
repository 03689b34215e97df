"""One field at a time: what is taken, in which form, and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.inventory.fields import address, mac, matching, quoted, suggestion, text, whole_number
from techinfo.inventory.shapes import shapes


@pytest.mark.parametrize(
    ("found", "value"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("Sw-1.Example.NET", "sw-1.example.net"),
        ("sw_1", "sw_1"),
        ("127.0.0.1", "127.0.0.1"),
        ("3com.example", "3com.example"),
    ],
)
def test_an_address_is_kept_in_one_form(found: str, value: str) -> None:
    """Two spellings of one address are the same text."""
    assert address(found) == value


@pytest.mark.parametrize(
    "found",
    [
        "192.0.2.256",
        "192.0.2",
        "192.0.2.07",
        "192.0.2.0/24",
        "192.0.2.7:161",
        "[2001:db8::1]",
        "fe80::1%eth0",
        "0.0.0.0",  # noqa: S104 - an address that must be refused
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "-a.example",
        "a..example",
        "example.",
        "a b",
        "x" * 64,
        ".".join(["x"] * 200),
        "sw\u00f6.example",
    ],
)
def test_what_is_no_address_of_one_device_is_refused(found: str) -> None:
    """Numbers out of range, networks, groups, broadcast and impossible names are told."""
    with pytest.raises(ValueError, match=r"is not|has a zone"):
        address(found)


@pytest.mark.parametrize(
    "found", ["00:1b:54:AA:01:0f", "00-1B-54-AA-01-0F", "001b.54aa.010f", "001B54AA010F"]
)
def test_a_mac_address_is_read_in_every_usual_spelling(found: str) -> None:
    """Colons, dashes, Cisco's dots or nothing between the octets."""
    assert mac(found) == "00:1B:54:AA:01:0F"


@pytest.mark.parametrize("found", ["00:1b:54:aa:01", "00:1b-54:aa:01:0f", "g01b54aa010f", ""])
def test_what_is_no_mac_address_is_refused(found: str) -> None:
    """Too short, mixed and not hexadecimal."""
    with pytest.raises(ValueError, match="MAC"):
        mac(found)


@pytest.mark.parametrize(
    "found", ["0", "4095", "-1", "1.0", "1e2", "0x64", "\u0661", "9" * 5000, ""]
)
def test_a_number_out_of_range_is_refused(found: str) -> None:
    """Only ASCII digits between the ends are a number, and a long one is not computed."""
    with pytest.raises(ValueError, match="from 1 to 4094"):
        whole_number(1, 4094)(found)


@pytest.mark.parametrize("found", ["a\tb", "a\x00", "\x85", "\u2028", "\ud800", "x" * 256])
def test_text_without_control_characters_and_not_too_long(found: str) -> None:
    """What would break a line, a log or a database is refused."""
    with pytest.raises(ValueError, match=r"control|at most"):
        text()(found)


def test_text_in_any_language_is_taken() -> None:
    """Names of streets are not ASCII; a no-break space is a space."""
    assert text()("Älvgatan\u00a07 北京") == "Älvgatan\u00a07 北京"


def test_a_pattern_means_the_whole_text() -> None:
    """A line end after an id is not hidden by the dollar sign."""
    parse = matching("^[a-z]{1,3}$", "short")

    with pytest.raises(ValueError, match="is not short"):
        parse("abc\n")


def test_a_credential_that_may_be_a_secret_is_not_repeated() -> None:
    """Whoever writes the community itself does not find it in the log."""
    parse = shapes()["elements"].parsers["credential"]

    with pytest.raises(ValueError, match="name of a credential") as caught:
        parse("s3cret!")

    assert "s3cret" not in str(caught.value)


def test_what_was_found_is_cut() -> None:
    """A message stays a line however long the value is."""
    assert len(quoted("x" * 10_000)) < 80


def test_only_a_close_name_is_suggested() -> None:
    """A slip gets a hint, another word none."""
    assert suggestion("prot", ["port", "port_by"]) == "; did you mean 'port'?"
    assert suggestion("zebra", ["port", "port_by"]) == ""


@given(st.text())
def test_no_text_breaks_a_parser(found: str) -> None:
    """Every parser of every kind answers with a value or a ValueError."""
    for shape in shapes().values():
        for parse in shape.parsers.values():
            try:
                value = parse(found)
            except ValueError:
                continue
            assert isinstance(value, str | int)
