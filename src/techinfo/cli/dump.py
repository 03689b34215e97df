"""``techinfo dump``: read a device now, and print all of it as one JSON document.

``techinfo replay``: recordings in, dump documents out, without any network.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from techinfo.access.attachment import access_on, attached, element_target, is_named
from techinfo.api.documents.cli_dump import cli_dump
from techinfo.api.documents.dump import dump as document
from techinfo.api.documents.dump import failed
from techinfo.api.onapi import render
from techinfo.cli.console import err
from techinfo.cli.learnt import learnt_to_read
from techinfo.cli.options import (
    OTHERS_SECRETS,
    ConfigOption,
    credentials_of,
    engine_named,
    inventory_of,
    secret_of,
    settings_of,
)
from techinfo.cli.wiring import Engines
from techinfo.collect import AgentLimits, Reading, Registry, Target, load, read_once
from techinfo.collect.registry import cli_platforms
from techinfo.config import Settings
from techinfo.errors import (
    ConfigError,
    InventoryError,
    RecordingError,
    SnmpTimeoutError,
    TechinfoError,
)
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, PortFacts
from techinfo.recordings import fragments
from techinfo.recordings import recording as recordings
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.snmp.interface import V3User
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import is_cli
from techinfo.ssh.cli_recording import load as load_cli


def dump(
    access: Annotated[str | None, typer.Argument(help="accessId: its port only.")] = None,
    switch: Annotated[
        str | None, typer.Option(help="An element of the inventory, with all its ports.")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Any device by address or name; needs no inventory.")
    ] = None,
    port: Annotated[int, typer.Option(help="UDP port, with --host.")] = 161,
    community_file: Annotated[
        Path | None,
        typer.Option(help="File with the SNMP community, with --host; else --credential."),
    ] = None,
    credential: Annotated[
        str, typer.Option(help="Community or SNMPv3 user of the configuration, with --host.")
    ] = "default",
    driver: Annotated[
        str | None, typer.Option(help="Read with this driver, whatever the device says it is.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="slim or pysnmp, with --host; SNMPv3 is always pysnmp.")
    ] = "slim",
    groups: Annotated[
        bool, typer.Option("--groups", help="Multicast groups too: they are viewing habits.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Read an access, a switch or any device now and print a JSON document.

    The document is for the operator's eyes: it names the device and its neighbours. Nothing is
    ever written to a device. The community never stands on the command line, where others see it.
    """
    if sum(x is not None for x in (access, switch, host)) != 1:
        raise ConfigError("give one of ACCESS, --switch NAME or --host HOST", key="dump")
    facts = tuple(f for f in DUMPED if groups or f is not Fact.GROUPS)
    settings = settings_of(config, without=OTHERS_SECRETS)
    if host is not None:
        secret = secret_of(settings, credential, community_file)
        target = Target(
            element=host, host=host, port=port, engine=engine_named(engine), driver=driver
        )
        _print(target, {"default": secret}, settings, facts, document)
        return
    with inventory_of(settings) as inventory:
        element, target = _named(inventory, access, switch)
        if driver is not None:
            target = replace(target, driver=driver)

        def made(reading: Reading, now: datetime) -> dict[str, Any]:
            return document(
                reading,
                now,
                access_of=lambda port_facts: access_on(inventory, element, port_facts),
                service_of=lambda port_facts: _service(inventory, element, port_facts),
                is_named=lambda port_facts: is_named(inventory, element, port_facts),
            )

        _print(target, credentials_of(settings), settings, facts, made)


_MAY_BE_V1 = (
    '; a wrong community looks so, and an agent that knows SNMPv1 only: version = "1" in its'
    " credential asks by that"
)


def _print(
    target: Target,
    secrets: dict[str, bytes | V3User],
    settings: Settings,
    facts: tuple[Fact, ...],
    made: Callable[[Reading, datetime], dict[str, Any]],
) -> None:
    registry = load(settings.drivers.folders)
    now = datetime.now(UTC)

    async def read(learnt: AgentLimits) -> Reading:
        engines = Engines(secrets, settings.snmp.timeouts)
        try:
            limits = learnt.first(target.element, registry.named("generic").limits)
            conversation = engines.open(target, limits)
            return await read_once(conversation, target, registry, facts, now, learnt=learnt)
        finally:
            await engines.close()

    with learnt_to_read(settings) as learnt:
        try:
            out = made(asyncio.run(read(learnt)), now)
        except SnmpTimeoutError as e:
            raise SnmpTimeoutError(f"{e}{_MAY_BE_V1}", address=e.address) from e
    sys.stdout.write(json.dumps(out, ensure_ascii=False, indent=2) + "\n")


def _named(inventory: Inventory, access: str | None, switch: str | None) -> tuple[Element, Target]:
    if access is not None:
        at = attached(inventory, access)
        return at.element, at.port
    element = inventory.element(switch or "")
    if element is None:
        raise InventoryError(f"no element is called {switch!r}")
    return element, element_target(element)


def _service(inventory: Inventory, element: Element, facts: PortFacts) -> render.ServiceOf:
    port = facts.port.name or facts.port.descr

    def service(vlan: int | None) -> str | None:
        return None if vlan is None else inventory.service_type(element.name, port, vlan)

    return service


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
            read_out = _document(path, registry, driver, wanted)
            bad += not read_out["ports"] and bool(read_out["errors"])
            text = json.dumps(read_out, ensure_ascii=False, indent=None if jsonl else 2)
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
    read_out = document(reading, now, recording=path.name)
    read_out["errors"] += [{"part": "recording", "cause": cause} for cause in _unread(recording)]
    return read_out


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
