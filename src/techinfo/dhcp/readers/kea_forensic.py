"""The forensic ("legal") log of Kea, part of the open source since 3.0.

Its verbs are not to be taken at their word: a renewal "has been assigned", a decline "has been
released". Texts in brackets are octets as they came, unescaped; only the hex before them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import duid, leased, mac, mac_of_duid, separated
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.kea_lease import context_of, identity_of
from techinfo.dhcp.readers.reader import Form, Work
from techinfo.errors import OctetError

_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S{1,8}) (?:Address|Prefix): (\S{1,50}) has been "
    r"(assigned|renewed|rebound|released|declined|deleted)(.*)",
    re.DOTALL,
)
_KINDS = {
    "assigned": Kind.GRANTED,
    "renewed": Kind.RENEWED,
    "rebound": Kind.RENEWED,
    "released": Kind.RELEASED,
    "declined": Kind.DECLINED,
    "deleted": Kind.FREED,
}
_LASTS = re.compile(r" for (?:(\d{1,6}) days? )?(\d{1,6}) hrs (\d{1,2}) mins (\d{1,2}) secs")
_HARDWARE = re.compile(r"hardware address: hwtype=1 ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})")
_DUID = re.compile(r" with DUID: ([0-9a-f:]{2,400})")
_CONTEXT = ", context: {"
_FROM = re.compile(r", identified by |, connected at location ")
_VALUE = re.compile(r"(circuit-id|remote-id|subscriber-id|interface-id): ((?:[0-9a-f]{2}:?)*)")
_NEXT = re.compile(r" and |, connected at location ")


class _Lines:
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        match = _LINE.fullmatch(record.decode("latin-1"))
        at = self._work.clock.named(match[1], match[2]) if match else None
        address = leased(match[3]) if match else None
        if match is None or address is None:
            self._work.tally.bad("is no line of a lease", record)
            return
        if at is None:
            why = f"the zone {match[2]} is not what {self._work.clock.zone} is called then"
            self._work.tally.bad(why, record)
            return
        rest = match[5]
        client = _DUID.search(rest)
        told = duid(client[1].rstrip(":")) if client else None
        hardware = _HARDWARE.search(rest)
        kind = _KINDS[match[4]]
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(hardware[1]) if hardware else mac_of_duid(told),
            duid=told,
            identity=self._identity(rest, record),
            lifetime_s=_lifetime(rest),
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

    def _identity(self, rest: str, record: bytes) -> Identity | None:
        try:
            if (at := rest.rfind(_CONTEXT)) >= 0:
                return identity_of(context_of(rest[at + len(_CONTEXT) - 1 :].rstrip()))
            return _in_words(rest)
        except OctetError as error:
            self._work.tally.bad(str(error), record)
            return None


def _lifetime(rest: str) -> int | None:
    match = _LASTS.match(rest)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(n or 0) for n in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def _in_words(rest: str) -> Identity | None:
    """The values where the lease has no context, each skipped with the text in its bracket."""
    start = _FROM.search(rest)
    found: dict[str, bytes] = {}
    at = start.end() if start else len(rest)
    while (match := _VALUE.match(rest, at)) is not None:
        octets = separated(match[2])
        if octets is None:
            return None
        found[match[1]] = octets
        at = match.end()
        if rest.startswith(" (", at):
            at += 2 + len(octets) + 1
        after = _NEXT.match(rest, at)
        if after is None:
            break
        at = after.end()
    remote = found.get("remote-id", b"")
    if "interface-id" not in found and "hop count: " not in rest:
        return Identity(circuit=found.get("circuit-id"), remote=remote) or None
    enterprise = int.from_bytes(remote[:4], "big") if len(remote) > 4 else None
    six = Identity(
        interface=found.get("interface-id"),
        remote6=remote[4:] if enterprise is not None else None,
        enterprise=enterprise,
    )
    return six or None


FORM = Form(
    name="kea-forensic",
    about="Kea's forensic log, kea-legal.YYYYMMDD.txt (hook library legal_log)",
    cutter=Lines,
    records=_Lines,
    zoned=True,
)
