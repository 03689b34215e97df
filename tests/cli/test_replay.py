"""``techinfo replay``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_a_recording_becomes_one_document(techinfo: Run, walk: Path) -> None:
    """Pretty by default; ports with their state."""
    done = techinfo("replay", str(walk))

    document = json.loads(done.stdout)

    assert done.returncode == 0
    assert document["schema"] == "techinfo.dump/1"
    assert document["recording"] == "sw-test.snmprec"
    assert [(p["name"], p["status"]["link"]) for p in document["ports"]] == [
        ("port1", True),
        ("port2", False),
    ]


def test_one_bad_recording_leaves_the_others(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """A document each, the bad one with errors and no ports; exit status 1."""
    bad = tmp_path / "bad.snmprec"
    bad.write_bytes(b"\x00\x01 no recording\n")

    done = techinfo("replay", "--jsonl", str(bad), str(walk), str(tmp_path / "missing.snmprec"))

    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [bool(d["errors"]) for d in documents] == [True, False, True]
    assert [len(d["ports"]) for d in documents] == [0, 2, 0]
    assert "bad.snmprec" in done.stderr


def test_a_vlan_context_is_skipped_with_a_note(techinfo: Run, walk: Path) -> None:
    """``name@vlan.snmprec`` belongs to the recording beside it."""
    context = walk.with_name("sw-test@10.snmprec")
    context.write_text("1.3.6.1.2.1.17.1.4.1.2.1|2|1\n", encoding="utf-8")

    done = techinfo("replay", "--jsonl", str(walk), str(context))

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "skipped" in done.stderr


def test_an_unknown_driver_is_a_clear_error(techinfo: Run, walk: Path) -> None:
    """It says which drivers there are."""
    done = techinfo("replay", "--driver", "nonesuch", str(walk))

    assert done.returncode == 1
    assert "nonesuch" in done.stderr
    assert "generic" in done.stderr
