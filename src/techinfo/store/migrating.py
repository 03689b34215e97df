"""Older files brought up to date by Alembic, revision by revision, in one transaction.

A room keeps its revisions in a folder beside its tables: ``v2_….py`` with ``revision = "2"`` and
``down_revision = None``, then ``"3"`` from ``"2"``, and so on. Each says what it does in Alembic's
operations, with the tables as they were then, not as they are now. One after which nothing may be
left of what it has taken away says ``leaves_no_trace = True``. The version itself is kept in
PRAGMA user_version and nowhere else: that is read without Alembic, which costs its import only
when there is something to do.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from techinfo.errors import TechinfoError

_log = logging.getLogger(__name__)


def migrate(
    connection: Connection,
    folder: Path | None,
    *,
    found: int,
    wanted: int,
    name: str,
    fault: Callable[[str], TechinfoError],
    scrub: Callable[[], bool],
) -> Callable[[], None] | None:
    """Lead a file from the version that it has to the one that it should have.

    Args:
        connection: In a transaction, which the caller ends; foreign keys are not enforced.
        folder: Where the revisions are; ``None``: there are none.
        found: The file's version, from 1.
        wanted: The program's.
        name: The file as errors call it.
        fault: Makes the room's error out of a message.
        scrub: Leaves no trace of deleted rows in the file; says whether that was all.

    Returns:
        What is to be done once the transaction has ended; ``None``: nothing.

    Raises:
        TechinfoError: No way leads there, or rows would refer to others that are not there.
    """
    revisions = _revisions(folder)
    way = range(found + 1, wanted + 1)
    missing = next((number for number in way if number not in revisions), None)
    if missing is not None:
        raise fault(f"{name}: no way leads from schema {missing - 1} to a newer")
    context = MigrationContext.configure(connection)
    for number in way:
        _log.info("%s: schema %d becomes %d", name, number - 1, number)
        with Operations.context(context):
            revisions[number].module.upgrade()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise fault(f"{name}: rows of {broken[0]} refer to rows of {broken[2]} that are not there")
    if not any(getattr(revisions[number].module, "leaves_no_trace", False) for number in way):
        return None
    return functools.partial(_leave_no_trace, scrub, name)


def _leave_no_trace(scrub: Callable[[], bool], name: str) -> None:
    """Scrub a file; one that cannot be now, as the disk is full, is opened all the same."""
    try:
        why = "" if scrub() else "somebody reads it"
    except TechinfoError as error:
        why = str(error)
    if why:
        _log.error("%s: of what is kept no more traces stay in the file for now: %s", name, why)


def _revisions(folder: Path | None) -> dict[int, Script]:
    if folder is None:
        return {}
    scripts = ScriptDirectory(str(folder), version_locations=[str(folder)])
    return {int(script.revision): script for script in scripts.walk_revisions()}
