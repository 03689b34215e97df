"""How fresh an answer is: what a request may ask for, and what an answer says of its age."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.made_up import NOW
from tests.api.served import ServedApi

from techinfo.access.freshness import CachePolicy
from techinfo.api.errors import ApiError
from techinfo.api.onapi import freshness

STATUS = "/2.6/tech/access/A-1/link/status"
USUAL = CachePolicy(max_age_s=30.0, max_stale_s=0.0, deadline_s=5.0)
WEEK_S = 7 * 86_400.0


@pytest.mark.parametrize(
    ("header", "max_age_s", "max_stale_s"),
    [
        ("", 30.0, 0.0),
        ("max-age=5", 5.0, 0.0),
        ("MAX-AGE = 5", 5.0, 0.0),
        ('max-age="5"', 5.0, 0.0),
        ("max-age=0", 0.0, 0.0),
        ("max-age=3600", 3600.0, 0.0),
        ("no-cache", 0.0, 0.0),
        ("no-cache, max-age=60", 0.0, 0.0),
        ("max-age=60,max-age=7", 7.0, 0.0),
        ("max-stale=60", 30.0, 60.0),
        ("max-stale", 30.0, WEEK_S),
        ("max-stale=999999999", 30.0, WEEK_S),
        ("max-stale=60, max-age=10", 10.0, 60.0),
        ("no-store, no-transform, only-if-cached, foo=bar, ,=,", 30.0, 0.0),
        ('private="a, b"', 30.0, 0.0),
    ],
)
def test_directives_are_read(header: str, max_age_s: float, max_stale_s: float) -> None:
    """Unknown ones are ignored, and of several the stricter counts."""
    assert freshness.policy(header, USUAL) == CachePolicy(
        max_age_s=max_age_s, max_stale_s=max_stale_s, deadline_s=5.0
    )


@pytest.mark.parametrize(
    "header",
    [
        "max-age",
        "max-age=",
        "max-age=-1",
        "max-age=1.5",
        "max-age=x",
        "max-age=1e9",
        "max-age=1234567890",
        "max-age=\xb2",
        "max-stale=x",
        "max-stale=\u0663",
    ],
)
def test_a_number_that_is_none_is_malformed(header: str) -> None:
    """A request that says how fresh must say it in whole seconds."""
    with pytest.raises(ApiError) as refused:
        freshness.policy(header, USUAL)

    assert refused.value.status == 400


@pytest.mark.long
@given(st.text(max_size=200))
def test_any_header_is_read_or_refused(header: str) -> None:
    """Whatever is sent, it ends in terms or in 400."""
    with contextlib.suppress(ApiError):
        policy = freshness.policy(header, USUAL)
        assert 0 <= policy.max_age_s < 1e9
        assert 0 <= policy.max_stale_s <= WEEK_S


def test_a_malformed_header_is_400(served: ServedApi) -> None:
    """In the form of every error, before anything is asked."""
    answer = served.get(STATUS, headers={"Cache-Control": "max-age=soon"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"
    assert served.collector.visits == 0


def test_several_header_lines_are_one(served: ServedApi) -> None:
    """RFC 9110, 5.3: lines of one name are a list."""
    answer = served.get(
        STATUS, headers=[("Cache-Control", "no-transform"), ("Cache-Control", "max-age=x")]
    )

    assert answer.status_code == 400


def test_an_answer_says_when_it_was_read_and_is_for_nobody_else(served: ServedApi) -> None:
    """Last-Modified and Age agree; no cache may keep what is about people."""

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.get(STATUS)
        assert served.clock
        served.clock.go_on(12.9)
        return [first, await client.get(STATUS)]

    fresh, older = served.talk(words)

    assert (fresh.headers["Age"], older.headers["Age"]) == ("0", "12")
    for answer in (fresh, older):
        assert parsedate_to_datetime(answer.headers["Last-Modified"]) == NOW
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Vary"] == "Authorization"
    assert fresh.json() == older.json()
    assert served.collector.visits == 1


@pytest.mark.parametrize(
    ("seconds", "header", "visits"),
    [
        (29.0, "", 1),
        (31.0, "", 2),
        (31.0, "max-age=60", 1),
        (11.0, "max-age=10", 2),
        (6.0, "no-cache", 2),
        (6.0, "max-age=0", 2),
        (4.0, "no-cache", 1),
        (4.0, "max-age=0", 1),
    ],
)
def test_the_switch_is_asked_again_when_it_must_be(
    served: ServedApi, seconds: float, header: str, visits: int
) -> None:
    """``no-cache`` reads now, but a port is not read more often than every five seconds."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        await client.get(STATUS)
        assert served.clock
        served.clock.go_on(seconds)
        return await client.get(STATUS, headers={"Cache-Control": header})

    answer = served.talk(words)

    assert served.collector.visits == visits
    assert answer.headers["Age"] == ("0" if visits == 2 else str(int(seconds)))


def test_the_age_of_the_combined_answer_is_that_of_its_oldest_part(served: ServedApi) -> None:
    """Each part has its own beside it."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        await client.get(STATUS)
        assert served.clock
        served.clock.go_on(10)
        return await client.get("/2.6/tech/access/A-1")

    answer = served.talk(words)

    assert answer.headers["Age"] == "10"
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == NOW
    assert answer.json()["parts"]["status"]["age"] == 10
    assert answer.json()["parts"]["macAddressTable"] == {
        "state": "ok",
        "readAt": (NOW + timedelta(seconds=10)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "age": 0,
    }


def test_a_cache_control_that_is_too_long_is_refused(served: ServedApi) -> None:
    """200 octets do; one more is 400, in one header or in several."""
    fits, too_long = "x" * 200, "x" * 201

    answers = [
        served.get(STATUS, headers=[("Cache-Control", one) for one in told])
        for told in ((fits,), (too_long,), (fits, "no-cache"))
    ]

    assert [a.status_code for a in answers] == [200, 400, 400]
    assert answers[1].json()["code"] == answers[2].json()["code"] == "malformed"
    assert "200 octets" in answers[1].json()["cause"]
