"""How staged records take the place of the old ones, and what that changed."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, func, insert, select

from techinfo.inventory.importing.report import Counts
from techinfo.inventory.importing.staging import Staging
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.tables import TABLES

_PARENTS: dict[Kind, tuple[str, Kind]] = {
    "cpes": ("access_id", "accesses"),
    "services": ("element", "elements"),
    "subscriptions": ("access_id", "accesses"),
    "offers": ("access_id", "accesses"),
}


def replace(connection: Connection, staging: Staging) -> dict[Kind, Counts]:
    """Replace every staged kind; what hung on a removed record goes with it.

    Only what differs is written, so that a daily import of the same records costs little.
    """
    counts: dict[Kind, Counts] = {}
    for kind in RECORDS:
        if kind in staging.tables:
            counts[kind] = _replace_kind(connection, staging, kind)
    for kind, (key, target) in _PARENTS.items():
        if kind not in staging.tables and target in staging.tables:
            lost = _remove_orphans(connection, kind, key, target)
            if lost.removed:
                counts[kind] = lost
    return counts


def _replace_kind(connection: Connection, staging: Staging, kind: Kind) -> Counts:
    real, staged = TABLES[kind], staging.tables[kind]
    identity = next(iter(real.primary_key.columns))
    twin = staged.c[identity.name] == identity
    same = and_(
        twin,
        *(
            staged.c[column.name].is_not_distinct_from(column)
            for column in real.columns
            if column is not identity
        ),
    )
    before = connection.execute(select(func.count()).select_from(real)).scalar_one()
    after = connection.execute(select(func.count()).select_from(staged)).scalar_one()
    common = connection.execute(
        select(func.count()).select_from(real.join(staged, twin))
    ).scalar_one()
    gone = connection.execute(delete(real).where(~select(1).where(same).exists())).rowcount
    names = [column.name for column in real.columns]
    come = (
        select(*(staged.c[name] for name in names))
        .where(~select(1).where(twin).exists())
        .order_by(staged.c[identity.name])
    )
    connection.execute(insert(real).from_select(names, come))
    changed = gone - (before - common)
    return Counts(
        added=after - common,
        changed=changed,
        removed=before - common,
        unchanged=common - changed,
    )


def _remove_orphans(connection: Connection, kind: Kind, key: str, target: Kind) -> Counts:
    real, parents = TABLES[kind], TABLES[target]
    parent = next(iter(parents.primary_key.columns))
    orphan = and_(real.c[key].is_not(None), ~select(1).where(parent == real.c[key]).exists())
    removed = connection.execute(delete(real).where(orphan)).rowcount
    left = connection.execute(select(func.count()).select_from(real)).scalar_one()
    return Counts(removed=removed, unchanged=left)
