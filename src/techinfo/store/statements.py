"""SQL that is written once for all files of this process, however often they are opened.

SQLAlchemy keeps what it has made of a statement with the engine of one file, by the engine's
dialect. All of ours are SQLite's, opened in the same way: what one has made serves the others.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy.util import LRUCache

_MOST = 2_000
"""Statements; one that was not used for long is made anew."""


class _OfEveryFile(MutableMapping[Any, Any]):
    """Statements by their key less its dialect, which is the first part of it."""

    def __init__(self) -> None:
        self._kept: LRUCache[Any, Any] = LRUCache(_MOST)

    def __getitem__(self, key: Any) -> Any:
        return self._kept[key[1:]]

    def __setitem__(self, key: Any, statement: Any) -> None:
        self._kept[key[1:]] = statement

    def __delitem__(self, key: Any) -> None:
        del self._kept[key[1:]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


SHARED = {"compiled_cache": _OfEveryFile()}
"""Execution options of every engine (``Connection.execution_options``)."""
