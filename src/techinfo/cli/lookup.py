"""``techinfo lookup``: which access has an identifier, and why; of a value or of a whole log.

``techinfo lookup --log``: a log from a file or standard input, answered line by line.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, BinaryIO, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from techinfo.access.explaining import Explainer, LookupOutcome
from techinfo.access.log_lookup import LogLookup, LogTotals, Resolved
from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.cli.console import err
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.dhcp.log_lines import LogTime, messages, unmarked
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, mentions, of_mention, of_value
from techinfo.dhcp.spellings import Tier
from techinfo.errors import ConfigError, OctetError
from techinfo.inventory import Inventory

_MOST_OF_A_LINE = 2**20
_SHOWN_EVERY = 4096
_PACKED: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
"""What a packed file begins with: yesterday's logs are packed."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was in a log, for whoever has had it resolved."""

    counted: LogTotals
    began: datetime | None

    @property
    def found(self) -> int:
        """Identifiers whose access is known."""
        return self.counted.found

    @property
    def missed(self) -> int:
        """Identifiers without an access, and those that could not be read or understood."""
        return self.counted.missed + self.counted.unreadable + self.counted.puzzling

    def lines(self) -> Iterator[str]:
        """In words."""
        told = self.counted
        yield (
            f"{told.lines} lines: {told.found} identifiers found, {told.missed} not; "
            f"{told.distinct} different ones"
        )
        if told.cut_off:
            yield f"{told.cut_off} values are cut off in the log; nothing can be made of them"
        if told.unreadable:
            yield f"{told.unreadable} values or lines could not be read:"
        if told.puzzling:
            yield f"{told.puzzling} lines have what may be an identifier and was not understood:"
        for number, sample in told.samples:
            yield f"  line {number}: {sample}"
        if told.early and self.began:
            yield (
                f"{told.early} are from before the inventory began ({self.began:%Y-%m-%d %H:%M}Z); "
                "they were resolved as it was first known"
            )


def resolve_log(
    inventory: Inventory, path: Path, *, zone: tzinfo | None, as_json: bool
) -> LogReport:
    """Print an answer for every identifier of a log.

    Args:
        inventory: What is asked.
        path: The log; ``-`` is standard input.
        zone: Of times that do not tell theirs; ``None``: that of this machine.
        as_json: Print JSON.

    Raises:
        ConfigError: The log cannot be read.
    """
    now = datetime.now(UTC)
    times = LogTime(zone or now.astimezone().tzinfo or UTC, now)
    work = LogLookup(inventory, times)
    try:
        opened = nullcontext(sys.stdin.buffer) if str(path) == "-" else _opened(path)
        with opened as file, _Bar(file, path) as bar:
            for resolved in work.resolve(_lines(file, work.counted, bar)):
                sys.stdout.write(_line(resolved, as_json=as_json))
    except (OSError, EOFError, lzma.LZMAError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        why = getattr(error, "strerror", None) or f"is damaged: {error}"
        raise ConfigError(f"{path}: {why}", key="--log") from error
    sys.stdout.flush()
    return LogReport(work.counted, inventory.identified.began())


def _opened(path: Path) -> BinaryIO:
    """A log, unpacked if it is packed, and in UTF-8 if it is in UTF-16, as PowerShell writes."""
    with path.open("rb") as file:
        magic = file.read(6)
    for begins, unpack in _PACKED.items():
        if magic.startswith(begins):
            return cast("BinaryIO", unpack(path))
    if magic[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        told = path.read_bytes().decode("utf-16", "replace")
        return io.BytesIO(told.encode("utf-8", "replace"))
    return path.open("rb")


def _line(resolved: Resolved, *, as_json: bool) -> str:
    told = resolved.told
    if not as_json:
        return f"{resolved.line}\t{told.access_id or '-'}\t{told.why}\n"
    out: dict[str, object] = {"line": resolved.line}
    if resolved.time is not None:
        out["time"] = resolved.time.isoformat()
    return json.dumps(out | told.as_json()) + "\n"


def _lines(file: BinaryIO, counted: LogTotals, bar: _Bar) -> Iterator[bytes]:
    """Lines without their ends; one that is too long comes in pieces, and is noted."""
    number = read = 0
    while line := file.readline(_MOST_OF_A_LINE):
        number += 1
        read += len(line)
        if number % _SHOWN_EVERY == 0:
            bar.show(read)
        if len(line) == _MOST_OF_A_LINE and not line.endswith(b"\n"):
            counted.unreadable += 1
            counted.sample(number, b"(too long) " + line[:64])
        whole = unmarked(line) if number == 1 else line
        yield from messages(whole.rstrip(b"\r\n"))


class _Bar:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self._progress = Progress(
            *columns,
            TimeRemainingColumn(),
            console=err,
            transient=True,
            disable=not err.is_terminal or file.isatty(),
        )
        size = path.stat().st_size if path.is_file() else None
        self._task = self._progress.add_task("resolving", total=size)

    def show(self, read: int) -> None:
        """So many octets have been read."""
        self._progress.update(self._task, completed=read)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def lookup(
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="VALUE…",
            help="An option 82, a circuit-id, a remote-id, …, in any spelling; or a line of a log.",
        ),
    ] = None,
    circuit: Annotated[str | None, typer.Option(help="IPv4 circuit-id.")] = None,
    remote: Annotated[str | None, typer.Option(help="IPv4 remote-id.")] = None,
    interface: Annotated[str | None, typer.Option(help="IPv6 interface-id (option 18).")] = None,
    remote6: Annotated[str | None, typer.Option(help="IPv6 remote-id (option 37).")] = None,
    option82: Annotated[str | None, typer.Option(help="A whole option 82 in hex.")] = None,
    log: Annotated[
        Path | None, typer.Option(help="A log of a DHCP server, or - for standard input.")
    ] = None,
    zone: Annotated[
        str, typer.Option("--tz", help="Time zone of a log that does not tell it, as Europe/Oslo.")
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: ConfigOption = None,
) -> None:
    """Say which access has an identifier, and why: how it is spelt, and what says so.

    Any spelling will do: hex with or without 0x, octets between colons, octal escapes, quoted text,
    as logs and leases have it. [bold]--circuit[/bold], [bold]--remote[/bold] and the others
    together ask for one access; all of them must hold.

    With [bold]--log[/bold] every identifier in a log is resolved, at the time of its line: lines of
    Kea, ISC dhcpd, dnsmasq, FreeRADIUS, Infoblox, tshark, tcpdump. A line of the answer:
    line number, accessId or -, why. What was read, and samples of what could not be, goes to
    standard error; so do lines in which something like an identifier was not understood.

    Where no access is named it says what is missing: unknown switch, unknown port, port without
    access, VLAN not sold there. Exit status: 0 all were found, 1 some were not, 2 called wrongly.
    """
    together = Mention(
        circuit=_octets(circuit),
        remote=_octets(remote),
        interface=_octets(interface),
        remote6=_octets(remote6),
        option82=_octets(option82),
    )
    given = any(part is not None for part in together[:5])
    if (bool(values) + given + (log is not None)) != 1:
        raise ConfigError(
            "give values, or a log, or options such as --circuit; one of the three", key="lookup"
        )
    with inventory_of(settings_of(config)) as inventory:
        if log is not None:
            report = resolve_log(inventory, log, zone=_zone(zone), as_json=json_)
            raise typer.Exit(_told(report))
        asked = [("", list(_of_fields(together)))] if given else [*map(_of_value, values or [])]
        complete = True
        for value, questions in asked:
            told = _answer(inventory, questions)
            complete &= told.access_id is not None
            _print(value, told, as_json=json_)
    raise typer.Exit(0 if complete else 1)


def _octets(value: str | None) -> bytes | None:
    return None if value is None else value.encode("utf-8", "surrogateescape")


def _of_fields(told: Mention) -> Iterator[Asked]:
    """One question of what the options say; an option 82 counts as its parts."""
    fields = told._replace(option82=None)
    try:
        if told.option82 is None:
            yield of_mention(fields)
        elif not any(fields[:4]):
            yield of_mention(told)
        else:
            raise ConfigError("already says what --circuit and --remote say", key="--option82")
    except OctetError as error:
        raise ConfigError(f"is no option 82: {error}", key="--option82") from error


def _of_value(value: str) -> tuple[str, list[Asked]]:
    """What a value may ask for; a line that names its values says more than a value alone."""
    octets = value.encode("utf-8", "surrogateescape")
    for mention in mentions(octets):
        try:
            if asked := of_mention(mention):
                return value, [asked]
        except OctetError:
            continue
    return value, list(of_value(octets))


def _answer(inventory: Inventory, questions: list[Asked]) -> LookupOutcome:
    """The answer to a value that may mean several things: the first that is found."""
    explainer = Explainer(inventory)
    asked = [one for one in questions if one]
    if not asked:
        return LookupOutcome(access_id=None, why="says nothing")
    found = Lookup(inventory).resolve(asked)
    matches = [one for one in found if isinstance(one, Match)]
    if Miss.NOT_UNIQUE in found:  # what it may be in other fields is not surer than that
        matches = [one for one in matches if one.tier is Tier.STORED]
    if len({one.access_id for one in matches}) > 1:
        fields = " or ".join(dict.fromkeys(next(iter(one.matched)).value for one in matches))
        return LookupOutcome(access_id=None, why=f"not unique: it is another access's as {fields}")
    if matches:
        return LookupOutcome.of(matches[0], explainer.found(matches[0]))
    shared = [one for one, miss in zip(asked, found, strict=True) if miss is Miss.NOT_UNIQUE]
    told, miss = (shared[0], Miss.NOT_UNIQUE) if shared else (asked[0], Miss.UNKNOWN)
    return LookupOutcome(access_id=None, why=explainer.missed(told, miss))


def _print(value: str, told: LookupOutcome, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"value": value, **told.as_json()}, ensure_ascii=True))
        return
    front = f"{json.dumps(value) if not value.isprintable() else value}\t" if value else ""
    print(f"{front}{told.access_id or '-'}\t{told.why}")


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"{name!r} is no time zone", key="--tz") from error


def _told(report: LogReport) -> int:
    for line in report.lines():
        print(line, file=sys.stderr)
    return 0 if report.found and not report.missed else 1
