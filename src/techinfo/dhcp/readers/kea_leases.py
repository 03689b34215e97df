"""What Kea says of its leases, in its lease file and over its control socket: the same states.

The lease file (memfile), DHCPv4 and DHCPv6, of Kea 2.2 to 3.0 begins with its columns. Kea appends;
the clean-up of old rows (LFC) puts the file aside and begins a new one. A comma within a field is
written ``&#x2c``, as are others (``&#xHH``). The control socket answers lease4-get-all,
lease4-get-page and the same of DHCPv6 in JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import digits, duid, leased, mac, mac_of_duid, whole
from techinfo.dhcp.octets import parse_options6, parse_suboptions
from techinfo.dhcp.readers.cutting import Leases, Lines
from techinfo.dhcp.readers.reader import Form, Records, Work
from techinfo.errors import OctetError

ASSIGNED, DECLINED, RECLAIMED, RELEASED = 0, 1, 2, 3
_FOR_EVER = 0xFFFFFFFF
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class KeaLease:
    """One row.

    Attributes:
        granted: Client last transaction time, seconds since 1970.
        valid_s: Valid lifetime; Kea 2 writes a released lease with 0.
    """

    address: str
    mac: str | None
    duid: str | None
    granted: int
    valid_s: int
    state: int
    identity: Identity | None


class KeaLeases:
    """Rows of one source, as events. Rows are written when something happens, so they tell time.

    A released lease is written again with a lifetime of 0 and the time of its last renewal, in
    Kea 3 with state 3: when it was released stands nowhere. It was not before whatever the file
    has reached already.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._latest: datetime | None = None

    def event(self, row: KeaLease) -> Iterator[LeaseEvent]:
        """What a row tells; nothing when its time or state cannot be read."""
        granted = epoch(row.granted)
        if granted is None or row.state not in (ASSIGNED, DECLINED, RECLAIMED, RELEASED):
            return
        for_ever = row.valid_s == _FOR_EVER
        kind, at, at_least = self._happened(row, granted)
        if not for_ever:
            self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=row.address,
            server=self._work.source.name,
            mac=row.mac,
            duid=row.duid,
            identity=row.identity,
            lifetime_s=row.valid_s if kind is Kind.GRANTED and not for_ever else None,
            at_least=at_least,
        )

    def _happened(self, row: KeaLease, granted: datetime) -> tuple[Kind, datetime, bool]:
        so_far = max(granted, self._latest or granted)
        if row.state == RELEASED or (row.state == ASSIGNED and row.valid_s == 0):
            return Kind.RELEASED, so_far, True
        if row.state == ASSIGNED:
            return Kind.GRANTED, granted, False
        if row.valid_s == 0:  # given back before, or declined and recovered
            return Kind.FREED, so_far, True
        if row.state == DECLINED:
            return Kind.DECLINED, granted, False
        return Kind.EXPIRED, granted + timedelta(seconds=row.valid_s), False


def identity_of(context: object) -> Identity | None:
    """The identity in a lease's user context; ``None`` when it has none.

    Kea 2.2 has ``relay-agent-info`` as a text and ``relays``, later ``relay-agent-info`` as an
    object and ``relay-info``. Layers of DHCPv6 stand outermost first; the one with the lowest hop
    count is next to the client and names the access (RFC 6221).

    Raises:
        OctetError: It has one that cannot be read.
    """
    isc = _object(_object(context).get("ISC"))
    agent = isc.get("relay-agent-info")
    if agent is not None:
        row = agent if isinstance(agent, str) else _object(agent).get("sub-options")
        return parse_suboptions(_octets(row)) or None
    layers = isc.get("relay-info", isc.get("relays"))
    if isinstance(layers, list) and layers:
        found = [layer for layer in layers if isinstance(layer, dict)]
        if not found:
            return None
        nearest = min(reversed(found), key=_hop)
        return parse_options6(_octets(nearest.get("options", ""))) or None
    return None


def context_of(text: str) -> object:
    """A user context from its JSON; ``None`` when it is none, or nests too deeply to be one."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else _NOTHING


def _hop(layer: Mapping[str, Any]) -> int:
    hop = layer.get("hop")
    return hop if isinstance(hop, int) else 0


def _octets(written: object) -> bytes:
    found = digits(written) if isinstance(written, str) else None
    if found is None:
        raise OctetError("is no hex", position=0)
    return found


_REFERENCE = re.compile("&#x([0-9A-Fa-f]{2})")
_HEAD = b"valid_lifetime"
_COLUMNS = ("address", "valid_lifetime", "expire", "state")
_DELEGATED = "2"
"""``lease_type`` of a prefix."""


class _Rows(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._leases = KeaLeases(work)
        self._columns: dict[str, int] = {}
        if work.source.head:
            self._begin(work.source.head)

    def __call__(self, record: bytes) -> Iterable[Event]:
        if _HEAD in record and set(_COLUMNS) <= set(record.decode("ascii", "replace").split(",")):
            self._begin(record)
            return
        row = self._row(record)
        if row is not None:
            yield from self._leases.event(row)

    def _begin(self, head: bytes) -> None:
        names = head.decode("ascii", "replace").strip().split(",")
        self._columns = {name: n for n, name in enumerate(names)}
        if not all(column in self._columns for column in _COLUMNS):
            self._work.tally.bad("a column of these is missing: " + ", ".join(_COLUMNS), head)
            self._columns = {}

    def _row(self, record: bytes) -> KeaLease | None:
        cells, columns = record.decode("utf-8", "replace").split(","), self._columns
        if not columns or len(cells) != len(columns):
            why = "a row of other columns" if columns else "a row before its columns"
            self._work.tally.bad(why, record)
            return None

        def cell(name: str) -> str:
            return cells[columns[name]] if name in columns else ""

        delegated = cell("lease_type") == _DELEGATED
        address = leased(cell("address"), cell("prefix_len") if delegated else "")
        valid_s, expire = whole(cell("valid_lifetime")), whole(cell("expire"))
        state = whole(cell("state"))
        if address is None or valid_s is None or expire is None or state is None:
            self._work.tally.bad("an address or a number cannot be read", record)
            return None
        client = duid(cell("duid"))
        return KeaLease(
            address=address,
            mac=mac(cell("hwaddr")) or mac_of_duid(client),
            duid=client,
            granted=expire - valid_s,
            valid_s=valid_s,
            state=state,
            identity=self._work.identity(record, _identity, cell("user_context")),
        )


def _identity(context: str) -> Identity | None:
    if not context:
        return None
    return identity_of(context_of(_REFERENCE.sub(lambda match: chr(int(match[1], 16)), context)))


CSV = Form(
    name="kea-csv",
    about="Kea's lease file, kea-leases4.csv or kea-leases6.csv (store-extended-info: true)",
    cutter=Lines,
    records=_Rows,
    head=True,
)


class _Answers(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._leases = KeaLeases(work)

    def __call__(self, record: bytes) -> Iterable[Event]:
        try:
            found = json.loads(record)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self._work.tally.bad("is no JSON", record)
            return
        numbers = [found.get(key) for key in ("cltt", "valid-lft", "state")]
        delegated = found.get("type") == "IA_PD"
        length = str(found.get("prefix-len", "")) if delegated else ""
        address = leased(str(found.get("ip-address")), length)
        if address is None or not all(isinstance(n, int) and 0 <= n < 2**33 for n in numbers):
            self._work.tally.bad("an address or a number is missing", record)
            return
        granted, valid_s, state = (int(n or 0) for n in numbers)
        client = duid(str(found.get("duid", "")))
        identity = self._work.identity(record, identity_of, found.get("user-context"))
        yield from self._leases.event(
            KeaLease(
                address=address,
                mac=mac(str(found.get("hw-address", ""))) or mac_of_duid(client),
                duid=client,
                granted=granted,
                valid_s=valid_s,
                state=state,
                identity=identity,
            )
        )


CONTROL = Form(
    name="kea-control",
    about="a file of answers of Kea's control socket: lease4-get-all, lease6-get-page, …, JSON",
    cutter=Leases,
    records=_Answers,
    rewritten=True,
)

SOCKET = replace(
    CONTROL,
    name="kea-socket",
    about="Kea's control socket, asked for all leases every minute (hook library lease_cmds)",
    rewritten=False,
)
