"""Texts from outside are text on a terminal: nothing in them moves, colours or turns it."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text
from tests.cli.conftest import Run

from techinfo.cli.console import _Console
from techinfo.cli.escaping import _Escaping, escaped, only_text
from techinfo.cli.logs import formatter

HOSTILE = [
    *(chr(n) for n in range(0x20) if chr(n) not in "\t\n"),
    *(chr(n) for n in range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
]
TEXT = "sw\x9b31m\u202egnorw\x7f\x1b[2J\u2066\u200f\u061c"


def seen(text: str) -> list[str]:
    """What of the hostile characters stands in it."""
    return [character for character in HOSTILE if character in text]


@pytest.mark.parametrize("character", HOSTILE)
def test_what_a_terminal_would_obey_is_escaped_as_json_has_it(character: str) -> None:
    """The value stays."""
    shown = escaped(f'"a{character}b"')

    assert seen(shown) == []
    assert json.loads(shown) == f"a{character}b"


def test_all_other_text_stays_as_it_is() -> None:
    """Lines, tabs, letters of every script, and what only joins them."""
    plain = "Åsa\tگل\u200c\u200d\u00a0漢字 🏠 \\u009b\n"

    assert escaped(plain) == plain


def test_json_is_the_same_json() -> None:
    """Keys, too."""
    told = {TEXT: [TEXT, {"in": TEXT}], "plain": "Åsa\n"}

    shown = escaped(json.dumps(told, ensure_ascii=False, indent=2))

    assert seen(shown) == []
    assert json.loads(shown) == told


def test_tables_are_coloured_by_rich_alone() -> None:
    """Whether a cell is a text or one with markup."""
    shown = io.StringIO()
    table = Table("name", TEXT)
    table.add_row(TEXT, f"[bold]{TEXT}[/bold]")
    table.add_row(Text(TEXT), Text(TEXT))

    _Console(file=shown, force_terminal=True, width=400).print(table, Text(TEXT), TEXT)

    own = shown.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")
    own = own.replace("\x1b[1m", "").replace("\x1b[1;1m", "")
    assert seen(own) == []
    assert "\x1b[1m" in shown.getvalue()
    assert own.count("\\u009b31m") == 7


def test_whatever_is_printed_or_logged_is_escaped_while_it_lasts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By `print`, by a stream's own method, and by the log."""
    with only_text():
        print(TEXT)  # noqa: T201 - that is what is tested
        sys.stdout.write(f"{TEXT}\n")
        logging.StreamHandler(sys.stderr).emit(
            logging.LogRecord("x", logging.WARNING, "", 0, TEXT, (), None)
        )
        sys.stdout.flush()

    told = capsys.readouterr()
    assert seen(told.out + told.err) == []
    assert (told.out.count("\\u202e"), told.err.count("\\u202e")) == (2, 1)
    assert "Escaping" not in type(sys.stdout).__name__


def test_what_escapes_leaves_the_stream_to_its_owner() -> None:
    """Who has closed it hears nothing of it when what escaped is forgotten (Python 3.13 told)."""
    shown = io.TextIOWrapper(io.BytesIO())
    escaping = _Escaping(shown)
    shown.close()

    escaping.close()  # as it is when nobody has it any more


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_story_in_the_log_is_escaped_and_keeps_its_lines(form: str) -> None:
    """Words, facts and the traceback."""
    try:
        raise ValueError(TEXT)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, TEXT, (), sys.exc_info())
    record.facts = {"path": TEXT}

    line = formatter(form).format(record)

    assert seen(line) == []
    assert "Traceback" in line


@pytest.mark.parametrize("form", [(), ("--jsonl",)])
def test_what_a_device_says_is_escaped_where_it_is_shown(
    techinfo: Run, walk: Path, form: tuple[str, ...]
) -> None:
    """In the document of a recording, and in the warnings beside it."""
    hostile = TEXT.encode().hex()
    rows = walk.read_text(encoding="utf-8").splitlines()
    rows += [f"1.3.6.1.2.1.31.1.1.1.18.{n}|4x|{hostile}" for n in (1, 2)]
    rows = [r for r in rows if not r.startswith("1.3.6.1.2.1.1.1.0|")]
    rows.append(f"1.3.6.1.2.1.1.1.0|4x|{hostile}")
    order = {row: [int(part) for part in row.split("|")[0].split(".")] for row in rows}
    walk.write_text("\n".join(sorted(rows, key=order.__getitem__)) + "\n", encoding="utf-8")
    named = walk.with_name(f"sw-\x9b31m\u202e{walk.name}")
    walk.rename(named)

    done = techinfo("replay", *form, str(named))

    assert done.returncode == 0
    assert seen(done.stdout + done.stderr) == []
    assert json.loads(done.stdout)["recording"] == named.name
    assert "\\u202e" in done.stdout


def test_errors_name_what_is_hostile_without_its_effect(techinfo: Run) -> None:
    """A file's name in an error, and a value in a look-up."""
    missing = techinfo("replay", f"{TEXT.replace(chr(0), '')}.snmprec")
    looked_up = techinfo("lookup", "0x\x9b31m\u202e")

    assert seen(missing.stdout + missing.stderr + looked_up.stdout + looked_up.stderr) == []
