"""A recording that is still being made: rows appended as they come, readable by its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from techinfo.errors import RecordingError
from techinfo.recordings.lines import lines
from techinfo.recordings.recording import Recording, load
from techinfo.recordings.rows import Numbers
from techinfo.recordings.snmprec_writing import line
from techinfo.wire import Oid, Value

_NOTE = "# "
_NOBODY_ELSE = 0o600
_LAST_LINE_WITHIN = 1 << 20


class Part:
    """The file ``NAME.part`` beside the recording that it will become. It is not scrubbed.

    Args:
        path: The file; it is gone on with if it is there.

    Raises:
        RecordingError: It cannot be opened, or is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            opened = os.open(path, os.O_RDWR | os.O_CREAT, _NOBODY_ELSE)
            self._file = os.fdopen(opened, "r+b")
            self._cut_broken_line()
        except OSError as error:
            raise RecordingError(f"cannot be written: {error.strerror}", path=path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave it as it is."""
        self._file.close()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come yet."""
        return self._file.seek(0, os.SEEK_END) == 0

    def add(self, rows: Iterable[tuple[Oid, Value]]) -> None:
        """Append rows; those that snmprec cannot hold are left out.

        Raises:
            RecordingError: The disk is full, or worse.
        """
        self._append([told for oid, value in rows if (told := line(oid, value)) is not None])

    def note(self, text: str) -> None:
        """Append a remark that `notes` finds again.

        Raises:
            RecordingError: As `add`.
        """
        self._append([_NOTE + " ".join(text.split())])

    def notes(self) -> list[str]:
        """The remarks so far.

        Raises:
            RecordingError: It cannot be read.
        """
        return [told.removeprefix(_NOTE) for told in lines(self.path) if told.startswith(_NOTE)]

    def recording(self) -> Recording:
        """The rows so far.

        Raises:
            RecordingError: It cannot be read.
        """
        return load(self.path)

    def last(self) -> Oid | None:
        """The OID of the last row: a walk goes on behind it."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - _LAST_LINE_WITHIN))
        for told in reversed(self._file.read().split(b"\n")):
            text = told.decode("latin-1")
            if text and not text.startswith(_NOTE):
                return Numbers().oid(text.partition("|")[0])
        return None

    def discard(self) -> None:
        """Delete it: the recording is whole."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _append(self, told: Sequence[str]) -> None:
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.writelines(f"{text}\n".encode("latin-1", "replace") for text in told)
            self._file.flush()
        except OSError as error:
            raise RecordingError(f"cannot be written: {error.strerror}", path=self.path) from error

    def _cut_broken_line(self) -> None:
        """Who was killed while writing leaves half a line."""
        size = self._file.seek(0, os.SEEK_END)
        start = max(0, size - _LAST_LINE_WITHIN)
        self._file.seek(start)
        end = self._file.read().rfind(b"\n") + 1
        self._file.truncate(start + end)
