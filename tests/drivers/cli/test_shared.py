"""Outputs of real devices in ../shared/cli: what each platform must read of them."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from techinfo.cli.asking.dump import replay
from techinfo.collect.registry import cli_platforms

SHARED = Path(__file__).parents[4] / "shared"
ACCESS = (
    r"^(cisco_ios|cisco_xe|dlink_|edgecore|eltex |fs_fsos|hp_procurve|huawei_vrp|juniper_junos|"
    r"mikrotik_routeros|zyxel_)"
)
LEAST = {
    "lease.row": 100,
    "group.row": 100,
    "tdr.row": 95,
    "optic.rx_dbm": 98,
    "mac.row": 99,
    "mac.files": 92,
    "port.link_up": 97,
    "port.speed_mbps": 97,
    "counter.in_bytes": 97,
    "lldp.row": 90,
}
MOST_EXTRA = {"lease": 0, "group": 0, "optic": 0, "mac": 0.5, "lldp": 5}
PLATFORMS = {
    "cisco": (
        r"^cisco_(ios|xe) ",
        ("lease", "group", "tdr", "optic", "mac", "port", "counter", "lldp"),
    ),
    "huawei": (r"^huawei_vrp", ("lease", "tdr", "optic", "mac", "port", "lldp")),
    "hp_procurve": (r"^hp_procurve ", ("mac.row", "port")),
    "juniper_junos": (r"^juniper_junos ", ("mac", "port.link_up", "lldp")),
    "mikrotik_routeros": (r"^mikrotik_routeros ", ("optic", "port")),
}
"""Families that hold the bars on their own, and for which measures."""
CONTRADICTED = (
    "dlink_cisco_cli--show-interfaces-switchport--noc1",
    "hp_procurve--show-lldp-info-remote-device--noc7",
)
"""Recordings that contradict the facts beside them: ports whose text says "is UP, line protocol is
UP" are told as down, and every output stands under the command before it. The text is followed."""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every recording, as ``techinfo replay --jsonl`` reads it."""
    files = sorted((SHARED / "cli").glob("*.cli"))
    if not files:
        pytest.skip("../shared/cli is not here")
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.suppress(Exception):
        replay(files, jsonl=True)
    path = tmp_path_factory.mktemp("cli") / "read.jsonl"
    path.write_text(told.getvalue(), encoding="utf-8")
    assert len(told.getvalue().splitlines()) == len(files)
    return path


@pytest.mark.long
def test_access_platforms_hold_the_bars(read: Path) -> None:
    """Rows right, none lost and none made up, as the comparison in ../shared counts them."""
    known = [name for name in sorted(cli_platforms()) if re.match(ACCESS, f"{name} ")]
    but = "|".join(CONTRADICTED)
    score = _score(read, rf"^({'|'.join(known)}) (?!{but})", "--need-all")

    assert score.returncode == 0, score.stdout[-2000:]


@pytest.mark.parametrize("family", PLATFORMS)
def test_a_platform_holds_the_bars_on_its_own(read: Path, family: str) -> None:
    """No platform leans on the others."""
    only, measures = PLATFORMS[family]

    score = _score(read, only)

    wanted = [f"falls short: {m}" for m in measures]
    short = [line for line in score.stdout.splitlines() if line.startswith(tuple(wanted))]
    assert [line for line in short if "no such measure" not in line] == []


def test_every_document_names_its_recording(read: Path) -> None:
    """A platform that nobody knows gives a document with errors, and not nothing."""
    documents = [json.loads(line) for line in read.read_text(encoding="utf-8").splitlines()]

    assert all(d["ports"] or d["errors"] or d["parts"] for d in documents)
    assert len({d["recording"] for d in documents}) == len(documents)


def _score(read: Path, only: str, *more: str) -> subprocess.CompletedProcess[str]:
    bars = [f"--min={key}={value}" for key, value in LEAST.items()]
    bars += [f"--max-extra={key}={value}" for key, value in MOST_EXTRA.items()]
    script = SHARED / "score_cli.py"
    return subprocess.run(
        [sys.executable, script, SHARED / "cli", read, f"--only={only}", *bars, *more],
        capture_output=True,
        text=True,
        check=False,
    )
