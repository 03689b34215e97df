r"""The environment of dnsmasq's --dhcp-script, as a script wrote it down.

Entries end with a NUL, as values may hold anything else; in front of those of one event the script
puts ``EVENT=`` and its arguments: ``{ printf 'EVENT=%s\0' "$*"; env -0; } >> FILE``. Values end
at their first NUL, which an environment cannot hold: of a circuit-id ``00 04 …`` nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import address, duid, mac, mac_of_duid, whole
from techinfo.dhcp.readers.clock import epoch
from techinfo.dhcp.readers.cutting import Blocks
from techinfo.dhcp.readers.reader import Form, Work

_MARK = re.compile(rb"(?:\A|\0)EVENT=")
_KINDS = {"add": Kind.GRANTED, "old": Kind.RENEWED, "del": Kind.FREED}


class _Events:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._latest: datetime | None = None

    def __call__(self, record: bytes) -> Iterable[Event]:
        event, *entries = record.strip(b"\0\n").split(b"\0")
        words = event.removeprefix(b"EVENT=").decode("latin-1").split(" ")
        if not event.startswith(b"EVENT=") or len(words) < 3:
            self._work.tally.bad("does not begin with EVENT= and its arguments", record)
            return
        kind = _KINDS.get(words[0])
        if kind is None:
            return  # tftp, arp-add and others are of no lease
        told = dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)
        leased = address(words[2])
        at = self._time(kind, told)
        if leased is None or at is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        client = duid(words[1]) if ":" in leased else None
        hardware = words[1] if client is None else _text(told, "DNSMASQ_MAC")
        granted = kind is not Kind.FREED
        self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=leased,
            server=self._work.source.name,
            mac=mac(hardware) or mac_of_duid(client),
            duid=client,
            identity=_identity(told) if granted else None,
            lifetime_s=whole(_text(told, "DNSMASQ_TIME_REMAINING")) if granted else None,
            at_least=not granted and b"TIME" not in told,
            cut=True,
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

    def _time(self, kind: Kind, told: Mapping[bytes, bytes]) -> datetime | None:
        """When it happened: dnsmasq tells the end and what remains, of a lease that is gone not."""
        if b"TIME" in told:
            return epoch(_text(told, "TIME"))
        expires = epoch(_text(told, "DNSMASQ_LEASE_EXPIRES"))
        if kind is Kind.FREED:
            latest = self._latest or self._work.source.now()
            return min(expires, latest) if expires else latest
        remains = whole(_text(told, "DNSMASQ_TIME_REMAINING"))
        if expires is None:
            return self._work.source.now()  # it never ends
        return expires - timedelta(seconds=remains) if remains is not None else None


def _identity(told: Mapping[bytes, bytes]) -> Identity | None:
    circuit, remote = told.get(b"DNSMASQ_CIRCUIT_ID"), told.get(b"DNSMASQ_REMOTE_ID")
    return Identity(circuit=circuit, remote=remote) or None


def _text(told: Mapping[bytes, bytes], name: str) -> str:
    return told.get(name.encode(), b"").decode("latin-1")


FORM = Form(
    name="dnsmasq-script",
    about="the environment of dnsmasq's --dhcp-script, written down NUL separated with EVENT=",
    cutter=lambda: Blocks(_MARK, kept=True),
    records=_Events,
    open_ended=True,
)
