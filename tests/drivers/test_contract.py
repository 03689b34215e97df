"""What every driver owes, whatever it drives."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from techinfo.collect import load
from techinfo.driver.driver import Driver, bound, is_prefix
from techinfo.driver.tables import Table
from techinfo.facts.build import tables_of
from techinfo.facts.describe import described
from techinfo.facts.plan import columns, scalars
from techinfo.model import Fact

SHARED = Path(__file__).parents[3] / "shared"
LOOKED_UP = Path(__file__).parent / "looked_up"
COPIES = LOOKED_UP / "copies.csv"
DRIVERS = load()
NAMES = sorted(DRIVERS.drivers)
OID = re.compile(r"\d+(\.\d+)+")


def _bound(driver: Driver) -> list[Driver]:
    """The driver for each of its models: the bases that its own claims can lead to."""
    claims = driver.sys_object_ids
    own = [b for b in driver.bases if any(is_prefix(b, c) or is_prefix(c, b) for c in claims)]
    return [bound(driver, prefix) for prefix in own or claims] or [driver]


def _tables(driver: Driver) -> list[Table]:
    return [table for fact in Fact for table in tables_of(driver, fact)]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _known_oids() -> frozenset[str]:
    """Those of the compiled MIBs, and those that were looked up (`looked_up/README.md`)."""
    files = [p for p in LOOKED_UP.glob("*.csv") if p != COPIES]
    rows = [row for path in (SHARED / "mib-facts.csv", *files) for row in _csv(path)]
    return frozenset(row["oid"] for row in rows)


@cache
def _copies() -> dict[str, str]:
    return {row["root"] + ".": row["copy_of"] + "." for row in _csv(COPIES)}


def _is_known(oid: str) -> bool:
    """Whether a MIB has it, or the tree that its own is a copy of."""
    names = {
        oid,
        *(of + oid[len(root) :] for root, of in _copies().items() if oid.startswith(root)),
    }
    return not names.isdisjoint(_known_oids())


@pytest.mark.parametrize("name", NAMES)
def test_a_driver_says_who_it_is(name: str) -> None:
    """Name, maker and series are there, and claims are OIDs."""
    driver = DRIVERS.drivers[name]

    claims = driver.sys_object_ids

    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name)
    assert name == "generic" or (driver.vendor and driver.series and claims)
    assert all(OID.fullmatch(claim) for claim in claims)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_source_and_absolute_oids(name: str) -> None:
    """Once bound to a model a driver asks real OIDs, each from a stated source."""
    for driver in _bound(DRIVERS.drivers[name]):
        asked = {oid for t in _tables(driver) for oid in (*columns(t), *scalars(t))}

        assert all(table.mib for table in _tables(driver))
        assert all(OID.fullmatch(oid) for oid in asked)


@pytest.mark.parametrize("name", NAMES)
def test_no_oid_is_invented(name: str) -> None:
    """Every column is in the compiled MIBs, unless its table names a recording as its source.

    ``looked_up/`` has those of modules that were not compiled, each with where it was looked up.
    """
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")

    for driver in _bound(DRIVERS.drivers[name]):
        for table in _tables(driver):
            unknown = {oid for oid in columns(table) if not _is_known(oid)}

            assert not unknown or "recording" in table.mib, (
                f"{table.mib}: look these up in the module and add a line for each to a file of"
                f" tests/drivers/looked_up/: {sorted(unknown)}"
            )


@pytest.mark.parametrize("name", NAMES)
def test_what_goes_over_omci_is_asked_by_no_other_table(name: str) -> None:
    """Else a walk for some other fact would ask every ONT of the OLT."""
    for driver in _bound(DRIVERS.drivers[name]):
        dear = {oid for table in driver.ont_light for oid in columns(table)}
        others = [t for f in Fact if f is not Fact.ONT_LIGHT for t in tables_of(driver, f)]

        assert not dear & {oid for table in others for oid in columns(table)}
        assert driver.onts or not driver.ont_light


@pytest.mark.parametrize("name", NAMES)
def test_a_driver_can_be_described(name: str) -> None:
    """`techinfo drivers NAME` has a line for every value."""
    parts = list(described(DRIVERS.drivers[name]))

    assert {"device", "link", "counters"} <= {part.fact for part in parts}
    assert all(field.oid and field.unit for part in parts for field in part.fields)


@pytest.mark.parametrize("name", NAMES)
def test_no_driver_asks_more_at_once_than_is_proven_safe(name: str) -> None:
    """More than ten varbinds in a request need proof (field note A2); no driver states any."""
    limits = DRIVERS.drivers[name].limits

    assert 1 <= limits.varbinds <= 10
    assert 1 <= limits.max_repetitions <= 50
