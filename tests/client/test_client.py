"""The Python client against the service, and against answers that no service should give."""

from __future__ import annotations

import asyncio
import inspect
import io
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock
from tests.api.everything import ALL_USERS, INVENTORY, network
from tests.api.listening import listening
from tests.api.ticketed import ticketed

from techinfo.client import ApiError, AsyncClient, Client, NoAnswerError, Retrying
from techinfo.client.retrying import seconds
from techinfo.inventory import Inventory
from techinfo.inventory.works import Works
from techinfo.inventory.works.records import scope_of

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs/client.md").read_text(encoding="utf-8"), re.DOTALL
)
USER, PASSWORD = "isp", "other-word"
Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a service over a network in which everything is told, with a ticket desk."""
    folder = tmp_path_factory.mktemp("service")
    path = folder / "everything.yaml"
    path.write_text(INVENTORY, encoding="utf-8")
    inventory = Inventory.in_memory(clock=lambda: NOW.replace(hour=9))
    inventory.import_file(path)
    inventory.works.put(
        Works(
            reference="W-1",
            text="A splice",
            begin=NOW + timedelta(days=1),
            end=NOW + timedelta(days=1, hours=2),
            scopes=(scope_of({"accessId": "A-2"}),),
        )
    )
    made = ticketed(
        folder / "tickets.sqlite", inventory, network().open, users=ALL_USERS, clock=Clock(NOW)
    )
    with listening(made.served.app) as port:
        yield f"http://127.0.0.1:{port}"
    made.file.close()


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_of_the_documentation_runs(
    base: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands there, with another URL and name."""
    monkeypatch.setenv("TECHINFO_PASSWORD", PASSWORD)
    text = EXAMPLES[number].replace("https://techinfo.example", base).replace('"isp-1"', '"isp"')
    printed = io.StringIO()

    with redirect_stdout(printed):
        exec(compile(text, f"docs/client.md, example {number + 1}", "exec"), {})  # noqa: S102 - ours

    expected = ("up 1000", "customer", "CREATED", "True, False", "404 unknown_access")[number]
    told = printed.getvalue()
    assert told.strip()
    if number != 1:  # the verdict is the rules' business
        assert expected in told


def test_every_call_is_answered_by_the_service(base: str) -> None:
    """Each method of both clients goes to a place that is there."""
    asked: dict[str, tuple[Any, ...]] = {
        "diagnosis": ("A-1",),
        "batch": (["A-1", "A-9"],),
        "search": ("A-1",),
        **dict.fromkeys(("tickets", "endpoints", "events", "quota", "status"), ()),
        **dict.fromkeys(("hardware", "link_status", "mac_addresses", "leases"), ("A-1",)),
        **dict.fromkeys(("groups", "cpe", "access"), ("A-1",)),
    }

    async def both() -> dict[str, tuple[Any, Any]]:
        found = {}
        async with AsyncClient(base, USER, PASSWORD) as api:
            with Client(base, USER, PASSWORD) as plain:
                for name, arguments in asked.items():
                    one = await getattr(api, name)(*arguments)
                    found[name] = (one, await asyncio.to_thread(getattr(plain, name), *arguments))
        return found

    found = asyncio.run(both())

    for name, (one, other) in found.items():
        assert type(one) is type(other), name
        assert isinstance(one, list | dict), name
    assert found["link_status"][0] == found["link_status"][1]
    assert found["hardware"][0]["vendor"] == "Made Up"


def test_a_look_up_and_a_ticket_from_its_making_to_its_end(base: str) -> None:
    """With a key of its own; the same key again makes no second ticket."""
    asked: Any = {
        "accessId": "A-2",
        "createdBy": "a test",
        "heading": "h",
        "description": "d",
        "problemType": "OTHER",
    }

    with Client(base, USER, PASSWORD, case_reference="C-1", on_behalf_of="anna") as api:
        found = api.look_up(ipv4option82="520A01036162630203313233")
        made = api.create_ticket(asked, key="K-1")
        again = api.create_ticket(asked, key="K-1")
        reference = made["coTicketReference"]
        api.change_ticket(reference, {"status": "CLOSED", "responsible": "SP"})
        closed = [one["coTicketReference"] for one in api.tickets(status="CLOSED")]
        info = api.link_info(reference)

    assert found == {"accessId": "A-1"}
    assert again == made
    assert reference in closed
    assert info["accessId"] == "A-2"


def test_works_and_the_past_are_asked_for(base: str) -> None:
    """Of disturbances there are none where nothing is polled, by the service's own word."""
    with Client(base, USER, PASSWORD, case_reference="C-1", on_behalf_of="anna") as api:
        listed = api.works()["works"]
        of_other = api.works("A-1")["works"]
        one = api.one_works("W-1")
        past = api.look_up_past(
            NOW - timedelta(minutes=10), ipv4option82="520A01036162630203313233"
        )
        for ask in (lambda: api.disturbances("A-2"), lambda: api.disturbed_accesses("D-0")):
            with pytest.raises(ApiError) as error:
                ask()
            assert error.value.status == 501
        with pytest.raises(ValueError, match="zone"):
            api.look_up_past(datetime(2026, 11, 21), ipv4CircuitId="x")  # noqa: DTZ001 - that is it

    assert [each["reference"] for each in listed] == ["W-1"]
    assert of_other == []
    assert (one["from"], one.get("accessIds")) == ("2026-11-22T10:00:00Z", ["A-2"])
    assert past["accessId"] == "A-1"


def test_the_two_clients_have_the_same_methods() -> None:
    """With the same arguments."""

    def public(kind: type) -> dict[str, list[str]]:
        methods = inspect.getmembers(kind, inspect.isfunction)
        return {n: list(inspect.signature(f).parameters) for n, f in methods if n[0] != "_"}

    assert public(Client) == public(AsyncClient)
    assert len(public(Client)) > 15


def client(answers: Answers, waits: list[float], **more: Any) -> Client:
    """A client of made-up answers that notes how long it waits."""
    return Client(
        "http://techinfo.test",
        USER,
        PASSWORD,
        transport=httpx.MockTransport(answers),
        sleep=waits.append,
        now=lambda: NOW,
        **more,
    )


def refusing(times: int, status: int, **headers: str) -> tuple[Answers, list[httpx.Request]]:
    """Answers an error so many times, then with a ticket; and what it was asked."""
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) <= times:
            error = {"cause": "later", "code": "overloaded", "retryable": True}
            return httpx.Response(status, headers=headers, json=error)
        return httpx.Response(201, json={"coTicketReference": "T-1", "link": True})

    return answers, asked


@pytest.mark.parametrize("after", ["7", "Sat, 21 Nov 2026 10:00:07 GMT"])
def test_retry_after_is_honoured(after: str) -> None:
    """In seconds and as a date; the ticket is sent again with the same key."""
    answers, asked = refusing(2, 503, **{"Retry-After": after})
    waits: list[float] = []
    ticket: Any = {"accessId": "A-1"}

    made = client(answers, waits).create_ticket(ticket)

    assert made["coTicketReference"] == "T-1"
    assert waits == [7.0, 7.0]
    keys = {request.headers["idempotency-key"] for request in asked}
    assert len(asked) == 3
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("status", "headers", "tries", "waits"),
    [
        (429, {}, 4, [0.5, 1.0, 2.0]),
        (504, {}, 4, [0.5, 1.0, 2.0]),
        (503, {"Retry-After": "31"}, 1, []),
        (503, {"Retry-After": "soon"}, 4, [0.5, 1.0, 2.0]),
        (500, {}, 1, []),
        (404, {"Retry-After": "1"}, 1, []),
    ],
)
def test_what_goes_on_failing_is_told(
    status: int, headers: dict[str, str], tries: int, waits: list[float]
) -> None:
    """After four tries, or at once where waiting would be too long or of no use."""
    answers, asked = refusing(99, status, **headers)
    waited: list[float] = []

    with pytest.raises(ApiError) as told:
        client(answers, waited).link_status("A-1")

    assert (told.value.status, told.value.code, told.value.cause) == (status, "overloaded", "later")
    assert told.value.retryable
    assert (len(asked), waited) == (tries, waits)


def test_an_error_that_will_not_go_away_is_told_at_once() -> None:
    """A quota of tickets is a 429, too."""
    error = {"cause": "too many", "code": "ticket_quota", "retryable": False}
    waits: list[float] = []

    with pytest.raises(ApiError, match="too many"):
        client(lambda _: httpx.Response(429, json=error), waits).quota()

    assert waits == []


def test_a_broken_connection_is_tried_again_and_then_told() -> None:
    """Without the words of the library below."""
    asked: list[httpx.Request] = []
    waits: list[float] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadError("reset", request=request)

    with pytest.raises(NoAnswerError, match="ReadError"):
        client(broken, waits, retrying=Retrying(tries=2)).status()

    assert (len(asked), waits) == (2, [0.5])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>login</html>"),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(400, json=["no", "cause"]),
        httpx.Response(400, json={"cause": 7, "code": "x", "retryable": "yes"}),
        httpx.Response(404, json={"cause": "c", "code": "Not A Code"}),
        httpx.Response(302, headers={"Location": "http://elsewhere.test/"}),
    ],
)
def test_an_answer_of_somebody_else_has_no_code(answer: httpx.Response) -> None:
    """A proxy before the service, or another service."""
    with pytest.raises(ApiError) as told:
        client(lambda _: answer, [], retrying=Retrying(tries=1)).status()

    assert told.value.code is None
    assert told.value.status == answer.status_code


def test_what_stands_in_a_path_is_one_part_of_it() -> None:
    """No accessId leads elsewhere."""
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json={})

    client(answers, []).link_status("../../quota?x#y", max_age=0)

    assert asked == ["/onapi/2.6/tech/access/..%2F..%2Fquota%3Fx%23y/link/status"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0", 0.0),
        (" 12 ", 12.0),
        ("-1", None),
        ("1.5", None),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("", None),
        ("٣", None),
    ],
)
def test_what_retry_after_says(text: str, told: float | None) -> None:
    """Whole seconds or an HTTP date; what is past is now."""
    assert seconds(text, datetime(2026, 11, 21, 10, tzinfo=UTC)) == told
