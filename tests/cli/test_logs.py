"""Log lines: one event each, whatever stands in it."""

from __future__ import annotations

import json
import logging
import sys
import threading
from typing import TextIO, cast

import pytest

from techinfo.api.errors import request_id
from techinfo.cli.logs import Gathering, formatter

HOSTILE = 'x\n2026-01-01 ERROR forged: "}\r\x1b[31m\u2028'


def _record(words: str, *arguments: object, **more: object) -> logging.LogRecord:
    record = logging.LogRecord("techinfo.x", logging.WARNING, "", 0, words, arguments, None)
    vars(record).update(more)
    return record


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_event_is_one_line_whatever_stands_in_it(form: str) -> None:
    """Nobody outside can forge a line, or a terminal's colours."""
    line = formatter(form).format(_record("seen %s", HOSTILE, facts={"path": HOSTILE}))

    assert line.splitlines() == [line] or form == "json"
    assert "\n" not in line
    assert "\x1b" not in line


def test_json_has_every_fact_by_its_name() -> None:
    """Time, level, logger, words, facts, and the request that it was for."""
    asked = request_id.set("r-1")
    line = formatter("json").format(_record("asked %d", 7, facts={"status": 200}))
    request_id.reset(asked)

    told = json.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "asked 7",
        "level": "warning",
        "logger": "techinfo.x",
        "request_id": "r-1",
        "status": 200,
    }


def test_text_has_words_first() -> None:
    """For people, with the facts behind them."""
    line = formatter("text").format(_record("asked", facts={"status": 200, "user": "ann"}))

    assert line.endswith("WARNING techinfo.x: asked status=200 user='ann'")


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_brings_its_story(form: str) -> None:
    """A traceback is in the same event."""
    try:
        raise ValueError("why")
    except ValueError:
        record = _record("failed", exc_info=sys.exc_info())

    assert "ValueError: why" in formatter(form).format(record)


def test_each_line_has_its_own_time() -> None:
    """To the microsecond, UTC; lines of one second among them."""
    form = formatter("text")
    times = (1.5, 1.25, 2.0, 1_790_000_000.000488281, 1.75)

    told = [form.format(_record("x", created=at)).split(" ", 1)[0] for at in times]

    assert told == [
        "1970-01-01T00:00:01.500000Z",
        "1970-01-01T00:00:01.250000Z",
        "1970-01-01T00:00:02.000000Z",
        "2026-09-21T14:13:20.000488Z",
        "1970-01-01T00:00:01.750000Z",
    ]


class _Slow:
    """A stream that takes nothing until it may."""

    def __init__(self) -> None:
        self.asked, self.may = threading.Event(), threading.Event()
        self.written = ""

    def write(self, text: str) -> None:
        self.asked.set()
        assert self.may.wait(300)
        self.written += text

    def flush(self) -> None:
        """Nothing is kept back."""


def test_who_logs_does_not_wait_while_lines_are_written() -> None:
    """And all lines come, in their order."""
    slow = _Slow()
    handler = Gathering(cast("TextIO", slow))
    records = [_record(words) for words in ("first", "second", "third")]
    for record in records:
        record.levelno = logging.INFO

    handler.handle(records[0])
    assert slow.asked.wait(300)
    told = threading.Thread(target=handler.handle, args=(records[1],))
    told.start()
    told.join(60)
    is_held_up = told.is_alive()
    slow.may.set()
    handler.handle(records[2])
    handler.close()

    assert not is_held_up
    assert slow.written == "first\nsecond\nthird\n"


def test_a_handler_has_the_lock_that_logging_takes() -> None:
    """From Python 3.13 on `logging.Handler.handle` takes it without a look whether it is there."""
    handler = Gathering(cast("TextIO", _Slow()))

    assert handler.lock is not None
    handler.close()
