"""What a device printed, read with what its platform knows: rows of each kind, and their state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from techinfo.driver.cli import (
    CliCableTest,
    CliCounters,
    CliDevice,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliPortVlan,
    CliProtection,
    CliRate,
    CliRow,
    CliTable,
    Parsed,
)
from techinfo.errors import DeviceError
from techinfo.model import State
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.neighbours import joined
from techinfo.ssh.text_tables import parse

PARTS: Mapping[type[CliRow], str] = {
    CliPort: "status",
    CliCounters: "counters",
    CliOptic: "transceiver",
    CliModule: "transceiver",
    CliMac: "macAddressTable",
    CliLease: "dhcpSnooping",
    CliGroup: "igmpSnooping",
    CliPortVlan: "portVlans",
    CliNeighbour: "neighbours",
    CliCableTest: "cableTest",
    CliProtection: "protection",
    CliRate: "configuredSpeed",
    CliDevice: "device",
}
"""The published part that a kind of row belongs to."""
NOT_RECORDED = "not recorded"
_REFUSALS = re.compile(
    r"^\s*(%|\^)?\s*(invalid input|unrecogni[sz]ed command|unknown command|ambiguous command|"
    r"incomplete command|bad command|error: (unrecognized|wrong|incomplete|too many)|"
    r"command not found|syntax error|available commands)",
    re.IGNORECASE | re.MULTILINE,
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")
_PAGER = re.compile(
    r"^[ \t]*(-+ ?more(?: \( press 'q' to break \))? ?-+(?: ?\(\d+%\))?|<--- more --->|"
    r"press any key(?: to continue)?(?: \([^)\n]*\))?|"
    r"more: <space>[^\n]*?(?:<return>|$))[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass
class CliPart:
    """State of one part.

    Args:
        state: How it was read.
        cause: In words, for what is not whole; it may quote a line.
        error: Why a command has no output, where it has none.
    """

    state: State
    cause: str = ""
    error: DeviceError | None = None


@dataclass
class CliReading:
    """All that a recording tells.

    Args:
        rows: In the order of the texts.
        parts: State by published name.
        neighbours: Each with the number of the output that tells it.
    """

    rows: list[CliRow] = field(default_factory=list)
    neighbours: list[tuple[int, CliNeighbour]] = field(default_factory=list)
    parts: dict[str, CliPart] = field(default_factory=dict)


def clean(text: str) -> str:
    """A text without colours, backspaces and what a pager leaves; its lines stay lines."""
    plain = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    while "\x08" in plain:
        shorter = re.sub(r"[^\x08\n]\x08", "", plain)
        plain = shorter if shorter != plain else plain.replace("\x08", "")
    return _PAGER.sub("", plain)


def read(recording: CliRecording, platform: CliPlatform) -> CliReading:
    """Every command that the recording holds and the platform knows.

    A command that stands twice is answered by its first output.
    """
    found = CliReading()
    first = {output.command: output for output in reversed(recording.outputs)}
    for source, output in enumerate(o for o in recording.outputs if first[o.command] is o):
        for table in platform.tables:
            named = table.named(output.command)
            if named is not None:
                port = named.groupdict().get("port")
                _add(found, table, (source, output), port, platform)
    _join_neighbours(found)
    for table in platform.tables:
        found.parts.setdefault(PARTS[table.kind], CliPart(State.UNSUPPORTED, NOT_RECORDED))
    return found


def _add(
    found: CliReading,
    table: CliTable,
    numbered: tuple[int, Output],
    port: str | None,
    platform: CliPlatform,
) -> None:
    source, output = numbered
    text = clean(output.text)
    if _is_refused(text, platform):
        _merge(found, table, CliPart(State.UNSUPPORTED, "the device does not know the command"))
        return
    parsed, rows = _rows(table, _parsed(table, _whole(text, output.cut)), port)
    found.rows += rows
    found.neighbours += [(source, row) for row in rows if isinstance(row, CliNeighbour)]
    _merge(found, table, _state(rows, parsed, output))


def _whole(text: str, cut: str | None) -> str:
    """A text without its last line, where the output may have been cut within it.

    Half a line may fit as well as a whole one: ``Te1/5`` of ``Te1/51``, 10 of 1000 Mbit/s. Who cuts
    at a pager has whole lines.
    """
    if cut is None or cut == "pager":
        return text
    return text[: text.rfind("\n") + 1]


def _rows(table: CliTable, parsed: Parsed, port: str | None) -> tuple[Parsed, list[CliRow]]:
    """What the rows tell; one that makes no sense is odd."""
    told: list[CliRow] = []
    odd: list[str] = []
    for values in parsed.rows:
        try:
            told += list(table.row(values, port))
        except (ValueError, LookupError):
            odd.append(" ".join(str(value) for value in values.values()))
    return Parsed(parsed.rows, (*parsed.odd, *odd)), told


def _join_neighbours(found: CliReading) -> None:
    """Make one of a neighbour that two outputs tell."""
    rows, lost = joined(found.neighbours)
    found.rows = [row for row in found.rows if not isinstance(row, CliNeighbour)]
    found.rows += rows
    if lost:
        cause = f"the port of {lost} neighbours is not told"
        found.parts[PARTS[CliNeighbour]] = CliPart(State.PARTIAL, cause)


def _is_refused(text: str, platform: CliPlatform) -> bool:
    head = "\n".join(text.strip().splitlines()[:4])
    own = any(re.search(form, head, re.IGNORECASE) for form in platform.refusals)
    return own or _REFUSALS.search(head) is not None


def _parsed(table: CliTable, text: str) -> Parsed:
    if isinstance(table.template, str):
        return parse(table.template, text)
    if not isinstance(table.template, tuple):
        return table.template(text)
    fits: list[Parsed] = []
    for name in table.template:
        fits.append(parse(name, text))
        if not fits[-1].odd:
            return fits[-1]
    return min(fits, key=lambda parsed: len(parsed.odd))


def _state(rows: Iterable[CliRow], parsed: Parsed, output: Output) -> CliPart:
    if parsed.odd:
        line = " ".join(parsed.odd[0].split())[:80]
        return CliPart(State.PARTIAL, f"{len(parsed.odd)} lines were not understood: {line!r}")
    if output.cut is not None:
        return CliPart(State.PARTIAL, f"the output was cut: {output.cut}")
    if parsed.rows and not any(True for _ in rows):
        return CliPart(State.PARTIAL, "no row of the table is a port's")
    return CliPart(State.OK if any(True for _ in rows) else State.EMPTY)


_WORST = (State.UNSUPPORTED, State.EMPTY, State.OK, State.FAILED, State.PARTIAL)


def _merge(found: CliReading, table: CliTable, part: CliPart) -> None:
    """Keep the state that promises least, but one command that is not known beside one that is."""
    name = PARTS[table.kind]
    before = found.parts.get(name)
    if before is None or _WORST.index(part.state) > _WORST.index(before.state):
        found.parts[name] = part


def values_of(row: CliRow) -> dict[str, Any]:
    """What a row tells, without what it does not."""
    return {key: value for key, value in vars(row).items() if value is not None}
