"""What is known of a person, and its erasure, over every file of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from techinfo.collect import Target
from techinfo.config import Settings
from techinfo.errors import QuestionError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.service.attachment import attached, cpe_of, cpe_target, element_target
from techinfo.service.stores import STORES, Found, Person, Store
from techinfo.store.persons import about, redact, without_a_trace


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
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


def found(settings: Settings, person: Person, stores: Sequence[Store] = STORES) -> list[Told]:
    """Everything that stands anywhere about a person.

    Raises:
        TechinfoError: A file cannot be read: what would be told were not all.
    """
    return [Told(store=store.name, rows=_rows(settings, person, store)) for store in stores]


def erase(
    settings: Settings, person: Person, *, dry_run: bool = False, stores: Sequence[Store] = STORES
) -> list[Told]:
    """Erase what stands about a person; what one file refuses keeps no other from its turn.

    Args:
        settings: Where the files are.
        person: Whose data.
        dry_run: Say what would be erased, and erase nothing.
        stores: Which files.
    """
    return [_erased(settings, person, store, dry_run=dry_run) for store in stores]


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
    if store.found is None or path is None or not path.is_file():
        return ()
    if person.mac is not None and store.erase is not None:
        # Wherever somebody may have written it: in a comment, in a search.
        return tuple(about(path, store.schema, person.mac))
    return tuple(store.found(path, person))


def _erased(settings: Settings, person: Person, store: Store, *, dry_run: bool) -> Told:
    try:
        rows = _rows(settings, person, store)
        path = store.path(settings)
        if store.erase is None or path is None or not rows:
            why = store.stays if rows else ""
            return Told(store=store.name, rows=rows, erased=None if rows else 0, why=why)
        if not dry_run:
            store.erase(path, person)
            if person.mac is not None:
                redact(path, store.schema, person.mac)
            without_a_trace(path, store.schema)
        return Told(store=store.name, rows=rows, erased=len(rows))
    except TechinfoError as error:
        return Told(store=store.name, rows=(), why=str(error))
