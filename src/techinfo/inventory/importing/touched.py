"""Which accesses an import has touched, so that only their identifiers are made again.

Triggers of the transaction note it: an import writes only what differs.
"""

from __future__ import annotations

from sqlalchemy import Connection

_NOTES = (
    "touched_accesses (access_id TEXT PRIMARY KEY)",
    "touched_elements (name TEXT PRIMARY KEY)",
    "touched_services (element TEXT, site TEXT, port TEXT)",
)
_ON = {
    "accesses": "INSERT OR IGNORE INTO touched_accesses VALUES ({row}.access_id)",
    "subscriptions": "INSERT OR IGNORE INTO touched_accesses VALUES ({row}.access_id)",
    "elements": "INSERT OR IGNORE INTO touched_elements VALUES ({row}.name)",
    "services": "INSERT INTO touched_services VALUES ({row}.element, {row}.site, {row}.port)",
}
_EVENTS = {"INSERT": "new", "DELETE": "old"}
_FOLLOW = (
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM touched_elements t JOIN accesses a ON a.element = t.name""",
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM touched_services t JOIN accesses a ON a.element = t.element
       AND (t.port IS NULL OR a.port = t.port)""",
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM (SELECT DISTINCT site FROM touched_services WHERE site IS NOT NULL) t
       JOIN elements e ON e.site = t.site JOIN accesses a ON a.element = e.name""",
    """INSERT OR IGNORE INTO {into} SELECT access_id FROM accesses
       WHERE EXISTS (SELECT 1 FROM touched_services WHERE element IS NULL AND site IS NULL)""",
)


def watch(connection: Connection) -> None:
    """Begin to note what is written."""
    for note in _NOTES:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {note}")
    for table, action in _ON.items():
        for event, row in _EVENTS.items():
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TRIGGER touch_{table}_{event.lower()} AFTER {event} "
                f"ON main.{table} BEGIN {action.format(row=row)}; END"
            )


def touch_all(connection: Connection) -> None:
    """Note everything as touched."""
    for table, column in (("accesses", "access_id"), ("elements", "name")):
        connection.exec_driver_sql(
            f"INSERT OR IGNORE INTO touched_{table} SELECT {column} FROM {table}"  # noqa: S608 - two words
        )


def everywhere(connection: Connection) -> bool:
    """Whether a service was touched that is declared for the whole network."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM touched_services WHERE element IS NULL AND site IS NULL LIMIT 1"
    )
    return found.first() is not None


def follow(connection: Connection, into: str) -> None:
    """Add the accesses that touched elements and services are about to a table of accessIds."""
    for statement in _FOLLOW:
        connection.exec_driver_sql(statement.format(into=into))


def work(connection: Connection) -> int:
    """Lay out the touched accesses as ``work (number, access_id)``, those of a switch together.

    Returns:
        How many there are; ``number`` counts from 1.
    """
    follow(connection, "touched_accesses")
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE work (number INTEGER PRIMARY KEY, access_id TEXT)"
    )
    found = connection.exec_driver_sql(
        """INSERT INTO work (access_id) SELECT t.access_id FROM touched_accesses t
           LEFT JOIN accesses a ON a.access_id = t.access_id ORDER BY a.element, t.access_id"""
    )
    return found.rowcount


def forget(connection: Connection) -> None:
    """Drop the triggers and tables: the connection goes back to a pool."""
    for table in _ON:
        for event in _EVENTS:
            connection.exec_driver_sql(f"DROP TRIGGER touch_{table}_{event.lower()}")
    for note in (*_NOTES, "work "):
        connection.exec_driver_sql(f"DROP TABLE temp.{note.split()[0]}")
