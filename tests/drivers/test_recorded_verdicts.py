"""Every recording of ../shared has verdicts that an experienced engineer would give.

A recording is one moment, without orders, without the customer's words and without anything of
before: little can be decided, and nothing may be told that it does not show.
"""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from techinfo.api.documents.dumped_case import cases_of
from techinfo.cli.asking.dumping import Destination, replay
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.errors import CaseError
from techinfo.model import Fact

pytestmark = pytest.mark.long

SHARED = Path(__file__).parents[3] / "shared"
WALKS = sorted(
    path
    for folder in ("recordings", "recordings-2")
    for path in (SHARED / folder).glob("*.snmprec")
    if "@" not in path.name
)
FACTS = tuple(fact for fact in Fact if fact is not Fact.CPE)
OF_THE_LINE_DOWN = {
    "no_module", "power_lost_at_customer", "no_light_fibre_suspected", "no_light_check_power",
    "light_no_link_restart", "no_link_check_customer", "weak_light", "strong_light",
    "port_admin_down", "loop_detected", "port_blocked", "port_blocked_by_customer",
    "port_blocked_recovers", "module_fault", "undecided", "switch_rebooted_lately", "area_outage",
}  # fmt: skip
"""What a port that is down may be called."""


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    """The dump of each recording, by its name."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        replay(WALKS, None, FACTS, jsonl=True, to=Destination())
    lines = printed.getvalue().splitlines()
    return {path.stem: json.loads(line) for path, line in zip(WALKS, lines, strict=True)}


@pytest.mark.skipif(not WALKS, reason="../shared is not here")
@pytest.mark.parametrize("name", [path.stem for path in WALKS])
def test_every_port_has_a_verdict_that_its_facts_bear(documents: dict[str, Any], name: str) -> None:
    """Never red on a port that works, never green on one that is down, and a cause for each."""
    document = documents[name]
    ports = [p for p in document["ports"] if p.get("status") or p.get("onts")]
    if not ports:
        with pytest.raises(CaseError, match="no port"):
            list(cases_of(document))
        return

    for found in cases_of(document):
        case = read_case(found.case)
        verdict = diagnose(case)
        told = (found.names, verdict)
        line = "ont.up" if case.get("ont") is not None else "status.link"
        is_up, closed = case.flag(line), case.flag("status.adminDown")

        assert verdict["text"]["sv"], told
        if is_up is None:
            assert verdict["code"] == "undecided", told
        elif is_up:
            assert verdict["code"] not in OF_THE_LINE_DOWN - {"undecided"}, told
            if case.get("macAddressTable"):
                assert verdict["outcome"] != "red", told
        else:
            assert verdict["code"] in OF_THE_LINE_DOWN, told
            assert (verdict["code"] == "port_admin_down") is (closed is True), told
        if verdict["code"] == "undecided":
            assert verdict["missing"] or verdict["contradictions"] or is_up is None, told
