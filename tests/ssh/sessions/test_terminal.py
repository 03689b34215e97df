"""What a person would see of what a device sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.ssh.sessions.terminal import last_line, lines


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("a\r\nb\r\n", ["a", "b", ""]),
        (" --More-- \r          \rGi1/0/1  up", ["Gi1/0/1  up"]),
        ("--More--\x08\x08\x08\x08\x08\x08\x08\x08        \r1/2   ", ["1/2     "]),
        ("  ---- More ----\x1b[16D                \x1b[16DGE0/0/1", ["GE0/0/1" + " " * 9]),
        ("\x1b[24;1H\x1b[2K\x1b[?25hsw# \x1b[1mshow\x1b[0m", ["sw# show"]),
        ("one\x1bEtwo", ["one", "two"]),
        ("abcdef\x1b[3D\x1b[K", ["abc"]),
        ("a\x1b[3Cb", ["a   b"]),
        ("\x1b]0;a window's title\x07sw>", ["sw>"]),
        ("a\tb  ", ["a\tb  "]),
        ("bell\x07 and nul\x00", ["bell and nul"]),
        ("\x1b[999999999Cx", [" " * 4096 + "x"]),
    ],
)
def test_what_was_painted_over_is_gone(sent: str, seen: list[str]) -> None:
    """Pagers erase themselves in many ways."""
    assert lines(sent) == seen


def test_the_last_line_is_the_one_the_cursor_stands_in() -> None:
    """A ProCurve ends lines with NEL."""
    assert last_line("table\r\nrow\x1bEsw# ") == "sw# "


@given(st.text(alphabet="ab \t\r\n\x08\x1b[]0123;KJHDCGmE\x07", max_size=60))
def test_any_text_has_lines(sent: str) -> None:
    """Whatever a device sends, no control character is left, and no line is without end."""
    seen = lines(sent)

    assert all(c == "\t" or c >= " " for line in seen for c in line)
    assert all(len(line) <= 4096 + len(sent) for line in seen)
