"""CLI recordings, ``techinfo.cli/1``: what a device printed, several commands in one text file.

The form stands in docs/cli-recordings.md. A reader ignores keys that it does not know.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from techinfo.errors import RecordingError

MAGIC = "techinfo.cli/1"
SUFFIXES = (".cli", ".cli.bz2", ".cli.xz", ".cli.gz")
_MARKS = (">>> ", "<<< ", "\\")
_LARGEST = 64 * 1024 * 1024
_OPENERS: dict[str, Callable[..., IO[Any]]] = {
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".gz": gzip.open,
}


@dataclass(frozen=True)
class Output:
    """One command and what came of it.

    Args:
        command: As it was sent.
        text: Byte for byte: no echo, no prompt.
        cut: How it ended where it did not end at the prompt: timeout, closed, pager.
    """

    command: str
    text: str
    cut: str | None = None


@dataclass(frozen=True)
class CliRecording:
    """What one device printed.

    Args:
        platform: netmiko's device type where there is one.
        outputs: In the order in which they were sent.
        model: As the recording tells it.
        recorded: When; ``None``: not told.
        prompt: What stood before the commands.
    """

    platform: str
    outputs: tuple[Output, ...]
    model: str | None = None
    recorded: datetime | None = None
    prompt: str | None = None


def is_cli(path: Path) -> bool:
    """Whether a file is called as a CLI recording."""
    return path.name.endswith(SUFFIXES)


def load(path: Path) -> CliRecording:
    """Read a CLI recording.

    Raises:
        RecordingError: It cannot be read, is none, is too large, or names no platform.
    """
    try:
        opener = _OPENERS.get(path.suffix, open)
        with opener(path, "rb") as file:
            octets = file.read(_LARGEST + 1)
    except (OSError, EOFError, lzma.LZMAError) as e:
        raise RecordingError(str(e), path=path) from e
    if len(octets) > _LARGEST:
        raise RecordingError("it is larger than 64 MiB", path=path)
    return parse(octets.decode("utf-8", "replace"), path)


def parse(text: str, name: Path) -> CliRecording:
    """The same from text.

    Raises:
        RecordingError: It is no CLI recording, or names no platform.
    """
    lines = text.split("\n")
    if lines[0].strip() != MAGIC:
        raise RecordingError(f"line 1 is not {MAGIC}", path=name)
    end = next((n for n, line in enumerate(lines) if n and not line.strip()), len(lines))
    head = {
        key.strip(): value.strip()
        for key, colon, value in (line.partition(":") for line in lines[1:end])
        if colon
    }
    if not head.get("platform"):
        raise RecordingError("it names no platform", path=name)
    return CliRecording(
        head["platform"],
        _outputs(lines[end + 1 :]),
        head.get("model"),
        _time(head.get("recorded")),
        head.get("prompt"),
    )


def dumped(recording: CliRecording, **head: str | None) -> str:
    """A recording as text, with more keys in its head."""
    told = {"platform": recording.platform, "model": recording.model, "prompt": recording.prompt}
    told |= head
    if recording.recorded is not None:
        told["recorded"] = recording.recorded.isoformat(timespec="seconds").replace("+00:00", "Z")
    lines = [MAGIC, *(f"{key}: {_plain(value)}" for key, value in told.items() if value), ""]
    for output in recording.outputs:
        lines.append(f">>> {output.command}")
        body = output.text.removesuffix("\n").split("\n") if output.text else []
        lines += [f"\\{line}" if line.startswith(_MARKS) else line for line in body]
        lines += [f"<<< {output.cut}"] if output.cut is not None else []
    return "\n".join(lines) + "\n"


def _plain(value: str) -> str:
    return " ".join(value.split())


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _outputs(lines: list[str]) -> tuple[Output, ...]:
    found: list[Output] = []
    command: str | None = None
    body: list[str] = []
    cut: str | None = None

    def close() -> None:
        if command is not None:
            found.append(Output(command, "\n".join(body), cut))

    for line in lines:
        if line.startswith(">>> "):
            close()
            command, body, cut = line[4:].strip(), [], None
        elif line.startswith("<<< "):
            cut = line[4:].strip()
        elif cut is None:
            body.append(line.removeprefix("\\"))
    close()
    return tuple(found)
