"""Who may log in: two sources, one name in one of them, and changes while the service runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from techinfo.access.logins import Logins, options_of
from techinfo.access.viewer import Options, Role
from techinfo.config import User
from techinfo.errors import ConfigError
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


@pytest.fixture
def file(tmp_path: Path) -> Iterator[UsersFile]:
    """A users' file with one provider's user."""
    with UsersFile.open(tmp_path / "users.sqlite") as opened:
        opened.add(StoredUser(name="noc", role="provider", provider="isp", created=NOW))
        opened.add_credential("noc", HASH, label="", now=NOW)
        yield opened


def user(role: str = "operator", **more: object) -> User:
    """A user of the configuration."""
    told = {"role": role, "password_hash": SecretStr(HASH)} | more
    return User.model_validate(told)


def test_both_sources_stand_side_by_side(file: UsersFile) -> None:
    """Each with its role, its provider and its options."""
    file.set_options("noc", {"profile": "bitvis", "strict": True})
    logins = Logins({"ops": user(), "isp-2": user("provider", integer_rates=True)}, file)

    (ops,), (noc,), (isp,) = (logins.of(name) for name in ("ops", "noc", "isp-2"))

    assert (ops.viewer.role, ops.viewer.provider, ops.credential) == (Role.OPERATOR, None, 0)
    assert (noc.viewer.provider, noc.credential) == ("isp", 1)
    assert noc.viewer.options == Options(profile="bitvis", strict=True)
    assert (isp.viewer.provider, isp.viewer.options) == ("isp-2", Options(integer_rates=True))
    assert logins.of("nobody") == ()


def test_a_name_in_both_stops_the_start(file: UsersFile) -> None:
    """Which of the two passwords were right, nobody could say."""
    with pytest.raises(ConfigError, match=r"users\.noc: .*file"):
        Logins({"noc": user()}, file)


def test_changes_are_seen_after_a_second_and_not_before(file: UsersFile) -> None:
    """The file is looked at once a second at most."""
    clock = Clock()
    logins = Logins({}, file, monotonic=clock)
    (login,) = logins.of("noc")
    before = logins.refresh()
    file.disable("noc", NOW)

    at_once = logins.refresh()
    clock.at += 1.5
    later = logins.refresh()

    assert at_once == before
    assert later > before
    assert logins.of("noc") == ()
    assert logins.current(login) is None


def test_a_use_changes_nothing(file: UsersFile) -> None:
    """The service notes uses all the time; the users are not read again for that."""
    clock = Clock()
    logins = Logins({}, file, monotonic=clock)
    before = logins.refresh()

    file.note_uses([])
    clock.at += 2.0

    assert logins.refresh() == before


def test_a_name_that_comes_into_both_later_is_the_configurations(
    file: UsersFile, caplog: pytest.LogCaptureFixture
) -> None:
    """A running service does not stop for it; the log tells."""
    clock = Clock()
    logins = Logins({"ops": user()}, file, monotonic=clock)

    file.add(StoredUser(name="ops", role="provider", provider="isp", created=NOW))
    clock.at += 2.0
    logins.refresh()

    (ops,) = logins.of("ops")
    assert ops.viewer.role is Role.OPERATOR
    assert "ops" in caplog.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET role = 'king'",
        "UPDATE users SET networks = '[\"nowhere\"]'",
        "UPDATE users SET options = '{\"colour\": true}'",
        "UPDATE users SET created = 'yesterday'",
    ],
)
def test_a_spoilt_file_stops_the_start_and_leaves_a_running_service_alone(
    file: UsersFile, tmp_path: Path, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What was read last stays in force, and the log tells once."""
    clock = Clock()
    logins = Logins({}, file, monotonic=clock)
    connection = sqlite3.connect(tmp_path / "users.sqlite")
    with connection:
        connection.execute(statement)
        connection.execute("UPDATE changes SET number = number + 1")
    connection.close()

    for _ in range(3):
        clock.at += 2.0
        logins.refresh()

    assert len(logins.of("noc")) == 1
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1
    with pytest.raises(ConfigError):
        Logins({}, file)


def test_ended_and_revoked_credentials_are_none(file: UsersFile) -> None:
    """The newest of those that hold comes first."""
    passed = datetime.now(UTC) - timedelta(minutes=1)
    revoked = file.add_credential("noc", HASH, label="", now=NOW)
    file.revoke("noc", revoked, NOW)
    file.add_credential("noc", HASH, label="", now=NOW, expires=passed)
    newest = file.add_credential("noc", HASH, label="", now=NOW)

    logins = Logins({}, file)

    assert [login.credential for login in logins.of("noc")] == [newest, 1]
    assert logins.most == 2


@pytest.mark.parametrize(
    "told", [{"colour": True}, {"profile": "mine"}, {"profile": True}, {"strict": "perhaps"}]
)
def test_an_option_that_is_none_is_refused(told: dict[str, str | bool]) -> None:
    """With words that name it."""
    with pytest.raises(ValueError, match=next(iter(told))):
        options_of(told)


def test_a_hash_is_never_shown(file: UsersFile) -> None:
    """Not even when a login is printed by mistake."""
    assert "argon2" not in repr(Logins({"ops": user()}, file).of("ops"))


@pytest.mark.parametrize("name", ["noc", "ops"])
def test_whom_the_settings_deny_is_refused_at_once(file: UsersFile, name: str) -> None:
    """Of the file and of the configuration, whatever the file says, and until they no longer do."""
    logins = Logins({"ops": user()}, file)
    (login,) = logins.of(name)
    before = logins.refresh()

    logins.deny([name])

    assert logins.refresh() > before
    assert (logins.of(name), logins.current(login)) == ((), None)
    assert len(logins.of("noc" if name == "ops" else "ops")) == 1
    assert Logins({"ops": user()}, file, denied=[name]).of(name) == ()
    logins.deny([])
    assert (logins.of(name), logins.current(login)) == ((login,), login)
