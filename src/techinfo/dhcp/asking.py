"""From what a log or a person says to what is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.dhcp.identity import Field
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention
from techinfo.dhcp.notations import option82_octets
from techinfo.dhcp.octets import Identity, parse_option82, parse_options6
from techinfo.dhcp.spellings import Reading, of_octets, of_option82, readings
from techinfo.errors import OctetError


def of_option(identity: Identity) -> dict[Field, tuple[Reading, ...]]:
    """What the identity of an option 82 asks for."""
    values = {field: field.of(identity) for field in (Field.CIRCUIT, Field.REMOTE)}
    return {field: of_option82(value) for field, value in values.items() if value}


def of_mention(mention: Mention) -> Asked:
    """What a log's words ask for.

    Raises:
        OctetError: An option in it is none.
    """
    if mention.option82 is not None:
        octets = option82_octets(mention.option82)
        if octets is None:
            raise OctetError("not an even number of hex digits", position=0)
        return Asked(readings=of_option(parse_option82(octets)))
    if mention.options6 is not None:
        octets = option82_octets(mention.options6)
        if octets is None:
            raise OctetError("not an even number of hex digits", position=0)
        return Asked(readings=_of_options6(parse_options6(octets)))
    values = {field: getattr(mention, field.value) for field in Field}
    found = {field: readings([value], field) for field, value in values.items() if value}
    return Asked(readings={field: read for field, read in found.items() if read})


def of_value(value: bytes) -> Iterator[Asked]:
    """What a value alone may ask for, when nobody says what it is: an option 82, or one field."""
    octets = option82_octets(value)
    if octets is not None:
        try:
            option = of_option(parse_option82(octets))
        except OctetError:
            option = {}
        if option:
            yield Asked(readings=option)
    for field in Field:
        if read := readings([value], field):
            yield Asked(readings={field: read})


def _of_options6(identity: Identity) -> dict[Field, tuple[Reading, ...]]:
    out: dict[Field, tuple[Reading, ...]] = {}
    if identity.interface:
        out[Field.INTERFACE] = of_octets(identity.interface)
    if identity.remote6:
        out[Field.REMOTE6] = of_octets(identity.remote6, identity.enterprise)
    return out
