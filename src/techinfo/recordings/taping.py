"""One device into one file: walked, scrubbed, checked by playing it back, and described.

``recording.toml``: what the recordings of a folder are, a table for each file.
"""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.registry import Registry
from techinfo.collect.target import Target
from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.errors import RecordingError, TechinfoError, WrongDeviceError
from techinfo.moments import rfc3339
from techinfo.recordings import recording as recordings
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recorder import Recorder
from techinfo.recordings.recording import Oid, Recording, Value
from techinfo.recordings.roles import roles
from techinfo.recordings.scrubbing import scrubbed
from techinfo.recordings.writing import Part, write
from techinfo.snmp.oid import dotted, numbers

NAME = "recording.toml"
_NOT_IN_TOML = re.compile(r"[\x7f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What a recording is.

    Attributes:
        driver: The one that read it, and that a replay chooses.
        recorded_at: When it was begun.
        tool: Which program made it.
        complete: Every subtree was read, up to what the notes say.
        notes: What is not in it, and why.
    """

    driver: str
    vendor: str | None
    model: str | None
    software: str | None
    sys_object_id: str | None
    recorded_at: datetime
    tool: str
    scrubbed: bool
    complete: bool
    rows: int
    made_up: bool = False
    notes: Sequence[str] = ()


def note(file: Path, provenance: Provenance) -> Path:
    """Say what a recording is, in the ``recording.toml`` beside it.

    Tables of other files, and what people have written there, stay as they are.

    Raises:
        RecordingError: It cannot be read or written, or is no TOML.
    """
    path = file.with_name(NAME)
    header = f"[{_told(file.name)}]"
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        tomllib.loads(before)
        kept = _without(before, header)
        path.write_text(f"{kept}\n{_table(header, provenance)}".lstrip("\n"), encoding="utf-8")
    except OSError as error:
        raise RecordingError(f"cannot be written: {error.strerror}", path=path) from error
    except ValueError as error:
        raise RecordingError(f"is not TOML: {error}", path=path) from error
    return path


def _without(text: str, header: str) -> str:
    """The text without the table of this header."""
    out, inside = [], False
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            inside = line.strip() == header
        if not inside:
            out.append(line)
    return "".join(out).rstrip("\n") + "\n"


def _table(header: str, provenance: Provenance) -> str:
    values = ((f.name, getattr(provenance, f.name)) for f in fields(provenance))
    return "".join(
        [f"{header}\n", *(f"{key} = {_told(v)}\n" for key, v in values if v is not None)]
    )


def _told(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return rfc3339(value)
        case str():
            return _NOT_IN_TOML.sub(r"\\u007f", json.dumps(value))
        case int():
            return str(value)
    parts = value if isinstance(value, (list, tuple)) else ()
    return f"[{', '.join(map(_told, parts))}]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is to become of the rows of a device.

    Attributes:
        scrub: Without people, places and addresses.
        secrets: Texts that are to be found nowhere in a scrubbed recording.
        kept: Subtrees whose texts are known to be the equipment's.
        tool: What made the recording.
    """

    scrub: bool = True
    secrets: tuple[bytes, ...] = ()
    kept: tuple[str, ...] = ()
    tool: str = "techinfo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A recording that was written.

    Attributes:
        driver: The one that a replay of it chooses; empty when none can.
        masked: Texts of columns that nobody knows, which were replaced.
        left_out: Rows that were read and are not in it.
    """

    path: Path
    description: Path
    rows: int
    driver: str
    masked: int = 0
    left_out: int = 0


def file_name(known: DeviceState) -> str:
    """What to call the recording of a device: its driver and model, never its own name."""
    words = (known.driver.name, known.hardware.model or known.sys_object_id.rpartition(".")[2])
    plain = (re.sub(r"[^0-9A-Za-z.-]+", "-", word).strip("-.") for word in words)
    return "_".join(filter(None, plain)).lower()[:80] + ".snmprec.xz"


def rows_of_same_device(part: Part, known: DeviceState, host: str) -> int:
    """Only the device that a recording was begun with may go on with it; the rows so far.

    Raises:
        WrongDeviceError: It is another one.
        RecordingError: The part cannot be read.
    """
    before = part.recording()
    name = before.get(numbers(standard.SYS_NAME))
    identity = before.get(numbers(standard.SYS_OBJECT_ID))
    told = decode_text(name[1]) if name and isinstance(name[1], bytes) else ""
    had = dotted(identity[1]) if identity and isinstance(identity[1], tuple) else ""
    if (told or None, had) != (known.sys_name, known.sys_object_id):
        raise WrongDeviceError(
            "the recording was begun with another device",
            expected=f"{told} {had}",
            found=f"{known.sys_name} {known.sys_object_id}",
            address=host,
        )
    return len(before)


async def tape(recorder: Recorder, part: Part, subtrees: Sequence[Oid], after: Oid | None) -> None:
    """Walk into a part, and note there what is missing.

    Raises:
        DeviceError: The device has gone silent; what came before is in the part.
    """
    try:
        await recorder.walk(subtrees, after)
    finally:
        for text in recorder.progress.notes:
            part.note(text)


def make(
    part: Part, path: Path, known: DeviceState, registry: Registry, wish: Wish, *, complete: bool
) -> Made:
    """Write the recording that a part has become, and say beside it what it is.

    Raises:
        RecordingError: The part cannot be read, or the recording not written.
    """
    raw = part.recording()
    rows: Sequence[tuple[Oid, Value]] = list(_rows(raw))
    masked = 0
    if wish.scrub:
        done = scrubbed(
            raw,
            roles(known.driver, wish.kept),
            secrets=wish.secrets,
            makers=_makers(known, registry),
        )
        rows, masked = done.rows, done.masked
    lost = write(path, rows)
    played = _played(path, registry, known.met_at)
    hardware = played.hardware if played else None
    description = note(
        path,
        Provenance(
            driver=played.driver.name if played else known.driver.name,
            vendor=hardware.vendor if hardware else None,
            model=hardware.model if hardware else None,
            software=hardware.firmware if hardware else None,
            sys_object_id=known.sys_object_id or None,
            recorded_at=known.met_at,
            tool=wish.tool,
            scrubbed=wish.scrub,
            complete=complete,
            rows=len(rows) - lost,
            notes=tuple(part.notes()),
        ),
    )
    return Made(
        path=path,
        description=description,
        rows=len(rows) - lost,
        driver=played.driver.name if played else "",
        masked=masked,
        left_out=len(raw) - len(rows) + lost,
    )


def _rows(recording: Recording) -> Iterator[tuple[Oid, Value]]:
    for oid in recording.oids:
        value = recording.get(oid)
        if value is not None:
            yield oid, value


def _makers(known: DeviceState, registry: Registry) -> list[str]:
    """Words that name no customer."""
    hardware = known.hardware
    own = (hardware.model, hardware.firmware)
    return [d.vendor for d in registry.drivers.values()] + [word for word in own if word]


def _played(path: Path, registry: Registry, now: datetime) -> DeviceState | None:
    """The device that a recording plays; ``None`` when no driver takes it for one."""
    conversation = RecordedConversation(recordings.load(path))
    target = Target(element=path.name, host="recording")
    try:
        return asyncio.run(contact(conversation, target, registry, now))
    except TechinfoError:
        return None
