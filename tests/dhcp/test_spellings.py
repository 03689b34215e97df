"""Spellings become octets, and nothing else."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from techinfo.dhcp import notations
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.matching import Asked, Heard, agreement, alike, buckets, keys_asked, keys_of
from techinfo.dhcp.notations import is_nothing
from techinfo.dhcp.octets import text
from techinfo.dhcp.spellings import Tier, of_octets, percent_decoded, readings

_USUAL = settings(deadline=None)
"""A machine that is busy with other work is no error."""
_BINARY = bytes.fromhex("000400640103")
_OCTETS = st.binary(min_size=2, max_size=24)


def _at(spelt: bytes, tier: Tier, field: Field = Field.CIRCUIT) -> set[bytes]:
    return {one.octets for one in readings([spelt], field) if one.tier <= tier}


def _quoted(octets: bytes) -> bytes:
    """As ISC dhcpd writes a ``set`` statement: text as it is, all else octal."""
    out = b""
    for octet in octets:
        if octet in b'"\\':
            out += b"\\" + bytes([octet])
        elif 0x20 <= octet < 0x7F:
            out += bytes([octet])
        else:
            out += b"\\%03o" % octet
    return b'"' + out + b'"'


_WRITERS = {
    "hex with 0x": lambda octets: b"0x" + octets.hex().encode(),
    "hex in upper case": lambda octets: b"0x" + octets.hex().upper().encode(),
    "colons": lambda octets: octets.hex(":").encode(),
    "colons without zeroes": lambda octets: ":".join(f"{o:x}" for o in octets).encode(),
    "dashes": lambda octets: octets.hex("-").encode(),
    "dots": lambda octets: octets.hex(".").encode(),
    "blanks": lambda octets: octets.hex(" ").encode(),
    "Kea 3.0": lambda octets: octets.hex(":").encode() + b" 'x'",
    "Kea forensic": lambda octets: octets.hex(":").encode() + b" (x)",
    "quoted": _quoted,
}


@pytest.mark.parametrize("name", _WRITERS)
@_USUAL
@given(octets=_OCTETS)
def test_every_notation_gives_the_octets_back(name: str, octets: bytes) -> None:
    """Octets written by a program are found at the second tier at the latest."""
    assert octets in _at(_WRITERS[name](octets), Tier.NOTATION)


@_USUAL
@given(octets=_OCTETS)
def test_bare_hex_is_an_interpretation(octets: bytes) -> None:
    """It could be text as well, so it is not believed before the third tier."""
    spelt = octets.hex().encode()

    assert octets in _at(spelt, Tier.INTERPRETED)
    assert octets not in _at(spelt, Tier.NOTATION)


@_USUAL
@given(octets=st.binary(min_size=1, max_size=24))
def test_what_is_published_is_found_as_stored(octets: bytes) -> None:
    """The first tier knows every published text, whatever it looks like."""
    published = text(octets).encode()
    assume(not is_nothing(published))

    assert octets in _at(published, Tier.STORED) or published.startswith(b"0x")
    if octets[:1] != b"0":
        assert octets in _at(published, Tier.STORED)


@_USUAL
@given(spelt=st.binary(max_size=64))
def test_any_value_is_read_without_an_error(spelt: bytes) -> None:
    """Hostile octets too; what they denote is never empty."""
    for field in Field:
        assert all(one.octets for one in readings(percent_decoded(spelt), field))


@_USUAL
@given(spelt=st.text(string.hexdigits + ":.- \\x\"'(){}#&;0", max_size=40).map(str.encode))
def test_values_that_look_like_notations_are_read_without_an_error(spelt: bytes) -> None:
    """As above, where the notations are hit more often."""
    for field in Field:
        assert all(one.octets for one in readings([spelt], field))


@pytest.mark.parametrize(
    ("spelt", "octets"),
    [
        (b"f8:f0:82:aa:bb:1", "f8f082aabb01"),
        (b"001b.54aa.0200", "001b54aa0200"),
        (b"fc73-fb33-f200", "fc73fb33f200"),
        (rb"\000\004\000d\001\003", "000400640103"),
        (rb"\x00\x04\x00\x64\x01\x03", "000400640103"),
        (rb"o\'k\|1", b"o'k|1".hex()),
        (rb"a\nb\15c", b"a\nb15c".hex()),
        (b"#001#005bs3g2", "01056273336732"),
        (b"sw&#x2c7", b"sw,7".hex()),
        (b"'eth 0/1'", b"eth 0/1".hex()),
        (b"0:4:0:64:1:3", "000400640103"),
        (b"0x0106000400640103", "000400640103"),
        (b"0x5212010600040064010302080006001b54aa0200", "000400640103"),
    ],
)
def test_notations_of_programs_are_read(spelt: bytes, octets: str) -> None:
    """One of each kind, with its pitfalls (D2: octets without their zero)."""
    assert bytes.fromhex(octets) in _at(spelt, Tier.NOTATION)


@pytest.mark.parametrize(
    "spelt",
    [b"0.4.0.100.1.3", b"00:04:00:64...", b"0x00040064010", b"0004006401", b"00:04:0064:01:03"],
)
def test_what_could_be_something_else_is_never_read(spelt: bytes) -> None:
    """Decimal octets, values that were cut off, odd digits."""
    assert _BINARY not in _at(spelt, Tier.INTERPRETED)


@pytest.mark.parametrize("spelt", [b"", b'""', b"''", b"0x"])
def test_an_empty_value_says_nothing(spelt: bytes) -> None:
    """Empty is the same as not there, however it is written."""
    assert readings([spelt], Field.REMOTE) == ()


def test_a_plus_is_a_plus_and_a_blank() -> None:
    """Both, because nobody knows how it was encoded; octets need not be UTF-8."""
    assert percent_decoded(b"Vlan100+Eth%E5") == (b"Vlan100+Eth\xe5", b"Vlan100 Eth\xe5")
    assert percent_decoded(b"50%") == (b"50%",)


@pytest.mark.parametrize(
    ("spelt", "stored"),
    [
        (b"00640103", "000400640103"),
        (b"0x000400640103", "00640103"),
        (b" eth 0/1\r\n", b"eth 0/1".hex()),
        (b"ETH 0/1", b"eth 0/1".hex()),
        (b"001b.54aa.0200", "0006001b54aa0200"),
        (b"20-04-0F-06-44-B4", b"20:04:0f:06:44:b4".hex()),
        (b"20040f0644b4", b"20:04:0f:06:44:b4".hex()),
        ("Växjö".encode(), "Växjö".encode("latin-1").hex()),
        ("Vaxjo\N{COMBINING DIAERESIS}".encode(), "Vaxjö".encode().hex()),
        (b"0x001b54aa02", "001b54aa0200"),
        (b"3078" + b"000400640103".hex().encode(), "000400640103"),
    ],
)
def test_the_third_tier_takes_alike_for_the_same(spelt: bytes, stored: str) -> None:
    """Headers on one side, blanks, case, MAC notations, encodings, trailing NULs, hex of hex."""
    identity = Identity(circuit=bytes.fromhex(stored))
    asked = Asked(readings={Field.CIRCUIT: readings([spelt], Field.CIRCUIT)})

    assert agreement(asked, identity, Tier.NOTATION) is None
    assert agreement(asked, identity, Tier.INTERPRETED)
    assert set(keys_asked(asked, Tier.INTERPRETED)).intersection(keys_of(identity))


@pytest.mark.parametrize(
    ("spelt", "stored"),
    [
        (b"0x0106001b54aa0200", "0006001b54aa0200"),
        (b"0x48503031323b", "485030313233"),
        (b"0x687030313233", "485030313233"),
        (b"0x0004006401", "000400640103"),
        (b"eth 0/11", b"eth 0/1".hex()),
    ],
)
def test_other_octets_are_never_taken_for_the_same(spelt: bytes, stored: str) -> None:
    """Two headers, a MAC address that is letters by chance, a value that is only the beginning."""
    asked = Asked(readings={Field.REMOTE: readings([spelt], Field.REMOTE)})

    assert agreement(asked, Identity(remote=bytes.fromhex(stored)), Tier.INTERPRETED) is None


@_USUAL
@given(octets=_OCTETS, stored=_OCTETS)
def test_a_spelling_of_octets_never_matches_other_octets(octets: bytes, stored: bytes) -> None:
    """Up to the second tier the octets are the same; what else the third allows is written down."""
    for write in _WRITERS.values():
        asked = Asked(readings={Field.CIRCUIT: readings([write(octets)], Field.CIRCUIT)})
        found = agreement(asked, Identity(circuit=stored), Tier.NOTATION)
        if found is not None:
            matched = found.matched[Field.CIRCUIT].octets
            assert matched == stored
            assert matched in _at(write(octets), Tier.NOTATION)


@_USUAL
@given(octets=_OCTETS, noise=_OCTETS)
def test_whatever_is_alike_shares_a_key(octets: bytes, noise: bytes) -> None:
    """Or it would never be found: the keys of the index are no narrower than the rule."""
    for spelt in (
        octets,
        octets.hex().encode(),
        octets + b"\0",
        b"\x00" + bytes([len(octets)]) + octets,
    ):
        for reading in readings([spelt], Field.CIRCUIT):
            for stored in (octets, noise):
                if alike(reading, stored):
                    assert set(buckets(reading.octets)) & set(buckets(stored)) or not buckets(
                        stored
                    )


def test_an_enterprise_number_must_be_the_stored_one() -> None:
    """In front of a remote-id of IPv6; where none is stored any will do."""
    asked = Asked(
        readings={Field.REMOTE6: readings([b"0x00000de941"], Field.REMOTE6)},
    )

    assert agreement(asked, Identity(remote6=b"A", enterprise=3561), Tier.NOTATION)
    assert agreement(asked, Identity(remote6=b"A"), Tier.NOTATION)
    assert agreement(asked, Identity(remote6=b"A", enterprise=9), Tier.INTERPRETED) is None


def test_a_relay_that_forgot_its_enterprise_number_is_understood() -> None:
    """The first four letters were read as a number (option 37 of a real relay)."""
    identity = Identity(remote6=b"192.168.1.1", enterprise=3561)
    number = int.from_bytes(b"192.", "big")
    asked = Asked(readings={Field.REMOTE6: of_octets(b"168.1.1", number)})

    assert agreement(asked, identity, Tier.NOTATION)


def test_d1_a_first_octet_of_one_means_text_on_cisco_only() -> None:
    """An octet 1 in front is a header only where a length follows that fits (D1)."""
    header = Identity(circuit=b"\x01\x05bs3g2")
    other = Identity(circuit=b"\x01x eth 0/1")
    asked = Asked(readings={Field.CIRCUIT: readings([b"bs3g2"], Field.CIRCUIT)})
    naked = Asked(readings={Field.CIRCUIT: readings([b"x eth 0/1"], Field.CIRCUIT)})

    assert agreement(asked, header, Tier.INTERPRETED)
    assert agreement(naked, other, Tier.INTERPRETED) is None


def test_d2_octets_without_separators_are_never_aligned_by_guess() -> None:
    """Where a recipe drops zeroes, only separators tell where an octet begins (D2)."""
    assert bytes.fromhex("0a0d0105") in _at(b"a:d:1:5", Tier.NOTATION)
    assert bytes.fromhex("0a0d0105") not in _at(b"ad15", Tier.INTERPRETED)


def test_d5_both_halves_count() -> None:
    """A circuit-id is only an access's together with its remote-id (D5)."""
    asked = Asked(
        readings={
            Field.CIRCUIT: readings([b"0x000400640103"], Field.CIRCUIT),
            Field.REMOTE: readings([b"asw-2"], Field.REMOTE),
        }
    )

    assert agreement(asked, Identity(_BINARY, b"asw-2"), Tier.STORED)
    assert agreement(asked, Identity(_BINARY, b"asw-1"), Tier.INTERPRETED) is None


def test_every_notation_is_known_by_its_mark_alone() -> None:
    """Octets without a mark of any notation are not looked at further."""
    written = [
        b"0x0102",
        b"0X0102",
        b"1:2",
        b"01.02",
        b"01-02",
        b"01 02",
        b"01 (a)",
        b'"a"',
        b"'a'",
    ]
    written += [rb"\001", b"#012", b"^A", b"M-a", b"<01>", b"&#x41"]

    unknown = [value for value in written if not notations.notations(value)]

    assert not unknown
    assert not notations.notations(bytes.fromhex("000400640103"))


def test_no_key_is_asked_for_under_which_nothing_can_be() -> None:
    """But where the last tier asks, for which other keys are made."""
    pair = {Field.CIRCUIT: readings([b"0x0004"], Field.CIRCUIT)}
    asked = Asked(readings=pair | {Field.REMOTE: readings([b"0x0006"], Field.REMOTE)})
    binary = Heard({1: {b"\0"}, 2: {b"\0"}, 3: (), 4: ()}, ())
    halves = binary._replace(halves={5})

    exact = {(5, b"\0\2\0\4"), (5, b"\0\2\0\4\0\6")}
    assert set(keys_asked(asked, Tier.NOTATION, binary)) == exact
    assert set(keys_asked(asked, Tier.NOTATION, halves)) == exact | {(5, b"\0\0\0\6")}
    assert len(keys_asked(asked, Tier.NOTATION)) == 8
    assert keys_asked(asked, Tier.INTERPRETED, binary) == keys_asked(asked, Tier.INTERPRETED)
    assert keys_asked(Asked(readings=pair), Tier.NOTATION, binary) == [(1, b"\0\4")]
