"""``techinfo user`` and ``techinfo audit``, as an operator calls them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.cli.conftest import Run

from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.tokens import Token, TokensFile
from techinfo.store.user_records import Use
from techinfo.store.users import UsersFile


def users(folder: Path) -> UsersFile:
    """The file that the commands made."""
    return UsersFile.open(folder / "users.sqlite")


def test_a_password_is_made_and_shown_once(techinfo: Run, tmp_path: Path) -> None:
    """Alone on standard output; the file holds its Argon2 hash."""
    done = techinfo("user", "add", "noc", "--provider", "isp", "--network", "192.0.2.0/24")

    password = done.stdout.strip()
    with users(tmp_path) as file:
        (user,) = file.users()
    assert done.returncode == 0, done.stderr
    assert len(password) >= 32
    assert (user.role, user.provider, user.networks) == ("provider", "isp", ("192.0.2.0/24",))
    assert PasswordHasher().verify(user.credentials[0].password_hash, password)
    assert password not in techinfo("user", "show", "noc").stdout
    assert password not in (tmp_path / "users.sqlite").read_bytes().decode("latin-1")


def test_a_password_may_come_from_a_file_and_is_not_shown(techinfo: Run, tmp_path: Path) -> None:
    """Nor is it an argument that others could see."""
    (tmp_path / "password").write_text("correct horse battery\n", encoding="utf-8")

    done = techinfo("user", "add", "ops", "--role", "operator", "--password-file", "password")

    with users(tmp_path) as file:
        (credential,) = file.user("ops").credentials
    assert done.returncode == 0, done.stderr
    assert "correct horse" not in done.stdout + done.stderr
    assert PasswordHasher().verify(credential.password_hash, "correct horse battery")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "noc", "--password-file", "short"], "12 characters"),
        (["add", "noc", "--password-file", "missing"], "is not there"),
        (["add", "noc", "--expires", "yesterday"], "--expires"),
        (["add", "noc", "--expires", "2020-01-01"], "has passed"),
        (["add", "no body"], "a name is"),
        (["add", "noc", "--network", "192.0.2.7/24"], "host bits"),
        (["add", "noc", "--role", "engineer", "--provider", "isp"], "--provider"),
        (["add", "admin"], "configuration has"),
        (["show", "nobody"], "nobody"),
        (["credential", "revoke", "nobody", "1"], "nobody"),
        (["networks", "nobody", "192.0.2.0/24"], "nobody"),
        (["remove", "nobody", "--yes"], "nobody"),
        (["quota", "isp", "--in-flight", "3", "--as-usual"], "--as-usual"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(
    techinfo: Run, tmp_path: Path, arguments: list[str], words: str
) -> None:
    """Exit status 1 or 2, the words name the trouble, and no half of a user stays."""
    (tmp_path / "short").write_text("short\n", encoding="utf-8")
    (tmp_path / "techinfo.toml").write_text(
        f'[users.admin]\nrole = "operator"\npassword_hash = "{PasswordHasher().hash("x")}"\n',
        encoding="utf-8",
    )

    done = techinfo("user", *arguments, TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode in {1, 2}
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    with users(tmp_path) as file:
        assert file.users() == ()


@pytest.mark.long
def test_a_password_is_changed_without_a_gap(techinfo: Run, tmp_path: Path) -> None:
    """Add the new one, see that the old one is not used any more, revoke it."""
    techinfo("user", "add", "noc", "--label", "old")
    added = techinfo(
        "user", "credential", "add", "noc", "--label", "new [2027]", "--expires", "90d"
    )
    with users(tmp_path) as file:
        at = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
        file.note_uses([Use(user="noc", credential=2, at=at, address="192.0.2.9")])

    revoked = techinfo("user", "credential", "revoke", "noc", "1")
    listed = techinfo("user", "credential", "list", "noc").stdout.splitlines()

    assert (added.returncode, revoked.returncode) == (0, 0)
    assert "revoked" in listed[1]
    assert "never" in listed[1]
    assert "holds" in listed[2]
    assert "2026-11-27 12:00Z" in listed[2]
    assert "192.0.2.9" in listed[2]
    assert "new [2027]" in listed[2]


@pytest.mark.long
def test_options_networks_and_quotas_are_set_and_shown(techinfo: Run, tmp_path: Path) -> None:
    """What is not named stays as it was; what is no option is refused."""
    techinfo("user", "add", "noc", "--provider", "isp")
    techinfo("user", "options", "noc", "profile=bitvis", "strict")
    techinfo("user", "options", "noc", "strict=no", "last-known")
    refused = techinfo("user", "options", "noc", "colour")
    techinfo("user", "networks", "noc", "2001:db8::/32")
    techinfo("user", "quota", "isp", "--in-flight", "4")
    quota = techinfo("user", "quota", "isp", "--waiting", "0").stdout

    with users(tmp_path) as file:
        user = file.user("noc")
    assert user.options == {"profile": "bitvis", "strict": False, "last_known": True}
    assert user.networks == ("2001:db8::/32",)
    assert refused.returncode == 1
    assert "colour" in refused.stderr
    assert quota.splitlines()[2:] == ["in_flight: 4", "waiting: 0"]


@pytest.mark.long
def test_a_user_is_disabled_enabled_and_removed(techinfo: Run, tmp_path: Path) -> None:
    """Removing asks first; without an answer nothing happens."""
    techinfo("user", "add", "noc")

    techinfo("user", "disable", "noc")
    disabled = techinfo("user", "list").stdout
    techinfo("user", "enable", "noc")
    enabled = techinfo("user", "list").stdout
    unanswered = techinfo("user", "remove", "noc")
    still = techinfo("user", "list").stdout
    techinfo("user", "remove", "noc", "--yes")

    assert "disabled" in disabled
    assert "disabled" not in enabled
    assert unanswered.returncode == 1
    assert "noc" in still
    with users(tmp_path) as file:
        assert file.users() == ()


@pytest.mark.long
def test_the_audit_log_is_shown_by_access_and_user(techinfo: Run, tmp_path: Path) -> None:
    """As lines for people, as JSON for programs; hostile texts stay on their line."""
    entry = AuditEntry(
        at=datetime.now(UTC) - timedelta(hours=2),
        user="noc",
        role="provider",
        provider="isp",
        on_behalf_of="Åsa [bold]",
        address="192.0.2.9",
        method="GET",
        path="/2.6/tech/access/A-1\n/hardware\x1b[31m",
        access_id="A-1",
        status=504,
        error_id="abc123",
    )
    with AuditFile.open(tmp_path / "audit.sqlite") as file:
        file.write([entry], lost=3)

    lines = techinfo("audit", "show", "--access", "A-1").stdout.splitlines()
    as_json = techinfo("audit", "show", "--user", "noc", "--json", "--since", "1d").stdout
    later = techinfo("audit", "show", "--since", "1h", "--access", "A-1").stdout

    assert len(lines) == 2
    assert "3 entries could not be kept" in lines[0]
    assert "noc(provider isp) 192.0.2.9 for 'Åsa [bold]' GET" in lines[1]
    assert lines[1].endswith("access A-1 504 error abc123")
    assert "\x1b" not in lines[1]
    told = [json.loads(line) for line in as_json.splitlines()]
    assert told[1]["path"] == entry.path
    assert told[1]["status"] == 504
    assert "A-1" not in later


def test_without_an_audit_log_the_command_says_where_it_looked(techinfo: Run) -> None:
    """And creates none."""
    done = techinfo("audit", "show")

    assert done.returncode == 2
    assert "audit.path" in done.stderr


def test_a_key_is_made_shown_once_and_taken_back(techinfo: Run, tmp_path: Path) -> None:
    """For what it is made for; the file has its SHA-256."""
    techinfo("user", "add", "noc", "--provider", "isp")
    done = techinfo("user", "key", "add", "noc", "--scope", "tech.read", "--label", "light")
    refused = techinfo("user", "key", "add", "noc", "--scope", "admin")
    key = done.stdout.strip()
    listed = techinfo("user", "key", "list", "noc").stdout
    passwords = techinfo("user", "credential", "list", "noc").stdout

    assert done.returncode == 0, done.stderr
    assert key.startswith("tik_")
    assert len(key) >= 40
    assert refused.returncode == 1
    assert "admin" in refused.stderr
    assert "tech.read" in listed
    assert "light" in listed
    assert "light" not in passwords
    assert key.encode() not in (tmp_path / "users.sqlite").read_bytes()
    assert techinfo("user", "key", "revoke", "noc", "1").returncode == 1  # a password
    assert techinfo("user", "key", "revoke", "noc", "2").returncode == 0
    with users(tmp_path) as file:
        assert [c.revoked is None for c in file.user("noc").credentials] == [True, False]


def test_tokens_are_listed_and_taken_back(techinfo: Run, tmp_path: Path) -> None:
    """One, those of a user, or all; what is neither is an error."""
    now = datetime.now(UTC)
    with TokensFile.open(tmp_path / "tokens.sqlite") as file:
        for n, user in enumerate(["isp", "isp", "noc", "ended"]):
            ends = now + timedelta(minutes=-1 if user == "ended" else 14)
            token = Token(
                token_hash=f"hash-{n}",
                id=f"id-{n}",
                user=user,
                credential=1,
                password_digest="x",  # noqa: S106 - none
                scopes="tech.read",
                created=now,
                ends=ends,
                address="192.0.2.7",
            )
            file.add(token, most=10)

    listed = techinfo("tokens", "list").stdout
    assert all(words in listed for words in ("id-0", "id-2", "tech.read", "192.0.2.7"))
    assert "id-3" not in listed
    assert "hash-" not in listed
    assert "id-2" not in techinfo("tokens", "list", "--user", "isp").stdout
    assert techinfo("tokens", "revoke").returncode == 2
    assert techinfo("tokens", "revoke", "id-9").returncode == 2
    assert techinfo("tokens", "revoke", "id-0").returncode == 0
    assert techinfo("tokens", "revoke", "--user", "isp").returncode == 0
    with TokensFile.open(tmp_path / "tokens.sqlite") as file:
        assert {token.id for token in file.tokens()} == {"id-2", "id-3"}
    assert techinfo("tokens", "revoke", "--all").returncode == 0
    with TokensFile.open(tmp_path / "tokens.sqlite") as file:
        assert file.tokens() == ()
