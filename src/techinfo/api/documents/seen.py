"""What was seen of an access before, as JSON and as CSV: for the routes and for the commands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.past import History
from techinfo.access.past.case import baseline_of
from techinfo.access.past.certificate import Compared
from techinfo.access.past.line import Line
from techinfo.access.past.series import KINDS, Series, series
from techinfo.access.past.timeline import Entry, timeline
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api.onapi import render
from techinfo.history.frames import Sample
from techinfo.history.light import Baseline
from techinfo.leases.log import LeaseLog
from techinfo.model import Flow
from techinfo.units import Dark, Power

Document = dict[str, Any]
MOST_SAMPLES, MOST_EVENTS = 3000, 1000
USUAL = {"5m": timedelta(hours=24), "hour": timedelta(days=14), "day": timedelta(days=400)}
"""How far back a step goes where nobody says from when on."""
TIMELINE_USUAL = timedelta(days=30)
_COUNTED = ("bytes", "packets", "errors", "discards", "crcErrors")
SAMPLE_COLUMNS = (
    *("begin", "end", "link", "upSeconds", "downSeconds", "losses", "dbmRx", "dbmTx", "noLight"),
    *("seconds", "unknown"),
    *(f"{way}.{name}" for way in ("input", "output") for name in _COUNTED),
)
EVENT_COLUMNS = (
    *("at", "what", "earliest", "withElement", "speed", "dbmRxBefore", "dbmRx"),
    *("mac", "vlan", "address", "text"),
)


def history_document(
    step: str, begin: datetime | None, end: datetime | None, most: int = MOST_SAMPLES
) -> Callable[[History, Line], Document]:
    """What makes the history of an access, for `AccessService.seen`.

    Args:
        step: One of `KINDS`.
        begin: From when on; ``None``: as far back as is usual.
        end: Until when; ``None``: now.
        most: Samples at most, the newest.
    """

    def made(history: History, line: Line) -> Document:
        until = min(end or line.until, line.until)
        found = series(history.file, line, KINDS[step], begin or until - USUAL[step], until, most)
        return _history(step, line, found, baseline_of(history.file, line))

    return made


def timeline_document(
    troubleshooter: Troubleshooter,
    leases: LeaseLog | None,
    begin: datetime | None,
    end: datetime | None,
    more: Callable[[Line], Iterable[Entry]] = lambda _: (),
) -> Callable[[History, Line], Document]:
    """What makes the timeline of an access, for `AccessService.seen`.

    Args:
        troubleshooter: Knows which VLAN carries what.
        leases: What logs of DHCP servers tell.
        begin: From when on; ``None``: 30 days.
        end: Until when; ``None``: now.
        more: What others know of the access, which it is theirs to tell.
    """

    def made(history: History, line: Line) -> Document:
        until = min(end or line.until, line.until)
        since = max(begin or until - TIMELINE_USUAL, line.since)
        found = timeline(history.file, troubleshooter, line, since, until, leases)
        found += (one for one in more(line) if since <= one.at <= until)
        found.sort(key=lambda one: one.at)
        return {
            "accessId": line.held.access.access_id,
            "from": render.time(min(since, until)),
            "to": render.time(until),
            "more": len(found) > MOST_EVENTS,
            "events": [_entry(one) for one in found[-MOST_EVENTS:]],
        }

    return made


def _history(step: str, line: Line, found: Series, baseline: Baseline | None) -> Document:
    down = found.downtime
    told: Document = {
        "accessId": line.held.access.access_id,
        "from": render.time(found.begin),
        "to": render.time(found.end),
        "step": step,
        "more": found.more,
        "downtime": {
            "upSeconds": round(down.up_s),
            "downSeconds": round(down.down_s),
            "unknownSeconds": round(down.unknown_s),
        },
        "samples": [_sample(one) for one in found.pieces],
    }
    return told | ({} if baseline is None else {"installation": installation(baseline)})


def installation(found: Baseline) -> Document:
    """Light at installation."""
    return _known(
        {
            "at": render.time(found.at),
            "source": found.source.value,
            "dbmRx": f"{found.rx:.2f}",
            "dbmTx": None if found.tx is None else f"{found.tx:.2f}",
            "serialNumber": found.serial,
        }
    )


def installed(access_id: str, found: Compared) -> Document:
    """Light at installation of an access, against now."""
    return _known(
        {
            "accessId": access_id,
            "installation": installation(found.baseline),
            "weakerBy": found.weaker,
        }
    )


def _sample(one: Sample) -> Document:
    change = one.change
    return _known(
        {
            "begin": render.time(change.begin),
            "end": render.time(change.end),
            "link": one.up,
            "upSeconds": round(one.up_s, 1),
            "downSeconds": round(one.down_s, 1),
            "losses": one.losses,
            "dbmRx": _level(one.rx),
            "dbmTx": _level(one.tx),
            "noLight": True if isinstance(one.rx, Dark) else None,
            "seconds": round(change.seconds, 1),
            "unknown": change.why.value if change.why is not None else None,
            "input": _flow(change.input),
            "output": _flow(change.output),
        }
    )


def _flow(flow: Flow) -> Document | None:
    told = render.statistics(flow, crc=True)
    return render.bare(told) if told is not None else None


def _level(power: Power | None) -> str | None:
    return None if power is None or isinstance(power, Dark) else f"{power:.2f}"


def _entry(one: Entry) -> Document:
    return _known(
        {
            "at": render.time(one.at),
            "what": one.what.value,
            "earliest": render.time(one.earliest),
            "withElement": one.reboot or None,
            "speed": one.speed,
            "dbmRxBefore": _level(one.before),
            "dbmRx": _level(one.level),
            "noLight": True if isinstance(one.level, Dark) else None,
            "mac": one.mac,
            "vlan": one.vlan,
            "address": one.address,
            "text": one.text,
        }
    )


def _known(told: Mapping[str, Any]) -> Document:
    return {name: value for name, value in told.items() if value is not None}


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV (RFC 4180); what is not known is an empty cell.

    A text that a spreadsheet would take for a formula is given an apostrophe first.
    """
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(columns)
    for row in rows:
        out.writerow([_cell(_at(row, name)) for name in columns])
    return written.getvalue()


def _at(row: Mapping[str, Any], name: str) -> Any:
    head, _, rest = name.partition(".")
    inner = row.get(head)
    return inner.get(rest) if rest and isinstance(inner, Mapping) else (None if rest else inner)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in "=+@\t\r":
        return f"'{value}"
    return "" if value is None else value
