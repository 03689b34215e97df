"""The log of a running service: one event a line, as text or as JSON, on standard error."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from techinfo.api.errors import request_id
from techinfo.cli.escaping import escaped
from techinfo.config import LogSettings

_QUIET = ("httpx", "httpcore", "apscheduler", "alembic", "uvicorn")
"""Libraries that tell of every step; warnings of theirs are heard."""
_GATHER_S = 0.2
"""For so long lines of no urgency are gathered."""
_MOST_GATHERED = 1000
_encoder = json.JSONEncoder(default=str)
_Facts = Mapping[str, Any]


def log_as(settings: LogSettings, *, verbose: bool = False) -> None:
    """Log as the settings want it, from now on.

    Args:
        settings: Level and form.
        verbose: Tell at least what INFO tells.
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    root = logging.getLogger()
    # No line says where in the code it comes from, nor by which thread and process.
    vars(logging).update(_srcfile=None, logThreads=False, logProcesses=False)
    vars(logging).update(logMultiprocessing=False)
    root.setLevel(min(level, logging.INFO) if verbose else level)
    written = Gathering(sys.stderr)
    written.setFormatter(formatter(settings.format))
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.addHandler(written)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class Gathering(logging.Handler):
    """Writes lines some at a time, from a thread that makes them; warnings are written at once.

    The lines of a process that is killed outright in that moment are lost, at most those of 0.2 s;
    one that ends by itself writes them all (`logging.shutdown`).

    Args:
        stream: What is written to.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._gathered: deque[logging.LogRecord] = deque()
        self._writing = threading.RLock()
        self._some = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Take an event without the lock: who logs does not wait while lines of others are made."""
        kept = self.filter(record)
        if kept:
            self.emit(kept if isinstance(kept, logging.LogRecord) else record)
        return bool(kept)

    def emit(self, record: logging.LogRecord) -> None:
        """Take an event as it is now; arguments may change before its line is made."""
        if record.args:
            record.msg, record.args = record.getMessage(), None
        vars(record)["request_id"] = request_id.get()
        self._gathered.append(record)
        if record.levelno >= logging.WARNING or len(self._gathered) >= _MOST_GATHERED:
            self.flush()
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writes the log", daemon=True)
            self._thread.start()
        if not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Write what is gathered."""
        with self._writing:
            records = [self._gathered.popleft() for _ in range(len(self._gathered))]
            if not records:
                return
            try:
                self._stream.write("".join([f"{self.format(record)}\n" for record in records]))
                self._stream.flush()
            except Exception:  # noqa: BLE001 - as logging does: who logs goes on
                self.handleError(records[-1])

    def close(self) -> None:
        """Write what is gathered, and end the thread."""
        self._over.set()
        self._some.set()
        self.flush()
        super().close()

    def _run(self) -> None:
        while not self._over.is_set():
            self._some.wait()
            self._over.wait(_GATHER_S)
            self._some.clear()
            self.flush()


class _Line(logging.Formatter):
    """Makes a line of an event.

    Args:
        form: ``text`` or ``json``.
    """

    def __init__(self, form: str) -> None:
        super().__init__()
        self._made = _text if form == "text" else _json
        self._second = (-1, "")

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event: its words, its facts, and the request that it was for."""
        told = vars(record)
        asked = told["request_id"] if "request_id" in told else request_id.get()
        of_request = {} if asked is None else {"request_id": asked}
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        facts = told.get("facts", {})
        return self._made(self._at(record.created), record, of_request, facts, trace)

    def _at(self, created: float) -> str:
        """A time; of many lines the second is the same."""
        whole, begins = self._second
        if whole != int(created):
            whole = int(created)
            begins = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._second = whole, begins
        return f"{begins}.{int((created - whole) * 1e6):06d}Z"


def formatter(form: str) -> logging.Formatter:
    """Makes a line of an event; ``form`` is ``text`` or ``json``.

    Whatever comes from outside stays on its line: control characters are escaped.
    """
    return _Line(form)


def _json(at: str, record: logging.LogRecord, of_request: _Facts, facts: _Facts, trace: str) -> str:
    event = {
        **of_request,
        "event": record.getMessage(),
        "level": record.levelname.lower(),
        "logger": record.name,
        "timestamp": at,
        **facts,
    }
    return _encoder.encode({**event, "exception": trace} if trace else event)


def _text(at: str, record: logging.LogRecord, of_request: _Facts, facts: _Facts, trace: str) -> str:
    told = "".join([f" {name}={value!r}" for name, value in {**of_request, **facts}.items()])
    words = _one_line(record.getMessage())
    line = f"{at} {record.levelname} {record.name}: {words}{told}"
    return f"{line}\n{escaped(trace)}" if trace else line


def _one_line(words: str) -> str:
    return words if words.isprintable() else "".join(map(_shown, words))


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
