"""Access tokens: how a client gets one, what it opens, from where, for how long, what ends it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, unchanging
from tests.api.everything import ALL_USERS, everything
from tests.api.served import CHEAP, ONE_SWITCH, OPERATOR, PROVIDER, USERS, ServedApi, serve
from tests.api.test_audit import Book
from tests.api.ticketed import TICKET

from techinfo.access.logins import KEY_PREFIX, Logins, digest_of
from techinfo.access.past import History
from techinfo.access.viewer import Role, Scope
from techinfo.api.app import create_app
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.api.asgi.scopes import needed
from techinfo.api.asgi.token_request import TOKEN_PATH, basic
from techinfo.api.asgi.tokens import Tokens, grantable, granted
from techinfo.api.state import AppState
from techinfo.cli.service.ticketing import Tickets
from techinfo.cli.service.watching import Watching
from techinfo.config import PollingSettings, Settings, TicketSettings, User
from techinfo.history.light import Baseline
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.watches import Watch, Watches
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.store.batches import Batches
from techinfo.store.tokens import TokensFile
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile
from techinfo.tickets.store import TicketFile

STATUS, SEARCH = "/techinfo/v1/status", "/techinfo/v1/search?q=A-1"
GRANT = {"grant_type": "client_credentials"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Words = Callable[[httpx.AsyncClient], Awaitable[Any]]


@dataclass
class Given:
    """A service that gives tokens, asked without any other log-in."""

    clock: Clock
    logins: Logins
    file: TokensFile
    book: Book | None = None

    def talk(self, words: Words) -> Any:
        """Ask several things."""
        served = serve(unchanging(ONE_SWITCH), Recordings().open)
        state = served.app.state.app_state
        middleware = replace(
            state.middleware,
            logins=self.logins,
            tokens=Tokens(self.logins, self.file, now=self.clock),
            audit=self.book.batches if self.book else None,
            refused=RefusedLogins(self.book.batches.put, self.logins.exists) if self.book else None,
        )
        served.app = create_app(replace(state, middleware=middleware))

        async def asked(client: httpx.AsyncClient) -> Any:
            client.auth = httpx.Auth()
            return await words(client)

        return served.talk(asked)


@pytest.fixture
def service() -> Given:
    """Tokens in memory, and a clock that stands still."""
    return Given(Clock(), Logins(USERS), TokensFile.in_memory())


async def ask_for(
    client: httpx.AsyncClient, whose: tuple[str, str] = PROVIDER, **more: str
) -> httpx.Response:
    """A request for a token, by Basic."""
    return await client.post(TOKEN_PATH, auth=whose, data=GRANT | more)


async def token_for(
    client: httpx.AsyncClient, whose: tuple[str, str] = PROVIDER, **more: str
) -> dict[str, str]:
    """The header of a new token."""
    told = (await ask_for(client, whose, **more)).json()
    return {"Authorization": f"Bearer {told['access_token']}"}


def test_a_token_is_given_for_name_and_password(service: Given) -> None:
    """In the form of RFC 6749, 5.1; no cache keeps it, and the file does not have it."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await ask_for(client)

    answer = service.talk(words)
    told = answer.json()
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert told.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 900)
    assert set(told["scope"].split()) == {s.value for s in Scope} - {"admin", "cable.test"}
    (kept,) = service.file.tokens()
    assert told["access_token"] not in repr(kept)
    assert (kept.user, kept.scopes) == ("isp", told["scope"])


@pytest.mark.parametrize(
    "how",
    [
        {"data": GRANT | {"client_id": "isp", "client_secret": "other-word"}},
        {"data": GRANT, "auth": PROVIDER},
        {"data": GRANT | {"client_id": "isp"}, "auth": PROVIDER},
        {"data": GRANT, "auth": ("i%73p", "other%2Dword")},  # RFC 6749, 2.3.1: form-encoded
    ],
)
def test_client_authentication_is_by_basic_or_in_the_body(
    service: Given, how: dict[str, Any]
) -> None:
    """Whichever a library has."""

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        given_ = await client.post(TOKEN_PATH, **how)
        bearer = {"Authorization": f"bearer {given_.json()['access_token']}"}
        return given_.status_code, (await client.get(STATUS, headers=bearer)).status_code

    assert service.talk(words) == (200, 200)


@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ({"data": GRANT}, 401, "invalid_client"),
        ({"data": GRANT, "auth": ("isp", "guess")}, 401, "invalid_client"),
        ({"data": GRANT | {"client_id": "isp", "client_secret": "x"}}, 401, "invalid_client"),
        ({"data": GRANT | {"client_id": "isp:o", "client_secret": "x"}}, 401, "invalid_client"),
        ({"data": GRANT | {"client_secret": "x"}, "auth": PROVIDER}, 400, "invalid_request"),
        ({"data": {"grant_type": "password"}, "auth": PROVIDER}, 400, "unsupported_grant_type"),
        ({"data": {"scope": "tech.read"}, "auth": PROVIDER}, 400, "invalid_request"),
        ({"data": GRANT | {"scope": "tech.write"}, "auth": PROVIDER}, 400, "invalid_scope"),
        ({"data": GRANT | {"scope": "tech.read "}, "auth": PROVIDER}, 400, "invalid_scope"),
        ({"data": GRANT | {"scope": "admin"}, "auth": PROVIDER}, 400, "invalid_scope"),
        ({"json": GRANT, "auth": PROVIDER}, 400, "invalid_request"),
        ({"content": b"grant_type=a&grant_type=b", "auth": PROVIDER}, 400, "invalid_request"),
        ({"content": b"&".join([b"a%d=1"] * 30), "auth": PROVIDER}, 400, "invalid_request"),
        ({"content": b"a=%ff", "auth": PROVIDER}, 400, "invalid_request"),
        ({"content": b"\xff", "auth": PROVIDER}, 400, "invalid_request"),
        ({"content": b"x=" + b"y" * 9000, "auth": PROVIDER}, 413, None),
        ({"content": b"", "auth": PROVIDER}, 400, "invalid_request"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_in_oauth_words(
    service: Given, how: dict[str, Any], status: int, error: str | None
) -> None:
    """RFC 6749, 5.2, and the cause beside it as everywhere; nothing is given."""
    headers = FORM if "content" in how else {}

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(TOKEN_PATH, headers=headers, **how)

    answer = service.talk(words)
    told = answer.json()
    assert (answer.status_code, told.get("error")) == (status, error), told
    assert {"cause", "code", "retryable"} <= told.keys()
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert service.file.tokens() == ()


def test_neither_session_nor_token_gets_a_token(service: Given) -> None:
    """It would never end."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        bearer = await token_for(client)
        again = await client.post(TOKEN_PATH, headers=bearer, data=GRANT)
        session = await client.post("/techinfo/v1/sessions", headers=bearer)
        await client.post("/techinfo/v1/sessions", auth=PROVIDER)
        by_cookie = await client.post(
            TOKEN_PATH, data=GRANT, headers={"Origin": "http://techinfo.test"}
        )
        return [again.status_code, session.status_code, by_cookie.status_code]

    assert service.talk(words) == [401, 403, 401]


def test_orders_are_only_for_an_operator_who_asks_for_them() -> None:
    """A token that says nothing is not for them."""
    for role in Role:
        assert Scope.ADMIN not in granted(role, None)
        assert granted(role, "") == granted(role, None)
        assert (Scope.ADMIN in grantable(role)) == (role is Role.OPERATOR)
    assert granted(Role.OPERATOR, "admin") == {Scope.ADMIN}


def test_a_token_tests_cables_only_where_that_was_asked_for() -> None:
    """It takes a link down; and a provider's cannot be for that at all."""
    for role in Role:
        assert Scope.CABLE_TEST not in granted(role, None)
    for role in (Role.OPERATOR, Role.ENGINEER):
        assert granted(role, "cable.test") == {Scope.CABLE_TEST}
    with pytest.raises(ValueError, match="not for this user"):
        granted(Role.PROVIDER, "cable.test")


def test_a_scope_that_is_absent_is_named(service: Given) -> None:
    """RFC 6750, 3.1; and what the token is for goes on."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, int]:
        bearer = await token_for(client, scope="tech.read dump.read")
        refused = await client.get(SEARCH, headers=bearer)
        return refused, (await client.get(STATUS, headers=bearer)).status_code

    refused, status = service.talk(words)
    assert status == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'error="insufficient_scope", scope="lookup.read"' in challenge


@pytest.mark.parametrize(("later_s", "open_"), [(899, True), (900, False)])
def test_a_token_ends_after_a_quarter_of_an_hour(service: Given, later_s: int, open_: bool) -> None:
    """However much it is used; the answer says that it is the token."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        bearer = await token_for(client)
        assert (await client.get(STATUS, headers=bearer)).status_code == 200
        service.clock.go_on(later_s)
        return await client.get(STATUS, headers=bearer)

    answer = service.talk(words)
    assert answer.status_code == (200 if open_ else 401)
    if not open_:
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def _disabled(users: UsersFile, _: int) -> None:
    users.disable("noc", datetime.now(UTC))


def _removed(users: UsersFile, _: int) -> None:
    users.remove("noc")


def _password_revoked(users: UsersFile, credential: int) -> None:
    users.revoke("noc", credential, datetime.now(UTC))


def _elsewhere(users: UsersFile, _: int) -> None:
    users.restrict("noc", ["192.0.2.0/24"])


@pytest.mark.parametrize("take_back", [_disabled, _removed, _password_revoked, _elsewhere])
def test_a_token_ends_with_its_credential_a_second_later(
    tmp_path: Path, take_back: Callable[[UsersFile, int], None]
) -> None:
    """Though another process takes it back, and the service only looks at the file."""
    users, tokens = tmp_path / "users.sqlite", tmp_path / "tokens.sqlite"
    seconds = [0.0]
    now = datetime.now(UTC)
    with UsersFile.open(users) as others, UsersFile.open(users) as own:
        others.add(StoredUser(name="noc", role="provider", provider="isp", created=now))
        word = CHEAP.hash("word-of-noc")
        credential = others.add_credential("noc", word, label="", now=now)
        others.add_credential("noc", CHEAP.hash("another-word"), label="", now=now)
        logins = Logins({}, own, monotonic=lambda: seconds[0])
        with TokensFile.open(tokens) as file:
            service = Given(Clock(), logins, file)

            async def words(client: httpx.AsyncClient) -> list[int]:
                bearer = await token_for(client, ("noc", "word-of-noc"))
                before = await client.get(STATUS, headers=bearer)
                take_back(others, credential)
                seconds[0] += 1.0
                after = await client.get(STATUS, headers=bearer)
                return [before.status_code, after.status_code]

            assert service.talk(words) == [200, 401]


def test_a_token_that_is_taken_back_opens_nothing_more(tmp_path: Path) -> None:
    """From the next request on, whichever process took it back."""
    path = tmp_path / "tokens.sqlite"
    with TokensFile.open(path) as own, TokensFile.open(path) as others:
        service = Given(Clock(), Logins(USERS), own)

        async def words(client: httpx.AsyncClient) -> list[int]:
            bearers = [await token_for(client), await token_for(client)]
            ids = {token.id for token in others.tokens("isp")}
            assert others.revoke(token_id=ids.pop()) == 1
            one = [(await client.get(STATUS, headers=x)).status_code for x in bearers]
            assert others.revoke(user="isp") == 1
            none = [(await client.get(STATUS, headers=x)).status_code for x in bearers]
            return [*sorted(one), *none]

        assert service.talk(words) == [200, 401, 401, 401]


def test_a_password_that_changes_ends_its_tokens(service: Given) -> None:
    """Of the configuration, whose credential has no number of its own."""
    changed = {"isp": User(role="provider", password_hash=SecretStr(CHEAP.hash("another")))}
    given_ = Tokens(service.logins, service.file, now=service.clock)
    token = given_.issue(service.logins.of("isp")[0], {Scope.TECH_READ}, address="")

    assert given_.use(token, "") is not None
    with pytest.raises(Exception, match="ended"):
        Tokens(Logins(changed), service.file, now=service.clock).use(token, "")


def test_wrong_tokens_are_slowed_down_and_a_right_one_is_not(service: Given) -> None:
    """Behind one proxy all have one address."""

    async def words(client: httpx.AsyncClient) -> tuple[set[int], int, int]:
        right = await token_for(client)
        made_up = [{"Authorization": f"Bearer tit_{n}"} for n in range(60)]
        statuses = [(await client.get(STATUS, headers=x)).status_code for x in made_up]
        return (
            set(statuses[:20]),
            statuses[-1],
            (await client.get(STATUS, headers=right)).status_code,
        )

    assert service.talk(words) == ({401}, 429, 200)


def test_wrong_passwords_at_the_token_endpoint_count_as_everywhere(service: Given) -> None:
    """Whoever guesses there waits here."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        body = GRANT | {"client_id": "isp"}
        guesses = [body | {"client_secret": f"guess-{n}"} for n in range(8)]
        statuses = [(await client.post(TOKEN_PATH, data=x)).status_code for x in guesses]
        return [*statuses[:5], (await client.get(STATUS, auth=("isp", "guess"))).status_code]

    assert service.talk(words) == [401, 401, 401, 401, 401, 429]


def test_who_got_a_token_and_who_did_not_is_written_down(service: Given) -> None:
    """With the name, wherever it stood, and never the secret; what a token asks is its user's."""
    service.book = Book()

    async def words(client: httpx.AsyncClient) -> None:
        bearer = await token_for(client, scope="tech.read")
        await client.get(SEARCH, headers=bearer)
        await client.post(TOKEN_PATH, data=GRANT | {"client_id": "isp", "client_secret": "zebra"})
        await client.get(STATUS, headers={"Authorization": "Bearer tit_zebra"})

    service.talk(words)
    entries = service.book.read()
    assert sorted((e.user, e.path, e.status) for e in entries) == [
        ("", STATUS, 401),
        ("isp", TOKEN_PATH, 200),
        ("isp", TOKEN_PATH, 401),
        ("isp", "/techinfo/v1/search", 403),
    ]
    assert "zebra" not in repr(entries)


def test_a_user_has_so_many_tokens_and_no_more() -> None:
    """The one that ends first gives way, another's never; old ones are erased by age."""
    clock, logins, file = Clock(), Logins(USERS), TokensFile.in_memory()
    tokens = Tokens(logins, file, now=clock, most=5)
    others = tokens.issue(logins.of("ops")[0], {Scope.TECH_READ}, address="")
    first = tokens.issue(logins.of("isp")[0], {Scope.TECH_READ}, address="")
    for _ in range(5):
        clock.go_on(1)
        last = tokens.issue(logins.of("isp")[0], {Scope.TECH_READ}, address="")

    assert tokens.use(first, "") is None
    assert tokens.use(last, "") is not None
    assert tokens.use(others, "") is not None
    assert len(file.tokens("isp")) == 5
    assert file.drop_old(ended_before=clock.at) == 0
    clock.go_on(901)
    assert file.drop_old(ended_before=clock.at) == 6


def test_the_file_opens_nothing(tmp_path: Path) -> None:
    """Who reads it has no token; tokens outlive a restart."""
    path, logins = tmp_path / "tokens.sqlite", Logins(USERS)
    with TokensFile.open(path) as file:
        token = Tokens(logins, file).issue(logins.of("isp")[0], {Scope.TECH_READ}, address="")
    assert token.encode() not in path.read_bytes()
    with TokensFile.open(path) as file:
        assert Tokens(logins, file).use(token, "") is not None


def test_without_tokens_there_are_none(service: Given) -> None:
    """``[tokens] enabled = false``: nobody gets one, and one from before opens nothing."""
    served = serve(unchanging(ONE_SWITCH), Recordings().open)
    state = served.app.state.app_state
    tokens = Tokens(service.logins, service.file)
    old = tokens.issue(service.logins.of("ops")[0], {Scope.TECH_READ}, address="")
    served.app = create_app(replace(state, middleware=replace(state.middleware, tokens=None)))

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        asked = await ask_for(client, OPERATOR)
        client.auth = httpx.Auth()
        kept = await client.get(STATUS, headers={"Authorization": f"Bearer {old}"})
        return asked.status_code, kept.status_code

    assert served.talk(words) == (501, 401)


def every_operation(served: ServedApi) -> Iterator[tuple[str, str]]:
    """Method and path of all that the service answers, parameters in braces."""
    for route in iter_route_contexts(served.app.router.routes):
        for method in sorted(route.methods or ()):
            if route.path_format and method != "HEAD" and route.path_format != TOKEN_PATH:
                yield method, route.path_format


def test_every_operation_has_scopes_of_its_own(tmp_path: Path) -> None:
    """What is added one day is decided on that day; until then no token opens it."""
    undecided = {x for x in every_operation(everything(tmp_path)) if needed(*x) == set(Scope)}

    assert undecided == set(), "decide its scopes in _NEEDED of api/asgi/scopes.py"
    assert needed("GET", "/techinfo/v1/new") == set(Scope)


@dataclass
class AllServed:
    """The service in which everything is told, and the file of those who may ask.

    Attributes:
        seconds: Of the clock by which that file is looked at.
    """

    served: ServedApi
    users: UsersFile
    seconds: list[float]

    @contextmanager
    def key_of(self, name: str, scopes: Collection[Scope]) -> Iterator[str]:
        """An API key of somebody's that the service knows of, for as long as the block lasts."""
        text, now = f"{KEY_PREFIX}{name}", datetime.now(UTC)
        told = " ".join(sorted(scopes))
        number = self.users.add_credential(name, digest_of(text), label="", now=now, scopes=told)
        self.seconds[0] += 2.0
        try:
            yield text
        finally:
            self.users.revoke(name, number, datetime.now(UTC))
            self.seconds[0] += 2.0


def seen_before(file: HistoryFile) -> None:
    """Light, a change of the link and a watch of an access, an hour ago."""
    at = NOW - timedelta(hours=1)
    note = PortNote(
        baseline=Baseline(at=at, rx=-10.0, serial="OPT0001"),
        transitions=(Transition(at=at, earliest=at, up=True, exact=True),),
        tenants=Tenants(accesses=("A-1",)),
    )
    HistoryWriter(file).write([PollNote(element="sw-elm-3", at=at, ports={"ge1": note})])
    watch = Watch(
        id="w1",
        access_id="A-1",
        by="isp",
        role="provider",
        provider="isp",
        reason="REASON-OF-ISP",
        begun=at,
        until=NOW + timedelta(hours=9),
    )
    Watches(file).begin(watch)


@pytest.fixture(scope="module")
def all_served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AllServed]:
    """With a ticket desk, and with what was seen before of ports that are watched."""
    folder, now, seconds = tmp_path_factory.mktemp("tokens"), datetime.now(UTC), [0.0]
    with (
        TicketFile.open(folder / "tickets.sqlite") as file,
        HistoryFile.open(folder / "history.sqlite") as history,
        UsersFile.open(folder / "users.sqlite") as users,
    ):
        for name, user in ALL_USERS.items():
            own = name == "bitvis"
            options = dict.fromkeys(("integer_rates", "all_speeds"), True) if own else {}
            users.add(
                StoredUser(
                    name=name,
                    role=user.role,
                    provider=user.provider,
                    created=now,
                    options=options | {"profile": user.profile},
                )
            )
            users.add_credential(name, CHEAP.hash(SECRETS[name]), label="", now=now)
        seen_before(history)
        tickets = Tickets(file, Settings(tickets=TicketSettings(desk="here")))
        notes = Batches[PollNote](HistoryWriter(history).write, "polls")
        watching = Watching(history, notes, PollingSettings(sites=("*",)))

        def attach(state: AppState) -> AppState:
            logins = Logins({}, users, monotonic=lambda: seconds[0])
            tokens = Tokens(logins, TokensFile.in_memory())
            middleware = replace(state.middleware, logins=logins, tokens=tokens)
            state = tickets.attach_tickets(replace(state, middleware=middleware))[0]
            return watching.attached(state, file)

        past = History(history, now=lambda: NOW)
        yield AllServed(everything(folder, attach_tickets=attach, history=past), users, seconds)
        notes.close()


SECRETS = {"ops": "pass:word", "isp": "other-word", "tele": "tele-word", "bitvis": "bit-word"}
BODIES: Mapping[str, Any] = {
    "batch": {"accessIds": ["A-1", "A-2"]},
    "linkinfo": {"accessId": "A-1"},
    "tickets": TICKET,
    "webhooks": {"url": "https://desk.example/", "events": ["ticket.created"]},
    "works": {
        "reference": "W-1",
        "text": "New cards",
        "from": "2026-11-21T22:00:00Z",
        "to": "2026-11-22T04:00:00Z",
        "scopes": [{"accessId": "A-1"}],
    },
}
IN_PATHS = {
    "hex": "520A01036162630203313233",
    "element": "sw-elm-3",
    "ref": "T-1",
    "session_id": "0" * 16,
    "hook": "w1",
    "reference": "W-1",
}
PASSING = ("/quota", "/status", "/sessions", "/events")
"""What is told there passes: what is left, how long it runs, who is logged in."""


def filled(path: str, access: str) -> str:
    """A path with its parameters filled in."""
    for name, value in {"id": access, **IN_PATHS}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, path
    if path.endswith("/dhcplookup"):
        return f"{path}?ipv4CircuitId=CO-1"
    if path.endswith("/disturbances"):
        return f"{path}?accessId={access}"
    return f"{path}?q={access}" if path.endswith("/search") else path


def told(answer: httpx.Response) -> Any:
    """The body of an answer, without the ids that errors and diagnoses have."""
    if answer.headers["content-type"].startswith("text/event-stream"):
        return answer.text
    return json.loads(re.sub(r'(error |"diagnosisId":")[0-9a-f]+', r"\1", answer.text))


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.data())
def test_neither_token_nor_key_reaches_anything_that_the_password_does_not(
    all_served: AllServed, chance: st.DataObject
) -> None:
    """Over all endpoints, users and scopes: the same answer, or `insufficient_scope`.

    That is answered exactly where a scope is absent.
    """
    operations = sorted(every_operation(all_served.served))
    asked = chance.draw(st.lists(st.sampled_from(operations), min_size=12, max_size=12))
    access = chance.draw(st.sampled_from(["A-1", "A-2", "A-DEAD", "A-9", "KGX1"]))
    name = chance.draw(st.sampled_from(sorted(ALL_USERS)))
    kinds = sorted(grantable(Role(ALL_USERS[name].role)))
    scopes = chance.draw(st.frozensets(st.sampled_from(kinds), min_size=1))
    is_key = chance.draw(st.booleans())

    async def words(client: httpx.AsyncClient, key: str) -> None:
        client.auth = httpx.Auth()
        if is_key:
            bearer = {"Authorization": f"Bearer {key}"}
        else:
            bearer = await token_for(client, (name, SECRETS[name]), scope=" ".join(scopes))
        password = {"Authorization": basic(name, SECRETS[name]).decode()}
        for method, route in asked:
            path = filled(route, access)
            body: Any = next((x for part, x in BODIES.items() if f"/{part}" in route), {})
            more: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": body}
            # First by the password: what it has made, such as a watch, is then there for both.
            by_password = await client.request(method, path, headers=password, **more)
            by_token = await client.request(method, path, headers=bearer, **more)
            client.cookies.clear()
            about = (method, route, name, sorted(scopes), is_key)
            absent = not needed(method, route) <= scopes
            forbidden = by_token.status_code == 403
            refused = forbidden and by_token.json()["code"] == "insufficient_scope"
            assert refused == absent, about
            if refused:
                continue
            if method == "GET" and not route.endswith(PASSING):
                assert by_token.status_code == by_password.status_code, about
                assert told(by_token) == told(by_password), about
            elif by_password.status_code >= 400:
                assert by_token.status_code >= 400, about

    with all_served.key_of(name, scopes) as key:
        all_served.served.talk(lambda client: words(client, key))


def test_what_was_seen_and_watched_is_told_there(all_served: AllServed) -> None:
    """The property would hold of a service that tells nothing."""

    async def words(client: httpx.AsyncClient) -> list[str]:
        paths = (
            "history/A-1",
            "timeline/A-1",
            "installation/A-1",
            "watch/A-1",
            "disturbances?accessId=A-1",
        )
        answers = [await client.get(f"/techinfo/v1/{x}", auth=PROVIDER) for x in paths]
        assert [x.status_code for x in answers] == [200] * len(paths), answers
        other = await client.get("/techinfo/v1/watch/A-1", auth=("tele", SECRETS["tele"]))
        return [*(x.text for x in answers), other.text]

    *told_, of_another = all_served.served.talk(words)
    assert "-10.00" in told_[2]
    assert "REASON-OF-ISP" in told_[3]
    assert "REASON-OF-ISP" not in of_another
