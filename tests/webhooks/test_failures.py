"""Webhooks that fail, in files of this version and of the one before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.store.schemas import described

from techinfo.tickets.store import TicketFile


def test_a_file_from_before_webhooks_could_rest_is_brought_up(tmp_path: Path) -> None:
    """It is then as if it had been made today, and keeps what it has."""
    made, older = tmp_path / "made.sqlite", tmp_path / "older.sqlite"
    for path in (made, older):
        TicketFile.open(path).close()
    connection = sqlite3.connect(older)
    connection.executescript(
        """
        DROP TABLE activations;
        DROP TABLE grades;
        DROP TABLE trouble;
        DROP INDEX deliveries_in_turn;
        INSERT INTO webhooks VALUES
            ('wh_1', 'isp', 0, 'https://hooks.example/', 'plain', '*', '{}', '{}', 1);
        """
    )
    connection.execute("PRAGMA user_version = 2")
    connection.close()

    TicketFile.open(older).close()

    assert described(older) == described(made)
    connection = sqlite3.connect(older)
    assert connection.execute("SELECT id FROM webhooks").fetchall() == [("wh_1",)]
    connection.close()
