"""A log is cut into lines as they come, and never held as a whole."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from techinfo.access.explaining import LookupOutcome
from techinfo.access.log_lookup import LogTotals
from techinfo.cli import lookup_log
from techinfo.dhcp.log_lines import messages, unmarked

_MOST = 16
_OCTETS = st.sampled_from([b"\n", b"\r", b"\xef\xbb\xbf", b"abc", b"12 <30>x", b" ", b"x" * 15])


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(_OCTETS, max_size=30).map(b"".join), st.integers(1, _MOST - 1))
def test_a_log_is_cut_as_if_it_were_read_line_by_line(
    monkeypatch: pytest.MonkeyPatch, log: bytes, at_once: int
) -> None:
    """However little is read at once; what is too long comes in pieces, and is told."""
    monkeypatch.setattr(lookup_log, "_MOST_OF_A_LINE", _MOST)
    monkeypatch.setattr(lookup_log, "_AT_ONCE", at_once)
    counted, expected = LogTotals(), LogTotals()

    with lookup_log._Bar(io.BytesIO(), Path("log")) as bar:
        cut = [*lookup_log._lines(io.BytesIO(log), counted, bar)]

    assert [line for lines in cut for line in lines] == _line_by_line(log, expected)
    assert counted == expected


def test_json_of_a_line_is_written_as_a_whole() -> None:
    """However often the answer stands there: with a time and without one, found and not."""
    time = datetime(2026, 11, 21, 6, 27, 23, tzinfo=UTC)
    outcomes = [
        LookupOutcome("A-1", 'stored "ö"', "stored", {"circuit": "as is"}),
        LookupOutcome(None, "unknown"),
    ]
    found = [(n, at, one) for n, at in enumerate((None, time, time)) for one in outcomes]

    lines = lookup_log._AsJson().lines(found)

    for line, (number, at, one) in zip(lines, found, strict=True):
        when = {"time": at.isoformat()} if at else {}
        assert line == json.dumps({"line": number, **when, **one.as_json()}) + "\n"


def _line_by_line(log: bytes, counted: LogTotals) -> list[bytes]:
    out: list[bytes] = []
    file, number = io.BytesIO(log), 0
    while line := file.readline(_MOST):
        number += 1
        if len(line) == _MOST and not line.endswith(b"\n"):
            counted.unreadable += 1
            counted.sample(number, b"(too long) " + line[:64])
        line = unmarked(line) if number == 1 else line
        out += messages(line.rstrip(b"\r\n"))
    return out
