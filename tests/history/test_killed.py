"""A process that is killed while it writes takes the last batch with it, and nothing else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.history.store import HistoryFile

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
_WRITES = """
import sys
from datetime import timedelta
from pathlib import Path
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote
from tests.history.test_killed import BEGIN

with HistoryFile.open(Path(sys.argv[1])) as file:
    writer = HistoryWriter(file)
    for n in range(100_000):
        end = BEGIN + timedelta(seconds=300 * n + 1)
        change = Change(begin=end - timedelta(seconds=300), end=end, seconds=300.0)
        ports = {f"ge{p}": PortNote(samples=(Sample(port=0, change=change, up_s=300.0),))
                 for p in range(8)}
        writer.write([PollNote(element=f"sw-{e}", at=end, ports=ports) for e in range(3)])
        print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 13, 40])
def test_what_was_written_before_a_kill_is_there(tmp_path: Path, after: int) -> None:
    """Every batch whose end was told, whole, in a file that is sound."""
    path = tmp_path / "history.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITES, str(path)], stdout=subprocess.PIPE, text=True
    ) as writing:
        assert writing.stdout is not None
        for _ in range(after):
            told = int(writing.stdout.readline())
        writing.kill()
        told = max([told, *(int(line) for line in writing.stdout if line.endswith("\n"))])

    with closing(sqlite3.connect(path)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    assert said == "ok"
    with HistoryFile.open(path) as file:
        since = BEGIN - timedelta(days=1)
        counts = {len(file.changes(f"sw-{e}", f"ge{p}", since)) for e in range(3) for p in (0, 7)}
    assert counts <= {told + 1, told + 2}
    assert len(counts) == 1
