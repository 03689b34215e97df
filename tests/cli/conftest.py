"""The commands as their users call them: processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.forking import Forks

_APART = {"TECHINFO_ADMIN__PORT": "0"}
"""No command finds the service of another test."""
Run = Callable[..., subprocess.CompletedProcess[str]]


_ASKED_LATER = ("TECHINFO_", "PORT", "KEY")
"""How names of variables begin that are looked at while a command runs; others count at its start,
and a forked one has started."""
PATIENCE_S = 300.0


def _environment() -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
    return {**inherited, **_APART, "NO_COLOR": "1", "COLUMNS": "120"}


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """What the commands are forked from."""
    with Forks(_environment()) as forks:
        yield forks


@pytest.fixture
def techinfo(tmp_path: Path, forks: Forks) -> Run:
    """Run a command in an empty folder and wait for its end."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**_environment(), **more}
        if all(name.startswith(_ASKED_LATER) for name in more):
            return forks.run(arguments, tmp_path, environment, PATIENCE_S)
        return subprocess.run(
            [sys.executable, "-m", "techinfo.cli", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    return run


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """A small recording: one switch with two ports."""
    rows = [
        "1.3.6.1.2.1.1.1.0|4|Test switch",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1",
        "1.3.6.1.2.1.1.3.0|67|360000",
        "1.3.6.1.2.1.1.5.0|4|sw-test",
    ]
    for n, up in ((1, 1), (2, 2)):
        rows += [
            f"1.3.6.1.2.1.2.2.1.2.{n}|4|port{n}",
            f"1.3.6.1.2.1.2.2.1.3.{n}|2|6",
            f"1.3.6.1.2.1.2.2.1.5.{n}|66|1000000000",
            f"1.3.6.1.2.1.2.2.1.7.{n}|2|1",
            f"1.3.6.1.2.1.2.2.1.8.{n}|2|{up}",
            f"1.3.6.1.2.1.2.2.1.9.{n}|67|{n * 1000}",
        ]
    path = tmp_path / "sw-test.snmprec"
    path.write_text("\n".join(sorted(rows)) + "\n", encoding="utf-8")
    return path
