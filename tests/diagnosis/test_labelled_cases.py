"""The labelled cases beside the project, by the scorer that stands with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
BARS = (
    *("code=97", "act=98", "ticketAdvised=98", "trap=92", "degraded=90"),
    *("alsoFound=80", "contradictions=80", "ask=92", "form=100", "missingTold=100"),
)
MOST = (
    *("unread=0", "invented=0", "misquoted=0", "tooSure=0", "sureAndWrong=3", "unlisted=0"),
    *("silentCodes=0", "ticketTooMany=3", "overconfidence=3", "degradedOverPlain=-5"),
    *("alsoFound beyond the label=30", "without evidence=0"),
)
needs_shared = pytest.mark.skipif(
    not (SHARED / "verdicts").is_dir(), reason="../shared/verdicts is not here"
)


def _run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(SHARED / script), str(SHARED / "verdicts"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _judged(folder: Path, out: Path) -> Path:
    lines = [
        {"case": path.name, "diagnosis": diagnose(read_case(json.loads(path.read_text())))}
        for path in sorted(folder.glob("*.json"))
    ]
    out.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return out


@needs_shared
def test_labelled_cases_get_the_verdict_of_their_label(tmp_path: Path) -> None:
    """Run on copies without labels."""
    _run("score_verdicts.py", "--strip", str(tmp_path / "cases"))
    told = _judged(tmp_path / "cases", tmp_path / "told.jsonl")

    bars = [word for bar in BARS for word in ("--min", bar)]
    most = [word for bar in MOST for word in ("--max", bar)]
    _run("score_verdicts.py", str(told), *bars, *most)


@pytest.mark.long
@needs_shared
def test_variants_keep_or_soften_the_verdict(tmp_path: Path) -> None:
    """Shifted, shuffled, with another's services, with answers, with parts that failed."""
    _run("score_verdicts.py", "--strip", str(tmp_path / "cases"))
    plain = _judged(tmp_path / "cases", tmp_path / "plain.jsonl")
    _run("metamorph.py", "--make", str(tmp_path / "all"), "--asked", str(plain))

    told = _judged(tmp_path / "all", tmp_path / "all.jsonl")

    assert '"violations": 0' in _run("metamorph.py", "--check", str(told))
