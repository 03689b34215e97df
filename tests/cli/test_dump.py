"""``techinfo dump`` against a device that answers over UDP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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


def test_a_file_is_to_be_shared(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """Scrubbed with a valid checksum, unless it is kept as it was; its owner's alone."""
    (tmp_path / "community").write_text("public\n", encoding="utf-8")
    device = LabDevice(name="sw", address="127.23.0.4", recordings=(walk,))

    with Lab([device]) as lab:
        host = ("--host", "127.23.0.4", "--port", str(lab.port))
        asked = ("dump", *host, "--community-file", "community")
        shared = techinfo(*asked, "-o", "shared.json")
        kept = techinfo(*asked, "--output", "kept.json", "--no-scrub")
        before = sum(lab.counts("sw").requests.values())
        again = techinfo(*asked, "-o", "shared.json")
        asked_again = sum(lab.counts("sw").requests.values()) - before

    assert (shared.returncode, kept.returncode) == (0, 0), shared.stderr + kept.stderr
    assert (shared.stdout, kept.stdout) == ("", "")
    assert "shared.json: scrubbed" in shared.stderr
    assert "kept.json: not scrubbed" in kept.stderr
    assert "sw-test" not in (tmp_path / "shared.json").read_text(encoding="utf-8")
    assert "sw-test" in (tmp_path / "kept.json").read_text(encoding="utf-8")
    assert (tmp_path / "shared.json").stat().st_mode & 0o077 == 0
    judged = techinfo("diagnose", "shared.json", "kept.json", "--jsonl")
    assert judged.returncode == 0, judged.stderr
    told = [json.loads(line) for line in judged.stdout.splitlines()]
    half = len(told) // 2
    codes = [one["diagnosis"]["code"] for one in told]
    assert len(told) == 4
    assert codes[:half] == codes[half:]
    assert (again.returncode != 0, asked_again) == (True, 0)
    assert "shared.json is there already" in again.stderr


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.parametrize("access", ["A-AE", "A-LAG"])
def test_04_an_access_on_an_aggregate_or_a_member_is_printed(
    techinfo: Run, tmp_path: Path, access: str
) -> None:
    """The aggregate has the rows and its members; a member names it, and has no copies."""
    recording = Path(__file__).with_name("cases") / "c04.snmprec"
    device = LabDevice(name="sw", address="127.23.0.9", recordings=(recording,))

    with Lab([device]) as lab:
        (tmp_path / "inventory.yaml").write_text(
            f"elements:\n  - {{name: sw, address: 127.23.0.9, port: {lab.port}}}\n"
            "accesses:\n  - {access_id: A-LAG, element: sw, port: ge-0/0/1}\n"
            "  - {access_id: A-AE, element: sw, port: ae0}\n",
            encoding="utf-8",
        )
        imported = techinfo("inventory", "import", "inventory.yaml")
        done = techinfo("dump", access, TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY="public")

    assert (imported.returncode, done.returncode) == (0, 0), imported.stderr + done.stderr
    shown = {p["name"]: p for p in json.loads(done.stdout)["ports"]}
    assert shown.keys() == {"ae0"} | ({"ge-0/0/1"} if access == "A-LAG" else set())
    assert len(shown["ae0"]["macAddressTable"]) == 2
    assert shown["ae0"]["members"] == ["ge-0/0/1", "ge-0/0/2"]
    if access == "A-LAG":
        assert shown["ge-0/0/1"]["aggregate"] == "ae0"
        assert shown["ge-0/0/1"]["accessId"] == "A-LAG"
        assert "macAddressTable" not in shown["ge-0/0/1"]
