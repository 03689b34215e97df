"""``recording.toml``: what the recordings of a folder are, a table for each file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from techinfo.errors import RecordingError

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
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case str():
            return _NOT_IN_TOML.sub(r"\\u007f", json.dumps(value))
        case int():
            return str(value)
    parts = value if isinstance(value, (list, tuple)) else ()
    return f"[{', '.join(map(_told, parts))}]"
