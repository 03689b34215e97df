"""One pattern writes a value and reads it back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techinfo.dhcp.layouts import LAYOUTS, layout_patterns
from techinfo.dhcp.patterns import Pattern, parse_pattern
from techinfo.dhcp.pieces import NUMBER_FIELDS, Place
from techinfo.errors import PatternError

_USUAL = settings(deadline=None)
"""A machine that is busy with other work is no error."""
_SWITCH = Place(sysname="sw-1 eth 0/1", ip="192.0.2.1", mac="00:1B:54:AA:02:00")
_PATTERNS = sorted({text for one in LAYOUTS.values() for text in (one.circuit, one.remote) if text})
_NUMBERS = {
    "module": st.integers(0, 31),
    "port": st.integers(1, 255),
    "vlan": st.integers(0, 4095),
    "ifindex": st.integers(1, 2**32 - 1),
    "ifname": st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
    ),
}
_PORTS = st.fixed_dictionaries(_NUMBERS)


def _place(port: dict[str, int | str], pattern: Pattern) -> Place:
    """The switch, and of the port only what the pattern writes."""
    told = {name: value for name, value in port.items() if name in pattern.fields}
    joined = _SWITCH.joined(Place(**told))  # type: ignore[arg-type]  # names of its own
    assert joined
    return joined


@pytest.mark.parametrize("source", _PATTERNS)
@_USUAL
@given(port=_PORTS)
def test_every_pattern_reads_what_it_has_written(source: str, port: dict[str, int | str]) -> None:
    """Every port and VLAN; the switch is known, as it is when the remote-id tells it."""
    pattern = parse_pattern(source)
    place = _place(port, pattern)

    octets = pattern.write(place)

    assert octets
    assert pattern.read(octets, _SWITCH) == place


@pytest.mark.parametrize("source", _PATTERNS)
@_USUAL
@given(one=_PORTS, other=_PORTS)
def test_two_places_of_a_switch_are_never_written_alike(
    source: str, one: dict[str, int | str], other: dict[str, int | str]
) -> None:
    """As far as the pattern tells them apart at all."""
    pattern = parse_pattern(source)
    places = (_place(one, pattern), _place(other, pattern))

    same = pattern.write(places[0]) == pattern.write(places[1])

    assert same == (places[0] == places[1])


@pytest.mark.parametrize("source", _PATTERNS)
@_USUAL
@given(octets=st.binary(max_size=40))
def test_what_is_read_from_any_octets_would_be_written_so(source: str, octets: bytes) -> None:
    """Nothing is read that is not exactly there."""
    pattern = parse_pattern(source)

    found = pattern.read(octets)

    assert found is None or pattern.write(found) == octets


@pytest.mark.parametrize(
    ("source", "octets"),
    [
        ("bin: 00 04 <vlan:u16> <module:u8> <port:u8>", "000400640103"),
        ("bin: 00 04 <vlan:u16> <slot5sub3> <port:u8>", "000400640803"),
        ("bin: <vlan:u16> <port-1:u16>", "00640002"),
        ("bin: 01 <lpsysname>", "010461 73 77 31"),
        ("bin: 00 06 <mac>", "0006001b54aa0200"),
        ("bin: <ip>", "0a520102"),
        ("bin: <module:u8> <port:u8> <vlan:u16> <sysname>", "01030064 61737731"),
    ],
)
def test_octets_are_written_as_the_makers_describe(source: str, octets: str) -> None:
    """Module 1, port 3, VLAN 100 of one switch."""
    place = Place(
        sysname="asw1", ip="10.82.1.2", mac="00:1B:54:AA:02:00", module=1, port=3, vlan=100
    )

    assert parse_pattern(source).write(place) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("text: {sysname} eth 1/1/{module:02d}/{port:02d}:{vlan}", "asw1 eth 1/1/01/03:100"),
        ("text: Vlan{vlan}+Ethernet1/{module}/{port-1}", "Vlan100+Ethernet1/1/2"),
        ("text: {mac}:{ip}", "00:1b:54:aa:02:00:10.82.1.2"),
        ("text: {mac:-} {{x}}", "00-1b-54-aa-02-00 {x}"),
        ("text: {mac:.}", "001b.54aa.0200"),
        ('bin: "{sysname} eth 1/0/{port}:{vlan}" <port:u8>', "asw1 eth 1/0/3:100\x03"),
    ],
)
def test_text_is_written_as_the_makers_describe(source: str, text: str) -> None:
    """Module 1, port 3, VLAN 100 of one switch."""
    place = Place(
        sysname="asw1", ip="10.82.1.2", mac="00:1B:54:AA:02:00", module=1, port=3, vlan=100
    )

    assert parse_pattern(source).write(place) == text.encode()


def test_a_switch_is_found_in_its_values() -> None:
    """Where a pattern writes the name, the value tells it without knowing the switch before."""
    pattern = parse_pattern("text: {sysname} eth {module}/{port:02d}:{vlan}")

    found = pattern.read(b"a-b 1 eth 0/07:100")

    assert found == Place(sysname="a-b 1", module=0, port=7, vlan=100)


@pytest.mark.parametrize("octets", [b"a eth 0/7:100", b"a eth 00/07:100", b"a eth 0/07:0100", b""])
def test_what_a_pattern_would_not_write_is_not_read(octets: bytes) -> None:
    """Zeroes too few and too many."""
    pattern = parse_pattern("text: {sysname} eth {module}/{port:02d}:{vlan}")

    assert pattern.read(octets) is None


def test_a_field_that_stands_twice_must_be_the_same_twice() -> None:
    """The octet behind the text is the port that stands in the text."""
    pattern = parse_pattern('bin: "eth {port}" <port:u8>')

    assert pattern.read(b"eth 5\x05") == Place(port=5)
    assert pattern.read(b"eth 5\x06") is None


def test_a_value_is_not_written_of_what_is_not_known() -> None:
    """No MAC address, no remote-id."""
    assert parse_pattern("bin: 00 06 <mac>").write(Place(sysname="asw1")) is None
    assert parse_pattern("bin: <ip>").write(Place(ip="2001:db8::1")) is None


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("bin: <port:u8>", Place(port=256)),
        ("bin: <port-1:u8>", Place(port=0)),
        ("text: {port-1}", Place(port=0)),
        ("bin: <slot5sub3>", Place(module=32)),
        ("bin: <lpsysname>", Place(sysname="x" * 256)),
    ],
)
def test_a_number_without_room_is_an_error(source: str, place: Place) -> None:
    """And not another port's value."""
    with pytest.raises(PatternError) as caught:
        parse_pattern(source).write(place)

    assert caught.value.pattern == source


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("eth {port}", "neither with text"),
        ("text:", "is empty"),
        ("bin:", "is empty"),
        ("text: {prot}", "no field"),
        ("text: {port", "brace"),
        ("text: {port:2d}", "no field"),
        ("text: {module}{port}", "run together"),
        ("text: {module}0{port}", "run together"),
        ("bin: 00 4 <port:u8>", "neither two hex digits"),
        ("bin: <port>", "width"),
        ("bin: <port:u24>", "width"),
        ("bin: <name:u8>", "no field"),
        ('bin: "eth', "neither two hex digits"),
        ("text: " + "x" * 600, "longer"),
    ],
)
def test_a_pattern_that_is_wrong_is_refused_in_words(source: str, why: str) -> None:
    """The words name the place."""
    with pytest.raises(PatternError, match=why):
        parse_pattern(source)


@_USUAL
@given(st.text(max_size=60) | st.text('tex: bin{}<>"port:u8', max_size=60))
def test_any_text_is_a_pattern_or_refused_by_an_error_of_ours(source: str) -> None:
    """No other exception."""
    try:
        pattern = parse_pattern(source)
    except PatternError:
        return
    assert pattern.pieces


def test_every_layout_has_a_witness_and_patterns() -> None:
    """And writes at least a port, an ifIndex, or the VLAN alone where the maker does so."""
    for name, layout in LAYOUTS.items():
        assert layout.witness
        patterns = layout_patterns(name)
        assert patterns.circuit
        assert patterns.circuit.names_port or patterns.circuit.fields <= {"vlan"}
        assert not patterns.circuit.fields - NUMBER_FIELDS - {"sysname", "ip", "mac", "ifname"}


def test_stored_only_has_no_patterns_and_an_unknown_name_is_an_error() -> None:
    """The error lists what is known."""
    assert not layout_patterns("stored-only")
    with pytest.raises(PatternError, match="cisco-ios-mac"):
        layout_patterns("cisco")
