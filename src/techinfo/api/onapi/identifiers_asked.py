"""DHCP identifiers out of a request, from the raw octets of its query string.

A value may be any octets: a parser of query strings would make text of them, take a plus for a
blank, and keep one of two values.
"""

from __future__ import annotations

from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.dhcp.asking import of_option
from techinfo.dhcp.identity import Field
from techinfo.dhcp.matching import Asked, narrowed
from techinfo.dhcp.notations import option82_octets
from techinfo.dhcp.octets import parse_option82
from techinfo.dhcp.spellings import MOST_OCTETS, Reading, percent_decoded, readings
from techinfo.errors import OctetError, UnknownIdentifierError

_FIELDS = {
    b"ipv4circuitid": Field.CIRCUIT,
    b"ipv4remoteid": Field.REMOTE,
    b"ipv6interfaceid": Field.INTERFACE,
    b"ipv6remoteid": Field.REMOTE6,
}
_OPTION82 = b"ipv4option82"
_NAMES = "ipv4CircuitId, ipv4RemoteId, ipv6InterfaceId, ipv6RemoteId, ipv4option82"


def of_query(query: bytes) -> Asked:
    """What a query string asks for.

    Args:
        query: As it was sent, without its question mark.

    Raises:
        ApiError: 400, no usable parameter, one that is repeated, or an option 82 that is none.
        UnknownIdentifierError: An option 82 without circuit-id and remote-id, and nothing else; or
            one that contradicts the other values.
    """
    found = _parameters(query)
    asked = {
        field: readings(percent_decoded(found[name]), field)
        for name, field in _FIELDS.items()
        if name in found
    }
    asked = {field: read for field, read in asked.items() if read}
    if not found.get(_OPTION82):
        if not asked:
            raise _malformed(f"no identifier is given; parameters are {_NAMES}")
        return Asked(readings=asked)
    option = percent_decoded(found[_OPTION82])[-1]
    of_option = _of_option(option.decode("latin-1"))
    if not (asked or of_option):
        raise UnknownIdentifierError("the option 82 has neither circuit-id nor remote-id")
    for field, read in of_option.items():
        asked[field] = narrowed(asked[field], read) if field in asked else read
        if not asked[field]:
            raise UnknownIdentifierError("the option 82 and the other values differ")
    return Asked(readings=asked)


def of_option82_hex(told: str) -> Asked:
    """What a whole option 82, or its sub-options, asks for.

    Raises:
        ApiError: 400, it is not hex, or no option 82; says at which octet.
        UnknownIdentifierError: It has neither circuit-id nor remote-id.
    """
    found = _of_option(told)
    if not found:
        raise UnknownIdentifierError("the option 82 has neither circuit-id nor remote-id")
    return Asked(readings=found)


def _of_option(told: str) -> dict[Field, tuple[Reading, ...]]:
    octets = option82_octets(told.encode())
    if octets is None or len(octets) > MOST_OCTETS:
        raise _malformed("an option 82 is an even number of hex digits, such as 520401026331")
    try:
        return of_option(parse_option82(octets))
    except OctetError as error:
        raise _malformed(f"this is no option 82: {error}") from error


def _parameters(query: bytes) -> dict[bytes, bytes]:
    """Parameters by their names in lower case, with the values as they were sent."""
    found: dict[bytes, bytes] = {}
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        name = percent_decoded(name)[0].lower()
        if name not in _FIELDS and name != _OPTION82:
            continue
        if name in found:
            raise _malformed("a parameter is given twice")
        if len(value) > MOST_OCTETS:
            raise _malformed("a value is too long for an identifier")
        found[name] = value
    return found


def _malformed(words: str) -> ApiError:
    return ApiError(400, words, code=Code.MALFORMED)
