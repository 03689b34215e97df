"""What names a subscription to a DHCP server: up to four values of octets."""

from __future__ import annotations

from enum import StrEnum

from techinfo.values import value

_ENTERPRISE = 4


@value(frozen=True, slots=True)
class Identity:
    """The identity in its canonical form: octets, never text. Empty octets become ``None``.

    Attributes:
        circuit: Agent Circuit ID, sub-option 1 of option 82 (RFC 3046).
        remote: Agent Remote ID, sub-option 2 of option 82 (RFC 3046).
        interface: Interface-ID, DHCPv6 option 18 (RFC 8415, 21.18).
        remote6: Remote-ID, DHCPv6 option 37 without its enterprise number (RFC 4649).
        enterprise: The enterprise number in front of `remote6`; ``None``: not known.
    """

    circuit: bytes | None = None
    remote: bytes | None = None
    interface: bytes | None = None
    remote6: bytes | None = None
    enterprise: int | None = None

    def __post_init__(self) -> None:
        if b"" in (self.circuit, self.remote, self.interface, self.remote6):
            for name in ("circuit", "remote", "interface", "remote6"):
                if getattr(self, name) == b"":
                    object.__setattr__(self, name, None)

    def __bool__(self) -> bool:
        """Whether it names anything; a lone enterprise number does not."""
        return bool(self.circuit or self.remote or self.interface or self.remote6)


class Field(StrEnum):
    """One value of an identity."""

    CIRCUIT = "circuit"
    REMOTE = "remote"
    INTERFACE = "interface"
    REMOTE6 = "remote6"

    __hash__ = str.__hash__
    """An enumeration's own is not in C, and an import asks for millions."""

    def of(self, identity: Identity) -> bytes | None:
        """Its octets; ``None`` when they are not known."""
        value: bytes | None = getattr(identity, self)
        return value


def split_option37(octets: bytes) -> tuple[bytes | None, int | None]:
    """The remote-id in a whole option 37, and the enterprise number in front of it (RFC 4649).

    Both are ``None`` when the option is too short to hold both.
    """
    if len(octets) <= _ENTERPRISE:
        return None, None
    return octets[_ENTERPRISE:], int.from_bytes(octets[:_ENTERPRISE], "big")


FAMILIES = ((Field.CIRCUIT, Field.REMOTE), (Field.INTERFACE, Field.REMOTE6))
"""IPv4 and IPv6: the value that names the port, and the one that names the switch or the line."""
