"""A case as rules read it: what was not read, or is too old, is not there.

``techinfo.case/1`` is JSON from a file, a dump or a living access. Every key is optional, and
absent is unknown. Nothing in it is trusted: a value of another type than expected is unknown, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from techinfo.diagnosis.once import once
from techinfo.errors import CaseError

Row = Mapping[str, Any]

FRESH = timedelta(minutes=15)
"""A live fact counts for so long after it was read."""
RECORDS_AGE = timedelta(hours=24)
"""Records that were imported longer ago may have changed since."""
_SIDES = frozenset({"input", "output"})
_SCALARS = (str, int, float)
READ = frozenset({"ok", "empty", "partial"})
PARTS = (
    "hardware",
    "status",
    "counters",
    "transceiver",
    "shaping",
    "macAddressTable",
    "leaseInfo",
    "igmpGroups",
    "cpe",
    "ont",
    "protection",
    "portVlans",
)
PART_ALIASES: Mapping[str, str] = {"igmpSnooping": "igmpGroups"}
"""ON-API's name of a part -> the documents': both are the groups that were joined."""
_INSIDE_STATUS = {
    "counters": "statistics",
    "transceiver": "transceiver",
    "shaping": "configuredSpeed",
}
"""Parts that are read with the link, and where their facts stand in ``status``."""
_PART_OF = (
    ("status.transceiver", "transceiver"),
    ("status.statistics", "counters"),
    ("status.configuredSpeed", "shaping"),
    ("noLight", "transceiver"),
    ("opticClass", "transceiver"),
    ("groups", "igmpGroups"),
    *((part, part) for part in PARTS if part not in _INSIDE_STATUS),
)
_AROUND = ("otherEnd", "uplink", "dhcp")
"""What has a ``readAt`` of its own and no part."""


def time_of(value: object) -> datetime | None:
    """A time in ISO 8601 as UTC; ``None`` for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def number_of(value: object) -> float | None:
    """A number, also one that stands as text (dBm do in ON-API); ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


@cache
def part_of(path: str) -> str | None:
    """The part that a fact was read with; ``None`` for what no part covers."""
    for prefix, part in _PART_OF:
        if path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")):
            return part
    return None


@cache
def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _at(document: object, path: str) -> Any:
    for key in _keys(path):
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


@dataclass(frozen=True)
class Case:
    """One case.

    Args:
        document: A ``techinfo.case/1``.
        now: The moment that the case speaks of, UTC; never the machine's.
    """

    document: Mapping[str, Any]
    now: datetime
    _seen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _tables: dict[str, tuple[Row, ...] | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    _needs: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def answered(self, answer: Row) -> Case:
        """The same case, with one more answer of the customer."""
        customer = dict(_mapping(self.document.get("customer")))
        for key, value in answer.items():
            old = customer.get(key)
            if isinstance(old, dict) and isinstance(value, dict):
                value = {**old, **value}
            customer[key] = value
        document = {**self.document, "customer": customer}
        seen = {p: v for p, v in self._seen.items() if not p.startswith("customer")}
        return Case(document, self.now, seen, dict(self._tables))

    @once
    def _facts(self) -> Row:
        return _mapping(self.document.get("facts"))

    @once
    def _parts(self) -> Row:
        told = _mapping(self.document.get("parts"))
        if not PART_ALIASES.keys() & told.keys():
            return told
        return {PART_ALIASES.get(name, name): part for name, part in told.items()}

    def _part(self, part: str) -> Row:
        return _mapping(self._parts.get(part))

    @once
    def _incomplete(self) -> frozenset[str]:
        """Parts that an older document names beside the link's state: "transceiver; timeout"."""
        told = self._part("status").get("incomplete")
        rows = told if isinstance(told, list) else []
        return frozenset(row.split(";")[0] for row in rows if isinstance(row, str))

    @once
    def _states(self) -> dict[str, str | None]:
        return {part: self._state(part) for part in PARTS}

    def state(self, part: str) -> str | None:
        """ok, empty, partial, failed or unsupported; ``None`` where nothing tells."""
        return self._states.get(part)

    def _state(self, part: str) -> str | None:
        if part in self._parts or part not in _INSIDE_STATUS:
            state = self._part(part).get("state")
            return state if isinstance(state, str) else None
        if not self._incomplete.isdisjoint((part, _INSIDE_STATUS[part])):
            return "failed"
        status = self._state("status")
        there = _INSIDE_STATUS[part] in _mapping(self._facts.get("status"))
        return status if status != "ok" or there else None

    def code(self, part: str) -> str | None:
        """The error code of a part that was not read."""
        code = self._part(part).get("code")
        return code if isinstance(code, str) else None

    def has_code(self, code: str) -> bool:
        """Whether any part was not read for this reason."""
        return code in self._codes

    @once
    def _codes(self) -> frozenset[str | None]:
        return frozenset(map(self.code, self._parts))

    def since(self, part: str) -> datetime | None:
        """Since when a part cannot be read."""
        return time_of(self._part(part).get("since"))

    def is_stale(self, part: str) -> bool:
        """Whether it was read too long ago to speak of now."""
        key = part if part in self._parts or part not in _INSIDE_STATUS else "status"
        at = time_of(self._part(key).get("readAt"))
        return at is not None and self.now - at > FRESH

    @once
    def _read(self) -> frozenset[str]:
        told = {p for p in PARTS if self.state(p) in READ and not self.is_stale(p)}
        if self.state("protection") is None and "protection" in self._facts:
            told.add("protection")
        return frozenset(told)

    def was_read(self, part: str) -> bool:
        """Whether the part was read, and lately."""
        return part in self._read

    def get(self, path: str) -> Any:
        """What stands at a dotted path, facts first; ``None``: not read, or too old."""
        if path not in self._seen:
            self._seen[path] = self._look(path)
        return self._seen[path]

    def _look(self, path: str) -> Any:
        part = part_of(path)
        if part is not None:
            silent_cpe = path == "cpe.up" and _at(self._facts, path) is False
            return _at(self._facts, path) if silent_cpe or self.was_read(part) else None
        around = path.split(".", 1)[0]
        if around in _AROUND:
            read_at = time_of(_at(self.document, f"{around}.readAt"))
            if read_at is not None and self.now - read_at > FRESH:
                return None
        found = _at(self._facts, path)
        return _at(self.document, path) if found is None else found

    def number(self, path: str) -> float | None:
        """The number at a path."""
        return number_of(self.get(path))

    def flag(self, path: str) -> bool | None:
        """The truth value at a path."""
        value = self.get(path)
        return value if isinstance(value, bool) else None

    def text(self, path: str) -> str | None:
        """The text at a path."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    def time(self, path: str) -> datetime | None:
        """The time at a path, UTC."""
        return time_of(self.get(path))

    def ago(self, at: datetime | None) -> float | None:
        """Seconds from then until now; negative for a time to come."""
        return None if at is None else (self.now - at).total_seconds()

    def rows(self, path: str) -> tuple[Row, ...] | None:
        """The rows at a path; ``None`` is unknown, and so is a partial part that has none."""
        if path not in self._tables:
            self._tables[path] = self._table(path)
        return self._tables[path]

    def _table(self, path: str) -> tuple[Row, ...] | None:
        found = self.get(path)
        if not isinstance(found, list):
            return None
        rows = tuple(_cells(row) for row in found if isinstance(row, dict))
        part = part_of(path)
        if not rows and part is not None and self.state(part) == "partial":
            return None
        return rows

    def times(self, path: str) -> tuple[datetime, ...] | None:
        """The moments in a list, in its order; ``None`` where there is no list."""
        found = self.get(path)
        if not isinstance(found, list):
            return None
        return tuple(at for one in found if (at := time_of(one)) is not None)

    def has(self, need: str) -> bool:
        """Whether something that a rule needs is there: ``a|b`` is one or the other."""
        if need not in self._needs:
            self._needs[need] = any(self._has_one(one) for one in need.split("|"))
        return self._needs[need]

    def _has_one(self, need: str) -> bool:
        if need.startswith("parts:"):
            return self.has_code(need[6:])
        if need in PARTS:
            return self.was_read(need) or (need == "cpe" and self.flag("cpe.up") is False)
        return self.get(need) is not None

    @once
    def records_are_old(self) -> bool:
        """Whether orders and ports come from an import of more than a day ago."""
        at = self.time("expected.importedAt")
        return at is not None and self.now - at > RECORDS_AGE

    @once
    def missing(self) -> tuple[str, ...]:
        """Parts that could not be read, are too old, or are there in part only; and old records."""
        unread = [part for part in PARTS if self._is_missing(part)]
        return (*unread, *(["records"] if self.records_are_old else []))

    def _is_missing(self, part: str) -> bool:
        state = self.state(part)
        if state in ("failed", "unsupported", "partial"):
            return True
        return state is not None and self.is_stale(part)


def _cells(row: Row) -> Row:
    """A row's single values, and the two sides of a counter: nothing else may stand in a row."""
    return {
        key: _cells(value) if isinstance(value, dict) else value
        for key, value in row.items()
        if isinstance(value, _SCALARS) or (key in _SIDES and isinstance(value, dict))
    }


def _mapping(value: object) -> Row:
    return value if isinstance(value, dict) else {}


def read_case(document: object) -> Case:
    """A case from JSON.

    Raises:
        CaseError: It is no object, or tells no moment to judge at.
    """
    if not isinstance(document, dict):
        raise CaseError("a case is an object")
    schema = document.get("schema", "techinfo.case/1")
    if schema != "techinfo.case/1":
        raise CaseError("its schema is not techinfo.case/1")
    now = time_of(document.get("now"))
    if now is None:
        raise CaseError("it has no `now`, the moment that is judged")
    return Case(document, now)
