"""The page without a browser: who may come in, from where, and what is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, stocked
from tests.api.served import ServedApi, serve
from tests.api.ticketed import EVERYBODY, ISP, SUBSCRIBED, ticketed
from tests.api.v1.network import (
    ENGINEER,
    INVENTORY,
    ISP_A,
    ISP_C,
    MAC_A,
    MAC_B,
    OPS,
    SECRET,
    USERS,
    recordings,
)

from techinfo.api.app import create_app
from techinfo.api.asgi.sessions import Sessions
from techinfo.collect import PollingLimits
from techinfo.page.access_screen import is_dark
from techinfo.page.app import Page
from techinfo.page.elsewhere import Elsewhere
from techinfo.page.oidc import Oidc
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches
from techinfo.store.sessions import SessionsFile

HERE = {"Origin": "http://techinfo.test"}
Words = Callable[[httpx.AsyncClient], Awaitable[Any]]


def paged(folder: Path, *, prefix: str = "", clock: Clock | None = None) -> ServedApi:
    """The service with its page."""
    clock = clock or Clock()
    text = INVENTORY.replace("Storgatan", "<script>alert(1)</script>")
    served = serve(stocked(folder, text), recordings().open, clock=clock, users=USERS)
    return with_page(served, prefix=prefix, clock=clock)


def with_page(
    served: ServedApi, *, clock: Clock, prefix: str = "", oidc: Oidc | None = None
) -> ServedApi:
    """The same service, with sessions and a page."""
    state = served.app.state.app_state
    sessions = Sessions(state.middleware.logins, SessionsFile.in_memory(), now=clock)
    middleware = replace(state.middleware, sessions=sessions)
    elsewhere = Elsewhere(oidc, sessions.hand_over) if oidc else None
    served.app = create_app(
        replace(state, middleware=middleware),
        page=lambda app: Page(app, prefix=prefix, elsewhere=elsewhere),
    )
    return served


def talk(served: ServedApi, words: Words) -> Any:
    """Ask as a browser does, without a password of its own."""

    async def browsed(client: httpx.AsyncClient) -> Any:
        client.auth = httpx.Auth()
        return await words(client)

    return served.talk(browsed)


async def log_in(
    client: httpx.AsyncClient, whose: tuple[str, str], *, prefix: str = "", **more: str
) -> httpx.Response:
    """Send the form."""
    form = {"name": whose[0], "password": whose[1], **more}
    return await client.post(f"{prefix}/login", data=form, headers=HERE)


async def seen(client: httpx.AsyncClient, path: str, whose: tuple[str, str]) -> httpx.Response:
    """A page, for somebody who has logged in."""
    await log_in(client, whose)
    return await client.get(path, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    "path", ["/", "/a/A-1", "/s/sw-elm-3", "/sessions", "/password", "/attention", "/?q=a%20b"]
)
def test_nothing_is_shown_without_a_session(tmp_path: Path, path: str) -> None:
    """A password for the API is no log-in here; after the log-in it goes on to what was asked."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(path), await client.get(path, auth=OPS)]

    for answer in talk(paged(tmp_path), words):
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/login?next={quote(path, safe='')}"
        assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/a/A-1?fresh=1", "/a/A-1?fresh=1"),
        ("", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a/\r\nSet-Cookie: x=y", "/"),
    ],
)
def test_the_log_in_leads_to_this_host_only(tmp_path: Path, wanted: str, goes_to: str) -> None:
    """Wherever a link would have it lead."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await log_in(client, OPS, next=wanted)

    answer = talk(paged(tmp_path), words)
    assert (answer.status_code, answer.headers["location"]) == (303, goes_to)
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_wrong_password_is_told_and_the_name_kept(tmp_path: Path) -> None:
    """As a page; no cookie, and the password does not come back."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await log_in(client, ('ops"><b>', "guessed-it"))

    answer = talk(paged(tmp_path), words)
    assert answer.status_code == 401
    assert "User or password is wrong." in answer.text
    assert "guessed-it" not in answer.text
    assert "<b>" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/logout", "/sessions", "/password", "/a/A-1/ticket"])
@pytest.mark.parametrize("origin", ["http://evil.test", "null", ""])
def test_a_form_of_another_site_does_nothing(tmp_path: Path, path: str, origin: str) -> None:
    """Neither a log-in in somebody else's name, nor a log-out, nor a ticket."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, int]:
        await log_in(client, OPS)
        form = {"name": "ops", "password": OPS[1], "description": "x"}
        headers = {"Origin": origin} if origin else {}
        answer = await client.post(path, data=form, headers=headers)
        return answer, (await client.get("/")).status_code

    answer, still = talk(paged(tmp_path), words)
    assert (answer.status_code, still) == (403, 200)
    assert "set-cookie" not in answer.headers


def test_a_link_of_another_site_finds_who_is_logged_in(tmp_path: Path) -> None:
    """SameSite=Strict holds the cookie back; the page asks once more by itself."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/a/A-1?ref=1", headers={"Sec-Fetch-Site": "cross-site"})

    answer = talk(paged(tmp_path), words)
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/a/A-1?ref=1"' in answer.text
    assert "A-1</h1>" not in answer.text


def test_every_page_is_for_one_person_and_runs_nothing_foreign(tmp_path: Path) -> None:
    """Headers of all that is sent; no script, style or picture stands in the HTML."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await log_in(client, OPS)
        found = ("/", "/?q=a-", "/a/A-1", "/a/A-9", "/s/sw-elm-3")
        paths = (*found, "/sessions", "/password", "/login")
        return [await client.get(path) for path in paths]

    for answer in talk(paged(tmp_path), words):
        assert answer.headers["cache-control"] == "private, no-store"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "style=" not in answer.text
        assert "onclick" not in answer.text
        assert "alert(1)</script>" not in answer.text


def test_a_provider_sees_what_is_theirs_in_the_same_layout(tmp_path: Path) -> None:
    """Rows of others, and names and addresses of equipment, are not in the HTML either."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await seen(client, "/a/A-1", ISP_A),
            await seen(client, "/a/A-2", ISP_A),
            await seen(client, "/s/sw-elm-3", ISP_A),
            await seen(client, "/?q=A-2", ISP_A),
            await seen(client, "/a/A-1", ISP_C),
            await seen(client, "/a/A-1", OPS),
        ]

    mine, others, panel, search, nobodys, all_ = talk(paged(tmp_path), words)
    assert mine.status_code == 200
    assert MAC_A in mine.text
    assert MAC_B not in mine.text
    for text in SECRET:
        assert text not in mine.text
    assert [x.status_code for x in (others, panel, search, nobodys)] == [403, 403, 200, 403]
    assert MAC_B in all_.text
    assert "/s/sw-elm-3" in all_.text


def test_what_is_found_alone_is_shown_at_once(tmp_path: Path) -> None:
    """From an address that is given on the telephone to the access in one step."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        await log_in(client, OPS)
        asked = ("algatan 3b", "sw-elm-3 ge2", "algatan", "sw-elm-3", "nothing-like-it", "x")
        return [await client.get("/", params={"q": q}) for q in asked]

    address, port, several, element, nothing, short = talk(paged(tmp_path), words)
    assert address.headers["location"] == "/a/A-1"
    assert port.headers["location"] == "/a/A-2"
    assert (several.text.count('href="/a/A-'), several.status_code) == (2, 200)
    assert element.headers["location"] == "/s/sw-elm-3"
    assert "Nothing that you may see is found." in nothing.text
    assert short.status_code == 400


def test_a_provider_finds_without_being_told_where_it_hangs(tmp_path: Path) -> None:
    """Several accesses of theirs in a list."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await seen(client, "/?q=a-", ISP_A)

    answer = talk(paged(tmp_path), words)
    assert (answer.status_code, answer.text.count('href="/a/A-')) == (200, 2)
    assert "sw-elm-3" not in answer.text


def test_the_verdict_is_a_sentence_in_the_language_of_whoever_looks(tmp_path: Path) -> None:
    """That of the document of the access, with the next step of a provider or of an engineer."""

    async def words(client: httpx.AsyncClient) -> tuple[Any, str, str]:
        english = await seen(client, "/a/A-1", ISP_A)
        told = (await client.get("/techinfo/v1/access/A-1")).json()["diagnosis"]
        swedish = await client.get("/a/A-1", headers={"Accept-Language": "sv"})
        return told, unescape(english.text), unescape(swedish.text)

    told, english, swedish = talk(paged(tmp_path), words)

    assert told["text"]["en"] in english
    assert told["text"]["sv"] in swedish


def test_a_silent_switch_is_told_in_words(tmp_path: Path) -> None:
    """Not as a link that is down."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await seen(client, "/a/A-3", OPS)

    answer = talk(paged(tmp_path), words)
    assert answer.status_code == 200
    assert "The switch does not answer." in answer.text
    assert "The link is down." not in answer.text


def test_the_page_has_its_own_prefix(tmp_path: Path) -> None:
    """Then the root is the API's again."""

    async def words(client: httpx.AsyncClient) -> list[Any]:
        begun = await log_in(client, OPS, prefix="/page")
        home = await client.get(begun.headers["location"])
        assert (begun.headers["location"], home.status_code) == ("/page/", 200)
        page = await client.get("/page/a/A-1")
        root = await client.get("/")
        static = await client.get("/page/static/page.css")
        return [page.text.count('"/a/'), page.status_code, root.status_code, static.status_code]

    assert talk(paged(tmp_path, prefix="/page"), words) == [0, 200, 404, 200]


@pytest.mark.parametrize(
    "name", ["..%2fapp.py", "%2e%2e/app.py", "page.css%00", "", "nothing.css", "page.css/"]
)
def test_only_the_pages_own_files_are_given_out(tmp_path: Path, name: str) -> None:
    """Whatever a path is made of."""

    async def words(client: httpx.AsyncClient) -> int:
        return (await client.get(f"/static/{name}")).status_code

    assert talk(paged(tmp_path), words) in (401, 404)


def test_log_out_ends_the_session_and_clears_the_browser(tmp_path: Path) -> None:
    """The cookie that somebody has kept opens nothing any more."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, int]:
        begun = await log_in(client, OPS)
        kept = begun.headers["set-cookie"].split(";")[0]
        out = await client.post("/logout", headers=HERE)
        client.cookies.clear()
        return out, (await client.get("/", headers={"Cookie": kept})).status_code

    out, after = talk(paged(tmp_path), words)
    assert (out.status_code, out.headers["location"], after) == (303, "/login", 303)
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert '"storage"' in out.headers["clear-site-data"]


def test_a_ticket_is_made_from_what_is_seen(tmp_path: Path) -> None:
    """With the name of whoever has logged in; without words there is none."""
    desk = ticketed(tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), recordings().open)
    with_page(desk.served, clock=Clock())

    async def words(client: httpx.AsyncClient) -> list[Any]:
        client.auth = httpx.Auth()
        page = await seen(client, "/a/A-1", ISP)
        form = {"description": "No light\nsince noon", "problem": "NO_LINK"}
        sent = [
            await client.post("/a/A-1/ticket", data=data, headers=HERE)
            for data in (form, {"description": " "}, form | {"problem": "nonsense"})
        ]
        listed = (await client.get("/2.6/tickets", auth=ISP)).json()
        made = (await client.get(f"/2.6/tickets/{listed[0]['coTicketReference']}", auth=ISP)).json()
        return [page, sent, listed, made]

    with desk.file:
        page, sent, listed, made = desk.talk(words)
    assert 'action="/a/A-1/ticket"' in page.text
    assert [x.status_code for x in sent] == [201, 400, 400]
    assert listed[0]["coTicketReference"] in sent[0].text
    assert len(listed) == 1
    assert (made["heading"], made["createdBy"], made["problemType"]) == (
        "No light",
        "isp",
        "NO_LINK",
    )
    assert made["description"] == "No light\nsince noon"


def test_without_a_desk_no_ticket_is_offered(tmp_path: Path) -> None:
    """What would be refused is not asked for."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await seen(client, "/a/A-1", OPS)

    assert "/ticket" not in talk(paged(tmp_path), words).text


def test_the_log_names_the_route_and_not_the_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Metrics and log lines of the page are few and name no search."""

    async def words(client: httpx.AsyncClient) -> None:
        await seen(client, "/?q=secret-words", OPS)
        await client.get("/a/A-1")

    with caplog.at_level("INFO", logger="techinfo.request"):
        talk(paged(tmp_path), words)

    routes = [record.facts["route"] for record in caplog.records if hasattr(record, "facts")]
    assert routes == ["/login", "/", "/a/{access_id}"]


@pytest.mark.parametrize(
    ("held", "goes_to"),
    [
        ("/a/A-1", "/a/A-1"),
        ("https://elsewhere.test/a/A-1?ref=x#y", "/a/A-1"),
        ("http://techinfo.test/page/a/A%2D1", None),
        ("/s/sw-elm-3", "/s/sw-elm-3"),
        ("https://evil.test/b/A-1", None),
        ("/a/..%2f..%2flogin", None),
        ("//evil.test/a/A-1", None),
        ("javascript:/a/A-1", None),
    ],
)
def test_the_qr_of_a_label_leads_to_its_path_on_this_host(
    tmp_path: Path, held: str, goes_to: str | None
) -> None:
    """A scanner types what a label holds; whatever host it names, this one answers."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        await log_in(client, OPS)
        return await client.get("/", params={"q": held})

    answer = talk(paged(tmp_path), words)
    assert answer.headers.get("location") == goes_to


def test_a_deep_link_brings_the_case_of_the_other_system(tmp_path: Path) -> None:
    """It stands in the links on the screen, in the API's requests, and in the ticket."""
    case = "ÄR-4711"
    strict = {"isp": EVERYBODY["isp"].model_copy(update={"case_required": True})}
    audit = AuditFile.open(tmp_path / "audit.sqlite")
    entries = Batches[AuditEntry](audit.write, "entries", every_s=0.01)
    desk = ticketed(
        tmp_path / "tickets.sqlite",
        stocked(tmp_path, SUBSCRIBED),
        recordings().open,
        users=EVERYBODY | strict,
        audit=entries,
    )
    with_page(desk.served, clock=Clock())

    async def words(client: httpx.AsyncClient) -> list[Any]:
        client.auth = httpx.Auth()
        without = await seen(client, "/a/A-1", ISP)
        page = await client.get("/a/A-1", params={"ref": case})
        wild = await client.get("/a/A-1", params={"ref": "x\nSet-Cookie: y=z" + "x" * 200})
        form = {"description": "No light", "problem": "NO_LINK"}
        await client.post("/a/A-1/ticket", params={"ref": case}, data=form, headers=HERE)
        client.headers["X-Case-Reference"] = "test"
        listed = (await client.get("/2.6/tickets", auth=ISP)).json()
        told = await client.get(f"/2.6/tickets/{listed[0]['coTicketReference']}", auth=ISP)
        return [without, page, wild, told.json()]

    with desk.file, audit:
        without, page, wild, made = desk.talk(words)
        entries.flush()
        said = {entry.case_reference for entry in audit.entries() if entry.status == 200}
        entries.close()
    assert case in said
    assert 'name="ref"' in without.text
    assert MAC_A not in without.text
    assert case in unescape(page.text)
    assert page.text.count(f"ref={quote(case)}") == 3
    assert 'name="ref"' not in page.text
    assert 'name="ref"' in wild.text
    assert "y=z" not in wild.text
    assert made["spTicketReference"] == case


def test_an_engineer_proposes_where_an_access_is(tmp_path: Path) -> None:
    """The port that has just moved, with its access; a proposal is a ticket of the operator's."""
    network, clock = recordings(), Clock()
    inventory = stocked(tmp_path, INVENTORY)
    desk = ticketed(
        tmp_path / "tickets.sqlite",
        inventory,
        network.open,
        users=USERS,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
    )
    with_page(desk.served, clock=clock)

    async def words(client: httpx.AsyncClient) -> list[Any]:
        client.auth = httpx.Auth()
        still = await seen(client, "/s/sw-elm-3/touched", ENGINEER)
        network.rows["192.0.2.3"] = merged(
            m.system("elm3.example"),
            m.port(1, "ge1"),
            m.port(2, "ge2", up=False) | {f"{m.IF}.9.2": f"67|{8_640_000 - 500}"},
        )
        clock.go_on(20)
        moved = await client.get("/s/sw-elm-3/touched")
        sent = await client.post(
            "/s/sw-elm-3/touched", data={"port": "ge2", "access": "KGX1"}, headers=HERE
        )
        empty = await client.post("/s/sw-elm-3/touched", data={"port": "ge2"}, headers=HERE)
        listed = (await client.get("/2.6/tickets", auth=OPS)).json()
        mine = [
            (await client.get(f"/2.6/tickets/{one['coTicketReference']}", auth=OPS)).json()
            for one in listed
        ]
        theirs = (await client.get("/2.6/tickets", auth=ISP_A)).json()
        refused = await seen(client, "/s/sw-elm-3/touched", ISP_A)
        return [still, moved, sent, empty, mine, theirs, refused]

    with desk.file:
        still, moved, sent, empty, mine, theirs, refused = desk.talk(words)
    assert "No port has moved." in still.text
    assert 'href="/a/A-2"' in moved.text
    assert "OUT-4711" in moved.text
    assert "25 seconds ago" in moved.text
    assert [x.status_code for x in (sent, empty, refused)] == [201, 400, 403]
    assert [one["heading"] for one in mine] == ["Inventory: A-1 -> sw-elm-3 ge2"]
    assert theirs == []


def test_the_question_of_the_verdict_is_asked_and_its_answer_counts(tmp_path: Path) -> None:
    """By a form that works without scripts; what is no answer changes nothing."""
    dark = merged(m.system("elm3.example"), m.port(1, "ge1", up=False), m.optics(1, rx=-4000))
    network = recordings()
    network.rows["192.0.2.3"] = dark
    served = serve(stocked(tmp_path, INVENTORY), network.open, clock=Clock(), users=USERS)
    with_page(served, clock=Clock())

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await seen(client, "/a/A-1", ENGINEER)
        queries = ("said=powerOn.yes", "said=powerOn.perhaps", "said=x&said=" + "y" * 99)
        return [first, *[await client.get(f"/a/A-1?{query}") for query in queries]]

    first, answered, *nonsense = talk(served, words)

    assert 'name="said" value="powerOn.yes"' in first.text
    assert "whether the fibre box has power is not known" in first.text
    assert "No light arrives, and the customer" in answered.text
    assert all("whether the fibre box has power is not known" in x.text for x in nonsense)


def test_an_ont_that_nobody_has_registered_is_shown_to_who_has_plugged_it_in(
    tmp_path: Path,
) -> None:
    """With its PON port, and that it is new; in Swedish, too."""
    network, clock = recordings(), Clock()
    olt = "  - {name: olt-1, address: 192.0.2.9, sys_name: olt-1}\naccesses:"
    served = serve(
        stocked(tmp_path, INVENTORY.replace("accesses:", olt)),
        network.open,
        clock=clock,
        users=USERS,
        polling_limits=PollingLimits(min_interval_s=0.0),
    )
    with_page(served, clock=clock)
    rows = merged(m.system("olt-1", m.OLT_ID), m.pon(1, "pon1"))

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        network.rows["192.0.2.9"] = rows
        empty = await seen(client, "/s/olt-1/touched", ENGINEER)
        network.rows["192.0.2.9"] = rows | m.unregistered((1, 0, b"HWTC\xa1\xb2\xc3\xd4"))
        clock.go_on(20)
        found = await client.get("/s/olt-1/touched")
        swedish = await client.get("/s/olt-1/touched", headers={"Accept-Language": "sv"})
        return [empty, found, swedish]

    empty, found, swedish = talk(served, words)

    assert "nobody has registered" not in empty.text
    assert "ONTs that nobody has registered" in found.text
    assert "HWTCA1B2C3D4" in found.text
    assert "pon1 <strong>new since the last look" in found.text
    assert "ONT:er som ingen har registrerat" in swedish.text
    assert "ny sedan" not in swedish.text


def test_a_customer_answers_by_a_link_and_the_agent_sees_it(tmp_path: Path) -> None:
    """Without a log-in; the page tells the sentence, the question and the lamps, no more."""
    network = recordings()
    network.rows["192.0.2.3"] = merged(
        m.system("elm3.example"), m.port(1, "ge1", up=False), m.optics(1, rx=-4000)
    )
    served = serve(stocked(tmp_path, INVENTORY), network.open, clock=Clock(), users=USERS)
    with_page(served, clock=Clock())

    async def words(client: httpx.AsyncClient) -> list[Any]:
        await log_in(client, ISP_A)
        made = await client.post("/a/A-1/check", headers=HERE | {"Accept-Language": "en"})
        link = made.text.partition('value="http://techinfo.test/check/')[2].partition('"')[0]
        client.cookies.clear()
        path, english = f"/check/{link}", {"Accept-Language": "en"}
        first = await client.get(path, headers=english)
        said = {"said": "powerOn.yes"}
        answered = await client.post(path, data=said, headers=HERE | english)
        watched = await client.get(f"{path}?watch=1", headers=english)
        foreign = await client.post(path, data=said, headers={"Origin": "http://evil.test"})
        guessed = await client.get("/check/check-guessed", headers=english)
        agent = await seen(client, "/a/A-1", ISP_A)
        return [made, first, answered, watched, foreign, guessed, agent]

    made, first, answered, watched, foreign, guessed, agent = talk(served, words)
    assert made.status_code == 201
    assert 'class="lamps"' in first.text
    assert "whether the fibre box has power is not known" in first.text
    assert "No light arrives, and the customer" in answered.text
    assert 'http-equiv="refresh"' in watched.text
    assert (foreign.status_code, guessed.status_code) == (403, 404)
    assert "The customer has answered" in agent.text
    assert "No light arrives, and the customer" in agent.text
    for text in (*SECRET, "A-1<", MAC_A, "lgatan", "isp-a"):
        assert text not in first.text + answered.text


def test_the_operators_people_see_what_to_look_at(tmp_path: Path) -> None:
    """Findings and silent switches, linked; a provider neither the list nor the way to it."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        told = []
        for whose in (OPS, ENGINEER, ISP_A):
            told.append(await seen(client, "/attention", whose))
            told.append(await client.get("/"))
            client.cookies.clear()
        return told

    ops, ops_home, engineer, _, isp, isp_home = talk(paged(tmp_path), words)

    assert (ops.status_code, engineer.status_code, isp.status_code) == (200, 200, 403)
    assert "Findings in the inventory" in ops.text
    assert 'href="/attention"' in ops_home.text
    assert 'href="/attention"' not in isp_home.text
    assert "sw-elm-3" not in isp.text


def test_works_that_touch_an_access_are_told_on_it(tmp_path: Path) -> None:
    """And in the list of what to look at; those that are over only there."""
    works = {
        "reference": "W-1",
        "text": "A splice is moved",
        "from": "2026-11-21T09:00:00Z",
        "to": "2026-11-21T12:00:00Z",
        "scopes": [{"accessId": "A-1"}],
    }

    async def words(client: httpx.AsyncClient) -> list[str]:
        made = await client.post("/techinfo/v1/works", json=works, auth=OPS)
        assert made.status_code == 201, made.text
        told = [await seen(client, path, OPS) for path in ("/a/A-1", "/a/A-2", "/attention")]
        await client.delete("/techinfo/v1/works/W-1", auth=OPS, headers=HERE)
        told += [await client.get(path) for path in ("/a/A-1", "/attention")]
        return [one.text for one in told]

    on_it, beside, listed, afterwards, listed_afterwards = talk(paged(tmp_path), words)

    assert "A splice is moved" in on_it
    assert "A splice is moved" not in beside
    assert "A splice is moved" in listed
    assert "A splice is moved" not in afterwards
    assert '<span class="tag">over</span>' in listed_afterwards


@pytest.mark.parametrize(
    ("dbm", "dark"),
    [("-40.00", True), ("-42.1", True), ("-39.99", False), (None, False), ("x", False)],
)
def test_no_light_is_said_in_words(dbm: str | None, dark: bool) -> None:
    """ON-API writes -40.00 for it, which no receiver measures."""
    assert is_dark(dbm) is dark
