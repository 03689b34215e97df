"""When a CPE has started: kept whenever it answers a question about it."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from techinfo.access.answer import CpeAnswer
from techinfo.access.past import History
from techinfo.access.past.line import Line, line_of
from techinfo.access.rights import Right
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.errors import TechinfoError
from techinfo.history.events import cpe_restarted
from techinfo.history.writing import PollNote, PortNote

_KEPT = timedelta(days=30)
"""What happened on a port is kept no longer, as a rule."""
_log = logging.getLogger(__name__)


async def note_boot(
    history: History | None, troubleshooter: Troubleshooter, held: Right, answer: CpeAnswer
) -> None:
    """Keep the start of a CPE that has just answered, if it is not known yet.

    Only of an answer of the CPE itself, by its own clock; what was before the holder is not kept.

    Args:
        history: Where it is kept; ``None`` where nothing is polled.
        troubleshooter: Knows the line of the access.
        held: The right of whoever has asked.
        answer: As the CPE has given it.
    """
    reading = answer.reading
    device = reading.device if reading is not None and reading.silent_since is None else None
    up_since = device.up_since if device is not None else None
    if history is None or history.put is None or up_since is None or not held.sees_past:
        return
    now = troubleshooter.now()
    if now - up_since > _KEPT or (held.since is not None and up_since < held.since):
        return
    try:
        line = await line_of(history.file, troubleshooter, held, now)
        await asyncio.to_thread(_note, history, line, up_since, now)
    except TechinfoError as error:  # the answer is given, whatever becomes of the past
        _log.warning("the start of a CPE is not kept: %s", error)


def _note(history: History, line: Line, up_since: datetime, now: datetime) -> None:
    if line.port is None or history.put is None:
        return
    near = history.file.events(line.element, line.name, up_since - timedelta(minutes=5))
    event = cpe_restarted(up_since, near, now)
    if event is not None:
        note = PortNote(events=(event,))
        history.put(PollNote(element=line.element, at=now, ports={line.name: note}))
