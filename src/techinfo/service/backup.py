"""A copy of every file of the house in a folder, with a manifest; and the way back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from techinfo import __version__
from techinfo.config import Settings
from techinfo.errors import BackupError
from techinfo.service.stores import STORES, Store
from techinfo.store.backup import Copied, copy, duplicate, looked_through, nobody_else, placed

MANIFEST = "manifest.json"
_MOST_OCTETS = 1 << 20


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _File(_Strict):
    application_id: int
    schema_version: int
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Manifest(_Strict):
    techinfo: str
    made_at: str
    files: dict[str, _File]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A file in a back-up.

    Attributes:
        store: Whose it is.
        path: Where it is in the back-up.
        size: Octets.
    """

    store: Store
    path: Path
    size: int


def back_up(
    settings: Settings,
    folder: Path,
    *,
    stores: Sequence[Store] = STORES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[Saved, ...]:
    """Copy every file that there is into a new folder, while the service runs.

    Each file is of one moment, and is looked through. The folder appears when all are there.

    Args:
        settings: Where the files are.
        folder: Not there yet, or empty. Only its owner may look into it: it holds hashes of
            passwords, and names households.
        stores: Whose files.
        now: The time.

    Raises:
        BackupError: The folder is not empty or cannot be made, a file cannot be copied, or there
            is none.
    """
    with _new_folder(folder) as making:
        saved = tuple(_save(settings, making, store) for store in stores if _path(settings, store))
        if not saved:
            raise BackupError("there is nothing to save; is this the right --config?", path=folder)
        files = {store.name: _told(copied) for store, copied in saved}
        manifest = _Manifest(techinfo=__version__, made_at=now().isoformat(), files=files)
        (making / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
    return tuple(
        Saved(store=store, path=folder / _name(store), size=copied.size) for store, copied in saved
    )


def checked(folder: Path, *, stores: Sequence[Store] = STORES) -> tuple[Saved, ...]:
    """Look through a back-up: every file is there, whole, of its kind and not too new.

    Raises:
        BackupError: Something is wrong with it.
    """
    manifest = _manifest(folder)
    by_name = {store.name: store for store in stores}
    unknown = manifest.files.keys() - by_name.keys()
    if unknown:
        raise BackupError(f"holds {min(unknown)!r}, which this techinfo does not know", path=folder)
    return tuple(_verified(folder, by_name[name], file) for name, file in manifest.files.items())


def restore(
    settings: Settings,
    folder: Path,
    *,
    stores: Sequence[Store] = STORES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[tuple[Path, Path | None], ...]:
    """Put the files of a back-up in their places, all or none.

    Args:
        settings: Where the files belong.
        folder: The back-up; it is looked through first.
        stores: Whose files.
        now: The time.

    Returns:
        Each file, and the name under which the one that was there before stays.

    Raises:
        BackupError: The back-up is not whole, or a file is in use; nothing has been changed.
    """
    saved = checked(folder, stores=stores)
    stamp = now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    done = []
    with ExitStack() as copies, ExitStack() as held, ExitStack() as changes:
        for file in saved:
            path = file.store.path(settings)
            if path is None:
                raise BackupError(f"the settings name no {file.store.name}", path=folder)
            new = path.with_name(f".{path.name}.restoring")
            copies.callback(new.unlink, missing_ok=True)
            duplicate(file.path, new)
            aside = path.with_name(f"{path.name}.before-{stamp}")
            if aside.exists():
                raise BackupError("is in the way", path=aside)
            held.enter_context(nobody_else(path))
            done.append((new, path, aside if path.exists() else None))
        for new, path, kept in done:
            changes.enter_context(placed(new, path, kept or path.with_name(f".{path.name}.none")))
    return tuple((path, kept) for _, path, kept in done)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    making = folder.with_name(f".{folder.name}.part")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BackupError("is there already", path=folder)
        making.mkdir(mode=0o700)
    except OSError as error:
        raise BackupError(f"cannot be made: {error.strerror}", path=making) from error
    try:
        yield making
        making.replace(folder)
    except OSError as error:
        raise BackupError(f"cannot be made: {error.strerror}", path=folder) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _path(settings: Settings, store: Store) -> Path | None:
    path = store.path(settings)
    return path if path is not None and path.is_file() else None


def _save(settings: Settings, making: Path, store: Store) -> tuple[Store, Copied]:
    path = _path(settings, store)
    assert path is not None  # noqa: S101 - asked before
    copied = copy(path, making / _name(store))
    if copied.application_id != store.schema.application_id:
        raise BackupError(f"is no file of {store.name}", path=path)
    return store, copied


def _name(store: Store) -> str:
    return f"{store.name}.sqlite"


def _told(copied: Copied) -> _File:
    told = asdict(copied)
    return _File(schema_version=told.pop("schema"), **told)


def _manifest(folder: Path) -> _Manifest:
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS + 1)
    except OSError as error:
        raise BackupError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        if len(octets) > _MOST_OCTETS:
            raise ValueError("it is too long")
        return _Manifest.model_validate(json.loads(octets))
    except (ValidationError, ValueError, RecursionError) as error:
        raise BackupError("is no manifest of a back-up", path=path) from error


def _verified(folder: Path, store: Store, file: _File) -> Saved:
    path = folder / _name(store)
    if path.is_file() and path.stat().st_size != file.size:
        raise BackupError("is not as long as the manifest says", path=path)
    found = looked_through(path)
    if found.sha256 != file.sha256:
        raise BackupError("is not what the manifest says (SHA-256)", path=path)
    if found.application_id != store.schema.application_id:
        raise BackupError(f"is no file of {store.name}", path=path)
    if found.schema > store.schema.version:
        raise BackupError(
            f"was written by a newer techinfo (schema {found.schema};"
            f" this program knows up to {store.schema.version})",
            path=path,
        )
    return Saved(store=store, path=path, size=found.size)
