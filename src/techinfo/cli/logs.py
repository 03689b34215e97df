"""The log of a running service: one event a line, as text or as JSON, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from techinfo.cli.escaping import escaped
from techinfo.config import LogSettings

_QUIET = ("httpx", "httpcore", "apscheduler", "alembic", "uvicorn")
"""Libraries that tell of every step; warnings of theirs are heard."""
_encoder = json.JSONEncoder(default=str)
_Event = MutableMapping[str, Any]


def log_as(settings: LogSettings, *, verbose: bool = False) -> None:
    """Log as the settings want it, from now on.

    Args:
        settings: Level and form.
        verbose: Tell at least what INFO tells.
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    root = logging.getLogger()
    root.setLevel(min(level, logging.INFO) if verbose else level)
    written = logging.StreamHandler(sys.stderr)
    written.setFormatter(formatter(settings.format))
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(written)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def formatter(form: str) -> logging.Formatter:
    """Makes a line of an event; ``form`` is ``text`` or ``json``.

    Whatever comes from outside stays on its line: control characters are escaped.
    """
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _facts,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _text if form == "text" else _json,
        ],
    )


def _facts(_logger: Any, _method: str, event: _Event) -> _Event:
    """The facts that an event was logged with (``extra={"facts": …}``) beside its words."""
    event.update(getattr(event["_record"], "facts", {}))
    return event


def _json(_logger: Any, _method: str, event: _Event) -> str:
    return _encoder.encode(event)


def _text(_logger: Any, _method: str, event: _Event) -> str:
    words = [event.pop(name) for name in ("timestamp", "level", "logger", "event")]
    trace = event.pop("exception", "")
    facts = [f"{name}={value!r}" for name, value in event.items()]
    line = " ".join([words[0], words[1].upper(), f"{words[2]}:", _one_line(str(words[3])), *facts])
    return f"{line}\n{escaped(trace)}" if trace else line


def _one_line(words: str) -> str:
    return words if words.isprintable() else "".join(map(_shown, words))


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
