"""Fibre weather over HTTP, out of what polls have kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, serve

from techinfo.access.past import History
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.units import Dbm

INVENTORY = "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\naccesses:\n" + "".join(
    f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name, cable: K7,"
    f" tube: '{n // 6}', closure: S-{n // 4}}}\n"
    for n in range(12)
)


def test_a_closure_that_got_wet_is_told_with_its_lines(tmp_path: Path) -> None:
    """In its night, to the operator; that it was warmer that night changes nothing."""
    midnight = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        for day in range(-7, 1):
            for hour in range(1, 5):
                at = midnight + timedelta(days=day, hours=hour)
                begun = Change(begin=at, end=at, seconds=0.0)
                ports = {}
                for n in range(12):
                    wet = 0.7 if day == 0 and 4 <= n < 8 else 0.0
                    rx = Dbm(-10.0 - n / 10 - wet - (0.6 if day == 0 else 0.0))
                    sample = Sample(port=0, change=begun, up=True, rx=rx)
                    ports[f"ge{n}"] = PortNote(
                        samples=(sample,), tenants=Tenants(accesses=(f"A-{n}",))
                    )
                writer.write([PollNote(element="sw", at=at, ports=ports)])
        served = serve(
            stocked(tmp_path, INVENTORY),
            Recordings({}).open,
            clock=Clock(),
            history=History(file, now=Clock()),
        )
        path = "/techinfo/v1/fibre-weather"
        found = served.get(path, auth=OPERATOR).json()
        before = served.get(f"{path}?night=2026-11-20", auth=OPERATOR).json()
        refused = served.get(path, auth=PROVIDER)

    assert refused.status_code == 403
    assert found["night"] == "2026-11-21"
    (piece,) = found["pieces"]
    assert (piece["plant"], piece["name"]) == ("closure", "S-1")
    assert (piece["fibres"], piece["of"], piece["weaker"]) == (4, 4, 0.7)
    assert sorted(one["line"] for one in piece["lines"]) == ["ge4", "ge5", "ge6", "ge7"]
    assert before == {"night": "2026-11-20", "pieces": []}


@pytest.mark.parametrize("night", ["2026-11-22", "9999-12-31", "0001-01-01", "2025-10-16"])
def test_a_night_of_which_nothing_can_be_known_is_no_quiet_one(tmp_path: Path, night: str) -> None:
    """It is not over, or nothing is kept of it."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        served = serve(
            stocked(tmp_path, INVENTORY),
            Recordings({}).open,
            clock=Clock(),
            history=History(file, now=Clock()),
        )
        told = served.get(f"/techinfo/v1/fibre-weather?night={night}", auth=OPERATOR)

    assert told.status_code == 400
    assert "night is not over" in told.text
