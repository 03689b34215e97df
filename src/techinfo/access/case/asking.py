"""What the devices of an access ask of DHCP servers, as the `dhcp` of a case has it.

A provider is told of its own devices: those that it sees on the access, or that ask in a VLAN of
its own. Of ordered equipment that asks through another access it hears that, and not where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from techinfo.access.answer import UNKNOWN, ServiceOf
from techinfo.access.rights import Right
from techinfo.dhcp.events import REQUESTS
from techinfo.inventory import Inventory
from techinfo.leases.log import LeaseLog
from techinfo.leases.messages import MessageRow
from techinfo.model import MacEntry
from techinfo.moments import rfc3339

_REQUESTS = frozenset(map(str, REQUESTS))
_MOST = 64
_Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Whose requests are wanted.

    Attributes:
        held: The viewer's right to the access.
        service: VLAN -> service type there.
        seen: What the viewer sees on the access.
        ordered: MAC addresses of equipment that the viewer's own orders name.
    """

    held: Right
    service: ServiceOf
    seen: tuple[MacEntry, ...]
    ordered: frozenset[str]

    def owns(self, vlan: int | None, at: datetime) -> bool:
        """Whether what a device in a VLAN did is the viewer's; without one it is the operator's."""
        kind = self.service(vlan)
        is_told = vlan is not None or self.held.full_access
        return is_told and self.held.owns(vlan, None if kind == UNKNOWN else kind, at)


def dhcp_of(log: LeaseLog | None, inventory: Inventory, asker: Asker) -> Mapping[str, Any]:
    """The `dhcp` of a case; empty: no log tells what is asked."""
    if log is None or asker.held.until is not None:
        return {}
    access_id = asker.held.access.access_id
    clients = {row.mac.lower() for row in asker.seen} | {mac.lower() for mac in asker.ordered}
    asked = log.asked(access_id, clients)
    if asked is None:
        return {}
    rows = list(_own(asked.rows, inventory, asker))[-_MOST:]
    read_from = log.read_from(row for row, _ in rows)  # by others' rows it would tell of them
    told = {
        "state": "ok",
        "readFrom": None if read_from is None else rfc3339(read_from),
        "readAt": rfc3339(asked.read_at),
        "requests": [told for row, told in rows if row.type in _REQUESTS],
        "answers": [told for row, told in rows if row.type not in _REQUESTS],
    }
    return {name: value for name, value in told.items() if value is not None}


def _own(
    rows: Iterable[MessageRow], inventory: Inventory, asker: Asker
) -> Iterator[tuple[MessageRow, _Row]]:
    access = asker.held.access
    vlans = {row.mac.lower(): row.vlan for row in asker.seen}
    ordered = {mac.lower() for mac in asker.ordered}
    for row in rows:
        told = {"at": rfc3339(row.at), "mac": row.client.upper(), "type": row.type}
        told |= {} if row.reason is None else {"reason": row.reason}
        if row.access_id in (None, access.access_id):
            here = row.client in vlans or row.access_id is not None
            vlan = row.vlan if row.vlan is not None else vlans.get(row.client)
            if here and asker.owns(vlan, row.at):
                yield row, told | _resolved(row, "this")
        elif row.client in ordered and row.type in _REQUESTS:
            other = inventory.access(row.access_id)
            near = other is not None and other.element == access.element
            yield row, told | _resolved(row, "other") | {"near": near}


def _resolved(row: MessageRow, where: str) -> _Row:
    return {"resolvedTo": where} if row.type in _REQUESTS else {}
