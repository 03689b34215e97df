"""Forms of printed tables: what fits is told, what does not is odd, nothing moves to another."""

from __future__ import annotations

import pytest

from techinfo.driver.cli_forms import Blocks, Lines, forms
from techinfo.driver.cli_words import cells, speed

ROWS = Lines(
    context=(r"VLAN (?P<vlan>\d+), (?P<count>\d+) rows",),
    row=(r"(?P<port>p\d+) (?P<value>\w+)",),
    more=(r" {4,}(?P<value>\w+)",),
    needs=("vlan",),
)
BLOCKS = Blocks(
    start=(r"port (?P<port>\w+) is (?P<state>\w+)",),
    fields=(r"^ bytes (?P<io_bytes>\d+)", r"^ name (?P<name>.*)"),
    sides=(" in:", " out:"),
    verbatim=(" text:", " end"),
)


def test_a_wrapped_row_is_joined() -> None:
    """With the row above, and only directly below it."""
    assert ROWS("VLAN 1, 1 rows\np1 a\n     b").rows == [
        {"vlan": "1", "count": "1", "port": "p1", "value": "a b"}
    ]


def test_what_follows_a_damaged_line_is_not_given_to_the_row_above() -> None:
    """A continuation or a row whose beginning may be lost is odd."""
    told = ROWS("VLAN 1, 2 rows\np1 a\np2:a\n     b\np3 c")

    assert [row["port"] for row in told.rows] == ["p1"]
    assert told.odd == ("p2:a", "     b", "p3 c")


def test_a_line_of_the_log_interrupts_nothing() -> None:
    """It is odd, and what follows still belongs."""
    log = "*Mar  1 00:00:01: %LINK-3-UPDOWN: Interface p9, changed state to up"
    told = ROWS(f"VLAN 1, 1 rows\np1 a\n{log}\n     b")

    assert told.rows[0]["value"] == "a b"
    assert told.odd == (log,)


def test_rows_that_were_announced_and_are_not_there_are_odd() -> None:
    """A total that is not 0 is no empty table."""
    assert ROWS("VLAN 1, 2 rows").odd == ("VLAN 1, 2 rows",)
    assert ROWS("VLAN 1, 0 rows").odd == ()


def test_a_value_belongs_to_the_side_it_stands_on() -> None:
    """In, or out; before either it is nobody's."""
    told = BLOCKS("port a is up\n bytes 1\n in:\n bytes 2\n out:\n bytes 3\nport b is up\n bytes 4")

    assert told.rows == [
        {"port": "a", "state": "up", "in_bytes": "2", "out_bytes": "3"},
        {"port": "b", "state": "up"},
    ]


def test_free_text_means_nothing() -> None:
    """Whatever it looks like, to its end."""
    told = BLOCKS("port a is up\n text:\n name not this\nanything 7\n end\n name this")

    assert told.rows == [{"port": "a", "state": "up", "name": "this"}]
    assert told.odd == ()


def test_a_damaged_beginning_ends_the_block_before() -> None:
    """Its lines are odd, and not the other port's."""
    told = BLOCKS("port a is up\nport b2 i\n name b's")

    assert told.rows == [{"port": "a", "state": "up"}]
    assert told.odd == ("port b2 i", " name b's")


def test_a_file_of_templates_may_have_words_and_common_lines() -> None:
    """``{WORD}`` stands for a part of a pattern; common lines belong to every form."""
    told = forms(
        {
            "words": {"N": r"\d+"},
            "common": {"skip": ["total {N}"]},
            "a": {"form": "lines", "row": ["(?P<port>p{N})"]},
        }
    )

    assert told["a"]("p1\ntotal 3\n?").rows == [{"port": "p1"}]
    assert told["a"]("p1\ntotal 3\n?").odd == ("?",)


def test_what_is_no_form_is_refused() -> None:
    """An unknown form, or an argument that it does not have."""
    with pytest.raises(ValueError, match="no form"):
        forms({"a": {"form": "circles"}})
    with pytest.raises(TypeError):
        forms({"a": {"form": "lines", "row": ["x"], "rwo": ["y"]}})


def test_a_cell_that_is_too_wide_moves_the_others() -> None:
    """By the dashes of the rule; nothing is cut in two."""
    rule = "---- + ------ ---"

    assert cells(rule, "a1     b c    d") == ["a1", "b c", "d"]
    assert cells(rule, "a1     longerthan d") == ["a1", "longerthan", "d"]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1000", 1000), ("a-1000", 1000), ("100M", 100), ("2.5G", 2500), ("1Gbps", 1000),
        ("10Gb/s", 10000), ("1000Mb/s", 1000), ("auto", None), ("", None), ("a-auto", None),
        ("1000FDx", None),
    ],
)  # fmt: skip
def test_a_speed_is_read_in_its_spellings(text: str, rate: int | None) -> None:
    """And is unknown where none is told."""
    assert speed(text) == rate
