"""Inventory in YAML, read event by event.

Nothing is constructed and nothing is expanded: anchors, aliases and tags are refused, so no
document grows in memory. A plain scalar stays the text that it is written as (YAML 1.1 would make
``NO`` a boolean and ``0123`` an octal number); only an absent value and ``null`` mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted
from techinfo.inventory.importing.sources import (
    Item,
    RawRecord,
    Section,
    Unreadable,
    section,
    whole_text,
)
from techinfo.inventory.records import Kind

MOST_OCTETS = 32 * 2**20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Only its parser is used; libyaml's is ten times faster where it is there."""

_DEEPEST = 20
_NOTHING = ("", "~", "null", "Null", "NULL")


def read_yaml(path: Path) -> Iterator[Item]:
    """Sections and records of a YAML file.

    Raises:
        InventoryImportError: The file is not YAML, or not laid out as an inventory.
    """
    text = whole_text(path, MOST_OCTETS)
    try:
        yield from _document(_Events(text, path))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InventoryImportError("holds a control character", path=path, line=line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise InventoryImportError(f"not YAML: {error.problem}", path=path, line=line) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise InventoryImportError("not YAML", path=path) from error


class _Events:
    """The parser's events, without what an inventory has no use for."""

    def __init__(self, text: str, path: Path) -> None:
        self._events = yaml.parse(text, Loader=_LOADER)
        self._path = path

    def next(self) -> yaml.Event:
        event: yaml.Event = next(self._events)
        if getattr(event, "anchor", None) is not None:
            raise self.wrong(event, "anchors and aliases are not read; write the values out")
        if getattr(event, "tag", None) not in (None, "!", "tag:yaml.org,2002:str"):
            raise self.wrong(event, "tags are not read")
        return event

    def expect(self, wanted: type[yaml.Event], what: str) -> yaml.Event:
        event = self.next()
        if not isinstance(event, wanted):
            raise self.wrong(event, f"expected {what}, found {_named(event)}")
        return event

    def skip(self, opening: yaml.Event) -> None:
        """Leave a list or mapping behind, whatever is in it."""
        depth = _step(opening)
        while depth:
            event = self.next()
            depth += _step(event)
            if depth > _DEEPEST:
                raise self.wrong(event, "is nested too deeply")

    def wrong(self, event: yaml.Event, why: str) -> InventoryImportError:
        return InventoryImportError(why, path=self._path, line=_line(event))


def _document(events: _Events) -> Iterator[Item]:
    events.expect(yaml.StreamStartEvent, "a file")
    events.expect(yaml.DocumentStartEvent, "a document")
    events.expect(yaml.MappingStartEvent, "keys such as accesses:")
    seen: set[str] = set()
    while not isinstance(event := events.next(), yaml.MappingEndEvent):
        opened = section(_key(events, event), seen, _line(event))
        yield opened
        if not isinstance(opened, Section):
            events.skip(events.next())
            continue
        events.expect(yaml.SequenceStartEvent, f"a list under {opened.kind}:")
        yield from _records(events, opened.kind)
    events.expect(yaml.DocumentEndEvent, "the end of the document")
    events.expect(yaml.StreamEndEvent, "one document")


def _records(events: _Events, kind: Kind) -> Iterator[Item]:
    position = 0
    while not isinstance(event := events.next(), yaml.SequenceEndEvent):
        place = f"{kind}[{position}]"
        position += 1
        if isinstance(event, yaml.MappingStartEvent):
            yield _record(events, event, kind, f"{place}.")
            continue
        why = f"expected keys and values, found {_named(event)}"
        yield Unreadable(line=_line(event), key=place, why=why, kind=kind)
        events.skip(event)


def _record(events: _Events, start: yaml.Event, kind: Kind, place: str) -> RawRecord:
    keys: list[str] = []
    cells: list[object] = []
    lines: list[int] = []
    while not isinstance(event := events.next(), yaml.MappingEndEvent):
        value = events.next() if isinstance(event, yaml.ScalarEvent) else event
        keys.append(_key(events, event))
        cells.append(_value(events, value))
        lines.append(_line(event))
    return RawRecord(
        kind=kind, place=place, line=_line(start), keys=tuple(keys), cells=cells, lines=lines
    )


def _key(events: _Events, event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise events.wrong(event, f"expected a key, found {_named(event)}")
    return str(event.value)


def _value(events: _Events, event: yaml.Event) -> object:
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style is None or event.style == ""
        return None if plain and event.value in _NOTHING else event.value
    events.skip(event)
    return [] if isinstance(event, yaml.SequenceStartEvent) else {}


def _step(event: yaml.Event) -> int:
    if isinstance(event, yaml.CollectionStartEvent):
        return 1
    return -1 if isinstance(event, yaml.CollectionEndEvent) else 0


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _named(event: yaml.Event) -> str:
    if isinstance(event, yaml.ScalarEvent):
        return quoted(event.value) if event.value else "nothing"
    names = {
        yaml.SequenceStartEvent: "a list",
        yaml.MappingStartEvent: "a mapping",
        yaml.DocumentStartEvent: "another document",
    }
    return names.get(type(event), "the end")
