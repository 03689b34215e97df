"""What ``techinfo dump`` and ``techinfo replay`` do: a device, or a recording of one, as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from techinfo.access.attachment import (
    access_on,
    attached,
    element_target,
    is_named,
    ont_access_on,
)
from techinfo.api.documents.checksum import sealed
from techinfo.api.documents.cli_dump import cli_dump
from techinfo.api.documents.dump import dump as document
from techinfo.api.documents.dump import failed
from techinfo.api.documents.scrubbed import scrubbed_dump
from techinfo.api.onapi import render
from techinfo.cli.console import err, working
from techinfo.cli.devices import Engines, Secret, credentials_of, learnt_to_read, pauses_of
from techinfo.cli.service.sessions import sessions_of
from techinfo.collect import AgentLimits, Reading, Registry, Target, load, read_once, refuse
from techinfo.collect.once import read_alone
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import NO_AGENT
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
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import is_cli
from techinfo.ssh.cli_recording import load as load_cli

_MAY_BE_V1 = (
    '; a wrong community looks so, and an agent that knows SNMPv1 only: version = "1" in its'
    " credential asks by that"
)


_S_AN_ONT = 1.0
"""What one ONT takes over OMCI, roughly; nobody promises it."""


def wanted(*, groups: bool, ont_light: bool = False) -> tuple[Fact, ...]:
    """Every fact of an element that needs no explicit word.

    Multicast groups are viewing habits; the light of ONTs is asked over OMCI, one after the other.
    A log of lost power is asked for when a line was lost, where snooping is on when ports are held
    against orders, and which ONTs wait by whoever has just plugged one in.
    """
    words = {Fact.GROUPS: groups, Fact.ONT_LIGHT: ont_light}
    never = {Fact.CPE, Fact.GASPS, Fact.SNOOPING, Fact.UNREGISTERED}
    return tuple(f for f in Fact if f not in never and words.get(f, True))


@dataclass(frozen=True, slots=True)
class Destination:
    """Where documents go.

    Attributes:
        output: A new file, to be given away; ``None``: standard output, for whoever asks.
        scrub: Without people and places; ``None``: in a file, and not else.
    """

    output: Path | None = None
    scrub: bool | None = None

    def check(self) -> None:
        """Refuse a file that is there already, before anybody is asked.

        Raises:
            ConfigError: It is.
        """
        if self.output is not None and self.output.exists():
            raise ConfigError(f"{self.output} is there already", key="--output")

    @contextmanager
    def opened(self) -> Iterator[Callable[[dict[str, Any], int | None], None]]:
        """Something that writes a document, with so many columns of indent; ``None``: one line.

        Raises:
            ConfigError: The file cannot be made.
        """
        scrub = self.output is not None if self.scrub is None else self.scrub
        with self._stream() as stream:
            yield lambda out, indent: _write(stream, out, scrub=scrub, indent=indent)
            stream.flush()
        if self.output is not None:
            words = "scrubbed. Read it all the same" if scrub else "not scrubbed"
            err.print(f"{self.output}: {words}", markup=False)

    def _stream(self) -> AbstractContextManager[TextIO]:
        if self.output is None:
            return nullcontext(sys.stdout)
        self.check()
        try:
            descriptor = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as e:
            raise ConfigError(f"{self.output}: {e.strerror}", key="--output") from e
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")


def tell_minutes(onts: int) -> None:
    """Before the first ONT is asked."""
    if onts > 1:
        minutes = max(1, round(onts * _S_AN_ONT / 60))
        word = "minute" if minutes == 1 else "minutes"
        err.print(f"asking {onts} ONTs over OMCI, one after the other: about {minutes} {word}")


def dump_device(
    target: Target,
    secrets: Mapping[str, Secret],
    settings: Settings,
    facts: Sequence[Fact],
    with_logins: Callable[[], Settings],
    made: Callable[[Reading, datetime], dict[str, Any]] = document,
    *,
    to: Destination,
) -> None:
    """Read a device once and print the document that is made of it.

    Args:
        target: Whom to ask.
        secrets: Of SNMP, by name.
        settings: Without the secrets of log-ins.
        facts: What is read.
        with_logins: The settings with them, for a target whose command line is asked.
        made: Makes the document.
        to: Where it goes.
    """
    registry = load(settings.drivers.folders)
    now = datetime.now(UTC)

    async def read(learnt: AgentLimits) -> Reading:
        alone = target.engine == NO_AGENT
        async with (
            sessions_of(with_logins, needed=alone)
            if target.command_line is not None
            else nullcontext() as lines,
            aclosing(Engines(secrets, settings.snmp.timeouts)) as engines,
        ):
            if alone and lines is not None:
                return await read_alone(lines, target, facts, now)
            limits = learnt.first(target.element, registry.named("generic").limits)
            conversation = engines.open(target, limits)
            return await read_once(
                conversation,
                target,
                registry,
                facts,
                now,
                learnt=learnt,
                before_light=tell_minutes,
                command_lines=lines,
            )

    with learnt_to_read(settings) as learnt:
        try:
            with working(f"reading {target.host}"):
                out = made(asyncio.run(read(learnt)), now)
        except SnmpTimeoutError as e:
            raise SnmpTimeoutError(f"{e}{_MAY_BE_V1}", address=e.address) from e
    with to.opened() as write:
        write(out, 2)


def _write(stream: TextIO, out: dict[str, Any], *, scrub: bool, indent: int | None) -> None:
    """A document, with the checksum of what is shown."""
    shown = sealed(scrubbed_dump(out) if scrub else out)
    stream.write(json.dumps(shown, ensure_ascii=False, indent=indent) + "\n")


def dump_element(
    inventory: Inventory,
    access: str | None,
    switch: str | None,
    driver: str | None,
    settings: Settings,
    facts: Sequence[Fact],
    with_logins: Callable[[], Settings],
    *,
    to: Destination,
) -> None:
    """The same for the port of an access, or an element of the inventory.

    Raises:
        InventoryError: There is none of this name.
        PausedError: The operator has paused it.
    """
    element, target = _named(inventory, access, switch)
    refuse(pauses_of(settings)(target, driver or target.driver), target)

    def made(reading: Reading, now: datetime) -> dict[str, Any]:
        return document(
            reading,
            now,
            access_of=lambda port_facts: access_on(inventory, element, port_facts),
            service_of=lambda port_facts: _service(inventory, element, port_facts),
            is_named=lambda port_facts: is_named(inventory, element, port_facts),
            ont_access_of=lambda port_facts, ont: ont_access_on(
                inventory, element, port_facts, ont
            ),
        )

    target = target if driver is None else replace(target, driver=driver)
    if target.ont is not None and Fact.ONT_LIGHT not in facts:
        facts = (*facts, Fact.ONT_LIGHT)  # of one ONT it is little
    dump_device(target, credentials_of(settings), settings, facts, with_logins, made, to=to)


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


def replay(
    files: Sequence[Path],
    driver: str | None,
    facts: Sequence[Fact],
    folders: Sequence[Path] = (),
    *,
    jsonl: bool,
    to: Destination,
) -> bool:
    """Print a document for each recording; says whether all could be read.

    ``folders`` hold drivers of the operator's own.
    """
    registry = load(folders)
    if driver is not None:
        registry.named(driver)
    bad = 0
    with to.opened() as write, _progress() as progress:
        for path in progress.track(files, description="replay"):
            if recordings.context_of(path) is not None:
                err.print(f"{path.name}: a VLAN's context, read with its device; skipped")
                continue
            read_out = _document(path, registry, driver, facts)
            bad += not read_out["ports"] and bool(read_out["errors"])
            write(read_out, None if jsonl else 2)
    if bad:
        err.print(f"{bad} of {len(files)} recordings could not be read")
    return not bad


def _document(
    path: Path, registry: Registry, driver: str | None, facts: Sequence[Fact]
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
            facts,
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
    facts: Sequence[Fact],
    now: datetime,
) -> Reading:
    conversation = RecordedConversation(recording)
    if not fragments.is_fragment(recording.has):
        return asyncio.run(read_once(conversation, target, registry, facts, now))
    target = fragments.fitted(replace(target, nameless=True), registry, recording.has)
    reading = asyncio.run(read_once(conversation, target, registry, facts, now))
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
