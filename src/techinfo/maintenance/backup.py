"""A copy of every file of the house in a folder, with a manifest; and the way back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from techinfo import __version__
from techinfo.config import Settings
from techinfo.errors import BackupError
from techinfo.maintenance.privacy import erase_again
from techinfo.maintenance.stores import STORES, Store
from techinfo.store.backup import (
    Copied,
    copy,
    duplicate,
    forget,
    looked_through,
    nobody_else,
    nothing_strange,
    placed,
)
from techinfo.store.erasures import SCHEMA as ERASED
from techinfo.store.erasures import Erasure, ErasuresFile
from techinfo.store.files import plain

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
    made_at: AwareDatetime
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
    made_at = now()  # of before: what is erased meanwhile may be in the copies still
    with _new_folder(folder) as making:
        saved = tuple(
            _save(settings, making, store)
            for store in stores
            if store.in_backup and _path(settings, store)
        )
        if not saved:
            raise BackupError("there is nothing to save; is this the right --config?", path=folder)
        files = {store.name: _told(copied) for store, copied in saved}
        manifest = _Manifest(techinfo=__version__, made_at=made_at, files=files)
        (making / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
    return tuple(
        Saved(store=store, path=folder / _name(store), size=copied.size) for store, copied in saved
    )


def checked(folder: Path, *, stores: Sequence[Store] = STORES) -> tuple[Saved, ...]:
    """Look through a back-up: every file is there, whole, of its kind, ours, and not too new.

    Raises:
        BackupError: Something is wrong with it.
    """
    _, files = _listed(folder, stores)
    return tuple(_verified(folder / _name(store), store, file) for store, file in files)


def restore(
    settings: Settings,
    folder: Path,
    *,
    stores: Sequence[Store] = STORES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[tuple[Path, Path | None], ...]:
    """Put the files of a back-up in their places, all or none.

    What was erased on request since the back-up is erased from it first.

    Args:
        settings: Where the files belong.
        folder: The back-up. Its files are copied, and the copies looked through: what becomes of
            the back-up meanwhile does not count.
        stores: Whose files.
        now: The time.

    Returns:
        Each file, and the name under which the one that was there before stays.

    Raises:
        TechinfoError: The back-up is not whole, a file is in use, or what was erased cannot be
            erased again; nothing has been changed.
    """
    made_at, files = _listed(folder, stores)
    stamp = now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    done = []
    with ExitStack() as copies, ExitStack() as held, ExitStack() as changes:
        known = _erasures(settings.retention.erased)
        news = [_copied(settings, folder, store, file, copies) for store, file in files]
        _erase_again(news, known, made_at)
        for store, new in news:
            path = store.path(settings)
            aside = path.with_name(f"{path.name}.before-{stamp}")
            if os.path.lexists(aside):
                raise BackupError("is in the way", path=aside)
            held.enter_context(nobody_else(path))
            done.append((new, path, aside if path.exists() else None))
        for new, path, kept in done:
            changes.enter_context(placed(new, path, kept or path.with_name(f".{path.name}.none")))
    return tuple((path, kept) for _, path, kept in done)


def _copied(
    settings: Settings, folder: Path, store: Store, file: _File, copies: ExitStack
) -> tuple[Store, Path]:
    """A copy beside the place that it is for: whole, ours, and brought up to date."""
    source, path = folder / _name(store), store.path(settings)
    new = path.with_name(f".{path.name}.restoring")
    copies.callback(forget, new)
    duplicate(source, new)
    _verified(new, store, file, called=source)
    with store.open(new):  # an older one is brought up to date
        pass
    with _called(source):
        nothing_strange(new, store.schema)
    return store, new


def _erasures(path: Path) -> set[Erasure]:
    if not path.is_file():
        return set()
    with ErasuresFile.open(path) as file:
        return set(file.erasures())


def _erase_again(
    news: Sequence[tuple[Store, Path]], present: set[Erasure], made_at: datetime
) -> None:
    """No back-up brings anybody back: neither its own list of erasures nor the present one."""
    lists = [new for store, new in news if store.schema is ERASED]
    known = present.union(*map(_erasures, lists))
    for path in lists:
        with ErasuresFile.open(path) as file:
            file.take(sorted(known, key=lambda erasure: erasure.begun))
    since = [erasure for erasure in known if erasure.after(made_at)]
    for store, new in news:
        erase_again(store, new, since)


def _listed(folder: Path, stores: Sequence[Store]) -> tuple[datetime, list[tuple[Store, _File]]]:
    """When a back-up was made, and what its manifest says of each file."""
    manifest = _manifest(folder)
    by_name = {store.name: store for store in stores}
    unknown = manifest.files.keys() - by_name.keys()
    if unknown:
        raise BackupError(f"holds {min(unknown)!r}, which this techinfo does not know", path=folder)
    return manifest.made_at, [(by_name[name], file) for name, file in manifest.files.items()]


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
    return path if path.is_file() else None


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
        with plain(path) as file:
            octets = file.read(_MOST_OCTETS + 1)
    except OSError as error:
        raise BackupError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        if len(octets) > _MOST_OCTETS:
            raise ValueError("it is too long")
        return _Manifest.model_validate_json(octets)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BackupError("is no manifest of a back-up", path=path) from error


def _verified(path: Path, store: Store, file: _File, *, called: Path | None = None) -> Saved:
    """A file is what its manifest says; errors call it by another name where it is a copy."""
    with _called(called or path):
        found = looked_through(path)
        if found.size != file.size:
            raise BackupError("is not as long as the manifest says", path=path)
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
        nothing_strange(path, store.schema)
    return Saved(store=store, path=path, size=found.size)


@contextmanager
def _called(path: Path) -> Iterator[None]:
    """Errors about a copy name what it was made of."""
    try:
        yield
    except BackupError as error:
        words = str(error).removeprefix(f"{error.path}: ")
        raise BackupError(words, path=path) from error
