"""What SQLite says when something is wrong: its code, and words that help."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What is in the file cannot be believed."""
FAULTS = DAMAGE | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
"""What the storage does to a file; all else is the business of who asked."""


def code_of(error: Exception) -> int:
    """SQLite's primary result code; 0 where it has none."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(found, "sqlite_errorcode", 0)) & 0xFF


def in_words(error: Exception) -> str:
    """What SQLite or the system says, without statement and values, and what it means."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    if "not a database" in said:
        return "is not a SQLite database"
    if "locked" in said:
        return "another process is writing to it; try again when it is done"
    return said
