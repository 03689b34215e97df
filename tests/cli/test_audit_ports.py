"""``techinfo audit-ports``: each difference a line, and the same as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.access import made_up
from tests.access.test_port_audit import INVENTORY, carried, switch
from tests.cli.conftest import Run

from techinfo.lab import Lab, LabDevice


@pytest.mark.long
def test_the_command_tells_each_difference_on_a_line(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 1 where there is one; the same as JSON."""
    recording = tmp_path / "sw.snmprec"
    rows = made_up.lines(switch(carried(10, 1), carried(20, 1)))
    recording.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Lab([LabDevice(name="sw", address="127.23.1.7", recordings=(recording,))]) as lab:
        text = INVENTORY.replace("192.0.2.3", f"127.23.1.7, port: {lab.port}")
        (tmp_path / "inventory.yaml").write_text(text, encoding="utf-8")
        secret = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public"}
        imported = techinfo("inventory", "import", "inventory.yaml")
        assert imported.returncode == 0, imported.stderr
        lines = techinfo("audit-ports", **secret)
        document = json.loads(techinfo("audit-ports", "--json", "--site", "elm", **secret).stdout)
        none = techinfo("audit-ports", "--site", "other", **secret)

    assert (lines.returncode, none.returncode) == (1, 0), lines.stderr
    assert "A-2 (sw ge2): VLAN 10 of bb is not on the port" in lines.stdout
    assert [d["access_id"] for d in document["differences"]] == ["A-2"]
    assert document["ports"] == 3
