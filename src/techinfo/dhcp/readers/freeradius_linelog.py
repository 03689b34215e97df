r"""Lines of FreeRADIUS' linelog, of its DHCP server or of accounting.

The format is the operator's own. Read is what begins with a local time (``%S``) and has fields
``name=value``: ``mac`` or ``user``, ``ip``, ``circuit``, ``remote``, and ``acct`` (accounting) or
the type of the message after the time (DHCP)::

    format = "%S %{DHCP-Message-Type} mac=%{DHCP-Client-Hardware-Address} \
              ip=%{reply:DHCP-Your-IP-Address} circuit=%{DHCP-Relay-Circuit-Id} \
              remote=%{DHCP-Relay-Remote-Id}"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import address, digits, mac, unescaped
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Work

_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (DHCP-[A-Za-z-]{1,20})?(.*)", re.DOTALL)
_FIELD = re.compile(r" (mac|user|ip|acct|circuit|remote)=(\S*)")
_KINDS = {
    "Start": Kind.GRANTED,
    "Interim-Update": Kind.RENEWED,
    "Alive": Kind.RENEWED,
    "Stop": Kind.RELEASED,
    "DHCP-Request": Kind.GRANTED,
    "DHCP-Ack": Kind.GRANTED,
    "DHCP-Release": Kind.RELEASED,
    "DHCP-Decline": Kind.DECLINED,
}


class _Lines:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._had: BoundedMemory[str, str] = BoundedMemory()

    def __call__(self, record: bytes) -> Iterable[Event]:
        match = _LINE.fullmatch(record.decode("latin-1"))
        at = self._work.clock.iso(match[1]) if match else None
        if match is None or at is None:
            self._work.tally.bad("does not begin with a time", record)
            return
        told: dict[str, str] = {}
        for field in _FIELD.finditer(" " + match[3].lstrip()):
            told.setdefault(field[1], field[2])
        if not told:
            self._work.tally.bad("has none of the fields mac, user, ip, circuit, remote", record)
            return
        yield from self._told(at, _KINDS.get(told.get("acct", match[2] or "")), told, record)

    def _told(
        self, at: datetime, kind: Kind | None, told: dict[str, str], record: bytes
    ) -> Iterator[Event]:
        identity = _identity(told)
        client = mac(told.get("mac", "") or told.get("user", ""))
        found = address(told.get("ip", ""))
        if kind is None:
            if identity is not None:
                yield IdentifierSeen(
                    at=at,
                    identity=identity,
                    server=self._work.source.name,
                    mac=client,
                    address=found,
                )
            return
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        # A release is logged without an address, as the reply has none.
        found = found or (self._had.get(client or "") if not granted else None)
        if found is None:
            if granted:
                self._work.tally.bad("has no address", record)
            return
        if granted and client:
            self._had[client] = found
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=found,
            server=self._work.source.name,
            mac=client,
            identity=identity,
            lifetime_s=self._work.source.lease_s if granted else None,
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())


def _identity(told: dict[str, str]) -> Identity | None:
    circuit, remote = (_octets(told.get(name, "")) for name in ("circuit", "remote"))
    return Identity(circuit=circuit, remote=remote) or None


def _octets(written: str) -> bytes | None:
    """``0x…``, or a text with escapes; one with a blank in it is cut, and so is none."""
    return digits(written) if written.startswith("0x") else unescaped(written.encode("latin-1"))


FORM = Form(
    name="freeradius-linelog",
    about="lines of FreeRADIUS' linelog: time, type, mac=, ip=, circuit=, remote= (acct=, user=)",
    cutter=Lines,
    records=_Lines,
    zoned=True,
    overlap=16 * 1024,
)
