"""Inventories of every earlier version are opened, and are then as if they had been made today."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.store.schemas import described

from techinfo.errors import InventoryError
from techinfo.inventory import Inventory

VERSION_1 = """
CREATE TABLE elements (
    name TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL, driver TEXT,
    credential TEXT NOT NULL, sys_name TEXT, site TEXT, engine TEXT NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
CREATE UNIQUE INDEX elements_by_address ON elements (address, port);
CREATE TABLE imports (
    kind TEXT NOT NULL, imported_at TEXT NOT NULL, PRIMARY KEY (kind)
) WITHOUT ROWID;
CREATE TABLE accesses (
    access_id TEXT NOT NULL, legacy_access_id TEXT, element TEXT, port TEXT, port_by TEXT NOT NULL,
    ont_id INTEGER, uni INTEGER, s_vlan INTEGER, c_vlan INTEGER, state TEXT, street_name TEXT,
    street_number TEXT, street_littera TEXT, postal_code TEXT, city TEXT, country_code TEXT,
    premises_type TEXT, mdu_apartment_number TEXT, mdu_distinguisher TEXT, outlet TEXT,
    population TEXT, price_group INTEGER, national_address_uuid TEXT,
    PRIMARY KEY (access_id),
    FOREIGN KEY(element) REFERENCES elements (name) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE INDEX accesses_by_legacy_id ON accesses (legacy_access_id);
CREATE INDEX accesses_by_port ON accesses (element, port);
CREATE TABLE services (
    scope TEXT NOT NULL, vlan INTEGER, service_type TEXT NOT NULL, element TEXT, site TEXT,
    port TEXT, PRIMARY KEY (scope),
    FOREIGN KEY(element) REFERENCES elements (name) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE INDEX services_by_element ON services (element);
CREATE TABLE cpes (
    access_id TEXT NOT NULL, address TEXT, port INTEGER NOT NULL, driver TEXT,
    credential TEXT NOT NULL, mac TEXT, serial_number TEXT, engine TEXT NOT NULL,
    PRIMARY KEY (access_id),
    FOREIGN KEY(access_id) REFERENCES accesses (access_id) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
INSERT INTO elements VALUES
    ('sw-1', '192.0.2.1', 161, 'huawei_vrp', 'default', 'elm1', 'elm', 'slim', 'switch');
INSERT INTO accesses (access_id, element, port, port_by, city) VALUES
    ('A-1', 'sw-1', 'ge1', 'name', 'Elm');
INSERT INTO cpes VALUES
    ('A-1', '192.0.2.77', 161, NULL, 'default', '02:00:00:00:00:77', NULL, 'slim');
INSERT INTO services VALUES ('4' || char(31) || '101', 101, 'bb', NULL, NULL, NULL);
INSERT INTO imports VALUES ('accesses', '2026-01-31T12:00:00+00:00');
PRAGMA application_id = 0x74696E76;
PRAGMA user_version = 1;
"""
"""As the first version of the program wrote it."""

FIBRE = ("cable", "tube", "closure")


def version_1(path: Path, more: str = "") -> Path:
    """A file as the first version of the program wrote it."""
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1 + more)
    connection.close()
    return path


def test_an_inventory_of_version_1_keeps_its_rows(tmp_path: Path) -> None:
    """Elements, accesses, CPEs, services and the time of the import are there afterwards."""
    with Inventory.open(version_1(tmp_path / "a.sqlite")) as inventory:
        element, access, cpe = (
            inventory.element("sw-1"),
            inventory.access("A-1"),
            inventory.cpe("A-1"),
        )

        assert element is not None
        assert (element.site, element.driver, element.layout) == ("elm", "huawei_vrp", None)
        assert access is not None
        assert (access.element, access.port, access.city, access.module) == (
            "sw-1",
            "ge1",
            "Elm",
            None,
        )
        assert cpe is not None
        assert cpe.mac == "02:00:00:00:00:77"
        assert inventory.service_type("sw-1", "ge1", 101) == "bb"
        assert inventory.imported_at is not None
        assert list(inventory.subscriptions()) == []


def test_an_inventory_of_version_1_takes_the_records_of_today(tmp_path: Path) -> None:
    """After the migration an import of subscriptions goes through."""
    source = tmp_path / "more.yaml"
    source.write_text(
        "subscriptions: [{subscription_id: S-1, access_id: A-1, provider: isp, service: bb100,"
        " service_type: bb, state: ACTIVATED}]\n"
    )

    with Inventory.open(version_1(tmp_path / "a.sqlite")) as inventory:
        inventory.import_file(source)

        assert [s.subscription_id for s in inventory.subscriptions_on("A-1")] == ["S-1"]


def test_a_migrated_inventory_is_like_a_new_one(tmp_path: Path) -> None:
    """Tables, columns in their order, keys and indices are the same."""
    old, new = version_1(tmp_path / "old.sqlite"), tmp_path / "new.sqlite"

    for path in (old, new):
        Inventory.open(path).close()

    assert described(old) == described(new)


def test_subscriptions_without_a_date_are_told_when_they_are_migrated(tmp_path: Path) -> None:
    """What was read before may have been another's; a date tells by itself, an order nothing."""
    path = tmp_path / "a.sqlite"
    source = tmp_path / "more.yaml"
    rows = ("X-1 ", "X-2 connection_date: 2020-01-01", "X-3 state: ORDERED", "X-4 vlan: 7")
    source.write_text(
        "accesses: [{access_id: A-1}]\nsubscriptions:\n"
        + "".join(
            f"  - {{subscription_id: {row.split()[0]}, access_id: A-1, provider: p-{n},"
            f" service: x, service_type: bb, {row.split(' ', 1)[1]}}}\n"
            for n, row in enumerate(rows)
        )
    )
    with Inventory.open(path) as inventory:
        inventory.import_file(source)
    back = sqlite3.connect(path)
    back.executescript(
        "DROP INDEX accesses_by_outlet; DROP INDEX cpes_by_serial_number;"
        "DROP INDEX accesses_by_cable_group;"
        "DROP TABLE tenures; DROP TABLE turns; DROP TABLE works; DROP TABLE works_scopes;"
        "PRAGMA user_version = 5;"
    )
    for column in ("login", "port", "platform", "host_key", "old"):
        for table in ("elements", "cpes"):
            back.execute(f"ALTER TABLE {table} DROP COLUMN ssh_{column}")
    back.execute("ALTER TABLE cpes DROP COLUMN acs")
    for column in ("uplink_element", "uplink_port"):
        back.execute(f"ALTER TABLE elements DROP COLUMN {column}")
    for column in ("medium", "optic_class", "port_speed", "cable_group", *FIBRE):
        back.execute(f"ALTER TABLE accesses DROP COLUMN {column}")
    for column in ("mac_limit", "mac_locked", "dhcp_server"):
        back.execute(f"ALTER TABLE subscriptions DROP COLUMN {column}")
    back.close()
    before = datetime.now(UTC)

    with Inventory.open(path) as inventory:
        told = inventory.told_on("A-1")
        inventory.import_file(source)

        assert [(t.provider, t.vlan, t.gone) for t in told.tenures] == [
            ("p-0", None, None),
            ("p-3", 7, None),
        ]
        assert all(t.told and before <= t.told <= datetime.now(UTC) for t in told.tenures)
        assert inventory.told_on("A-1") == told


def test_an_inventory_that_cannot_be_migrated_stays_as_it_was(tmp_path: Path) -> None:
    """A table that is in the way ends the migration, and nothing of it remains."""
    path = version_1(tmp_path / "a.sqlite", "CREATE TABLE offers (mine TEXT);")
    before = described(path)

    with pytest.raises(InventoryError, match="offers"):
        Inventory.open(path)

    assert described(path) == before
