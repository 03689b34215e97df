"""What is known of a person, and its erasure, over every file of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from techinfo.access.attachment import attached, cpe_of, cpe_target, element_target
from techinfo.collect import Target
from techinfo.config import Settings
from techinfo.errors import QuestionError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.maintenance.stores import STORES, Found, Person, Store
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.erasures import (
    Erasure,
    ErasuresFile,
    about,
    among,
    named,
    redact,
    spelt,
    without_a_trace,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonInFile:
    """What one file has of a person.

    Attributes:
        rows: Each as JSON has it.
        erased: How many are erased; ``None``: they stay.
        why: Why they stay, or could not be erased.
    """

    store: str
    rows: tuple[Found, ...]
    erased: int | None = None
    why: str = ""


def found(
    settings: Settings, person: Person, stores: Sequence[Store] = STORES
) -> list[PersonInFile]:
    """Everything that stands anywhere about a person.

    Raises:
        TechinfoError: A file cannot be read: what would be told were not all.
    """
    return [PersonInFile(store=store.name, rows=_rows(settings, person, store)) for store in stores]


def erase(
    settings: Settings,
    person: Person,
    *,
    by: str,
    dry_run: bool = False,
    stores: Sequence[Store] = STORES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[PersonInFile]:
    """Erase what stands about a person; what one file refuses keeps no other from its turn.

    It is written down first, so that it is erased from a back-up of before, too, when that is
    restored; and afterwards in the audit log: by whom, from which files, of whom as a keyed hash.

    Args:
        settings: Where the files are.
        person: Whose data.
        by: Who erases it.
        dry_run: Say what would be erased, and erase nothing.
        stores: Which files.
        now: The time.

    Raises:
        TechinfoError: It cannot be written down, and nothing is erased.
    """
    if dry_run:
        return [_erased(settings, person, store, dry_run=True) for store in stores]
    erased = spelt(access_id=person.access_id, mac=person.mac)
    with ErasuresFile.open(settings.retention.erased) as file:
        number, noted = file.note(erased, now(), by)
        told = [_erased(settings, person, store, dry_run=False) for store in stores]
        if not any(failed(one) for one in told):
            file.done(number, now())
    return [*told, *_in_audit(settings, person, noted, told, now())]


def failed(told: PersonInFile) -> bool:
    """Whether something that should go could not be erased."""
    return bool(told.why) and not told.rows


def erasures(settings: Settings, person: Person) -> list[Erasure]:
    """When what stood about a person was erased before, by age.

    Raises:
        TechinfoError: The list cannot be read.
    """
    path = settings.retention.erased
    if not path.is_file():
        return []
    with ErasuresFile.open(path) as file:
        asked = spelt(access_id=person.access_id, mac=person.mac)
        return [erasure for erasure in file.erasures() if erasure.is_of(asked)]


def erase_again(store: Store, path: Path, erasures: Sequence[Erasure]) -> int:
    """Erase from a file of before what was erased since; says how many keys that were.

    Raises:
        TechinfoError: It cannot be done.
    """
    if store.erase is None or not erasures:
        return 0
    accesses, macs = named(path, store.schema)
    gone = among(erasures, [*(spelt(access_id=a) for a in accesses), *(f"mac:{m}" for m in macs)])
    for one in gone:
        kind, _, key = one.partition(":")
        if kind == "access":
            store.erase(path, Person(access_id=key))
        else:
            mac = ":".join(key[n : n + 2] for n in range(0, 12, 2)).upper()
            store.erase(path, Person(mac=mac))
            redact(path, store.schema, mac)
    if gone:
        without_a_trace(path, store.schema)
    return len(gone)


def targets(inventory: Inventory, person: Person) -> Iterator[Target]:
    """What a running collector must forget: the port of an access and its CPE.

    A MAC address may have been seen anywhere, so that the rows of every element are forgotten; they
    are read again when somebody asks.
    """
    if person.access_id is not None:
        yield from _of_access(inventory, person.access_id)
    if person.mac is not None:
        yield from map(element_target, inventory.elements())
        for access in inventory.accesses():
            yield from _of_cpe(inventory, access.access_id)


def _of_access(inventory: Inventory, access_id: str) -> Iterator[Target]:
    with suppress(QuestionError):  # nothing is connected, so that nothing was read of it
        yield attached(inventory, access_id).port
    yield from _of_cpe(inventory, access_id)


def _of_cpe(inventory: Inventory, access_id: str) -> Iterator[Target]:
    try:
        yield cpe_target(cpe_of(inventory, access_id)[1])
    except QuestionError:
        return


def _rows(settings: Settings, person: Person, store: Store) -> tuple[Found, ...]:
    path = store.path(settings)
    if store.found is None or not path.is_file():
        return ()
    if person.mac is not None and store.erase is not None:
        # Wherever somebody may have written it: in a comment, in a search.
        return tuple(about(path, store.schema, person.mac))
    return tuple(store.found(path, person))


def _in_audit(
    settings: Settings, person: Person, noted: Erasure, told: Sequence[PersonInFile], now: datetime
) -> Iterator[PersonInFile]:
    """Who erased what; of whom stands there only what the list of erasures can know again."""
    kind = "access" if person.access_id is not None else "mac"
    counts = ", ".join(f"{one.store} {one.erased}" for one in told if one.erased) or "nothing"
    entry = AuditEntry(
        at=now,
        user=noted.by,
        role="operator",
        method="ERASE",
        path=f"privacy/{kind}/{noted.short}: {counts}",
    )
    try:
        if settings.audit.path.is_file():
            with AuditFile.open(settings.audit.path) as file:
                file.write([entry])
    except TechinfoError as error:
        yield PersonInFile(store="audit (who erased it)", rows=(), why=str(error))


def _erased(settings: Settings, person: Person, store: Store, *, dry_run: bool) -> PersonInFile:
    try:
        rows = _rows(settings, person, store)
        path = store.path(settings)
        if store.erase is None or not rows:
            why = store.stays if rows else ""
            return PersonInFile(store=store.name, rows=rows, erased=None if rows else 0, why=why)
        if not dry_run:
            store.erase(path, person)
            if person.mac is not None:
                redact(path, store.schema, person.mac)
            without_a_trace(path, store.schema)
        return PersonInFile(store=store.name, rows=rows, erased=len(rows))
    except TechinfoError as error:
        return PersonInFile(store=store.name, rows=(), why=str(error))
