"""What was seen before makes verdicts of living accesses: flapping, and light that has drifted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, Rows, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import PROVIDER, serve
from tests.api.test_past_isolation import DAY, FIVE, INVENTORY, day, held

from techinfo.access.past import History
from techinfo.api.documents.dumped_case import cases_of
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.history.change import Change
from techinfo.history.events import Happened, PortEvent
from techinfo.history.frames import Sample
from techinfo.history.light import Baseline, Source
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.units import Dbm

HOUR = timedelta(hours=1)
LONG = {"connection_date": day(NOW - 30 * DAY)}


def lost(hours: Sequence[int]) -> tuple[Transition, ...]:
    """A link that went and came back a minute later, so many hours ago."""
    found = []
    for ago in hours:
        at = NOW - ago * HOUR
        back = at + timedelta(minutes=1)
        found.append(Transition(at=at, earliest=at, up=False, exact=True))
        found.append(Transition(at=back, earliest=back, up=True, exact=True))
    return tuple(found)


def judged(
    folder: Path,
    note: PortNote,
    subscriptions: str,
    words: dict[str, Any] | None = None,
    more: Rows | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The verdict and the document of an access that was polled, up and lit as ever."""
    clock = Clock()
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.optics(1), more or {})
    samples = tuple(
        Sample(
            port=0,
            change=Change(begin=NOW - (n + 1) * FIVE, end=NOW - n * FIVE, seconds=300.0),
            up=True,
            up_s=300.0,
            rx=Dbm(-12.3),
        )
        for n in range(12, 0, -1)
    )
    with HistoryFile.open(folder / "history.sqlite") as file:
        tenants = Tenants(accesses=("A-1",))
        polled = PortNote(samples=samples, tenants=tenants)
        writer = HistoryWriter(file)
        for one in (note, polled):
            writer.write([PollNote(element="sw", at=NOW, ports={"ge1": one})])
        text = INVENTORY.replace("OTHER", "ge9") + subscriptions
        service = serve(
            stocked(folder, text, clock),
            Recordings({"192.0.2.3": rows}).open,
            clock=clock,
            history=History(file, now=clock),
        )

        async def asked(client: httpx.AsyncClient) -> tuple[Any, Any]:
            path = "/techinfo/v1/diagnosis/A-1"
            verdict = await client.post(path, json=words or {}, auth=PROVIDER)
            document = await client.get("/techinfo/v1/dump/A-1", auth=PROVIDER)
            assert (verdict.status_code, document.status_code) == (200, 200), verdict.text
            return verdict.json(), document.json()

        return service.talk(asked)


def test_a_link_that_was_lost_again_and_again_is_told(tmp_path: Path) -> None:
    """Five losses in a day; and the document of the access gives the same verdict again."""
    note = PortNote(transitions=lost([9, 7, 5, 4, 2]))

    verdict, document = judged(tmp_path, note, held("isp", **LONG))

    assert verdict["code"] == "flapping_check_box"
    assert "history" in {row["source"] for row in verdict["evidence"]}
    assert document["diagnosis"]["code"] == verdict["code"]
    (again,) = (diagnose(read_case(found.case)) for found in cases_of(document))
    assert again["code"] == verdict["code"]


def test_losses_of_before_a_holder_are_not_told_by_a_verdict(tmp_path: Path) -> None:
    """Neither by its code nor in its document."""
    note = PortNote(
        transitions=lost([9, 7, 5, 4, 2]),
        baseline=Baseline(at=NOW - 3 * DAY, rx=-9.0, serial="OPT0001"),
    )

    verdict, document = judged(tmp_path, note, held("isp", connection_date=day(NOW - HOUR)))

    assert not verdict["code"].startswith(("flapping", "light_drift"))
    assert document["history"]["transitions"] == []
    assert "baseline" not in document["history"]


@pytest.mark.parametrize(("serial", "found"), [("OPT0001", True), ("ANOTHER", False)])
def test_light_that_is_weaker_than_at_installation_is_told(
    tmp_path: Path, serial: str, found: bool
) -> None:
    """By the module that measured it then; another's reading proves nothing."""
    then = Baseline(at=NOW - 20 * DAY, rx=-9.0, serial=serial, source=Source.ENGINEER)

    verdict, _ = judged(tmp_path, PortNote(baseline=then), held("isp", **LONG))

    codes = [verdict["code"], *verdict.get("alsoFound", ())]
    assert ("light_drift" in codes) is found, verdict


@pytest.mark.parametrize(
    ("gasped", "since", "told"),
    [
        (True, 30, {"cause": "power", "certainty": "proven"}),
        (False, 30, {"certainty": "open"}),
        (True, 0, None),
    ],
    ids=["a gasp", "no word", "before the holding"],
)
def test_the_last_outage_is_told_with_what_proves_its_cause(
    tmp_path: Path, *, gasped: bool, since: int, told: dict[str, Any] | None
) -> None:
    """To who held the access then; the document has it too."""
    at = NOW - 2 * HOUR
    gasp = PortEvent(kind=Happened.DYING_GASP, at=at, earliest=at)
    note = PortNote(transitions=lost([2]), events=(gasp,) if gasped else ())
    began = NOW - since * DAY - HOUR

    _, document = judged(tmp_path, note, held("isp", connection_date=day(began)))

    found = document["history"].get("lastOutage")
    times = {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T08:01:00Z"}
    assert found == (None if told is None else times | told)
    causes = [one.get("cause") for one in document["history"]["transitions"] if not one["link"]]
    assert causes == ([] if told is None else ["dying-gasp" if gasped else None])


@pytest.mark.parametrize(
    ("end", "since", "told"),
    [
        (2, 30, {"cause": "power", "certainty": "proven"}),
        (1, 30, {"certainty": "open"}),
        (2, 0, None),
    ],
    ids=["the far end's", "the switch's own", "before the holding"],
)
def test_an_outage_that_nobody_has_explained_is_looked_up_in_the_log_of_the_switch(
    tmp_path: Path, *, end: int, since: int, told: dict[str, Any] | None
) -> None:
    """DOT3-OAM-MIB: made up, two hours ago; the switch has been up for a day."""
    log = "1.3.6.1.2.1.158.1.6.1"
    event = {
        f"{log}.2.1.7": f"67|{22 * 360_000}",
        f"{log}.3.1.7": "4x|0180c2",
        f"{log}.4.1.7": "66|257",
        f"{log}.5.1.7": f"2|{end}",
    }
    note = PortNote(transitions=lost([2]))
    began = NOW - since * DAY - HOUR

    _, document = judged(tmp_path, note, held("isp", connection_date=day(began)), more={**event})

    found = document["history"].get("lastOutage")
    times = {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T08:01:00Z"}
    assert found == (None if told is None else times | told)
