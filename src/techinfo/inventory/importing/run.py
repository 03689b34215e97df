"""One import from beginning to end: read, lay out, check, replace; all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert

from techinfo.errors import InventoryImportError
from techinfo.inventory.events import next_batch, note_changes, note_time
from techinfo.inventory.importing import touched
from techinfo.inventory.importing.checks import check
from techinfo.inventory.importing.guard import Guard, doubts, refusal
from techinfo.inventory.importing.indexing import refresh
from techinfo.inventory.importing.reading import read
from techinfo.inventory.importing.report import ImportReport, Problems, remarks
from techinfo.inventory.importing.sources import Declared, Section
from techinfo.inventory.importing.staging import Staging, replace
from techinfo.inventory.importing.tenures import TenureLog
from techinfo.inventory.records import Kind
from techinfo.inventory.search import lacking, note_streets
from techinfo.inventory.shapes import Shape
from techinfo.inventory.tables import date_text, imports
from techinfo.store.base import Database


def import_files(
    database: Database,
    paths: tuple[Path, ...],
    shapes: Mapping[Kind, Shape],
    *,
    clock: Callable[[], datetime],
    dry_run: bool,
    skip_bad: bool,
    guard: Guard | None = None,
    driver_layouts: Mapping[str, str] | None = None,
) -> ImportReport:
    """Replace every kind that these files hold, taken together as one source.

    Args:
        database: The inventory.
        paths: Files; a kind may be spread over several.
        shapes: What records may hold.
        clock: Gives the time of the import.
        dry_run: Find out what would happen, and change nothing.
        skip_bad: Leave wrong records out instead of refusing all.
        guard: What is too much of a change; ``None``: nothing is.
        driver_layouts: Driver -> layout of DHCP identifiers of elements that name none.

    Raises:
        InventoryImportError: Something is wrong with a file; nothing was changed.
        InventoryError: The inventory cannot be written, or too much would change.
    """
    problems = Problems(skipping=skip_bad)
    complete: bool | None = None
    with database.write() as connection:
        touched.watch(connection)
        tenure_log = TenureLog(connection)
        staging = Staging(connection, paths)
        for number, path in enumerate(paths):
            try:
                said = _lay_out(staging, path, number, shapes, problems)
            except InventoryImportError as error:
                problems.add_file(error)
            else:
                complete = complete if said is None else said
        if problems.whole:
            problems.settle()
        staging.complete()
        check(connection, staging, problems)
        doubtful = doubts(connection, staging, guard) if guard else ()
        if doubtful and not dry_run:
            raise refusal(doubtful)
        batch = next_batch(connection)
        note_changes(connection, staging.tables, batch)
        counts = replace(connection, staging)
        tenure_log.follow()
        of_accesses = counts.get("accesses")
        if of_accesses and (of_accesses.differ or lacking(connection)):
            note_streets(connection)
        warnings = remarks(connection, counts, frozenset(counts.keys() - staging.tables.keys()))
        now = clock()
        warnings += refresh(
            connection,
            staging,
            now=now,
            driver_layouts=driver_layouts or {},
            complete=complete,
        )
        _note_time(connection, frozenset(staging.tables), now)
        staging.drop()
        touched.forget(connection)
        done = clock()
        tenure_log.write(done)
        note_time(connection, batch, done)
        if dry_run:
            connection.rollback()
    return ImportReport(
        counts=counts,
        warnings=warnings,
        rejected=tuple(problems.found),
        rejected_count=problems.count,
        dry_run=dry_run,
        doubts=doubtful,
    )


def _lay_out(
    staging: Staging,
    path: Path,
    number: int,
    shapes: Mapping[Kind, Shape],
    problems: Problems,
) -> bool | None:
    """Lay out a file. Whether it says that it holds the whole network."""
    complete = None
    for item in read(path, shapes, problems):
        if isinstance(item, Section):
            staging.open(item.kind, number)
        elif isinstance(item, Declared):
            complete = item.complete
        else:
            staging.add(item, number)
    return complete


def _note_time(connection: Connection, kinds: frozenset[Kind], now: datetime) -> None:
    for kind in kinds:
        connection.execute(delete(imports).where(imports.c.kind == kind))
        time = date_text(now)
        connection.execute(insert(imports).values(kind=kind, imported_at=time))
