"""Help on terminals of any width, what was meant, what is logged, and what a pipe gets."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from typer.testing import CliRunner

from techinfo.cli.helping import reflowed
from techinfo.cli.main import COMMANDS, app, command


def _leaves(words: list[str], found: Any) -> Iterator[list[str]]:
    if not hasattr(found, "commands") or found.invoke_without_command:
        yield words
    for name, one in getattr(found, "commands", {}).items():
        yield from _leaves([*words, name], one)


LEAVES = [words for name in COMMANDS for words in _leaves([name], command(name))]


def _prose(text: str) -> list[list[str]]:
    """The paragraphs between the usage and the first box, line by line."""
    above = text.split("╭")[0].splitlines()
    paragraphs: list[list[str]] = [[]]
    for line in above:
        if not line.strip():
            paragraphs.append([])
        elif not line.startswith("  "):  # an example that is indented stays as it is
            paragraphs[-1].append(line.rstrip())
    return [one for one in paragraphs if one and not one[0].startswith(" Usage:")]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_fills_the_width_and_never_more(name: str, width: int) -> None:
    """No line is longer; each but a paragraph's last has all words that fit in."""
    environment = {"COLUMNS": str(width)}
    for words in _leaves([name], command(name)):
        shown = CliRunner().invoke(app, [*words, "--help"], env=environment).stdout

        assert max(map(len, shown.splitlines())) <= width, words
        assert shown.endswith("\n")
        for lines in _prose(shown):
            for line, following in pairwise(lines):
                room = width - 1 - len(line)
                assert len(f" {following.split()[0]}") > room, (words, line)


def test_what_is_indented_is_not_reflowed() -> None:
    """An example that stands in lines of its own."""
    assert (
        reflowed("One\ntwo.\n\n    a  b\n\nThree\nfour.") == "One two.\n\n    a  b\n\nThree four."
    )


def test_every_command_takes_verbose_behind_its_name() -> None:
    """As well as before it."""
    for words in LEAVES:
        found: Any = command(words[0])
        for word in words[1:]:
            found = found.commands[word]
        assert "-v" in [name for one in found.params for name in one.opts], words


@pytest.mark.parametrize("words", [("-v", "config", "check"), ("config", "check", "-v")])
def test_verbose_tells_what_runs_and_for_how_long(techinfo: Run, words: tuple[str, ...]) -> None:
    """On standard error; the answer is as it was."""
    plain, told = techinfo("config", "check"), techinfo(*words)

    assert told.stdout == plain.stdout
    assert "techinfo config check: version " in told.stderr
    assert "techinfo config check: ended after " in told.stderr
    assert "INFO" not in plain.stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["dumpp"], "Did you mean 'dump'?"),
        (["user", "addd"], "Did you mean 'add'?"),
        (["user", "key", "lst"], "Did you mean 'list'?"),
        (["inventory", "list"], "There are: check, columns, example, import, netbox, show."),
    ],
)
def test_a_wrong_name_is_answered_by_what_was_meant(words: list[str], meant: str) -> None:
    """Or by what there is, where nothing is near."""
    shown = CliRunner().invoke(app, words, env={"COLUMNS": "120"})

    assert shown.exit_code == 2
    assert meant in " ".join(shown.stderr.replace("│", " ").split())


def test_a_pipe_gets_rows_that_are_not_wrapped() -> None:
    """Where nobody says how wide it is."""
    environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, "-m", "techinfo.cli", "inventory", "columns", "accesses"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    keys = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert max(map(len, done.stdout.splitlines())) > 100
    assert all(line[2] != " " for line in keys)
    assert done.stdout.endswith("\n")


@pytest.mark.long
def test_what_takes_long_is_shown_on_a_terminal(techinfo: Run, tmp_path: Path) -> None:
    """What is done, and for how long; nothing of it where standard error is no terminal."""
    (tmp_path / "site.yaml").write_text("elements: [{name: sw-1, address: 192.0.2.1}]\n")
    quiet = techinfo("inventory", "import", "site.yaml")
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "techinfo.cli", "inventory", "import", "site.yaml"],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "120", "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert "importing" in shown
    assert "importing" not in quiet.stderr
