"""The lease file of Kea (memfile), DHCPv4 and DHCPv6, of Kea 2.2 to 3.0.

A file begins with its columns. Kea appends; the clean-up of old rows (LFC) puts the file aside and
begins a new one. A comma within a field is written ``&#x2c``, as are others (``&#xHH``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from techinfo.dhcp.events import Event
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import duid, leased, mac, mac_of_duid, whole
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.kea_lease import KeaLease, KeaLeases, context_of, identity_of
from techinfo.dhcp.readers.reader import Form, Work
from techinfo.errors import OctetError

_REFERENCE = re.compile("&#x([0-9A-Fa-f]{2})")
_HEAD = b"valid_lifetime"
_COLUMNS = ("address", "valid_lifetime", "expire", "state")
_DELEGATED = "2"
"""``lease_type`` of a prefix."""


class _Rows:
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

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

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
            identity=self._identity(cell("user_context"), record),
        )

    def _identity(self, written: str, record: bytes) -> Identity | None:
        if not written:
            return None
        text = _REFERENCE.sub(_character, written) if "&#x" in written else written
        try:
            return identity_of(context_of(text))
        except OctetError as error:
            self._work.tally.bad(str(error), record)
            return None


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


FORM = Form(
    name="kea-csv",
    about="Kea's lease file, kea-leases4.csv or kea-leases6.csv (store-extended-info: true)",
    cutter=Lines,
    records=_Rows,
    head=True,
)
