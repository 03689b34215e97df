"""What has changed on an access between two readings, in words.

Both are ``techinfo.access/1``. Only what both have read is compared; what one of them could not
read is named, so that nobody takes it for unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

READ = frozenset({"ok", "empty", "partial"})
"""States of a part that was read."""
_MOST_NAMED = 5
_LIGHT_DB = 0.5
"""Two readings of a level that nobody has touched differ by less."""


def difference(before: Document, after: Document) -> tuple[str, ...]:
    """What has changed, most telling first; never empty."""
    told = [
        words
        for part, compare in _COMPARED.items()
        if _is_told(before, part) and _is_told(after, part)
        for words in compare(before.get(part, {}), after.get(part, {}))
    ]
    before_groups, after_groups = before.get("igmpGroups"), after.get("igmpGroups")
    if None not in (before_groups, after_groups) and before_groups != after_groups:
        told.append(f"multicast groups went from {before_groups} to {after_groups}")
    told = told or ["nothing has changed"]
    return (*told, *_not_compared(before, after))


def was_read(document: Document, part: str) -> bool:
    """Whether a part of a document was read."""
    return document.get("parts", {}).get(part, {}).get("state") in READ


def _is_told(document: Document, part: str) -> bool:
    """Whether a part tells anything: that somebody does not answer is an answer too."""
    body = document.get(part)
    silent = isinstance(body, Mapping) and body.get("up") is False
    return silent or was_read(document, part)


def _not_compared(before: Document, after: Document) -> Iterator[str]:
    for part in _COMPARED:
        read = _is_told(before, part), _is_told(after, part)
        if read == (True, False):
            yield f"{part} is not compared: it could not be read the second time"
        elif read == (False, True):
            yield f"{part} is not compared: it could not be read the first time"


def _hardware(before: Document, after: Document) -> Iterator[str]:
    if before.get("up") is False and after.get("up"):
        yield "the access switch answers again"
    elif before.get("up") and after.get("up") is False:
        yield "the access switch no longer answers"
    since, until = before.get("upSince"), after.get("upSince")
    if since and until and since != until:
        yield f"the access switch has restarted, at {until}"


def _status(before: Document, after: Document) -> Iterator[str]:
    yield from _link(before, after)
    yield from _port(before, after)
    yield from _light(before.get("transceiver", {}), after.get("transceiver", {}))
    yield from _errors(before.get("statistics", {}), after.get("statistics", {}))


def _link(before: Document, after: Document) -> Iterator[str]:
    was, is_ = before.get("link"), after.get("link")
    since, until = before.get("linkSince"), after.get("linkSince")
    at = f", at {until}" if until else ""
    if was is False and is_:
        yield f"the link came up{at}"
    elif was and is_ is False:
        yield f"the link went down{at}"
    elif was and is_ and since and until and since != until:
        yield f"the link went down and came up again{at}"


def _port(before: Document, after: Document) -> Iterator[str]:
    if before.get("adminDown") and after.get("adminDown") is False:
        yield "the port was opened"
    elif before.get("adminDown") is False and after.get("adminDown"):
        yield "the port was shut"
    was, is_ = before.get("linkSpeed"), after.get("linkSpeed")
    if was is not None and is_ is not None and was != is_:
        yield f"the speed went from {was} to {is_} Mbit/s"
    duplex = before.get("fullDuplex"), after.get("fullDuplex")
    if duplex == (False, True):
        yield "half duplex became full"
    elif duplex == (True, False):
        yield "full duplex became half"


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
    told = sorted(names)
    more = len(told) - _MOST_NAMED
    return ", ".join(told[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _cpe(before: Document, after: Document) -> Iterator[str]:
    if before.get("up") is False and after.get("up"):
        yield "the CPE answers again"
    elif before.get("up") and after.get("up") is False:
        yield "the CPE no longer answers"
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
