"""What NetBox told last, in a file, so that the next time only changes are asked for.

NetBox changes an object's ``last_updated`` when the object itself is saved, and not when what it
points to changes: an interface stays as it was when its cable is moved or a patch panel beyond it,
a device when the address of its primary IP is edited. So elements and tenants are read as a whole
each time, and interfaces whenever anything of the wiring has changed.

The file is a cache: where it is absent, damaged or of other settings, all is read.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.errors import ConfigError
from techinfo.netbox_client.server import Mark, NetBox, Object, Parameters

_FORM = "techinfo.netbox-snapshot/1"
_OVERLAP = timedelta(minutes=10)
"""What was being saved while it was read last may have an earlier time than what was read."""
_AT_ONCE = 50
"""Device ids in one request: its URL stays below 1 KiB."""
_WIRING = (
    "dcim/cables",
    "dcim/front-ports",
    "dcim/rear-ports",
    "circuits/circuit-terminations",
)
"""Lists whose changes can lead a path elsewhere."""

Reduced = dict[str, Any]
Reduce = Callable[[Object], Reduced]


@dataclass(kw_only=True)
class Held:
    """One list as it was read last.

    Attributes:
        objects: Id, as text -> what is needed of the object.
        newest: The latest ``last_updated`` of all; empty: nothing can be asked for since.
        mark: How the list stood; ``None``: not known.
    """

    objects: dict[str, Reduced] = field(default_factory=dict)
    newest: str = ""
    mark: Mark | None = None

    def put(self, found: Iterable[Object], reduce: Reduce) -> int:
        """Take objects over; how many those were."""
        count = 0
        for one in found:
            count += 1
            self.objects[str(one["id"])] = reduce(one)
            self.newest = max(self.newest, _in_utc(one.get("last_updated")))
        return count

    def since(self) -> str | None:
        """The time to ask for changes since; ``None``: all must be read."""
        try:
            return (datetime.fromisoformat(self.newest) - _OVERLAP).isoformat()
        except ValueError:
            return None


def _in_utc(found: object) -> str:
    """A time of NetBox's, which it writes in its own zone, so that text compares as time."""
    try:
        return datetime.fromisoformat(str(found)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


class Snapshot:
    """What NetBox has, kept up to date.

    Attributes:
        read: List -> how many of its objects were read this time.
        whole: Lists that were read as a whole.
    """

    def __init__(self, netbox: NetBox, path: Path, signature: str, *, anew: bool = False) -> None:
        self._netbox = netbox
        self._path = path
        self._signature = signature
        self.read: dict[str, int] = {}
        self.whole: set[str] = set()
        self._held, self._wiring, self._devices = ({}, {}, ()) if anew else _loaded(path, signature)

    def complete(self, path: str, parameters: Parameters, reduce: Reduce) -> Mapping[str, Reduced]:
        """A list that is read as a whole each time."""
        held = Held()
        self.read[path] = held.put(self._netbox.all(path, parameters), reduce)
        self.whole.add(path)
        return held.objects

    def changed(
        self, name: str, path: str, parameters: Parameters, reduce: Reduce
    ) -> Mapping[str, Reduced]:
        """A list of which only what has changed is read, where that can be known.

        What was deleted shows by the count: all that is there now was there before or has changed.
        """
        held = self._held.get(name, Held())
        mark = self._netbox.mark(path, parameters)
        since = held.since()
        self.read[name] = 0
        if mark is not None and mark == held.mark:
            return held.objects
        if since is not None:
            wanted = {**parameters, "last_updated__gte": [since]}
            self.read[name] = held.put(self._netbox.all(path, wanted), reduce)
        if since is None or mark is None or mark.count != len(held.objects):
            held = Held()
            self.read[name] = held.put(self._netbox.all(path, parameters), reduce)
            self.whole.add(name)
        held.mark = mark
        self._held[name] = held
        return held.objects

    def interfaces(self, devices: Iterable[str], reduce: Reduce) -> Mapping[str, Reduced]:
        """The interfaces of these devices, by id."""
        name, path = "interfaces", "dcim/interfaces"
        held = self._held.get(name, Held())
        ids = tuple(sorted(set(devices), key=int))
        wiring = {lane: self._netbox.mark(lane, {}) for lane in _WIRING}
        known = None not in wiring.values() and wiring == self._wiring and ids == self._devices
        since = held.since() if known else None
        parts = [ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)]
        self.read[name] = 0
        if since is not None:
            for part in parts:
                wanted = {"device_id": part, "last_updated__gte": [since]}
                self.read[name] += held.put(self._netbox.all(path, wanted), reduce)
            marks = [self._netbox.mark(path, {"device_id": part}) for part in parts]
            if sum(mark.count for mark in marks if mark) != len(held.objects):
                since = None
        if since is None:
            held, self.read[name] = Held(), 0
            for part in parts:
                self.read[name] += held.put(self._netbox.all(path, {"device_id": part}), reduce)
            self.whole.add(name)
        self._held[name], self._wiring, self._devices = held, wiring, ids
        return held.objects

    def save(self) -> None:
        """Write the file, at once and as a whole.

        Raises:
            ConfigError: It cannot be written.
        """
        document = {
            "schema": _FORM,
            "signature": self._signature,
            "devices": self._devices,
            "wiring": {lane: _marked(mark) for lane, mark in self._wiring.items()},
            "lists": {
                name: {"objects": h.objects, "newest": h.newest, "mark": _marked(h.mark)}
                for name, h in self._held.items()
            },
        }
        folder = self._path.parent
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=folder, prefix=".netbox-", delete=False
            ) as file:
                json.dump(document, file, ensure_ascii=False, separators=(",", ":"))
            os.replace(file.name, self._path)  # noqa: PTH105 - the name, not a Path
        except OSError as error:
            raise ConfigError(
                f"{self._path} cannot be written: {error.strerror}", key="netbox.snapshot"
            ) from error


_Loaded = tuple[dict[str, Held], dict[str, Mark | None], tuple[str, ...]]


def _loaded(path: Path, signature: str) -> _Loaded:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _FORM or document["signature"] != signature:
            return {}, {}, ()
        held = {
            name: Held(
                objects=dict(found["objects"]),
                newest=str(found["newest"]),
                mark=_mark(found["mark"]),
            )
            for name, found in document["lists"].items()
        }
        wiring = {lane: _mark(found) for lane, found in document["wiring"].items()}
        return held, wiring, tuple(document["devices"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}, {}, ()


def _marked(mark: Mark | None) -> list[Any] | None:
    return None if mark is None else [mark.count, mark.newest]


def _mark(found: Any) -> Mark | None:
    return None if found is None else Mark(int(found[0]), str(found[1]))
