"""No port of a real device is told to have no address while its own rows name one.

What the rows name is read here once more, by another way: straight from the bytes, row by row,
with every meaning that a number can have. Nothing of `techinfo.collect`'s joins is used for it.
"""

from __future__ import annotations

import asyncio
import bz2
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from techinfo.collect import Reading, Target, load, read_once
from techinfo.facts.aggregates import merged
from techinfo.model import Fact, State
from techinfo.recordings import recording as recordings
from techinfo.recordings.playback import RecordedConversation

HERE = Path(__file__).parents[2]
SHARED = HERE.parent / "shared"
FOLDERS = (SHARED / "recordings", SHARED / "recordings-2", HERE / "fixtures")
WALKS = os.environ.get("TECHINFO_WALKS", "network/switch/*.snmprec*")
"""Which of snmpsim-data's; ``make soak`` takes all of them, which are a minute of work."""
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
REGISTRY = load()
pytestmark = pytest.mark.long

IF_TYPE = "1.3.6.1.2.1.2.2.1.3."
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1."
IF_DESCR = "1.3.6.1.2.1.2.2.1.2."
IF_STACK = "1.3.6.1.2.1.31.1.2.1.3."
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2."
FDB = "1.3.6.1.2.1.17.4.3.1."
Q_FDB = "1.3.6.1.2.1.17.7.1.2.2.1."
HUAWEI_FDB_PORT = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4."
EXOS_FDB_PORT = "1.3.6.1.4.1.1916.1.16.4.1.3."
OWN_FDB_PORTS = (HUAWEI_FDB_PORT, EXOS_FDB_PORT)
"""Tables of makers whose index begins with the address, and whose value is an ifIndex."""
ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13."
SELECTED = "1.2.840.10006.300.43.1.2.1.1.12."
COLUMNS = (
    *(IF_TYPE, IF_NAME, IF_DESCR, IF_STACK, BASE_PORT, *OWN_FDB_PORTS, ATTACHED, SELECTED),
    *(f"{entry}{column}." for entry in (FDB, Q_FDB) for column in (2, 3)),
)
LEARNED = "3"
ETHERNET = frozenset({6, 26, 62, 69, 117})
AGGREGATE = 161


@cache
def _walks() -> dict[str, Path]:
    spec = find_spec("snmpsim_data")
    assert spec is not None
    assert spec.submodule_search_locations
    every = [*(Path(spec.submodule_search_locations[0]) / "data").glob(WALKS)]
    for folder in FOLDERS:
        every += folder.rglob("*.snmprec*") if folder.is_dir() else []
    return {f"{p.parent.name}/{p.name}": p for p in sorted(every) if "@" not in p.name}


Index = tuple[int, ...]
Rows = Mapping[str, Mapping[Index, str]]
"""Column -> index -> the text of the value, as it stands in the file."""


def _lines(path: Path) -> Rows:
    """The lines of a recording that the rows are read from."""
    opened = bz2.open if path.suffix == ".bz2" else open
    out: dict[str, dict[Index, str]] = {column: {} for column in COLUMNS}
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.startswith(("1.3.6.1.2.1.", "1.2.840.", *OWN_FDB_PORTS)):
                continue
            column = next((c for c in COLUMNS if line.startswith(c)), None)
            parts = line.rstrip("\r\n").split("|", 2)
            if column is None or len(parts) != 3:
                continue
            value = parts[2]
            if parts[1].endswith("x"):
                value = bytes.fromhex(value).decode("latin-1")
            index = tuple(map(int, parts[0][len(column) :].split(".")))
            out[column].setdefault(index, value)  # what moved in the middle of a walk stands twice
    return out


def _numbers(rows: Mapping[Index, str]) -> dict[int, int]:
    return {index[-1]: int(value) for index, value in rows.items() if value.isdecimal()}


def _names(rows: Rows) -> dict[int, str]:
    told = {**rows[IF_DESCR], **{i: name for i, name in rows[IF_NAME].items() if name}}
    return {index[0]: name.strip("\0 ").lower() for index, name in told.items()}


def _groups(rows: Rows, types: Mapping[int, int]) -> dict[int, set[int]]:
    """Aggregate -> members, by whatever table names them."""
    out: dict[int, set[int]] = defaultdict(set)
    for column in (ATTACHED, SELECTED):
        for member, group in _numbers(rows[column]).items():
            if group != member and types.get(group) == AGGREGATE:
                out[group].add(member)
    for index in rows[IF_STACK]:
        if len(index) == 2 and types.get(index[0]) == AGGREGATE and types.get(index[1]) in ETHERNET:
            out[index[0]].add(index[1])
    return out


def _tables(rows: Rows) -> Iterator[dict[str, int]]:
    """Each table: address -> the number that it stands at."""
    for entry in (Q_FDB, FDB):
        status = rows[f"{entry}3."]
        yield {
            _address(index[-6:]): int(number)
            for index, number in rows[f"{entry}2."].items()
            if number.isdecimal() and int(number) > 0 and status.get(index, LEARNED) == LEARNED
        }


def _address(octets: Index) -> str:
    return ":".join(f"{n & 255:02X}" for n in octets)


def named_addresses(rows: Rows) -> dict[int, str]:
    """Port -> an address that some row names on it."""
    types, names = _numbers(rows[IF_TYPE]), _names(rows)
    base, groups = _numbers(rows[BASE_PORT]), _groups(rows, types)
    by_name = {name: number for number, name in names.items()}
    out: dict[int, str] = {}
    for table in _tables(rows):
        numbers = set(table.values())
        # Some are no bridge port, and all are interfaces: then that is what they are.
        as_if_index = bool(numbers - base.keys()) and numbers <= types.keys()
        for address, number in table.items():
            port = number if as_if_index else base.get(number, 0 if base else number)
            below = re.sub(r"(\.|/vid|/vlan)\d+$", "", names.get(port, ""))
            for place in {port, by_name.get(below, port)} | groups.get(port, set()):
                if types.get(place) in ETHERNET:
                    out[place] = address
    for index, value in (row for column in OWN_FDB_PORTS for row in rows[column].items()):
        if value.isdecimal() and types.get(int(value)) in ETHERNET:
            out[int(value)] = _address(index[:6])
    return out


def _read(path: Path) -> Reading:
    target = Target(element=path.name, host="recording")
    conversation = RecordedConversation(recordings.load(path))
    return asyncio.run(read_once(conversation, target, REGISTRY, [Fact.MACS], NOW))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_folder_of_recordings_is_left_out(folder: Path) -> None:
    """A folder that moves would leave nothing to look at."""
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not here")

    files = {p for p in folder.rglob("*.snmprec") if "@" not in p.name}

    assert files
    assert files <= set(_walks().values())


@pytest.mark.parametrize("name", list(_walks()))
def test_no_port_is_told_to_be_empty_while_the_rows_name_an_address(name: str) -> None:
    """Not by any table, of any numbering, nor through an aggregate."""
    named = named_addresses(_lines(_walks()[name]))
    if not named:
        return
    reading = _read(_walks()[name])
    part = reading.parts[Fact.MACS]

    false = [
        (port, address)
        for port, address in named.items()
        if part.of_port(port).state in {State.OK, State.EMPTY}
        and (facts := merged(reading.ports, port)) is not None
        and not facts.macs
    ]

    assert false == []
