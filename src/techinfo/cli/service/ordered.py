"""Orders that are done at other operators, as what follows them has written them down."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Self

from techinfo.activation.store import Activation
from techinfo.activation.worker import AFTER
from techinfo.onapi_client.store import FetchedFile


class DoneOrders(AbstractContextManager["DoneOrders"]):
    """Tells of orders that are done, from the file of another process; close it.

    It is read again only when somebody has written to it. Used by one thread at a time.

    Args:
        path: The file; as long as nobody follows orders there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FetchedFile | None = None
        self._read: tuple[int, ...] | None = None

    def since(self, at: datetime) -> tuple[Activation, ...]:
        """Those that were first seen done since a time; none, where nothing is new.

        Raises:
            TechinfoError: The file cannot be read.
        """
        if self._file is None:
            if not self._path.is_file():
                return ()
            self._file = FetchedFile.open_read_only(self._path)
        generation = self._file.database.generation()
        if generation == self._read:
            return ()
        found = tuple(
            Activation(**asdict(one), due_at=one.done_at + AFTER)
            for one in self._file.done_orders(at)
        )
        self._read = generation
        return found

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
