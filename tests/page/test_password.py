"""A password that its owner renews on the page: what ends with it, and whose may not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.played import Clock, stocked
from tests.api.served import CHEAP, ENOUGH, ServedApi, serve
from tests.api.v1.network import INVENTORY, OPS, USERS, recordings
from tests.page.test_page import HERE, Words, log_in, talk

from techinfo.access.logins import Logins
from techinfo.api.app import create_app
from techinfo.api.asgi.quotas import Quotas
from techinfo.api.asgi.sessions import Sessions
from techinfo.page.app import Page
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches
from techinfo.store.sessions import SessionsFile
from techinfo.store.user_records import StoredCredential, StoredUser
from techinfo.store.users import UsersFile

OLD, NEW = "the-word-until-now", "quite another word"
ENG, NOC = ("anna", OLD), ("noc", OLD)
NOW = datetime.now(UTC).replace(microsecond=0)
"""Whether a credential has expired is judged by the time that it is."""
API = "/techinfo/v1/sessions/password"
RENEWED = "/sessions?renewed=1"


@dataclass
class Renewing:
    """A service with a page, and the files behind it."""

    served: ServedApi
    users: UsersFile
    audit: AuditFile
    entries: Batches[AuditEntry]

    def talk(self, words: Words) -> Any:
        """Ask as a browser does; afterwards everything is written down."""
        found = talk(self.served, words)
        self.entries.close()
        return found

    def passwords(self, name: str) -> list[StoredCredential]:
        """Those of a user that hold."""
        return [c for c in self.users.user(name).credentials if c.holds(NOW)]


@pytest.fixture
def days() -> int | None:
    """``page.password_days``."""
    return None


@pytest.fixture
def service(tmp_path: Path, days: int | None) -> Iterator[Renewing]:
    """An engineer and a provider of the users' file, an operator of the configuration."""
    clock = Clock(NOW)
    served = serve(stocked(tmp_path, INVENTORY), recordings().open, clock=clock, users=USERS)
    state = served.app.state.app_state
    with (
        UsersFile.open(tmp_path / "users.sqlite") as users,
        AuditFile.open(tmp_path / "audit.sqlite") as audit,
    ):
        ends = NOW + timedelta(days=9)
        for name, role in (("anna", "engineer"), ("noc", "provider")):
            users.add(StoredUser(name=name, role=role, created=NOW))
            users.add_credential(name, CHEAP.hash(OLD), label="hers", now=NOW, expires=ends)
            users.add_credential(name, CHEAP.hash("of a script"), label="script", now=NOW)
        entries = Batches[AuditEntry](audit.write, "entries of the audit log")
        logins = Logins({"ops": USERS["ops"]}, users)
        renewed_for = None if days is None else timedelta(days=days)
        sessions = Sessions(logins, SessionsFile.in_memory(), renewed_for=renewed_for, now=clock)
        middleware = replace(
            state.middleware,
            logins=logins,
            quotas=Quotas(ENOUGH, logins),
            sessions=sessions,
            audit=entries,
        )
        served.app = create_app(replace(state, middleware=middleware), page=Page)
        yield Renewing(served, users, audit, entries)
        entries.close()


async def renew(
    client: httpx.AsyncClient, old: str = OLD, new: str = NEW, again: str | None = None
) -> httpx.Response:
    """Send the form."""
    form = {"old": old, "new": new, "again": new if again is None else again}
    return await client.post("/password", data=form, headers=HERE | {"Accept-Language": "en"})


def test_a_renewed_password_ends_all_sessions_but_this_one(service: Renewing) -> None:
    """The old one is wrong at once; whoever renewed it goes on without a log-in."""

    async def words(client: httpx.AsyncClient) -> Any:
        await log_in(client, ENG)
        elsewhere = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        client.cookies.clear()
        await log_in(client, ENG)
        form = await client.get("/password", headers={"Accept-Language": "sv"})
        answer = await renew(client)
        here = await client.get("/sessions?renewed=1", headers={"Accept-Language": "en"})
        client.cookies.clear()
        there = await client.get("/", headers={"Cookie": elsewhere})
        return (
            form,
            answer,
            here,
            there,
            await log_in(client, ENG),
            await log_in(client, (*ENG[:1], NEW)),
        )

    form, answer, here, there, old, new = service.talk(words)

    assert 'autocomplete="current-password"' in form.text
    assert "Byt lösenord" in form.text
    assert (answer.status_code, answer.headers["location"]) == (303, RENEWED)
    assert "The password is changed" in here.text
    assert here.text.count("this one") == 1
    assert here.text.count('name="id"') == 1  # no other session is left
    assert there.status_code == 303  # to the log-in
    assert (old.status_code, new.status_code) == (401, 303)
    hers, script = sorted(service.passwords("anna"), key=lambda c: c.label)
    assert (hers.label, hers.expires) == ("hers", NOW + timedelta(days=9))
    assert script.label == "script"
    written = [(e.path, e.user, e.status) for e in service.audit.entries() if e.path == API]
    assert written == [(API, "anna", 201)]


@pytest.mark.parametrize("days", [90])
def test_a_setting_says_how_long_a_renewed_password_holds(service: Renewing) -> None:
    """Else it ends when the one that it replaces would have."""

    async def words(client: httpx.AsyncClient) -> None:
        await log_in(client, ENG)
        await renew(client)

    service.talk(words)

    assert {c.expires for c in service.passwords("anna")} == {None, NOW + timedelta(days=90)}


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "told"),
    [
        ("a guess", NEW, NEW, 401, "The password until now is wrong."),
        (OLD, NEW, "another one, too", 400, "The two new passwords are not the same."),
        (OLD, "short", "short", 400, "At least 12 characters."),
        (OLD, OLD, OLD, 400, "This cannot be the new password."),
        (OLD, "x" * 300, "x" * 300, 400, "At least 12 characters."),
        (OLD, "with\x00something else", "with\x00something else", 400, "This cannot be"),
    ],
)
def test_what_is_wrong_with_the_form_changes_nothing(
    service: Renewing, old: str, new: str, again: str, status: int, told: str
) -> None:
    """It is said in the page's words; neither password comes back in the page."""

    async def words(client: httpx.AsyncClient) -> Any:
        await log_in(client, ENG)
        return await renew(client, old, new, again), await client.get("/")

    answer, still = service.talk(words)

    assert (answer.status_code, still.status_code) == (status, 200)
    assert told in answer.text
    assert old not in answer.text
    assert new not in answer.text
    assert len(service.passwords("anna")) == 2


def test_guesses_at_the_old_password_are_held_back_as_at_log_in(service: Renewing) -> None:
    """Also of whoever sits at a browser that is logged in."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        await log_in(client, ENG)
        return [(await renew(client, f"guess {n}")).status_code for n in range(8)]

    told = service.talk(words)

    assert told[0] == 401
    assert told[-1] == 429


@pytest.mark.parametrize(("who", "words_of_it"), [(NOC, "systems"), (OPS, "configuration")])
def test_a_providers_password_and_one_of_the_configuration_stay(
    service: Renewing, who: tuple[str, str], words_of_it: str
) -> None:
    """A provider's may stand in its systems, which would be locked out."""

    async def words(client: httpx.AsyncClient) -> Any:
        await log_in(client, who)
        shown = await client.get("/password", headers={"Accept-Language": "en"})
        listed = await client.get("/sessions", headers={"Accept-Language": "en"})
        sent = await renew(client, who[1])
        return shown, listed, sent, await client.post(API, auth=who, json={"password": NEW})

    shown, listed, sent, api = service.talk(words)

    assert "changed by the operator" in shown.text
    assert 'name="old"' not in shown.text
    assert "/password" not in listed.text
    assert sent.status_code == api.status_code == 403
    assert words_of_it in api.json()["cause"]
    assert len(service.passwords("noc")) == 2


def test_a_session_alone_renews_nothing(service: Renewing) -> None:
    """The interface wants the old password, whoever holds the cookie."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        await log_in(client, ENG)
        return await client.post(API, json={"password": NEW}, headers=HERE)

    assert service.talk(words).status_code == 403
    assert len(service.passwords("anna")) == 2


def test_of_two_that_renew_at_once_one_is_told_no(service: Renewing) -> None:
    """The password that both replace is replaced once."""
    held = service.passwords("anna")[0]
    login = next(
        one
        for one in service.served.app.state.app_state.middleware.logins.of("anna")
        if one.credential == held.id
    )
    sessions = service.served.app.state.app_state.middleware.sessions
    sessions.renew(login, CHEAP.hash(NEW))

    with pytest.raises(Exception, match="no password 1 any more"):
        sessions.renew(login, CHEAP.hash("yet another word"))
    assert len(service.passwords("anna")) == 2
