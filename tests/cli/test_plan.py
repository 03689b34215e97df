"""What polling costs is told before anything is switched on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

NETWORK = """
elements:
  - {name: sw-1, address: 192.0.2.1, driver: huawei_vrp, site: north}
  - {name: sw-2, address: 192.0.2.2, site: south}
accesses:
  - {access_id: X, element: sw-1, port: ge1, port_by: name}
"""


@pytest.fixture
def stocked(tmp_path: Path, techinfo: Run) -> Run:
    """A network of two switches."""
    (tmp_path / "network.yaml").write_text(NETWORK)
    done = techinfo("inventory", "import", "network.yaml")
    assert done.returncode == 0, done.stderr
    return techinfo


def test_every_element_is_told_with_its_share(stocked: Run) -> None:
    """One whose driver is not known is counted by the standard MIBs."""
    done = stocked("plan", "--json")

    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["element"], first["driver"]) == ("sw-1", "huawei_vrp")
    assert "driver" not in second
    assert first["bytesPerSecond"] > second["bytesPerSecond"] > 0
    assert first["lightPoll"]["bytes"] > 0


def test_sites_can_be_chosen(stocked: Run) -> None:
    """Whether they are switched on or not."""
    done = stocked("plan", "--site", "south")
    wrong = stocked("plan", "--site", "sout")

    assert "sw-2" in done.stdout
    assert "sw-1" not in done.stdout
    assert "not known" in done.stdout
    assert wrong.returncode == 2
    assert "no element is there" in " ".join(wrong.stderr.split())
