"""What programs call the values of an identity: one table for look-ups and readers of leases."""

from __future__ import annotations

import re

from techinfo.dhcp.identity import Field

_STEMS = {
    "circuit": Field.CIRCUIT,
    "remote": Field.REMOTE,
    "interface": Field.INTERFACE,
    "iface": Field.INTERFACE,
}
_FRONTS = "adsl|agent|bbf|dhcp|dhcp6|dhcpv6|info|information|opt82|option|option82|relay"
"""``agent.circuit-id`` (ISC dhcpd), ``ADSL-Agent-Circuit-Id`` (RFC 4679), ``DHCP-Relay-Circuit-Id``
(FreeRADIUS 3), ``Relay-Agent-Information.Circuit-Id`` (FreeRADIUS 4), ``dhcp6.interface-id``."""
_STEM = "|".join(_STEMS)
_NAME = re.compile(rf"(?:(?:{_FRONTS})[-_. ])*({_STEM})(?:[-_. ]?id)?(?:[-_]tag)?", re.IGNORECASE)
LABEL = (
    rb"(?:(?P<four>circuit|remote)|(?P<six>i(?:nter)?face(?=[-_]id)))"
    rb"(?P<id>[-_ ]?id)?(?:-tag)?"
)
"""A regular expression of a name within a line; an interface without "id" is one of a host."""


def field_of(name: str) -> Field | None:
    """The value that an attribute, an option or a variable of this name holds; ``None``: no value.

    A remote-id of DHCPv6 has the same names as one of DHCPv4; who asks knows the family.
    """
    match = _NAME.fullmatch(name)
    return _STEMS[match[1].lower()] if match else None
