"""DHCPv4 option 82 and DHCPv6 options 18 and 37, from octets and to octets. Strict both ways.

Sources: RFC 3046 (option 82), RFC 8415 (DHCPv6), RFC 4649 (option 37), RFC 6221 (the layer next to
the client names the access).

And octets as the text that ON-API publishes, both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from techinfo.dhcp.identity import Identity
from techinfo.errors import OctetError

_HEX = re.compile("0x(?:[0-9a-f]{2})+")


def text(octets: bytes) -> str:
    """The published form: the value itself if it is printable UTF-8, else ``0x`` and hex.

    Hex is in lower case. Empty octets, which are never published, become ``0x``.
    """
    try:
        found = octets.decode()
    except UnicodeDecodeError:
        return f"0x{octets.hex()}"
    return found if found and found.isprintable() else f"0x{octets.hex()}"


def from_text(published: str) -> bytes:
    """The octets of a published text: ``from_text(text(octets)) == octets``.

    With one exception that nothing can mend: a switch that sends the letters of ``0x00ff`` is
    published as one that sends the two octets is, and is read as the octets.
    """
    if _HEX.fullmatch(published):
        octets = bytes.fromhex(published[2:])
        if text(octets) == published:
            return octets
    return published.encode("utf-8", "surrogatepass")


_OPTION_82 = 0x52
_CIRCUIT_ID, _REMOTE_ID = 1, 2
_RELAY_MESSAGE, _INTERFACE_ID, _REMOTE_ID_6 = 9, 18, 37
_RELAY_FORWARD, _RELAY_REPLY = 12, 13
_RELAY_HEADER = 34
"""Message type, hop count, link-address, peer-address (RFC 8415, 9)."""
_ENTERPRISE = 4
_PADDING = b"\x00\xff"
"""Pad and End of DHCPv4; copies of logs have them behind an option."""


class _Piece(NamedTuple):
    position: int
    code: int
    value: bytes


def parse_option82(octets: bytes) -> Identity:
    """The identity in a whole option 82, or in its bare row of sub-options.

    Order, empty sub-options, those other than 1 and 2, and padding at the end mean nothing.

    Raises:
        OctetError: A length does not fit, something stands behind the option, or sub-option 1 or 2
            stands twice with different values.
    """
    if not octets:
        raise OctetError("nothing is there", position=0)
    if octets[0] != _OPTION_82:
        return parse_suboptions(octets)
    if len(octets) == 1:
        raise OctetError("ends before its length", position=1)
    end = 2 + octets[1]
    if end > len(octets):
        why = f"announces {octets[1]} octets, {len(octets) - 2} follow"
        raise OctetError(why, position=1)
    if octets[end:].strip(_PADDING):
        raise OctetError("octets follow the announced end", position=end)
    return _identity(octets[2:end], offset=2)


def parse_suboptions(octets: bytes) -> Identity:
    """The identity in the sub-options of an option 82, without its code and length.

    Raises:
        OctetError: As in `parse_option82`.
    """
    return _identity(octets, offset=0)


def option82(identity: Identity) -> bytes:
    """The whole option: sub-option 1, then 2; what is not known is left out.

    Raises:
        OctetError: The values are too long for one option.
    """
    row = b"".join(
        bytes([code, len(value)]) + value
        for code, value in (
            (_CIRCUIT_ID, _short(identity.circuit)),
            (_REMOTE_ID, _short(identity.remote)),
        )
        if value
    )
    return bytes([_OPTION_82, len(_short(row))]) + row


def parse_options6(octets: bytes) -> Identity:
    """The identity in a row of DHCPv6 options of one relay layer; others are skipped.

    Raises:
        OctetError: A length does not fit, option 37 is too short for its enterprise number, or
            option 18 or 37 stands twice with different values.
    """
    return _of_layer(_pieces6(octets, 0))


def parse_relayed(octets: bytes) -> Identity:
    """The identity in a Relay-forward or Relay-reply message, from the layer next to the client.

    Raises:
        OctetError: It is no such message, or a length does not fit.
    """
    offset, end = 0, len(octets)
    while True:
        if end - offset < _RELAY_HEADER:
            raise OctetError("ends within the header of a relay message", position=end)
        if octets[offset] not in (_RELAY_FORWARD, _RELAY_REPLY):
            raise OctetError(f"message type {octets[offset]} is no relay's", position=offset)
        pieces = _pieces6(octets[:end], offset + _RELAY_HEADER)
        inner = next((piece for piece in pieces if piece.code == _RELAY_MESSAGE), None)
        if not (inner and inner.value and inner.value[0] in (_RELAY_FORWARD, _RELAY_REPLY)):
            return _of_layer(pieces)
        offset = inner.position + 4
        end = offset + len(inner.value)


def options6(identity: Identity) -> bytes:
    """Options 18 and 37; what is not known is left out.

    Raises:
        OctetError: A value is too long, or `remote6` has no enterprise number.
    """
    out = _option6(_INTERFACE_ID, identity.interface) if identity.interface else b""
    if identity.remote6:
        if identity.enterprise is None or not 0 <= identity.enterprise < 2**32:
            raise OctetError("option 37 needs an enterprise number", position=len(out) + 4)
        number = identity.enterprise.to_bytes(_ENTERPRISE, "big")
        out += _option6(_REMOTE_ID_6, number + identity.remote6)
    return out


def _identity(row: bytes, *, offset: int) -> Identity:
    end = 2 + row[1] if row[:1] == b"\x01" and len(row) > 1 else len(row)
    size = len(row) - end - 2
    if size >= 0 and row[end] == _REMOTE_ID and row[end + 1] == size:  # most options are so
        return Identity(row[2:end], row[end + 2 :])
    found = _once(_pieces(row, offset), (_CIRCUIT_ID, _REMOTE_ID), "sub-option")
    return Identity(circuit=found.get(_CIRCUIT_ID), remote=found.get(_REMOTE_ID))


def _pieces(row: bytes, offset: int) -> Iterator[_Piece]:
    """The sub-options of an option 82.

    Args:
        row: The sub-options.
        offset: What stood in front of them, so that positions are those of the whole.
    """
    at = 0
    while at < len(row) and (row[at] not in _PADDING or row[at:].strip(_PADDING)):
        if at + 1 == len(row):
            raise OctetError(f"sub-option {row[at]} ends before its length", position=offset + at)
        end = at + 2 + row[at + 1]
        if end > len(row):
            why = f"sub-option {row[at]} announces {row[at + 1]} octets, {len(row) - at - 2} follow"
            raise OctetError(why, position=offset + at + 1)
        yield _Piece(offset + at, row[at], row[at + 2 : end])
        at = end


def _pieces6(octets: bytes, at: int) -> list[_Piece]:
    out: list[_Piece] = []
    while at < len(octets):
        if at + 4 > len(octets):
            raise OctetError("ends within the header of an option", position=at)
        code = int.from_bytes(octets[at : at + 2], "big")
        length = int.from_bytes(octets[at + 2 : at + 4], "big")
        end = at + 4 + length
        if end > len(octets):
            why = f"option {code} announces {length} octets, {len(octets) - at - 4} follow"
            raise OctetError(why, position=at + 2)
        out.append(_Piece(at, code, octets[at + 4 : end]))
        at = end
    return out


def _of_layer(pieces: list[_Piece]) -> Identity:
    found = _once(iter(pieces), (_INTERFACE_ID, _REMOTE_ID_6), "option")
    remote = found.get(_REMOTE_ID_6, b"")
    if 0 < len(remote) < _ENTERPRISE:
        at = next(piece.position for piece in pieces if piece.value == remote)
        raise OctetError("option 37 is too short for its enterprise number", position=at + 2)
    return Identity(
        interface=found.get(_INTERFACE_ID),
        remote6=remote[_ENTERPRISE:],
        enterprise=int.from_bytes(remote[:_ENTERPRISE], "big") if remote else None,
    )


def _once(pieces: Iterator[_Piece], wanted: tuple[int, int], called: str) -> dict[int, bytes]:
    """The wanted values that are not empty, each of which may only be repeated as it is."""
    found: dict[int, bytes] = {}
    for piece in pieces:
        if piece.code not in wanted or not piece.value:
            continue
        if found.setdefault(piece.code, piece.value) != piece.value:
            why = f"{called} {piece.code} stands twice with different values"
            raise OctetError(why, position=piece.position)
    return found


def _short(value: bytes | None) -> bytes:
    if value and len(value) > 255:
        raise OctetError(f"{len(value)} octets are too many for one option", position=255)
    return value or b""


def _option6(code: int, value: bytes) -> bytes:
    if len(value) >= 2**16:
        raise OctetError(f"{len(value)} octets are too many for one option", position=2**16 - 1)
    return code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
