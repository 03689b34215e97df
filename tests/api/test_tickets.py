"""Tickets in every version: what goes in comes out, and goes to nobody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.served import ONE_SWITCH, serve
from tests.api.ticketed import (
    BITVIS,
    ENGINEER,
    EVERYBODY,
    ISP,
    OPS,
    OTHER,
    SUBSCRIBED,
    TICKET,
    Ticketed,
    allow_growth,
    created,
    settled,
    ticketed,
)

from techinfo.api.onapi.ticket_schemas import TicketInfo
from techinfo.tickets.records import ON_API, Ticket

VERSIONS = ("2.4", "2.5", "2.6")


@pytest.fixture
def desk(tmp_path: Path, network: Recordings) -> Iterator[Ticketed]:
    """A ticket desk, the providers isp and tv, the operator."""
    made = ticketed(tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open)
    with made.file:
        yield made


@pytest.mark.parametrize("version", VERSIONS)
def test_a_ticket_goes_in_and_comes_out_as_the_version_has_it(desk: Ticketed, version: str) -> None:
    """POST, GET one, GET list, PATCH: every field of the specification's page."""
    subscription = "coSubscription" if version == "2.4" else "subscriptionId"
    body = {
        **TICKET,
        subscription: "S-1",
        "additionalInfo": {"ip": "198.51.100.7", "link": "false"},
    }

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, ...]:
        client.auth = httpx.BasicAuth(*ISP)
        post = await client.post(f"/api/{version}/tickets/", json=body)
        one = post.headers["location"]
        comment = {"message": "Now?", "createdBy": "Kalle"}
        patch = await client.patch(
            one, json={"comment": comment, "status": "IN_PROGRESS_CO", "responsible": "CO"}
        )
        return post, patch, await client.get(one), await client.get(f"/{version}/tickets")

    post, patch, one, listed = desk.talk(words)

    ref = post.json()["coTicketReference"]
    assert (post.status_code, patch.status_code, patch.content) == (201, 204, b"")
    assert post.json() == {"coTicketReference": ref}
    assert post.headers["location"].endswith(f"/{version}/tickets/{ref}")
    told = one.json()
    times = {told.pop("createdAt"), told.pop("updatedAt"), told["comments"][0].pop("createdAt")}
    assert all(datetime.fromisoformat(t).tzinfo == UTC and t.endswith("Z") for t in times)
    mac = told["additionalInfo"].pop("mac", None)
    assert mac in {None, "02:00:00:00:00:11"}
    assert told == {
        **TICKET,
        "coTicketReference": ref,
        subscription: "S-1",
        "comments": [{"createdBy": "Kalle", "message": "Now?"}],
        "status": "IN_PROGRESS_CO",
        "responsible": "CO",
        "additionalInfo": {"ip": "198.51.100.7", "link": False},
    }
    assert listed.json() == [
        {
            "coTicketReference": ref,
            "spTicketReference": "CASE#1",
            "status": "IN_PROGRESS_CO",
            "responsible": "CO",
        }
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_ticket_is_seen_by_its_provider_and_the_operator_alone(
    desk: Ticketed, version: str
) -> None:
    """For everybody else it is not there, whatever they want of it."""

    async def words(client: httpx.AsyncClient) -> dict[str, list[int]]:
        ref = await created(client)
        paths = f"/{version}/tickets/{ref}", f"/techinfo/v1/tickets/{ref}/linkinfo"
        told = {}
        for name, who in {"isp": ISP, "tv": OTHER, "ops": OPS, "eng": ENGINEER}.items():
            answers = [await client.get(path, auth=who) for path in paths]
            answers.append(await client.patch(paths[0], json={"responsible": "SP"}, auth=who))
            listed = await client.get(f"/{version}/tickets", auth=who)
            told[name] = [a.status_code for a in answers] + [len(listed.json())]
            if name == "tv":
                assert {a.json()["code"] for a in answers} == {"unknown_ticket"}
        return told

    told = desk.talk(words)

    assert told == {
        "isp": [200, 200, 204, 1],
        "tv": [404, 404, 404, 0],
        "ops": [200, 200, 204, 1],
        "eng": [200, 200, 204, 1],
    }


def test_the_same_key_and_body_give_the_same_answer_and_another_body_is_a_conflict(
    desk: Ticketed,
) -> None:
    """So does the same spTicketReference on an open ticket; once it is closed, it is a new one."""

    async def words(client: httpx.AsyncClient) -> list[tuple[int, Any]]:
        client.auth = httpx.BasicAuth(*ISP)

        async def post(key: str | None, **more: Any) -> tuple[int, Any]:
            headers = {"Idempotency-Key": key} if key else {}
            answer = await client.post("/2.6/tickets", json={**TICKET, **more}, headers=headers)
            return answer.status_code, answer.json().get("coTicketReference", answer.json())

        told = [await post("k-1"), await post("k-1"), await post("k-1", heading="Another")]
        told.append(await post(None, heading="Another"))
        closing = {"status": "CLOSED", "responsible": "SP"}
        await client.patch(f"/2.6/tickets/{told[0][1]}", json=closing)
        told += [await post(None), await post("k-1")]
        return told

    first, again, conflict, alike, new, replayed = desk.talk(words)

    assert first == again == replayed
    assert first[0] == 201
    assert (conflict[0], conflict[1]["code"]) == (409, "conflict")
    assert alike == (200, first[1])
    assert new[0] == 201
    assert new[1] != first[1]


def test_another_provider_may_use_the_same_key_and_reference(desk: Ticketed) -> None:
    """They are each provider's own."""

    async def words(client: httpx.AsyncClient) -> list[str]:
        headers = {"Idempotency-Key": "k"}
        answers = [
            await client.post("/2.6/tickets", json=dict(TICKET), headers=headers, auth=who)
            for who in (ISP, OTHER)
        ]
        assert {a.status_code for a in answers} == {201}
        return [a.json()["coTicketReference"] for a in answers]

    assert len(set(desk.talk(words))) == 2


def test_lists_are_filtered_by_status_creation_and_change(desk: Ticketed) -> None:
    """A raw ``+`` of an offset has become a space, and is a ``+`` all the same."""
    past = datetime.now(UTC) - timedelta(hours=1)
    offset = past.astimezone(tz=None).isoformat(timespec="seconds")
    east = "2020-01-01T10:00:00+01:00"
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    async def words(client: httpx.AsyncClient) -> dict[str, int]:
        client.auth = httpx.BasicAuth(*ISP)
        await created(client)
        other = await created(client, spTicketReference=None)
        await client.patch(f"/2.6/tickets/{other}", json={"status": "CLOSED", "responsible": "CO"})
        before = {"If-Modified-Since": "Tue, 05 Feb 2019 14:03:15 GMT"}
        queries = {
            "all": "",
            "open": "?status=CREATED",
            "closed": "?status=CLOSED",
            "raw": f"?created={east}",
            "coded": f"?created={east.replace('+', '%2B')}",
            "local": f"?created={offset}",
            "date": "?created=2020-01-01",
            "future": f"?created={future}",
            "both": f"?status=CREATED&created={east}",
        }
        told = {
            name: len((await client.get(f"/2.6/tickets{query}")).json())
            for name, query in queries.items()
        }
        return told | {
            "since": len((await client.get("/2.6/tickets", headers=before)).json()),
        }

    told = desk.talk(words)

    assert told == {
        "all": 2,
        "open": 1,
        "closed": 1,
        "raw": 2,
        "coded": 2,
        "local": 2,
        "date": 2,
        "future": 0,
        "both": 1,
        "since": 2,
    }


def test_what_was_told_as_seen_is_not_told_again_and_nothing_is_missed(desk: Ticketed) -> None:
    """Last-Modified of one answer is If-Modified-Since of the next."""

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        client.auth = httpx.BasicAuth(*ISP)
        with sqlite3.connect(desk.file.database.name) as file:
            known = {"ip": "198.51.100.7", "mac": "02:00:00:00:00:11", "link": True}
            await created(client, additionalInfo=known)
            an_hour = 3600 * 1_000_000
            file.execute("UPDATE tickets SET updated_at = updated_at - ?", (an_hour,))
        file.close()
        seen = (await client.get("/2.6/tickets")).headers["last-modified"]
        since = {"If-Modified-Since": seen}
        before = len((await client.get("/2.6/tickets", headers=since)).json())
        await created(client, spTicketReference=None)
        return before, len((await client.get("/2.6/tickets", headers=since)).json())

    assert desk.talk(words) == (0, 1)


MALFORMED: list[tuple[Any, str]] = [
    ({"status": "CLOSED"}, "malformed request: responsible is mandatory when a ticket is closed"),
    ({}, "nothing is to be changed"),
    ({"status": "DONE"}, "status"),
    ({"responsible": "ME"}, "responsible"),
    ({"comment": {"message": "x"}}, "comment.createdBy"),
    ({"comment": {"message": " ", "createdBy": "K"}}, "comment.message"),
    ({"comment": "x"}, "comment"),
    ({"coTicketReference": "a/b"}, "coTicketReference"),
    ([], "malformed request"),
]


def test_a_malformed_change_is_400_and_names_the_key(desk: Ticketed) -> None:
    """Never 422, and nothing is changed."""

    async def words(client: httpx.AsyncClient) -> tuple[list[Any], Any]:
        client.auth = httpx.BasicAuth(*ISP)
        ref = await created(client)
        wrong = []
        for change, told in MALFORMED:
            answer = await client.patch(f"/2.6/tickets/{ref}", json=change)
            refused = (answer.status_code, answer.json().get("code")) == (400, "malformed")
            if not refused or told not in answer.json()["cause"]:
                wrong.append((change, answer.text))
        return wrong, (await client.get(f"/2.6/tickets/{ref}")).json()

    wrong, after = desk.talk(words)

    assert wrong == []
    assert (after["status"], after["comments"]) == ("CREATED", [])


BAD: dict[str, list[Any]] = {
    "accessId": [None, "", 7, "A 1", "x" * 37, {}],
    "createdBy": [None, "", "  ", [], "x" * 1001],
    "heading": [None, "", "a\x00b"],
    "description": [None, "x" * 65_537, "\x1b[31m"],
    "problemType": [None, "no_link", "SLOW"],
    "spTicketReference": [7, ["x"], "\x07"],
    "additionalInfo": [
        "x",
        {"ip": "300.1.1.1"},
        {"ip": 7},
        {"mac": "02:00:00:00:00"},
        {"link": "yes"},
        {"link": 1},
    ],
    "status": ["CLOSED", "NEW"],
}


def test_a_malformed_ticket_is_400_and_names_the_key(desk: Ticketed) -> None:
    """Mandatory keys too; never 422, and no ticket is kept."""

    async def words(client: httpx.AsyncClient) -> tuple[list[Any], Any]:
        client.auth = httpx.BasicAuth(*ISP)
        wrong = []
        for key, value in [(k, v) for k, values in BAD.items() for v in values]:
            body = {k: v for k, v in {**TICKET, key: value}.items() if v is not None}
            answer = await client.post("/2.6/tickets", json=body)
            refused = (answer.status_code, answer.json().get("code")) == (400, "malformed")
            if not refused or key not in answer.json()["cause"]:
                wrong.append((key, value, answer.text))
        return wrong, (await client.get("/2.6/tickets")).json()

    assert desk.talk(words) == ([], [])


REFUSED: list[tuple[bytes, dict[str, str], int]] = [
    (b"{", {}, 400),
    (b"\xff\xfe", {}, 400),
    (b'{"accessId": "\\ud800"}', {}, 400),
    (b"[" * 100_000, {}, 400),
    (b'{"accessId": NaN}', {}, 400),
    (b"x" * (256 * 1024 + 1), {}, 413),
    (b"<a/>", {"Content-Type": "application/xml"}, 415),
    (b"{}", {"Content-Type": "text/plain"}, 415),
    (b"{}", {"Idempotency-Key": "x" * 300}, 400),
]


def test_a_body_that_is_none_is_refused(desk: Ticketed) -> None:
    """With the right status, in the cause form."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        told = []
        for content, headers, _ in REFUSED:
            headers = {"Content-Type": "application/json", **headers}
            answer = await client.post("/2.6/tickets", content=content, headers=headers, auth=ISP)
            assert set(answer.json()) == {"cause", "code", "retryable"}
            told.append(answer.status_code)
        return told

    assert desk.talk(words) == [status for _, _, status in REFUSED]


QUESTIONS = {
    "/2.6/tickets?status=OPEN": 400,
    "/2.6/tickets?created=yesterday": 400,
    "/2.6/tickets?created=0001-01-01T00:00:00%2B23:59": 400,
    "/2.6/tickets?status=CLOSED&status=CREATED": 400,
    "/2.6/tickets/a%20b": 400,
    "/2.6/tickets/TT00000000000": 404,
    "/2.3.1/tickets": 501,
}


def test_a_malformed_question_is_400_and_an_unknown_ticket_404(desk: Ticketed) -> None:
    """Each in the cause form; 2.3.1 has no tickets."""

    async def words(client: httpx.AsyncClient) -> dict[str, int]:
        told = {}
        for path in QUESTIONS:
            answer = await client.get(path, auth=ISP)
            assert set(answer.json()) == {"cause", "code", "retryable"}
            told[path] = answer.status_code
        return told

    assert desk.talk(words) == QUESTIONS


def test_an_unknown_access_is_404_and_a_legacy_id_is_that_of_its_access(desk: Ticketed) -> None:
    """A subscription is not needed: NO_ACCESS comes before activation."""

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, Any, Any]:
        client.auth = httpx.BasicAuth(*ISP)
        unknown = await client.post("/2.6/tickets", json={**TICKET, "accessId": "A-9"})
        legacy = await created(client, accessId="OLD1")
        vacant = await created(client, accessId="A-2", problemType="NO_ACCESS")
        told = [(await client.get(f"/2.6/tickets/{x}")).json() for x in (legacy, vacant)]
        return unknown, *told

    unknown, legacy, vacant = desk.talk(words)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_access")
    assert legacy["accessId"] == "A-1"
    assert vacant["accessId"] == "A-2"


def test_the_bitvis_reading_may_send_a_status_which_means_nothing(desk: Ticketed) -> None:
    """Whatever it says; every ticket begins as CREATED."""

    async def words(client: httpx.AsyncClient) -> Any:
        ref = await created(client, BITVIS, status="CLOSED")
        return (await client.get(f"/2.6/tickets/{ref}", auth=BITVIS)).json()["status"]

    assert desk.talk(words) == "CREATED"


def test_the_operator_writes_back_from_an_external_desk(desk: Ticketed) -> None:
    """Its reference becomes the ticket's, both are found, and no provider may give one."""

    async def words(client: httpx.AsyncClient) -> tuple[Any, ...]:
        ref, other = await created(client), await created(client, spTicketReference=None)
        await settled(client, ref)
        back = {
            "coTicketReference": "INC0010001",
            "status": "IN_PROGRESS_CO",
            "comment": {"message": "We look", "createdBy": "desk"},
        }
        done = await client.patch(f"/2.6/tickets/{ref}", json=back, auth=OPS)
        taken = {"coTicketReference": "INC0010001"}
        by_post = await client.post(
            f"/techinfo/v1/tickets/{ref}", json={"responsible": "CO"}, auth=OPS
        )
        assert by_post.status_code == 204
        twice = await client.patch(f"/2.6/tickets/{other}", json=taken, auth=OPS)
        theirs = await client.patch(f"/2.6/tickets/{other}", json=taken, auth=ISP)
        found = [
            (await client.get(f"/2.6/tickets/{x}", auth=ISP)).json() for x in (ref, "INC0010001")
        ]
        return done.status_code, twice.status_code, theirs.status_code, found

    done, twice, theirs, (by_own, by_desk) = desk.talk(words)

    assert (done, twice, theirs) == (204, 409, 403)
    assert by_own == by_desk
    assert by_own["coTicketReference"] == "INC0010001"
    assert (by_own["status"], by_own["responsible"]) == ("IN_PROGRESS_CO", "CO")
    assert by_own["comments"][0]["message"] == "We look"


def test_without_a_desk_tickets_are_not_implemented(tmp_path: Path, network: Recordings) -> None:
    """501 and not a black hole, for every method and for the webhooks."""
    made = serve(stocked(tmp_path, ONE_SWITCH), network.open, users=EVERYBODY)

    async def words(client: httpx.AsyncClient) -> list[tuple[int, str]]:
        client.auth = httpx.BasicAuth(*ISP)
        answers = [
            await client.get("/2.6/tickets"),
            await client.post("/2.4/tickets", json=dict(TICKET)),
            await client.get("/2.5/tickets/TT00000000000"),
            await client.patch("/2.6/tickets/TT00000000000", json={"responsible": "CO"}),
            await client.get("/techinfo/v1/tickets/TT00000000000/linkinfo"),
            await client.get("/techinfo/v1/webhooks"),
        ]
        return [(a.status_code, a.json()["code"]) for a in answers]

    told = made.talk(words)

    assert set(told) == {(501, "no_ticket_desk")}


def test_a_full_disk_is_507_and_no_ticket_is_pretended(desk: Ticketed) -> None:
    """SQLite says so itself; what was there can still be read, and later all is well again."""

    async def words(client: httpx.AsyncClient) -> tuple[Any, ...]:
        client.auth = httpx.BasicAuth(*ISP)
        first = await created(client)
        long = {**TICKET, "spTicketReference": None, "description": "x" * 60_000}
        allow_growth(desk.file, None)
        full = await client.post("/2.6/tickets", json=long)
        read = await client.get(f"/2.6/tickets/{first}")
        listed = (await client.get("/2.6/tickets")).json()
        allow_growth(desk.file, 2**30)
        again = await client.post("/2.6/tickets", json=long)
        return full, read.status_code, len(listed), again.status_code

    full, read, listed, again = desk.talk(words)

    assert (full.status_code, full.json()["code"]) == (507, "storage_full")
    assert full.json()["retryable"] is True
    assert "sqlite" not in full.text.lower()
    assert (read, listed, again) == (200, 1, 201)


def test_a_list_that_cannot_be_read_is_an_error_and_no_empty_list(
    desk: Ticketed, tmp_path: Path
) -> None:
    """Whatever is wrong with the file shows before the answer begins."""
    connection = sqlite3.connect(tmp_path / "tickets.sqlite")
    connection.execute("ALTER TABLE tickets RENAME COLUMN heading TO elsewhere")
    connection.close()

    answer = desk.talk(lambda client: client.get("/2.6/tickets", auth=ISP))

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_failed")


def test_every_field_of_a_ticket_has_its_on_api_name_in_one_table() -> None:
    """What requests, answers and messages of webhooks share; the two others are objects."""
    named = set(TicketInfo.model_fields) - {"comments", "additionalInfo"}

    assert named <= set(ON_API.values())
    assert all(hasattr(Ticket, name) for name in ON_API)


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        ([("X-Idempotency-Key", "k")], 201),
        ([("X-Idempotency-Key", "k"), ("Idempotency-Key", "k")], 201),
        ([("X-Idempotency-Key", "k"), ("Idempotency-Key", "j")], 400),
        ([("X-Idempotency-Key", "k"), ("X-Idempotency-Key", "k")], 400),
        ([("X-Idempotency-Key", "")], 400),
    ],
)
def test_the_key_has_two_names(desk: Ticketed, keys: list[tuple[str, str]], status: int) -> None:
    """By either it is the same key; two keys are none."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        client.auth = httpx.BasicAuth(*ISP)
        first = await client.post("/2.6/tickets", json=dict(TICKET), headers=keys)
        other = dict(TICKET) | {"heading": "Another"}
        plain = {"Idempotency-Key": "k"}
        return [first, await client.post("/2.6/tickets", json=other, headers=plain)]

    first, other = desk.talk(words)
    assert first.status_code == status
    if status == 201:
        assert (other.status_code, other.json()["code"]) == (409, "conflict")
