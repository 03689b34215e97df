"""What a device printed, read with what its platform knows: rows of each kind, and their state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from techinfo.driver.cli import (
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliRow,
    CliTable,
    Parsed,
)
from techinfo.model import State
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.text_tables import parse

PARTS: Mapping[type[CliRow], str] = {
    CliPort: "status",
    CliCounters: "counters",
    CliOptic: "transceiver",
    CliModule: "transceiver",
    CliMac: "macAddressTable",
    CliLease: "dhcpSnooping",
    CliGroup: "igmpSnooping",
    CliNeighbour: "neighbours",
    CliCableTest: "cableTest",
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
    r"^[ \t]*(-+ ?more ?-+|--more--.*|<--- more --->|press any key.*|more: <space>.*)[ \t\b]*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass
class CliPart:
    """State of one part.

    Args:
        state: How it was read.
        cause: In words, for what is not whole.
    """

    state: State
    cause: str = ""


@dataclass
class CliReading:
    """All that a recording tells.

    Args:
        rows: In the order of the texts.
        parts: State by published name.
    """

    rows: list[CliRow] = field(default_factory=list)
    parts: dict[str, CliPart] = field(default_factory=dict)


def clean(text: str) -> str:
    """A text without colours, backspaces and what a pager leaves; its lines stay lines."""
    plain = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    while "\b" in plain:
        shorter = re.sub(r"[^\b\n]\b", "", plain)
        plain = shorter if shorter != plain else plain.replace("\b", "")
    return _PAGER.sub("", plain)


def read(recording: CliRecording, platform: CliPlatform) -> CliReading:
    """Every command that the recording holds and the platform knows."""
    found = CliReading()
    for output in recording.outputs:
        for table in platform.tables:
            named = table.named(output.command)
            if named is not None:
                port = named.groupdict().get("port")
                _add(found, table, output, port, platform)
    for table in platform.tables:
        found.parts.setdefault(PARTS[table.kind], CliPart(State.UNSUPPORTED, NOT_RECORDED))
    return found


def _add(
    found: CliReading, table: CliTable, output: Output, port: str | None, platform: CliPlatform
) -> None:
    text = clean(output.text)
    if _is_refused(text, platform):
        _merge(found, table, CliPart(State.UNSUPPORTED, "the device does not know the command"))
        return
    parsed = _parsed(table, text)
    rows = [row for values in parsed.rows for row in table.row(values, port)]
    found.rows += rows
    _merge(found, table, _state(rows, parsed, output))


def _is_refused(text: str, platform: CliPlatform) -> bool:
    head = "\n".join(text.strip().splitlines()[:4])
    own = any(re.search(form, head, re.IGNORECASE) for form in platform.refusals)
    return own or _REFUSALS.search(head) is not None


def _parsed(table: CliTable, text: str) -> Parsed:
    if isinstance(table.template, str):
        return parse(table.template, text)
    return table.template(text)


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
