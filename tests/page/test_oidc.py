"""Log-in by an OpenID provider: who is let in as whom, and what comes to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError
from tests.access.made_up import NOW
from tests.access.played import Clock, stocked
from tests.api.served import serve
from tests.api.v1.network import INVENTORY, USERS, recordings
from tests.page.openid import BACK, CLIENT, SECRET, Provider, provider
from tests.page.test_page import talk, with_page
from tests.server.test_tls import certified

from techinfo.config import OidcSettings
from techinfo.errors import ConfigError
from techinfo.page.oidc import Oidc

HEADERS = {"Accept-Language": "en"}
Talked = Callable[..., Any]


@pytest.fixture(scope="module")
def op() -> Iterator[Provider]:
    """One provider for all."""
    with provider(NOW.timestamp()) as made:
        yield made


@pytest.fixture
def lying(op: Provider) -> Iterator[Provider]:
    """The same, which a test may have say something wrong."""
    yield op
    op.people, op.claims, op.header, op.metadata = {"sub": "u-17"}, {}, {}, {}
    op.signed_by, op.beside = None, []


class Steady:
    """Seconds of a clock that goes when it is told to."""

    at = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.at


def browse(folder: Path, op: Provider, words: Any, *, steady: Any = None, **more: Any) -> Any:
    """Talk to a service whose people may log in there."""
    clock = Clock()
    served = serve(stocked(folder, INVENTORY), recordings().open, clock=clock, users=USERS)
    oidc = Oidc(op.settings(**more), now=lambda: NOW.timestamp(), steady=steady or Steady())
    return talk(with_page(served, clock=clock, oidc=oidc), words)


async def there(client: httpx.AsyncClient, wanted: str = "/a/A-1") -> httpx.Response:
    """Begin."""
    return await client.get("/login/oidc", params={"next": wanted}, headers=HEADERS)


async def back(
    client: httpx.AsyncClient, op: Provider, wanted: str = "/a/A-1", **otherwise: str
) -> httpx.Response:
    """Begin, log in there, and come back."""
    begun = await there(client, wanted)
    brought = await op.logged_in(begun.headers["location"]) | otherwise
    return await client.get("/login/oidc/back", params=brought, headers=HEADERS)


def test_a_browser_is_sent_there_and_comes_back_with_a_session(
    tmp_path: Path, op: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """State, nonce and PKCE; it comes back to where the settings say, whatever Host says."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, ...]:
        form = await client.get("/login", headers=HEADERS)
        begun = await client.get("/login/oidc", headers={"Host": "evil.test"})
        came = await back(client, op)
        return form, begun, came, await client.get("/techinfo/v1/sessions")

    form, begun, came, sessions = browse(tmp_path, op, words, name="Keycloak")

    assert "Log in with Keycloak" in form.text
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert begun.status_code == 303
    assert query["redirect_uri"] == [BACK]
    assert (query["response_type"], query["client_id"]) == (["code"], [CLIENT])
    assert len(query["state"][0]) > 40
    assert len(query["nonce"][0]) > 40
    assert "SameSite=Lax" in begun.headers["set-cookie"]
    assert "HttpOnly" in begun.headers["set-cookie"]
    assert (came.status_code, came.headers["location"]) == (303, "/a/A-1")
    assert any("SameSite=Strict" in one for one in came.headers.get_list("set-cookie"))
    assert (sessions.json()["user"], sessions.json()["role"]) == ("ops", "operator")
    assert "c-1" not in caplog.text


def test_under_tls_the_cookie_is_of_this_host_alone(tmp_path: Path, op: Provider) -> None:
    """As that of a session."""
    url = "https://techinfo.test/login/oidc/back"

    begun = browse(tmp_path, op, there, redirect_uri=url)

    assert begun.headers["set-cookie"].startswith("__Host-techinfo-login=")
    assert begun.headers["set-cookie"].endswith("; Secure")


def test_the_secret_goes_by_basic(tmp_path: Path, op: Provider) -> None:
    """Encoded as RFC 6749, 2.3.1 has it; it is not in what settings show."""
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")
    settings = op.settings(client_secret_file=file)

    came = browse(tmp_path, op, lambda client: back(client, op), client_secret_file=file)

    assert came.status_code == 303
    assert settings.secret.get_secret_value() == SECRET
    assert SECRET not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("wanted", ["//evil.test/", "https://evil.test/", "/\\evil.test"])
def test_it_leads_to_this_host_only(tmp_path: Path, op: Provider, wanted: str) -> None:
    """Wherever a link would have it lead."""
    came = browse(tmp_path, op, lambda client: back(client, op, wanted))
    assert (came.status_code, came.headers["location"]) == (303, "/")


def _signed_by_another(op: Provider) -> None:
    op.signed_by = Provider(0).key


LIES: dict[str, Callable[[Provider], Any]] = {
    "another nonce": lambda op: op.claims.update(nonce="n"),
    "for another client": lambda op: op.claims.update(aud="other"),
    "for several, by another": lambda op: op.claims.update(aud=[CLIENT, "o"], azp="o"),
    "by another issuer": lambda op: op.claims.update(iss="https://evil.test"),
    "long over": lambda op: op.claims.update(exp=int(NOW.timestamp()) - 61),
    "of the future": lambda op: op.claims.update(iat=int(NOW.timestamp()) + 120),
    "without a subject": lambda op: op.people.clear(),
    "signed with the client's secret": lambda op: op.header.update(alg="HS256"),
    "signed by another": _signed_by_another,
    "signed by nobody": lambda op: op.header.update(alg="none"),
}


def test_an_id_token_that_does_not_hold_lets_nobody_in(
    tmp_path: Path, lying: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in plain words, and the form is there."""

    async def words(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        told = {}
        for lie, tell in LIES.items():
            lying.people, lying.claims, lying.header = {"sub": "u-17"}, {}, {}
            lying.signed_by = None
            tell(lying)
            told[lie] = await back(client, lying)
        return told

    for lie, came in browse(tmp_path, lying, words).items():
        assert came.status_code == 502, lie
        assert "techinfo-session" not in came.headers.get("set-cookie", "")
        assert "The log-in there did not work." in came.text
        assert 'name="password"' in came.text
    assert caplog.text.count("came to nothing: the ID token does not hold") == len(LIES)


def test_its_clock_may_be_a_minute_wrong(tmp_path: Path, lying: Provider) -> None:
    """Either way."""
    now = int(NOW.timestamp())
    for claims in ({"iat": now + 55, "exp": now + 90}, {"iat": now - 100, "exp": now - 55}):
        lying.claims = claims
        assert browse(tmp_path, lying, lambda client: back(client, lying)).status_code == 303


def test_keys_are_looked_at_anew_when_one_is_not_known(tmp_path: Path, op: Provider) -> None:
    """Once a minute at most, so that tokens with made-up keys cost the provider nothing."""
    steady = Steady()

    async def words(client: httpx.AsyncClient) -> list[int]:
        told = [(await back(client, op)).status_code]
        op.rotate()
        op.asked.clear()
        told.append((await back(client, op)).status_code)
        told.append(op.asked.count("/keys"))
        steady.at += 60
        told.append((await back(client, op)).status_code)
        told.append(op.asked.count("/keys"))
        return told

    assert browse(tmp_path, op, words, steady=steady) == [303, 502, 0, 303, 1]


def test_keys_that_nobody_can_use_are_passed_over(tmp_path: Path, lying: Provider) -> None:
    """Those of other purposes, of curves to come, and what is no key."""
    lying.beside = [
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "later"},
        {"kty": "RSA", "kid": "cut"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
        {"kty": "oct", "k": "AA"},
        "no key",
    ]

    assert browse(tmp_path, lying, lambda client: back(client, lying)).status_code == 303


def test_a_log_in_that_did_not_begin_here_is_none(tmp_path: Path, op: Provider) -> None:
    """Another state, another browser, twice the same, after ten minutes, from another issuer."""
    steady = Steady()

    async def words(client: httpx.AsyncClient) -> list[int]:
        wrong = [await back(client, op, state="other"), await back(client, op, iss="https://evil")]
        begun = await there(client)
        brought = await op.logged_in(begun.headers["location"])
        client.cookies.clear()
        wrong.append(await client.get("/login/oidc/back", params=brought))
        begun = await there(client)
        brought = await op.logged_in(begun.headers["location"])
        first = await client.get("/login/oidc/back", params=brought)
        client.cookies.set("techinfo-login", brought["state"])
        wrong.append(await client.get("/login/oidc/back", params=brought))
        begun = await there(client)
        brought = await op.logged_in(begun.headers["location"])
        steady.at += 601
        wrong.append(await client.get("/login/oidc/back", params=brought))
        return [first.status_code, *(one.status_code for one in wrong)]

    assert browse(tmp_path, op, words, steady=steady) == [303, 502, 502, 502, 502, 502]


@pytest.mark.parametrize(
    ("people", "more", "status"),
    [
        ({"sub": "u-18"}, {}, 403),
        ({"sub": "u-17"}, {"users": {"u-17": "nobody-here"}}, 403),
        ({"sub": "ops"}, {"users": {"x": "eng"}}, 403),
        ({"sub": "ops"}, {"users": {}, "same_names": True}, 303),
        ({"sub": "u", "email": "a@b.c"}, {"claim": "email", "users": {"a@b.c": "eng"}}, 403),
        (
            {"sub": "u", "email": "a@b.c", "email_verified": True},
            {"claim": "email", "users": {"a@b.c": "eng"}},
            303,
        ),
        ({"sub": "u", "groups": ["ops"]}, {"claim": "groups", "same_names": True}, 403),
    ],
)
def test_only_users_that_are_here_are_let_in(
    tmp_path: Path, lying: Provider, people: dict[str, Any], more: dict[str, Any], status: int
) -> None:
    """What they may is what that user may; no claim makes a right."""
    lying.people = {**people, "role": "operator"}

    came = browse(tmp_path, lying, lambda client: back(client, lying), **more)

    assert came.status_code == status
    if status == 403:
        assert "nobody here belongs to it" in came.text


def test_who_is_refused_there_is_told_so(tmp_path: Path, op: Provider) -> None:
    """An error in place of a code."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        begun = await there(client)
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        params = {"error": "access_denied", "error_description": "<b>", "state": state}
        return await client.get("/login/oidc/back", params=params, headers=HEADERS)

    came = browse(tmp_path, op, words)

    assert came.status_code == 403
    assert "<b>" not in came.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": "http://evil.test/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "https://u:p@evil.test/keys"},
        {"x": "y" * 300_000},
    ],
)
def test_what_the_provider_says_of_itself_is_looked_at(
    tmp_path: Path, lying: Provider, metadata: dict[str, Any]
) -> None:
    """Another issuer, an endpoint in the clear, or more than anybody needs."""
    lying.metadata = metadata

    assert browse(tmp_path, lying, there).status_code == 502


def test_where_it_is_silent_the_form_is_there(tmp_path: Path) -> None:
    """Nobody listens; passwords go on."""
    nobody = Provider(0, issuer="http://127.0.0.1:1")

    told = browse(tmp_path, nobody, there)

    assert told.status_code == 502
    assert "Try again, or log in here." in told.text


def test_a_provider_that_is_down_is_not_asked_at_each_log_in(
    tmp_path: Path, lying: Provider
) -> None:
    """Once in five seconds, however many log in; then it is there again."""
    steady = Steady()

    async def words(client: httpx.AsyncClient) -> list[object]:
        lying.asked.clear()
        lying.metadata = {"issuer": "https://evil.test"}
        many = await asyncio.gather(*(there(client) for _ in range(5)))
        told: list[object] = [{one.status_code for one in many}, len(lying.asked)]
        lying.metadata = {}
        steady.at += 4
        told += [(await there(client)).status_code, len(lying.asked)]
        steady.at += 1
        return [*told, (await there(client)).status_code, len(lying.asked)]

    assert browse(tmp_path, lying, words, steady=steady) == [{502}, 1, 502, 1, 303, 2]


def test_certificates_are_read_once_at_the_start(tmp_path: Path, op: Provider) -> None:
    """A log-in needs the file no more; without it there is no start."""
    trusted, _ = certified(tmp_path, "provider")
    other = op.settings(ca_file=trusted)
    oidc = Oidc(other, now=lambda: NOW.timestamp(), steady=Steady())
    trusted.unlink()

    assert asyncio.run(oidc.begin("/")).url.startswith(f"{op.issuer}/authorize?")
    with pytest.raises(ConfigError, match=r"page\.oidc\.ca_file"):
        Oidc(other)


def test_log_out_says_where_one_may_still_be_logged_in(tmp_path: Path, op: Provider) -> None:
    """The session here has ended; the provider's is ended there."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        await back(client, op)
        origin = {"Origin": "http://techinfo.test"}
        out = await client.post("/logout", headers=origin)
        return await client.get(out.headers["location"], headers=HEADERS), await client.get("/")

    page, home = browse(tmp_path, op, words, name="Keycloak")

    assert "At Keycloak you may still be logged in." in page.text
    assert f'href="{op.issuer}/out"' in page.text
    assert home.status_code == 303


def test_a_hand_over_begins_one_session_and_nothing_else(tmp_path: Path) -> None:
    """Once, within a minute, and no other request."""
    clock = Clock()
    served = serve(stocked(tmp_path, INVENTORY), recordings().open, clock=clock, users=USERS)
    with_page(served, clock=clock)
    sessions = served.app.state.app_state.middleware.sessions
    assert sessions is not None
    assert sessions.hand_over("nobody") is None

    async def words(client: httpx.AsyncClient) -> list[int]:
        def bearer() -> dict[str, str]:
            return {"Authorization": f"Bearer {sessions.hand_over('a')}"}

        one, late = bearer(), bearer()
        told = [
            await client.get("/techinfo/v1/access/A-1", headers=bearer()),
            await client.get("/techinfo/v1/sessions", headers=bearer()),
            await client.post("/techinfo/v1/sessions", headers=one),
            await client.post("/techinfo/v1/sessions", headers=one),
        ]
        clock.go_on(61)
        told.append(await client.post("/techinfo/v1/sessions", headers=late))
        return [one.status_code for one in told]

    assert talk(served, words) == [401, 401, 201, 401, 401]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"users": {}}, "lets nobody in"),
        ({"issuer": "http://login.example"}, "in the clear"),
        ({"redirect_uri": "https://techinfo.example/"}, "does not end in /login/oidc/back"),
        ({"scopes": ("profile",)}, "has no openid"),
    ],
)
def test_settings_that_cannot_work_are_refused(more: dict[str, Any], words: str) -> None:
    """With what to do."""
    whole: dict[str, Any] = {
        "issuer": "https://login.example",
        "client_id": "techinfo",
        "redirect_uri": "https://techinfo.example/login/oidc/back",
        "users": {"u": "ops"},
    }
    assert OidcSettings(**whole).issuer == "https://login.example"
    with pytest.raises(ValidationError, match=words):
        OidcSettings(**{**whole, **more})
