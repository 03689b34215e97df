"""``techinfo dump`` against a device that answers over UDP."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

from techinfo.lab import Lab, LabDevice


def test_any_device_by_host(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """No inventory is needed; the community comes from a file."""
    (tmp_path / "community").write_text("s3cret\n", encoding="utf-8")
    device = LabDevice(name="sw", address="127.23.0.1", recordings=(walk,), community="s3cret")

    with Lab([device]) as lab:
        done = techinfo(
            "dump", "--host", "127.23.0.1", "--port", str(lab.port),
            "--community-file", "community",
        )  # fmt: skip
        sets = lab.counts("sw").sets_refused

    document = json.loads(done.stdout)
    assert document["device"]["name"] == "sw-test"
    assert [p["name"] for p in document["ports"]] == ["port1", "port2"]
    assert sets == 0
    assert "s3cret" not in done.stdout + done.stderr


def test_an_access_of_the_inventory(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """Only its port is read, and the document names the access."""
    device = LabDevice(name="sw", address="127.23.0.2", recordings=(walk,))

    with Lab([device]) as lab:
        (tmp_path / "inventory.yaml").write_text(
            f"elements:\n  - {{name: sw, address: 127.23.0.2, port: {lab.port}}}\n"
            "accesses:\n  - {access_id: A-2, element: sw, port: port2}\n",
            encoding="utf-8",
        )
        imported = techinfo("inventory", "import", "inventory.yaml")
        done = techinfo("dump", "A-2", TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY="public")

    assert (imported.returncode, done.returncode) == (0, 0), imported.stderr + done.stderr
    document = json.loads(done.stdout)
    assert [(p["name"], p["accessId"]) for p in document["ports"]] == [("port2", "A-2")]


def test_a_wrong_community_looks_silent(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """The cause is told, the exit status is 1, and the secret is in neither output."""
    (tmp_path / "community").write_text("wr0ng\n", encoding="utf-8")
    device = LabDevice(name="sw", address="127.23.0.3", recordings=(walk,))

    with Lab([device]) as lab:
        done = techinfo(
            "dump", "--host", "127.23.0.3", "--port", str(lab.port),
            "--community-file", "community",
            TECHINFO_SNMP__TIMEOUTS="[0.05, 0.05]",
        )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr
    assert "wr0ng" not in done.stdout + done.stderr
