"""CLI recordings: the form of docs/cli-recordings.md. Texts are made up."""

from __future__ import annotations

import bz2
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.errors import RecordingError
from techinfo.ssh.cli_recording import CliRecording, Output, dumped, load, parse

NAME = Path("x.cli")
HEAD = "techinfo.cli/1\nplatform: cisco_ios\nmodel: C2960\nnobody-knows: this\n\n"


def test_outputs_are_told_byte_for_byte() -> None:
    """Tabs and blanks stay; a line that looks like a mark has lost its backslash."""
    told = parse(HEAD + ">>> show a\n\tx  \n\\>>> y\n\\\\z\n>>> show b\n", NAME)

    assert told.platform == "cisco_ios"
    assert told.outputs == (Output("show a", "\tx  \n>>> y\n\\z"), Output("show b", ""))


def test_an_output_that_was_cut_says_how() -> None:
    """What stands after the mark is no output."""
    told = parse(HEAD + ">>> show a\nx\n<<< timeout 30\n>>> show b\ny\n", NAME)

    assert [(o.text, o.cut) for o in told.outputs] == [("x", "timeout 30"), ("y\n", None)]


def test_a_packed_recording_is_read(tmp_path: Path) -> None:
    """As walks are."""
    path = tmp_path / "x.cli.bz2"
    path.write_bytes(bz2.compress((HEAD + ">>> show a\nx").encode()))

    assert load(path).outputs == (Output("show a", "x"),)


@pytest.mark.parametrize("text", ["", "snmp", "techinfo.cli/1\nmodel: x\n\n>>> show a\n"])
def test_what_is_no_recording_is_refused(text: str) -> None:
    """No magic, or no platform."""
    with pytest.raises(RecordingError):
        parse(text, NAME)


def test_what_is_written_is_read_again() -> None:
    """Lines that look like marks, an end that is none, an output that is empty."""
    outputs = (
        Output("show a", "\tx  \n>>> y\n\\z\n", "timeout 30"),
        Output("show b", ""),
        Output("show c", "one\n\ntwo\n"),
    )
    when = datetime(2026, 1, 2, tzinfo=UTC)
    made = CliRecording("cisco_ios", outputs, model="C\n2960", recorded=when, prompt="sw#")

    text = dumped(made, source="us")
    told = parse(text, NAME)

    assert "source: us\n" in text
    assert told.prompt == "sw#"
    assert told.model == "C 2960"
    assert told.recorded == made.recorded
    assert [(o.command, o.text.rstrip("\n"), o.cut) for o in told.outputs] == [
        (o.command, o.text.rstrip("\n"), o.cut) for o in outputs
    ]
