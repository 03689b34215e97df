"""Back-ups of a house whose files are written all the time, and the way back."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.inventory.test_migrations import VERSION_1

from techinfo.config import (
    AuditSettings,
    CollectSettings,
    InventorySettings,
    RetentionSettings,
    ServiceSettings,
    Settings,
    TicketSettings,
)
from techinfo.errors import BackupError
from techinfo.inventory import Inventory
from techinfo.maintenance.backup import back_up, checked, restore
from techinfo.maintenance.privacy import erase, erasures, found
from techinfo.maintenance.stores import Person
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.erasures import ErasuresFile, spelt
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile
from techinfo.tickets.records import NewTicket, Problem
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.store import Webhook, add, publish

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def _settings(folder: Path) -> Settings:
    return Settings(
        inventory=InventorySettings(path=folder / "inventory.sqlite"),
        audit=AuditSettings(path=folder / "audit.sqlite"),
        collect=CollectSettings(learnt=folder / "learnt.sqlite"),
        service=ServiceSettings(users_file=folder / "users.sqlite"),
        retention=RetentionSettings(erased=folder / "erased.sqlite"),
        tickets=TicketSettings(desk="here", path=folder / "tickets.sqlite"),
    )


def _entry(access_id: str) -> AuditEntry:
    return AuditEntry(
        at=NOW, user="ann", role="operator", method="GET", path="/x", access_id=access_id
    )


def _accesses(path: Path) -> list[str]:
    with AuditFile.open_read_only(path) as file:
        return sorted(entry.access_id or "" for entry in file.entries())


def _files(settings: Settings) -> list[str]:
    """Less what SQLite puts beside a file while it is open."""
    found = (p.name for p in settings.audit.path.parent.iterdir())
    return sorted(name for name in found if not name.endswith(("-wal", "-shm")))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a house with an inventory, users and one entry in the audit log; nothing was learnt."""
    (tmp_path / "data").mkdir()
    settings = _settings(tmp_path / "data")
    source = tmp_path / "network.yaml"
    source.write_text("elements: [{name: sw-1, address: 192.0.2.1}]\naccesses: []\n")
    with Inventory.open(settings.inventory.path) as inventory:
        inventory.import_file(source)
    UsersFile.open(settings.service.users_file).close()
    with AuditFile.open(settings.audit.path) as file:
        file.write([_entry("A-1")])
    return settings


def test_what_was_saved_comes_back(settings: Settings, tmp_path: Path) -> None:
    """All files, as they were; those that were there meanwhile stay under names of their own."""
    saved = back_up(settings, tmp_path / "saved", now=lambda: NOW)
    with AuditFile.open(settings.audit.path) as file:
        file.write([_entry("A-2")])
    settings.inventory.path.unlink()

    done = restore(settings, tmp_path / "saved", now=lambda: NOW)

    assert [s.store.name for s in saved] == ["inventory", "users", "audit"]
    assert _accesses(settings.audit.path) == ["A-1"]
    with Inventory.open(settings.inventory.path) as inventory:
        assert inventory.element("sw-1") is not None
    before = {path.name: kept for path, kept in done}
    assert before["inventory.sqlite"] is None
    assert before["audit.sqlite"] is not None
    assert before["audit.sqlite"].name == "audit.sqlite.before-20261001T120000Z"
    assert _accesses(before["audit.sqlite"]) == ["A-1", "A-2"]


def test_a_back_up_is_for_its_owner(settings: Settings, tmp_path: Path) -> None:
    """It holds hashes of passwords."""
    saved = back_up(settings, tmp_path / "saved")

    for path in (tmp_path / "saved", *(s.path for s in saved)):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_back_up_is_of_one_moment_while_others_write(settings: Settings, tmp_path: Path) -> None:
    """Pairs that are written together are together in every copy, and no writer has to wait."""
    stop, failed = threading.Event(), []

    def write() -> None:
        number = 0
        with AuditFile.open(settings.audit.path) as file:
            while not stop.is_set():
                number += 1
                try:
                    file.write([_entry(f"L-{number}"), _entry(f"R-{number}")])
                except Exception as error:  # noqa: BLE001 - told below
                    failed.append(error)
                    return

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        counts = []
        for n in range(5):
            back_up(settings, tmp_path / f"saved-{n}")
            found = _accesses(tmp_path / f"saved-{n}" / "audit.sqlite")
            left = [a[2:] for a in found if a and a.startswith("L-")]
            right = [a[2:] for a in found if a and a.startswith("R-")]
            assert left == right
            counts.append(len(left))
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=300)

    assert failed == []
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_files_that_a_service_has_open_are_not_replaced(settings: Settings, tmp_path: Path) -> None:
    """Not even when it only idles; nothing at all has been changed then."""
    back_up(settings, tmp_path / "saved")
    with AuditFile.open(settings.audit.path) as running:
        running.write([_entry("A-2")])
        before = _files(settings)

        with pytest.raises(BackupError, match=r"audit\.sqlite: is in use; stop the service first"):
            restore(settings, tmp_path / "saved")

        running.write([_entry("A-3")])
        after = _files(settings)
    assert after == before
    assert _accesses(settings.audit.path) == ["A-1", "A-2", "A-3"]


def _flip(folder: Path) -> None:
    path = folder / "audit.sqlite"
    octets = bytearray(path.read_bytes())
    octets[-1] ^= 1
    path.write_bytes(octets)


def _cut(folder: Path) -> None:
    path = folder / "audit.sqlite"
    path.write_bytes(path.read_bytes()[:-1])


def _manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        path = folder / "manifest.json"
        told = json.loads(path.read_text())
        change(told)
        path.write_text(json.dumps(told))

    return changed


def _newer(folder: Path) -> None:
    path = folder / "audit.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    _manifest(lambda told: told["files"]["audit"].update(sha256=digest))(folder)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_flip, "SHA-256"),
        (_cut, "not as long"),
        (_newer, "newer techinfo"),
        (lambda f: (f / "audit.sqlite").unlink(), "cannot be read"),
        (lambda f: (f / "manifest.json").unlink(), "cannot be read"),
        (lambda f: (f / "manifest.json").write_text("{}"), "no manifest"),
        (_manifest(lambda t: t["files"].update({"../x": t["files"]["audit"]})), "does not know"),
        (_manifest(lambda t: t["files"]["audit"].update(sha256="x")), "no manifest"),
        (lambda f: (f / "audit.sqlite").write_bytes((f / "users.sqlite").read_bytes()), "audit"),
    ],
)
def test_a_back_up_that_is_not_whole_is_refused(
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    """Before anything has been changed."""
    back_up(settings, tmp_path / "saved")
    spoil(tmp_path / "saved")
    before = {p.name: p.read_bytes() for p in settings.audit.path.parent.iterdir()}

    with pytest.raises(BackupError, match=words):
        checked(tmp_path / "saved")
    with pytest.raises(BackupError, match=words):
        restore(settings, tmp_path / "saved")

    assert {p.name: p.read_bytes() for p in settings.audit.path.parent.iterdir()} == before


def _linked(name: str) -> Callable[[Path], None]:
    """The file is there, but elsewhere."""

    def spoil(folder: Path) -> None:
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)

    return spoil


def _fifo(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return spoil


def _with(statement: str) -> Callable[[Path], None]:
    """A whole back-up by its manifest, with something more in a schema."""

    def spoil(folder: Path) -> None:
        path = folder / "audit.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            connection.commit()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        new = {"sha256": digest, "size": path.stat().st_size}
        _manifest(lambda told: told["files"]["audit"].update(new))(folder)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_linked("audit.sqlite"), "cannot be read"),
        (_linked("manifest.json"), "cannot be read"),
        (_fifo("audit.sqlite"), "is no regular file"),
        (_fifo("manifest.json"), "is no regular file"),
        (_with("CREATE VIEW shown AS SELECT * FROM entries"), "not ours, or lacks it: 'shown'"),
        (
            _with(
                "CREATE TRIGGER told AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
            ),
            "not ours, or lacks it: 'told'",
        ),
        (_with("CREATE TABLE more (x)"), "not ours, or lacks it: 'more'"),
        (_with("CREATE VIRTUAL TABLE deep USING fts5(x)"), "not ours, or lacks it: 'deep"),
        (_with("DROP INDEX entries_of_user"), "not ours, or lacks it: 'entries_of_user'"),
        (
            _with("ALTER TABLE entries ADD COLUMN more AS (lower(path))"),
            "not ours, or lacks it: 'entries'",
        ),
    ],
)
def test_what_was_planted_is_refused(
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    """No link is followed, nothing but files is read, and no schema but ours gets in."""
    back_up(settings, tmp_path / "saved")
    spoil(tmp_path / "saved")
    before = {p.name: p.read_bytes() for p in settings.audit.path.parent.iterdir()}

    with pytest.raises(BackupError, match=words):
        checked(tmp_path / "saved")
    with pytest.raises(BackupError, match=words):
        restore(settings, tmp_path / "saved")

    assert {p.name: p.read_bytes() for p in settings.audit.path.parent.iterdir()} == before


def test_a_link_where_the_copy_goes_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    """What it leads to stays as it is."""
    back_up(settings, tmp_path / "saved")
    (tmp_path / "precious").write_text("mine")
    planted = settings.audit.path.with_name(".audit.sqlite.restoring")
    planted.symlink_to(tmp_path / "precious")

    restore(settings, tmp_path / "saved")

    assert (tmp_path / "precious").read_text() == "mine"
    assert not settings.audit.path.is_symlink()
    assert _accesses(settings.audit.path) == ["A-1"]


def test_a_log_beside_a_back_up_counts_for_nothing(settings: Settings, tmp_path: Path) -> None:
    """What was written after the copy was made, or by whoever planted it, is not in it."""
    back_up(settings, tmp_path / "saved")
    source = tmp_path / "saved" / "audit.sqlite"
    other = tmp_path / "other.sqlite"
    shutil.copy(source, other)
    with AuditFile.open(other) as file:
        file.write([_entry("A-planted")])
        shutil.copy(tmp_path / "other.sqlite-wal", tmp_path / "saved" / "audit.sqlite-wal")

    restore(settings, tmp_path / "saved")

    assert _accesses(settings.audit.path) == ["A-1"]


NEW_TICKET = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="no link",
    description="the CPE is 02-00-00-ab-cd-ef",
    problem=Problem.NO_LINK,
)
OF_ACCESS, OF_MAC = Person(access_id="A-1"), Person(mac="02:00:00:AB:CD:EF")


def _known_of(settings: Settings, person: Person) -> int:
    return sum(len(one.rows) for one in found(settings, person))


@pytest.mark.parametrize("person", [OF_ACCESS, OF_MAC])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_was_erased_is_not_brought_back(
    settings: Settings, tmp_path: Path, person: Person, *, elsewhere: bool
) -> None:
    """By the list of this house, or where that is gone, by one in a later back-up."""
    with TicketFile.open(settings.tickets.path) as file:
        file.create(NEW_TICKET, None, lambda: NOW)
    back_up(settings, tmp_path / "before", now=lambda: NOW)
    assert _known_of(settings, person) > 0
    erase(settings, person, by="ann", now=lambda: NOW + timedelta(hours=1))
    if elsewhere:
        settings.tickets.path.unlink()
        settings.audit.path.unlink()
        back_up(settings, tmp_path / "after", now=lambda: NOW + timedelta(hours=2))
        settings.retention.erased.unlink()
        restore(settings, tmp_path / "after", now=lambda: NOW + timedelta(hours=3))
        assert [e.by for e in erasures(settings, person)] == ["ann"]

    restore(settings, tmp_path / "before", now=lambda: NOW + timedelta(hours=4))

    assert _known_of(settings, person) == 0
    assert b"02-00-00-ab-cd-ef" not in settings.tickets.path.read_bytes() or person is OF_ACCESS


def test_who_came_after_an_erasure_stays(settings: Settings, tmp_path: Path) -> None:
    """An access is erased of one household; a back-up of later has the next one's rows."""
    erase(settings, OF_ACCESS, by="ann", now=lambda: NOW)
    with TicketFile.open(settings.tickets.path) as file:
        file.create(NEW_TICKET, None, lambda: NOW + timedelta(hours=1))
    back_up(settings, tmp_path / "saved", now=lambda: NOW + timedelta(hours=2))

    restore(settings, tmp_path / "saved", now=lambda: NOW + timedelta(hours=3))

    assert _known_of(settings, OF_ACCESS) == 1


def test_an_erasure_that_broke_off_is_carried_out_on_what_is_restored(
    settings: Settings, tmp_path: Path
) -> None:
    """Nobody knows how far it came."""
    with ErasuresFile.open(settings.retention.erased) as file:
        file.note(spelt(access_id="A-1"), NOW, "ann")
    back_up(settings, tmp_path / "saved", now=lambda: NOW + timedelta(hours=1))

    restore(settings, tmp_path / "saved")

    assert _accesses(settings.audit.path) == []


def test_a_back_up_of_an_older_techinfo_is_brought_up_to_date(
    settings: Settings, tmp_path: Path
) -> None:
    """And has then nothing but our tables."""
    settings.inventory.path.unlink()
    with closing(sqlite3.connect(settings.inventory.path)) as connection:
        connection.executescript(VERSION_1)
    back_up(settings, tmp_path / "saved")

    checked(tmp_path / "saved")
    restore(settings, tmp_path / "saved")

    with Inventory.open(settings.inventory.path) as inventory:
        assert inventory.access("A-1") is not None


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    """All files are replaced, or none: here the last one's folder is gone."""
    back_up(settings, tmp_path / "saved")
    elsewhere = settings.model_copy(
        update={"audit": AuditSettings(path=tmp_path / "gone" / "audit.sqlite")}
    )
    with UsersFile.open(settings.service.users_file) as users:
        users.add(StoredUser(name="bob", role="operator", created=NOW))
    before = _files(settings)

    with pytest.raises(BackupError, match="cannot be copied"):
        restore(elsewhere, tmp_path / "saved")

    assert _files(settings) == before
    with UsersFile.open(settings.service.users_file) as users:
        assert [user.name for user in users.users()] == ["bob"]


def test_a_damaged_file_is_replaced(settings: Settings, tmp_path: Path) -> None:
    """That is what back-ups are for."""
    back_up(settings, tmp_path / "saved")
    settings.audit.path.write_bytes(b"rubbish" * 1000)

    restore(settings, tmp_path / "saved")

    assert _accesses(settings.audit.path) == ["A-1"]


def test_a_folder_that_holds_something_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    """A back-up never mixes with an older one."""
    back_up(settings, tmp_path / "saved")

    with pytest.raises(BackupError, match="is there already"):
        back_up(settings, tmp_path / "saved")


def test_a_damaged_file_is_not_saved_as_if_it_were_whole(
    settings: Settings, tmp_path: Path
) -> None:
    """The back-up fails, names the file, and leaves no folder."""
    settings.audit.path.write_bytes(b"rubbish" * 1000)

    with pytest.raises(BackupError, match=r"audit\.sqlite: cannot be copied"):
        back_up(settings, tmp_path / "saved")

    assert not (tmp_path / "saved").exists()
    assert not (tmp_path / ".saved.part").exists()


def test_nothing_at_all_is_no_back_up(tmp_path: Path) -> None:
    """A wrong configuration must not end in an empty back-up that looks well."""
    (tmp_path / "data").mkdir()

    with pytest.raises(BackupError, match="nothing to save"):
        back_up(_settings(tmp_path / "data"), tmp_path / "saved")


def test_messages_of_who_was_erased_are_not_brought_back(
    settings: Settings, tmp_path: Path
) -> None:
    """They name an access in their JSON alone."""
    with TicketFile.open(settings.tickets.path) as file:
        hook = Webhook(
            id="h-1", provider="isp", sandbox=False, url="https://isp.example/x", created_at=NOW
        )
        add(file, hook, most=1)
        for kind, facts in (
            ("works", {"works": {"accessIds": ["A-2", "A-1"]}}),
            ("watch", {"watch": {"accessId": "A-1"}}),
        ):
            assert publish(file, kind, NOW, {"isp": facts}) == 1
    back_up(settings, tmp_path / "before", now=lambda: NOW)
    erase(settings, OF_ACCESS, by="ann", now=lambda: NOW + timedelta(hours=1))

    restore(settings, tmp_path / "before", now=lambda: NOW + timedelta(hours=4))

    assert b"A-1" not in settings.tickets.path.read_bytes()
    assert b"A-2" in settings.tickets.path.read_bytes()
