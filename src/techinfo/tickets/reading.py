"""What a document of an access says to a ticket, and what has changed between two of them.

Documents are ``techinfo.access/1``. Only what both readings have is compared, in words; what one of
them could not read is named, so that nobody takes it for unchanged.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from techinfo.access.rights import runs
from techinfo.inventory import Subscription
from techinfo.tickets.records import OPERATOR, Attachment, Found, LinkInfo, Ticket

Document = Mapping[str, Any]

READ = frozenset({"ok", "empty", "partial"})
"""States of a part that was read."""
_MOST_NAMED = 5
_LIGHT_DB = 0.5
"""Two readings of a level that nobody has touched differ by less."""


def difference(before: Document, after: Document) -> tuple[str, ...]:
    """What has changed, most telling first; never empty."""
    found = [
        words
        for part, compare in _COMPARED.items()
        if _is_answered(before, part) and _is_answered(after, part)
        for words in compare(before.get(part, {}), after.get(part, {}))
    ]
    before_groups, after_groups = before.get("igmpGroups"), after.get("igmpGroups")
    if None not in (before_groups, after_groups) and before_groups != after_groups:
        found.append(f"multicast groups went from {before_groups} to {after_groups}")
    found = found or ["nothing has changed"]
    return (*found, *_not_compared(before, after))


def was_read(document: Document, part: str) -> bool:
    """Whether a part of a document was read."""
    return document.get("parts", {}).get(part, {}).get("state") in READ


def _is_answered(document: Document, part: str) -> bool:
    """Whether a part says anything; that a device does not answer (``up``: false) does."""
    body = document.get(part)
    silent = isinstance(body, Mapping) and body.get("up") is False
    return silent or was_read(document, part)


def _not_compared(before: Document, after: Document) -> Iterator[str]:
    for part in _COMPARED:
        read = _is_answered(before, part), _is_answered(after, part)
        if read == (True, False):
            yield f"{part} is not compared: it could not be read the second time"
        elif read == (False, True):
            yield f"{part} is not compared: it could not be read the first time"


def _flipped(before: Document, after: Document, key: str, on: str, off: str) -> Iterator[str]:
    """Words for a field that has become true, or false."""
    if before.get(key) is False and after.get(key):
        yield on
    elif before.get(key) and after.get(key) is False:
        yield off


def _hardware(before: Document, after: Document) -> Iterator[str]:
    yield from _flipped(
        before,
        after,
        "up",
        "the access switch answers again",
        "the access switch no longer answers",
    )
    since, until = before.get("upSince"), after.get("upSince")
    if since and until and since != until:
        yield f"the access switch has restarted, at {until}"


def _status(before: Document, after: Document) -> Iterator[str]:
    yield from _link(before, after)
    yield from _port(before, after)
    yield from _light(before.get("transceiver", {}), after.get("transceiver", {}))
    yield from _errors(before.get("statistics", {}), after.get("statistics", {}))


def _link(before: Document, after: Document) -> Iterator[str]:
    since, until = before.get("linkSince"), after.get("linkSince")
    at = f", at {until}" if until else ""
    yield from _flipped(before, after, "link", f"the link came up{at}", f"the link went down{at}")
    if before.get("link") and after.get("link") and since and until and since != until:
        yield f"the link went down and came up again{at}"


def _port(before: Document, after: Document) -> Iterator[str]:
    yield from _flipped(before, after, "adminDown", "the port was shut", "the port was opened")
    was, is_ = before.get("linkSpeed"), after.get("linkSpeed")
    if was is not None and is_ is not None and was != is_:
        yield f"the speed went from {was} to {is_} Mbit/s"
    yield from _flipped(
        before, after, "fullDuplex", "half duplex became full", "full duplex became half"
    )


def _light(before: Document, after: Document) -> Iterator[str]:
    for name, words in (("dbmRx", "the light received"), ("dbmTx", "the light sent")):
        if name not in before or name not in after:
            if (name in before) != (name in after):
                yield f"{words} is told {'no longer' if name in before else 'now'}"
            continue
        by = float(after[name]) - float(before[name])
        if abs(by) >= _LIGHT_DB:
            verb = "rose" if by > 0 else "fell"
            yield f"{words} {verb} by {abs(by):.1f} dB, from {before[name]} to {after[name]} dBm"


def _errors(before: Document, after: Document) -> Iterator[str]:
    anew = before.get("counterResetAt") != after.get("counterResetAt")
    compared = grown = False
    for way in ("input", "output"):
        for name, words in (("errors", "errors"), ("crcErrors", "CRC errors")):
            was, is_ = before.get(way, {}).get(name), after.get(way, {}).get(name)
            if was is None or is_ is None:
                continue
            compared = True
            fresh = anew or is_ < was
            count = is_ if fresh else is_ - was
            if count:
                grown = True
                since = ", counted anew since" if fresh else ""
                yield f"{words} on {way} grew by {count}{since}"
    if compared and not grown:
        yield "no new errors"


def _rows(key: str, one: str, many: str) -> Callable[[Any, Any], Iterator[str]]:
    def compare(before: Sequence[Document], after: Sequence[Document]) -> Iterator[str]:
        was, is_ = _named(before, key), _named(after, key)
        for names, verb in ((is_ - was, "appeared"), (was - is_, "disappeared")):
            if names:
                yield f"{one if len(names) == 1 else many} {verb}: {_listed(names)}"

    return compare


def _named(rows: Iterable[Document], key: str) -> set[str]:
    return {str(row[key]) for row in rows if row.get(key)}


def _listed(names: set[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(sorted(names)[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _cpe(before: Document, after: Document) -> Iterator[str]:
    yield from _flipped(before, after, "up", "the CPE answers again", "the CPE no longer answers")
    for name, words in (("mac", "another CPE is there"), ("firmware", "the CPE's firmware")):
        was, is_ = before.get(name), after.get(name)
        if was and is_ and was != is_:
            yield f"{words}: {was} became {is_}"


_COMPARED: Mapping[str, Callable[[Any, Any], Iterator[str]]] = {
    "hardware": _hardware,
    "status": _status,
    "macAddressTable": _rows("mac", "a MAC address", "MAC addresses"),
    "leaseInfo": _rows("lease", "a lease", "leases"),
    "cpe": _cpe,
}


_NEVER = frozenset({"igmpSnooping"})
"""Which groups somebody watches is never kept (contract: How long); their number may be."""


def judged(document: Document) -> tuple[Attachment, str]:
    """Whether a document says anything, and what it lacks, in words.

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
    before_s = _age_s(info)
    if before_s >= 1.0:
        read = f"read {round(before_s)} s before that moment, for a diagnosis"
    return f"{read}, but not all of it: {info.why}" if info.why else f"complete, {read}"


def _age_s(info: LinkInfo) -> float:
    """How long before its moment link info was collected, seconds; 0: then, or later."""
    told = (info.document or {}).get("collectedAt")
    if not isinstance(told, str):
        return 0.0
    return max(0.0, (info.asked_at - datetime.fromisoformat(told)).total_seconds())


def kept(document: Document) -> dict[str, Any]:
    """The document as a ticket may keep it."""
    return {key: value for key, value in document.items() if key not in _NEVER}


def service_types(
    ticket: Ticket, subscriptions: Iterable[Subscription], now: datetime
) -> frozenset[str] | None:
    """The services that a ticket is about; ``None``: nothing says so, and all of them count.

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
        and not (row.get("end") and datetime.fromisoformat(row["end"]) <= now)
    }


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
