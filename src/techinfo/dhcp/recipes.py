"""The recipes by which ISC dhcpd logs identifiers, and what Infoblox makes of one of them.

* ``COMMIT ip=A mac=M cid=HEX rid=HEX``, octets in hex without leading zeros
* ``o82hex A circuit-id HEX``, ``o82hex A remote-id HEX``, and ``o82raw`` with the value as it is,
  which ends at its first NUL
* ``Lease for A raw option-82 info is CID: DECIMAL AID: HEX``, with dots
* ``Option 82: received a REQUEST DHCP packet from relay-agent R with a circuit-id of "HEX", a
  remote-id of "HEX" for A (M) lease time is N seconds.``
* ``o18 HEX`` and ``o37 HEX`` (DHCPv6)

And what other programs call the values of an identity. Look-ups and readers of leases share both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from techinfo.dhcp.identity import Field
from techinfo.dhcp.notations import decimals, separated, unrsyslogged

_STEMS = {
    "circuit": Field.CIRCUIT,
    "remote": Field.REMOTE,
    "interface": Field.INTERFACE,
    "iface": Field.INTERFACE,
}
_FRONTS = "adsl|agent|bbf|dhcp|dhcp6|dhcpv6|info|information|opt82|option|option82|relay"
"""``agent.circuit-id`` (ISC dhcpd), ``ADSL-Agent-Circuit-Id`` (RFC 4679), ``DHCP-Relay-Circuit-Id``
(FreeRADIUS 3), ``Relay-Agent-Information.Circuit-Id`` (FreeRADIUS 4), ``dhcp6.interface-id``."""
_NAME = re.compile(
    rf"(?:(?:{_FRONTS})[-_. ])*({'|'.join(_STEMS)})(?:[-_. ]?id)?(?:[-_]tag)?", re.IGNORECASE
)
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


class How(IntEnum):
    """How a recipe writes a value; the higher, the surer."""

    RAW = 1
    DECIMAL = 2
    DOTTED = 3
    HEX = 4


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written."""

    written: str
    how: How = How.HEX

    @property
    def octets(self) -> bytes | None:
        """The octets; ``None`` when they cannot be read."""
        if self.how is How.RAW:
            return unrsyslogged(self.written.encode("latin-1"))
        if self.how is How.DECIMAL:
            return decimals(self.written)
        return separated(self.written, ":" if self.how is How.HEX else ".")

    @property
    def spelt(self) -> bytes:
        """In a notation that marks itself, whoever reads it; what cannot be read as it is."""
        marks_itself = self.how is How.RAW or (self.how is How.HEX and ":" in self.written)
        octets = None if marks_itself else self.octets
        return b"0x" + octets.hex().encode() if octets else self.written.encode("latin-1")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeLine:
    """What a line by a recipe says; a value that is not in it is ``None``."""

    address: str = ""
    client: str = ""
    lasts: str = ""
    circuit: Value | None = None
    remote: Value | None = None
    interface: Value | None = None
    remote6: Value | None = None


WORDS: Final = frozenset({"COMMIT", "o82hex", "o82raw", "Lease", "Option", "o18", "o37"})
"""First words of lines by a recipe."""
_MOST = 1022
"""ISC dhcpd cuts what it logs at 1,023 octets (CVT_BUF_MAX in includes/dhcpd.h)."""
_FIELD = re.compile(r" (ip|mac|cid|rid)=(\S*)")
_VALUE = re.compile(r"o82(hex|raw) (\S{1,45}) (circuit|remote)-id ?(.*)", re.DOTALL)
_DECIMAL = re.compile(r"Lease for (\S{1,45}) raw option-82 info is CID: ([\d.]*) AID: ([0-9a-f.]*)")
_QUOTED = re.compile(
    r"Option 82: received a \w{1,20} DHCP packet from relay-agent \S{1,60} with"
    r'(?: a circuit-id of "([0-9a-fA-F:]*)")?,?(?: (?:and )?a remote-id of "([0-9a-fA-F:]*)")?'
    r" for (\S{1,45}) \((\S{1,60})\) lease time is (\S{1,20}) seconds"
)


def read_recipe(message: str) -> RecipeLine | None:
    """What a line says; ``None``: it is by no recipe, or it is cut off."""
    read = _READERS.get(message.partition(" ")[0])
    return read(message) if read and len(message) <= _MOST else None


def _commit(message: str) -> RecipeLine | None:
    fields: dict[str, str] = dict(reversed(_FIELD.findall(message)))
    circuit, remote = fields.get("cid"), fields.get("rid")
    if "ip" not in fields or circuit is None or remote is None:
        return None
    return RecipeLine(
        address=fields["ip"],
        client=fields.get("mac", ""),
        circuit=Value(circuit),
        remote=Value(remote),
    )


def _value(message: str) -> RecipeLine | None:
    match = _VALUE.match(message)
    if match is None:
        return None
    value = Value(match[4], How.HEX if match[1] == "hex" else How.RAW)
    if match[3] == "circuit":
        return RecipeLine(address=match[2], circuit=value)
    return RecipeLine(address=match[2], remote=value)


def _decimal(message: str) -> RecipeLine | None:
    match = _DECIMAL.match(message)
    if match is None:
        return None
    circuit = Value(match[2], How.DECIMAL)
    return RecipeLine(address=match[1], circuit=circuit, remote=Value(match[3], How.DOTTED))


def _quoted(message: str) -> RecipeLine | None:
    match = _QUOTED.match(message)
    if match is None:
        return None
    circuit, remote, address, client, lasts = match.groups()
    return RecipeLine(
        address=address,
        client=client,
        lasts=lasts,
        circuit=Value(circuit or ""),
        remote=Value(remote or ""),
    )


def _six(message: str) -> RecipeLine:
    value = Value(message[4:].strip())
    return RecipeLine(interface=value) if message.startswith("o18") else RecipeLine(remote6=value)


_READERS: Final[dict[str, Callable[[str], RecipeLine | None]]] = {
    "COMMIT": _commit,
    "o82hex": _value,
    "o82raw": _value,
    "Lease": _decimal,
    "Option": _quoted,
    "o18": _six,
    "o37": _six,
}
