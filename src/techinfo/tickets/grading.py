"""A verdict is graded when its ticket is closed with a cause, in the transaction of the change.

A grade holds nothing of a person and names no access: it stays when its ticket is erased.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.store.base import stamp
from techinfo.tickets import tables as t
from techinfo.tickets.records import Cause, Moment, Ticket

KEEP = timedelta(days=730)
_GRADES, _INFO = t.grades.c, t.link_info.c
_LONGEST = 64


def note_grade(connection: Connection, ticket: Ticket, cause: Cause, now: int) -> bool:
    """Grade the verdict that a ticket was made with; says whether it had one."""
    told = _diagnosis(connection, ticket.number, Moment.CREATED)
    code, sure = told.get("code"), told.get("confidence")
    if not isinstance(code, str) or not isinstance(sure, int | float):
        return False
    values = {
        "at": now,
        "code": code[:_LONGEST],
        "sure": round(100 * sure),
        "cause": cause.code,
        "maker": _text(told.get("maker")),
        "site": _text(cause.site),
        "retest": _text(_diagnosis(connection, ticket.number, Moment.CLOSED).get("code")),
    }
    connection.execute(
        upsert(t.grades)
        .values(ticket=ticket.number, **values)
        .on_conflict_do_update(index_elements=["ticket"], set_=values)
    )
    return True


def retested(connection: Connection, number: int, document: Mapping[str, Any]) -> None:
    """What the access looked like when its ticket was closed."""
    diagnosis = document.get("diagnosis")
    code = diagnosis.get("code") if isinstance(diagnosis, dict) else None
    if isinstance(code, str):
        mine = _GRADES.ticket == number
        connection.execute(update(t.grades).where(mine).values(retest=code[:_LONGEST]))


def expire(connection: Connection, before: datetime) -> int:
    """Forget what was graded long ago; says how many grades."""
    return connection.execute(delete(t.grades).where(_GRADES.at < stamp(before))).rowcount


def _diagnosis(connection: Connection, number: int, moment: Moment) -> Mapping[str, Any]:
    query = select(_INFO.document).where(_INFO.ticket == number, _INFO.moment == moment.value)
    written = connection.execute(query).scalar()
    document = json.loads(written) if written else {}
    told = document.get("diagnosis") if isinstance(document, dict) else None
    hardware = document.get("hardware") if isinstance(document, dict) else None
    maker = hardware.get("vendor") if isinstance(hardware, dict) else None
    return {**told, "maker": maker} if isinstance(told, dict) else {}


def _text(value: object) -> str | None:
    return value[:_LONGEST] if isinstance(value, str) and value else None
