"""Log lines: one event each, whatever stands in it."""

from __future__ import annotations

import json
import logging
import sys

import pytest
import structlog

from techinfo.cli.logs import formatter

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
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        line = formatter("json").format(_record("asked %d", 7, facts={"status": 200}))

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
