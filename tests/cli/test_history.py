"""What was seen of an access is told by commands as by the service."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Flow

NETWORK = """
elements: [{name: sw-1, address: 192.0.2.1, site: north}]
accesses: [{access_id: X, element: sw-1, port: "eth 1", port_by: descr}]
services: [{vlan: 10, service_type: bb}]
subscriptions: [{subscription_id: S, access_id: X, provider: isp, service: x, service_type: bb}]
"""
FIVE = timedelta(minutes=5)


@pytest.fixture
def polled(tmp_path: Path, techinfo: Run) -> Run:
    """A network whose switch was polled a little while ago."""
    (tmp_path / "network.yaml").write_text(NETWORK)
    done = techinfo("inventory", "import", "network.yaml")
    assert done.returncode == 0, done.stderr
    now = datetime.now(UTC).replace(microsecond=0)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        flow = Flow(bytes=1234, unicast=12)
        change = Change(begin=now - 2 * FIVE, end=now - FIVE, seconds=300.0, input=flow)
        sample = Sample(port=0, change=change, up=True, up_s=300.0)
        came = Transition(at=now - 2 * FIVE, earliest=now - 3 * FIVE, up=True, exact=True)
        note = PortNote(samples=(sample,), transitions=(came,), tenants=Tenants(accesses=("X",)))
        HistoryWriter(file).write([PollNote(element="sw-1", at=now, ports={"ge1": note})])
    return techinfo


@pytest.mark.long
def test_history_and_timeline_are_told(polled: Run) -> None:
    """As JSON, as CSV and in words; of a port that the inventory calls otherwise."""
    history = json.loads(polled("history", "X", "--json").stdout)
    timeline = json.loads(polled("timeline", "X", "--json").stdout)
    table = polled("history", "X", "--csv").stdout.splitlines()

    assert history["samples"][0]["input"]["bytes"] == 1234
    assert [one["what"] for one in timeline["events"]] == ["link_up"]
    assert table[0].startswith("begin,end,link")
    assert "1234" in table[1]
    assert "unknown" in polled("history", "X").stdout
    assert "link_up" in polled("timeline", "X").stdout


@pytest.mark.long
def test_a_provider_is_not_told_by_where_an_access_once_was(polled: Run) -> None:
    """The port is named by its description, which nobody has read lately."""
    told = json.loads(polled("history", "X", "--json", "--provider", "isp").stdout)
    other = polled("history", "X", "--provider", "tele")

    assert told["samples"] == []
    assert other.returncode != 0
    assert "no subscription" in " ".join(other.stderr.split())


@pytest.mark.long
def test_what_is_wrong_is_told(polled: Run, tmp_path: Path) -> None:
    """A step, a time, a file that is not there."""
    assert "--step" in polled("history", "X", "--step", "week").stderr
    assert "--from" in polled("timeline", "X", "--from", "yesterday").stderr
    (tmp_path / "history.sqlite").unlink()
    assert "polling.sites" in " ".join(polled("history", "X").stderr.split())
