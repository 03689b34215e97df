"""The recordings that a lab has read, each once, however many devices play it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from pathlib import Path

from techinfo.lab.holdings import Holdings
from techinfo.recordings.recording import Recording, load, parse

Contents = Mapping[int | None, Holdings]
"""What a device holds: under ``None``, and in the context of each recorded VLAN."""


class Shelf:
    """Reads recordings and keeps them."""

    def __init__(self) -> None:
        self._recordings: dict[Path, Recording] = {}
        self._contents: dict[tuple[Path, ...], Contents] = {}

    def contents(self, name: str, paths: tuple[Path, ...], rows: tuple[str, ...] = ()) -> Contents:
        """What a device holds that has these files, the later over the earlier, and rows over all.

        Raises:
            RecordingError: One cannot be read; rows are called by the device's name.
        """
        if not paths:
            return {None: Holdings(_parsed(name, rows))}
        known = self._contents.get(paths)
        if known is None:
            known = self._contents[paths] = self._played(paths)
        if not rows:
            return known
        return {**known, None: Holdings(known[None].recording.merged(_parsed(name, rows)))}

    def _played(self, paths: tuple[Path, ...]) -> Contents:
        recording = reduce(Recording.merged, map(self._load, paths))
        contents: dict[int | None, Holdings] = {None: Holdings(recording)}
        for vlan in recording.contexts:
            context = recording.context(vlan)
            if context:
                contents[vlan] = Holdings(context)
        return contents

    def _load(self, path: Path) -> Recording:
        if path not in self._recordings:
            self._recordings[path] = load(path)
        return self._recordings[path]


def _parsed(name: str, rows: tuple[str, ...]) -> Recording:
    return parse(rows, name=f"rows of {name}")
