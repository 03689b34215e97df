"""How a moment is written."""

from __future__ import annotations

from datetime import datetime

from techinfo.moments import rfc3339


def test_a_moment_is_written_in_utc_by_whole_seconds() -> None:
    """Whatever its zone; what is cut off is not rounded up, and no moment is none."""
    assert (
        rfc3339(datetime.fromisoformat("2026-03-01T00:30:59.999+02:00")) == "2026-02-28T22:30:59Z"
    )
    assert rfc3339(None) is None
