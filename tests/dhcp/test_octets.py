"""Option 82 and options 18 and 37: strict, both ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.octets import (
    from_text,
    option82,
    options6,
    parse_option82,
    parse_options6,
    parse_relayed,
    parse_suboptions,
    text,
)
from techinfo.errors import OctetError

_USUAL = settings(deadline=None)
"""A machine that is busy with other work is no error."""
_EXAMPLE = bytes.fromhex("5216010765746820302F31020B31302E31302E31302E3130")
"""The worked example of ON-API 2.3.1."""
_VALUES = st.none() | st.binary(min_size=1, max_size=120)
_RELAY = bytes([12, 0]) + bytes(32)


def test_the_example_of_onapi_is_read() -> None:
    """Circuit-id and remote-id come out as octets."""
    assert parse_option82(_EXAMPLE) == Identity(circuit=b"eth 0/1", remote=b"10.10.10.10")


def test_the_bare_row_of_sub_options_is_read() -> None:
    """As Kea writes it: without code and length of the option."""
    assert (
        parse_option82(_EXAMPLE[2:]) == parse_suboptions(_EXAMPLE[2:]) == parse_option82(_EXAMPLE)
    )


@pytest.mark.parametrize(
    "hexadecimal",
    [
        "520A 0102 6131 0200 0602 5858",
        "5206 0200 0102 6131",
        "5204 0102 6131 FF",
        "5204 0102 6131 0000FF",
        "5206 0102 6131 0000",
        "0102 6131 FF",
        "5208 0102 6131 0102 6131",
        "5206 0100 0102 6131",
    ],
)
def test_what_means_nothing_changes_nothing(hexadecimal: str) -> None:
    """Order, empty and other sub-options, padding at the end, the same value twice."""
    assert parse_option82(bytes.fromhex(hexadecimal)) == Identity(circuit=b"a1")


@pytest.mark.parametrize(
    ("hexadecimal", "position", "why"),
    [
        ("", 0, "nothing"),
        ("52", 1, "length"),
        ("5205 0102 6131", 1, "announces 5"),
        ("5204 0103 6131", 3, "announces 3"),
        ("5203 0101 61 31", 5, "follow the announced end"),
        ("5205 0102 6131 07", 6, "before its length"),
        ("5206 0101 61 0101 62", 5, "twice"),
        ("01", 0, "before its length"),
        ("0102 61", 1, "announces 2"),
    ],
)
def test_octets_that_are_wrong_are_refused_with_their_position(
    hexadecimal: str, position: int, why: str
) -> None:
    """The position counts from the first octet that was given."""
    with pytest.raises(OctetError, match=why) as caught:
        parse_option82(bytes.fromhex(hexadecimal))

    assert caught.value.position == position


def test_an_option_without_identity_is_well_formed() -> None:
    """It says nothing, and that is not an error."""
    assert not parse_option82(bytes.fromhex("5200"))
    assert not parse_option82(bytes.fromhex("5204 0602 5858"))


@_USUAL
@given(circuit=_VALUES, remote=_VALUES)
def test_option_82_is_read_as_it_was_written(circuit: bytes | None, remote: bytes | None) -> None:
    """Whatever the values are."""
    identity = Identity(circuit=circuit, remote=remote)

    assert parse_option82(option82(identity)) == identity


@_USUAL
@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=3)), max_size=4))
@example([(1, b"a"), (2, b"b")])
@example([(1, b""), (2, b"")])
def test_padding_behind_sub_options_means_nothing(pieces: list[tuple[int, bytes]]) -> None:
    """Of whatever sub-options, which are read or refused as without it."""
    row = b"".join(bytes([code, len(value)]) + value for code, value in pieces)
    read: list[object] = []
    for octets in (row, row + b"\xff\0"):
        try:
            read.append(parse_suboptions(octets))
        except OctetError as error:
            read.append(str(error))

    assert read[0] == read[1]


@given(interface=_VALUES, remote6=_VALUES, enterprise=st.integers(0, 2**32 - 1))
def test_options_18_and_37_are_read_as_they_were_written(
    interface: bytes | None, remote6: bytes | None, enterprise: int
) -> None:
    """In a row, and within relay messages."""
    identity = Identity(
        interface=interface, remote6=remote6, enterprise=enterprise if remote6 else None
    )

    row = options6(identity)

    assert parse_options6(row) == identity
    assert parse_relayed(_RELAY + row) == identity


@_USUAL
@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda row: _RELAY + row))
@example(b"R")
@example(_RELAY + bytes.fromhex("0009 0001 0c"))
def test_any_octets_are_read_or_refused_by_an_error_of_ours(octets: bytes) -> None:
    """No other exception, and no position outside of what was given."""
    for parse in (parse_option82, parse_suboptions, parse_options6, parse_relayed):
        assert 0 <= _position(parse, octets) <= len(octets)


def _position(parse: Callable[[bytes], Identity], octets: bytes) -> int:
    try:
        parse(octets)
    except OctetError as error:
        return error.position
    return 0


def test_the_layer_next_to_the_client_names_the_access() -> None:
    """An outer relay adds an Interface-ID of its own (RFC 6221), which is not the access's."""
    inner = _RELAY + options6(Identity(interface=b"eth 0/1", remote6=b"LN-1", enterprise=3561))
    outer = options6(Identity(interface=bytes(4)))

    found = parse_relayed(_RELAY + outer + b"\x00\x09" + len(inner).to_bytes(2, "big") + inner)

    assert found == Identity(interface=b"eth 0/1", remote6=b"LN-1", enterprise=3561)


@pytest.mark.parametrize(
    ("hexadecimal", "position"),
    [("0025 0003 000001", 2), ("0012 0002 61", 2), ("0012 00", 0), ("0012000161 0012000162", 5)],
)
def test_options_of_ipv6_that_are_wrong_are_refused_with_their_position(
    hexadecimal: str, position: int
) -> None:
    """Lengths, an option 37 without its number, two values for one option."""
    with pytest.raises(OctetError) as caught:
        parse_options6(bytes.fromhex(hexadecimal))

    assert caught.value.position == position


def test_what_cannot_be_written_is_refused() -> None:
    """Values too long for an option, and a remote-id of IPv6 without its enterprise number."""
    with pytest.raises(OctetError):
        option82(Identity(circuit=bytes([1] * 200), remote=bytes([1] * 60)))
    with pytest.raises(OctetError):
        option82(Identity(circuit=bytes([1] * 256)))
    with pytest.raises(OctetError):
        options6(Identity(remote6=b"a"))
    with pytest.raises(OctetError):
        options6(Identity(interface=bytes([1] * 2**16)))


@pytest.mark.parametrize(
    ("octets", "published"),
    [
        (b"eth 0/1", "eth 0/1"),
        ("Åre-1".encode(), "Åre-1"),
        (bytes.fromhex("000400640103"), "0x000400640103"),
        (b"\xc5re", "0xc57265"),
        (b"a\nb", "0x610a62"),
        (b"", "0x"),
    ],
)
def test_octets_are_published_as_text_where_they_are_text(octets: bytes, published: str) -> None:
    """Printable UTF-8 as it is, anything else in hex."""
    assert text(octets) == published


@_USUAL
@given(st.binary(min_size=1))
def test_published_text_gives_its_octets_back(octets: bytes) -> None:
    """But for the letters of a hex number, which look like the octets."""
    if not text(octets).startswith("0x") or text(octets) != octets.decode("latin-1"):
        assert from_text(text(octets)) == octets


def test_a_text_that_no_octets_are_published_as_is_an_odd_value_and_no_error() -> None:
    """A search may be for half a surrogate pair, which JSON can spell."""
    assert from_text("eth\ud800") == b"eth\xed\xa0\x80"


@pytest.mark.parametrize(
    ("parse", "hexadecimal", "said"),
    [
        (parse_option82, "", "octet 0: nothing is there"),
        (parse_option82, "52", "octet 1: ends before its length"),
        (parse_option82, "5205 01026131", "octet 1: announces 5 octets, 4 follow"),
        (parse_option82, "5204 01036131", "octet 3: sub-option 1 announces 3 octets, 2 follow"),
        (
            parse_suboptions,
            "0101 61 0205 6262",
            "octet 4: sub-option 2 announces 5 octets, 2 follow",
        ),
        (parse_suboptions, "0101 61 02", "octet 3: sub-option 2 ends before its length"),
        (parse_option82, "5203 010161 62", "octet 5: octets follow the announced end"),
        (
            parse_suboptions,
            "010161 010162",
            "octet 3: sub-option 1 stands twice with different values",
        ),
        (parse_options6, "0012 0001 61 00", "octet 5: ends within the header of an option"),
        (parse_options6, "0012 0001 61 0025 00", "octet 5: ends within the header of an option"),
        (parse_options6, "0012 0103 61", "octet 2: option 18 announces 259 octets, 1 follow"),
        (
            parse_options6,
            "0012000161 00250009 00",
            "octet 7: option 37 announces 9 octets, 1 follow",
        ),
        (
            parse_options6,
            "0012 0001 61 0012 0001 62",
            "octet 5: option 18 stands twice with different values",
        ),
        (
            parse_options6,
            "0012 0001 61 0025 0003 000001",
            "octet 7: option 37 is too short for its enterprise number",
        ),
        (
            parse_options6,
            "0025 0001 07",
            "octet 2: option 37 is too short for its enterprise number",
        ),
        (parse_relayed, "0c", "octet 1: ends within the header of a relay message"),
        (parse_relayed, "0e" + "00" * 33, "octet 0: message type 14 is no relay's"),
        (parse_relayed, "01" + "00" * 33, "octet 0: message type 1 is no relay's"),
        (
            parse_relayed,
            "0c" + "00" * 33 + "0009 0003 0c0000",
            "octet 41: ends within the header of a relay message",
        ),
    ],
)
def test_what_is_wrong_is_told_in_words(
    parse: Callable[[bytes], Identity], hexadecimal: str, said: str
) -> None:
    """How much was announced, how much is there, and where."""
    with pytest.raises(OctetError) as caught:
        parse(bytes.fromhex(hexadecimal))

    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (Identity(remote6=b"a"), "octet 4: option 37 needs an enterprise number"),
        (
            Identity(interface=b"eth", remote6=b"a"),
            "octet 11: option 37 needs an enterprise number",
        ),
        (
            Identity(remote6=b"a", enterprise=2**32),
            "octet 4: option 37 needs an enterprise number",
        ),
        (Identity(remote6=b"a", enterprise=-1), "octet 4: option 37 needs an enterprise number"),
        (
            Identity(interface=bytes(2**16)),
            "octet 65535: 65536 octets are too many for one option",
        ),
    ],
)
def test_what_cannot_be_written_is_told_in_words(identity: Identity, said: str) -> None:
    """Where its number should stand, and how long is too long."""
    with pytest.raises(OctetError) as caught:
        options6(identity)

    assert str(caught.value) == said


def test_what_just_fits_is_written() -> None:
    """The highest enterprise number, 255 octets in an option 82, 65,535 in one of DHCPv6."""
    assert options6(Identity(remote6=b"a", enterprise=2**32 - 1)) == bytes.fromhex(
        "0025 0005 ffffffff 61"
    )
    assert options6(Identity(remote6=b"a", enterprise=0)) == bytes.fromhex("0025 0005 00000000 61")
    assert len(options6(Identity(interface=bytes(2**16 - 1)))) == 2**16 + 3
    assert len(option82(Identity(circuit=bytes(251), remote=b""))) == 255
    assert option82(Identity(circuit=b"a" * 100, remote=b"b" * 151)) == (
        b"\x52\xff\x01\x64" + b"a" * 100 + b"\x02\x97" + b"b" * 151
    )
    with pytest.raises(OctetError, match="octet 255: 256 octets are too many for one option"):
        option82(Identity(circuit=b"a" * 100, remote=b"b" * 152))
    with pytest.raises(OctetError, match="octet 255: 256 octets are too many for one option"):
        option82(Identity(circuit=b"a" * 256))


def test_empty_options_mean_nothing() -> None:
    """Also at the very end of a row."""
    assert parse_options6(bytes.fromhex("0012 0001 61 0025 0000")) == Identity(interface=b"a")
    assert parse_options6(bytes.fromhex("0025 0004 00000de9")) == Identity(enterprise=3561)
    assert parse_options6(bytes.fromhex("0025 0005 00000de9 62")) == Identity(
        remote6=b"b", enterprise=3561
    )
    assert parse_suboptions(bytes.fromhex("0101 61 0200")) == Identity(circuit=b"a")
    assert parse_suboptions(bytes.fromhex("0900 0202 6262 0101 61")) == Identity(b"a", b"bb")


@pytest.mark.parametrize("kind", [12, 13])
def test_relay_messages_of_both_kinds_are_read(kind: int) -> None:
    """Forward and reply; within one another; a client's own message has no identity."""
    row = options6(Identity(interface=b"eth 0/1"))
    message = bytes([kind]) + bytes(33) + row
    client = bytes.fromhex("0009 0004 01000000")
    outer = bytes([kind]) + bytes(33) + b"\x00\x09" + len(message).to_bytes(2, "big") + message

    assert parse_relayed(message) == Identity(interface=b"eth 0/1")
    assert parse_relayed(message + client) == Identity(interface=b"eth 0/1")
    assert parse_relayed(outer) == Identity(interface=b"eth 0/1")
    assert parse_relayed(bytes([kind]) + bytes(33)) == Identity()
