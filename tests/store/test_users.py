"""The users' file: what is written is read again, changes are seen, and bad rows are refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError, UserError
from techinfo.store.user_records import StoredQuota, StoredUser, Use
from techinfo.store.users import UsersFile

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
USER = StoredUser(
    name="noc",
    role="provider",
    provider="isp",
    networks=("192.0.2.0/24", "2001:db8::/32"),
    options={"profile": "bitvis", "strict": True},
    created=NOW,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "users.sqlite"


@pytest.fixture
def file(path: Path) -> Iterator[UsersFile]:
    """An open file with one user."""
    with UsersFile.open(path) as opened:
        opened.add(USER)
        yield opened


def spoilt(path: Path, statement: str) -> None:
    """Change a file behind the program's back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def test_what_was_written_is_read_again(file: UsersFile, path: Path) -> None:
    """Value for value, with credentials in the order in which they were made, and their uses."""
    ends = NOW + timedelta(days=90)
    first = file.add_credential("noc", "$argon2-1", label="old", now=NOW)
    second = file.add_credential("noc", "$argon2-2", label="new", now=NOW, expires=ends)
    use = Use(user="noc", credential=second, at=NOW, address="192.0.2.9")
    file.note_uses([use])

    with UsersFile.open(path) as again:
        (user,) = again.users()

    assert user.networks == USER.networks
    assert user.options == USER.options
    assert (user.role, user.provider, user.created) == ("provider", "isp", NOW)
    assert [c.id for c in user.credentials] == [first, second]
    assert [c.password_hash for c in user.credentials] == ["$argon2-1", "$argon2-2"]
    assert [c.expires for c in user.credentials] == [None, ends]
    assert [c.last_use for c in user.credentials] == [None, use]


def test_a_hash_is_never_shown(file: UsersFile) -> None:
    """Neither alone nor with its user."""
    file.add_credential("noc", "$argon2-secret", label="", now=NOW)

    assert "secret" not in repr(file.users())


def test_a_credential_holds_until_it_ends_or_is_revoked(file: UsersFile) -> None:
    """And a revoked one stays revoked since the first time."""
    ends = NOW + timedelta(hours=1)
    number = file.add_credential("noc", "$argon2", label="", now=NOW, expires=ends)
    (before,) = file.user("noc").credentials

    file.revoke("noc", number, NOW)
    file.revoke("noc", number, ends)

    (after,) = file.user("noc").credentials
    assert before.holds(NOW)
    assert not before.holds(ends)
    assert not after.holds(NOW)
    assert after.revoked == NOW


def test_the_generation_grows_with_changes_and_not_with_uses(file: UsersFile, path: Path) -> None:
    """Also with those of another process; a use is no reason to read the users again."""
    before, touched = file.generation(), file.touched()
    with UsersFile.open(path) as elsewhere:
        elsewhere.note_uses([Use(user="noc", credential=0, at=NOW, address="")])
        unchanged, used = file.generation(), file.touched()
        elsewhere.disable("noc", NOW)

    assert unchanged == before
    assert used != touched
    assert file.generation() == before + 1


def test_a_user_is_changed(file: UsersFile) -> None:
    """From where it may ask, how it is answered, and whether at all."""
    file.restrict("noc", [])
    file.set_options("noc", {"sandbox": True})
    file.disable("noc", NOW)

    user = file.user("noc")
    assert (user.networks, user.options, user.disabled) == ((), {"sandbox": True}, NOW)


def test_an_erased_user_leaves_nothing(file: UsersFile) -> None:
    """No credentials, no uses; and a number is never given twice."""
    first = file.add_credential("noc", "$argon2", label="", now=NOW)
    file.note_uses([Use(user="noc", credential=first, at=NOW, address="192.0.2.9")])

    file.remove("noc")
    file.add(USER)
    second = file.add_credential("noc", "$argon2", label="", now=NOW)

    assert file.uses() == ()
    assert second > first


def test_what_is_not_there_or_twice_is_an_error(file: UsersFile) -> None:
    """Each names the user."""
    with pytest.raises(UserError, match="already"):
        file.add(USER)
    for change in (
        lambda: file.remove("nobody"),
        lambda: file.disable("nobody", NOW),
        lambda: file.restrict("nobody", []),
        lambda: file.revoke("noc", 99, NOW),
        lambda: file.add_credential("nobody", "$argon2", label="", now=NOW),
    ):
        with pytest.raises(UserError, match=r"nobody|99"):
            change()


def test_a_user_has_so_many_credentials_that_hold(file: UsersFile) -> None:
    """A wrong password is checked against all of them; revoked ones do not count."""
    numbers = [file.add_credential("noc", "$argon2", label="", now=NOW) for _ in range(8)]

    with pytest.raises(UserError, match="revoke one"):
        file.add_credential("noc", "$argon2", label="", now=NOW)

    file.revoke("noc", numbers[0], NOW)
    file.add_credential("noc", "$argon2", label="", now=NOW)


def test_the_quota_of_a_provider_is_kept_and_taken_back(file: UsersFile) -> None:
    """One that says nothing is none."""
    file.set_quota("isp", StoredQuota(requests_per_minute=7))
    kept = file.quotas()
    file.set_quota("isp", StoredQuota())

    assert kept == {"isp": StoredQuota(requests_per_minute=7)}
    assert file.quotas() == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET options = '[]'",
        "UPDATE users SET networks = 'nonsense'",
        "UPDATE users SET created = 'yesterday'",
        "UPDATE users SET created = '2026-11-27T12:00:00'",
        "UPDATE users SET created = x'00'",
    ],
)
def test_a_spoilt_row_is_refused(file: UsersFile, path: Path, statement: str) -> None:
    """With the file's name, as a wrong setting."""
    spoilt(path, statement)

    with pytest.raises(ConfigError, match=r"users\.sqlite"):
        file.users()


def test_a_file_of_before_keys_is_led_on(file: UsersFile, path: Path) -> None:
    """Its credentials are passwords, as they were."""
    file.add_credential("noc", "$argon2-1", label="old", now=NOW)
    file.close()
    spoilt(path, "ALTER TABLE credentials DROP COLUMN scopes")
    spoilt(path, "PRAGMA user_version = 1")

    with UsersFile.open(path) as again:
        (credential,) = again.user("noc").credentials
        again.add_credential("noc", "0a", label="", now=NOW, scopes="tech.read")
        scopes = [c.scopes for c in again.user("noc").credentials]

    assert (credential.label, credential.scopes) == ("old", None)
    assert scopes == [None, "tech.read"]
