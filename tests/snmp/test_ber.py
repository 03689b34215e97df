"""The BER codec, held against pyasn1 and pysnmp."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ
from pysnmp.proto.api import v2c

from techinfo.snmp import ber
from techinfo.snmp.interface import Cell

_ARCS = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39)),
    st.tuples(st.just(2), st.integers(0, 0xFFFFFFFF - 80)),
)
_SUB_IDS = st.one_of(
    st.integers(0, 0xFFFFFFFF), st.sampled_from([0, 127, 128, 16383, 16384, 0x7FFFFFFF, 0xFFFFFFFF])
)
_IDS = st.builds(lambda arcs, rest: (*arcs, *rest), _ARCS, st.lists(_SUB_IDS, max_size=40))
_VALUES = st.one_of(
    st.tuples(st.just(ber.INTEGER), st.integers(-0x80000000, 0x7FFFFFFF)),
    st.tuples(
        st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS]), st.integers(0, 0xFFFFFFFF)
    ),
    st.tuples(st.just(ber.COUNTER64), st.integers(0, 0xFFFFFFFFFFFFFFFF)),
    st.tuples(st.sampled_from([ber.OCTET_STRING, ber.OPAQUE]), st.binary(max_size=300)),
    st.tuples(st.just(ber.IP_ADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(ber.OBJECT_IDENTIFIER), _IDS),
    st.tuples(
        st.sampled_from([ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB_VIEW]),
        st.just(0),
    ),
)
_PYSNMP = {
    ber.INTEGER: v2c.Integer32,
    ber.COUNTER32: v2c.Counter32,
    ber.GAUGE32: v2c.Gauge32,
    ber.TIME_TICKS: v2c.TimeTicks,
    ber.COUNTER64: v2c.Counter64,
    ber.OCTET_STRING: v2c.OctetString,
    ber.OPAQUE: v2c.Opaque,
    ber.IP_ADDRESS: v2c.IpAddress,
    ber.OBJECT_IDENTIFIER: v2c.ObjectIdentifier,
}


@given(_IDS)
@settings(deadline=None)
def test_oid_is_encoded_as_pyasn1_does(ids: tuple[int, ...]) -> None:
    """Any OID has the bytes that pyasn1 gives it, and comes back."""
    oid = ".".join(map(str, ids))

    octets = ber.encode_oid(oid)

    expected = encoder.encode(univ.ObjectIdentifier(oid))
    assert ber.wrap(ber.OBJECT_IDENTIFIER, octets) == expected
    assert ber.decode_oid(octets) == ids


@pytest.mark.parametrize(
    "oid", ["", "1", "3.1", "1.40.1", "1.3.x", "1.3.-1", "1.3.4294967296", "1.3" + ".1" * 127]
)
def test_no_oid_is_refused(oid: str) -> None:
    """What cannot be an OID is a ValueError."""
    with pytest.raises(ValueError, match=r"OID|invalid literal"):
        ber.encode_oid(oid)


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x2b\x86", b"\x2b\x80\x01", b"\x2b\x90\x80\x80\x80\x00", b"\x2b" + b"\xff" * 60000],
    ids=["empty", "cut", "padded", "over 32 bits", "endless number"],
)
def test_bad_oid_octets_are_refused(octets: bytes) -> None:
    """Octets that are no OID, or a number of any length, are a ValueError."""
    with pytest.raises(ValueError, match="OID"):
        ber.decode_oid(octets)


def test_index_with_too_many_numbers_is_refused() -> None:
    """RFC 2578 ends an OID at 128 numbers."""
    with pytest.raises(ValueError, match="128"):
        ber.decode_index(b"\x01" * 129)


@given(_VALUES)
@settings(deadline=None)
def test_value_is_read_by_pysnmp(value: tuple[int, Cell]) -> None:
    """Every type of value is what pysnmp makes of it, in the fewest octets."""
    tag, cell = value

    octets = ber.encode_value(tag, cell)

    if tag in _PYSNMP:
        read, rest = decoder.decode(octets, asn1Spec=_PYSNMP[tag]())
        # pyasn1 0.6.5 spends an octet too many on -128, -32768 and so on (X.690, 8.3.2).
        shortest = len(encoder.encode(read)) - (
            tag == ber.INTEGER and octets[2:].rstrip(b"\0") == b"\x80"
        )
        assert (read, rest) == (_PYSNMP[tag](cell), b"")
        assert len(octets) == shortest
    else:
        assert octets == bytes((tag, 0))


@pytest.mark.parametrize(
    ("tag", "cell"),
    [
        (ber.INTEGER, 0x80000000),
        (ber.COUNTER32, -1),
        (ber.COUNTER32, 1 << 32),
        (ber.COUNTER64, 1 << 64),
        (ber.OCTET_STRING, 1),
        (ber.OBJECT_IDENTIFIER, (5, 1)),
        (ber.GAUGE32, b"1"),
        (0x47 + 1, 1),
    ],
)
def test_value_that_does_not_go_with_its_tag_is_refused(tag: int, cell: Cell) -> None:
    """A cell of another type, or out of range, is a ValueError."""
    with pytest.raises(ValueError, match=r"value of type|OID"):
        ber.encode_value(tag, cell)


def _pysnmp_request(pdu: object, community: str, oids: list[tuple[int, ...]]) -> bytes:
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, community)
    v2c.apiPDU.set_varbinds(pdu, [(oid, v2c.null) for oid in oids])
    v2c.apiMessage.set_pdu(message, pdu)
    octets: bytes = encoder.encode(message)
    return octets


@given(st.integers(-0x80000000, 0x7FFFFFFF), st.integers(0, 0x7FFFFFFF), st.lists(_IDS, max_size=8))
@settings(deadline=None, max_examples=50)
def test_getbulk_of_pysnmp_is_read(
    request_id: int, repetitions: int, oids: list[tuple[int, ...]]
) -> None:
    """A GETBULK that pysnmp wrote is read back whole."""
    pdu = v2c.GetBulkRequestPDU()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, request_id)
    v2c.apiBulkPDU.set_non_repeaters(pdu, 1)
    v2c.apiBulkPDU.set_max_repetitions(pdu, repetitions)

    request = ber.parse_request(_pysnmp_request(pdu, "öffentlich", oids))

    assert request == ber.Request(
        version=1,
        community="öffentlich".encode("latin-1"),
        pdu_type=ber.GET_BULK,
        request_id=request_id,
        non_repeaters=1,
        max_repetitions=repetitions,
        oids=tuple(ber.encode_oid(".".join(map(str, ids))) for ids in oids),
    )


def test_get_has_no_repetitions() -> None:
    """The fields that are GETBULK's are 0 in a GET, whatever the manager wrote there."""
    pdu = v2c.GetRequestPDU()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_error_status(pdu, 5)

    request = ber.parse_request(_pysnmp_request(pdu, "public", [(1, 3, 6)]))

    assert (request.pdu_type, request.non_repeaters, request.max_repetitions) == (ber.GET, 0, 0)


def test_community_is_not_printed() -> None:
    """A request can be logged."""
    pdu = v2c.GetRequestPDU()
    v2c.apiPDU.set_defaults(pdu)

    request = ber.parse_request(_pysnmp_request(pdu, "hidden", [(1, 3, 6)]))

    assert "hidden" not in repr(request)


def test_every_cut_request_is_refused() -> None:
    """A request that ends early, anywhere, is a ValueError."""
    pdu = v2c.GetRequestPDU()
    v2c.apiPDU.set_defaults(pdu)
    whole = _pysnmp_request(pdu, "public", [(1, 3, 6, 1), (1, 3, 6, 2)])

    for size in range(len(whole)):
        with pytest.raises(ValueError, match=r"element|cut|length|end"):
            ber.parse_request(whole[:size])


@given(
    st.integers(-0x80000000, 0x7FFFFFFF),
    st.binary(max_size=200),
    st.lists(st.tuples(_IDS, _VALUES), max_size=20),
)
@settings(deadline=None, max_examples=50)
def test_response_is_read_by_pysnmp(
    request_id: int, community: bytes, bound: list[tuple[tuple[int, ...], tuple[int, Cell]]]
) -> None:
    """The message is read by pysnmp just as it was written."""
    varbinds = [
        (ber.encode_oid(".".join(map(str, ids))), ber.encode_value(*value)) for ids, value in bound
    ]

    octets = ber.encode_response(
        version=1,
        community=community,
        request_id=request_id,
        error_status=5,
        error_index=1,
        varbinds=varbinds,
    )

    message, rest = decoder.decode(octets, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(message)
    assert not rest
    assert bytes(v2c.apiMessage.get_community(message)) == community
    assert int(v2c.apiPDU.get_request_id(pdu)) == request_id
    assert int(v2c.apiPDU.get_error_status(pdu)) == 5
    names = [tuple(name) for name, _ in v2c.apiPDU.get_varbinds(pdu)]
    assert names == [ids for ids, _ in bound]
    for (_, (tag, cell)), (_, read) in zip(bound, v2c.apiPDU.get_varbinds(pdu), strict=True):
        assert tag not in _PYSNMP or read == _PYSNMP[tag](cell)
