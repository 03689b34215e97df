"""The environment of Kea's run_script hook, as a script wrote it down.

The script appends a line ``--- `` with the event's name, a line ``TIME=`` with ``date +%s``, then
the variables, one a line, without the host names, as a client may put a line feed into its own (see
docs/leases.md). Without TIME, which Kea does not give, a grant is of its CLTT, and what has none of
the moment at which it is read. The variables are those of Kea's manual, "Run Script: Run Script
Support for External Hook Scripts".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import digits, duid, leased, mac, mac_of_duid, whole
from techinfo.dhcp.octets import parse_suboptions
from techinfo.dhcp.readers.cutting import Blocks
from techinfo.dhcp.readers.reader import Form, Records, Work
from techinfo.errors import OctetError

_MARK = re.compile(rb"^--- ", re.MULTILINE)
_MOST_LEASES = 64
_ENDINGS = {
    "lease4_expire": Kind.EXPIRED,
    "lease6_expire": Kind.EXPIRED,
    "lease4_release": Kind.RELEASED,
    "lease6_release": Kind.RELEASED,
    "lease4_decline": Kind.DECLINED,
    "lease6_decline": Kind.DECLINED,
    "lease4_recover": Kind.FREED,
    "lease6_recover": Kind.FREED,
}
_SIX_ASKED = "QUERY6_TYPE"
_DECLINES = frozenset({"DHCPDECLINE", "DECLINE"})
_RELEASES = frozenset({"DHCPRELEASE", "RELEASE"})


class _Events(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        first, *lines = record.decode("utf-8", "replace").splitlines()
        if not first.startswith("--- "):
            self._work.tally.bad("does not begin with '--- ' and an event's name", record)
            return
        parts = [line.partition("=") for line in lines]
        pairs = [(name, value) for name, equals, value in parts if equals]
        variables = dict(pairs)
        if len(variables) != len(pairs):
            self._work.tally.bad("a variable stands twice: a value may hold a line feed", record)
            return
        at = epoch(variables["TIME"]) if "TIME" in variables else self._work.source.now()
        if at is None:
            self._work.tally.bad("TIME is no time", record)
            return
        event = first.removeprefix("--- ").strip()
        identity = self._work.identity(record, _identity, variables)
        if event in _ENDINGS:
            yield from self._ending(at, _ENDINGS[event], variables, identity, record)
        elif event in {"leases4_committed", "leases6_committed"}:
            yield from self._committed(at, variables, identity, record)

    def _ending(
        self,
        at: datetime,
        kind: Kind,
        variables: Mapping[str, str],
        identity: Identity | None,
        record: bytes,
    ) -> Iterator[Event]:
        six = "LEASE6_ADDRESS" in variables
        event = self._lease(at, kind, variables, "LEASE6" if six else "LEASE4", identity)
        if event is None:
            self._work.tally.bad("an address cannot be read", record)
        else:
            yield event

    def _committed(
        self, at: datetime, variables: Mapping[str, str], identity: Identity | None, record: bytes
    ) -> Iterator[Event]:
        asked = variables.get("QUERY4_TYPE", "")
        declined = variables.get(_SIX_ASKED, asked) in _DECLINES
        kind = Kind.DECLINED if declined else Kind.GRANTED
        gone = Kind.RELEASED if variables.get(_SIX_ASKED, asked) in _RELEASES else Kind.FREED
        for prefix, what in (
            ("LEASES4", kind),
            ("LEASES6", kind),
            ("DELETED_LEASES4", gone),
            ("DELETED_LEASES6", gone),
        ):
            for n in range(_MOST_LEASES):
                if not variables.get(f"{prefix}_AT{n}_ADDRESS"):
                    break
                event = self._lease(at, what, variables, f"{prefix}_AT{n}", identity)
                if event is None:
                    self._work.tally.bad("an address cannot be read", record)
                else:
                    yield event
        client = mac(variables.get("QUERY4_HWADDR", ""))
        if identity is not None and not variables.get("LEASES4_AT0_ADDRESS") and client:
            yield IdentifierSeen(
                at=at, identity=identity, server=self._work.source.name, mac=client
            )

    def _lease(
        self,
        at: datetime,
        kind: Kind,
        variables: Mapping[str, str],
        prefix: str,
        identity: Identity | None,
    ) -> LeaseEvent | None:
        length = variables.get(f"{prefix}_PREFIX_LEN", "")
        delegated = variables.get(f"{prefix}_TYPE") == "IA_PD"
        address = leased(variables.get(f"{prefix}_ADDRESS", ""), length if delegated else "")
        if address is None:
            return None
        client = duid(variables.get(f"{prefix}_DUID", "") or variables.get("QUERY6_DUID", ""))
        hardware = variables.get(f"{prefix}_HWADDR", "") or variables.get("QUERY4_HWADDR", "")
        granted = epoch(variables.get(f"{prefix}_CLTT", "")) if kind is Kind.GRANTED else None
        return LeaseEvent(
            at=at if "TIME" in variables or granted is None else granted,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(hardware) or mac_of_duid(client),
            duid=client,
            identity=identity,
            lifetime_s=whole(variables.get(f"{prefix}_VALID_LIFETIME", ""))
            if kind is Kind.GRANTED
            else None,
        )


def _identity(variables: Mapping[str, str]) -> Identity | None:
    """The whole option where it is there, else its first two sub-options."""
    if whole_option := variables.get("QUERY4_OPTION_82"):
        octets = digits(whole_option)
        if octets is None:
            raise OctetError("is no hex", position=0)
        return parse_suboptions(octets) or None
    parts = [digits(variables.get(f"QUERY4_OPTION_82_SUB_OPTION_{n}", "")) for n in (1, 2)]
    return Identity(circuit=parts[0], remote=parts[1]) or None


FORM = Form(
    name="kea-script",
    about="the environment of Kea's run_script hook, written down by a script with '--- ' lines",
    cutter=lambda: Blocks(_MARK, kept=True),
    records=_Events,
    open_ended=True,
)
