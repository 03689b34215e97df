"""Requests as a manager sends them, for tests that look at single datagrams."""

from __future__ import annotations

from techinfo.snmp import ber

NAME = "1.3.6.1.2.1.1.5.0"
"""SNMPv2-MIB sysName."""


def request(
    pdu_type: int = ber.GET, *oids: str, community: bytes = b"secret", most: int = 0
) -> bytes:
    """A datagram of SNMPv2c."""
    listed = b"".join(
        ber.wrap(ber.SEQUENCE, ber.wrap(ber.OBJECT_IDENTIFIER, ber.encode_oid(oid)) + b"\5\0")
        for oid in oids or (NAME,)
    )
    numbers = [ber.encode_value(ber.INTEGER, number) for number in (1, 0, most)]
    pdu = ber.wrap(pdu_type, b"".join(numbers) + ber.wrap(ber.SEQUENCE, listed))
    head = ber.encode_value(ber.INTEGER, 1) + ber.wrap(ber.OCTET_STRING, community)
    return ber.wrap(ber.SEQUENCE, head + pdu)
