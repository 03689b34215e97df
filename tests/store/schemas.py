"""What SQLite itself says of a file's tables, however they came to be."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

Described = dict[str, Any]


def described(path: Path) -> Described:
    """Columns, keys and indices of every table of a file, and whether its rows have numbers."""
    connection = sqlite3.connect(path)
    try:
        tables = connection.execute(
            "SELECT name, wr FROM pragma_table_list"
            " WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        told: Described = {name: _table(connection, name, wr) for name, wr in tables}
        told["versions"] = [
            connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("application_id", "user_version")
        ]
        return told
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str, without_rowid: int) -> Described:
    ask = connection.execute
    indices = ask('SELECT name, "unique", origin FROM pragma_index_list(?)', (name,)).fetchall()
    return {
        "without_rowid": without_rowid,
        "columns": ask(
            'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?)', (name,)
        ).fetchall(),
        "keys": sorted(
            ask('SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(?)', (name,))
        ),
        "late": "DEFERRABLE INITIALLY DEFERRED" in _sql(connection, name),
        "indices": {
            (index, unique, origin): ask(
                "SELECT name, desc FROM pragma_index_xinfo(?) WHERE key", (index,)
            ).fetchall()
            for index, unique, origin in sorted(indices)
        },
    }


def _sql(connection: sqlite3.Connection, name: str) -> str:
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return str(sql)
