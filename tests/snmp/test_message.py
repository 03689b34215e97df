"""Requests written and answers read, held against pysnmp and against broken octets."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from techinfo.errors import DeviceError
from techinfo.snmp import ber, message
from techinfo.snmp.interface import SnmpLimits
from techinfo.snmp.questions import Fetch
from techinfo.snmp.walk import Walk

_FUZZED = int(os.environ.get("TECHINFO_FUZZ", "20000"))
"""Broken messages to try; more of them by hand."""

_OIDS = st.lists(
    st.sampled_from(["1.3.6.1.2.1.2.2.1.2", "1.3.6.1.4.1.4294967295.128", "0.0", "2.999.1"]),
    min_size=1,
    max_size=12,
)


def _response(*varbinds: tuple[str, bytes], request_id: int = 0x40000001, status: int = 0) -> bytes:
    return ber.encode_response(
        version=1,
        community=b"public",
        request_id=request_id,
        error_status=status,
        error_index=status and 1,
        varbinds=[(ber.encode_oid(oid), value) for oid, value in varbinds],
    )


def _read(datagram: bytes) -> list[message.Varbind]:
    head = message.header(datagram)
    return message.varbinds(datagram, head.start, head.end)


@given(
    st.binary(max_size=300),
    st.sampled_from([ber.GET, ber.GET_NEXT, ber.GET_BULK]),
    st.integers(0, 0x7FFFFFFF),
    _OIDS,
)
@settings(deadline=None)
def test_request_is_read_by_pysnmp(
    community: bytes, pdu_type: int, repetitions: int, oids: list[str]
) -> None:
    """A request of any kind and size is read by pysnmp just as it was meant."""
    octets = tuple(ber.encode_oid(oid) for oid in oids)

    head, tail = message.template(community, pdu_type, repetitions, octets)

    decoded, rest = decoder.decode(head + b"\x40\0\0\x07" + tail, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(decoded)
    assert not rest
    assert bytes(v2c.apiMessage.get_community(decoded)) == community
    assert pdu.tagSet[-1].tagId == pdu_type & 0x1F
    assert [int(pdu[place]) for place in range(3)] == [0x40000007, 0, repetitions]
    assert [str(name) for name, _ in v2c.apiPDU.get_varbinds(pdu)] == oids


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (v2c.Integer32(-5), -5),
        (v2c.Integer32(-0x80000000), -0x80000000),
        (v2c.Counter32(0xFFFFFFFF), 0xFFFFFFFF),
        (v2c.Gauge32(0x80000000), 0x80000000),
        (v2c.TimeTicks(0), 0),
        (v2c.Counter64(0xFFFFFFFFFFFFFFFF), 0xFFFFFFFFFFFFFFFF),
        (v2c.OctetString(b"x" * 300), b"x" * 300),
        (v2c.OctetString(b""), b""),
        (v2c.Opaque(b"\x9f\x78\x04\x42\xf6\x00\x00"), b"\x9f\x78\x04\x42\xf6\x00\x00"),
        (v2c.IpAddress("192.0.2.7"), b"\xc0\0\x02\x07"),
        (v2c.ObjectIdentifier("1.3.6.1.4.1.4294967295"), (1, 3, 6, 1, 4, 1, 4294967295)),
        (v2c.null, None),
        (v2c.NoSuchObject(), None),
        (v2c.NoSuchInstance(), None),
        (v2c.EndOfMibView(), None),
    ],
    ids=lambda part: type(part).__name__,
)
def test_answer_of_pysnmp_is_read(value: object, cell: object) -> None:
    """Every type of value that pysnmp writes is read."""
    octets = encoder.encode(value)

    read = _read(_response(("1.3.6.1", b"\x05\0"), ("2.999.300", octets)))

    assert read == [
        (ber.encode_oid("1.3.6.1"), ber.NULL, None),
        (ber.encode_oid("2.999.300"), octets[0], cell),
    ]


@pytest.mark.parametrize(
    ("octets", "cell"),
    [
        (b"\x41\x04\xff\xff\xff\xff", 0xFFFFFFFF),
        (b"\x46\x08" + b"\xff" * 8, 0xFFFFFFFFFFFFFFFF),
        (b"\x04\x82\x00\x01A", b"A"),
        (b"\x04\x84\x00\x00\x00\x01A", b"A"),
        (b"\x06\x00", (0, 0)),
        (b"\x47\x01\x07", 7),
        (b"\x47\x09" + b"\x01" + b"\0" * 8, 2**64),
        (b"\x45\x01\x07", b"\x07"),
        (b"\x03\x02\x00\x80", b"\x00\x80"),
    ],
    ids=[
        "counter without zero octet",
        "counter64 without zero octet",
        "long length",
        "longest length",
        "empty OID",
        "UInteger32",
        "UInteger32 of nine octets",
        "NsapAddress",
        "BIT STRING",
    ],
)
def test_sloppy_value_is_read(octets: bytes, cell: object) -> None:
    """What agents are known to send against the letter, and can only mean one thing, is taken."""
    ((_, _, read),) = _read(_response(("1.3.6.1", octets)))

    assert read == cell


@pytest.mark.parametrize(
    "octets",
    [
        b"\x04\x80A\0\0",
        b"\x04\x85\0\0\0\0\x01A",
        b"\x04\x05A",
        b"\x04\x00A",
        b"\x02\x00",
        b"\x41\x0a" + b"\x01" * 10,
        b"\x47\x0a" + b"\x01" * 10,
        b"\x47\x00",
        b"\x05\x01A",
        b"\x82\x01A",
        b"\x06\x02\x2b\x86",
        b"\x30\x00",
        b"\x83\x00",
        b"\x1f\x81\x00",
        b"\x04\xff",
        b"\x04",
        b"",
    ],
)
def test_bad_value_costs_itself_only(octets: bytes) -> None:
    """Indefinite and wrong lengths, numbers of no size, unknown types: its OID, and no value."""
    before, after = ("1.3.6.1.1", b"\x02\x01\x07"), ("1.3.6.1.3", b"\x04\x01A")

    read = _read(_response(before, ("1.3.6.1.2", octets), after))

    assert read == [
        (ber.encode_oid("1.3.6.1.1"), ber.INTEGER, 7),
        (ber.encode_oid("1.3.6.1.2"), message.MALFORMED, None),
        (ber.encode_oid("1.3.6.1.3"), ber.OCTET_STRING, b"A"),
    ]


@pytest.mark.parametrize(
    "varbind",
    [
        b"\x06\x01\x2b",
        b"\x30\x7f\x06\x01\x2b\x05\x00",
        b"\x30\x80\x06\x01\x2b\x05\x00\x00\x00",
        b"\x30",
    ],
    ids=["no sequence", "too long", "indefinite", "cut"],
)
def test_bad_varbind_is_refused(varbind: bytes) -> None:
    """Behind a varbind that does not say where it ends nothing can be read: a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        _read(_listed(varbind))


@pytest.mark.parametrize(
    ("varbind", "oid"),
    [
        (b"\x30\x00", b""),
        (b"\x30\x02\x06\x01", b""),
        (b"\x30\x04\x06\x00\x05\x00", b""),
        (b"\x30\x05\x06\x01\x86\x05\x00", b""),
        (b"\x30\x05\x04\x01\x2b\x05\x00", b""),
        (b"\x30\x04\x06\x04\x2b\x06", b""),
        (b"\x30\x06\x06\x80\x2b\x06\x05\x00", b""),
        (b"\x30\x82\x02\x90\x06\x82\x02\x8a" + b"\x01" * 0x28A + b"\x05\x00", b""),
        (b"\x30\x07\x06\x01\x2b\x05\x00\x05\x00", b"\x2b"),
        (b"\x30\x03\x06\x01\x2b", b"\x2b"),
        (b"\x30\x04\x06\x01\x2b\x05", b"\x2b"),
    ],
    ids=[
        "nothing",
        "OID over the end",
        "empty OID",
        "cut OID",
        "no OID",
        "OID into the next varbind",
        "indefinite OID",
        "endless OID",
        "three elements",
        "no value",
        "a tag only",
    ],
)
def test_a_varbind_that_is_broken_inside_costs_itself_only(varbind: bytes, oid: bytes) -> None:
    """Its own length is intact, so that the next one is found; without OID it has none."""
    whole = b"\x30\x06\x06\x01\x2c\x02\x01\x07"

    read = _read(_listed(whole + varbind + whole))

    assert read == [
        (b"\x2c", ber.INTEGER, 7),
        (oid, message.MALFORMED, None),
        (b"\x2c", ber.INTEGER, 7),
    ]


def _listed(varbinds: bytes) -> bytes:
    head = b"\x02\x01\x01\x04\x06public"
    ids = b"\x02\x04\x40\0\0\x01\x02\x01\x00\x02\x01\x00"
    listed = ber.wrap(ber.RESPONSE, ids + ber.wrap(ber.SEQUENCE, varbinds))
    return ber.wrap(ber.SEQUENCE, head + listed)


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 18, b"\xff", b"\x30\x02\x05\x00", b"ABC"])
def test_octets_behind_a_message_are_nothing(padding: bytes) -> None:
    """Agents and middle boxes pad datagrams; net-snmp does not look at what is there."""
    datagram = _response(("1.3.6.1", b"\x04\x03sw1"))

    assert _read(datagram + padding) == _read(datagram)


@pytest.mark.parametrize(
    ("varbind", "why"),
    [
        (b"\x06\x01\x2b", r"^no varbind where one must be$"),
        (b"\x30\x7f\x06\x01\x2b\x05\x00", r"^a varbind reaches over the end of the message$"),
        (b"\x30", r"^a varbind reaches over the end of the message$"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_in_words(varbind: bytes, why: str) -> None:
    """They stand in the log beside the name of the device."""
    with pytest.raises(ValueError, match=why):
        _read(_listed(varbind))


def test_a_message_of_another_version_or_with_more_in_it_is_told_in_words() -> None:
    """Octets behind the PDU, and octets behind its list."""
    whole = _response(("1.3.6.1", b"\x05\0"))
    longer = bytes((whole[0], whole[1] + 2)) + whole[2:] + b"\x05\0"
    at = whole.index(b"\xa2")
    behind = bytearray(longer)
    behind[at + 1] += 2

    with pytest.raises(ValueError, match=r"^neither SNMPv1 nor SNMPv2c$"):
        message.header(whole.replace(b"\x02\x01\x01", b"\x02\x01\x03", 1))
    for octets in (longer, bytes(behind)):
        with pytest.raises(ValueError, match=r"^octets after the end of the PDU$"):
            message.header(octets)
    assert message.header(whole).version == 1
    assert message.header(whole.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1)).version == 0


@pytest.mark.parametrize("size", [126, 127, 128, 255, 256])
def test_lengths_are_read_in_one_octet_and_in_more(size: int) -> None:
    """Of a value, of an OID, and of the varbind around them; 127 is the most of one octet."""
    value = b"\x04" + ber.encode_length(size) + b"A" * size
    oid = b"\x2b" + b"\x07" * (size - 1)
    front = b"\x06\x01\x2b"
    around = next(n for n in range(size, 0, -1) if len(front + ber.wrap(4, b"A" * n)) == size)

    assert _read(_response(("1.3.6.1", value))) == [
        (b"\x2b\x06\x01", ber.OCTET_STRING, b"A" * size)
    ]
    assert _read(_listed(ber.wrap(ber.SEQUENCE, ber.wrap(6, oid) + b"\x02\x01\x07"))) == [
        (oid, ber.INTEGER, 7)
    ]
    whole = ber.wrap(ber.SEQUENCE, front + ber.wrap(4, b"A" * around))
    assert _read(_listed(whole)) == [(b"\x2b", ber.OCTET_STRING, b"A" * around)]


def test_an_indefinite_length_is_none_however_much_follows() -> None:
    """128 octets behind it are not its own."""
    much = b"\x07" * 128
    value = b"\x06\x01\x2b\x04\x80" + much
    oid = b"\x06\x80" + much + b"\x05\x00"
    inside = b"\x06\x01\x2b\x04\x79" + b"A" * 121 + b"\0\0"

    assert _read(_listed(ber.wrap(ber.SEQUENCE, value))) == [(b"\x2b", message.MALFORMED, None)]
    assert _read(_listed(ber.wrap(ber.SEQUENCE, oid))) == [(b"", message.MALFORMED, None)]
    with pytest.raises(ValueError, match=r"."):
        _read(_listed(b"\x30\x80" + inside))


@pytest.mark.parametrize(
    ("oid", "whole"),
    [
        (b"\x2b\x7f", True),
        (b"\x2b\x80", False),
        (b"\x2b\x81", False),
        (b"\x2b" + b"\x07" * 639, True),
        (b"\x2b" + b"\x07" * 640, False),
        (b"", False),
    ],
)
def test_an_oid_ends_with_its_last_number_and_is_not_endless(oid: bytes, whole: bool) -> None:
    """An octet with its first bit set goes on; 128 numbers of five octets are the most."""
    varbind = ber.wrap(ber.SEQUENCE, ber.wrap(6, oid) + b"\x02\x01\x07")

    assert _read(_listed(varbind)) == [
        (oid, ber.INTEGER, 7) if whole else (b"", message.MALFORMED, None)
    ]


def test_a_pdu_of_another_message_has_no_community() -> None:
    """That of SNMPv3 stands by itself."""
    whole = _response(("1.3.6.1", b"\x05\0"))
    at = whole.index(b"\xa2")

    head = message.pdu_header(whole, at, len(whole), ber.RESPONSE)

    assert (head.community, head.request_id) == (b"", message.header(whole).request_id)


def test_header_is_read() -> None:
    """What stands before the varbinds is read, negative request-ids too."""
    datagram = _response(("1.3.6.1", b"\x05\0"), request_id=-2, status=5)

    head = message.header(datagram)

    assert head[:4] == (-2, b"public", 5, 1)
    assert datagram[head.start : head.end] == b"\x30\x07\x06\x03\x2b\x06\x01\x05\x00"


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x30",
        b"\x30\x00",
        b"\x30\x80\x02\x01\x01",
        b"\x30\xff" + b"\xff" * 127,
        b"\x30\x84\xff\xff\xff\xff\x02\x01\x01",
        _response().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1),
        _response().replace(b"\xa2", b"\xa0", 1),
        b"\xff" * 65507,
        b"\x30\x82\xff\xdf" * 16000,
    ],
    ids=[
        "empty",
        "one octet",
        "nothing in it",
        "indefinite",
        "length of 127 octets",
        "4 GiB",
        "SNMPv2 with parties",
        "a request",
        "full of ones",
        "nested",
    ],
)
def test_what_is_no_response_is_refused(datagram: bytes) -> None:
    """Anything but a whole response of SNMPv1 or SNMPv2c is a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        message.header(datagram)


def test_every_cut_response_is_refused() -> None:
    """A response that ends early, anywhere, is known by its header."""
    whole = _response(("1.3.6.1.2.1.1.5.0", b"\x04\x03sw1"), ("1.3.6.1", b"\x05\0"))

    for size in range(len(whole)):
        with pytest.raises(ValueError, match=r"."):
            message.header(whole[:size])


def _originals() -> list[bytes]:
    table = [
        (f"1.3.6.1.2.1.2.2.1.{column}.{row}", ber.encode_value(tag, cell))
        for row in (1, 127, 128, 100000)
        for column, tag, cell in (
            (2, ber.OCTET_STRING, b"port" * 40),
            (8, ber.INTEGER, -1),
            (10, ber.COUNTER32, 4294967295),
            (22, ber.OBJECT_IDENTIFIER, (1, 3, 6, 1, 4, 1, 99999)),
        )
    ]
    return [
        _response(("1.3.6.1.2.1.1.5.0", b"\x04\x03sw1"), ("1.3.6.1.2.1.1.3.0", b"\x43\x01\x05")),
        _response(*table),
        _response(("1.3.6.1.2.1.1.5.0", b"\x82\x00")),
        _response(("1.3.6.1.2.1.1.5.0", b"\x05\x00"), status=1),
    ]


def _broken(chance: random.Random, octets: bytes) -> bytes:
    out = bytearray(octets)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out))
        what = chance.randrange(5)
        if what == 0:
            out[at] = chance.randrange(256)
        elif what == 1:
            out[at] = chance.choice((0, 1, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF))
        elif what == 2:
            del out[at : at + chance.randint(1, 8)]
        elif what == 3:
            out[at:at] = chance.randbytes(chance.randint(1, 8))
        else:
            out[at : at + 4] = out[-4:]
        out = out or bytearray(b"0")
    return bytes(out)


def test_broken_octets_raise_nothing_but_the_errors_meant_for_them() -> None:
    """Mutated responses go through parser and questions, and only our own errors come out."""
    chance = random.Random(20261121)  # noqa: S311 - the same mutations in every run
    originals = _originals()
    read = 0

    for _ in range(_FUZZED):
        datagram = _broken(chance, chance.choice(originals))
        fetch = Fetch(["1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.3.0"], SnmpLimits(), "a:161")
        columns = [f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 8, 10, 22)]
        walk = Walk(columns, SnmpLimits(), "a:161")
        for question in (fetch, walk):
            question.request()
            try:
                head = message.header(datagram)
                found = message.varbinds(datagram, head.start, head.end)
                if head.error_status:
                    question.refused(head.error_status, head.error_index)
                else:
                    question.answer(found, len(datagram))
                question.request()
                read += 1
            except (DeviceError, ValueError):
                continue

    assert 0 < read < 2 * _FUZZED
