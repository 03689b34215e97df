"""dnsmasq's lease file: who has which address until when. It holds no option 82.

A row is ``END MAC ADDRESS NAME CLIENT-ID``. After a line ``duid …`` those of DHCPv6 follow, with
the IAID in place of the MAC address and the DUID as client identifier. Only the end stands there,
so that the server's lease time must be known to tell when a lease was granted. A lease that was
given back is left out of the file, which tells nothing: it is over when its time is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.notations import address, duid, mac, mac_of_duid, whole
from techinfo.dhcp.readers.clock import epoch
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Work


class _Rows:
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        words = record.decode("utf-8", "replace").split(" ")
        if words[0] == "duid" and len(words) == 2:
            return
        leased = address(words[2]) if len(words) == 5 else None
        end = whole(words[0])
        if leased is None or end is None or (end and epoch(end) is None):
            self._work.tally.bad("is no row of a lease", record)
            return
        ends, lease_s = epoch(end) if end else None, self._work.source.lease_s
        now = self._work.source.now()
        at = ends - timedelta(seconds=lease_s) if ends and lease_s else now
        over = ends is not None and ends <= at  # when it was granted, nobody can tell
        client = duid(words[4]) if ":" in leased else None
        yield LeaseEvent(
            at=ends if ends is not None and over else at,
            kind=Kind.EXPIRED if over else Kind.GRANTED,
            address=leased,
            server=self._work.source.name,
            mac=mac_of_duid(client) if client else mac(words[1]),
            duid=client,
            lifetime_s=int((ends - at).total_seconds()) if ends and not over else None,
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())


FORM = Form(
    name="dnsmasq-leases",
    about="dnsmasq's lease file; it holds no option 82 (needs lease_s)",
    cutter=Lines,
    records=_Rows,
    rewritten=True,
)
