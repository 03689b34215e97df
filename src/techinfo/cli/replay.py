"""``techinfo replay``: recordings in, dump documents out, without any network."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from techinfo.api.documents.cli_dump import cli_dump
from techinfo.api.documents.dump import dump, failed
from techinfo.cli.console import err
from techinfo.collect import Registry, Target, load, read_once
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import Reading
from techinfo.errors import RecordingError, TechinfoError
from techinfo.model import Fact
from techinfo.recordings import fragments
from techinfo.recordings import recording as recordings
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import is_cli
from techinfo.ssh.cli_recording import load as load_cli

DUMPED = tuple(f for f in Fact if f is not Fact.CPE)
"""Every fact of an element; multicast groups are viewing habits and need an explicit word."""


def replay(
    files: Annotated[
        list[Path], typer.Argument(help="snmprec, or the text of snmpwalk; .gz, .bz2, .xz too.")
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One document a line, for other programs.")
    ] = False,
    driver: Annotated[
        str | None, typer.Option(help="Read with this driver, whatever the device says it is.")
    ] = None,
    groups: Annotated[
        bool, typer.Option("--groups", help="Multicast groups too: they are viewing habits.")
    ] = False,
) -> None:
    """Read recordings as if they were devices and print one dump document for each.

    Walks of some tables are read as far as they go: the driver is the one whose own tables are
    there, or the one that --driver names, and [bold]errors[/bold] and [bold]parts[/bold] say what
    is missing. snmpwalk may have printed numbers or names of the standard MIBs, in any of its ways.

    A recording that cannot be read gives a document with [bold]errors[/bold] and no ports; the
    others are still printed, and the exit status is 1. A recording of one VLAN's context
    ([bold]name@vlan.snmprec[/bold]) belongs to the one beside it and is skipped with a note.
    """
    registry = load()
    if driver is not None:
        registry.named(driver)
    wanted = [f for f in DUMPED if groups or f is not Fact.GROUPS]
    bad = 0
    with _progress() as progress:
        for path in progress.track(files, description="replay"):
            if recordings.context_of(path) is not None:
                err.print(f"{path.name}: a VLAN's context, read with its device; skipped")
                continue
            document = _document(path, registry, driver, wanted)
            bad += not document["ports"] and bool(document["errors"])
            text = json.dumps(document, ensure_ascii=False, indent=None if jsonl else 2)
            sys.stdout.write(text + "\n")
    sys.stdout.flush()
    if bad:
        err.print(f"{bad} of {len(files)} recordings could not be read")
        raise typer.Exit(1)


def _document(
    path: Path, registry: Registry, driver: str | None, wanted: Sequence[Fact]
) -> dict[str, Any]:
    now = datetime.now(UTC)
    if is_cli(path):
        return _printed(path, now)
    try:
        recording = recordings.load(path)
        reading = _read(
            recording,
            Target(element=path.name, host="recording", driver=driver),
            registry,
            wanted,
            now,
        )
    except TechinfoError as e:
        err.print(f"[red]{path.name}[/]: {e}", markup=True)
        return failed(str(e), now, recording=path.name)
    document = dump(reading, now, recording=path.name)
    document["errors"] += [{"part": "recording", "cause": cause} for cause in _unread(recording)]
    return document


def _read(
    recording: Recording,
    target: Target,
    registry: Registry,
    wanted: Sequence[Fact],
    now: datetime,
) -> Reading:
    conversation = RecordedConversation(recording)
    if not fragments.is_fragment(recording.has):
        return asyncio.run(read_once(conversation, target, registry, wanted, now))
    target = fragments.fitted(replace(target, nameless=True), registry, recording.has)
    reading = asyncio.run(read_once(conversation, target, registry, wanted, now))
    return fragments.told(reading, registry, recording.has, now)


def _unread(recording: Recording) -> Iterator[str]:
    """What of a file was not read."""
    if recording.skipped:
        lines = ", ".join(map(str, recording.skipped_lines))
        yield f"{recording.skipped} lines cannot be read, the first of them: {lines}"
    count, first = recording.unknown_lines
    if count:
        yield f"{count} lines name objects that are not known here, the first is line {first}"


def _progress() -> Progress:
    """A bar on standard error, while that is a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def _printed(path: Path, now: datetime) -> dict[str, Any]:
    """What a device printed on its command line."""
    try:
        recording = load_cli(path)
        platform = cli_platforms().get(recording.platform)
        if platform is None:
            raise RecordingError(f"the platform {recording.platform!r} has no driver", path=path)
        return cli_dump(recording, platform, read(recording, platform), path.name, now)
    except TechinfoError as e:
        err.print(f"[red]{path.name}[/]: {e}", markup=True)
        return failed(str(e), now, recording=path.name)
