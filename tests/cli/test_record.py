"""``techinfo record`` against real walks played over UDP."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from techinfo.api.documents.dump import dump
from techinfo.collect import Target, load, read_once
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact
from techinfo.recordings import recording as recordings
from techinfo.recordings.playback import RecordedConversation

_NAMELESS = {
    *("description", "mac", "serialNumber", "address"),
    *("chassisId", "portId", "portDescription", "systemName", "systemDescription"),
}
_MOVING = {"upSince", "linkSince", "statistics", "leaseInfo", "cost"}


def _walk(name: str) -> Path:
    spec = find_spec("snmpsim_data")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data" / "network" / name


HUAWEI = _walk("router/huawei-s5720.snmprec.bz2")
PROCURVE = _walk("switch/hpe-procurve-516733-b21.snmprec.bz2")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Two real walks."""
    devices = [
        LabDevice(name="huawei", address="127.41.0.1", recordings=(HUAWEI,), community="s3cret"),
        LabDevice(name="procurve", address="127.41.0.2", recordings=(PROCURVE,)),
    ]
    with Lab(devices) as lab:
        yield lab


def _options(lab: Lab, folder: Path, name: str, *more: str) -> list[str]:
    target = lab.target(name)
    (folder / "community").write_bytes(target.community + b"\n")
    options = ["--port", str(lab.port), "--community-file", "community", "--rate", "10000"]
    return ["record", target.host, *options, *more]


def _document(path: Path) -> dict[str, Any]:
    now = datetime(2026, 10, 1, tzinfo=UTC)
    conversation = RecordedConversation(recordings.load(path))
    target = Target(element="x", host="recording")
    facts = [fact for fact in Fact if fact is not Fact.CPE]
    return dump(asyncio.run(read_once(conversation, target, load(), facts, now)), now)


def _nameless(thing: Any, key: str = "") -> Any:
    """A document with every name, number and address of somebody's reduced to its being there."""
    if isinstance(thing, dict):
        return {k: _nameless(v, k) for k, v in thing.items() if k not in _MOVING}
    if isinstance(thing, list):
        return [_nameless(part, key) for part in thing]
    return key if key in _NAMELESS and thing is not None else thing


def _still(document: dict[str, Any]) -> dict[str, Any]:
    """Without names, and without what moves while a device is being recorded: clock, counters."""
    device = {k: v for k, v in document["device"].items() if k != "name"}
    still: dict[str, Any] = _nameless({**document, "device": device})
    return still


@pytest.mark.parametrize(("name", "walk"), [("huawei", HUAWEI), ("procurve", PROCURVE)])
def test_a_recording_tells_the_same_facts(
    techinfo: Run, lab: Lab, tmp_path: Path, name: str, walk: Path
) -> None:
    """The scrubbed recording and the walk behind the device differ in names only."""
    done = techinfo(*_options(lab, tmp_path, name, "-o", "sw.snmprec.xz"))

    assert done.returncode == 0, done.stderr
    assert _still(_document(tmp_path / "sw.snmprec.xz")) == _still(_document(walk))
    assert not (tmp_path / "sw.snmprec.xz.part").exists()
    assert lab.counts(name).sets_refused == 0


def test_nothing_of_the_original_is_left(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """No name, serial number, MAC address or host of the walk is anywhere in the recording."""
    document = _document(HUAWEI)
    secrets = {document["device"]["name"], document["device"]["serialNumber"]}
    for port in document["ports"]:
        secrets |= {entry["mac"] for entry in port.get("macAddressTable", [])}
        # A port that the maker has named keeps that name.
        secrets |= {port["description"]} if " " in (port.get("description") or "") else set()
    secrets = {text for text in secrets if text}

    techinfo(*_options(lab, tmp_path, "huawei", "-o", "sw.snmprec"))

    written = (tmp_path / "sw.snmprec").read_text(encoding="ascii").lower()
    beside = (tmp_path / "recording.toml").read_text(encoding="utf-8").lower()
    assert len(secrets) > 10
    for text in secrets:
        octets = text.lower().encode()
        assert octets.decode() not in written + beside
        assert octets.hex() not in written
        if re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", text.lower()):
            mac = bytes.fromhex(text.replace(":", ""))
            assert mac.hex() not in written
            assert f".{'.'.join(map(str, mac))}" not in written
    assert "s3cret" not in written + beside


def test_the_recording_says_what_it_is(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """Device, driver, tool, and that it is real; each file of a folder has its own table."""
    (tmp_path / "recording.toml").write_text(
        '# by hand\n["other.snmprec"]\nmade_up = true\n', encoding="utf-8"
    )

    done = techinfo(*_options(lab, tmp_path, "huawei", "-o", "sw.snmprec"))

    text = (tmp_path / "recording.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    assert text.startswith("# by hand\n")
    assert told["other.snmprec"] == {"made_up": True}
    mine = told["sw.snmprec"]
    assert (mine["driver"], mine["vendor"]) == ("huawei_vrp", "Huawei")
    assert (mine["scrubbed"], mine["made_up"], mine["complete"]) == (True, False, True)
    assert mine["tool"].startswith("techinfo ")
    assert mine["rows"] == len(recordings.load(tmp_path / "sw.snmprec"))
    assert isinstance(mine["recorded_at"], datetime)
    assert "replays with driver huawei_vrp" in done.stderr


def test_without_scrubbing_it_is_the_device(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """It needs to be said, and the file says it."""
    done = techinfo(*_options(lab, tmp_path, "procurve", "-o", "sw.snmprec", "--no-scrub"))

    original, recorded = recordings.load(PROCURVE), recordings.load(tmp_path / "sw.snmprec")
    aliases = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18)
    told = tomllib.loads((tmp_path / "recording.toml").read_text(encoding="utf-8"))
    assert [recorded.get(o) for o in recorded.under(aliases)] == [
        original.get(o) for o in original.under(aliases)
    ]
    assert told["sw.snmprec"]["scrubbed"] is False
    assert "not scrubbed" in done.stderr


@pytest.mark.long
def test_stopped_and_gone_on_with(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """A bound leaves a whole recording of what came; --resume makes it that of the device."""
    first = techinfo(*_options(lab, tmp_path, "procurve", "-o", "a.snmprec", "--most-rows", "500"))
    half = len(recordings.load(tmp_path / "a.snmprec"))
    again = techinfo(*_options(lab, tmp_path, "procurve", "-o", "a.snmprec"))
    second = techinfo(*_options(lab, tmp_path, "procurve", "-o", "a.snmprec", "--resume"))

    techinfo(*_options(lab, tmp_path, "procurve", "-o", "b.snmprec"))
    told = tomllib.loads((tmp_path / "recording.toml").read_text(encoding="utf-8"))
    assert "--resume goes on" in first.stderr
    assert again.returncode == 2
    assert "--resume" in again.stderr
    assert second.returncode == 0, second.stderr
    assert 400 < half <= 500
    assert (
        recordings.load(tmp_path / "a.snmprec").oids == recordings.load(tmp_path / "b.snmprec").oids
    )
    assert told["a.snmprec"]["complete"] is True
    assert not (tmp_path / "a.snmprec.part").exists()


def test_another_device_cannot_go_on(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """Two halves of two switches are no switch."""
    techinfo(*_options(lab, tmp_path, "procurve", "-o", "a.snmprec", "--most-rows", "500"))

    done = techinfo(*_options(lab, tmp_path, "huawei", "-o", "a.snmprec", "--resume"))

    assert done.returncode == 1
    assert "begun with another device" in done.stderr


@pytest.mark.long
def test_ctrl_c_keeps_what_was_read(lab: Lab, tmp_path: Path) -> None:
    """The part is there to go on with, and a scrubbed recording of it."""
    options = _options(lab, tmp_path, "procurve", "-o", "a.snmprec")
    options[options.index("10000")] = "20"
    process = subprocess.Popen(
        [sys.executable, "-m", "techinfo.cli", *options],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")},
        stderr=subprocess.PIPE,
        text=True,
    )
    before = sum(lab.counts("procurve").requests.values())
    deadline = time.monotonic() + 60
    while sum(lab.counts("procurve").requests.values()) < before + 10:
        assert process.poll() is None
        assert time.monotonic() < deadline

    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=300)

    assert process.returncode == 130
    assert "--resume" in told
    assert len(recordings.load(tmp_path / "a.snmprec")) > 0
    assert (tmp_path / "a.snmprec.part").stat().st_mode & 0o077 == 0


def test_a_silent_device_leaves_no_file(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """Nothing was read, so nothing is kept; the exit status is 1."""
    silent = replace(lab.target("huawei"), host="127.41.0.99")
    (tmp_path / "community").write_text("x\n", encoding="utf-8")

    done = techinfo(
        "record", silent.host, "--port", str(lab.port), "--community-file", "community",
        TECHINFO_SNMP__TIMEOUTS="[0.05, 0.05]",
    )  # fmt: skip

    assert done.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["community"]


def test_the_name_tells_the_model_and_nobody(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """Without --output it is called by driver and model, not by sysName."""
    done = techinfo(*_options(lab, tmp_path, "huawei", "--subtree", "1.3.6.1.2.1.2"))

    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*.snmprec.xz")
    assert path.name.startswith("huawei-vrp_")


def test_a_subtree_must_be_one(techinfo: Run, lab: Lab, tmp_path: Path) -> None:
    """Neither words nor the whole world."""
    for wrong in ("ifTable", "1.3"):
        done = techinfo(*_options(lab, tmp_path, "huawei", "--subtree", wrong))

        assert done.returncode == 2
        assert "--subtree" in done.stderr
