"""What a document of an access is worth to a ticket."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from techinfo.access.rights import runs
from techinfo.inventory import Subscription
from techinfo.tickets.difference import Document, was_read
from techinfo.tickets.records import OPERATOR, Attachment, Found, LinkInfo, Ticket

_NEVER = frozenset({"igmpSnooping"})
"""Which groups somebody watches is never kept (contract: How long); their number may be."""


def judged(document: Document) -> tuple[Attachment, str]:
    """Whether a document tells anything, and what it lacks, in words.

    A document of which nothing was read is no link info, whatever else stands in it.
    """
    parts: Mapping[str, Mapping[str, Any]] = document.get("parts", {})
    lacking = [
        f"{name}: {part.get('cause') or 'could not be read'}"
        for name, part in parts.items()
        if part.get("state") in {"failed", "partial"}
    ]
    if any(was_read(document, name) for name in parts):
        return Attachment.ATTACHED, "; ".join(lacking)
    failed = [part for part in parts.values() if part.get("state") == "failed"]
    causes = {str(part["cause"]) for part in failed if part.get("cause")}
    if len(causes) == 1:
        return Attachment.FAILED, causes.pop()
    return Attachment.FAILED, "; ".join(lacking) or "nothing can be read on this access"


def worth(info: LinkInfo) -> str:
    """In one sentence, what link info is worth."""
    if info.state is Attachment.PENDING:
        return "not there yet: it is being read"
    if info.state is Attachment.FAILED:
        return f"nothing: {info.why}"
    after_s = (info.done_at - info.asked_at).total_seconds() if info.done_at else 0.0
    read = f"read within {max(1, round(after_s))} s of that moment"
    return f"{read}, but not all of it: {info.why}" if info.why else f"complete, {read}"


def kept(document: Document) -> dict[str, Any]:
    """The document as a ticket may keep it."""
    return {key: value for key, value in document.items() if key not in _NEVER}


def service_types(
    ticket: Ticket, subscriptions: Iterable[Subscription], now: datetime
) -> frozenset[str] | None:
    """The services that a ticket is about; ``None`` when nothing tells: then it is all.

    Args:
        ticket: Names a subscription, or its provider holds some.
        subscriptions: All of the access.
        now: The time.
    """
    theirs = [s for s in subscriptions if ticket.provider in (OPERATOR, s.provider)]
    named = [s for s in theirs if s.subscription_id == ticket.subscription_id]
    if named:
        return frozenset(s.service_type for s in named)
    held = frozenset(
        s.service_type for s in theirs if s.provider == ticket.provider and runs(s, now)
    )
    return held if len(held) == 1 else None


def found(document: Document, services: Collection[str] | None, now: datetime) -> Found:
    """What the creator of a ticket may have left empty; only what is sure.

    Args:
        document: ``techinfo.access/1``.
        services: Rows of which services count; ``None``: all.
        now: A lease that has ended by then is none.
    """
    link = document.get("status", {}).get("link") if was_read(document, "status") else None
    return Found(
        ip=_address(_column(document, "leaseInfo", "lease", services, now)),
        mac=_only(_column(document, "macAddressTable", "mac", services, now)),
        link=link if isinstance(link, bool) else None,
    )


def _column(
    document: Document, part: str, key: str, services: Collection[str] | None, now: datetime
) -> set[str]:
    if not was_read(document, part) or document["parts"][part]["state"] == "partial":
        return set()
    return {
        str(row[key])
        for row in document.get(part, ())
        if row.get(key)
        and (services is None or row.get("serviceType") in services)
        and not _ended(row.get("end"), now)
    }


def _ended(end: str | None, now: datetime) -> bool:
    return end is not None and datetime.fromisoformat(end) <= now


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _address(leases: set[str]) -> str | None:
    """The one IPv4 address; where there is none, the one IPv6 address or prefix."""
    v4 = {lease for lease in leases if _is_v4(lease)}
    return _only(v4 or leases)


def _is_v4(lease: str) -> bool:
    try:
        return ipaddress.ip_network(lease, strict=False).version == 4
    except ValueError:
        return False
