"""``techinfo leases``: what the logs of DHCP servers say, how they are read, and both as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.progress import Progress

from techinfo.access.leases import resolver
from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.options import ConfigOption, JsonLinesOption, inventory_of, settings_of, zone_of
from techinfo.config import Settings
from techinfo.dhcp.events import Event, LeaseEvent, Message
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.intervals import AccessRef, Interval
from techinfo.dhcp.octets import text
from techinfo.dhcp.readers import FORMS, Reader, Source, Tally
from techinfo.errors import ConfigError
from techinfo.leases.following import Follower, compiled, configured, form_named
from techinfo.leases.log import LeaseLog, Observation
from techinfo.leases.store import LeaseFile


def event_json(event: Event) -> dict[str, Any]:
    """An event; what is not known is left out."""
    fields: dict[str, Any] = {"at": _time(event.at)}
    fields["kind"] = _kind(event)
    fields |= {"address": event.address, "mac": event.mac, "duid": event.duid}
    if isinstance(event, LeaseEvent):
        fields["lifetime_s"] = event.lifetime_s
        fields["at_least"] = event.at_least or None
    elif isinstance(event, Message):
        fields["reason"] = event.reason
    fields |= _identity(event.identity)
    fields["server"] = event.server
    return _known(fields)


def _kind(event: Event) -> str:
    if isinstance(event, LeaseEvent):
        return event.kind.value
    return event.type.value.lower() if isinstance(event, Message) else "seen"


def interval_json(interval: Interval) -> dict[str, Any]:
    """A lease; what is not known is left out."""
    return _known(
        {
            "address": interval.address,
            "mac": interval.mac,
            "duid": interval.duid,
            "access_id": interval.access_id,
            "vlan": interval.vlan,
            "start": _time(interval.start),
            "last_renew": _time(interval.last_renew),
            "end": _time(interval.end),
            "how": interval.how.value if interval.how else None,
            **_identity(interval.identity),
            "server": interval.server,
        }
    )


def observation_json(observation: Observation) -> dict[str, Any]:
    """An observation; what is not known is left out."""
    return _known(
        {
            "kind": observation.kind.value,
            "access_id": observation.access_id,
            "names": observation.other_id,
            "client": observation.client,
            "address": observation.address,
            **_identity(observation.identity),
            "server": observation.server,
            "first_at": _time(observation.first_at),
            "last_at": _time(observation.last_at),
            "count": observation.count,
        }
    )


def identity_words(identity: Identity | None) -> str:
    """An identity for a table: ``circuit eth 0/1, remote 0x0006…``."""
    if identity is None:
        return "-"
    values = ((field, field.of(identity)) for field in Field)
    return ", ".join(f"{field} {text(octets)}" for field, octets in values if octets)


def _identity(identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return {}
    values = {field.value: field.of(identity) for field in Field}
    fields: dict[str, Any] = {name: text(octets) for name, octets in values.items() if octets}
    return {**fields, "enterprise": identity.enterprise}


def _time(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at is not None else None


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


app = typer.Typer(
    help="Leases from the logs of DHCP servers: which are read, what they tell, what is odd.\n\n"
    "Start with [bold]techinfo leases read FORM FILE[/bold], which needs no configuration.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_PIECE = 256 * 1024


@app.command()
def forms(as_json: JsonLinesOption = False) -> None:
    """List what can be read: the files and logs of which servers."""
    if as_json:
        print_objects(
            {"form": form.name, "local_times": form.zoned, "about": form.about}
            for form in FORMS.values()
        )
        return
    shown = table("form", "local times", "what it is")
    for form in FORMS.values():
        shown.add_row(form.name, "yes" if form.zoned else "", form.about)
    out.print(shown, markup=False)


@app.command()
def read(
    form: Annotated[str, typer.Argument(help="How it is written; see techinfo leases forms.")],
    file: Annotated[Path, typer.Argument(help="The file, or - for standard input.")],
    zone: Annotated[
        str, typer.Option(help="Time zone of times that do not tell theirs: Europe/Stockholm.")
    ] = "UTC",
    lease_s: Annotated[
        int | None, typer.Option(min=1, help="The server's lease time, if the log has none.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="Regular expression, for the form syslog-pattern.")
    ] = None,
) -> None:
    """Print what a file tells, one JSON object a line. Nothing is kept.

    Times are UTC. Identifiers are printed as ON-API publishes them: text, or 0x and hex. How much
    was read, and samples of what could not be, stand on standard error. Exit status: 0 it was read,
    1 nothing in it could be.

    Example: [bold]techinfo leases read dhcpd-syslog dhcpd.log --zone Europe/Stockholm[/bold]
    """
    known = form_named(form, "FORM")
    with _opened(file) as (stream, written, size):
        source = Source(
            name=file.name,
            zone=zone_of(zone, "--zone"),
            now=lambda: written,
            lease_s=lease_s,
            pattern=compiled(pattern, known, "--pattern"),
        )
        reader = Reader(known, source)
        begun = time.process_time()
        for line in _json_lines(reader, stream, size):
            print(line)
        spent_s = time.process_time() - begun
    _summary(reader.tally, spent_s)
    if reader.tally.garbage and not reader.tally.events:
        raise typer.Exit(1)


def _json_lines(reader: Reader, stream: BinaryIO, size: int | None) -> Iterator[str]:
    """Lines of JSON, with a progress bar where somebody watches and the answer goes elsewhere."""
    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    with Progress(console=err, disable=not watched, transient=True) as progress:
        task = progress.add_task("reading", total=size)
        while octets := stream.read(_PIECE):
            for event in reader.feed(octets):
                yield json.dumps(event_json(event))
            progress.advance(task, len(octets))
    for event in reader.end():
        yield json.dumps(event_json(event))


def _summary(tally: Tally, spent_s: float = 0.0, *, shown: bool = True) -> None:
    """Say what was read.

    Args:
        tally: Of a reader.
        spent_s: CPU time; 0: it is not said.
        shown: With samples of what could not be read, in which people may stand.
    """
    words = f"{tally.records} records, {tally.events} events, {tally.garbage} could not be read"
    if spent_s:
        words += f"; {tally.records / spent_s:,.0f} records a CPU second"
    err.print(words, markup=False, soft_wrap=True)
    for sample in tally.samples if shown else ():
        err.print(f"  {sample}", markup=False, soft_wrap=True)


@app.command()
def sources(as_json: JsonLinesOption = False, config: ConfigOption = None) -> None:
    """List the configured sources, and how far each was read."""
    settings = settings_of(config)
    found = configured(settings.leases)
    if not found:
        err.print("no source is configured: a \\[\\[leases.sources]] has name, form and path")
        raise typer.Exit(0)
    with _kept(settings) as file:
        positions = [file.position(one.source.name) if file else None for one in found]
    read_to = list(zip(found, positions, strict=True))
    if as_json:
        print_objects(
            {
                "name": one.source.name,
                "form": one.form.name,
                "zone": str(one.source.zone) if one.form.zoned else None,
                "path": str(one.path),
                "read_to": position.offset if position else None,
                "at": position.at if position else None,
            }
            for one, position in read_to
        )
        return
    shown = table("name", "form", "zone", "file", "read to", "at")
    for one, position in read_to:
        reached = f"{position.offset:,}" if position else "not yet"
        at = f"{position.at:%Y-%m-%d %H:%M:%SZ}" if position else ""
        zone = str(one.source.zone) if one.form.zoned else ""
        shown.add_row(one.source.name, one.form.name, zone, str(one.path), reached, at)
    out.print(shown, markup=False)


@app.command()
def follow(
    once: Annotated[bool, typer.Option("--once", help="Read what is there, and end.")] = False,
    config: ConfigOption = None,
) -> None:
    """Read the configured sources as they are written, until Ctrl-C.

    [bold]techinfo serve[/bold] does the same by itself. Each source goes on where it was left;
    files may be rotated, truncated or put aside meanwhile, and what is read twice changes nothing.
    Lines that cannot be read are counted, not repeated: [bold]techinfo leases read[/bold] shows
    them.

    Example: [bold]techinfo leases follow --once[/bold]
    """
    settings = settings_of(config)
    found = configured(settings.leases)
    if not found:
        raise ConfigError("no source is configured", key="leases.sources")
    with inventory_of(settings) as inventory, LeaseFile.open(settings.leases.path) as file:
        log = LeaseLog(file, resolver(inventory))
        keep = timedelta(days=settings.leases.keep_days)
        follower = Follower(log, found, keep)
        try:
            _follow(follower, settings.leases.poll_s, once=once)
        finally:
            follower.close()
            for one, tail in zip(found, follower.tails, strict=True):
                err.print(f"{one.source.name}: ", end="", markup=False)
                _summary(tail.tally, shown=False)
    if once and follower.away:
        raise typer.Exit(1)


def _follow(follower: Follower, poll_s: float, *, once: bool) -> None:
    stopped = threading.Event()
    while True:
        while follower.look():
            pass
        if once:
            follower.look()  # a quiet source tells what waited for a next line
            return
        stopped.wait(poll_s)


@app.command()
def show(
    access_id: Annotated[str, typer.Argument(help="The access.")],
    running: Annotated[bool, typer.Option("--running", help="Only leases that run now.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the leases that the logs tell of an access, one JSON object a line, oldest first.

    Example: [bold]techinfo leases show A-1001 --running[/bold]
    """
    settings = settings_of(config)
    with _kept(settings) as file:
        if file is None:
            return
        log = LeaseLog(file, _nowhere)
        intervals = log.running(access_id) if running else log.history(access_id=access_id)
        for interval in intervals:
            print(json.dumps(interval_json(interval)))


@app.command()
def observations(
    access: Annotated[str | None, typer.Option(help="Only those of one access.")] = None,
    json_: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """List what is odd about identifiers: unknown ones, clients that moved, leases elsewhere.

    [bold]unknown[/bold]: names no access. [bold]moved[/bold]: a client was on one access and is
    seen with the identifier of another. [bold]elsewhere[/bold]: the switch sees a lease on one
    access whose identifier names another, or none: a wrong port, pattern or inventory.

    Example: [bold]techinfo leases observations --access A-1001[/bold]
    """
    settings = settings_of(config)
    with _kept(settings) as file:
        found = LeaseLog(file, _nowhere).observations(access) if file else ()
    if json_:
        for one in found:
            print(json.dumps(observation_json(one)))
        return
    shown = table("what", "access", "names", "client", "address", "identifier", "times", "last")
    for one in found:
        shown.add_row(
            one.kind.value,
            one.access_id or "-",
            one.other_id or "-",
            one.client or "-",
            one.address or "-",
            identity_words(one.identity),
            str(one.count),
            f"{one.last_at:%Y-%m-%d %H:%M:%SZ}",
        )
    out.print(shown, markup=False)


@contextmanager
def _kept(settings: Settings) -> Iterator[LeaseFile | None]:
    """The file of leases, for reading; ``None`` when no source was followed yet."""
    if not settings.leases.path.is_file():
        err.print(f"{settings.leases.path}: nothing was followed yet", markup=False)
        yield None
        return
    with LeaseFile.open_read_only(settings.leases.path) as file:
        yield file


def _nowhere(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """What is only shown needs no look-up."""
    return [None] * len(asked)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, datetime, int | None]]:
    """A file, when it was written, and its size; of standard input now, and none."""
    if str(path) == "-":
        yield sys.stdin.buffer, datetime.now(UTC), None
        return
    try:
        stream, about = path.open("rb"), path.stat()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", key="FILE") from error
    with stream:
        yield stream, datetime.fromtimestamp(about.st_mtime, UTC), about.st_size
